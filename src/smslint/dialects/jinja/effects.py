"""Jinja2's filters as functions on domains: what a filter makes of all that a text can be, never too small.

Each takes a domain without declared values (those are filtered one by one, by Jinja2's own functions) and the filter's
arguments by name. A text that is used as a number is taken to be one that is written out, without an exponent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias
from urllib.parse import quote

from markupsafe import escape

from smslint.tree.domains import (
    ALPHABETS,
    UNKNOWN,
    Alphabet,
    Domain,
    Domains,
    by_character,
    can_hold,
    flat,
    kinds,
    weights,
)

Given: TypeAlias = Mapping[str, Any]
Effect: TypeAlias = "Callable[[Domain, Given], Domains]"

BASIC = ALPHABETS["gsm7"]
FLOAT_LENGTH_MAX = 24  # -1.2345678901234567e-308
_SLICED_MAX = 1_000  # lengths of which the slice is looked at


def is_digits(domain: Domain) -> bool:
    """Whether it is digits and nothing else."""
    return domain.alphabet == ALPHABETS["digits"] and (not domain.end or domain.end.isdecimal())


def has_lines(domain: Domain) -> bool:
    """Whether a line can end in it; U+2028 ends one too."""
    return any(can_hold(domain.alphabet, character) for character in "\n\u2028")


def _times(length: int | None, factor: int, more: int = 0) -> int | None:
    return None if length is None else length * factor + more


def _most(length: int | None, least: int) -> int | None:
    return None if length is None else max(length, least)


def _between(domain: Domain, low: int, high: int | None, also: str = "") -> Domain:
    """`low` to `high` characters of `domain`, and of `also`."""
    samples = (*domain.alphabet, *weights(also)) if also else domain.alphabet
    return Domain(low, high, tuple(dict.fromkeys(samples)), exact=False)


def _same(domain: Domain, given: Given) -> Domains:
    return (domain,)


def _changing(change: Callable[[str], str], hints: Alphabet = ()) -> Effect:
    return lambda domain, given: (by_character(domain, change, hints),)


def _capitalize(domain: Domain, given: Given) -> Domains:
    return _raised(flat(domain), str.capitalize, 1)


def _titled(change: Callable[[str], str]) -> Effect:
    def effect(domain: Domain, given: Given) -> Domains:
        domain = flat(domain)
        # A word begins at every other character at most.
        return _raised(domain, change, None if domain.length_max is None else (domain.length_max + 1) // 2)

    return effect


def _raised(domain: Domain, change: Callable[[str], str], times: int | None) -> Domains:
    """`domain` in lower case, but for up to `times` characters that are changed."""
    samples = kinds(domain.alphabet)
    lowered, raised = [sample.lower() for sample in samples], [change(sample) for sample in samples]
    if domain.length_max is None or times is None or max(map(len, lowered)) > 1:
        return (replace(domain, alphabet=tuple(dict.fromkeys((*lowered, *raised))), exact=False),)
    more = min(times, domain.length_max) * (max(map(len, raised)) - 1)
    alphabet = tuple(dict.fromkeys("".join((*lowered, *raised))))
    return (Domain(domain.length_min, domain.length_max + more, alphabet, exact=False),)


def _trim(domain: Domain, given: Given) -> Domains:
    chars = given.get("chars")
    cut = " \u2003" if chars is None else str(chars)
    domain = domain if not domain.end else flat(domain)
    if any(can_hold(domain.alphabet, character) for character in cut):
        return (replace(domain, length_min=0),)
    return (domain,)


def _split(domain: Domain, given: Given) -> Domains:
    """One of the parts of a text; the only one is the whole text, where it has no separator."""
    separator = given.get("sep")
    domain = flat(domain)
    cut = any(can_hold(domain.alphabet, c) for c in separator or " \n\u2003")
    if given["index"] in (0, -1) and not cut and domain.length_min > 0:
        return (domain,)
    return (replace(domain, length_min=0, exact=False),)


def _truncate(domain: Domain, given: Given) -> Domains:
    """A value up to `length + leeway` characters stays as it is, a longer one is cut (Jinja2's `do_truncate`)."""
    length, end, leeway = given.get("length", 255), str(given.get("end", "...")), given.get("leeway")
    leeway = 5 if leeway is None else leeway
    domain = flat(domain)
    limit = length + leeway
    if domain.length_max is not None and domain.length_max <= limit:
        return (domain,)
    cut = length - len(end)
    exact = bool(given.get("killwords")) or is_digits(domain)
    shortened = replace(domain, length_min=cut if exact else 0, length_max=cut, end=end)
    if domain.length_min > limit:
        return (shortened,)
    return (replace(domain, length_max=limit), shortened)


def _center(domain: Domain, given: Given) -> Domains:
    return _padded(domain, max(given.get("width", 80), 0), given.get("fillchar", " "))


def _zeros_before(domain: Domain, given: Given) -> Domains:
    return _padded(domain, max(given["width"], 0), "0")


def _padded(domain: Domain, width: int, fill: str) -> Domains:
    domain = flat(domain)
    if domain.length_min >= width:
        return (domain,)
    wide = domain.length_max is None or domain.length_max > width
    padded = _between(domain, width, width, fill)
    return (padded, replace(domain, length_min=width)) if wide else (padded,)


def _indent(domain: Domain, given: Given) -> Domains:
    width = given.get("width", 4)
    space = width if isinstance(width, str) else " " * width
    domain = flat(domain)
    first = len(space) if given.get("first") else 0
    low, high = domain.length_min, domain.length_max
    if has_lines(domain):
        low = (low + 1) // 2  # two characters may end one line
        lines = high if given.get("blank") or high is None else high // 2
        high = None if high is None or lines is None else high + lines * len(space)
    also = space + "\n" if has_lines(domain) else space if first else ""
    return (_between(domain, low + first, _times(high, 1, first), also),)


def _wordwrap(domain: Domain, given: Given) -> Domains:
    width, between = given.get("width", 79), given.get("wrapstring")
    between = "\n" if between is None else str(between)
    domain = flat(domain)
    high = domain.length_max
    if high is None:
        return (UNKNOWN,)
    if is_digits(domain):
        if not given.get("break_long_words", True):
            return (domain,)
        low_lines, lines = (max(length - 1, 0) // width for length in (domain.length_min, high))
        high += lines * len(between)
        return (_between(domain, domain.length_min + low_lines * len(between), high, between),)
    breaks = 2 * high // width + 1 if high > width else 0
    high += breaks * len(between) + high * max(len(between) - 1, 0)
    return (_between(domain, 0, high, between),)


def _replace(domain: Domain, given: Given) -> Domains:
    old, new, count = str(given["old"]), str(given["new"]), given.get("count")
    domain = flat(domain)
    if old and not all(can_hold(domain.alphabet, character) for character in old):
        return (domain,)
    if len(old) == 1 and (count is None or count < 0):
        # A sample stands for others of its weight, which stay as they are.
        replaced = by_character(domain, lambda sample: sample.replace(old, new), (old,))
        return (replace(replaced, alphabet=tuple(dict.fromkeys((*domain.alphabet, *replaced.alphabet)))),)
    high = domain.length_max
    places = None if high is None else high + 1 if not old else high // len(old)
    if count is not None and count >= 0 and places is not None:
        places = min(places, count)
    low = domain.length_min
    if len(new) < len(old):
        low -= min(low // len(old), low if count is None or count < 0 else count) * (len(old) - len(new))
    grown = None if high is None or places is None else high + places * max(len(new) - len(old), 0)
    return (_between(domain, low, grown, new),)


def _one(domain: Domain, given: Given) -> Domains:
    domain = flat(domain)
    high = 1 if domain.length_max is None else min(domain.length_max, 1)
    return (replace(domain, length_min=0 if is_digits(domain) else min(domain.length_min, 1), length_max=high),)


def _length(domain: Domain, given: Given) -> Domains:
    domain = flat(domain)
    low, high = domain.length_min, domain.length_max
    digits = 10 if high is None else len(str(high))
    return (Domain(len(str(low)), digits, ALPHABETS["digits"], exact=False),)


def _int(domain: Domain, given: Given) -> Domains:
    domain = flat(domain)
    other = len(str(given.get("default", 0)))
    high = _most(domain.length_max, other)
    if given.get("base", 10) != 10:
        # Four of binary are one of decimal at most; of hexadecimal and above it is twice as many.
        high = _most(_times(domain.length_max, 2), other)
    return (
        Domain(min(1, other), high, ALPHABETS["digits"] if is_digits(domain) and other == 1 else BASIC, exact=False),
    )


def _written(length: int | None, more: int) -> int | None:
    """How long a float is that was read from `length` characters; past 16 digits it has an exponent."""
    if length is None:
        return None
    return length + more if length <= 16 else max(length + more, FLOAT_LENGTH_MAX)


def _float(domain: Domain, given: Given) -> Domains:
    other = len(str(given.get("default", 0.0)))
    high = _most(_written(flat(domain).length_max, 2), other)
    return (Domain(min(3, other), high, BASIC, exact=False),)


def _round(domain: Domain, given: Given) -> Domains:
    precision = given.get("precision", 0)
    more = 3 if given.get("method", "common") == "common" else 3 + max(precision, 0)
    return (Domain(1, _written(flat(domain).length_max, more), BASIC, exact=False),)


def _abs(domain: Domain, given: Given) -> Domains:
    domain = flat(domain)
    low = max(1, domain.length_min - (not is_digits(domain)))
    return (replace(domain, length_min=low, length_max=_most(domain.length_max, 1), exact=False),)


def _filesize(domain: Domain, given: Given) -> Domains:
    longest = flat(domain).length_max
    return (Domain(6, _most(_times(longest, 1, 6), 12), BASIC, exact=False),)


def _striptags(domain: Domain, given: Given) -> Domains:
    domain = flat(domain)
    if is_digits(domain):
        return (domain,)
    # An entity can stand for any character, and is longer than it.
    foreign = "ê" if domain.length_max is None or domain.length_max >= 4 else ""
    return (_between(domain, 0, domain.length_max, foreign),)


def _joined(domain: Domain, given: Given) -> Domains:
    between = str(given.get("d", ""))
    domain = flat(domain)
    low = domain.length_min + max(domain.length_min - 1, 0) * len(between)
    high = domain.length_max
    high = None if high is None else high + max(high - 1, 0) * len(between)
    return (_between(domain, low, high, between),)


def _wordcount(domain: Domain, given: Given) -> Domains:
    high = flat(domain).length_max
    return (Domain(1, 10 if high is None else len(str((high + 1) // 2)), ALPHABETS["digits"], exact=False),)


def _slice(domain: Domain, given: Given) -> Domains:
    """`value[start:stop:step]`."""
    domain = flat(domain)
    part = slice(given.get("start"), given.get("stop"), given.get("step"))

    def length(whole: int) -> int:
        return len(range(*part.indices(whole)))

    low, high = domain.length_min, domain.length_max
    bounded = part.stop is not None and part.stop >= 0 and (part.step or 1) > 0
    far = max(abs(part.start or 0), abs(part.stop or 0)) + abs(part.step or 1) + 1
    if far > _SLICED_MAX:
        return (replace(domain, length_min=0),)
    # Past `far` the length of the slice grows with the length of the whole, or is the same.
    ends = {low + step for step in range(2 * far)} | (
        {high - step for step in range(far)} if high is not None else set()
    )
    lengths = [length(whole) for whole in ends if whole >= low and (high is None or whole <= high)]
    most = max(lengths) if high is not None or bounded else None
    return (replace(domain, length_min=0 if is_digits(domain) else min(lengths), length_max=most),)


def _item(domain: Domain, given: Given) -> Domains:
    """`value[index]`."""
    domain = flat(domain)
    index = given["index"]
    needed = index + 1 if index >= 0 else -index
    sure = domain.length_min >= needed and not is_digits(domain)
    possible = domain.length_max is None or domain.length_max >= needed
    return (replace(domain, length_min=int(sure), length_max=int(possible)),)


_CONVERSION = r"%(?P<flags>[^\d.a-z]*0?)(?P<width>\d*)(?:\.(?P<precision>\d*))?(?P<kind>[sdif])"


def _converted(domain: Domain, given: Given) -> Domains:
    """`'%5.2f' % value`; a text that is converted to a number is one that is written out."""
    match = re.fullmatch(_CONVERSION, given["spec"])
    assert match is not None
    domain, width = flat(domain), int(match["width"] or 0)
    precision = None if match["precision"] is None else int(match["precision"] or 0)
    low, high = domain.length_min, domain.length_max
    if match["kind"] == "s":
        if precision is not None:
            low, high = min(low, precision), precision if high is None else min(high, precision)
        return (_between(domain, max(low, width), _most(high, width), " "),)
    decimals = 0 if match["kind"] in "di" else 6 if precision is None else precision
    more = (decimals + 1 if decimals or "#" in match["flags"] else 0) + ("+" in match["flags"] or " " in match["flags"])
    if is_digits(domain):
        return (Domain(max(low + more, width, 1), _most(_times(high, 1, more), width), BASIC, exact=False),)
    # A decimal number may lose its decimals, or be rounded up by a digit.
    return (Domain(max(1, width), _most(_times(high, 1, more + 1), width), BASIC, exact=False),)


def _grouped(domain: Domain, given: Given) -> Domains:
    """`'{:,.2f}'.format(value)`: as without what groups the digits, and that."""
    spec = given["spec"].strip("{:}").replace(",", "").replace("_", "")
    low, high = flat(domain).length_min, flat(domain).length_max
    (plain,) = _converted(domain, {"spec": f"%{spec}" if spec.endswith(("d", "f")) else f"%{spec}d"})
    more = 0 if high is None else max(high - 1, 0) // 3
    less = max(low - 1, 0) // 3 if is_digits(domain) else 0
    return (Domain(plain.length_min + less, _most(_times(plain.length_max, 1, more), 0), BASIC, exact=False),)


def _quoted(sample: str) -> str:
    return quote(sample, safe=b"/")


def _escaped(sample: str) -> str:
    return str(escape(sample))


EFFECTS: dict[str, Effect] = {
    "upper": _changing(str.upper),
    "lower": _changing(str.lower),
    "capitalize": _capitalize,
    "title": _titled(str.upper),
    "trim": _trim,
    "truncate": _truncate,
    "center": _center,
    "indent": _indent,
    "wordwrap": _wordwrap,
    "replace": _replace,
    "reverse": _same,
    "first": _one,
    "last": _one,
    "min": _one,
    "max": _one,
    "length": _length,
    "count": _length,
    "int": _int,
    "float": _float,
    "round": _round,
    "abs": _abs,
    "string": _same,
    "safe": _same,
    "e": _changing(_escaped),
    "escape": _changing(_escaped),
    "forceescape": _changing(_escaped),
    "striptags": _striptags,
    "urlencode": _changing(_quoted, ("中",)),
    "join": _joined,
    "wordcount": _wordcount,
    "filesizeformat": _filesize,
    "[:]": _slice,
    "[]": _item,
    "split[]": _split,
    "%": _converted,
    "{}": _grouped,
    ".title": _titled(str.title),
    ".swapcase": _changing(str.swapcase),
    ".casefold": _changing(str.casefold),
    ".lstrip": _trim,
    ".rstrip": _trim,
    ".ljust": _center,
    ".rjust": _center,
    ".center": _center,
    ".zfill": _zeros_before,
    "+number": _same,
    "+text": _same,
}
