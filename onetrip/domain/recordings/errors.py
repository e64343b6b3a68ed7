"""Why a recording says no."""

from django.utils.translation import gettext_lazy as _

from onetrip.core.errors import Conflict, Invalid, referee


class NotRecorded(Conflict):
    """The guide of the item does not allow it, and that is the default."""

    code = "not_recorded"
    message = _("Calls about this matter are not recorded.")


class NothingToRecord(Conflict):
    """No picture and sound flow: the call is over, elsewhere, or goes on by chat."""

    code = "nothing_to_record"
    message = _("There is no video call to record now.")


class RecordingUnderWay(Conflict):
    """One at a time in a consultation."""

    code = "recording_under_way"
    message = _("A recording is asked for or under way already.")


class AskedEnough(Conflict):
    """Who has said no is not asked again in this call, nor is anybody asked a fourth time."""

    code = "asked_enough"
    message = _("The answer was no. Please do not ask again in this call.")


class NotTaking(Conflict):
    """The recording has ended, or is paused: no more pieces."""

    code = "recording_not_taking"
    message = _("This recording takes nothing any more.")


class ChunkNotNext(Conflict):
    """A piece before this one is missing: send that one first."""

    code = "chunk_not_next"
    message = _("A piece of the recording is missing. It is sent again.")


class ChunkDiffers(Conflict):
    """Another piece stands at this place already."""

    code = "chunk_differs"
    message = _("Another piece of the recording stands here already.")


class SegmentOver(Conflict):
    """The recording goes on in a later stretch, from another window or after a reload."""

    code = "segment_over"
    message = _("The recording goes on in another window.")


class ChunkTooLarge(Invalid):
    """A piece has some bytes, and no more than two megabytes."""

    code = "chunk_too_large"
    message = _("This piece of the recording is too large.")


class ChunkBroken(Invalid):
    """What came is not what was sent."""

    code = "chunk_broken"
    message = _("This piece of the recording was damaged on its way.")


class WrongFilm(Invalid):
    """Neither WebM nor MP4."""

    code = "wrong_film"
    message = _("This is not a film that we keep.")


class LookReasonMissing(Invalid):
    """Nobody looks without a reason, and the reason is for a person to read."""

    code = "look_reason_missing"
    message = _("Please say for what, and in a few words why.")


referee("one_recording_at_a_time", RecordingUnderWay)
