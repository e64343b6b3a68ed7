"""Places, desks, calendars and rosters. Hours are whole minutes after midnight on the city's clocks, 0 to 1440."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value

from onetrip.domain.venues.states import DeskKind, VenueKind

WHOLE_DAY_MIN = 1440


def _only(column: str) -> Func:
    """A one-number range: lets a plain GiST exclusion compare numbers without the btree_gist extension."""
    return Func(F(column), F(column), Value("[]"), function="int8range")


def _minutes(starts: str, ends: str) -> Func:
    return Func(F(starts), F(ends), function="int4range")


def _never_twice(who: str, when: str) -> ExclusionConstraint:
    """One desk, and one officer, stands on the roster once at a time: on a weekday, or on a day."""
    repeated = _only(when) if when == "weekday" else Func(F(when), F(when), Value("[]"), function="daterange")
    return ExclusionConstraint(
        name=f"roster_{who}_{when}_never_twice",
        expressions=[
            (_only(f"{who}_id"), RangeOperators.OVERLAPS),
            (repeated, RangeOperators.OVERLAPS),
            (_minutes("starts", "ends"), RangeOperators.OVERLAPS),
        ],
        condition=Q(**{f"{when}__isnull": False, f"{who}__isnull": False}),
    )


class District(models.Model):
    """A district, county or county-level city; `code` is the six-digit division code (GB/T 2260).

    The three functional zones have a code but no polygon of their own: `lies_in` names the district that holds them.
    """

    code = models.CharField(max_length=6, primary_key=True)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    outline = models.JSONField(
        default=list
    )  # rings of [longitude, latitude], WGS84; the first is the outer one
    lies_in = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="zones")

    class Meta:
        ordering = ("code",)


class Subdistrict(models.Model):
    """A sub-district, town or township; `code` is the nine-digit statistical code, valid from a date on.

    Codes move between places, so a code means nothing without its date. The centre is synthetic: no sub-district
    polygons with a licence exist.
    """

    code = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="subdistricts")
    latitude = models.FloatField()
    longitude = models.FloatField()
    valid_from = models.DateField()

    class Meta:
        ordering = ("code",)


class Venue(models.Model):
    """A place with windows. `jurisdiction` lists the sub-districts it serves; empty means the whole city.

    `demonstration` keeps the venue open and staffed around the clock, whatever its calendar says, so that a sample
    city can be tried at night; switched off, the stored calendar holds again.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=VenueKind.choices)
    subdistrict = models.ForeignKey(Subdistrict, on_delete=models.PROTECT, related_name="venues")
    jurisdiction = ArrayField(models.CharField(max_length=9), default=list, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    address = models.CharField(max_length=200)
    phone = models.CharField(max_length=40)
    follows_workdays = models.BooleanField(default=True)
    synthetic = models.BooleanField(default=False)
    demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                name="venue_on_earth",
                condition=Q(latitude__range=(-90, 90)) & Q(longitude__range=(-180, 180)),
            ),
        ]


class Desk(models.Model):
    """A window in the hall or a video post, with the competences of whoever sits there.

    `backs_up`: what a video post may handle too, and helps out with when somebody has waited long.
    """

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="desks")
    code = models.SlugField(max_length=20)
    label = models.CharField(max_length=40)
    label_en = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=DeskKind.choices)
    competences = ArrayField(models.CharField(max_length=20))
    backs_up = ArrayField(models.CharField(max_length=20), default=list)

    class Meta:
        ordering = ("venue_id", "kind", "id")
        constraints = [
            models.UniqueConstraint(name="desk_code_once_a_venue", fields=("venue", "code")),
            models.CheckConstraint(name="desk_can_do_something", condition=~Q(competences=[])),
        ]
        indexes = [GinIndex(name="desk_competences", fields=("competences",))]


class OpeningSpan(models.Model):
    """Open from `opens` to `closes` on every such weekday (0 is Monday)."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="opening_spans")
    weekday = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("weekday", "opens")
        constraints = [
            models.CheckConstraint(name="opening_weekday", condition=Q(weekday__lte=6)),
            models.CheckConstraint(
                name="opening_within_day", condition=Q(opens__lt=F("closes"), closes__lte=WHOLE_DAY_MIN)
            ),
            ExclusionConstraint(
                name="opening_never_twice",
                expressions=[
                    (_only("venue_id"), RangeOperators.OVERLAPS),
                    (_only("weekday"), RangeOperators.OVERLAPS),
                    (_minutes("opens", "closes"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class CalendarException(models.Model):
    """One day that differs: closed (`opens` and `closes` both 0), or open at other hours than usual."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="calendar_exceptions")
    day = models.DateField()
    opens = models.PositiveSmallIntegerField(default=0)
    closes = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ("day", "opens")
        indexes = [models.Index(name="exception_day", fields=("venue", "day"))]
        constraints = [
            models.UniqueConstraint(name="exception_once", fields=("venue", "day", "opens")),
            models.CheckConstraint(
                name="exception_within_day",
                condition=Q(opens=0, closes=0) | Q(opens__lt=F("closes"), closes__lte=WHOLE_DAY_MIN),
            ),
        ]


class RosterEntry(models.Model):
    """A desk is staffed from `starts` to `ends`, every such weekday or on one `day`.

    `staff` null: somebody sits there, who is not fixed. Entries for a day replace the desk's weekly ones on it; one
    with `starts` and `ends` both 0 says the desk stays empty that day.
    """

    desk = models.ForeignKey(Desk, on_delete=models.CASCADE, related_name="roster")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField(null=True)
    day = models.DateField(null=True)
    starts = models.PositiveSmallIntegerField()
    ends = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("day", "weekday", "starts", "id")
        indexes = [models.Index(name="roster_day", fields=("day",), condition=Q(day__isnull=False))]
        constraints = [
            models.CheckConstraint(
                name="roster_weekday_or_day",
                condition=Q(weekday__lte=6, day__isnull=True) | Q(weekday__isnull=True, day__isnull=False),
            ),
            models.CheckConstraint(
                name="roster_within_day",
                condition=Q(starts__lt=F("ends"), ends__lte=WHOLE_DAY_MIN)
                | Q(day__isnull=False, starts=0, ends=0),
            ),
            _never_twice("desk", "weekday"),
            _never_twice("desk", "day"),
            _never_twice("staff", "weekday"),
            _never_twice("staff", "day"),
        ]


class ReferenceLoad(models.Model):
    """Which reference data is in the database: the fingerprint of the files or of the generator it came from."""

    name = models.SlugField(max_length=40, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
