"""The counter against a slow independent one, and the numbers of the standard."""

from __future__ import annotations

import pytest
from gsm0338 import Codec
from hypothesis import given
from hypothesis import strategies as st

from smslint import count
from smslint.gsm.segments import advance_pairs, header

CODEC = Codec()


def slow_count(text: str, header_octets: int) -> tuple[str, int, int, int]:
    """Encodes each character by the codec, then fills parts one after the other."""
    weights = []
    for character in text:
        try:
            weights.append(len(CODEC.encode(character)[0]) if character != "\x1b" else 0)
        except UnicodeEncodeError:
            weights.append(0)
    encoding = "GSM-7"
    if 0 in weights:
        encoding = "UCS-2"
        weights = [2 if ord(character) > 0xFFFF else 1 for character in text]
    single = 160 if encoding == "GSM-7" else 70
    part = (140 - header_octets) * 8 // 7 if encoding == "GSM-7" else (140 - header_octets) // 2
    if sum(weights) <= single:
        return encoding, sum(weights), 1, single - sum(weights)
    parts = [0]
    for weight in weights:
        if parts[-1] + weight > part:
            parts.append(0)
        parts[-1] += weight
    return encoding, sum(weights), len(parts), part - parts[-1]


texts = st.one_of(
    st.lists(st.sampled_from(["a", "é", "€", "{", "\n", "aaaaaaaaaaaaaaaaaaa", "€€€€€€€€€€€"])).map("".join),
    st.lists(st.sampled_from(["a", "ê", "’", "😀", "€", "aaaaaaaaaaaaaaaaaaa", "😀😀😀😀😀"])).map("".join),
    st.text(st.characters(exclude_categories=["Cs"])),
)


@given(texts, st.sampled_from([6, 7]))
def test_agrees_with_a_slow_counter(text: str, octets: int) -> None:
    found = count(text, header_octets=octets)
    expected = slow_count(text, octets)
    assert (found.encoding, found.units, found.segments, found.remaining) == expected


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments", "remaining"),
    [
        ("", "GSM-7", 0, 1, 160),
        ("a" * 160, "GSM-7", 160, 1, 0),
        ("a" * 161, "GSM-7", 161, 2, 145),
        ("a" * 306, "GSM-7", 306, 2, 0),
        ("a" * 307, "GSM-7", 307, 3, 152),
        ("{" * 80, "GSM-7", 160, 1, 0),
        ("€" * 153, "GSM-7", 306, 3, 151),
        ("ê" * 70, "UCS-2", 70, 1, 0),
        ("ê" * 71, "UCS-2", 71, 2, 63),
        ("😀" * 35, "UCS-2", 70, 1, 0),
        ("😀" * 67, "UCS-2", 134, 3, 65),
        ("\x1b", "UCS-2", 1, 1, 69),
        ("`", "UCS-2", 1, 1, 69),
        ("\t", "UCS-2", 1, 1, 69),
        ("Ç", "GSM-7", 1, 1, 159),
        ("ç", "UCS-2", 1, 1, 69),
        ("\ufeffa", "UCS-2", 2, 1, 68),
        ("\ud800", "UCS-2", 1, 1, 69),
        ("\ud83d\ude00", "UCS-2", 2, 1, 68),
    ],
)
def test_numbers_of_the_standard(text: str, encoding: str, units: int, segments: int, remaining: int) -> None:
    found = count(text)
    assert (found.encoding, found.units, found.segments, found.remaining) == (
        encoding,
        units,
        segments,
        remaining,
    )


def test_capacities_follow_from_the_header() -> None:
    assert (header(6).gsm7.part, header(6).ucs2.part) == (153, 67)
    assert (header(7).gsm7.part, header(7).ucs2.part) == (152, 66)


@given(st.integers(0, 400), st.integers(0, 400), st.sampled_from([153, 152, 67, 66]))
def test_pairs_in_one_step_or_in_many(position: int, pairs: int, part: int) -> None:
    stepwise = position
    for _ in range(pairs):
        stepwise += 3 if stepwise % part == part - 1 else 2
    assert advance_pairs(position, pairs, part) == stepwise
    assert advance_pairs(position + 1, pairs, part) >= stepwise
