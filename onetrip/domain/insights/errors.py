"""Why insights say no."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import NotFound


class FigureUnknown(NotFound):
    """No such figure, or nothing that it could be broken down by."""

    code = "figure_unknown"
    message = _("There is no such figure.")
