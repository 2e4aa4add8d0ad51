"""Format strings, `'%s' % x`, `'{}'.format(x)` and `date.strftime('%d/%m')`, taken apart: texts, and fields with their
conversion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

WIDTH_MAX = 1_000

_PERCENT = r"%(?:\((?P<key>[^()]*)\))?(?P<flags>[#0\- +]*)(?P<width>\d*)(?:\.(?P<precision>\d*))?(?P<kind>[a-zA-Z%])"
_BRACES = r"\{\{|\}\}|\{(?P<key>\w*)(?::(?P<spec>[^{}]*))?\}"
_DIRECTIVE = r"%(?P<sign>.?)"
_GROUPED = r"[+ ]?[,_](?:\.(?P<precision>\d+)(?=f))?[df]?"
_SPEC = r"(?P<align>[<>^]?)(?P<flags>[+ ]?)(?P<zero>0?)(?P<width>\d*)(?:\.(?P<precision>\d+))?(?P<kind>[sdf]?)"


# Directives of `strftime` that print as many digits of every date, whatever the locale; of years from 1000 on.
_DIGITS = {
    **dict.fromkeys("dmyHIMSUWV", 2),
    **dict.fromkeys("YG", 4),
    **dict.fromkeys("wu", 1),
    "j": 3,
    "f": 6,
}


class Digits(NamedTuple):
    """What a `directive` of `strftime` prints: so many digits."""

    directive: str
    number: int


class Field(NamedTuple):
    """A value in a format string: by its `key` or its number; `spec` is a conversion by itself, `%5.2f` or `{:,}`;
    None: it is printed as it is."""

    key: str | int
    spec: str | None


Parts: TypeAlias = "list[str | Field] | None"


def percent(text: str) -> Parts:
    """The parts of a format string for `%`; None where it has others than texts, whole and decimal numbers."""
    found: list[str | Field] = []
    end = number = 0
    for match in re.finditer(_PERCENT, text):
        found += _text(text[end : match.start()], "%")
        end = match.end()
        if match["kind"] == "%":
            found.append("%")
            continue
        if match["kind"] not in "sdif" or not _bounded(match["width"], match["precision"] or ""):
            return None
        spec = match[0] if match["key"] is None else match[0].replace(f"({match['key']})", "", 1)
        found.append(Field(number if match["key"] is None else match["key"], None if spec == "%s" else spec))
        number += match["key"] is None
    found += _text(text[end:], "%")
    return None if "\0" in found else found


def braces(text: str) -> Parts:
    """The parts of a format string for `format`, as for `percent`."""
    found: list[str | Field] = []
    end = number = 0
    for match in re.finditer(_BRACES, text):
        found += _text(text[end : match.start()], "{}")
        end = match.end()
        if match["key"] is None:
            found.append(match[0][0])
            continue
        spec = _converted(match["spec"] or "")
        if spec == "":
            return None
        key = match["key"]
        found.append(Field(number if not key else int(key) if key.isdecimal() else key, spec))
        number += not key
    found += _text(text[end:], "{}")
    return None if "\0" in found else found


def date(text: str) -> list[str | Digits] | None:
    """The parts of a format of dates; None where how long it gets depends on the date, or on the locale."""
    found: list[str | Digits] = []
    end = 0
    for match in re.finditer(_DIRECTIVE, text):
        found += [text[end : match.start()]] if match.start() > end else []
        end = match.end()
        sign = match["sign"]
        if sign != "%" and sign not in _DIGITS:
            return None
        found.append("%" if sign == "%" else Digits(match[0], _DIGITS[sign]))
    return [*found, text[end:]] if end < len(text) else found


def _text(text: str, signs: str) -> Iterator[str]:
    """`text` where it has none of `signs`; a zero character for what is no format."""
    if text:
        yield "\0" if any(sign in text for sign in signs) else text


def _bounded(*numbers: str) -> bool:
    return all(not number or int(number[:9]) <= WIDTH_MAX for number in numbers)


def _converted(spec: str) -> str | None:
    """A format specification as a conversion for `%`, or as one that groups digits; None for none, an empty text where
    there is no such one."""
    if not spec:
        return None
    grouped = re.fullmatch(_GROUPED, spec)
    if grouped is not None and _bounded(grouped["precision"] or ""):
        return f"{{:{spec}}}"
    match = re.fullmatch(_SPEC, spec)
    if match is None or not match["kind"] or not _bounded(match["width"], match["precision"] or ""):
        return ""
    left = match["align"] == "<" or (match["kind"] == "s" and not match["align"])
    if match["align"] == "^" or (match["zero"] and (match["align"] or match["kind"] == "s")):
        return ""
    precision = "" if match["precision"] is None else f".{match['precision']}"
    if match["kind"] == "d" and precision:
        return ""
    return f"%{'-' if left else ''}{match['flags']}{match['zero']}{match['width']}{precision}{match['kind']}"
