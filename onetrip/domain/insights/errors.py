"""Why insights say no."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Conflict, Invalid, NotFound


class FigureUnknown(NotFound):
    """No such figure, or nothing that it could be broken down by."""

    code = "figure_unknown"
    message = _("There is no such figure.")


class FormUnknown(Invalid):
    """An export is CSV or Excel."""

    code = "export_form_unknown"
    message = _("Please choose CSV or Excel.")


class TooManyExports(Conflict):
    """A few at a time: each reads all visits of a period."""

    code = "too_many_exports"
    message = _("Your earlier exports are still being written. Please wait for them.")
