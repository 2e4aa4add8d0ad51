"""Vocabularies: what counts as a mention of something (an opt-out), in every language that the packs know.

A text has a mention when a pattern of some language matches and no `never` pattern of any language overlaps it. The
template's language only orders what is tried.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from smslint.patterns import SLOT, Pattern

_APOSTROPHES = str.maketrans("’ʼ‘", "'''")


class Mention(NamedTuple):
    """Where in a text something is mentioned, and by which pattern."""

    start: int
    end: int
    pattern: str


class Language(NamedTuple):
    """The patterns of one language. A text with none of `cues` (folded) is not searched; no cues: always searched."""

    cues: tuple[str, ...]
    any: tuple[Pattern, ...]
    never: tuple[Pattern, ...]


@dataclass(frozen=True)
class Vocabulary:
    """The languages of one wording, all that the loaded packs know."""

    languages: Mapping[str, tuple[Language, ...]]
    _seen: dict[tuple[str, str | None], tuple[Mention, ...]] = field(default_factory=dict, repr=False, compare=False)

    def mentions(self, text: str, language: str | None = None) -> tuple[Mention, ...]:
        """The mentions in `text`, those of `language` first; empty where there is none."""
        key = (text, language)
        if key not in self._seen:
            if len(self._seen) > 10_000:
                self._seen.clear()
            self._seen[key] = tuple(self._composed(text, language))
        return self._seen[key]

    def _composed(self, text: str, language: str | None) -> Iterator[Mention]:
        composed = unicodedata.normalize("NFC", text)
        for mention in self._search(composed, language):
            if composed == text:
                yield mention
            else:
                yield Mention(_before(text, mention.start), _before(text, mention.end), mention.pattern)

    def _search(self, text: str, language: str | None) -> Iterator[Mention]:
        folded = fold(text)
        killed: list[tuple[int, int]] | None = None
        for spoken in self._ordered(language):
            if spoken.cues and not any(cue in folded for cue in spoken.cues):
                continue
            for pattern in spoken.any:
                for match in pattern.regex.finditer(text):
                    if killed is None:
                        killed = self._killed(text)
                    if not any(start < match.end() and match.start() < end for start, end in killed):
                        yield Mention(match.start(), match.end(), pattern.name)

    def _ordered(self, language: str | None) -> Iterator[Language]:
        own = (language or "").split("-")[0]
        for name in sorted(self.languages, key=lambda name: (name != "any", name != own)):
            yield from self.languages[name]

    def _killed(self, text: str) -> list[tuple[int, int]]:
        nevers = (never for languages in self.languages.values() for spoken in languages for never in spoken.never)
        return [match.span() for never in nevers for match in never.regex.finditer(text)]


def _before(text: str, position: int) -> int:
    """How many characters of `text` the first `position` of its composed form (NFC) are."""
    return max(n for n in range(len(text) + 1) if len(unicodedata.normalize("NFC", text[:n])) <= position)


class SlotClass(NamedTuple):
    """A class of slot names: those that its pattern finds. `character` stands for its slots in a path's text. A name
    with none of `cues` (lower case) is not searched; no cues: always searched."""

    character: str
    cues: tuple[str, ...]
    pattern: Pattern

    def holds(self, name: str) -> bool:
        lower = name.lower()
        return (not self.cues or any(cue in lower for cue in self.cues)) and bool(self.pattern.regex.search(name))


@dataclass(frozen=True)
class SlotClasses:
    """The classes of slot names that the loaded packs know."""

    classes: tuple[SlotClass, ...] = ()
    _seen: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def character(self, name: str) -> str:
        """The character of the first class that the slot's dotted name belongs to."""
        if name not in self._seen:
            found = (one.character for one in self.classes if one.holds(name))
            self._seen[name] = next(found, SLOT)
        return self._seen[name]


def fold(text: str) -> str:
    """`text` without case and accents, with straight apostrophes."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).translate(_APOSTROPHES).casefold()
    return "".join(character for character in plain if not unicodedata.combining(character))
