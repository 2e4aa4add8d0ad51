"""Which conditions lead to the paths that break a rule: the fewest that say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from smslint.extents.path import Reason
from smslint.tree.conditions import Test
from smslint.tree.message import Span
from smslint.tree.variables import Variable, told


class Told(Protocol):
    """A path, or a case of several: what it is told by."""

    @property
    def reasons(self) -> tuple[Reason, ...]: ...

    @property
    def values(self) -> tuple[Reason, ...]:
        """The declared values that are sent, as conditions."""
        ...

    @property
    def arms(self) -> Sequence[tuple[Span, tuple[Reason, ...]]]:
        """The spans of the arms taken with their conditions, the innermost last."""
        ...


T = TypeVar("T", bound=Told)


def groups(chosen: Sequence[T], every: Sequence[T]) -> Iterator[tuple[tuple[Reason, ...], T]]:
    """The chosen paths in groups: the conditions under which every path is a chosen one, without those that do not
    matter, and a path that they lead to."""
    if len(chosen) == len(every):  # whatever the conditions
        yield (), min(chosen, key=lambda path: len(path.reasons))
        return
    told = _reasons(chosen, every)
    number: dict[Reason, int] = {}
    for path in every:
        for reason in told[id(path)]:
            number.setdefault(reason, len(number))
    masks = {id(path): sum(1 << number[reason] for reason in told[id(path)]) for path in every}
    left = sorted(chosen, key=lambda path: len(told[id(path)]))
    others = set(masks.values()) - {masks[id(path)] for path in left}
    while left:
        against = {r: sum(1 << n for other, n in number.items() if _contradict(r, other)) for r in told[id(left[0])]}
        kept = _essential(against, others)
        yield tuple(kept), left[0]
        excluded = _union(against[reason] for reason in kept)
        left = [path for path in left[1:] if masks[id(path)] & excluded]


def _reasons(chosen: Sequence[T], every: Sequence[T]) -> dict[int, tuple[Reason, ...]]:
    """What each path is told by: its conditions; also the values that it sends, where a path that is not chosen has the
    conditions of one that is."""
    picked = set(map(id, chosen))
    conditions = {id(path): path.reasons for path in every}
    same = {frozenset(conditions[one]) for one in picked}
    if not any(frozenset(conditions[id(path)]) in same for path in every if id(path) not in picked):
        return conditions
    return {id(path): tuple(dict.fromkeys((*path.reasons, *path.values))) for path in every}


def _essential(against: Mapping[Reason, int], others: Iterable[int]) -> list[Reason]:
    """Of the reasons of a path, each with those that it contradicts, enough to exclude every one of `others`."""
    kept = list(against)
    for reason in against:
        excluded = _union(against[other] for other in kept if other != reason)
        if all(path & excluded for path in others):
            kept.remove(reason)
    return kept


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union


def _contradict(one: Reason, other: Reason) -> bool:
    (condition, value), (against, opposite) = one, other
    if condition == against:
        return value is not opposite
    if not (isinstance(condition, Test) and isinstance(against, Test) and value and opposite):
        return False
    same = (condition.variable, condition.kind) == (against.variable, against.kind)
    return same and condition.kind in ("equals", "items")


def in_words(why: tuple[Reason, ...], variables: Mapping[str, Variable]) -> str:
    """` when vip is false and …`; nothing where every path is meant."""
    return f" when {' and '.join(told(condition, value, variables) for condition, value in why)}" if why else ""
