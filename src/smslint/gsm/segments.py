"""The exact segment count of one string.

Facts are those of 3GPP TS 23.038 (alphabets) and TS 23.040 (message parts). A text is sent in GSM-7 when each of its
characters stands in the default alphabet or its extension table, else in UCS-2 (in practice UTF-16).

Theory of operation. A character is one unit (a septet, a UTF-16 code unit) or two (an extension character with its
escape, a surrogate pair). Only a message longer than one part is cut, and a cut never falls inside a two-unit
character: where one would straddle, the last unit of the part stays empty. So `position` – units used, such padding
included – moves by one, or by two, or by three, and depends on the position alone. Everything exact in smslint
(`extent` too) rests on these moves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from gsm0338 import charset as _charset

Encoding = Literal["GSM-7", "ASCII", "UCS-2"]  # ASCII: only where a gateway says so (`codings`)

USER_DATA_OCTETS = 140  # TP-UD, TS 23.040 9.2.3.24
HEADER_OCTETS = 6  # concatenation with an 8-bit reference, TS 23.040 9.2.3.24.1
ESCAPE = 0x1B


def _characters(table: dict[int, str]) -> str:
    """The characters of a gsm0338 table; without the escape, which is no character (TS 23.038 6.2.1)."""
    from unicodedata import lookup

    return "".join(lookup(name) for code, name in table.items() if code != ESCAPE)


BASIC = _characters(_charset.BASIC_CHARACTER_SET)
EXTENSION = _characters(_charset.BASIC_CHARACTER_SET_EXTENSION)

_BASIC_LATIN1 = "".join(c for c in BASIC if ord(c) < 256).encode("latin-1")
_EXTENSION_LATIN1 = "".join(c for c in EXTENSION if ord(c) < 256).encode("latin-1")
_GSM7 = frozenset(BASIC + EXTENSION)


class Capacity(NamedTuple):
    """How many units a message holds: alone (`single`) and in each part of a longer one (`part`)."""

    single: int
    part: int


class Header(NamedTuple):
    """The capacities of a message whose parts carry a user data header of `octets` (length octet included).

    6 octets give 160/153 septets and 70/67 code units; 7 octets (16-bit reference) 152 and 66 a part.
    """

    octets: int
    gsm7: Capacity
    ucs2: Capacity

    def capacity(self, encoding: Encoding) -> Capacity:
        return self.gsm7 if encoding == "GSM-7" else self.ucs2

    def capacity_of(self, count: Count) -> Capacity:
        """How many units a message holds that is sent as `count` says."""
        return self.capacity(count.encoding)

    def count_of(self, text: str) -> Count:
        """What `text` costs with these capacities."""
        return count_in(text, self)

    def weight(self, character: str, count: Count) -> int:
        """The units of `character` in a message that is sent as `count` says."""
        return 2 if (character in EXTENSION if count.encoding == "GSM-7" else ord(character) > 0xFFFF) else 1


def header(octets: int) -> Header:
    """Capacities of a message whose concatenation header takes `octets` (TS 23.040 9.2.3.24.1 and .8)."""
    left = USER_DATA_OCTETS - octets
    return Header(
        octets=octets,
        gsm7=Capacity(USER_DATA_OCTETS * 8 // 7, left * 8 // 7),
        ucs2=Capacity(USER_DATA_OCTETS // 2, left // 2),
    )


DEFAULT_HEADER = header(HEADER_OCTETS)


class Count(NamedTuple):
    """What one text costs.

    `units` are septets in GSM-7 and UTF-16 code units in UCS-2, padding at part boundaries not counted;
    `remaining` is how many units are still free in the last segment; `tables` are the national language tables that
    the message names in its headers, where the gateway has any (`codings`).
    """

    encoding: Encoding
    units: int
    segments: int
    remaining: int
    tables: tuple[str, ...] = ()

    def __repr__(self) -> str:
        shown = [f"{name}={value!r}" for name, value in self._asdict().items() if name != "tables" or value]
        return f"Count({', '.join(shown)})"


def count(text: str, *, header_octets: int = HEADER_OCTETS) -> Count:
    """The encoding, units, segments and units left of `text`, sent as it is.

    Exact by TS 23.038 6.2.1 and TS 23.040 9.2.3.24.1: no escape pair and no surrogate pair straddles a part.
    The empty text is one segment of 0 units. A lone surrogate counts one code unit. Raises nothing.

    >>> count("{" * 80)
    Count(encoding='GSM-7', units=160, segments=1, remaining=0)
    """
    return count_in(text, DEFAULT_HEADER if header_octets == HEADER_OCTETS else header(header_octets))


def count_in(text: str, limits: Header) -> Count:
    """`count` with the capacities `limits`."""
    try:
        rest = text.encode("latin-1").translate(None, _BASIC_LATIN1)
    except UnicodeEncodeError:
        return _count_wide(text, limits)
    if not rest:
        return _fit("GSM-7", text, len(text), 0, limits.gsm7)
    if not rest.translate(None, _EXTENSION_LATIN1):
        return _fit_escaped(_escaped(text, EXTENSION), limits.gsm7)
    return _fit("UCS-2", text, len(text), 0, limits.ucs2)


@lru_cache(maxsize=1)
def _outside() -> re.Pattern[str]:
    """What finds a character outside GSM-7 fastest; compiled when a text needs it, as that takes a millisecond."""
    return re.compile("[^" + re.escape(BASIC + EXTENSION) + "]")


def _count_wide(text: str, limits: Header) -> Count:
    if _outside().search(text) is None:
        return _fit_escaped(_escaped(text, EXTENSION), limits.gsm7)
    return count_in_ucs2(text, limits.ucs2)


def count_in_ucs2(text: str, capacity: Capacity) -> Count:
    """What `text` costs when it is sent in UCS-2, needed or not."""
    text = _whole_pairs(text)
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return _fit("UCS-2", text, units, units - len(text), capacity)


def _whole_pairs(text: str) -> str:
    """`text` with surrogates that follow each other as the characters that they stand for."""
    try:
        text.encode("utf-16-le")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return text


def _fit_escaped(escaped: str, capacity: Capacity) -> Count:
    """The count of a text in GSM-7, given with its escapes."""
    units = len(escaped)
    if units <= capacity.single:
        return Count("GSM-7", units, 1, capacity.single - units)
    position = units + _padding(lambda end: escaped[end - 1] == "\x1b", units, capacity.part)
    segments = -(-position // capacity.part)
    return Count("GSM-7", units, segments, segments * capacity.part - position)


def _fit(encoding: Encoding, text: str, units: int, pairs: int, capacity: Capacity) -> Count:
    if units <= capacity.single:
        return Count(encoding, units, 1, capacity.single - units)
    position = units + _padding(*_straddled_code_units(text), capacity.part) if pairs else units
    segments = -(-position // capacity.part)
    return Count(encoding, units, segments, segments * capacity.part - position)


def straddling(text: str, pairs: Iterable[str], part: int) -> int:
    """The units that stay empty where a character of `pairs`, two septets each, would straddle parts of `part`."""
    escaped = _escaped(text, pairs)
    return _padding(lambda end: escaped[end - 1] == "\x1b", len(escaped), part)


def _padding(straddled: Callable[[int], bool], units: int, part: int) -> int:
    padding, end = 0, part
    while end < units:
        if straddled(end):
            padding += 1
            end -= 1
        end += part
    return padding


def _escaped(text: str, pairs: Iterable[str]) -> str:
    """`text` with an escape before each character of `pairs`, so that its length is its septets."""
    for character in pairs:
        if character in text:
            text = text.replace(character, f"\x1b{character}")
    return text


def _straddled_code_units(text: str) -> tuple[Callable[[int], bool], int]:
    data = text.encode("utf-16-be", "surrogatepass")
    return lambda end: data[2 * end - 2] & 0xFC == 0xD8 and data[2 * end] & 0xFC == 0xDC, len(data) // 2


def advance_pairs(position: int, pairs: int, part: int | None) -> int:
    """The position after `pairs` two-unit characters from `position`; `part` None: a message that is not cut.

    Never smaller for a larger `position`: a character further back cannot end further on.
    """
    if part is None or not pairs:
        return position + 2 * pairs
    here = (part - position % part) // 2
    if pairs <= here:
        return position + 2 * pairs
    parts, rest = divmod(pairs - here - 1, part // 2)
    return (position // part + 1 + parts) * part + 2 * (rest + 1)


_NAMELESS = {"Cc": "control character", "Cs": "lone surrogate", "Co": "private use", "Cn": "unassigned"}


@lru_cache(maxsize=1024)
def character_name(character: str) -> str:
    """The Unicode name of `character`; of one without a name, what it is."""
    from unicodedata import category, name

    return name(character, "") or _CONTROL_NAMES.get(character, _NAMELESS.get(category(character), "no name"))


_CONTROL_NAMES = {"\0": "NULL", "\t": "TAB", "\f": "FORM FEED", "\x1b": "ESCAPE"}


def is_gsm7(text: str) -> bool:
    """Whether `text` can be sent in GSM-7."""
    return _GSM7.issuperset(text)


class Run(NamedTuple):
    """`length` characters in a row that weigh the same; `septets` is 0 where they stand outside GSM-7."""

    length: int
    septets: int
    code_units: int


class Weight(NamedTuple):
    """What a text weighs: septets (0 outside GSM-7), code units, and how many of its characters take two units."""

    gsm7: bool
    septets: int
    code_units: int
    pairs: int


@lru_cache(maxsize=4096)
def weight(text: str) -> Weight:
    """The weight of `text`, padding at part boundaries not counted."""
    found = count(text)
    if found.encoding == "UCS-2":
        return Weight(False, 0, found.units, found.units - len(_whole_pairs(text)))
    return Weight(True, found.units, len(text), found.units - len(text))


@lru_cache(maxsize=4096)
def runs(text: str) -> tuple[Run, ...]:
    """`text` as runs of equal weight, which is all that its segment count depends on."""
    found = weight(text)
    if found.gsm7 and not found.pairs:
        return (Run(len(text), 1, 1),) if text else ()
    return tuple(_runs(_whole_pairs(text)))


@lru_cache(maxsize=1)
def _run() -> re.Pattern[str]:
    """What is found one run at a time; compiled when the first text needs it, as that takes a millisecond."""
    basic, extension = re.escape(BASIC), re.escape(EXTENSION)
    kinds = (
        f"(?P<basic>[{basic}]+)",
        f"(?P<extension>[{extension}]+)",
        "(?P<astral>[\U00010000-\U0010ffff]+)",
        "(?P<bmp>.)",
    )
    return re.compile("|".join(kinds), re.DOTALL)


def _runs(text: str) -> Iterator[Run]:
    for match in _run().finditer(text):
        yield Run(match.end() - match.start(), *_WEIGHTS[match.lastgroup or "bmp"])


_WEIGHTS = {"basic": (1, 1), "extension": (2, 1), "bmp": (0, 1), "astral": (0, 2)}
