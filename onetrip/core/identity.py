"""The number on an identity card: 18 digits, the last one a check (GB 11643-1999, ISO 7064 MOD 11-2)."""

import re
import unicodedata

_NUMBER = re.compile(r"\d{17}[\dX]", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def id_number_fits(number: str) -> bool:
    """Say whether the check digit of an 18-digit ID number is right."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECK[total % 11] == number[17].upper()


def normal_id_number(text: str) -> str | None:
    """Return the 18 characters however they were typed, None for what is no such number."""
    number = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    return number if _NUMBER.fullmatch(number) and id_number_fits(number) else None
