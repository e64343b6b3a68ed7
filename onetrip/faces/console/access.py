"""What a member of staff may reach: their desks, their venues. Questions the pages ask before anything else."""

from typing import Any

from django.http import HttpRequest

from onetrip.core.errors import NotFound
from onetrip.domain.accounts import queries as accounts
from onetrip.domain.venues import queries as venues
from onetrip.domain.venues.queries import DeskCard, VenueCard


def person(request: HttpRequest) -> Any:
    """Return the signed-in member of staff: views stand behind `staff_required`."""
    return request.user


def desks_of(request: HttpRequest, kind: str) -> list[DeskCard]:
    """Return the desks of one kind (window, video) where this person is on the roster."""
    return [desk for desk in venues.desks_for_staff(person(request).pk) if desk.kind == kind]


def own_desk(request: HttpRequest, desk_id: int, kind: str) -> DeskCard:
    """Return one of this person's own desks; a colleague's desk does not exist for them."""
    for desk in desks_of(request, kind):
        if desk.id == desk_id:
            return desk
    raise NotFound()


def venues_for(request: HttpRequest, verb: str) -> list[VenueCard]:
    """Return the venues where this person may do it, those of their roles first by name."""
    roles = [role for role in person(request).roles if accounts.may([role], verb)]
    if any(role.venue_code is None for role in roles):
        return venues.venues()
    return [venues.venue(code) for code in sorted({role.venue_code for role in roles if role.venue_code})]


def reach_of(request: HttpRequest, verb: str) -> list[str] | None:
    """Return the codes of the venues where this person may do it, None for all of them; NotFound for none."""
    roles = [role for role in person(request).roles if accounts.may([role], verb)]
    if not roles:
        raise NotFound()
    if any(role.venue_code is None for role in roles):
        return None
    return sorted({role.venue_code for role in roles if role.venue_code})
