"""Amounts as people type them, and a payment code for the officer's screen."""

import re
from io import BytesIO

import segno
from django.utils.safestring import SafeString, mark_safe

from onetrip.core.errors import Invalid

_AMOUNT = re.compile(r"(\d{1,7})(?:[.。](\d{1,2}))?")


def fen_in(text: str, *, field: str) -> int:
    """Read yuan as they are typed ("12", "12.5") without a float. Raises Invalid."""
    found = _AMOUNT.fullmatch(text.strip().removeprefix("¥"))
    if found is None:
        raise Invalid(field=field)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def code_svg(address: str) -> SafeString:
    """Draw the address as a QR code to stand in the page."""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", scale=6, border=4, dark="#000", light="#fff", xmldecl=False, svgns=True, svgclass=None,
        lineclass=None,
    )  # fmt: skip
    return mark_safe(out.getvalue().decode())
