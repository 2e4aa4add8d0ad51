"""Which of many short texts stand in a text: asked of every template, for all rules at once.

Theory of operation. Words recur from template to template, so what a word holds is worked out once. A cue of letters
and digits stands within one word of the text, and a sign is one character; any other is looked for where its sign is
there: its longest word, or the character that is of no word. A cue that begins with BEGINS stands only where a word
begins: `end` in `at the end`, not in `attend`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from smslint.matching.folding import ends_in_word

BEGINS = "\b"  # before a cue: no character of a word stands before it
WORDS_MAX = 50_000  # of which it is kept what they hold
STRETCHES_MAX = 5_000

_BETWEEN = "\uffff"  # texts; no character, and of no word
_WORD = re.compile(r"\w+")
_TELLING = 3  # characters of a word that not every text holds


class Anchors(NamedTuple):
    """Folded texts of which every match of a pattern holds one, each with the most characters that stand before it
    there, or are looked at before."""

    texts: Mapping[str, float]

    @property
    def before(self) -> float:
        """The most of them."""
        return max(self.texts.values())

    def first(self, text: str, start: int) -> int:
        """Where in the folded `text`, from `start` on, a match begins at the earliest; -1 where none does."""
        least: float = len(text)
        for one, before in self.texts.items():
            place = text.find(one, start) if one[0] != BEGINS else place_of(one, text, start)
            if 0 <= place < least + before:
                least = place - before
        return max(start, int(least)) if least < len(text) else -1


def place_of(cue: str, text: str, start: int = 0) -> int:
    """Where `cue` stands in the folded `text`, from `start` on; -1 where it does not."""
    if cue[0] != BEGINS:
        return text.find(cue, start)
    word = cue[1:]
    place = text.find(word, start)
    while place > 0 and ends_in_word(text[place - 1]):
        place = text.find(word, place + 1)
    return place


class Cues:
    """The texts to look for, folded."""

    def __init__(self, cues: Iterable[str]) -> None:
        self.every = every = frozenset(cues)
        self._whole = {cue for cue in every if len(cue) == 1 or _WORD.fullmatch(cue.lstrip(BEGINS))}
        self._mixed = [(_sign(cue), cue) for cue in every - self._whole]
        sought = self._whole.union(sign for sign, _ in self._mixed)
        self._signs = {cue for cue in sought if not _WORD.search(cue)}
        self._anywhere = {cue for cue in sought - self._signs if cue[0] != BEGINS}
        self._beginning = {cue: cue[1:] for cue in sought - self._signs - self._anywhere}
        self._bounded = {cue: cue[1:] for cue in every if cue[0] == BEGINS}
        self._by_word: dict[str, frozenset[str]] = {}
        self._by_stretch: dict[str, frozenset[str]] = {}

    def of(self, stretches: Collection[str], texts: Iterable[str], aligned: bool = True) -> frozenset[str]:
        """Those that stand in one of the folded `texts`, whose words are those of `stretches`. Not `aligned`: words may
        begin where none does in the texts as they were before they were folded, and the other way round."""
        found = self._of(stretches, texts)
        if aligned:
            return found
        every = tuple(texts)
        return found.union(cue for cue, word in self._bounded.items() if any(word in text for text in every))

    def _of(self, stretches: Collection[str], texts: Iterable[str]) -> frozenset[str]:
        found: set[str] = set()
        for stretch in stretches:
            known = self._by_stretch.get(stretch)
            found |= self._in_stretch(stretch) if known is None else known
        mixed = [cue for sign, cue in self._mixed if sign in found]
        whole = _BETWEEN.join(texts) if mixed else ""
        return frozenset(found & self._whole).union(cue for cue in mixed if place_of(cue, whole) >= 0)

    def _in_stretch(self, stretch: str) -> frozenset[str]:
        if len(self._by_stretch) >= STRETCHES_MAX:
            self._by_stretch.clear()
        found = {sign for sign in self._signs if sign in stretch}
        for word in set(_WORD.findall(stretch)):
            known = self._by_word.get(word)
            found |= self._in_word(word) if known is None else known
        held = self._by_stretch[stretch] = frozenset(found)
        return held

    def _in_word(self, word: str) -> frozenset[str]:
        if len(self._by_word) >= WORDS_MAX:
            self._by_word.clear()
        beginning = [cue for cue, plain in self._beginning.items() if word.startswith(plain)]
        held = self._by_word[word] = frozenset(one for one in self._anywhere if one in word).union(beginning)
        return held


def _sign(cue: str) -> str:
    """What stands in every text that `cue` stands in, and in few others."""
    longest = max(_WORD.findall(cue), key=len, default="")
    if len(longest) >= _TELLING:
        return longest
    return next(character for character in cue if character != BEGINS and not _WORD.match(character))
