"""What a slot can print, character by character, for codings that tell apart what GSM-7 holds alike.

`domains` keeps one sample for all characters of a weight; with a national table è may be in reach and é not. So a
sample is spelt out here into all that it stands for, the filters are asked for each, and the texts that they print are
traced back to a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from smslint.extents.samples import Filters, Option
from smslint.gsm.segments import BASIC, EXTENSION, is_gsm7
from smslint.tree.domains import ALPHABETS, Alphabet, Domain, Failed, contains, flat, printed
from smslint.tree.ranges import written

# Letters first: a witness is to be readable.
_BASIC = "".join(sorted(BASIC, key=lambda c: (not c.isascii(), not c.isalpha(), c.isspace(), c)))
_LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
_BEYOND = "ê中" + "".join(chr(code) for code in _LATIN if chr(code).isalpha() and not is_gsm7(chr(code)))
_ASTRAL = "😀ﬃΐ"  # and what becomes three characters when its case is changed


class Spelling(NamedTuple):
    """One kind of text that a slot prints: `low` to `high` (None: no bound) of `samples`, then `end`. `sources` gives
    for a sample the character that becomes it."""

    samples: Alphabet
    low: int
    high: int | None
    end: str
    sources: Mapping[str, str]


@lru_cache(maxsize=512)
def spellings(domain: Domain, filters: Filters) -> tuple[Spelling, ...]:
    """All that a slot of `domain`, which has no values, prints after `filters`."""
    spelt = _spelt(domain)
    found: tuple[Domain, ...] = (spelt,)
    for change in filters:
        found = tuple(after for before in found for after in change(before))
    sources: dict[str, str] = {}
    for character in spelt.alphabet if filters else ():
        with suppress(Failed):
            sources.setdefault(printed(Domain(), filters, character), character)
    return tuple(spelling for after in found for spelling in _of(after, sources))


def _of(domain: Domain, sources: Mapping[str, str]) -> tuple[Spelling, ...]:
    if domain.values is None:
        return (Spelling(domain.alphabet, domain.length_min, domain.length_max, domain.end, sources),)
    return tuple(Spelling(("A",), 0, 0, str(value) + domain.end, sources) for value in domain.values)


def _spelt(domain: Domain) -> Domain:
    if domain.exact and domain.alphabet == ALPHABETS["digits"]:
        return domain
    domain = flat(domain)
    return replace(domain, alphabet=tuple(dict.fromkeys("".join(map(_class, domain.alphabet)))))


def _class(sample: str) -> str:
    if sample in EXTENSION:
        return EXTENSION
    if is_gsm7(sample):
        return _BASIC
    return _BEYOND if ord(sample) <= 0xFFFF else _ASTRAL


def option(
    domain: Domain, filters: Filters, spelling: Spelling, picked: Sequence[str], alike: Callable[[str], Sequence[str]]
) -> Option:
    """The text of the samples `picked`, with a value of `domain` that prints it where one is found; `alike` gives the
    samples that could stand in place of one."""
    text = "".join(picked) + spelling.end
    if domain.numbers is not None and not filters and not spelling.end:
        number = written(domain, len(text))
        return Option(number or text, number if domain.exact else None)
    if domain.exact:
        for value in _values(domain, filters, spelling, picked, alike):
            with suppress(Failed):
                shown = printed(domain, filters, value) if contains(domain, value) else None
                if shown is not None and len(shown) == len(text) and shown[:-1] == text[:-1]:
                    return Option(shown, value)
    return Option(text, None)


def _values(
    domain: Domain, filters: Filters, spelling: Spelling, picked: Sequence[str], alike: Callable[[str], Sequence[str]]
) -> list[str]:
    """Values that may print the samples `picked`: their sources; with more behind, where the end is cut off; with
    another last character, where the domain excludes a value."""
    if not filters:
        value = "".join(picked)
        if value not in domain.excluded or not picked:
            return [value]
        return [value[: -len(picked[-1])] + other for other in alike(picked[-1])]
    if any(sample not in spelling.sources for sample in picked):
        return []
    value = "".join(spelling.sources[sample] for sample in picked)
    missing = (domain.length_max or 0) - len(value)
    found = [value, value + (value[-1:] or "A") * missing] if missing > 0 else [value]
    if value in domain.excluded and picked:
        others = (spelling.sources.get(other, "") for other in alike(picked[-1]))
        found += [value[:-1] + other for other in others]
    return found
