"""Times for a video call: agreed on, reminded of, honoured, missed."""

from onetrip.domain.consultations.services.agreed.times import agree_on_time, cancel_time, look_after_times

__all__ = ["agree_on_time", "cancel_time", "look_after_times"]
