"""The answers that lie ready."""

from onetrip.domain.consultations.models import ReadyAnswer
from onetrip.domain.consultations.views import AnswerView


def ready_answers(*, item_code: str = "", general_too: bool = True) -> list[AnswerView]:
    """Return the answers for an item, those for every item after them."""
    wanted = {item_code, ""} if general_too else {item_code}
    rows = ReadyAnswer.objects.filter(item_code__in=wanted).order_by("-item_code", "place")
    return [AnswerView(row.public_id, row.item_code, row.place, row.text, row.text_en) for row in rows]


def items_with_answers() -> list[str]:
    """Return the codes of the items that have answers of their own."""
    rows = ReadyAnswer.objects.exclude(item_code="").order_by("item_code")
    return list(rows.values_list("item_code", flat=True).distinct())
