"""Witnesses: one rendering that reaches an end of the extent, with the conditions and values that lead to it.

A rendering is written out by replaying the decisions that lead to it: those that are best for each node by itself
(`greedy`), or those that a walk over all positions found (`furthest`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from smslint.extents.independent import Independent
from smslint.extents.samples import Filters, Option, options
from smslint.extents.units import Totals, of_text
from smslint.gsm.segments import Count, Encoding, Header
from smslint.tree.conditions import Condition
from smslint.tree.domains import Domain
from smslint.tree.message import Choice, Message, Slot, Text, reasons
from smslint.tree.variables import Case

if TYPE_CHECKING:
    from smslint.gsm.codings import Limits


@dataclass(frozen=True)
class Witness:
    """One rendering: the text as sent (prefix and suffix included), its count, the conditions that hold, the values
    of the slots by name (of a loop's items the first), and the text piece by piece with the node it comes from."""

    text: str
    count: Count
    when: tuple[tuple[Condition, bool], ...]
    values: Mapping[str, str]
    pieces: tuple[tuple[str, Text | Slot], ...] = ()


Decision = int | bool | Option


def written(message: Message, decided: Sequence[Decision], limits: Limits) -> Witness | None:
    """The rendering that `decided` leads to; None where some slot may not print what it would need."""
    if any(isinstance(decision, Option) and decision.value is None for decision in decided):
        return None
    replay = _Replay(iter(decided))
    replay.message(message)
    text = "".join(piece for piece, _ in replay.pieces)
    return Witness(text, limits.count_of(text), tuple(replay.when), replay.values, tuple(replay.pieces))


def greedy(message: Message, known: Independent, sign: int, encoding: Encoding, limits: Header) -> Witness | None:
    """The rendering in `encoding` that takes the most (`sign` +1) or the least of each node by itself; None where that
    is not in `encoding`."""
    for best in (_septets,) if encoding == "GSM-7" else (_code_units, _code_units_rather_wide):
        decided: list[Decision] = []
        _choose(message, known, {}, Taken(best, sign), decided)
        found = written(message, decided, limits)
        if found is not None and found.count.encoding == encoding:
            return found
    return None


class Taken(NamedTuple):
    """What is taken of several: that with the most (`sign` +1) or the least units, as they are `measured`."""

    measured: Callable[[Totals, int], tuple[float, ...]]
    sign: int

    def __call__(self, units: Totals) -> tuple[float, ...]:
        return self.measured(units, self.sign)


def _choose(
    message: Message, known: Independent, told: Mapping[str, Case], best: Taken, decided: list[Decision]
) -> None:
    for node in message:
        if isinstance(node, Slot):
            case = told.get(node.variable or "")
            decided.append(_best(node.domain if case is None else case.domain, node.filters, best))
        elif isinstance(node, Choice):
            way = max(known.ways[id(node)], key=lambda way: best(way.totals))
            decided.append(way.arm)
            _choose(node.arms[way.arm].body, known, way.told, best, decided)


@lru_cache(maxsize=2048)
def _best(domain: Domain, filters: Filters, best: Taken) -> Option:
    return max(options(domain, filters), key=lambda option: best(of_text(option.text)))


def _septets(units: Totals, sign: int) -> tuple[float, ...]:
    return (_ends(units, sign)[0],)


def _code_units(units: Totals, sign: int) -> tuple[float, ...]:
    return (max(_ends(units, sign)[1:]),)


def _code_units_rather_wide(units: Totals, sign: int) -> tuple[float, ...]:
    """As `_code_units`; of two alike what is not in GSM-7, without which the message would be."""
    _, plain, wide = _ends(units, sign)
    return max(plain, wide), wide


def _ends(units: Totals, sign: int) -> tuple[float, float, float]:
    """The units at one end, larger where they are preferred."""
    first, second, third = units[:3] if sign > 0 else units[3:]
    return first * sign, second * sign, third * sign


class _Replay:
    """Writes out the rendering that decisions lead to."""

    def __init__(self, decisions: Iterator[Decision]) -> None:
        self.decisions = decisions
        self.pieces: list[tuple[str, Text | Slot]] = []
        self.when: dict[tuple[Condition, bool], None] = {}
        self.values: dict[str, str] = {}

    def message(self, message: Message) -> None:
        for node in message:
            if isinstance(node, Text):
                self.pieces.append((node.text, node))
            elif isinstance(node, Slot):
                option = next(self.decisions)
                assert isinstance(option, Option)
                self.pieces.append((option.text, node))
                self.values.setdefault(node.name, str(option.value))
            elif isinstance(node, Choice):
                index = next(self.decisions)
                assert isinstance(index, int)
                self.when.update(dict.fromkeys(reasons(node, index)))
                self.message(node.arms[index].body)
            else:
                while next(self.decisions):
                    self.message(node.body)
