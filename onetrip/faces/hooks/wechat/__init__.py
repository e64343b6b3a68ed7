"""The official account's callback: what people write, where they are and what they scan, answered within a moment."""
