"""Why a picture is not taken."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Invalid


class Unreadable(Invalid):
    """The file is no picture that we can open."""

    code = "photo_unreadable"
    message = _("This file is not a picture we can read. Please send a JPEG or PNG photo.")


class TooLarge(Invalid):
    """The picture has more bytes or pixels than we take."""

    code = "photo_too_large"
    message = _("This picture is too large. Please send one below 10 MB.")


class BadMarks(Invalid):
    """Marks are circles in shares of the picture, twelve at most; a picture is turned by quarters."""

    code = "bad_marks"
    message = _("These marks do not fit the picture.")
