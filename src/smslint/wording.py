"""Vocabularies: what counts as a mention of something (an opt-out), in every language that the packs know.

A text has a mention when a pattern of some language matches and no `never` pattern of any language overlaps it. The
template's language only orders what is tried.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from smslint.cues import Cues
from smslint.folding import Folded, fold, folded
from smslint.patterns import SLOT, Needs, Pattern, together

REACH = 200  # characters that a `never` pattern may begin before what it overlaps
SEEN_MAX = 10_000  # texts whose mention is kept
CHOSEN_MAX = 1_000  # sets of cues for which it is kept which patterns may find something


class Mention(NamedTuple):
    """Where in a text something is mentioned, and by which pattern."""

    start: int
    end: int
    pattern: str


class Language(NamedTuple):
    """The patterns of one language: what says it, and what says something else where they overlap."""

    any: tuple[Pattern, ...]
    never: tuple[Pattern, ...]


SILENT = Language((), ())


class Vocabulary:
    """The languages of one wording, all that the loaded packs know."""

    def __init__(self, languages: Mapping[str, Language]) -> None:
        self.languages = languages
        spoken = list(languages.values())
        self._never = [pattern for one in spoken for pattern in one.never]
        self._any = [pattern for one in spoken for pattern in one.any]
        self._seen: dict[tuple[str, bool, str], Mention | None] = {}
        self._chosen: dict[tuple[str, frozenset[str]], Spoken] = {}

    @cached_property
    def needs(self) -> Needs:
        """Folded texts of which one stands in every text with a mention; None where nothing is sure."""
        return together(pattern.needs for pattern in self._any)

    @cached_property
    def cues(self) -> frozenset[str]:
        """All that is looked for before its patterns are searched."""
        every = (*self._any, *self._never)
        return frozenset(cue for pattern in every for needed in (pattern.needs, pattern.holds) for cue in needed or ())

    @cached_property
    def _sought(self) -> Cues:
        return Cues(self.cues)

    def mention(
        self,
        text: str,
        language: str | None = None,
        plain: Folded | None = None,
        held: frozenset[str] | None = None,
    ) -> Mention | None:
        """A mention in `text`, of the first pattern that finds one, those of `language` first; None without one.

        `plain`: the text folded; `held`: those of `cues` that stand in it, and maybe others; both if they are known.
        """
        composed = text if text.isascii() else unicodedata.normalize("NFC", text)
        if plain is None or composed != text:
            plain = folded(composed)
        found = self._mention(composed, (language or "").split("-")[0], plain, held)
        if found is None or composed == text:
            return found
        return Mention(_before(text, found.start), _before(text, found.end), found.pattern)

    def _mention(self, text: str, own: str, plain: Folded, held: frozenset[str] | None) -> Mention | None:
        """The mention, looked up by that part of the text alone on which it depends."""
        cues = self._sought.of((plain.text,), (plain.text,)) if held is None else held & self.cues
        spoken = self._speaking(own, cues)
        start = spoken.start(plain)
        if start is None:
            return None
        key = (own, start == 0, text[start:])
        if key not in self._seen:
            if len(self._seen) >= SEEN_MAX:
                self._seen.clear()
            self._seen[key] = _search(spoken, text, plain, start)
        found = self._seen[key]
        return found and Mention(start + found.start, start + found.end, found.pattern)

    def _speaking(self, own: str, cues: frozenset[str]) -> Spoken:
        """The patterns that may find something in a text with these cues, those of the language `own` first."""
        if (own, cues) not in self._chosen:
            if len(self._chosen) >= CHOSEN_MAX:
                self._chosen.clear()
            order = sorted(self.languages, key=lambda name: (name != "any", name != own))
            every = (pattern for name in order for pattern in self.languages[name].any)
            self._chosen[own, cues] = _spoken(_standing(every, cues), _standing(self._never, cues))
        return self._chosen[own, cues]


class Spoken(NamedTuple):
    """Patterns to search; `marks`: texts without which none of them finds anything, each with how many characters
    before it may matter; None: anything may."""

    any: tuple[Pattern, ...]
    never: tuple[Pattern, ...]
    marks: tuple[tuple[str, int], ...] | None

    def start(self, plain: Folded) -> int | None:
        """From where on the text matters; None where nothing can be found in it."""
        if self.marks is None or not plain.aligned:
            return 0 if self.any else None
        places = [place - before for mark, before in self.marks if (place := plain.text.find(mark)) >= 0]
        return max(0, min(places)) if places else None


def _spoken(every: tuple[Pattern, ...], never: tuple[Pattern, ...]) -> Spoken:
    marks: dict[str, int] = {}
    for pattern in (*every, *never):
        if pattern.anchors is None:
            return Spoken(every, never, None)
        for text in pattern.anchors.texts:
            marks[text] = max(marks.get(text, 0), pattern.anchors.before)
    return Spoken(every, never, tuple(marks.items()))


def _search(spoken: Spoken, text: str, plain: Folded, start: int) -> Mention | None:
    """The first mention, its places counted from `start`."""
    for pattern in spoken.any:
        for match in pattern.finditer(text, plain, start):
            if not _overlapped(spoken.never, text, plain, *match.span()):
                return Mention(match.start() - start, match.end() - start, pattern.name)
    return None


def _standing(patterns: Iterable[Pattern], cues: frozenset[str]) -> tuple[Pattern, ...]:
    return tuple(p for p in patterns if all(one is None or not cues.isdisjoint(one) for one in (p.needs, p.holds)))


def _overlapped(never: Iterable[Pattern], text: str, plain: Folded, start: int, end: int) -> bool:
    """Whether a `never` pattern overlaps the match from `start` to `end`."""
    for pattern in never:
        for match in pattern.finditer(text, plain, max(0, start - REACH)):
            if match.start() >= end:
                break
            if match.end() > start:
                return True
    return False


def _before(text: str, position: int) -> int:
    """How many characters of `text` the first `position` of its composed form (NFC) are."""
    return max(n for n in range(len(text) + 1) if len(unicodedata.normalize("NFC", text[:n])) <= position)


class SlotClass(NamedTuple):
    """A class of slot names: those that its pattern finds. `character` stands for its slots in a path's text."""

    character: str
    pattern: Pattern

    def holds(self, name: str) -> bool:
        plain = fold(name)
        cues = self.pattern.cues
        return (not cues or any(cue in plain for cue in cues)) and bool(self.pattern.regex.search(name))


class SlotClasses:
    """The classes of slot names that the loaded packs know."""

    def __init__(self, classes: tuple[SlotClass, ...] = ()) -> None:
        self.classes = classes
        self._seen: dict[str, str] = {}

    def character(self, name: str) -> str:
        """The character of the first class that the slot's dotted name belongs to."""
        if name not in self._seen:
            found = (one.character for one in self.classes if one.holds(name))
            self._seen[name] = next(found, SLOT)
        return self._seen[name]
