"""The door for machines: signed callbacks. No sessions, no pages, and no word to a stranger about what is inside."""
