"""Which of many short texts stand in a text: asked of every template, for all rules at once.

Theory of operation. Words recur from template to template, so what a word holds is worked out once. A cue of letters
and digits stands within one word of the text; any other is looked for where its longest word is there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

WORDS_MAX = 50_000  # of which it is kept what they hold
STRETCHES_MAX = 5_000

_WORD = re.compile(r"\w+")


class Anchors(NamedTuple):
    """Folded texts of which every match of a pattern holds one, and the most characters that stand before it there, or
    are looked at before."""

    texts: frozenset[str]
    before: float


class Cues:
    """The texts to look for, folded."""

    def __init__(self, cues: Iterable[str]) -> None:
        every = frozenset(cues)
        self._whole = {cue for cue in every if _WORD.fullmatch(cue)}
        self._mixed = {cue: max(_WORD.findall(cue), key=len, default="") for cue in every - self._whole}
        self._sought = self._whole | set(self._mixed.values()) - {""}
        self._by_word: dict[str, frozenset[str]] = {}
        self._by_stretch: dict[str, frozenset[str]] = {}

    def of(self, stretches: Collection[str], texts: Iterable[str] | None) -> frozenset[str]:
        """Those that stand in one of the folded `texts`, whose words are those of `stretches`; without `texts`, also
        those that are no words and may stand across."""
        found: set[str] = set()
        for stretch in stretches:
            known = self._by_stretch.get(stretch)
            found |= self._in_stretch(stretch) if known is None else known
        mixed = [cue for cue, word in self._mixed.items() if not word or word in found]
        if texts is None:
            mixed = [cue for cue in mixed if len(cue) > 1 or any(cue in stretch for stretch in stretches)]
            return frozenset(found & self._whole).union(mixed)
        held = {cue for text in texts for cue in mixed if cue in text} if mixed else ()
        return frozenset(found & self._whole).union(held)

    def made_of(self, letters: set[str]) -> frozenset[str]:
        """Those that have no other letters."""
        return frozenset(cue for cue in self._whole if letters.issuperset(cue)) if letters else frozenset()

    def _in_stretch(self, stretch: str) -> frozenset[str]:
        if len(self._by_stretch) >= STRETCHES_MAX:
            self._by_stretch.clear()
        found: set[str] = set()
        for word in set(_WORD.findall(stretch)):
            known = self._by_word.get(word)
            found |= self._in_word(word) if known is None else known
        held = self._by_stretch[stretch] = frozenset(found)
        return held

    def _in_word(self, word: str) -> frozenset[str]:
        if len(self._by_word) >= WORDS_MAX:
            self._by_word.clear()
        held = self._by_word[word] = frozenset(one for one in self._sought if one in word)
        return held
