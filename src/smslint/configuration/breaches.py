"""Where a value breaks its declaration: too long, of another alphabet, none of the values, too many items."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from smslint.gsm.segments import character_name
from smslint.tree.domains import ALPHABETS, Domain, fits
from smslint.tree.variables import Variable

VALUES_SHOWN_MAX = 5
TEXT_SHOWN_MAX = 40


class Breach(NamedTuple):
    """What is wrong with the value at `path` (`user.name`, `items[0]`)."""

    path: str
    words: str


def breaches(path: str, value: Any, variable: Variable, lookup: Callable[[str], Variable]) -> Iterator[Breach]:
    """How `value` breaks the declaration of the variable `path`; `lookup` gives those of attributes."""
    if isinstance(value, dict):
        for name, inner in value.items():
            known = variable.field(name) or lookup(f"{path}.{name}")
            yield from breaches(f"{path}.{name}", inner, known, lookup)
    elif variable.items is not None:
        yield from _of_list(path, value, variable, lookup)
    elif isinstance(value, list):
        if variable.declared and not variable.fields:
            yield Breach(path, "is a list, and none is declared: give it `max_items` and `item`")
    elif not variable.fields:
        words = _of_text(value, variable.domain)
        if words:
            yield Breach(path, words if variable.declared else f"{words}, as it is not declared under `variables`")


def _of_list(path: str, value: Any, variable: Variable, lookup: Callable[[str], Variable]) -> Iterator[Breach]:
    assert variable.items is not None
    low, high, item = variable.items
    if not isinstance(value, list):
        yield Breach(path, f"is {_shown(value)}, and a list is declared")
        return
    if high is not None and len(value) > high:
        yield Breach(path, f"has {_plural(len(value), 'item')}, and max_items is {high}")
    if len(value) < low:
        yield Breach(path, f"has {_plural(len(value), 'item')}, and min_items is {low}")
    for index, inner in enumerate(value):
        yield from breaches(f"{path}[{index}]", inner, item, lookup)


def _of_text(value: Any, domain: Domain) -> str | None:
    if value is None:
        return "is null, which Jinja2 prints as `None`: leave it out, or give it a text"
    if domain.values is not None:
        if any(type(known) is type(value) and known == value for known in domain.values):
            return None
        return f"is {_shown(value)}, and its values are {_list(domain.values)}"
    text, high = str(value), domain.length_max
    if len(text) < domain.length_min or (high is not None and len(text) > high):
        return f"is {_shown(value)}, {_plural(len(text), 'character')}, and {_length(domain, len(text))}"
    outside = next((character for character in text if not fits(character, domain.alphabet)), None)
    if outside is None:
        return None
    alphabet = next((name for name, one in ALPHABETS.items() if one == domain.alphabet), "declared")
    shown = f"`{outside}` " if outside.isprintable() else ""
    name = f"U+{ord(outside):04X} {character_name(outside)}"
    return f"is {_shown(value)}, with {shown}({name}), which is outside the alphabet {alphabet}"


def _length(domain: Domain, found: int) -> str:
    if domain.length_min == domain.length_max:
        return f"length is {domain.length_min}"
    return f"min_length is {domain.length_min}" if found < domain.length_min else f"max_length is {domain.length_max}"


def _shown(value: Any) -> str:
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a mapping"
    if not isinstance(value, str):
        return f"{value!r} (no text)" if isinstance(value, bool) else repr(value)
    short = value if len(value) <= TEXT_SHOWN_MAX else f"{value[: TEXT_SHOWN_MAX - 1]}…"
    return repr(short)


def _list(values: tuple[Any, ...]) -> str:
    shown = ", ".join(map(repr, values[:VALUES_SHOWN_MAX]))
    more = len(values) - VALUES_SHOWN_MAX
    return f"{shown} and {more} more" if more > 0 else shown


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
