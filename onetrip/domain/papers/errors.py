"""Why a picture is not taken."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Conflict, Invalid


class Unreadable(Invalid):
    """The file is no picture that we can open."""

    code = "photo_unreadable"
    message = _("This file is not a picture we can read. Please send a JPEG or PNG photo.")


class TooLarge(Invalid):
    """The picture has more bytes or pixels than we take."""

    code = "photo_too_large"
    message = _("This picture is too large. Please send one below 10 MB.")


class BadMarks(Invalid):
    """Marks are circles and arrows in shares of the picture, twelve at most; a picture is turned by quarters."""

    code = "bad_marks"
    message = _("These marks do not fit the picture.")


class NotNext(Conflict):
    """This part does not continue what has come so far: ask how much that is, and go on from there."""

    code = "upload_not_next"
    message = _("A part of the picture is missing. It is sent again.")


class UploadOver(Conflict):
    """The upload was not finished in its time, or there never was one."""

    code = "upload_over"
    message = _("Sending took too long. Please send the picture again.")
