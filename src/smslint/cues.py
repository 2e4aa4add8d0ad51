"""Which of many short texts stand in a text: asked of every template, for all rules at once.

Theory of operation. Words recur from template to template, so what a word holds is worked out once. A cue of letters
and digits stands within one word of the text; any other is looked for where its longest word is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

WORDS_MAX = 50_000  # of which it is kept what they hold

_WORD = re.compile(r"\w+")


class Cues:
    """The texts to look for, folded."""

    def __init__(self, cues: Iterable[str]) -> None:
        every = frozenset(cues)
        self._whole = {cue for cue in every if _WORD.fullmatch(cue)}
        self._mixed = {cue: max(_WORD.findall(cue), key=len, default="") for cue in every - self._whole}
        self._sought = self._whole | set(self._mixed.values()) - {""}
        self._by_word: dict[str, frozenset[str]] = {}

    def of(self, folded: str) -> frozenset[str]:
        """Those that stand in `folded`."""
        found: set[str] = set()
        known = self._by_word
        for word in set(_WORD.findall(folded)):
            held = known.get(word)
            found |= self._held(word) if held is None else held
        mixed = [cue for cue, word in self._mixed.items() if (not word or word in found) and cue in folded]
        return frozenset(found & self._whole).union(mixed)

    def _held(self, word: str) -> frozenset[str]:
        if len(self._by_word) >= WORDS_MAX:
            self._by_word.clear()
        held = self._by_word[word] = frozenset(one for one in self._sought if one in word)
        return held
