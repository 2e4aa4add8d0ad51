"""The texts of all paths of a message tree, for what must stand on every path or on none.

A slot is one private-use character in the text of a path, so that no pattern matches across it by accident; which
character tells the class of its name (a link to unsubscribe, a short code), as the packs define them. Declared values
are alternatives of the text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import NamedTuple

from smslint.conditions import Condition
from smslint.message import Choice, Message, Origin, Repeat, Slot, Span, Text
from smslint.variables import Case, Variable
from smslint.walk import LimitReached, Walk, plan, reasons

PATHS_MAX = 4096
STEPS_MAX = 100_000  # nodes on all paths together
ROUNDS_LOOKED_AT = 3  # of a loop; a text that needs more rounds in a row to say something is no wording

Reason = tuple[Condition, bool]


class Piece(NamedTuple):
    """A stretch of a path's text, from `start`: literal text, a slot, or one declared value of a slot."""

    start: int
    text: str
    span: Span
    origin: Origin = "body"
    slot: Slot | None = None


class Path(NamedTuple):
    """One way through a message: its text, where each stretch of it comes from, the conditions that lead there, and
    the spans of the arms taken, the innermost last."""

    text: str
    pieces: tuple[Piece, ...]
    reasons: tuple[Reason, ...]
    arms: tuple[tuple[Span, tuple[Reason, ...]], ...]

    def span(self, start: int, end: int) -> Span:
        """Where the characters `start` to `end` of the text stand in the template."""
        first = self.pieces[self._index(start)]
        last = self.pieces[self._index(max(start, end - 1))]
        return Span(_offset(first, start - first.start, False), _offset(last, end - last.start, True))

    def origins(self, start: int, end: int) -> set[Origin]:
        """Which parts of the message the characters `start` to `end` belong to."""
        return {p.origin for p in self.pieces[self._index(start) : self._index(max(start, end - 1)) + 1]}

    def _index(self, position: int) -> int:
        return max(0, bisect_right([piece.start for piece in self.pieces], position) - 1)


def _offset(piece: Piece, position: int, end: bool) -> int:
    if piece.slot is None and len(piece.text) == piece.span.end - piece.span.start:
        return piece.span.start + position
    return piece.span.end if end else piece.span.start


class Paths(NamedTuple):
    """All paths of a message; not `complete`: there are more than PATHS_MAX, and `paths` is empty."""

    paths: tuple[Path, ...]
    complete: bool


def paths(message: Message, variables: Mapping[str, Variable], slot_character: Callable[[str], str]) -> Paths:
    """Every path of `message`; `slot_character` gives the private-use character for a slot's name."""
    tree = plan(message, variables)
    try:
        ends = Walk(tree, _Reader(slot_character), PATHS_MAX, STEPS_MAX).states(None)
    except LimitReached:
        return Paths((), False)
    if tree.guessed:
        return Paths((), False)
    return Paths(tuple(_path(end) for end in ends), True)


class _Taken(NamedTuple):
    """An arm that a path takes."""

    choice: Choice
    arm: int


class _Step(NamedTuple):
    before: _Step | None
    what: tuple[str, Text | Slot] | _Taken


class _Reader:
    """Reads the tree into linked steps, one end for each path."""

    def __init__(self, slot_character: Callable[[str], str]) -> None:
        self.slot_character = slot_character

    def merge(self, states: list[_Step | None]) -> list[_Step | None]:
        return states

    def text(self, state: _Step | None, node: Text) -> _Step | None:
        return _Step(state, (node.text, node))

    def slot(self, state: _Step | None, node: Slot, case: Case | None) -> list[_Step | None]:
        found: dict[str, None] = {}
        for domain in node.domains(None if case is None else case.domain):
            if domain.values is not None:
                found.update(dict.fromkeys(str(value) + domain.end for value in domain.values))
            elif domain.length_max == 0:
                found[domain.end] = None
            else:
                found[self.slot_character(node.name) + domain.end] = None
        return [_Step(state, (text, node)) for text in found]

    def arm(self, state: _Step | None, choice: Choice, index: int) -> _Step | None:
        return _Step(state, _Taken(choice, index))

    def again(self, state: _Step | None, node: Repeat, more: bool) -> _Step | None:
        return state

    def rounds(self, node: Repeat) -> tuple[int, int]:
        most = max(node.low, ROUNDS_LOOKED_AT)
        return node.low, most if node.high is None else min(most, node.high)


def _path(end: _Step | None) -> Path:
    steps = []
    while end is not None:
        steps.append(end.what)
        end = end.before
    pieces: list[Piece] = []
    why: dict[Reason, None] = {}
    arms: list[tuple[Span, tuple[Reason, ...]]] = []
    position = 0
    for what in reversed(steps):
        if isinstance(what, _Taken):
            new = reasons(what.choice, what.arm)
            why.update(dict.fromkeys(new))
            arms.append((what.choice.arms[what.arm].span, tuple(new)))
            continue
        text, node = what
        if isinstance(node, Text):
            pieces.append(Piece(position, text, node.span, node.origin))
        else:
            pieces.append(Piece(position, text, node.span, slot=node))
        position += len(text)
    return Path("".join(p.text for p in pieces), tuple(pieces), tuple(why), tuple(arms))
