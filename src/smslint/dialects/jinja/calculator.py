"""Jinja2's own filters and tests on values that are known: bounded, and only on plain ones.

Theory of operation. What a filter makes of a constant is exactly what Jinja2's own function makes of it, so that
function is called: on plain values, which have no methods of their own to run. Before each call stands a guard: what
would become larger than SIZE_MAX is not computed at all. `operators` does the same for operators, items and methods.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from jinja2.nodes import EvalContext
from markupsafe import soft_str

from smslint.dialects.jinja.operators import binary
from smslint.dialects.jinja.plain import (
    SIZE_MAX,
    Stream,
    TooMuch,
    at_most,
    guard_join,
    guard_numbers,
    length,
    product,
    real,
    running,
)
from smslint.tree.domains import UNDEFINED, Failed

# Filters that give something to iterate over, which prints as no text that anybody wants.
STREAMS = frozenset(("batch", "items", "map", "reject", "rejectattr", "select", "selectattr", "slice", "unique"))
_NOT_COMPUTED = frozenset(("attr", "groupby", "random", "urlize"))
_PRECISION_MAX = 300


@lru_cache(maxsize=2)
def plain_environment(autoescape: bool) -> Environment:
    """Jinja2 as it comes, with its own filters and tests."""
    return Environment(autoescape=autoescape)


def filtered(name: str, value: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], autoescape: bool) -> Any:
    """`value|name(…)`. Raises Failed and TooMuch."""
    own = _OWN.get(name)
    if own is not None:
        return running(own, value, args, dict(kwargs), autoescape)
    environment = plain_environment(autoescape)
    if name in _NOT_COMPUTED or name not in environment.filters or "attribute" in kwargs:
        raise TooMuch
    guard = _GUARDS.get(name)
    if guard is not None:
        running(guard, value, *args, *kwargs.values())
    if name == "reverse" and value is UNDEFINED:
        raise TooMuch  # prints as an object
    if isinstance(value, range) and length(value) > SIZE_MAX and name not in ("length", "count", "first", "last"):
        raise TooMuch

    def call() -> Any:
        given = [real(arg) for arg in args], {key: real(arg) for key, arg in kwargs.items()}
        return environment.call_filter(name, real(value), *given, eval_ctx=EvalContext(environment))

    return running(call)


def tested(name: str, value: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
    """`value is name(…)`. Raises Failed and TooMuch."""
    environment = plain_environment(False)
    if name not in environment.tests or name in ("filter", "test") or isinstance(value, Stream):
        raise TooMuch
    given = [real(arg) for arg in args], {key: real(arg) for key, arg in kwargs.items()}
    return bool(running(lambda: environment.call_test(name, real(value), *given)))


def _map(value: Any, args: tuple[Any, ...], kwargs: dict[str, Any], autoescape: bool) -> Any:
    if not args and set(kwargs) <= {"attribute", "default"} and "attribute" in kwargs:
        default = kwargs.get("default")
        return Stream(_attribute(item, kwargs["attribute"], default) for item in _items(value))
    if not args or not isinstance(args[0], str):
        raise TooMuch
    return Stream(filtered(args[0], item, args[1:], kwargs, autoescape) for item in _items(value))


def _attribute(item: Any, path: Any, default: Any) -> Any:
    for part in path.split(".") if isinstance(path, str) else (path,):
        if not isinstance(item, dict):
            raise TooMuch
        item = item.get(part, UNDEFINED)
    return default if item is UNDEFINED and default is not None else item


def _selecting(wanted: bool, by_attribute: bool) -> Callable[..., Any]:
    def select(value: Any, args: tuple[Any, ...], kwargs: dict[str, Any], autoescape: bool) -> Any:
        names = args[1:] if by_attribute else args
        if by_attribute and not args:
            raise TooMuch

        def holds(item: Any) -> bool:
            inner = _attribute(item, args[0], None) if by_attribute else item
            return tested(names[0], inner, names[1:], kwargs) if names else bool(inner)

        return Stream(item for item in _items(value) if holds(item) is wanted)

    return select


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, range) and length(value) > SIZE_MAX:
        raise TooMuch
    yield from real(value)


def _default(value: Any, args: tuple[Any, ...], kwargs: dict[str, Any], autoescape: bool) -> Any:
    given = {**dict(zip(("default_value", "boolean"), args, strict=False)), **kwargs}
    absent = value is UNDEFINED or (given.get("boolean") and not value)
    return given.get("default_value", "") if absent else value


def _formatted(value: Any, args: tuple[Any, ...], kwargs: dict[str, Any], autoescape: bool) -> Any:
    if args and kwargs:
        raise Failed
    return binary("%", soft_str(real(value)), kwargs or args)


def _number(value: Any, args: tuple[Any, ...], kwargs: dict[str, Any], autoescape: bool) -> Any:
    """The number that prints as `value`."""
    if not isinstance(value, str) or value is UNDEFINED:
        return value
    for kind in (int, float):
        try:
            number = kind(value)
        except ValueError:
            continue
        if str(number) == value:
            return number
    raise Failed


def _plain_text(value: Any, args: tuple[Any, ...], kwargs: dict[str, Any], autoescape: bool) -> Any:
    """`value`, which is a text."""
    if not isinstance(value, str) or value is UNDEFINED:
        raise Failed
    return value


_OWN: dict[str, Callable[..., Any]] = {
    "map": _map,
    "select": _selecting(True, False),
    "reject": _selecting(False, False),
    "selectattr": _selecting(True, True),
    "rejectattr": _selecting(False, True),
    "default": _default,
    "d": _default,
    "format": _formatted,
    "+number": _number,
    "+text": _plain_text,
}


def _guard_round(value: Any, *given: Any) -> None:
    for number in given:
        at_most(number, _PRECISION_MAX)


def _guard_wrap(value: Any, *given: Any) -> None:
    guard_numbers(value, *given)
    for text in given:
        if isinstance(text, str):
            product(value, text)
        elif type(text) is int:
            product(value, " " * abs(text))


def _guard_texts(value: Any, *given: Any) -> None:
    for text in given:
        if isinstance(text, str):
            product(value, text)


def _guard_sum(value: Any, *given: Any) -> None:
    numbers = isinstance(value, list | tuple) and all(isinstance(item, int | float) for item in value)
    if not numbers and not (isinstance(value, range) and length(value) <= SIZE_MAX):
        raise TooMuch


_GUARDS: dict[str, Callable[..., None]] = {
    "center": guard_numbers,
    "batch": guard_numbers,
    "slice": guard_numbers,
    "indent": _guard_wrap,
    "wordwrap": _guard_texts,
    "replace": _guard_texts,
    "join": guard_join,
    "round": _guard_round,
    "sum": _guard_sum,
    "tojson": guard_numbers,
}
