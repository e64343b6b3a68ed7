"""Answers travel in addresses: what is shared, edited or old must never break a page."""

from types import SimpleNamespace

from onetrip.faces.citizen.answers import answers_in, as_params, usable, with_query

QUESTIONS = [
    SimpleNamespace(key="who", choices=(("self", "本人"), ("proxy", "代办"))),
    SimpleNamespace(key="lost", choices=(("yes", "是"), ("no", "否"))),
]


def test_answers_are_told_from_other_parameters() -> None:
    assert answers_in({"a_who": "self", "q": "x", "latitude": "1", "a_empty": ""}) == {"who": "self"}


def test_there_and_back() -> None:
    assert answers_in(as_params({"who": "self", "lost": "no"})) == {"who": "self", "lost": "no"}


def test_only_what_fits_the_guide_is_kept_in_the_order_of_the_questions() -> None:
    given = {"lost": "no", "gone": "x", "who": "nobody"}
    assert usable(given, QUESTIONS) == {"lost": "no"}
    assert list(usable({"lost": "no", "who": "self"}, QUESTIONS)) == ["who", "lost"]


def test_addresses_are_encoded() -> None:
    assert with_query("/x", {}) == "/x"
    assert with_query("/x", {"who": "a b&c"}, venue="1") == "/x?a_who=a+b%26c&venue=1"
