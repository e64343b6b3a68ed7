"""What the module refuses, and with which code."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Conflict, Invalid, NotFound


class VenueUnknown(NotFound):
    """No venue carries this code."""

    code = "venue_unknown"
    message = _("We do not know this venue.")


class DeskUnknown(NotFound):
    """No desk carries this number."""

    code = "desk_unknown"
    message = _("We do not know this window.")


class SubdistrictUnknown(Invalid):
    """The sub-district code is not one of the city's."""

    code = "subdistrict_unknown"
    message = _("Please choose one of the sub-districts of the city.")


class PointInvalid(Invalid):
    """The position is not a latitude and a longitude in degrees."""

    code = "point_invalid"
    message = _("The position is not valid. Please choose your sub-district instead.")


class CompetenceUnknown(Invalid):
    """The word names no competence."""

    code = "competence_unknown"
    message = _("We do not know this kind of errand.")


class SpanInvalid(Invalid):
    """A span of hours that ends before it begins, or leaves the day."""

    code = "span_invalid"
    message = _("The hours must lie within one day, and end after they begin.")


class SpansOverlap(Invalid):
    """Two spans of the same day share time."""

    code = "spans_overlap"
    message = _("These hours overlap with others of the same day.")


class WeekdayInvalid(Invalid):
    """A weekday is a number from 0 (Monday) to 6 (Sunday)."""

    code = "weekday_invalid"
    message = _("Please choose a day of the week.")


class RosterClash(Conflict):
    """The desk, or the officer, already stands on the roster at that time."""

    code = "roster_clash"
    message = _("This window or this officer is already on the roster at that time.")


class RosterEntryUnknown(NotFound):
    """The line of the roster is gone."""

    code = "roster_entry_unknown"
    message = _("This line of the roster no longer exists.")


class NotASample(Conflict):
    """Only a venue of the sample city may pretend to be open round the clock."""

    code = "not_a_sample"
    message = _("Only a sample venue can be kept open for demonstration.")


class StaffUnknown(Invalid):
    """No active member of staff has this id."""

    code = "staff_unknown"
    message = _("Please choose a member of staff.")
