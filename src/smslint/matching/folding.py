"""Texts without case and accents, as names and words are compared."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

RUN_MAX = 20  # characters of white space in a row

_LONG_RUN = re.compile(rf"\s{{{RUN_MAX + 1}}}")


class _Folded(dict[int, str]):
    """What each character is without case and accents, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = unicodedata.normalize("NFKD", _ALIKE.get(character, character)).casefold()
        found = "".join(one for one in plain if not unicodedata.combining(one))
        # A sign is no word, though it may be made of letters: ™, №.
        alike = all(one.isalnum() is character.isalnum() for one in found)
        self[code] = found if alike else character
        return self[code]


# With the dotless i, which `re.IGNORECASE` takes for an i, and letters with a stroke, which Unicode does not decompose.
_ALIKE = {"’": "'", "ʼ": "'", "‘": "'", "ı": "i"} | dict(zip("łŁøØđĐ", "lLoOdD", strict=True))
_FOLDED = _Folded()


class Folded(NamedTuple):
    """A folded text; `aligned`: each of its characters is made of the one that stands at its place, and no white space
    in it is longer than RUN_MAX."""

    text: str
    aligned: bool


def folded(text: str) -> Folded:
    """`text` folded, and whether places in it can be told from those of `text`."""
    return Folded(fold(text), one_by_one(text) and not long_run(text))


def one_by_one(text: str) -> bool:
    """Whether folding makes one character of each; words then begin and end at the same places."""
    return text.isascii() or all(len(_FOLDED[ord(character)]) == 1 for character in set(text))


def long_run(text: str) -> bool:
    """Whether a run of white space is longer than RUN_MAX."""
    return _LONG_RUN.search(text) is not None


def fold(text: str) -> str:
    """`text` without case and accents, with straight apostrophes."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


def begins_in_word(text: str) -> bool:
    """Whether `text` could go on with a word that stands before it."""
    return text[:1].isalnum() or text[:1] == "_"


def ends_in_word(text: str) -> bool:
    """Whether a word at the end of `text` could go on after it."""
    return text[-1:].isalnum() or text[-1:] == "_"
