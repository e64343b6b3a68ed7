"""Texts that staff write: answers that lie ready, and what messages say."""
