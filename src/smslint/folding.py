"""Texts without case and accents, as names and words are compared."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple


class _Folded(dict[int, str]):
    """What each character is without case and accents, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", _ALIKE.get(chr(code), chr(code))).casefold()
        self[code] = "".join(character for character in plain if not unicodedata.combining(character))
        return self[code]


# With the dotless i, which `re.IGNORECASE` takes for an i.
_ALIKE = {"’": "'", "ʼ": "'", "‘": "'", "ı": "i"}
_FOLDED = _Folded()


class Folded(NamedTuple):
    """A folded text; `aligned`: each of its characters is made of the one that stands at its place."""

    text: str
    aligned: bool


def folded(text: str) -> Folded:
    """`text` folded, and whether places in it are those of `text`."""
    plain = fold(text)
    return Folded(plain, text.isascii() or all(len(_FOLDED[ord(character)]) == 1 for character in set(text)))


def fold(text: str) -> str:
    """`text` without case and accents, with straight apostrophes."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)
