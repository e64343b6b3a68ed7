"""What messages say: words with names in braces, checked before they are published, filled in when they go out."""

import hashlib
import json
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from onetrip.core.crypto import keyed_hash
from onetrip.domain.notifications.errors import VariableMissing, VariableUnknown, WordingBroken
from onetrip.domain.notifications.states import Channel

LINK = "link"
LANGUAGES = ("zh-hans", "en")
LONGEST_TITLE, LONGEST_TEXT = 60, 500


@dataclass(frozen=True)
class Words:
    """Titles and texts by language; WeChat's form (template_id) with its fields, empty where none is filled in."""

    titles: Mapping[str, str]
    texts: Mapping[str, str]
    form: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        said = [dict(self.titles), dict(self.texts), self.form, dict(self.fields)]
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def hash_address(address: str) -> str:
    """Return the keyed hash under which a person's page finds its messages."""
    return keyed_hash(address, purpose="notifications.reader")


def masked(channel: str, address: str) -> str:
    """Return an address as staff may see it."""
    if channel == Channel.SMS:
        return f"{address[:3]}****{address[-4:]}" if len(address) > 7 else "****"
    if channel == Channel.EMAIL:
        name, _at, host = address.partition("@")
        return f"{name[:1]}***@{host}"
    return "***"


def _names(text: str) -> Iterator[str]:
    """Yield the names in braces; only plain names: no attributes, no formats, nothing that could read an object."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise WordingBroken(why=_("the braces do not match")) from error
    for _literal, name, form, conversion in parts:
        if name is None:
            continue
        if form or conversion or not name.isidentifier():
            raise WordingBroken(why=_("between braces stands nothing but a name"))
        yield name


def check_wording(words: Words, *, variables: Mapping[str, str], required: tuple[str, ...]) -> None:
    """Refuse words that cannot be sent. Raises WordingBroken, VariableUnknown, VariableMissing."""
    for language in LANGUAGES:
        title, text = words.titles.get(language, "").strip(), words.texts.get(language, "").strip()
        if not title or not text:
            raise WordingBroken(why=_("a language is empty"), field=f"text_{language}")
        if len(title) > LONGEST_TITLE or len(text) > LONGEST_TEXT:
            raise WordingBroken(why=_("it is too long"), field=f"text_{language}")
        _check_names(title, variables, f"title_{language}")
        said = _check_names(text, variables, f"text_{language}")
        for name in required:
            if name not in said:
                raise VariableMissing(name=name, field=f"text_{language}")
    for name, value in words.fields.items():
        if not name.isidentifier():
            raise WordingBroken(why=_("a field of the form has no proper name"), field="fields")
        _check_names(value, variables, "fields")


def _check_names(text: str, variables: Mapping[str, str], place: str) -> set[str]:
    said = set(_names(text))
    for name in sorted(said - {LINK, *variables}):
        raise VariableUnknown(name=name, known=", ".join([*variables, LINK]), field=place)
    return said


def spell(text: str, values: Mapping[str, object]) -> str:
    """Fill in the names. Raises KeyError for one that has no value."""
    return string.Formatter().vformat(text, (), values)


def shipped(words: Words, *, language: str) -> tuple[str, str]:
    """Return title and text in a language, the city's own where there is none."""
    own = language if language in words.texts else LANGUAGES[0]
    return words.titles[own], words.texts[own]
