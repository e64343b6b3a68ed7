"""Why a hall's machines say no."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Conflict, Invalid


class NotInTheHall(Conflict):
    """Checking in and taking a number happen in the hall, where its screen shows a code."""

    code = "not_in_the_hall"
    message = _(
        "Please do this in the hall: scan the code on the hall’s screen, or type the six digits under it."
    )


class HallCodeWrong(Invalid):
    """Another minute's code, or a mistyped one."""

    code = "hall_code_wrong"
    message = _(
        "This is not the code on the hall’s screen now. It changes every minute; please type it again."
    )


class DeviceNameMissing(Invalid):
    """Somebody will look for this machine one day."""

    code = "device_name_missing"
    message = _("Please say which machine it is, for example “tablet at the entrance”.")


class DeviceKindUnknown(Invalid):
    """A screen or a tablet."""

    code = "device_kind_unknown"
    message = _("A machine of the hall is a screen or a self check-in.")


class PrinterInvalid(Invalid):
    """The server talks to printers inside the house only."""

    code = "printer_invalid"
    message = _("A printer has an address in the house’s own network, such as 192.168.1.50, and a port.")
