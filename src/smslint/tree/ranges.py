"""Texts of some lengths, and numbers of some size, out of a domain.

Numbers are counted in halves, so that `x > 1` and `x >= 2` are told apart where a number need not be whole: 2 n stands
for the whole number n, and 2 n + 1 for all that lies between n and n + 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from smslint.tree.domains import ALPHABETS, Domain, Halves, sample_value

OPERAND_MAX = 10**15  # of a comparison that is followed
_WRITTEN_MAX = 18  # digits of a number that is computed; a longer one is larger than any operand


def by_length(domain: Domain, thresholds: Iterable[int]) -> Iterator[Domain]:
    """`domain`, cut where a text gets as long as each of `thresholds`."""
    low, high = domain.length_min, domain.length_max
    cuts = sorted({cut for cut in thresholds if cut > low and (high is None or cut <= high)})
    for first, after in zip((low, *cuts), (*cuts, None), strict=True):
        yield replace(domain, length_min=first, length_max=high if after is None else after - 1)


def by_number(domain: Domain, thresholds: Iterable[int], positive: bool) -> Iterator[Domain]:
    """The numbers of `domain`, cut at each of `thresholds`, in halves; `positive`: without 0."""
    least: int | None = None
    most: int | None = None
    if domain.alphabet == ALPHABETS["digits"]:
        least = 2 * max(int(positive), 10 ** (domain.length_min - 1) if domain.length_min > 1 else 0)
        if domain.length_max is not None and domain.length_max <= _WRITTEN_MAX:
            most = 2 * (10**domain.length_max - 1)
    cuts = sorted({cut for cut in thresholds if (least is None or cut > least) and (most is None or cut <= most)})
    for first, after in zip((least, *cuts), (*cuts, None), strict=True):
        found = _narrowed(domain, (first, most if after is None else after - 1))
        if found is not None:
            yield found


def _narrowed(domain: Domain, halves: Halves) -> Domain | None:
    """The numbers of `domain` in `halves`; None where there are none."""
    whole = domain.alphabet == ALPHABETS["digits"]
    lengths = list(_lengths(halves, whole))
    low = max(min(lengths, default=domain.length_min), domain.length_min)
    high = domain.length_max
    if whole and halves[1] is not None:
        high = min(len(str(halves[1] // 2)), low if high is None else high)
    if not lengths or (high is not None and low > high):
        return None
    found = replace(domain, length_min=low, length_max=high, numbers=halves)
    ends = (low,) if high is None else (low, high)
    return found if all(written(found, length) for length in ends) else replace(found, exact=False)


def _lengths(halves: Halves, whole: bool) -> Iterator[int]:
    """The lengths of the shortest numbers."""
    low, high = halves
    number = max(0, -(-low // 2)) if low is not None else 0 if high is None or high >= 0 else -1
    if high is None or 2 * number <= high:
        yield len(str(number))
    if not whole and low is not None:
        yield len(str(low // 2)) + 2


def written(domain: Domain, length: int) -> str | None:
    """A number of `domain` that is written in so many characters; None where none is known."""
    assert domain.numbers is not None
    low, high = domain.numbers
    number = max(0 if low is None else -(-low // 2), 10 ** (min(length, _WRITTEN_MAX + 1) - 1) if length > 1 else 0)
    while str(number) in domain.excluded:
        number += 1
    if length > _WRITTEN_MAX:
        if high is None:
            return sample_value("0", length)
    elif len(str(number)) == length and (high is None or 2 * number <= high):
        return str(number)
    if domain.alphabet == ALPHABETS["digits"]:
        return None
    if low is None:
        return "-" + "9" * (length - 1) if length > 1 else None
    after = length - len(str(low // 2)) - 1
    fits = low >= 0 and after > 0 and (high is None or 2 * (low // 2) + 1 <= high)
    return f"{low // 2}.{sample_value('0', after)}" if fits else None


def is_written(text: str, halves: Halves) -> bool:
    """Whether `text` is a number in `halves`, written as such."""
    match = re.fullmatch(r"(-?)([1-9]\d*|0)(\.\d*[1-9])?", text)
    if match is None:
        return False
    whole = int(match[2][: _WRITTEN_MAX + 1])
    half = 2 * whole + (match[3] is not None)
    if match[1]:
        half = -half
    return (halves[0] is None or half >= halves[0]) and (halves[1] is None or half <= halves[1])
