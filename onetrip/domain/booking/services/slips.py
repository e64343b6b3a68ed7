"""What stands on a printed number."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onetrip.core import clock
from onetrip.core.unit import use_case
from onetrip.domain.booking import queries
from onetrip.domain.halls import services as halls
from onetrip.domain.halls.queries import SlipText


@use_case
def print_ticket(*, ticket_id: str, address: str, at: datetime) -> bool:
    """Have a number printed in its hall; return whether there is a printer. `address`: what its QR code leads to.

    The paper is a copy: whatever becomes of it, the number is in the line. Raises NotFound.
    """
    ticket = queries.ticket(ticket_id=ticket_id, at=at)
    with translation.override(settings.LANGUAGE_CODE):
        text = _text(ticket, address=address, at=at)
    return halls.ask_slip(venue_code=ticket.venue_code, ticket_id=ticket_id, text=text, at=at)


def _text(ticket: queries.TicketView, *, address: str, at: datetime) -> SlipText:
    lines = [ticket.item_name]
    if ticket.booked_for:
        lines.append(_("booked for %(time)s") % {"time": f"{clock.city_time(ticket.booked_for):%H:%M}"})
    ahead = ticket.ahead
    if ahead and ticket.expected_wait_s:
        minutes = -(-ticket.expected_wait_s // 60)
        lines.append(
            ngettext(
                "%(ahead)s person before you, about %(minutes)s min",
                "%(ahead)s people before you, about %(minutes)s min",
                ahead,
            )
            % {"ahead": ahead, "minutes": minutes}
        )
    lines.append(_("Please watch the board. Scan to follow your place."))
    lines.append(f"{clock.city_time(at):%Y-%m-%d %H:%M}")
    return SlipText(venue=ticket.venue_name, number=ticket.number, lines=lines, address=address)
