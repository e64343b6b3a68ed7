"""QR codes as SVG: drawn by the server, sharp on a phone and on a poster."""

from io import BytesIO

import segno
from django.http import HttpResponse


def qr_response(content: str, *, private: bool = False) -> HttpResponse:
    """Return the content as a QR code; a private one is kept by no cache."""
    out = BytesIO()
    segno.make(content, error="m", micro=False).save(
        out,
        kind="svg",
        scale=8,
        border=4,
        dark="#000",
        light="#fff",
        xmldecl=False,
        svgclass=None,
        lineclass=None,
    )
    response = HttpResponse(out.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "no-store" if private else "public, max-age=86400"
    return response
