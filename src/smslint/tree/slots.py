"""The declared values of a slot, by what it prints."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from smslint.tree.conditions import Condition, Test
from smslint.tree.domains import UNDEFINED, Failed, printed
from smslint.tree.message import Slot


@lru_cache(maxsize=256)
def by_text(slot: Slot) -> dict[str | None, list[Any]]:
    """The values of a slot by what it prints; None for those that a filter fails with."""
    values: dict[str | None, list[Any]] = {}
    for value in slot.domain.values or ():
        values.setdefault(_text(slot, value), []).append(value)
    return values


def _text(slot: Slot, value: Any) -> str | None:
    try:
        return printed(slot.domain, slot.filters, value)
    except Failed:
        return None


def is_one_of(slot: Slot, values: list[Any]) -> Condition:
    """That the variable of `slot` is one of these of its values."""
    key, (value, *more) = str(slot.variable), values
    alone = sum(one == value for one in slot.domain.values or ()) == 1 and value is not UNDEFINED
    if alone and not more:
        return Test(key, "equals", value, f"{key} == {value!r}")
    return Test(key, "among", frozenset((type(one), one) for one in values), f"{key} in {values!r}")
