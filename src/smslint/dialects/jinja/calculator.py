"""Jinja2's own filters, tests and operators on values that are known: bounded, and only on plain ones.

Theory of operation. What a filter makes of a constant is exactly what Jinja2's own function makes of it, so that
function is called: on texts, numbers, booleans, None, and lists and dicts of these, which have no methods of their own
to run. Before each call stands a guard: what would become larger than SIZE_MAX is not computed at all.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, Undefined
from jinja2.nodes import EvalContext
from jinja2.runtime import markup_join
from markupsafe import Markup, soft_str

from smslint.tree.domains import UNDEFINED, Failed

SIZE_MAX = 100_000  # characters or items of a value; a message of 255 parts has 39,015 septets
BITS_MAX = 4_096  # of a number
_WIDTH_MAX = 10_000
_PRECISION_MAX = 300

# Filters that give something to iterate over, which prints as no text that anybody wants.
STREAMS = frozenset(("batch", "items", "map", "reject", "rejectattr", "select", "selectattr", "slice", "unique"))
_NOT_COMPUTED = frozenset(("attr", "groupby", "random", "urlize"))
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


class TooMuch(Exception):
    """The value would be too large to compute, or smslint does not compute it at all."""


class Stream(list[Any]):
    """What an iterator gives."""


@lru_cache(maxsize=2)
def _environment(autoescape: bool) -> Environment:
    return Environment(autoescape=autoescape)


def running(function: Callable[..., Any], *arguments: Any) -> Any:
    """What `function` gives. Raises Failed where Jinja2 would not render, and TooMuch for a result past all bounds."""
    try:
        found = function(*arguments)
        if isinstance(found, Iterator):
            found = Stream(_bounded(found))
    except (Failed, TooMuch, RecursionError):
        raise
    except MemoryError:
        raise TooMuch from None
    except Exception as error:
        raise Failed(str(error)) from None
    return checked(found)


def _bounded(found: Iterator[Any]) -> Iterator[Any]:
    for number, item in enumerate(found):
        if number >= SIZE_MAX:
            raise TooMuch
        yield item


def checked(value: Any) -> Any:
    """`value`, if it is plain and within bounds. Raises TooMuch."""
    if size(value, 0) > SIZE_MAX:
        raise TooMuch
    return UNDEFINED if isinstance(value, Undefined) else value


def size(value: Any, depth: int) -> int:
    """Characters and items of a plain value. Raises TooMuch for any other, and for one nested too deep."""
    if isinstance(value, str):
        return len(value) + 1
    if value is None or isinstance(value, bool | float | Undefined | range):
        return 1
    if isinstance(value, int):
        return 1 if value.bit_length() <= BITS_MAX else SIZE_MAX + 1
    if depth > 20:
        raise TooMuch
    if isinstance(value, dict):
        return sum(size(k, depth + 1) + size(v, depth + 1) for k, v in value.items()) + 1
    if isinstance(value, list | tuple) or type(value).__name__ in ("dict_items", "dict_keys", "dict_values"):
        return sum(size(item, depth + 1) for item in value) + 1
    raise TooMuch


def length(value: Any) -> int:
    """How many items `value` has, also of a range that is too long for `len`."""
    if isinstance(value, range):
        return max(0, (value.stop - value.start + value.step - (1 if value.step > 0 else -1)) // value.step)
    return len(value)


def printed(value: Any) -> str:
    """What an output of `value` sends. Raises TooMuch for what prints as no text."""
    if isinstance(value, Stream) or not isinstance(value, str | int | float | list | tuple | dict | range | None):
        raise TooMuch
    return str(running(str, value))


def _real(value: Any) -> Any:
    """`value` as Jinja2 would hold it."""
    if isinstance(value, Stream):
        return iter(value)
    return Undefined() if value is UNDEFINED else value


# -- filters and tests -------------------------------------------------------------------------------------------------


def filtered(name: str, value: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], autoescape: bool) -> Any:
    """`value|name(…)`. Raises Failed and TooMuch."""
    own = _OWN.get(name)
    if own is not None:
        return running(own, value, args, dict(kwargs), autoescape)
    environment = _environment(autoescape)
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
        given = [_real(arg) for arg in args], {key: _real(arg) for key, arg in kwargs.items()}
        return environment.call_filter(name, _real(value), *given, eval_ctx=EvalContext(environment))

    return running(call)


def tested(name: str, value: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
    """`value is name(…)`. Raises Failed and TooMuch."""
    environment = _environment(False)
    if name not in environment.tests or name in ("filter", "test") or isinstance(value, Stream):
        raise TooMuch
    given = [_real(arg) for arg in args], {key: _real(arg) for key, arg in kwargs.items()}
    return bool(running(lambda: environment.call_test(name, _real(value), *given)))


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
    yield from _real(value)


def _default(value: Any, args: tuple[Any, ...], kwargs: dict[str, Any], autoescape: bool) -> Any:
    given = {**dict(zip(("default_value", "boolean"), args, strict=False)), **kwargs}
    absent = value is UNDEFINED or (given.get("boolean") and not value)
    return given.get("default_value", "") if absent else value


def _formatted(value: Any, args: tuple[Any, ...], kwargs: dict[str, Any], autoescape: bool) -> Any:
    if args and kwargs:
        raise Failed
    return binary("%", soft_str(_real(value)), kwargs or args)


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


def _at_most(number: Any, limit: int = _WIDTH_MAX) -> None:
    if isinstance(number, int) and abs(number) > limit:
        raise TooMuch


def _product(one: Any, other: Any) -> None:
    if len(str(one)) * (len(str(other)) + 1) > 10 * SIZE_MAX:
        raise TooMuch


def _guard_numbers(value: Any, *given: Any) -> None:
    for number in given:
        _at_most(number)


def _guard_round(value: Any, *given: Any) -> None:
    for number in given:
        _at_most(number, _PRECISION_MAX)


def _guard_wrap(value: Any, *given: Any) -> None:
    _guard_numbers(value, *given)
    for text in given:
        if isinstance(text, str):
            _product(value, text)
        elif type(text) is int:
            _product(value, " " * abs(text))


def _guard_texts(value: Any, *given: Any) -> None:
    for text in given:
        if isinstance(text, str):
            _product(value, text)


def _guard_join(value: Any, *given: Any) -> None:
    sized = isinstance(value, str | list | tuple | dict | range) and bool(given)
    if sized and length(value) * (len(str(given[0])) + 1) > 10 * SIZE_MAX:
        raise TooMuch


def _guard_sum(value: Any, *given: Any) -> None:
    numbers = isinstance(value, list | tuple) and all(isinstance(item, int | float) for item in value)
    if not numbers and not (isinstance(value, range) and length(value) <= SIZE_MAX):
        raise TooMuch


_GUARDS: dict[str, Callable[..., None]] = {
    "center": _guard_numbers,
    "batch": _guard_numbers,
    "slice": _guard_numbers,
    "indent": _guard_wrap,
    "wordwrap": _guard_texts,
    "replace": _guard_texts,
    "join": _guard_join,
    "round": _guard_round,
    "sum": _guard_sum,
    "tojson": _guard_numbers,
}


# -- operators ---------------------------------------------------------------------------------------------------------

_SPECIFICATION = r"[0-9]+|\*"


def _guard_format(text: str) -> None:
    if any(one == "*" or int(one[:9]) > _WIDTH_MAX for one in re.findall(_SPECIFICATION, text)):
        raise TooMuch


def _percent(left: str, right: Any) -> Any:
    _guard_format(left)
    return left % (tuple(map(_real, right)) if isinstance(right, tuple) else _real(right))


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
    return running(_BINARY[sign], _real(left), _real(right))


def unary(sign: str, value: Any) -> Any:
    """`sign value`."""
    return running(_UNARY[sign], _real(value))


def concatenated(values: list[Any], autoescape: bool) -> Any:
    """`a ~ b ~ …`."""
    if sum(size(value, 0) for value in values) > SIZE_MAX:
        raise TooMuch
    texts = [_real(value) if isinstance(value, str) else printed(value) for value in values]
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
        _guard_numbers(value, *args)
    elif name == "replace":
        for text in args:
            _product(value, text)
    elif name == "join" and args:
        _guard_join(args[0], value)
    return running(lambda: getattr(value, name)(*map(_real, args), **kwargs))


def _format(text: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    # A field's attributes and items would reach into objects; a nested width would escape the guard.
    if re.search(r"\{[^{}]*[.\[][^{}:]*[}:]|\{[^{}]*\{", text.replace("{{", "").replace("}}", "")):
        raise TooMuch
    _guard_format(text)
    return text.format(*map(_real, args), **{key: _real(value) for key, value in kwargs.items()})
