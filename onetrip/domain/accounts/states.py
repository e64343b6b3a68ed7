"""The few fixed words of this module: kinds of people, roles, verbs, and where a role reaches."""

from dataclasses import dataclass
from datetime import time

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# The hours of the city's clock in which messages wait, unless a person chose others.
QUIET_SINCE, QUIET_UNTIL = time(22), time(7)


class Kind(TextChoices):
    """A person is one or the other, for good: nobody signs in to the console with a phone code."""

    CITIZEN = "citizen", _("citizen")
    STAFF = "staff", _("staff")


class RoleName(TextChoices):
    """What a member of staff is employed to do."""

    OFFICER = "officer", _("window officer")
    LEAD = "lead", _("venue lead")
    OPERATOR = "operator", _("hotline operator")
    SUPERVISOR = "supervisor", _("supervisor")
    EDITOR = "editor", _("catalogue editor")
    ADMIN = "admin", _("administrator")


class Verb(TextChoices):
    """What a page or an action of the console asks for."""

    TAKE_CALLS = "take_calls", _("take video calls")
    SERVE_WINDOW = "serve_window", _("serve at a window")
    RECEPTION = "reception", _("receive visitors")
    ANSWER_HOTLINE = "answer_hotline", _("book for those who call")
    LEAD_VENUE = "lead_venue", _("lead a venue")
    SEE_INSIGHTS = "see_insights", _("see statistics")
    SEE_RECORDINGS = "see_recordings", _("see recordings of calls")
    EDIT_CATALOG = "edit_catalog", _("edit the catalogue")
    READ_AUDIT = "read_audit", _("read the audit log")
    ADMINISTER = "administer", _("administer the system")


@dataclass(frozen=True)
class Role:
    """One role and its reach: `venue_code` and `competence` narrow it, None means everywhere / everything."""

    role: str
    venue_code: str | None = None
    competence: str | None = None


# The sample city's staff all have this password. It opens nothing outside demo mode: see rules.is_demo().
DEMO_PASSWORD = "onetrip-demo-2026"
