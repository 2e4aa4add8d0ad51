"""What a gateway can send a text in, beyond GSM-7 and UCS-2 with the usual parts: national language tables, ASCII.

A table takes room in the header of every part, which a text pays for whether it needs much of the table or little, and
a message has one pair of tables, those of one language (TS 23.038 6.2.1.2). So one text can be sent in several codings,
and a gateway takes the cheapest: the fewest segments, then the fewest units, then the first as they stand here. What
no coding holds is sent in UCS-2. Only a gateway that says so has any of this; the ordinary count knows nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from smslint.gsm.segments import (
    BASIC,
    EXTENSION,
    HEADER_OCTETS,
    USER_DATA_OCTETS,
    Capacity,
    Count,
    Encoding,
    Header,
    Run,
    count_in_ucs2,
    header,
    is_gsm7,
    straddling,
)
from smslint.reading.data import RULES
from smslint.reading.schema import Reader, read
from smslint.reading.yamltree import Mapping

ALPHABETS = ("gsm7", "ascii", "gsm7-ascii")
LENGTH_OCTETS = 1  # of the header, where there is one
TABLE_OCTETS = 3  # one information element that names a table, TS 23.040 9.2.3.24.15 and .16
_ASCII = "".join(map(chr, range(128)))


class Coding(NamedTuple):
    """One way to send a text: the characters that take one unit and two, and how many units a message holds.

    `tables` are those of a language that it names, as `turkish locking shift`.
    """

    encoding: Encoding
    one: frozenset[str]
    two: frozenset[str]
    capacity: Capacity
    tables: tuple[str, ...] = ()

    def weight(self, character: str) -> int:
        """The units of `character`, 0 where this coding does not have it."""
        return 1 if character in self.one else 2 if character in self.two else 0

    def count_of(self, text: str) -> Count | None:
        """`text` in this coding; None where it does not hold it."""
        characters = set(text)
        doubled = characters - self.one
        if not doubled <= self.two:
            return None
        pairs = sum(map(text.count, doubled))
        units, (single, part) = len(text) + pairs, self.capacity
        if units <= single:
            return Count(self.encoding, units, 1, single - units, self.tables)
        position = units + (straddling(text, doubled, part) if pairs else 0)
        segments = -(-position // part)
        return Count(self.encoding, units, segments, segments * part - position, self.tables)

    def runs(self, text: str) -> tuple[Run, ...] | None:
        """`text` as runs of equal weight, in this coding's units; None where it does not hold it."""
        weights = list(map(self.weight, text))
        if 0 in weights:
            return None
        return tuple(Run(len(found[0]), int(found[0][0]), 0) for found in _EQUAL.finditer("".join(map(str, weights))))


_EQUAL = re.compile("1+|2+")


class Codings(NamedTuple):
    """The codings that a gateway chooses among, the preferred first, and the capacities of UCS-2."""

    codings: tuple[Coding, ...]
    ucs2: Capacity

    def count_of(self, text: str) -> Count:
        """The cheapest count of `text`; that in UCS-2 where no coding holds it."""
        found = [count for coding in self.codings if (count := coding.count_of(text)) is not None]
        wide = count_in_ucs2(text, self.ucs2)
        return min((*found, wide), key=lambda count: (count.segments, count.encoding == "UCS-2", count.units))

    def capacity_of(self, count: Count) -> Capacity:
        """How many units a message holds that is sent as `count` says."""
        for coding in self.codings:
            if (coding.encoding, coding.tables) == (count.encoding, count.tables):
                return coding.capacity
        return self.ucs2

    def holds(self, character: str) -> bool:
        """Whether some coding has `character`, so that it need not be sent in UCS-2."""
        return any(coding.weight(character) for coding in self.codings)

    def weight(self, character: str, count: Count) -> int:
        """The units of `character` in a message that is sent as `count` says."""
        for coding in self.codings:
            if (coding.encoding, coding.tables) == (count.encoding, count.tables):
                return coding.weight(character)
        return 2 if ord(character) > 0xFFFF else 1


Limits: TypeAlias = "Header | Codings"


class Table(NamedTuple):
    """The tables of a language: `locking` stands in place of the basic table (None: it has none), `single_shift` in
    place of the extension table."""

    language: str
    locking: frozenset[str] | None
    single_shift: frozenset[str]


@lru_cache
def languages() -> tuple[str, ...]:
    """The languages that have tables, by the names of their files."""
    return tuple(sorted(path.stem for path in (RULES / "gsm").glob("*.yaml")))


@lru_cache
def kinds() -> tuple[str, ...]:
    """What `tables` of a gateway can name: `turkish`, `turkish/locking`, `turkish/single-shift`."""
    both = ("", "/locking", "/single-shift")
    return tuple(f"{n}{kind}" for n in languages() for kind in (both if table(n).locking else both[::2]))


@lru_cache
def table(language: str) -> Table:
    """The tables of one of `languages()`. Raises MistakesFound where its file is wrong."""
    path = RULES / "gsm" / f"{language}.yaml"
    return read(path.as_posix(), path.read_text(encoding="utf-8"), lambda reader, root: _table(reader, root, language))


def _table(reader: Reader, root: Mapping | None, language: str) -> Table:
    known = ("version", "name", "source", "id", "language", "locking", "single_shift")
    nodes = {key.text: node for key, node in reader.entries(root, "a language table", known)}
    found: dict[str, frozenset[str]] = {}
    for key in ("locking", "single_shift"):
        codes = reader.mapping(nodes[key], f"`{key}`") if key in nodes else None
        if codes is not None:
            found[key] = frozenset(reader.string(character, code.text) for code, character in codes.entries)
    return Table(language, found.get("locking"), found.get("single_shift", frozenset()))


@lru_cache(maxsize=64)
def codings(alphabet: str, tables: tuple[str, ...], usual: Header) -> Codings:
    """The codings of a gateway with this alphabet (one of `ALPHABETS`) and these tables (of `kinds()`); `usual` are
    the capacities of a message without tables, and the octets of the header of its parts."""
    return Codings((_plain(alphabet, usual.gsm7), *_national(tables, usual.octets)), usual.ucs2)


def _plain(alphabet: str, capacity: Capacity) -> Coding:
    if alphabet == "ascii":
        return Coding("ASCII", frozenset(_ASCII), frozenset(), capacity)
    kept = _ASCII if alphabet == "gsm7-ascii" else BASIC + EXTENSION
    return Coding("GSM-7", frozenset(BASIC) & frozenset(kept), frozenset(EXTENSION) & frozenset(kept), capacity)


def _national(tables: Iterable[str], octets: int) -> Iterable[Coding]:
    for name in languages():
        wanted = [kind for one in tables for language, _, kind in [one.partition("/")] if language == name]
        if not wanted:
            continue
        found = table(name)
        locking, shift = (found.locking or frozenset()), found.single_shift
        locks = bool(locking) and ("" in wanted or "locking" in wanted)
        shifts = "" in wanted or "single-shift" in wanted
        if shifts:
            yield _shifted(frozenset(BASIC), shift, octets, (f"{name} single shift",))
        if locks:
            yield _shifted(locking, frozenset(EXTENSION), octets, (f"{name} locking shift",))
        if locks and shifts:
            yield _shifted(locking, shift, octets, (f"{name} locking shift", f"{name} single shift"))


def _shifted(one: frozenset[str], two: frozenset[str], octets: int, tables: tuple[str, ...]) -> Coding:
    named = TABLE_OCTETS * len(tables)
    single = (USER_DATA_OCTETS - LENGTH_OCTETS - named) * 8 // 7
    return Coding("GSM-7", one, two - one, Capacity(single, (USER_DATA_OCTETS - octets - named) * 8 // 7), tables)


def count(
    text: str, *, header_octets: int = HEADER_OCTETS, alphabet: str = "gsm7", tables: tuple[str, ...] = ()
) -> Count:
    """`segments.count` of a text that may also be sent in another alphabet or with national language tables.

    `alphabet`: one of `ALPHABETS`; `tables`: names out of `kinds()`. Raises ValueError for any other.

    >>> count("ş" * 100, tables=("turkish",)).tables
    ('turkish locking shift',)
    """
    if alphabet not in ALPHABETS or not set(tables) <= set(kinds()):
        raise ValueError(f"alphabet is one of {', '.join(ALPHABETS)}; tables are of {', '.join(languages())}")
    return codings(alphabet, tuple(tables), header(header_octets)).count_of(text)


def holds(limits: Limits, character: str) -> bool:
    """Whether `character` can be sent without UCS-2."""
    return is_gsm7(character) if isinstance(limits, Header) else limits.holds(character)


def outside(limits: Limits, text: str) -> list[str]:
    """The characters of `text` that cannot be sent without UCS-2, each once, in order."""
    if isinstance(limits, Header) and is_gsm7(text):
        return []
    return [character for character in dict.fromkeys(text) if not holds(limits, character)]
