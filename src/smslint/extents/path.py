"""One way through a message: its text, and where each stretch of it comes from, which is replayed from the decisions
that lead there when somebody asks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple, TypeAlias

from smslint.matching.folding import Folded, long_run
from smslint.tree.conditions import Condition
from smslint.tree.domains import UNDEFINED
from smslint.tree.message import NOWHERE, Choice, Message, Origin, Slot, Span, Text, reasons
from smslint.tree.slots import by_text, is_one_of

Reason = tuple[Condition, bool]
Decision: TypeAlias = "str | int | bool"  # what a slot prints, the index of an arm, whether a loop goes on
Trail: TypeAlias = "tuple[Trail, tuple[Decision, ...]] | None"  # decisions, a few at a time, the last ones first
Added: TypeAlias = "tuple[int, int] | None"  # how long the texts before and behind the template's own are


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
    def _replayed(self) -> Replay:
        replay = Replay(iter(decided(self._trail)))
        replay.message(self._message)
        return replay

    @cached_property
    def pieces(self) -> list[Piece]:
        """The text piece by piece, each with where it comes from."""
        return list(map(_piece, self.starts, self.texts, self.nodes))

    @property
    def nodes(self) -> list[Text | Slot]:
        """What each piece comes from."""
        return self._replayed.nodes

    @property
    def texts(self) -> list[str]:
        """The text of each piece."""
        return self._replayed.texts

    @cached_property
    def starts(self) -> list[int]:
        """Where each piece begins, and where the last one ends."""
        return list(accumulate(map(len, self.texts), initial=0))

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

    def span(self, start: int, end: int) -> Span:
        """Where the characters `start` to `end` of the text stand in the template."""
        return Span(self._offset(start, start, False), self._offset(max(start, end - 1), end, True))

    def _offset(self, inside: int, position: int, end: bool) -> int:
        """Where `position` stands, by the piece in which the character `inside` stands."""
        number = self.index(inside)
        node, text = self.nodes[number], self.texts[number]
        if isinstance(node, Text) and len(text) == node.span.end - node.span.start:
            return node.span.start + position - self.starts[number]
        return node.span.end if end else node.span.start

    def origins(self, start: int, end: int) -> set[Origin]:
        """Which parts of the message the characters `start` to `end` belong to."""
        return {p.origin for p in self.pieces[self.index(start) : self.index(max(start, end - 1)) + 1]}

    def stretch(self, origin: Origin) -> tuple[int, int]:
        """From where to where the text comes from `origin`; (0, 0) where nothing does."""
        return self._ends[origin]

    @cached_property
    def _ends(self) -> Mapping[Origin, tuple[int, int]]:
        if self._added is None:
            return _ends_of(self.pieces)
        length = len(self.text)
        start, end = self._added[0], length - self._added[1]
        return {
            "prefix": (0, start),
            "body": (start, end) if start < end else (0, 0),
            "suffix": (end, length) if end < length else (0, 0),
        }

    def index(self, position: int) -> int:
        """The piece in which the character `position` of the text stands."""
        return max(0, bisect_right(self.starts, position, hi=len(self.texts)) - 1)


def added_to(message: Message) -> Added:
    """How long prefix and suffix are; None where that is not so on all paths."""
    first, last = (message[0], message[-1]) if message else (None, None)
    before = len(first.text) if isinstance(first, Text) and first.origin == "prefix" else 0
    if isinstance(last, Text) and last.origin == "suffix":
        return before, len(last.text)
    if any(isinstance(node, Choice) and node.span == NOWHERE for node in message):
        return None  # the gateway's own choice, of where to append
    return before, 0


def _piece(start: int, text: str, node: Text | Slot) -> Piece:
    if isinstance(node, Text):
        return Piece(start, text, node.span, node.origin)
    return Piece(start, text, node.span, "body", node)


def _ends_of(pieces: Sequence[Piece]) -> Mapping[Origin, tuple[int, int]]:
    found: dict[Origin, tuple[int, int]] = {"prefix": (0, 0), "body": (0, 0), "suffix": (0, 0)}
    for origin in found:
        inside = [piece for piece in pieces if piece.origin == origin]
        if inside:
            found[origin] = (inside[0].start, inside[-1].start + len(inside[-1].text))
    return found


def decided(trail: Trail) -> tuple[Decision, ...]:
    """The decisions of a trail, in their order."""
    found: list[Decision] = []
    while trail is not None:
        trail, some = trail
        found += reversed(some)
    return tuple(reversed(found))


class Replay:
    """Finds out where the text of a path comes from, by its decisions."""

    def __init__(self, decisions: Iterator[Decision]) -> None:
        self.decisions = decisions
        self.nodes: list[Text | Slot] = []
        self.texts: list[str] = []
        self.reasons: dict[Reason, None] = {}
        self.arms: list[tuple[Span, tuple[Reason, ...]]] = []

    def message(self, message: Message) -> None:
        add, say, decisions = self.nodes.append, self.texts.append, self.decisions
        for node in message:
            if isinstance(node, Text):
                add(node)
                say(node.text)
            elif isinstance(node, Slot):
                add(node)
                say(str(next(decisions)))
            elif isinstance(node, Choice):
                index = int(next(decisions))
                new = reasons(node, index)
                self.reasons.update(dict.fromkeys(new))
                self.arms.append((node.arms[index].span, tuple(new)))
                self.message(node.arms[index].body)
            else:
                while next(decisions):
                    self.message(node.body)
