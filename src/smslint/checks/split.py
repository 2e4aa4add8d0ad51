"""`split: {pattern: …}`: texts that the end of a part may cut in two.

Theory of operation. Before and in such a text stand so many units at least and so many at most, in each encoding that
the path can take: its place is a range. A part ends within it for some lengths exactly if one does for a start in that
range; lengths are taken to be free of each other, so a cut is one that may be. Where all is literal it is one that is,
the padding before characters of two units included.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from smslint.checks.groups import groups, in_words
from smslint.checks.shown import free, is_slot, shown
from smslint.checks.subject import Hit, Subject
from smslint.facts import SEGMENTS_MAX
from smslint.message import Span
from smslint.paths import Path, Piece, paths
from smslint.rules import Rule
from smslint.samples import totals
from smslint.segments import EXTENSION, Capacity, Encoding, Header, is_gsm7
from smslint.units import INFINITE


class _Scale(NamedTuple):
    """A path in one encoding: the fewest and the most units before each of its characters, and at its end. `literal`:
    how many characters stand before its first slot; `ends`: where the parts of those end."""

    encoding: Encoding
    capacity: Capacity
    least: Sequence[int]
    most: Sequence[int]
    pairs: bool
    literal: int
    ends: Sequence[int]


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
    regex = rule.parameters["pattern"].regex
    places: dict[Span, list[tuple[Path, _Cut]]] = {}
    for path in every:
        found = [match.span() for match in regex.finditer(path.text)]
        scales = list(_scales(path, subject)) if found else []
        for start, end in found:
            cut = next((cut for scale in scales if (cut := _cut(path, scale, start, end))), None)
            if cut is not None:
                places.setdefault(path.span(start, end), []).append((path, cut))
    for span, cuts in places.items():
        why, _ = next(groups([path for path, _ in cuts], every))
        yield Hit(span, {**_words(*cuts[0]), "path": in_words(why)}, why)


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
    for encoding in _encodings(path):
        least, most, pairs = [0], [0], False
        for piece in path.pieces:
            low, high, paired = _units(piece, encoding)
            least += low
            most += high
            pairs |= paired
        capacity = header.capacity(encoding)
        if sum(least) > SEGMENTS_MAX * capacity.part:
            continue  # no message is that long
        literal = next((n for n, character in enumerate(path.text) if is_slot(character)), len(path.text))
        ends = tuple(_ends(path.text[:literal], encoding, capacity.part))
        yield _Scale(encoding, capacity, list(accumulate(least)), list(accumulate(most)), pairs, literal, ends)


def _encodings(path: Path) -> Iterator[Encoding]:
    narrow, wide = True, False
    for piece in path.pieces:
        if piece.slot is not None and free(piece):
            found = totals(piece.slot.domain, piece.slot.filters).totals
            narrow &= found[0] != -INFINITE
            wide |= found[2] != -INFINITE
        elif not is_gsm7(piece.text):
            narrow, wide = False, True
    if narrow:
        yield "GSM-7"
    if wide:
        yield "UCS-2"


def _units(piece: Piece, encoding: Encoding) -> tuple[list[int], list[int], bool]:
    """The fewest and the most units of each character of the piece, a slot's all at its first; and whether some
    character may take two."""
    gsm7 = encoding == "GSM-7"
    if piece.slot is None or not free(piece):
        units = [1 + (c in EXTENSION if gsm7 else c > "\uffff") for c in piece.text]
        return units, units, 2 in units
    printed = totals(piece.slot.domain, piece.slot.filters)
    septets, narrow, wide, septets_least, narrow_least, wide_least = printed.totals
    low = septets_least if gsm7 else min(narrow_least, wide_least)
    high = septets if gsm7 else max(narrow, wide)
    rest = [0] * (len(piece.text) - 1)
    return [int(low), *rest], [int(high), *rest], encoding in printed.pairs


def _cut(path: Path, scale: _Scale, start: int, end: int) -> _Cut | None:
    """The first cut of the text from `start` to `end` of the path; None where no part can end within it."""
    least, most, single = scale.least, scale.most, scale.capacity.single
    longest, rest = most[end] - most[start], most[-1] - most[end]
    for number, ends in enumerate(_ends_before(scale, end), 1):
        for place in ends:
            last = min(most[start], place - 1)
            if max(least[start], place - longest + 1) <= last and last + longest + rest > single:
                return _Cut(start, end, number, least[start], most[end], scale)
    return None


def _ends_before(scale: _Scale, end: int) -> Iterator[Sequence[int]]:
    """Where each part may end that ends before the character `end`."""
    if end > scale.literal:
        return _ends_at_most(scale, scale.most[end])
    return ((units,) for units in scale.ends if units < scale.most[end])


def _ends_at_most(scale: _Scale, units: int) -> Iterator[range]:
    """Where each part may end that ends before `units`: up to one unit a part is left empty before a pair."""
    part = scale.capacity.part
    for number in range(1, units // (part - 1) + 1):
        yield range(number * part - (number if scale.pairs else 0), number * part + 1)


def _ends(text: str, encoding: Encoding, part: int) -> Iterator[int]:
    """Where each part of a literal text ends, in its units, without those that stay empty before a pair."""
    used, units = 0, 0
    for character in text:
        weight = 1 + (character in EXTENSION if encoding == "GSM-7" else character > "\uffff")
        if used + weight > part:
            yield units
            used = 0
        used += weight
        units += weight
