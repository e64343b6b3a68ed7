"""The fixed words of the module: kinds of venue and desk, competences and territories."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VenueKind(models.TextChoices):
    """The five kinds of service window the model city counts (215 + 15 + 11 + 1 + 3)."""

    HOUSEHOLD = "household", _("Household registration room")
    TRAFFIC = "traffic", _("Vehicle and driver office")
    EXIT_ENTRY = "exit_entry", _("Exit and entry hall")
    APPROVAL = "approval", _("Administrative approval hall")
    FIRE = "fire", _("Fire safety desk")


class DeskKind(models.TextChoices):
    """Where an officer sits: at a counter in the hall, or in front of a camera."""

    WINDOW = "window", _("Window")
    VIDEO = "video", _("Video post")


class Competence(models.TextChoices):
    """What a desk may handle. Every category of the catalogue maps to exactly one."""

    HOUSEHOLD = "household", _("Household registration")
    ID_CARD = "id_card", _("Identity cards")
    RESIDENCE = "residence", _("Residence permits")
    DRIVING_LICENCE = "driving_licence", _("Driving licences")
    VEHICLE = "vehicle", _("Vehicles")
    EXIT_ENTRY = "exit_entry", _("Exit and entry")
    APPROVAL = "approval", _("Administrative approvals")
    FIRE = "fire", _("Fire safety")


class Territory(models.TextChoices):
    """Which venue is competent for a person."""

    REGISTRATION = "registration", _("where your household is registered")
    RESIDENCE = "residence", _("where you live")
    ANYWHERE = "anywhere", _("any venue in the city")
