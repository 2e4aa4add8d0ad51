"""Vocabularies: what counts as a mention of something (an opt-out), in every language that the packs know.

A text has a mention when a pattern of some language matches and no `never` pattern of any language overlaps it. The
template's language only orders what is tried. Languages that nothing brings in are `Further`: they are read, and tried
last, where a text holds a word of theirs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from smslint.matching.cues import BEGINS, Cues, place_of
from smslint.matching.folding import Folded, fold, folded
from smslint.matching.patterns import SLOT, Needs, Pattern, together
from smslint.reading.schema import WORDS_MAX

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


Signs = Mapping[str, "tuple[tuple[frozenset[str], ...], ...]"]


class Further(NamedTuple):
    """The languages of a wording that are not loaded, and how to read them.

    `finding` tells what a text must hold for a mention in one of them, `overruling` for that they overrule one: folded
    texts, each with sets of others of each of which one must stand there, too.
    """

    finding: Signs
    overruling: Signs
    read: Callable[[], Mapping[str, Language]]

    @property
    def marks(self) -> frozenset[str]:
        """What is looked for in every text."""
        return frozenset((*self.finding, *self.overruling))


NONE = Further({}, {}, dict)


class Vocabulary:
    """The languages of one wording, all that the loaded packs know, and those that are read when they are needed."""

    def __init__(self, languages: Mapping[str, Language], further: Further = NONE) -> None:
        self.languages = languages
        self.further = further
        spoken = list(languages.values())
        self._never = [pattern for one in spoken for pattern in one.never]
        self._any = [pattern for one in spoken for pattern in one.any]
        self._seen: dict[tuple[int, bool, str], Mention | None] = {}
        self._standing: dict[frozenset[str], bool] = {}
        self._chosen: dict[tuple[str, frozenset[str]], tuple[Spoken, ...]] = {}

    @cached_property
    def needs(self) -> Needs:
        """Folded texts of which one stands in every text with a mention; None where nothing is sure."""
        found = together(pattern.needs for pattern in self._any)
        return None if found is None else found.union(self.further.finding)

    @cached_property
    def cues(self) -> frozenset[str]:
        """All that is looked for before its patterns are searched."""
        return self._own_cues | self.further.marks

    @cached_property
    def _own_cues(self) -> frozenset[str]:
        every = (*self._any, *self._never)
        return frozenset(cue for pattern in every for needed in (pattern.cues, *pattern.holds) for cue in needed)

    @cached_property
    def sought(self) -> Cues:
        """What to look for them with."""
        return Cues(self.cues)

    @cached_property
    def whole(self) -> Vocabulary:
        """The same in all languages."""
        return Vocabulary({**self.languages, **self.further.read()})

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

    def may_stand(self, held: frozenset[str]) -> bool:
        """Whether a text that holds no more than these of `cues` may have a mention."""
        cues = held & self.cues
        if cues not in self._standing:
            if len(self._standing) >= CHOSEN_MAX:
                self._standing.clear()
            further = not cues.isdisjoint(self.further.finding)
            self._standing[cues] = further or any(pattern.may_stand(cues) for pattern in self._any)
        return self._standing[cues]

    def standing(self, held: frozenset[str] | None) -> Language:
        """The patterns that may find something in a text that holds no more than these of `cues`; None: any."""
        if self.further is not NONE and (held is None or not held.isdisjoint(self.further.marks)):
            return self.whole.standing(None)
        if held is None:
            return Language(tuple(self._any), tuple(self._never))
        return Language(_standing(self._any, held), _standing(self._never, held))

    def _mention(self, text: str, own: str, plain: Folded, held: frozenset[str] | None) -> Mention | None:
        cues = self.sought.of((plain.text,), (plain.text,), plain.aligned) if held is None else held
        every = (self._of(spoken, text, plain) for spoken in self._speaking(own, cues & self._own_cues))
        found = next(filter(None, every), None)
        signs = self.further.finding if found is None else self.further.overruling
        return self.whole._mention(text, own, plain, None) if _may_stand(signs, plain.text, cues) else found

    def _of(self, spoken: Spoken, text: str, plain: Folded) -> Mention | None:
        """The mention that some patterns find, looked up by that part of the text alone on which it depends."""
        start = spoken.start(plain)
        if start is None:
            return None
        key = (spoken.number, start == 0, text[start:])
        if key not in self._seen:
            if len(self._seen) >= SEEN_MAX:
                self._seen.clear()
            self._seen[key] = _search(spoken, text, plain, start)
        found = self._seen[key]
        return found and Mention(start + found.start, start + found.end, found.pattern)

    def _speaking(self, own: str, cues: frozenset[str]) -> tuple[Spoken, ...]:
        """The patterns that may find something in a text with these cues: those of the language `own`, and of all
        languages, before the others."""
        if (own, cues) not in self._chosen:
            if len(self._chosen) >= CHOSEN_MAX:
                self._chosen.clear()
                self._seen.clear()
            never = _standing(self._never, cues)
            first = [name for name in ("any", own) if name in self.languages]
            groups = (first, [name for name in self.languages if name not in first])
            every = (_standing((p for name in names for p in self.languages[name].any), cues) for names in groups)
            number = 2 * len(self._chosen)
            self._chosen[own, cues] = tuple(_spoken(number + n, one, never) for n, one in enumerate(every) if one)
        return self._chosen[own, cues]


class Spoken(NamedTuple):
    """Patterns to search, known by their number. `marks`: texts without which none of them finds anything, each with
    how many characters before it may matter; None: anything may."""

    number: int
    any: tuple[Pattern, ...]
    never: tuple[Pattern, ...]
    marks: tuple[tuple[str, int], ...] | None

    def start(self, plain: Folded) -> int | None:
        """From where on the text matters; None where nothing can be found in it."""
        if self.marks is None or not plain.aligned:
            return 0
        places = [place - before for mark, before in self.marks if (place := place_of(mark, plain.text)) >= 0]
        return max(0, min(places)) if places else None


def _spoken(number: int, every: tuple[Pattern, ...], never: tuple[Pattern, ...]) -> Spoken:
    marks: dict[str, int] = {}
    for pattern in (*every, *never):
        if pattern.anchors is None:
            return Spoken(number, every, never, None)
        for text, before in pattern.anchors.texts.items():
            marks[text] = max(marks.get(text, 0), int(before))
    return Spoken(number, every, never, tuple(marks.items()))


def _search(spoken: Spoken, text: str, plain: Folded, start: int) -> Mention | None:
    """The first mention, its places counted from `start`."""
    for pattern in spoken.any:
        for match in pattern.finditer(text, plain, start):
            if not _overlapped(spoken.never, text, plain, *match.span()):
                return Mention(match.start() - start, match.end() - start, pattern.name)
    return None


def _standing(patterns: Iterable[Pattern], cues: frozenset[str]) -> tuple[Pattern, ...]:
    return tuple(pattern for pattern in patterns if pattern.may_stand(cues))


def _overlapped(never: Iterable[Pattern], text: str, plain: Folded, start: int, end: int) -> bool:
    """Whether a `never` pattern overlaps the match from `start` to `end`."""
    for pattern in never:
        for match in pattern.finditer(text, plain, max(0, start - REACH)):
            if match.start() >= end:
                break
            if match.end() > start:
                return True
    return False


def signs(patterns: Iterable[Pattern]) -> Signs:
    """What a text must hold for one of `patterns` to find something in it, by the texts that say most: these are looked
    for in every text."""
    found: dict[str, list[tuple[frozenset[str], ...]]] = {}
    for pattern in patterns:
        first, *others = sorted(_marking(pattern), key=_how_common)
        for text in first:
            found.setdefault(text, []).append(tuple(others))
    return {text: tuple(dict.fromkeys(others)) for text, others in found.items()}


def _may_stand(signs: Signs, text: str, cues: frozenset[str]) -> bool:
    """Whether what `signs` tell stands in the folded `text`, which holds `cues`."""
    return any(
        all(any(one.lstrip(BEGINS) in text for one in several) for several in others)
        for cue in cues.intersection(signs)
        for others in signs[cue]
    )


def _marking(pattern: Pattern) -> list[frozenset[str]]:
    return [frozenset(pattern.cues), *pattern.holds] if pattern.cues else list(pattern.holds)


def _how_common(texts: frozenset[str]) -> float:
    """How likely one of `texts` stands in an ordinary text: the shorter, and the more of them, the likelier."""
    return sum(10.0 ** -len(text.encode()) for text in texts)


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
        return (not cues or any(place_of(cue, plain) >= 0 for cue in cues)) and bool(self.pattern.regex.search(name))


class SlotClasses:
    """The classes of slot names that the loaded packs know."""

    def __init__(self, classes: tuple[SlotClass, ...] = ()) -> None:
        self.classes = classes
        self._seen: dict[str, str] = {}

    def character(self, name: str) -> str:
        """The character of the first class that the slot's dotted name belongs to."""
        if len(name) > WORDS_MAX:
            return SLOT
        if name not in self._seen:
            found = (one.character for one in self.classes if one.holds(name))
            self._seen[name] = next(found, SLOT)
        return self._seen[name]
