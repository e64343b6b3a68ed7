"""Use cases of an errand: opening it, asking an officer, verdicts, booking, visiting, the outcome."""

from onetrip.domain.cases.services.by_staff.closing import Closing, close_early
from onetrip.domain.cases.services.by_staff.counter import (
    cancel_for,
    confirm_for,
    find_person,
    give_phone_for,
    hold_for,
    open_for,
    reschedule_for,
)
from onetrip.domain.cases.services.complaints import complain
from onetrip.domain.cases.services.earlier import (
    accept_offer,
    ask_for_earlier,
    decline_offer,
    stop_waiting,
)
from onetrip.domain.cases.services.errand import (
    agree_on_call_time,
    ask_officer,
    give_verdict,
    open_case,
    withdraw_case,
)
from onetrip.domain.cases.services.fees import (
    ask_fee_at_window,
    ask_invoice,
    prepare_payment,
    propose_refund,
    reduce_fee,
    settle_fee,
    take_fee_at_window,
)
from onetrip.domain.cases.services.handing import hand_over, prove_card
from onetrip.domain.cases.services.papers import file_paper, take_paper_back
from onetrip.domain.cases.services.stills import (
    add_to_still,
    ask_still,
    begin_still,
    drop_still,
    mark_paper,
)
from onetrip.domain.cases.services.telling import REMINDERS, remind, tell_guide_news
from onetrip.domain.cases.services.together import hold_together
from onetrip.domain.cases.services.visit import (
    cancel_booking,
    check_in,
    check_in_at_reception,
    check_in_by_name,
    check_in_by_phone,
    confirm,
    hold_slot,
    rate_visit,
    record_outcome,
    reschedule,
    say_complete,
    walk_in,
)

__all__ = [
    "REMINDERS",
    "Closing",
    "accept_offer",
    "add_to_still",
    "agree_on_call_time",
    "ask_fee_at_window",
    "ask_for_earlier",
    "ask_invoice",
    "ask_officer",
    "ask_still",
    "begin_still",
    "cancel_booking",
    "cancel_for",
    "check_in",
    "check_in_at_reception",
    "check_in_by_name",
    "check_in_by_phone",
    "close_early",
    "complain",
    "confirm",
    "confirm_for",
    "decline_offer",
    "drop_still",
    "file_paper",
    "find_person",
    "give_phone_for",
    "give_verdict",
    "hand_over",
    "hold_for",
    "hold_slot",
    "hold_together",
    "mark_paper",
    "open_case",
    "open_for",
    "prepare_payment",
    "propose_refund",
    "prove_card",
    "rate_visit",
    "record_outcome",
    "reduce_fee",
    "remind",
    "reschedule",
    "reschedule_for",
    "say_complete",
    "settle_fee",
    "stop_waiting",
    "take_fee_at_window",
    "take_paper_back",
    "tell_guide_news",
    "walk_in",
    "withdraw_case",
]
