"""What the command says when it cannot go on: one line, for a person, with the way out."""


class CannotStart(Exception):
    """Stops the command with exit code 1; its text is the whole message the user gets."""
