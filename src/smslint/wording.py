"""Vocabularies: what counts as a mention of something (an opt-out), in every language that the packs know.

A text has a mention when a pattern of some language matches and no `never` pattern of any language overlaps it. The
template's language only orders what is tried.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from smslint.cues import Cues
from smslint.folding import Folded, fold, folded
from smslint.patterns import SLOT, Needs, Pattern, together

REACH = 200  # characters that a `never` pattern may begin before what it overlaps
SEEN_MAX = 10_000  # texts whose mention is kept


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
        self._seen: dict[tuple[str, str | None], Mention | None] = {}
        self._ordered: dict[str, list[Pattern]] = {}

    @cached_property
    def needs(self) -> Needs:
        """Folded texts of which one stands in every text with a mention; None where nothing is sure."""
        return together(pattern.needs for pattern in self._any)

    @cached_property
    def _cues(self) -> Cues:
        return Cues(cue for pattern in (*self._any, *self._never) for cue in pattern.needs or ())

    def mention(self, text: str, language: str | None = None) -> Mention | None:
        """A mention in `text`, of the first pattern that finds one, those of `language` first; None without one."""
        key = (text, language)
        if key not in self._seen:
            if len(self._seen) >= SEEN_MAX:
                self._seen.clear()
            self._seen[key] = self._composed(text, language)
        return self._seen[key]

    def _composed(self, text: str, language: str | None) -> Mention | None:
        composed = text if text.isascii() else unicodedata.normalize("NFC", text)
        found = self._search(composed, language)
        if found is None or composed == text:
            return found
        return Mention(_before(text, found.start), _before(text, found.end), found.pattern)

    def _search(self, text: str, language: str | None) -> Mention | None:
        plain = folded(text)
        cues = self._cues.of(plain.text)
        own = (language or "").split("-")[0]
        if own not in self._ordered:
            self._ordered[own] = list(self._patterns(own))
        for pattern in self._ordered[own]:
            if pattern.needs is not None and cues.isdisjoint(pattern.needs):
                continue
            for match in pattern.finditer(text, plain):
                if not self._killed(text, plain, *match.span(), cues):
                    return Mention(match.start(), match.end(), pattern.name)
        return None

    def _patterns(self, own: str) -> Iterator[Pattern]:
        for name in sorted(self.languages, key=lambda name: (name != "any", name != own)):
            yield from self.languages[name].any

    def _killed(self, text: str, plain: Folded, start: int, end: int, cues: frozenset[str]) -> bool:
        """Whether a `never` pattern of any language overlaps the match from `start` to `end`."""
        for never in self._never:
            if never.needs is not None and cues.isdisjoint(never.needs):
                continue
            for match in never.finditer(text, plain, max(0, start - REACH)):
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
