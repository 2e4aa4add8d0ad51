"""`split: {pattern: …}`: texts that the end of a part may cut in two.

Theory of operation. Before and in such a text stand so many units at least and so many at most, in each encoding that
the path can take: its place is a range. A part ends within it for some lengths exactly if one does for a start in that
range; lengths are taken to be free of each other, so a cut is one that may be. Where all is literal it is one that is,
the padding before characters of two units included.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from smslint.checks.groups import groups, in_words
from smslint.checks.shown import free, is_slot, shown
from smslint.checks.subject import Hit, Subject
from smslint.configuration.facts import SEGMENTS_MAX
from smslint.extents.path import Path
from smslint.extents.paths import paths
from smslint.extents.samples import Filters, totals
from smslint.extents.units import INFINITE
from smslint.gsm.segments import EXTENSION, Capacity, Encoding, Header, weight
from smslint.matching.patterns import Pattern
from smslint.packs.rules import Rule
from smslint.tree.domains import Domain
from smslint.tree.message import Span, Text


class _Scale(NamedTuple):
    """A path in one encoding: the fewest and the most units before each of its pieces, and at its end. `pairs`: whether
    some character may take two; `literal`: how many characters stand before its first slot; `ends`: where the parts of
    those end."""

    encoding: Encoding
    capacity: Capacity
    path: Path
    least: Sequence[int]
    most: Sequence[int]
    pairs: bool
    literal: int
    ends: Sequence[int]

    def before(self, index: int) -> tuple[int, int]:
        """The fewest and the most units before the character `index` of the path's text."""
        number = self.path.index(index)
        text = self.path.texts[number]
        inside = index - self.path.starts[number]
        if inside >= len(text) or (inside and free(self.path.nodes[number], text)):
            return self.least[number + 1], self.most[number + 1]
        units = _literal_units(text[:inside], self.encoding)
        return self.least[number] + units, self.most[number] + units


def _literal_units(text: str, encoding: Encoding) -> int:
    found = weight(text)
    return found.septets if encoding == "GSM-7" else found.code_units


class _Cut(NamedTuple):
    """A text that the end of the segment `number` may cut; it stands within the units `first` to `last`."""

    start: int
    end: int
    number: int
    first: int
    last: int
    scale: _Scale


def split(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit for each place whose text may be cut on some path; none where the message never has two parts."""
    if subject.extent.high in (None, 1):
        return
    every, complete = _paths(subject)
    if not complete:
        subject.undecided.append(rule.id)
    pattern: Pattern = rule.parameters["pattern"]
    places: dict[Span, dict[Path, _Cut]] = {}
    for path in every:
        found = [match.span() for match in pattern.finditer(path.text, path.folded)]
        scales = list(_scales(path, subject)) if found else []
        for start, end in found:
            cut = next((cut for scale in scales if (cut := _cut(path, scale, start, end))), None)
            if cut is not None:
                places.setdefault(path.span(start, end), {}).setdefault(path, cut)
    for span, cuts in places.items():
        why, path = next(groups(list(cuts), every))
        yield Hit(span, {**_words(path, cuts[path]), "path": in_words(why, subject.lowered.variables)}, why)


def _paths(subject: Subject) -> tuple[Sequence[Path], bool]:
    """The paths as they are sent, with what the gateway puts in place of its tokens."""
    found = subject.paths
    if subject.sent is not subject.message:
        found = paths(subject.sent, subject.lowered.variables, subject.packs.slots.character)
    return found.paths, found.complete


def _words(path: Path, cut: _Cut) -> dict[str, str]:
    return {
        "text": shown(path, cut.start, cut.end),
        "number": str(cut.number),
        "first": str(cut.first + 1),
        "last": str(cut.last),
        "unit": "septets" if cut.scale.encoding == "GSM-7" else "code units",
        "part": str(cut.scale.capacity.part),
    }


def _scales(path: Path, subject: Subject) -> Iterator[_Scale]:
    """The path in each encoding that some of its renderings take; none where the gateway chooses among codings, as
    where its parts end then depends on the whole message."""
    header = subject.facts.gateway.coding
    if not isinstance(header, Header):
        return
    weighed: list[tuple[_Weighed | None, _Weighed]] = []
    literal = None
    for start, text, node in zip(path.starts, path.texts, path.nodes, strict=False):
        if isinstance(node, Text) or not is_slot(text[:1]):
            weighed.append(_weighed(text))
            continue
        literal = start if literal is None else literal
        weighed.append(_weighed_slot(node.domain, node.filters))
    literal = len(path.text) if literal is None else literal
    narrow = [one for one, _ in weighed if one is not None]
    if len(narrow) == len(weighed):
        yield from _scale("GSM-7", narrow, path, literal, header.gsm7)
    wide = [one for _, one in weighed]
    if any(one.outside for one in wide):
        yield from _scale("UCS-2", wide, path, literal, header.ucs2)


def _scale(
    encoding: Encoding, weighed: Sequence[_Weighed], path: Path, literal: int, capacity: Capacity
) -> Iterator[_Scale]:
    """The path in this encoding; none where it fits in one part, or is as long as no message is."""
    least = list(accumulate([one.least for one in weighed], initial=0))
    most = list(accumulate([one.most for one in weighed], initial=0))
    if most[-1] > capacity.single and least[-1] <= SEGMENTS_MAX * capacity.part:
        pairs = any(one.pairs for one in weighed)
        ends = tuple(_ends(path.text[:literal], encoding, capacity.part, pairs))
        yield _Scale(encoding, capacity, path, least, most, pairs, literal, ends)


class _Weighed(NamedTuple):
    """The fewest and the most units of a piece in one encoding; whether some character of it may take two, and whether
    it may hold one outside GSM-7."""

    least: int
    most: int
    pairs: bool
    outside: bool


@lru_cache(maxsize=4_096)
def _weighed(text: str) -> tuple[_Weighed | None, _Weighed]:
    """A literal text in GSM-7 (None: it is not) and in UCS-2."""
    found = weight(text)
    narrow = _Weighed(found.septets, found.septets, found.pairs > 0, False) if found.gsm7 else None
    return narrow, _Weighed(found.code_units, found.code_units, found.pairs > 0 and not found.gsm7, not found.gsm7)


@lru_cache(maxsize=4_096)
def _weighed_slot(domain: Domain, filters: Filters) -> tuple[_Weighed | None, _Weighed]:
    """What a slot prints, in GSM-7 (None: it never is) and in UCS-2."""
    printed = totals(domain, filters)
    septets, narrow, wide, septets_least, narrow_least, wide_least = printed.totals
    least, most = min(narrow_least, wide_least), max(narrow, wide)
    return (
        None if septets == -INFINITE else _Weighed(int(septets_least), int(septets), "GSM-7" in printed.pairs, False),
        _Weighed(int(least), int(most), "UCS-2" in printed.pairs, wide != -INFINITE),
    )


def _cut(path: Path, scale: _Scale, start: int, end: int) -> _Cut | None:
    """The first cut of the text from `start` to `end` of the path; None where no part can end within it."""
    (least, most), (_, most_end), single = scale.before(start), scale.before(end), scale.capacity.single
    longest, rest = most_end - most, scale.most[-1] - most_end
    for number, ends in enumerate(_ends_before(scale, end, most_end), 1):
        for place in ends:
            last = min(most, place - 1)
            if max(least, place - longest + 1) <= last and last + longest + rest > single:
                return _Cut(start, end, number, least, most_end, scale)
    return None


def _ends_before(scale: _Scale, end: int, units: int) -> Iterator[Sequence[int]]:
    """Where each part may end that ends before the character `end`, before which stand at most so many units."""
    if end > scale.literal:
        return _ends_at_most(scale, units)
    return ((place,) for place in scale.ends if place < units)


def _ends_at_most(scale: _Scale, units: int) -> Iterator[range]:
    """Where each part may end that ends before `units`: up to one unit a part is left empty before a pair."""
    part = scale.capacity.part
    for number in range(1, units // (part - 1) + 1):
        yield range(number * part - (number if scale.pairs else 0), number * part + 1)


def _ends(text: str, encoding: Encoding, part: int, pairs: bool) -> Iterator[int]:
    """Where each part of a literal text ends, in its units, without those that stay empty before a pair."""
    if not pairs:
        yield from range(part, len(text), part)
        return
    used, units = 0, 0
    for character in text:
        taken = 1 + (character in EXTENSION if encoding == "GSM-7" else character > "\uffff")
        if used + taken > part:
            yield units
            used = 0
        used += taken
        units += taken
