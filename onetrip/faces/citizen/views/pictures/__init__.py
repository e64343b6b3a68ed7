"""Pictures of papers: filed beforehand, and asked for in the call."""
