"""Regular expressions of packs: composed of named fragments, bounded, compiled when first needed."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from time import perf_counter
from typing import Any, NamedTuple, TypeAlias, TypeVar

from smslint.matching.cues import Anchors
from smslint.matching.folding import Folded
from smslint.reading.schema import did_you_mean

T = TypeVar("T")

SLOT = "\ue000"  # a slot whose name belongs to no class
SLOT_CLASSES_MAX = 255
PATTERN_MAX = 4_000  # characters of one pattern as it is written
SECONDS_MAX = 10.0  # that a user's pattern may take in a run, and for each character more
SECONDS_EACH = 20e-6
COMPOSED_MAX = 40_000  # characters of one pattern with its fragments
_REFERENCE = r"\(\?&([\w:-]+)\)"
_DEPTH_MAX = 12


class PatternProblem(Exception):
    """A pattern that cannot be used: `message`, and how far into the pattern as it is written, or as it was `composed`
    (None: not known)."""

    def __init__(self, message: str, position: int | None = None, composed: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.composed = composed


class Fragments(NamedTuple):
    """Named pieces of patterns: `own` of the pack, and `shared` by the packs before it; and the slot classes."""

    own: Mapping[str, str]
    shared: Mapping[str, str]
    slots: Mapping[str, str]

    def compose(self, pattern: str, depth: int = 0) -> str:
        """`pattern` with each `(?&name)` replaced by that fragment. Raises PatternProblem."""
        if depth > _DEPTH_MAX:
            raise PatternProblem("its fragments contain each other")
        composed = "".join(text for text, _ in self._pieces(pattern, depth))
        if len(composed) > COMPOSED_MAX:
            raise PatternProblem(f"with its fragments it is longer than {COMPOSED_MAX:,} characters")
        return composed

    def written(self, pattern: str, position: int) -> int:
        """Where in `pattern` as it is written the character `position` of the composed one comes from."""
        for text, start in self._pieces(pattern, 0):
            if position < len(text):
                return start if pattern.startswith("(?&", start) else start + position
            position -= len(text)
        return len(pattern)

    def _pieces(self, pattern: str, depth: int) -> Iterator[tuple[str, int]]:
        """The composed pattern piece by piece, each with where it is written."""
        end = 0
        for match in re.finditer(_REFERENCE, pattern):
            yield pattern[end : match.start()], end
            try:
                yield self._named(match[1], depth), match.start()
            except PatternProblem as problem:
                raise PatternProblem(problem.message, match.start()) from None
            end = match.end()
        yield pattern[end:], end

    def _named(self, name: str, depth: int) -> str:
        if name == "slot:any":
            return "[\ue000-\ue0ff]"
        if name.startswith("slot:"):
            if name[5:] not in self.slots:
                raise PatternProblem(f"no slot class is called `{name[5:]}`{did_you_mean(name[5:], tuple(self.slots))}")
            return self.slots[name[5:]]
        fragment = self.own.get(name, self.shared.get(name))
        if fragment is None:
            known = tuple(dict.fromkeys((*self.own, *self.shared)))
            raise PatternProblem(f"no fragment is called `{name}`{did_you_mean(name, known)}")
        return f"(?:{self.compose(fragment, depth + 1)})"


Needs: TypeAlias = "frozenset[str] | None"


class Pattern:
    """A named regular expression, compiled when it is first searched. A text with none of `cues` (folded) holds nothing
    that it finds; no cues: any text may."""

    def __init__(self, name: str, source: str, cues: tuple[str, ...] = (), bound: Bound | None = None) -> None:
        self.name = name
        self.source = source
        self.cues = cues
        self.bound = bound
        self.where = ""  # the place that states it, and the pack
        self.pack = ""

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if key != "regex"}

    def prepare(self) -> None:
        """Works out what is worked out once of a pattern, but for compiling it."""
        _ = self.holds, self.needs, self.anchors, self.beyond, self.anywhere

    @cached_property
    def needs(self) -> Needs:
        """Folded texts of which one stands in every text that it finds something in; None where nothing is sure."""
        if self.cues:
            return frozenset(self.cues)
        return self.holds[0] if self.holds else None

    @cached_property
    def holds(self) -> tuple[frozenset[str], ...]:
        """Sets of folded texts, of each of which one stands there, read off the expression itself."""
        from smslint.matching.literals import literals

        return literals(self.source)

    def may_stand(self, cues: frozenset[str]) -> bool:
        """Whether it may find something in a text that holds no more than these cues."""
        if self.cues and cues.isdisjoint(self.cues):
            return False
        return not any(cues.isdisjoint(one) for one in self.holds)

    @cached_property
    def anchors(self) -> Anchors | None:
        """Where to search for it; None where that is anywhere."""
        from smslint.matching.literals import anchors

        return anchors(self.source)

    @cached_property
    def behind(self) -> int:
        """How many characters before a match it may look at."""
        from smslint.matching.literals import behind

        return behind(self.source)

    @cached_property
    def ahead(self) -> int | None:
        """How many characters after a match it may look at; None where that has no bound."""
        from smslint.matching.literals import ahead

        return ahead(self.source)

    @cached_property
    def anywhere(self) -> bool:
        """Whether a text that it finds something in may stand in any other."""
        from smslint.matching.literals import anywhere

        return anywhere(self.source)

    @cached_property
    def beyond(self) -> int:
        """It finds nothing in a text without a character beyond this code; 0 where that is not sure of any."""
        from smslint.matching.literals import beyond

        return beyond(self.source)

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """The matches in `text`, of which nothing else is known."""
        return iter(()) if self._within(text) else self.regex.finditer(text)

    def _within(self, text: str) -> bool:
        """Whether `text` has none of the characters of which it finds nothing without one."""
        if not self.beyond:
            return False
        return text.isascii() or (self.beyond > 0x7F and len(text.encode("latin-1", "ignore")) == len(text))

    def finditer(self, text: str, folded: Folded, start: int = 0) -> Iterator[re.Match[str]]:
        """The matches in `text` from `start` on; `folded`: the same text, folded."""
        if self._within(text):
            return iter(())
        anchors = self.anchors
        if anchors is None or not folded.aligned:
            return self.regex.finditer(text, start)
        first = anchors.first(folded.text, start)
        return iter(()) if first < 0 else self._anchored(anchors, text, folded.text, first)

    def _anchored(self, anchors: Anchors, text: str, plain: str, start: int) -> Iterator[re.Match[str]]:
        """The matches from `start` on, as long as there is what one would hold."""
        for match in self.regex.finditer(text, start):
            yield match
            if anchors.first(plain, match.end()) < 0:
                return

    @cached_property
    def regex(self) -> Regex:
        compiled = compile_pattern(self.source)
        return compiled if self.bound is None else Bounded(compiled, self.bound)


class Bound(NamedTuple):
    """What holds a user's pattern, which stands at `where`, from hanging a run: the longest text, in characters, that
    it is searched in."""

    where: str
    length_max: int


class NotSearched(Exception):
    """A text was not searched, since that may take too long; `str()` says by which pattern, and why."""


class Bounded:
    """A compiled pattern of a user's pack. Raises NotSearched rather than to search for long."""

    def __init__(self, compiled: re.Pattern[str], bound: Bound) -> None:
        self.compiled = compiled
        self.bound = bound
        self.seconds_left = SECONDS_MAX

    def finditer(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        return iter(self._timed(lambda: list(self.compiled.finditer(text, start)), len(text)))

    def search(self, text: str) -> re.Match[str] | None:
        return self._timed(lambda: self.compiled.search(text), len(text))

    def fullmatch(self, text: str) -> re.Match[str] | None:
        return self._timed(lambda: self.compiled.fullmatch(text), len(text))

    def _timed(self, search: Callable[[], T], length: int) -> T:
        where, length_max = self.bound
        if length > length_max:
            raise NotSearched(
                f"the pattern at {where} is searched in {length_max:,} characters at most, a text here has {length:,}"
            )
        if self.seconds_left < 0:
            raise NotSearched(f"the pattern at {where} has taken more than {SECONDS_MAX:.0f} seconds in this run")
        started = perf_counter()
        found = search()
        self.seconds_left += length * SECONDS_EACH - (perf_counter() - started)
        return found


Regex: TypeAlias = "re.Pattern[str] | Bounded"


def bound(source: str, where: str) -> Bound:
    """What a user's pattern is bounded by. Raises PatternProblem where nothing bounds it."""
    from smslint.matching.backtracking import TooSlow, length_max

    try:
        return Bound(where, length_max(source))
    except (TooSlow, RecursionError) as error:
        raise PatternProblem(str(error)) from None


@lru_cache(maxsize=4_096)
def compile_pattern(source: str) -> re.Pattern[str]:
    """`source` compiled. Raises PatternProblem."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return re.compile(source)
    except re.error as error:
        raise PatternProblem(error.msg, error.pos, composed=True) from None
    except (RecursionError, OverflowError, Warning) as error:
        raise PatternProblem(str(error) or "too deeply nested") from None


def together(several: Iterable[Needs]) -> Needs:
    """What stands in every text that one of several patterns finds something in."""
    found: set[str] = set()
    for one in several:
        if one is None:
            return None
        found |= one
    return frozenset(found)
