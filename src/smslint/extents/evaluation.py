"""What a message tree sends for given values: a walk that evaluates conditions and filters, and renders nothing.

The tree is lowered anew with the values themselves as the declaration (`declaring`), so that what smslint computes for
each of a few values (`n > 3`, `items|length`, a loop) is computed for these. What the tree does not know, the
evaluation does not either: it gives no text then, never a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import floor
from typing import Any, TypeAlias

from smslint.tree.conditions import Test, evaluate
from smslint.tree.domains import EMPTY, UNDEFINED, UNKNOWN, Domain, Failed
from smslint.tree.message import Choice, Message, Node, Repeat, Slot, Text
from smslint.tree.variables import Items, Variable

Context: TypeAlias = "Mapping[str, Any]"  # texts, whole numbers, booleans, None, lists and mappings of these

_PATH = re.compile(r"[^\W\d]\w*(?:\.\w+|\[\d+\])*")
_STEP = re.compile(r"\w+")


class Unknown(Exception):
    """What would be sent is not known."""


def declaring(context: Context) -> Callable[[str], Variable]:
    """Declarations by which each variable is what `context` says; one that it lacks is undefined."""

    def lookup(name: str) -> Variable:
        try:
            return _declared(resolved(name, context))
        except Unknown:
            return Variable(UNKNOWN, optional=True, declared=False)

    return lookup


def _declared(value: Any) -> Variable:
    if value is UNDEFINED:
        return Variable(EMPTY, optional=True)
    if isinstance(value, str | bool | int):
        return Variable(Domain(values=(value,)))
    if isinstance(value, list):
        return Variable(UNKNOWN, items=Items(len(value), len(value), _any_of(value)))
    if isinstance(value, dict):
        return Variable(UNKNOWN, fields={key: _declared(inner) for key, inner in value.items()})
    return Variable(UNKNOWN)


def _any_of(values: list[Any]) -> Variable:
    """A declaration that holds for each of `values`."""
    if values and all(isinstance(value, str | bool | int) for value in values):
        distinct = {(type(value), value): value for value in values}
        return Variable(Domain(values=tuple(distinct.values())))
    if values and all(isinstance(value, dict) for value in values):
        names = dict.fromkeys(name for value in values for name in value)
        return Variable(UNKNOWN, fields={name: _field(name, values) for name in names})
    return Variable(UNKNOWN)


def _field(name: str, values: list[Any]) -> Variable:
    held = [value[name] for value in values if name in value]
    return _any_of(held)._replace(optional=len(held) < len(values))


def resolved(path: str, context: Context) -> Any:
    """The value of a variable by its path, `user.name` or `items[0]`; UNDEFINED where the context lacks it. Raises
    Unknown where that cannot be told from the path."""
    if not _PATH.fullmatch(path):
        raise Unknown
    name, *steps = _STEP.findall(path)
    if name not in context:
        if steps:
            raise Unknown  # a template that asks an attribute of what is undefined fails
        return UNDEFINED
    value = context[name]
    for step in steps:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            raise Unknown
    return value


def sent(message: Message, context: Context) -> str | None:
    """The text that `message` is with the values of `context`; None where the tree does not know."""
    try:
        return _message(message, context)
    except (Unknown, Failed):
        return None


def _message(message: Message, context: Context) -> str:
    return "".join(_node(node, context) for node in message)


def _node(node: Node, context: Context) -> str:
    if isinstance(node, Text):
        return node.text
    if isinstance(node, Slot):
        return _slot(node, context)
    if isinstance(node, Choice):
        return _message(_arm(node, context), context)
    return _repeat(node, context)


def _slot(node: Slot, context: Context) -> str:
    if node.variable is not None:
        value = resolved(node.variable, context)
    else:
        if node.domain.values is None or len(node.domain.values) != 1 or not node.domain.exact:
            raise Unknown
        value = node.domain.values[0]
    if not isinstance(value, str | bool | int | float | None) or (value is None and node.filters):
        raise Unknown
    for change in node.filters:
        value = change.value(value)
    return str(value)


def _repeat(node: Repeat, context: Context) -> str:
    if node.low != node.high or node.own:
        raise Unknown
    return _message(node.body, context) * node.low


def _arm(node: Choice, context: Context) -> Message:
    def answer(test: Test) -> bool | None:
        return _answer(test, context)

    for arm in node.arms:
        holds = True if arm.condition is None or arm is node.arms[-1] else evaluate(arm.condition, answer)
        if holds is None:
            raise Unknown
        if holds:
            return arm.body
    raise Unknown


def _answer(test: Test, context: Context) -> bool | None:
    if test.kind == "free":
        return None
    try:
        value = resolved(test.variable, context)
    except Unknown:
        return None
    if test.kind == "defined":
        return value is not UNDEFINED
    if test.kind == "truthy":
        return bool(value)
    if test.kind in ("number", "length"):
        return _measured(test, value)
    if isinstance(test.operand, frozenset):
        return (type(value), value) in test.operand
    if test.kind == "items":
        return len(value) == test.operand if isinstance(value, list) else None
    return value is not UNDEFINED and bool(value == test.operand)


def _measured(test: Test, value: Any) -> bool | None:
    """Whether `value` is as large, or as long, as `test` asks; None where Jinja2 would fail."""
    assert isinstance(test.operand, int)
    if test.kind == "length":
        return len(value) >= test.operand if isinstance(value, str | list) else None
    if not isinstance(value, int | float) or isinstance(value, str):
        return None
    return 2 * floor(value) + (value != floor(value)) >= test.operand
