"""Answers to the situation questions on their way through addresses, forms and sign-in.

They live in the query string, each under `a_<question>`: a checklist can be shared as a link, the back button walks
through the questions, and nothing is stored of people who only look.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from urllib.parse import urlencode

from django.urls import reverse

from onetrip.domain.catalog.queries import Question

PREFIX = "a_"


def answers_in(params: Mapping[str, str]) -> dict[str, str]:
    """Return the answers among query or form parameters, without their prefix."""
    return {
        name.removeprefix(PREFIX): value
        for name, value in params.items()
        if name.startswith(PREFIX) and value
    }


def as_params(answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers as parameters of an address or hidden fields of a form."""
    return {PREFIX + key: value for key, value in answers.items()}


def with_query(address: str, answers: Mapping[str, str], **more: str) -> str:
    """Return the address with the answers (and `more`) as its query string."""
    query = urlencode({**as_params(answers), **more})
    return f"{address}?{query}" if query else address


def page_of(name: str, case_id: str) -> str:
    """Return the address of a page of one errand: looked up once, and the errand put in.

    `case_id` is one of ours, or came in by such an address: letters, digits and hyphens.
    """
    return _page(name).replace(_HERE, case_id)


_HERE = "here0here"


@cache
def _page(name: str) -> str:
    return reverse(name, args=[_HERE])


def usable(answers: Mapping[str, str], questions: Iterable[Question]) -> dict[str, str]:
    """Keep what answers a question of this guide with one of its choices, in the order of the questions.

    Addresses are shared and edited: what no longer fits is asked again instead of refused.
    """
    kept = {}
    for question in questions:
        value = answers.get(question.key, "")
        if value in {key for key, _text in question.choices}:
            kept[question.key] = value
    return kept
