"""What happens to a case when something happens below it. Each runs in the transaction that made the fact."""

from onetrip.core.events import subscribe
from onetrip.core.jobs import defer
from onetrip.core.ready import Ready
from onetrip.domain.accounts.events import CitizensMerged
from onetrip.domain.booking import services as booking_services
from onetrip.domain.booking.events import (
    AppointmentBooked,
    AppointmentMoved,
    AppointmentReleased,
    CitizenArrived,
    TicketAbandoned,
)
from onetrip.domain.booking.states import AppointmentState
from onetrip.domain.cases import rules
from onetrip.domain.cases.models import Case, CasePaper
from onetrip.domain.cases.services import hand_over
from onetrip.domain.cases.services.errand import move_case, show_case
from onetrip.domain.cases.services.papers import show_gone, show_paper
from onetrip.domain.cases.services.stills import begin_stills_anew, drop_stills
from onetrip.domain.cases.services.telling import (
    forget_reminders,
    tell_conclusion,
    tell_paid,
    tell_paid_back,
)
from onetrip.domain.cases.services.visit import came
from onetrip.domain.cases.states import BEFORE_BOOKING, CASE, CaseState
from onetrip.domain.consultations import services as consultations_services
from onetrip.domain.consultations.events import ConsultationConcluded, ConsultationEnded
from onetrip.domain.papers.events import PaperExpires, PaperJudged, UploadExpires
from onetrip.domain.payments import queries as payments
from onetrip.domain.payments import services as payments_services
from onetrip.domain.payments.events import OrderChanged, OrderPaid, RefundDone
from onetrip.domain.recordings import services as recordings_services

# With what the live document of a case speaks of; only the case itself is locked.
_ROWS = Case.objects.select_related("consultation", "appointment", "ticket", "order").select_for_update(
    of=("self",)
)
_OF_CONSULTATION = Ready(lambda id_: _ROWS.filter(consultation__public_id=id_), id_=str)
_OF_APPOINTMENT = Ready(lambda id_: _ROWS.filter(appointment__public_id=id_), id_=str)
_OF_ORDER = Ready(lambda id_: _ROWS.filter(order__public_id=id_), id_=str)
# Not locked: an appointment is locked before its case.
_BEFORE_LOCKS = Ready(
    lambda id_: Case.objects.select_related("appointment").filter(order__public_id=id_), id_=str
)
_OF_TICKET = Ready(lambda id_: _ROWS.filter(ticket__public_id=id_), id_=str)


@subscribe(ConsultationConcluded)
def keep_conclusion(event: ConsultationConcluded) -> None:
    """The officer's written conclusion stays in the case and opens the way to booking; “ready” makes a place firm."""
    if event.kind not in (rules.NOT_COMPLETE, "impossible"):
        _make_firm(event)
    row = _OF_CONSULTATION.first(id_=event.consultation_id)
    if row is None:
        return
    drop_stills(row)
    row.conclusion_kind, row.conclusion_text, row.consulted_at = event.kind, event.text, event.at
    words = ["conclusion_kind", "conclusion_text", "consulted_at"]
    verb = "clear" if event.kind in rules.LETS_GO_AHEAD else "refuse"
    if CASE.allows(row.state, verb):
        move_case(row, verb, also=words, by=event.by, at=event.at)
    else:  # arrived or over meanwhile: the words are kept, the state stays
        row.save(update_fields=words)
        show_case(row)
    if (
        row.consultation is not None and row.consultation.letter_at is None
    ):  # who wrote is told by the letter's room
        tell_conclusion(row, at=event.at)


def _make_firm(event: ConsultationConcluded) -> None:
    # Before the case is locked: an appointment is locked before its case.
    provisional = Case.objects.filter(
        consultation__public_id=event.consultation_id,
        appointment__state=AppointmentState.BOOKED,
        appointment__complete_by__isnull=False,
    )
    for appointment_id in provisional.values_list("appointment__public_id", flat=True):
        booking_services.say_complete(appointment_id=appointment_id, by=event.by, at=event.at)


@subscribe(ConsultationEnded)
def show_that_it_ended(event: ConsultationEnded) -> None:
    """The next step is the citizen's again."""
    row = _OF_CONSULTATION.first(id_=event.consultation_id)
    if row is not None:
        drop_stills(row)
        show_case(row)


@subscribe(AppointmentBooked)
def mark_booked(event: AppointmentBooked) -> None:
    row = _OF_APPOINTMENT.first(id_=event.appointment_id)
    if row is None:
        return
    move_case(row, "book", by=event.by, at=event.at)
    if row.conclusion_kind == rules.NOT_COMPLETE:
        booking_services.make_provisional(appointment_id=event.appointment_id, by=event.by, at=event.at)


@subscribe(AppointmentMoved)
def forget_the_old_time(event: AppointmentMoved) -> None:
    """Nobody is reminded of a time that was moved."""
    row = _OF_APPOINTMENT.first(id_=event.appointment_id)
    if row is not None:
        forget_reminders(row, at=event.at)


@subscribe(AppointmentReleased)
def mark_released(event: AppointmentReleased) -> None:
    """The place was given back or never used; what an officer has cleared stays cleared."""
    row = _OF_APPOINTMENT.first(id_=event.appointment_id)
    if row is None:
        return
    forget_reminders(row, at=event.at)
    if row.state == CaseState.BOOKED:
        move_case(row, rules.release_verb(conclusion_kind=row.conclusion_kind), by=event.by, at=event.at)
    else:
        show_case(row)
    if row.order_id is not None:  # by a job: an order is locked before an appointment, never after
        defer("cases.settle_fee", case=row.public_id)


@subscribe(CitizenArrived)
def mark_arrived(event: CitizenArrived) -> None:
    row = _OF_APPOINTMENT.first(id_=event.appointment_id)
    if row is not None:
        came(row, event.ticket_id, by=event.by, at=event.at)


@subscribe(TicketAbandoned)
def mark_gone_home(event: TicketAbandoned) -> None:
    """Nobody came to the window: the errand can be booked again."""
    row = _OF_TICKET.first(id_=event.ticket_id)
    if row is not None and row.state == CaseState.ARRIVED:
        move_case(row, rules.release_verb(conclusion_kind=row.conclusion_kind), by=event.by, at=event.at)


@subscribe(OrderPaid)
def take_the_place(event: OrderPaid) -> None:
    """The fee is here: the place that waited for it is the citizen's. Where it is gone, the fee goes back.

    An errand that needs no place any more, because it was given up or its holder is in the hall without one, must not
    keep the money from being written down: what becomes of it is settled afterwards.
    """
    row = _BEFORE_LOCKS.first(id_=event.order_id)
    if row is None:
        return
    place = row.appointment
    needs_it = row.state in (*BEFORE_BOOKING, CaseState.BOOKED)
    if (
        place is None
        or not needs_it
        or not booking_services.confirm_if_held(appointment_id=place.public_id, by=event.by, at=event.at)
    ):
        defer("cases.settle_fee", case=row.public_id)
    _show_fee(event.order_id)
    fen = payments.order(event.order_id).due_fen
    tell_paid(row, order_id=event.order_id, fen=fen, at=event.at)


@subscribe(RefundDone)
def tell_of_the_refund(event: RefundDone) -> None:
    row = _BEFORE_LOCKS.first(id_=event.order_id)
    if row is not None:
        tell_paid_back(row, refund_id=event.refund_id, fen=event.fen, at=event.at)


@subscribe(OrderChanged)
def show_the_fee(event: OrderChanged) -> None:
    _show_fee(event.order_id)


def _show_fee(order_id: str) -> None:
    row = _OF_ORDER.first(id_=order_id)
    if row is not None:
        show_case(row)


@subscribe(PaperJudged)
def show_advice(event: PaperJudged) -> None:
    """The pre-check has looked at a picture of this case: its pages show what it says."""
    filed = CasePaper.objects.select_related("case").filter(paper_id=event.paper_key).first()
    if filed is not None:
        show_paper(filed.case, event.paper_key)


@subscribe(PaperExpires)
def show_that_it_is_gone(event: PaperExpires) -> None:
    """The pages of the case show the picture no longer; the case is locked before its pictures."""
    case_key = CasePaper.objects.filter(paper_id=event.paper_key).values_list("case_id", flat=True).first()
    row = Case.objects.filter(pk=case_key or 0).select_for_update().first()
    if row is not None:
        show_gone(row, event.paper_id, key=event.paper_key)


@subscribe(UploadExpires)
def show_that_it_begins_anew(event: UploadExpires) -> None:
    """What had come of a photograph is deleted: its share of progress is none again."""
    begin_stills_anew(event.upload_key)


@subscribe(CitizensMerged)
def follow_person(event: CitizensMerged) -> None:
    """What was one account's is the other's, here and in the modules below, in the order in which rows are locked."""
    for hands_over in (
        payments_services.hand_over,
        booking_services.hand_over,
        consultations_services.hand_over,
        recordings_services.hand_over,
        hand_over,
    ):
        hands_over(from_id=event.from_id, to_id=event.to_id)
