"""What people type, and what an item answers to: Chinese, pinyin, initials, English, and the words they say.

Every name is stored from its start, and again from each later syllable, so that "begins with" on a plain index finds
the middle of a name as well: jsz and jiashizheng both find 初次申领驾驶证.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any

LONGEST = 120  # characters of a stored term
_LONGEST_QUERY, _MOST_TERMS = 100, 6
_LATEST = 8  # the later in a name, the less it counts, down to the next lower rank
_RUNS = re.compile(r"[a-z0-9]+|[一-鿿]+")
# Words around an errand that say nothing about which one it is. Longer ones first.
_FILLERS = (
    "需要什么材料", "需要哪些材料", "要什么材料", "怎么办理", "如何办理", "怎么办", "怎么弄", "在哪里",
    "在哪儿", "多少钱", "需要什么", "带什么", "我想要", "我想", "我要", "怎么", "如何", "哪里", "请问",
    "办理", "手续", "了", "的", "吗", "呢",
)  # fmt: skip


class Rank(IntEnum):
    """How good a hit at a term's beginning is; hitting all of a WHOLE one adds to it (see queries)."""

    NAME = 80
    NAME_SOUND = 78  # pinyin, initials
    WORD = 70
    WORD_SOUND = 68
    INSIDE = 60
    INSIDE_SOUND = 58
    SAID = 50  # a synonym or a phrase from synonyms.yaml
    SAID_SOUND = 48
    SAID_INSIDE = 44
    CATEGORY = 30
    MATERIAL = 10


WHOLE = (
    Rank.NAME,
    Rank.NAME_SOUND,
    Rank.SAID,
    Rank.SAID_SOUND,
)  # names and phrases from their first character


@dataclass(frozen=True)
class Term:
    text: str
    rank: int


@dataclass(frozen=True)
class Query:
    """A search text taken apart: every one of `terms` must be found. `pieces` are the pairs of characters of each."""

    terms: tuple[str, ...]
    pieces: tuple[tuple[str, ...], ...]


def normal(text: str) -> str:
    """Return the text in one width, in small letters, with everything but words turned into spaces."""
    text = unicodedata.normalize("NFKC", text).lower()
    return " ".join(_RUNS.findall(text))


def query(text: str) -> Query:
    """Take apart what somebody typed: at blanks and where the script changes; at most six terms."""
    terms = []
    for run in normal(text[:_LONGEST_QUERY]).split():
        terms.append(run if run.isascii() else _without_fillers(run))
    terms = list(dict.fromkeys(term for term in terms if term))[:_MOST_TERMS]
    return Query(tuple(terms), tuple(_pieces(term) for term in terms))


def _without_fillers(run: str) -> str:
    for filler in _FILLERS:
        shorter = run.replace(filler, "")
        # 办理 alone is still a word to look for, and 丢了 must not become 丢 in a two-character query.
        run = shorter if len(shorter) >= 2 else run
    return run


def _pieces(term: str) -> tuple[str, ...]:
    if term.isascii():
        return ()
    return tuple(first + second for first, second in pairwise(term)) or (term,)


def terms_of(
    *, content: Mapping[str, Any], words: Iterable[tuple[str, str]], phrases: Iterable[str]
) -> tuple[Term, ...]:
    """Return what an item answers to, each text once with its best rank.

    `words` are (what people say, what the catalogue calls it); `phrases` are those that name this item.
    """
    item, category = content["item"], content["category"]
    name = normal(item["name"]["zh"]).replace(" ", "")
    found: dict[str, int] = {}

    def add(text: str, rank: int) -> None:
        text = text[:LONGEST]
        if text and rank > found.get(text, -1):
            found[text] = rank

    _add_chinese(add, name, (Rank.NAME, Rank.NAME_SOUND), inside=True)
    _add_english(add, normal(item["name"]["en"]), Rank.NAME)
    for said in (*phrases, *_as_people_say(name, words), *_as_people_say(normal(item["name"]["en"]), words)):
        _add_chinese(add, normal(said).replace(" ", ""), (Rank.SAID, Rank.SAID_SOUND), inside=False)
        if said.isascii():
            _add_english(add, normal(said), Rank.SAID)
    _add_chinese(add, normal(category["name"]["zh"]).replace(" ", ""), (Rank.CATEGORY,) * 2, inside=False)
    for material in content["materials"].values():
        add(normal(material["name"]["zh"]).replace(" ", ""), Rank.MATERIAL)
    return tuple(Term(text, rank) for text, rank in sorted(found.items()))


def search_text(terms: Iterable[Term]) -> str:
    """Return everything at once, for queries that only resemble it."""
    return " ".join(term.text for term in terms if term.rank >= Rank.SAID_SOUND)


def _as_people_say(name: str, words: Iterable[tuple[str, str]]) -> list[str]:
    return [name.replace(means, said) for said, means in words if means in name and said not in name]


def _add_chinese(add: Any, text: str, ranks: tuple[int, int], *, inside: bool) -> None:
    if not text or text.isascii():
        return
    starts = _word_starts(text)
    for at in range(len(text)):
        written, sounded = ranks
        if at:
            if inside:
                pair = (Rank.WORD, Rank.WORD_SOUND) if at in starts else (Rank.INSIDE, Rank.INSIDE_SOUND)
                written, sounded = (rank - min(at - 1, _LATEST) for rank in pair)
            else:
                written = sounded = min(written - 6, Rank.SAID_INSIDE)
        rest = text[at:]
        add(rest, written)
        add("".join(_syllables(rest)), sounded)
        add("".join(syllable[0] for syllable in _syllables(rest)), sounded)


def _add_english(add: Any, text: str, rank: int) -> None:
    parts = text.split()
    for at in range(len(parts)):
        add(" ".join(parts[at:]), rank if at == 0 else rank - 10)


@lru_cache(maxsize=4096)
def _syllables(text: str) -> tuple[str, ...]:
    from pypinyin import (
        Style,
        lazy_pinyin,
    )  # here: a dictionary of 47,000 phrases, for those who change names

    return tuple(syllable for syllable in lazy_pinyin(text, style=Style.NORMAL, v_to_u=False) if syllable)


@lru_cache(maxsize=1024)
def _word_starts(text: str) -> frozenset[int]:
    from pypinyin.seg.mmseg import seg

    starts, at = set(), 0
    for word in seg.cut(text):
        starts.add(at)
        at += len(word)
    return frozenset(starts)
