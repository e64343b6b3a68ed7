"""In which language the account answers. Messages do not say which one a person speaks.

Whoever has linked the WeChat has chosen a language on our pages: that one. Else what WeChat says of the person, where
it does. Else Chinese, but for words in Latin letters that can be no pinyin: they are answered in English, with a line
in Chinese that says how to go on in Chinese.
"""

import re
from typing import NamedTuple

from onetrip.domain.accounts import queries as accounts
from onetrip.domain.wechat.views import Incoming

CHINESE, ENGLISH = "zh-hans", "en"
_LETTERS = re.compile(r"[A-Za-z][A-Za-z' .,?!-]*")
# 汉语拼音正词法 without tones: an initial or none, then a final; v stands for ü. A few syllables too many do no harm.
_FINAL = (
    r"(?:i?ang|iong|uang|[aei]ng|ong|i?ao|i?an|[uv]an|u?ai|[aeiuv]n|[eu]i|i?ou|iu|[iuv]e|ia|u[ao]|[aeiouv])"
)
_SYLLABLE = rf"(?:(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw]){_FINAL}|ang?|a[io]|eng?|e[ir]|ou|[aeo])"
_PINYIN = re.compile(rf"(?:{_SYLLABLE})+")
_INITIALS = re.compile(r"[b-df-hj-np-tw-z]+")


class Spoken(NamedTuple):
    """A language, and whether it is only a guess from the letters."""

    code: str
    is_guess: bool = False


def spoken_by(message: Incoming) -> Spoken:
    """Return the language to answer a message in."""
    known = accounts.language_by_wechat(message.openid)
    if known is None and message.language:
        known = ENGLISH if message.language.lower().startswith("en") else CHINESE
    if known is not None:
        return Spoken(known)
    return Spoken(ENGLISH, is_guess=True) if is_english(message.text) else Spoken(CHINESE)


def is_english(text: str) -> bool:
    """Say whether it is in Latin letters and at least one word of it can be no pinyin: no syllables, no initials."""
    if not _LETTERS.fullmatch(text.strip()):
        return False
    words = re.findall(r"[a-z]+", text.lower().replace("'", ""))
    return any(not (_PINYIN.fullmatch(word) or _INITIALS.fullmatch(word)) for word in words)
