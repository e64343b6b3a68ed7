"""The verbs of this module, by family: a lead's calendar and roster, and the loading of reference data."""

from onetrip.domain.venues.services.calendar import (
    close_on,
    open_on,
    set_demonstration,
    set_opening_hours,
    withdraw_exception,
)
from onetrip.domain.venues.services.desks import set_backs_up
from onetrip.domain.venues.services.leading import lock_venue_to_lead
from onetrip.domain.venues.services.reference import (
    DeskPlan,
    DistrictPlan,
    RosterPlan,
    SubdistrictPlan,
    VenuePlan,
    ensure_places,
    ensure_venues,
    is_loaded,
    mark_loaded,
)
from onetrip.domain.venues.services.roster import add_roster_entry, leave_unstaffed, remove_roster_entry

__all__ = [
    "DeskPlan",
    "DistrictPlan",
    "RosterPlan",
    "SubdistrictPlan",
    "VenuePlan",
    "add_roster_entry",
    "close_on",
    "ensure_places",
    "ensure_venues",
    "is_loaded",
    "leave_unstaffed",
    "lock_venue_to_lead",
    "mark_loaded",
    "open_on",
    "remove_roster_entry",
    "set_backs_up",
    "set_demonstration",
    "set_opening_hours",
    "withdraw_exception",
]
