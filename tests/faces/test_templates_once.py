"""What is written out beforehand shows the same as Django's own templates, in each language."""

import pytest
from django.template import Engine, engines
from django.template.base import TextNode
from django.template.loader import get_template
from django.utils import translation

from onetrip.faces.frame.drawing.templates_once import Loader

_SOURCE = """{% load i18n static frame %}<a href="{% url "citizen:cases" %}">{% translate "Skip to content" %}</a>
{% if yes %}{% icon "check" %}<i>{% translate "Large text" %}</i>{% else %}{% static "frame/mark.svg" %}{% endif %}
{% for one in many %}{{ one }}{% translate "(done)" %}{% empty %}{% icon "info" label=word %}{% endfor %}
{% if elsewhere %}{% url "citizen:only_elsewhere" %}{% endif %}
{% translate "Large text" as later %}{{ later }}{% translate "50%% off" %}{% translate word %}"""
_CASES = [
    {"yes": True, "many": ["<1>", "2"], "word": "a & b"},
    {"yes": False, "many": [], "word": "Skip to content"},
]


@pytest.fixture
def loader() -> Loader:
    made = Loader(
        Engine(libraries=engines["django"].engine.libraries),
        [("django.template.loaders.locmem.Loader", {"one.html": _SOURCE})],
    )
    made.engine.template_loaders = [made]
    return made


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("values", _CASES)
def test_a_template_shows_what_django_shows(loader: Loader, language: str, values: dict[str, object]) -> None:
    from django.template import Context

    with translation.override(language):
        plain = loader.engine.from_string(_SOURCE).render(Context(values))
        assert loader.get_template("one.html").render(Context(values)) == plain
        assert ("跳到正文" in plain) == (language == "zh-hans")


def test_each_language_has_its_own(loader: Loader) -> None:
    with translation.override("zh-hans"):
        chinese = loader.get_template("one.html")
        assert loader.get_template("one.html") is chinese
    with translation.override("en"):
        assert loader.get_template("one.html") is not chinese


def test_fixed_parts_are_text_and_others_are_not(loader: Loader) -> None:
    with translation.override("en"):
        nodes = loader.get_template("one.html").nodelist
    kinds = [type(node).__name__ for node in nodes if type(node) is not TextNode]
    assert kinds == [
        "IfNode", "ForNode", "IfNode", "TranslateNode", "VariableNode", "TranslateNode",
    ]  # fmt: skip
    texts = [node.s for node in nodes if type(node) is TextNode]
    assert any('href="/cases/">Skip to content</a>' in text for text in texts)


def test_the_pages_are_read_by_it() -> None:
    template = get_template("frame/base.html").template  # type: ignore[attr-defined]
    assert any(
        type(node) is TextNode and "skip-link" in node.s and "#main" in node.s for node in template.nodelist
    )
