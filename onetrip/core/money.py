"""Money is a whole number of fen. No float ever touches it."""

from typing import NewType

Fen = NewType("Fen", int)


def yuan(amount: int) -> str:
    """Write an amount in fen the way a price tag does: ``yuan(1050) == "¥10.50"``."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), 100)
    return f"{sign}¥{whole:,}.{rest:02d}"
