"""What a slot can print: a few texts that stand for all of them, each with the value that prints it.

Theory of operation. Of all texts of a domain only the extremes matter for counting: as long or as short as can be, in
GSM-7 and not. A filter is known twice: as a function on domains, which is never too small, and as what it makes of
one value. The texts of well-chosen values are compared with the domain; where they reach as far, the values stand for
the domain and a witness can name them. Where they do not, the domain's own samples are kept as options without a
value: they make the bound sound, and what needs them is not called exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from smslint.extents.units import INFINITE, UNBOUNDED, Totals, paired
from smslint.gsm.segments import Encoding, Run, is_gsm7, runs, weight
from smslint.tree.domains import (
    Alphabet,
    Constant,
    Domain,
    Failed,
    Filter,
    contains,
    kinds,
    printed,
    sample_value,
    through,
)
from smslint.tree.message import Slot
from smslint.tree.ranges import written
from smslint.tree.variables import Case

LENGTHS_LISTED_MAX = 8
VALUES_LISTED_MAX = 1_000
FILTERS_MAX = 32  # ways to print one variable, of which it is asked what they do together

Filters = tuple[Filter, ...]

# Other characters of the same weight, for a value that must not be some constant.
_ALIKE = {"0": "1234567890", "A": "ABCDEFGH", "€": "€[]~|^", "ê": "êîôâûë", "😀": "😀😁😂😃"}


class Option(NamedTuple):
    """A text that a slot can print, and the value that it is printed from; None: it may not be possible."""

    text: str
    value: Constant | None


@lru_cache(maxsize=2048)
def options(domain: Domain, filters: Filters) -> tuple[Option, ...]:
    """Options among which are those that reach furthest and least far, in GSM-7 and outside, from any position.

    All values, where they are declared.
    """
    if domain.numbers is not None and filters:
        # Numbers of one length are not alike for a filter.
        domain = replace(domain, numbers=None, exact=False)
    if domain.values is not None:
        found = tuple(_option(domain, filters, value) for value in domain.values)
        # A value with which the template fails is never sent.
        return tuple(option for option in found if option is not _FAILING) or found[:1]
    abstract = [Option(text, None) for text in _abstract(domain, filters)]
    if not domain.exact:
        return tuple(abstract)
    if not filters:
        return tuple(Option(o.text, o.text[: len(o.text) - len(domain.end)]) for o in abstract)
    tried = (_option(domain, filters, value) for value in values_of(domain, filters))
    concrete = [option for option in tried if option.value is not None]
    enough = totals_of(concrete) == totals_of([*concrete, *abstract]) and not _worse(concrete, abstract)
    return tuple(_reduced(concrete) if enough else [*_reduced(concrete), *abstract])


_FAILING = Option("", None)


def _option(domain: Domain, filters: Filters, value: Constant) -> Option:
    try:
        return Option(printed(domain, filters, value), value if domain.exact else None)
    except Failed:
        return _FAILING


class Printed(NamedTuple):
    """The most and the least units of what a slot prints (UNBOUNDED: there is no most); whether values reach them;
    and the encodings in which it may print characters of two units."""

    totals: Totals
    sure: bool
    pairs: frozenset[Encoding]


@lru_cache(maxsize=2048)
def totals(domain: Domain, filters: Filters) -> Printed:
    """What a slot of this domain prints after these filters, in units."""
    every = options(domain, filters)
    found = totals_of(every)
    pairs = frozenset(one for option in every for one in paired(option.text))
    if all(d.bounded for d in through(domain, filters)):
        return Printed(found, all(option.value is not None for option in every), pairs)
    most = [UNBOUNDED if one != -INFINITE else one for one in found[:3]]
    return Printed((most[0], most[1], most[2], *found[3:]), False, pairs)


def totals_of(found: list[Option] | tuple[Option, ...]) -> Totals:
    """The most septets in GSM-7, code units in GSM-7, and code units outside; then the least of each."""
    most, least = [-INFINITE] * 3, [INFINITE] * 3
    for option in found:
        units = weight(option.text)
        for index, one in ((0, units.septets), (1, units.code_units)) if units.gsm7 else ((2, units.code_units),):
            most[index] = max(most[index], one)
            least[index] = min(least[index], one)
    return (most[0], most[1], most[2], least[0], least[1], least[2])


def _abstract(domain: Domain, filters: Filters) -> list[str]:
    found: dict[str, None] = {}
    for one in through(domain, filters):
        if one.values is not None:
            found.update(dict.fromkeys(str(value) + one.end for value in one.values))
            continue
        found.update(dict.fromkeys(text + one.end for text in _extremes(one)))
    return list(found)


def _extremes(domain: Domain) -> list[str]:
    """The furthest and the least far, in GSM-7 and outside. Where samples are single characters, the furthest is all
    of one sample; else (`SS` from ß) one character outside GSM-7 may be there for its encoding only."""
    simple = all(len(sample) == 1 for sample in domain.alphabet)
    wide = tuple(sample for sample in domain.alphabet if not is_gsm7(sample))
    found = _texts(domain, domain.length_min, domain.alphabet, wide)
    if domain.length_max is not None:
        found += _texts(domain, domain.length_max, domain.alphabet, () if simple else wide)
    if domain.length_min == 0 and domain.length_max != 0:
        found += [_other(domain, sample, sample) for sample in wide]
    return found


def _texts(domain: Domain, length: int, samples: Alphabet, heads: Alphabet) -> list[str]:
    """Texts of `length` samples: all of one, and those with one of `heads` before the rest."""
    found = [_other(domain, sample_value(sample, length), sample) for sample in samples]
    if length > 1:
        found += [head + sample_value(one, length - 1) for head, one in product(heads, samples) if head != one]
    return found if domain.numbers is None else list(dict.fromkeys(found))


def _other(domain: Domain, text: str, sample: str) -> str:
    """`text`, or one that weighs the same, where `text` is a value that the domain excludes."""
    if domain.numbers is not None:
        return written(domain, len(text)) or text
    if not domain.excluded or text not in domain.excluded:
        return text
    others = (text[:-1] + other for other in _ALIKE.get(sample, ""))
    return next((other for other in others if other not in domain.excluded), text)


def values_of(domain: Domain, *ways: Filters) -> list[str]:
    """Values of `domain` that filters may treat in different ways, of every length at which they may change. `ways`:
    the filters of each slot that prints them."""
    sources = _sources(domain, ways)
    lengths = sorted({length for filters in ways for length in _lengths(domain, filters)})
    found = dict.fromkeys(text for length in lengths for text in _texts(domain, length, sources, sources))
    return [value for value in found if contains(domain, value)]


def _sources(domain: Domain, ways: Sequence[Filters]) -> Alphabet:
    """One character of each kind that one of `ways` tells from others."""
    different: dict[tuple[object, ...], str] = {}
    hints = tuple(dict.fromkeys(hint for filters in ways for change in filters for hint in change.hints))
    for kind in kinds(domain.alphabet, hints):
        alone = (kind,) if kind in hints else tuple(_runs(domain, filters, kind) or kind for filters in ways)
        different.setdefault((alone, is_gsm7(kind), kind.isspace()), kind)
    return tuple(different.values())


def _every(domain: Domain, sources: Alphabet) -> list[str] | None:
    """Each text of these characters that `domain` has, None where that is more than VALUES_LISTED_MAX."""
    if domain.length_max is None or domain.length_max > 8 or len(sources) ** domain.length_max > VALUES_LISTED_MAX:
        return None
    lengths = range(domain.length_min, domain.length_max + 1)
    texts = ("".join(text) for length in lengths for text in product(sources, repeat=length))
    return [text for text in texts if contains(domain, text)]


def _runs(domain: Domain, filters: Filters, value: Constant) -> tuple[Run, ...]:
    try:
        return runs(printed(domain, filters, value))
    except Failed:
        return ()


def _lengths(domain: Domain, filters: Filters) -> list[int]:
    low = domain.length_min
    after = [d for d in through(domain, filters) if d.values is None]
    bounds = {n for d in after for n in (d.length_min, d.length_max) if n is not None}
    high = domain.length_max if domain.length_max is not None else max({low, *bounds}) + 1
    if high - low <= LENGTHS_LISTED_MAX:
        return list(range(low, high + 1))
    near = {n + step for n in bounds for step in (-1, 0, 1)}
    return sorted({low, low + 1, high, *(n for n in near if low <= n <= high)})


def _reduced(found: list[Option]) -> list[Option]:
    """`found`; of those that weigh the same all along, one."""
    kinds: dict[tuple[Run, ...], Option] = {}
    for option in found:
        kinds.setdefault(runs(option.text), option)
    return list(kinds.values())


def _worse(concrete: list[Option], abstract: list[Option]) -> bool:
    """Whether the extreme of `abstract` can go further than that of `concrete` by where its pairs stand."""
    pairs = {weight(option.text).pairs for option in concrete}
    return any(weight(option.text).pairs > max(pairs, default=0) for option in abstract)


def refine(found: tuple[Case, ...], slots: Sequence[Slot]) -> tuple[Case, ...]:
    """The cases of a variable as far as counting tells them apart: of values that answer every test alike and weigh
    the same in each of `slots`, one; and where there are several slots, values instead of a domain."""
    filters = tuple(dict.fromkeys(slot.filters for slot in slots))
    kept: dict[tuple[object, ...], Case] = {}
    for case in found:
        if case.domain.values is not None:
            values, enough = case.domain.values, True
        elif len(slots) > 1:
            values, enough = _standing(case.domain, filters)
        else:
            values, enough = (), False
        answers = tuple(case.answers.values())
        for value in values:
            weighs = tuple(_runs(case.domain, one, value) for one in filters)
            alone = Domain(values=(value,), end=case.domain.end, exact=case.domain.exact)
            kept.setdefault((answers, weighs), Case(alone, case.answers))
        if not enough:
            # What is printed in one place may then not be possible together with what is in another.
            domain = replace(case.domain, exact=case.domain.exact and len(slots) < 2)
            kept[(id(case),)] = Case(domain, case.answers)
    return tuple(kept.values())


def _standing(domain: Domain, filters: tuple[Filters, ...]) -> tuple[tuple[Constant, ...], bool]:
    """Values of `domain`, and whether they stand for all of it where it is printed with each of `filters`."""
    if not domain.exact or domain.length_max is None:
        return (), False
    found = [option for one in filters for option in options(domain, one)]
    chosen = [option.value for option in found if option.value is not None]
    enough = len(chosen) == len(found)
    if len(filters) > FILTERS_MAX:
        return tuple(dict.fromkeys(chosen)), False
    if len(filters) > 1:
        every = None if _together(domain, filters) else _every(domain, _sources(domain, filters))
        chosen += values_of(domain, *filters) if every is None else every
        if every is None and not _together(domain, filters):
            enough = False
            chosen += [value for one in filters for value in values_of(domain, one)]
    return tuple(dict.fromkeys(chosen)), enough


def _together(domain: Domain, filters: Sequence[Filters]) -> bool:
    """Whether values of one character, after one of another at most, reach what all of `filters` print together.

    As it is, in capitals and in small letters, characters of two kinds may add up to the same, and move the ends of
    parts as no one of them does, unless no character takes two units. (Those that do in GSM-7 have no capitals, and a
    shift by one septet costs as much as it makes up for.)
    """
    common = {change.common for one in filters for change in one}
    if "" in common:
        return False
    if common.isdisjoint(("upper", "lower")):
        return True
    both = {"upper", "lower", "cut"} <= common
    return not both and not any(len(sample.encode("utf-16-le")) > 2 for sample in domain.alphabet)
