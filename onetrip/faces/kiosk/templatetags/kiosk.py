"""Words and pictures of the pages on a hall's machines."""

import segno
from django import template

register = template.Library()


@register.filter
def qr_picture(address: str) -> str:
    """Return the address as a QR code that stands in the page itself."""
    return segno.make(address, error="m", micro=False).svg_data_uri(border=3, light="#fff")


@register.filter
def minutes_up(seconds: int | None) -> str:
    """Write seconds as whole minutes, rounded up: a wait is never promised shorter than it is."""
    return "" if seconds is None else str(max(1, -(-int(seconds) // 60)))
