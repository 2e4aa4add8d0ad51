"""Operators, items and methods of plain values, as in Jinja2."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from jinja2.runtime import markup_join
from markupsafe import Markup

from smslint.dialects.jinja.plain import (
    BITS_MAX,
    SIZE_MAX,
    WIDTH_MAX,
    Stream,
    TooMuch,
    checked,
    guard_join,
    guard_numbers,
    printed,
    product,
    real,
    running,
    size,
)
from smslint.tree.domains import UNDEFINED, Failed

_METHODS: dict[type[Any], frozenset[str]] = {
    str: frozenset(
        (
            *("upper", "lower", "title", "capitalize", "swapcase", "casefold", "strip", "lstrip", "rstrip"),
            *("split", "rsplit", "splitlines", "partition", "rpartition", "replace", "startswith", "endswith"),
            *("find", "rfind", "index", "count", "center", "ljust", "rjust", "zfill", "join", "format"),
            *("isdigit", "isalpha", "isalnum", "isupper", "islower", "isspace", "isnumeric", "istitle"),
            *("removeprefix", "removesuffix"),
        )
    ),
    dict: frozenset(("items", "keys", "values", "get")),
    list: frozenset(("index", "count")),
    tuple: frozenset(("index", "count")),
}
_SPECIFICATION = r"[0-9]+|\*"


def _guard_format(text: str) -> None:
    if any(one == "*" or int(one[:9]) > WIDTH_MAX for one in re.findall(_SPECIFICATION, text)):
        raise TooMuch


def _percent(left: str, right: Any) -> Any:
    _guard_format(left)
    return left % (tuple(map(real, right)) if isinstance(right, tuple) else real(right))


def _times(left: Any, right: Any) -> Any:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, str | list | tuple) and isinstance(other, int) and len(one) * other > SIZE_MAX:
            raise TooMuch
    _bits(left, right)
    return left * right


def _bits(left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() + right.bit_length() > BITS_MAX:
        raise TooMuch


def _power(left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() * abs(right) > BITS_MAX:
        raise TooMuch
    found = left**right
    if isinstance(found, complex):
        raise TooMuch
    return found


_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": _times,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": _power,
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}
_UNARY: dict[str, Callable[[Any], Any]] = {"-": operator.neg, "+": operator.pos, "not": operator.not_}


def binary(sign: str, left: Any, right: Any) -> Any:
    """`left sign right`, by Jinja2's names for comparisons. Raises Failed and TooMuch."""
    if isinstance(left, Stream) or isinstance(right, Stream):
        raise TooMuch
    if sign == "%" and isinstance(left, str) and left is not UNDEFINED:
        return running(_percent, left, right)
    return running(_BINARY[sign], real(left), real(right))


def unary(sign: str, value: Any) -> Any:
    """`sign value`."""
    return running(_UNARY[sign], real(value))


def concatenated(values: list[Any], autoescape: bool) -> Any:
    """`a ~ b ~ …`."""
    if sum(size(value, 0) for value in values) > SIZE_MAX:
        raise TooMuch
    texts = [real(value) if isinstance(value, str) else printed(value) for value in values]
    return running(markup_join if autoescape else lambda parts: "".join(map(str, parts)), texts)


def item(value: Any, key: Any) -> Any:
    """`value[key]`; undefined where there is none, as in Jinja2."""
    if isinstance(value, Stream) or value is UNDEFINED:
        raise Failed
    if isinstance(value, str | list | tuple | dict | range):
        try:
            return checked(value[key])
        except (TypeError, LookupError, ValueError):
            if isinstance(key, str):
                return attribute(value, key)
    elif isinstance(key, str):
        return attribute(value, key)
    return UNDEFINED


def attribute(value: Any, name: str) -> Any:
    """`value.name` for what has no such method or attribute but may have an item of that name."""
    if value is UNDEFINED:
        raise Failed
    if hasattr(value, name):
        raise TooMuch
    if isinstance(value, dict):
        return checked(value.get(name, UNDEFINED))
    return UNDEFINED


def called(value: Any, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """`value.name(…)` for methods that only read. Raises Failed and TooMuch."""
    plain = str if isinstance(value, str) else type(value)
    if name not in _METHODS.get(plain, ()) or isinstance(value, (Markup, Stream)):
        raise TooMuch
    if value is UNDEFINED:
        raise Failed
    if name == "format":
        return running(_format, value, args, kwargs)
    if name in ("center", "ljust", "rjust", "zfill"):
        guard_numbers(value, *args)
    elif name == "replace":
        for text in args:
            product(value, text)
    elif name == "join" and args:
        guard_join(args[0], value)
    return running(lambda: getattr(value, name)(*map(real, args), **kwargs))


def _format(text: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    # A field's attributes and items would reach into objects; a nested width would escape the guard.
    if re.search(r"\{[^{}:]*[.\[]|\{[^{}]*\{", text.replace("{{", "").replace("}}", "")):
        raise TooMuch
    _guard_format(text)
    return text.format(*map(real, args), **{key: real(value) for key, value in kwargs.items()})
