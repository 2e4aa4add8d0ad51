"""The texts of all paths of a message tree, for what must stand on every path or on none.

A slot is one private-use character in the text of a path, so that no pattern matches across it by accident; which
character tells the class of its name (a link to unsubscribe, a short code), as the packs define them. Declared values
are alternatives of the text.

Theory of operation. Most rules find nothing, and need the text alone. So a path is its text and the decisions that
lead to it; where each stretch of the text comes from, and by which conditions, is replayed when a rule asks. Where no
choice depends on another (`independent`), the texts are put together in one pass; else the tree is walked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import product
from math import prod
from typing import NamedTuple, TypeAlias

from smslint.extents.independent import Independent
from smslint.extents.path import Decision, Path, Trail, added_to, decided
from smslint.matching.folding import begins_in_word, ends_in_word, fold, one_by_one
from smslint.tree.message import Choice, Message, Repeat, Slot, Text
from smslint.tree.variables import Case, Variable

PATHS_MAX = 4096
STEPS_MAX = 100_000  # nodes on all paths together
COPIED_MAX = 50_000_000  # characters of all paths that are copied, as each gets what comes next
FEW = 16  # paths whose texts may be copied without counting
ROUNDS_LOOKED_AT = 3  # of a loop; a text that needs more rounds in a row to say something is no wording

State: TypeAlias = "tuple[str, str, Trail]"  # a text so far, the same folded, and what led to it
SlotTexts: TypeAlias = "Callable[[Slot, Case | None], list[str]]"


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
    added = added_to(message)
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
        stretch = self._noted(text, run.open, body)
        if stretch.plain:
            run.open = stretch.ends_in_word
        run.texts.append(text)
        run.plain.append(stretch.plain)

    def _folded(self, text: str, after_word: bool, body: bool) -> str:
        """`text` folded, and noted."""
        return self._noted(text, after_word, body).plain

    def _noted(self, text: str, after_word: bool, body: bool) -> _Stretch:
        """`text`, noted as a stretch of its own as far as no word goes on from what stands before."""
        found = _stretch(text)
        if not found.aligned:
            self.aligned = False
        if after_word and found.begins_in_word:
            self.across = True
        if body:
            self.stretches.add(found.plain)
        return found

    # -- as the walk reads -----------------------------------------------------------------------------------------

    def merge(self, states: list[State]) -> list[State]:
        """`states`, each path once: cases that are told apart for what is printed elsewhere may lead to the same."""
        if len({text for text, _, _ in states}) == len(states):
            return states
        return list({(state[0], decided(state[2])): state for state in states}.values())

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


class _Stretch(NamedTuple):
    """A text folded; whether each of its characters is made of the one at its place, and whether a word may go on into
    it, and after it."""

    plain: str
    aligned: bool
    begins_in_word: bool
    ends_in_word: bool


@lru_cache(maxsize=4096)
def _stretch(text: str) -> _Stretch:
    plain = fold(text)
    return _Stretch(plain, one_by_one(text), begins_in_word(plain), ends_in_word(plain))
