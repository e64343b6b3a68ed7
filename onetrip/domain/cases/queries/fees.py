"""The fee of an errand as pages show it."""

from onetrip.core.errors import NotFound
from onetrip.domain.booking.states import AppointmentState
from onetrip.domain.cases import rules
from onetrip.domain.cases.models import Case
from onetrip.domain.cases.queries.errands import may_watch
from onetrip.domain.cases.states import OPEN
from onetrip.domain.cases.views import FeeView
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.payments import queries as payments

_ROWS = Case.objects.select_related("order", "appointment")


def fee(*, case_id: str, citizen_id: int) -> FeeView:
    """Return what the citizen's errand costs and what became of it. Raises NotFound for a stranger's."""
    return _fee_of(_ROWS.filter(public_id=case_id, citizen_id=citizen_id).first())


def fee_for_staff(*, case_id: str, by_user_id: int) -> FeeView:
    """Return the same to an officer who deals with the case; to others it does not exist (NotFound)."""
    if not may_watch(case_id=case_id, user_id=by_user_id):
        raise NotFound()
    return _fee_of(_ROWS.filter(public_id=case_id).first())


def case_of_order(*, order_id: str) -> str | None:
    """Return the id of the case whose fee this order is, or None."""
    return Case.objects.filter(order__public_id=order_id).values_list("public_id", flat=True).first()


def _fee_of(row: Case | None) -> FeeView:
    if row is None:
        raise NotFound()
    line = catalog.checklist_of(row.guide_version, row.answers).fee
    order = payments.order(row.order.public_id) if row.order else None
    held = row.appointment is not None and row.appointment.state == AppointmentState.HELD
    before = line.pay == rules.BEFORE and payments.is_on()
    return FeeView(
        case_id=row.public_id,
        item_name=row.item_name,
        fen=line.fen or 0,
        before=before,
        order=order,
        later=line.pay == rules.AFTER and bool(line.fen) and row.state in OPEN,
        is_due=rules.is_fee_due(
            fen=line.fen or 0,
            case_state=row.state,
            pay=line.pay,
            order_state=order.state if order else None,
        ),
        can_pay_online=payments.is_on() and (held or not before),
    )
