"""The texts of all paths of a message tree, for what must stand on every path or on none.

A slot is one private-use character in the text of a path, so that no pattern matches across it by accident; which
character tells the class of its name (a link to unsubscribe, a short code), as the packs define them. Declared values
are alternatives of the text.

Theory of operation. Most rules find nothing, and need the text alone. So a path is its text and the decisions that
lead to it; where each stretch of the text comes from, and by which conditions, is replayed when a rule asks. Where no
choice depends on another (`independent`), the texts are put together in one pass; else the tree is walked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import product
from math import prod
from typing import Any, NamedTuple, TypeAlias

from smslint.extents.independent import Independent
from smslint.matching.folding import Folded, begins_in_word, ends_in_word, fold, long_run, one_by_one
from smslint.tree.conditions import Condition
from smslint.tree.domains import UNDEFINED
from smslint.tree.message import NOWHERE, Choice, Message, Origin, Repeat, Slot, Span, Text, reasons
from smslint.tree.slots import by_text, is_one_of
from smslint.tree.variables import Case, Variable

PATHS_MAX = 4096
STEPS_MAX = 100_000  # nodes on all paths together
COPIED_MAX = 50_000_000  # characters of all paths that are copied, as each gets what comes next
FEW = 16  # paths whose texts may be copied without counting
ROUNDS_LOOKED_AT = 3  # of a loop; a text that needs more rounds in a row to say something is no wording

Reason = tuple[Condition, bool]
Decision: TypeAlias = "str | int | bool"  # what a slot prints, the index of an arm, whether a loop goes on
Trail: TypeAlias = "tuple[Trail, tuple[Decision, ...]] | None"  # decisions, a few at a time, the last ones first
Added: TypeAlias = "tuple[int, int] | None"  # how long the texts before and behind the template's own are
State: TypeAlias = "tuple[str, str, Trail]"  # a text so far, the same folded, and what led to it
SlotTexts: TypeAlias = "Callable[[Slot, Case | None], list[str]]"


class Piece(NamedTuple):
    """A stretch of a path's text, from `start`: literal text, a slot, or one declared value of a slot."""

    start: int
    text: str
    span: Span
    origin: Origin = "body"
    slot: Slot | None = None


class Path:
    """One way through a message, its text, and the same folded."""

    def __init__(self, text: str, plain: str, aligned: bool, message: Message, trail: Trail, added: Added) -> None:
        self.text = text
        self.plain = plain
        self._aligned = aligned
        self.kept: dict[Any, Any] = {}  # what was found in it, for whoever asks again
        self._message = message
        self._trail = trail
        self._added = added

    @cached_property
    def folded(self) -> Folded:
        """The text folded, and whether places in it can be told."""
        return Folded(self.plain, self._aligned and not long_run(self.text))

    @cached_property
    def _replayed(self) -> _Replay:
        replay = _Replay(iter(_decided(self._trail)))
        replay.message(self._message)
        return replay

    @property
    def pieces(self) -> list[Piece]:
        """The text piece by piece, each with where it comes from."""
        return self._replayed.pieces

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The conditions that lead here."""
        return tuple(self._replayed.reasons)

    @property
    def values(self) -> tuple[Reason, ...]:
        """The declared values that are sent on it, as conditions, where each prints as no other."""
        found: dict[Reason, None] = {}
        for piece in self.pieces:
            if piece.slot is not None and piece.slot.variable is not None and piece.slot.domain.values is not None:
                values = by_text(piece.slot).get(piece.text, ())
                if len(values) == 1 and values[0] is not UNDEFINED:
                    found[is_one_of(piece.slot, values), True] = None
        return tuple(found)

    @property
    def arms(self) -> list[tuple[Span, tuple[Reason, ...]]]:
        """The spans of the arms taken with their conditions, the innermost last."""
        return self._replayed.arms

    @cached_property
    def _starts(self) -> list[int]:
        return [piece.start for piece in self.pieces]

    def span(self, start: int, end: int) -> Span:
        """Where the characters `start` to `end` of the text stand in the template."""
        first = self.pieces[self._index(start)]
        last = self.pieces[self._index(max(start, end - 1))]
        return Span(_offset(first, start - first.start, False), _offset(last, end - last.start, True))

    def origins(self, start: int, end: int) -> set[Origin]:
        """Which parts of the message the characters `start` to `end` belong to."""
        return {p.origin for p in self.pieces[self._index(start) : self._index(max(start, end - 1)) + 1]}

    def stretch(self, origin: Origin) -> tuple[int, int]:
        """From where to where the text comes from `origin`; (0, 0) where nothing does."""
        return self._ends[origin]

    @cached_property
    def _ends(self) -> Mapping[Origin, tuple[int, int]]:
        if self._added is None:
            return self._replayed.ends()
        length = len(self.text)
        start, end = self._added[0], length - self._added[1]
        return {
            "prefix": (0, start),
            "body": (start, end) if start < end else (0, 0),
            "suffix": (end, length) if end < length else (0, 0),
        }

    def _index(self, position: int) -> int:
        return max(0, bisect_right(self._starts, position) - 1)


def _added(message: Message) -> Added:
    """How long prefix and suffix are; None where that is not so on all paths."""
    first, last = (message[0], message[-1]) if message else (None, None)
    before = len(first.text) if isinstance(first, Text) and first.origin == "prefix" else 0
    if isinstance(last, Text) and last.origin == "suffix":
        return before, len(last.text)
    if any(isinstance(node, Choice) and node.span == NOWHERE for node in message):
        return None  # the gateway's own choice, of where to append
    return before, 0


def _offset(piece: Piece, position: int, end: bool) -> int:
    if piece.slot is None and len(piece.text) == piece.span.end - piece.span.start:
        return piece.span.start + position
    return piece.span.end if end else piece.span.start


def _decided(trail: Trail) -> tuple[Decision, ...]:
    """The decisions of a trail, in their order."""
    found: list[Decision] = []
    while trail is not None:
        trail, some = trail
        found += reversed(some)
    return tuple(reversed(found))


class TooManyPaths(Exception):
    """A message has more paths than PATHS_MAX, or they are too long."""


class Paths(NamedTuple):
    """All paths of a message; not `complete`: there are more than PATHS_MAX, and `paths` is empty. `stretches`: folded
    texts that hold every word of every path, without what the gateway adds; None where words may go across them.
    `aligned`: each folded character is made of the one at its place."""

    paths: tuple[Path, ...]
    complete: bool
    stretches: frozenset[str] | None = None
    aligned: bool = True


def paths(
    message: Message,
    variables: Mapping[str, Variable],
    slot_character: Callable[[str], str],
    known: Independent | None = None,
) -> Paths:
    """Every path of `message`; `slot_character` gives the private-use character for a slot's name. `known`: what is
    known of the message if no choice depends on another."""
    reader = _Reader(slot_texts(slot_character))
    start: State = ("", "", None)
    try:
        if known is not None:
            states = [state for told in _told(known) for state in reader.expanded(message, known, told, [start])]
        else:
            states = _walked(message, variables, reader, start)
        if len(states) > PATHS_MAX:
            raise TooManyPaths
    except TooManyPaths:
        return Paths((), False)
    added = _added(message)
    found = [Path(text, plain, reader.aligned, message, trail, added) for text, plain, trail in states]
    stretches = None if reader.across else frozenset(reader.stretches)
    return Paths(tuple(found), True, stretches, reader.aligned)


def _walked(message: Message, variables: Mapping[str, Variable], reader: _Reader, start: State) -> list[State]:
    from smslint.extents.walk import LimitReached, Walk, plan

    tree = plan(message, variables)
    try:
        states = Walk(tree, reader, PATHS_MAX, STEPS_MAX).states(start)
    except LimitReached:
        raise TooManyPaths from None
    if tree.guessed:
        raise TooManyPaths
    return states


def _told(known: Independent) -> Iterator[Mapping[str, Case]]:
    """What the variables print that print the same value in several places, for each combination of their values."""
    domains = [
        [Case(replace(domain, values=(value,)), {}) for value in domain.values or ()]
        for domain in known.repeated.values()
    ]
    if prod(map(len, domains)) > PATHS_MAX:
        raise TooManyPaths
    return (dict(zip(known.repeated, cases, strict=True)) for cases in product(*domains))


def slot_texts(slot_character: Callable[[str], str]) -> SlotTexts:
    """What a slot prints in the text of a path, as alternatives."""

    def texts(node: Slot, case: Case | None) -> list[str]:
        domain = node.domain if case is None else case.domain
        if not node.filters and domain.values is None and domain.length_max != 0:
            return [slot_character(node.name) + domain.end]
        found: dict[str, None] = {}
        for one in node.domains(domain):
            if one.values is not None:
                found.update(dict.fromkeys(str(value) + one.end for value in one.values))
            elif one.length_max == 0:
                found[one.end] = None
            else:
                found[slot_character(node.name) + one.end] = None
        return list(found)

    return texts


class _Run:
    """Texts in a row, the same folded, and what was decided for them; `open`: a word may go on at the end."""

    def __init__(self, states: list[State]) -> None:
        self.texts: list[str] = []
        self.plain: list[str] = []
        self.decided: list[Decision] = []
        self.open = _open(states)

    def after(self, states: list[State]) -> list[State]:
        """`states`, with the run behind each."""
        if not self.texts:
            return states
        text, plain, decided = "".join(self.texts), "".join(self.plain), tuple(self.decided)
        return [(t + text, p + plain, (trail, decided) if decided else trail) for t, p, trail in states]


def _open(states: list[State]) -> bool:
    """Whether a word may go on at the end of one of `states`."""
    return any(plain and ends_in_word(plain) for _, plain, _ in states)


class _Reader:
    """Reads a tree into texts, one for each path. `aligned`: each folded character is made of the one at its place."""

    def __init__(self, texts: SlotTexts) -> None:
        self.texts = texts
        self.aligned = True
        self.stretches: set[str] = set()
        self.across = False
        self.copied = 0

    def expanded(
        self, message: Message, known: Independent, told: Mapping[str, Case], states: list[State]
    ) -> list[State]:
        """`states` continued by every way through `message`."""
        run = _Run(states)  # what all ways have next
        for node in message:
            if isinstance(node, Text):
                self._add(run, node.text, node.origin == "body")
                continue
            if isinstance(node, Slot):
                texts = self.texts(node, told.get(node.variable or ""))
                if len(texts) == 1:
                    self._add(run, texts[0], True)
                    run.decided.append(texts[0])
                    continue
            states = self._after(run, states)
            if isinstance(node, Slot):
                ways = [(text, self._folded(text, run.open, True)) for text in texts]
                states = [(t + text, p + plain, (trail, (text,))) for t, p, trail in states for text, plain in ways]
            else:
                assert isinstance(node, Choice)
                states = self._arms(node, known, told, states)
            if len(states) > PATHS_MAX:
                raise TooManyPaths
            run = _Run(states)
        return self._after(run, states)

    def _after(self, run: _Run, states: list[State]) -> list[State]:
        if len(states) > FEW:
            self._copy(len(states) * (len(states[0][0]) + sum(map(len, run.texts))))
        return run.after(states)

    def _arms(self, node: Choice, known: Independent, told: Mapping[str, Case], states: list[State]) -> list[State]:
        found: list[State] = []
        for way in known.ways[id(node)]:
            taken: list[State] = [(text, plain, (trail, (way.arm,))) for text, plain, trail in states]
            found += self.expanded(node.arms[way.arm].body, known, {**told, **way.told}, taken)
        return found

    def _add(self, run: _Run, text: str, body: bool) -> None:
        plain = self._folded(text, run.open, body)
        run.open = ends_in_word(plain) if plain else run.open
        run.texts.append(text)
        run.plain.append(plain)

    def _folded(self, text: str, after_word: bool, body: bool) -> str:
        """`text` folded, and noted as a stretch of its own as far as no word goes on from what stands before."""
        plain, aligned = _plain(text)
        if not aligned:
            self.aligned = False
        if after_word and begins_in_word(plain):
            self.across = True
        if body:
            self.stretches.add(plain)
        return plain

    # -- as the walk reads -----------------------------------------------------------------------------------------

    def merge(self, states: list[State]) -> list[State]:
        """`states`, each path once: cases that are told apart for what is printed elsewhere may lead to the same."""
        if len({text for text, _, _ in states}) == len(states):
            return states
        return list({(state[0], _decided(state[2])): state for state in states}.values())

    def text(self, state: State, node: Text) -> State:
        self._copy(len(state[0]))
        return state[0] + node.text, state[1] + self._folded(node.text, _open([state]), node.origin == "body"), state[2]

    def slot(self, state: State, node: Slot, case: Case | None) -> list[State]:
        text, plain, trail = state
        self._copy(len(state[0]))
        return [
            (text + one, plain + self._folded(one, _open([state]), True), (trail, (one,)))
            for one in self.texts(node, case)
        ]

    def _copy(self, characters: int) -> None:
        self.copied += characters
        if self.copied > COPIED_MAX:
            raise TooManyPaths

    def arm(self, state: State, choice: Choice, index: int) -> State:
        return state[0], state[1], (state[2], (index,))

    def again(self, state: State, node: Repeat, more: bool) -> State:
        return state[0], state[1], (state[2], (more,))

    def rounds(self, node: Repeat) -> tuple[int, int]:
        most = max(node.low, ROUNDS_LOOKED_AT)
        return node.low, most if node.high is None else min(most, node.high)


@lru_cache(maxsize=4096)
def _plain(text: str) -> tuple[str, bool]:
    return fold(text), one_by_one(text)


class _Replay:
    """Finds out where the text of a path comes from, by its decisions."""

    def __init__(self, decisions: Iterator[Decision]) -> None:
        self.decisions = decisions
        self.pieces: list[Piece] = []
        self.reasons: dict[Reason, None] = {}
        self.arms: list[tuple[Span, tuple[Reason, ...]]] = []
        self.position = 0

    def message(self, message: Message) -> None:
        pieces, decisions = self.pieces, self.decisions
        for node in message:
            if isinstance(node, Text):
                pieces.append(Piece(self.position, node.text, node.span, node.origin))
                self.position += len(node.text)
            elif isinstance(node, Slot):
                text = str(next(decisions))
                pieces.append(Piece(self.position, text, node.span, "body", node))
                self.position += len(text)
            elif isinstance(node, Choice):
                index = int(next(decisions))
                new = reasons(node, index)
                self.reasons.update(dict.fromkeys(new))
                self.arms.append((node.arms[index].span, tuple(new)))
                self.message(node.arms[index].body)
            else:
                while next(decisions):
                    self.message(node.body)

    def ends(self) -> Mapping[Origin, tuple[int, int]]:
        found: dict[Origin, tuple[int, int]] = {"prefix": (0, 0), "body": (0, 0), "suffix": (0, 0)}
        for origin in found:
            inside = [piece for piece in self.pieces if piece.origin == origin]
            if inside:
                found[origin] = (inside[0].start, inside[-1].start + len(inside[-1].text))
        return found
