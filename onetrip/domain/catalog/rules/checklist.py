"""The engine: answers → what this person needs. Pure, and the same for every face."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from onetrip.core.money import yuan
from onetrip.domain.catalog.errors import AnswersIncomplete, AnswerUnknown
from onetrip.domain.catalog.rules.plan import Answers, Asked, Plan, Rule, fact, words
from onetrip.domain.catalog.views import (
    Checklist,
    Fact,
    FeeLine,
    Guide,
    LimitLine,
    MaterialLine,
    Online,
    ProxyLine,
    Question,
    RecordingRule,
)

_NOTHING = Fact("unknown")


def draw_up(guide: Guide, answers: Mapping[str, str]) -> Checklist:
    """Return the checklist for the answers; incomplete ones give `complete=False` and the next question.

    Answers to questions that this situation does not ask are left out, whatever order they come in.
    Raises AnswerUnknown for an answer that is not one of the choices.
    """
    asked, counted, missing = _walk(guide, answers)
    questions = tuple(question for question in guide.questions if question.key in asked)
    with override(guide.language):
        if missing is not None:
            return _unfinished(guide, counted, questions)
        return _finished(guide, counted, questions)


def draw_up_complete(guide: Guide, answers: Mapping[str, str]) -> Checklist:
    """Return the checklist; raises AnswersIncomplete (its field is the open question) and AnswerUnknown."""
    checklist = draw_up(guide, answers)
    if checklist.next_question is not None:
        raise AnswersIncomplete(field=checklist.next_question.key, question=checklist.next_question.text)
    return checklist


def _walk(guide: Guide, answers: Mapping[str, str]) -> tuple[list[str], dict[str, str], Asked | None]:
    asked: list[str] = []
    counted: dict[str, str] = {}
    plan: Plan = guide.plan
    for question in plan.questions:
        if not question.when.holds(counted):
            continue
        asked.append(question.key)
        answer = answers.get(question.key, "")
        if not answer:
            return asked, counted, question
        if answer not in dict(question.choices):
            text = question.words.in_language(guide.language)
            raise AnswerUnknown(field=question.key, question=text)
        counted[question.key] = answer
    return asked, counted, None


def _unfinished(guide: Guide, answers: dict[str, str], questions: tuple[Question, ...]) -> Checklist:
    later = _("Shown once the questions are answered")
    return Checklist(
        complete=False,
        answers=answers,
        next_question=questions[-1],
        questions=questions,
        materials=(),
        fee=FeeLine(None, later, _NOTHING),
        limit=LimitLine(None, None, None, None, later, _NOTHING, _NOTHING),
        proxy=ProxyLine(False, later, _NOTHING),
        territory=guide.territory,
        territory_fact=_NOTHING,
        competence=guide.competence,
        online=guide.online,
        finish_online=False,
        minutes=0,
        missing_advice="",
    )


def _finished(guide: Guide, answers: dict[str, str], questions: tuple[Question, ...]) -> Checklist:
    plan: Plan = guide.plan
    language = guide.language
    territory, online = _only(plan, "territory", answers), _online(_only(plan, "online", answers), language)
    return Checklist(
        complete=True,
        answers=answers,
        next_question=None,
        questions=questions,
        materials=_materials(plan, answers, language),
        fee=_fee(_only(plan, "fees", answers), language),
        limit=_limit(_only(plan, "limits", answers), language),
        proxy=_proxy(_only(plan, "proxy", answers), language),
        territory=territory.parts["of"],
        territory_fact=territory.fact,
        competence=plan.competence,
        online=online,
        finish_online=online.whole,
        minutes=_only(plan, "minutes", answers).parts["estimate"],
        missing_advice=plan.missing_advice.in_language(language) or _advice(),
    )


def _only(plan: Plan, kind: str, answers: Answers) -> Rule:
    # The checks at import prove that exactly one rule speaks; a published version cannot change afterwards.
    return next(plan.speaking(kind, answers))


def _materials(plan: Plan, answers: Answers, language: str) -> tuple[MaterialLine, ...]:
    needed = (rule for rule in plan.speaking("materials", answers) if rule.parts.get("needed", True))
    return tuple(_material(plan, rule, language) for rule in needed)


def _material(plan: Plan, rule: Rule, language: str) -> MaterialLine:
    entry = plan.vocabulary[rule.parts["material"]]
    form, onsite = rule.parts.get("form", entry["form"]), bool(entry.get("onsite", False))
    return MaterialLine(
        key=rule.parts["material"],
        name=words(entry["name"]).in_language(language),
        form=form,
        form_text=pgettext("material", "done on the spot") if onsite else _form_text(form),
        count=rule.parts.get("count", 1),
        reason=rule.words("reason").in_language(language),
        where_to_get=words(entry["where"]).in_language(language),
        held_by_department=bool(entry.get("held_by_department", False)),
        onsite=onsite,
        fact=rule.fact,
    )


def _form_text(form: str) -> str:
    texts = {
        "original": pgettext("material", "original"),
        "copy": pgettext("material", "copy"),
        "both": pgettext("material", "original and copy"),
        "form": pgettext("material", "form to fill in"),
    }
    return texts[form]


def _fee(rule: Rule, language: str) -> FeeLine:
    fen, said = rule.parts.get("fen"), rule.words("text").in_language(language)
    if fen is None:
        return FeeLine(None, said, rule.fact)
    amount = yuan(fen) if fen else pgettext("fee", "Free")
    when = str(rule.parts.get("pay", "window"))
    return FeeLine(fen, f"{amount} ({said})" if said else amount, rule.fact, when)


def _limit(rule: Rule, language: str) -> LimitLine:
    statutory, promised = rule.parts.get("statutory"), rule.parts.get("promised")
    said = rule.words("text").in_language(language)
    promised_fact = fact(promised) if promised else rule.fact
    return LimitLine(
        statutory_days=_days(statutory),
        statutory_unit=statutory["unit"] if statutory else None,
        promised_days=_days(promised),
        promised_unit=promised["unit"] if promised else None,
        text=said or _limit_text(statutory, promised),
        fact=fact(statutory) if statutory else promised_fact,
        promised_fact=promised_fact,
    )


def _days(figure: Mapping[str, Any] | None) -> int | None:
    return int(figure["days"]) if figure else None


def _limit_text(statutory: Mapping[str, Any] | None, promised: Mapping[str, Any] | None) -> str:
    said = []
    if promised:
        said.append(_("promised: %(days)s") % {"days": _figure_text(promised)})
    if statutory:
        said.append(_("by law: %(days)s") % {"days": _figure_text(statutory)})
    return pgettext("between two texts", "; ").join(said)


def _figure_text(figure: Mapping[str, Any]) -> str:
    if figure["days"] == 0:
        return _("on the spot")
    text = _("%(days)s working days") if figure["unit"] == "working" else _("%(days)s calendar days")
    return text % {"days": figure["days"]}


def _proxy(rule: Rule, language: str) -> ProxyLine:
    return ProxyLine(bool(rule.parts["allowed"]), rule.words("text").in_language(language), rule.fact)


def _online(rule: Rule, language: str) -> Online:
    how = rule.words("how").in_language(language)
    return Online(bool(rule.parts["possible"]), bool(rule.parts["whole"]), how, rule.fact)


def _advice() -> str:
    return _(
        "If a paper is missing, do not come in vain: ask an officer by video first. "
        "They tell you whether another paper will do and note it in your case."
    )


def in_language(*, plan: Plan, version_id: str, version_no: int, language: str) -> Guide:
    """Return the guide of a version with every text in one language."""
    online = [_online(rule, language) for rule in plan.rules["online"]]
    first = next((one for one in online if one.possible), online[0])
    return Guide(
        version_id=version_id,
        version_no=version_no,
        item_code=plan.code,
        name=plan.name.in_language(language),
        category_code=plan.category_code,
        category_name=plan.category_name.in_language(language),
        competence=plan.competence,
        territory=plan.rules["territory"][0].parts["of"],
        summary=plan.summary.in_language(language),
        questions=tuple(_question(asked, language) for asked in plan.questions),
        online=Online(first.possible, all(one.whole for one in online), first.how, first.fact),
        sources=plan.sources,
        sample=plan.sample,
        recording=_recording(plan.recording, language),
        language=language,
        plan=plan,
    )


def _recording(rule: Rule | None, language: str) -> RecordingRule | None:
    return None if rule is None else RecordingRule(rule.words("why").in_language(language), rule.fact)


def _question(asked: Asked, language: str) -> Question:
    choices = tuple((key, text.in_language(language)) for key, text in asked.choices)
    return Question(asked.key, asked.words.in_language(language), choices)
