"""Ask: the situation questions, one a screen, and the personal checklist they lead to."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from onetrip.core import clock
from onetrip.domain.catalog import queries as catalog
from onetrip.domain.catalog.queries import Checklist, Guide
from onetrip.domain.consultations import queries as consultations
from onetrip.faces.citizen.answers import answers_in, as_params, usable, with_query
from onetrip.faces.citizen.steps import STEPS


def asked(request: HttpRequest, code: str) -> tuple[Guide, Checklist]:
    """Return the guide and what the answers in the address make of it."""
    guide = catalog.guide_of(code)
    return guide, catalog.personal_checklist(guide, usable(answers_in(request.GET), guide.questions))


@require_GET
def questions(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the next open question; with all of them answered, go on to the checklist."""
    guide, checklist = asked(request, code)
    question = checklist.next_question
    if question is None:
        return HttpResponseRedirect(with_query(reverse("citizen:checklist", args=[code]), checklist.answers))
    here = reverse("citizen:questions", args=[code])
    context = {
        "guide": guide,
        "question": question,
        "number": len(checklist.questions),
        "choices": [
            (text, with_query(here, {**checklist.answers, question.key: key}))
            for key, text in question.choices
        ],
        "given": given_answers(checklist, here),
        "back": _one_back(checklist, code, here),
        "steps": STEPS,
    }
    return render(request, "citizen/question.html", context)


@require_GET
def checklist(request: HttpRequest, code: str) -> HttpResponse:
    """Show what this person needs to bring, pay and wait, and the ways on from here."""
    guide, mine = asked(request, code)
    if not mine.complete:
        return HttpResponseRedirect(with_query(reverse("citizen:questions", args=[code]), mine.answers))
    context = {
        "guide": guide,
        "checklist": mine,
        "params": as_params(mine.answers),
        "given": given_answers(mine, reverse("citizen:questions", args=[code])),
        "where": with_query(reverse("citizen:where", args=[code]), mine.answers),
        "address": with_query(request.path, mine.answers),
        "line": consultations.line(competence=mine.competence, at=clock.now()),
        "steps": STEPS,
    }
    return render(request, "citizen/checklist.html", context)


def given_answers(checklist: Checklist, address: str) -> list[tuple[str, str, str]]:
    """Return (question, answer, address that asks it again and keeps what was answered before)."""
    given: list[tuple[str, str, str]] = []
    before: dict[str, str] = {}
    for question in checklist.questions:
        key = checklist.answers.get(question.key)
        if key is None:
            continue
        given.append((question.text, dict(question.choices)[key], with_query(address, before)))
        before[question.key] = key
    return given


def _one_back(checklist: Checklist, code: str, here: str) -> str:
    if not checklist.answers:
        return reverse("citizen:item", args=[code])
    return with_query(here, dict(list(checklist.answers.items())[:-1]))
