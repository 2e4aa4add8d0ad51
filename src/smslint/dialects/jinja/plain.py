"""Plain values, which are computed: texts, numbers, booleans, None, and lists and dicts of these, within bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import Undefined

from smslint.tree.domains import UNDEFINED, Failed

SIZE_MAX = 100_000  # characters or items of a value; a message of 255 parts has 39,015 septets
BITS_MAX = 4_096  # of a number
WIDTH_MAX = 10_000  # of a field, and of any other number that a filter takes


class TooMuch(Exception):
    """The value would be too large to compute, or smslint does not compute it at all."""


class Stream(list[Any]):
    """What an iterator gives; an iterator is true, also where it gives nothing."""

    def __bool__(self) -> bool:
        return True


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


def real(value: Any) -> Any:
    """`value` as Jinja2 would hold it."""
    if isinstance(value, Stream):
        return iter(value)
    return Undefined() if value is UNDEFINED else value


# -- guards: what would become too large is not computed at all --------------------------------------------------------


def at_most(number: Any, limit: int = WIDTH_MAX) -> None:
    if isinstance(number, int) and abs(number) > limit:
        raise TooMuch


def product(one: Any, other: Any) -> None:
    if len(str(one)) * (len(str(other)) + 1) > 10 * SIZE_MAX:
        raise TooMuch


def guard_numbers(value: Any, *given: Any) -> None:
    for number in given:
        at_most(number)


def guard_join(value: Any, *given: Any) -> None:
    sized = isinstance(value, str | list | tuple | dict | range) and bool(given)
    if sized and length(value) * (len(str(given[0])) + 1) > 10 * SIZE_MAX:
        raise TooMuch
