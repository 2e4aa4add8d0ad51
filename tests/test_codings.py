"""National language tables, ASCII, capacities of a gateway's own: counts against a slow counter that reads the tables
itself, extents against every rendering by the real Jinja2."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smslint.dialects.jinja import lower
from smslint.extents.extent import extent
from smslint.gsm.codings import Codings, codings, count, languages, table
from smslint.gsm.segments import Capacity, header
from smslint.tree.domains import Domain
from smslint.tree.variables import Variable
from tests.brute import CASED, CODEC, JINJA, RICH, Declared, Grammar, contexts, septets
from tests.test_extent import DEFAULT, lookup, rendered, reproduces, with_values

GSM = Path(__file__).parents[1] / "rules" / "gsm"
ESCAPE = 0x1B

# Septets of a message alone and of a part, by how many tables it names, as TS 23.040 9.2.3.24 gives them.
SEPTETS = {6: {0: (160, 153), 1: (155, 149), 2: (152, 146)}, 7: {0: (160, 152), 1: (155, 148), 2: (152, 145)}}


class Way(NamedTuple):
    """A coding, as this test knows it: septets by character, and how many a message alone and a part hold."""

    weights: dict[str, int]
    single: int
    part: int


@lru_cache
def written(language: str) -> dict[str, Any]:
    text = (GSM / f"{language}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found


PLAIN = {chr(code): septets(chr(code)) for code in range(0x2100) if septets(chr(code))}


@lru_cache
def weights(locking: str | None, single: str | None) -> dict[str, int]:
    """Septets by character under these tables; None: the default one."""
    basic = {c for c, n in PLAIN.items() if n == 1} if locking is None else set(written(locking)["locking"].values())
    more = {c for c, n in PLAIN.items() if n == 2} if single is None else set(written(single)["single_shift"].values())
    return dict.fromkeys(more, 2) | dict.fromkeys(basic, 1)


def ways(tables: tuple[str, ...], octets: int) -> list[Way]:
    found = [Way(weights(None, None), *SEPTETS[octets][0])]
    for language in tables:
        name, _, kind = language.partition("/")
        locks = kind != "single-shift" and "locking" in written(name)
        found += [Way(weights(None, name), *SEPTETS[octets][1])] if kind != "locking" else []
        found += [Way(weights(name, None), *SEPTETS[octets][1])] if locks else []
        found += [Way(weights(name, name), *SEPTETS[octets][2])] if locks and kind != "locking" else []
    return found


def filled(weights: list[int], single: int, part: int) -> tuple[int, int, int]:
    """Units, segments and units left."""
    if sum(weights) <= single:
        return sum(weights), 1, single - sum(weights)
    parts = [0]
    for weight in weights:
        if parts[-1] + weight > part:
            parts.append(0)
        parts[-1] += weight
    return sum(weights), len(parts), part - parts[-1]


def slow(text: str, known: list[Way], ucs2: tuple[int, int]) -> tuple[str, int, int, int]:
    """Encoding, units, segments and units left in the cheapest way."""
    found = []
    for way in known:
        septets = [way.weights.get(character, 0) for character in text]
        if 0 not in septets:
            units, segments, left = filled(septets, way.single, way.part)
            found.append((segments, 0, units, left))
    units, segments, left = filled([2 if ord(c) > 0xFFFF else 1 for c in text], *ucs2)
    found.append((segments, 1, units, left))
    segments, wide, units, left = min(found, key=lambda one: one[:3])
    return ("UCS-2" if wide else "GSM-7"), units, segments, left


texts = st.lists(st.sampled_from([*"aAéè€[^şçÇãáЖक0\f", "ğ" * 30, "€" * 40, "a" * 60, "á" * 70, "क" * 70, "😀"])).map(
    "".join
)
chosen = st.lists(
    st.sampled_from([*languages(), "turkish/single-shift", "portuguese/locking"]), max_size=3, unique=True
)


@settings(deadline=None)
@given(texts, chosen.map(tuple), st.sampled_from([6, 7]))
def test_agrees_with_a_slow_counter(text: str, tables: tuple[str, ...], octets: int) -> None:
    merged = tuple(t for t in tables if "/" not in t or t.partition("/")[0] not in tables)
    single = (70, 67 if octets == 6 else 66)
    found = count(text, header_octets=octets, tables=merged)
    assert found[:4] == slow(text, ways(merged, octets), single)
    assert len(found.tables) in (0, 1, 2)


@given(st.text(alphabet="aé[`\\~€ê", max_size=200))
def test_ascii_and_what_gsm7_has_of_it(text: str) -> None:
    ascii_way = [Way({chr(code): 1 for code in range(128)}, 160, 153)]
    found = count(text, alphabet="ascii")
    encoding, *numbers = slow(text, ascii_way, (70, 67))
    assert found[:4] == (encoding.replace("GSM-7", "ASCII"), *numbers)
    both = [Way({c: n for c, n in weights(None, None).items() if c.isascii()}, 160, 153)]
    assert count(text, alphabet="gsm7-ascii")[:4] == slow(text, both, (70, 67))


BOTH = ("portuguese locking shift", "portuguese single shift")


@pytest.mark.parametrize(
    ("text", "tables", "expected"),
    [
        ("ş" * 155, ("turkish",), ("GSM-7", 155, 1, 0, ("turkish locking shift",))),
        ("ş" * 77, ("turkish/single-shift",), ("GSM-7", 154, 1, 1, ("turkish single shift",))),
        ("ş" * 78, ("turkish/single-shift",), ("GSM-7", 156, 2, 141, ("turkish single shift",))),
        ("ş" * 78, ("spanish",), ("UCS-2", 78, 2, 56, ())),
        ("a" * 160, ("turkish", "spanish"), ("GSM-7", 160, 1, 0, ())),
        # The locking table has no Φ, and ã costs two without it.
        ("ã" * 100 + "Φ" * 26, ("portuguese",), ("GSM-7", 152, 1, 0, BOTH)),
        ("şã", ("turkish", "portuguese"), ("UCS-2", 2, 1, 68, ())),
    ],
)
def test_known_counts(text: str, tables: tuple[str, ...], expected: tuple[object, ...]) -> None:
    assert tuple(count(text, tables=tables)) == expected


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError, match="turkish"):
        count("a", tables=("klingon",))
    with pytest.raises(ValueError, match="ascii"):
        count("a", alphabet="ebcdic")


@pytest.mark.parametrize("language", languages())
def test_tables_are_whole(language: str) -> None:
    found, raw = table(language), written(language)
    assert ESCAPE not in {*raw.get("locking", ()), *raw["single_shift"]}
    assert raw["source"].startswith("3GPP TS 23.038")
    if found.locking is not None:
        assert len(found.locking) == len(raw["locking"]) <= 127
        assert set("0123456789 \n\r") <= found.locking
    assert set("^{}\\[~]|€\f") <= found.single_shift


# -- extents -----------------------------------------------------------------------------------------------------------

SCALES = ((12, 10, 10, 8, 9, 7), (8, 7, 7, 6, 6, 5), (160, 153, 155, 149, 152, 146))


def small(tables: tuple[str, ...], scale: tuple[int, ...]) -> tuple[Codings, list[Way]]:
    """Codings with capacities that a random template reaches, for smslint and for this test."""
    usual = codings("gsm7", tables, header(6))
    sizes = [Capacity(*scale[2 * n : 2 * n + 2]) for n in range(3)]
    cut = tuple(one._replace(capacity=sizes[len(one.tables)]) for one in usual.codings)
    known = [
        way._replace(single=sizes[n].single, part=sizes[n].part)
        for way, n in zip(ways(tables, 6), _named(tables), strict=True)
    ]
    return Codings(cut, Capacity(scale[0] // 2 - 1, scale[0] // 2 - 2)), known


def _named(tables: tuple[str, ...]) -> list[int]:
    """How many tables each of `ways` names."""
    found = [0]
    for language in tables:
        found += [1, 1, 2] if "locking" in written(language) else [1]
    return found


def kinds(tables: tuple[str, ...]) -> dict[str, str]:
    """For each alphabet, a character of each weight under these tables."""
    known = ways(tables, 6)
    members = {"digits": "0", "gsm7": "".join(c for c, n in weights(None, None).items() if n == 1 and c != "\r")}
    members["gsm7-extended"] = members["gsm7"] + "".join(c for c, n in weights(None, None).items() if n == 2)
    members["latin"] = members["gsm7-extended"] + "şãáüêőĞ"
    members["unicode"] = members["latin"] + "😀क"
    found = {}
    for name, characters in members.items():
        by_weight: dict[tuple[object, ...], str] = {}
        for character in sorted(characters, key=lambda c: (not c.isalpha(), c)):
            plain = CODEC.encode(character)[0] if septets(character) else ord(character) > 0xFFFF
            key = (len(plain) if isinstance(plain, bytes) else plain, *(way.weights.get(character) for way in known))
            by_weight.setdefault(key, character)
        found[name] = "".join(by_weight.values())
    return found


TABLES = (("turkish",), ("spanish",), ("portuguese",), ("turkish", "spanish"), ("turkish", "spanish", "portuguese"))


# Ç becomes ç, which is in some tables; Δ becomes δ, which is in none.
LOWERED = {"digits": "", "gsm7": "Δ", "gsm7-extended": "Δ", "latin": "", "unicode": ""}


def compare(random: Random) -> bool:
    """Fails where the extent is not that of all renderings; whether it is exact."""
    tables = TABLES[random.randrange(len(TABLES))]
    limits, known = small(tables, SCALES[random.randrange(len(SCALES))])
    characters = kinds(tables)
    cased = {name: "".join(dict.fromkeys(found + CASED[name] + LOWERED[name])) for name, found in characters.items()}
    rich = {name: "".join(dict.fromkeys(found + RICH[name] + LOWERED[name])) for name, found in characters.items()}
    grammar = Grammar(random, 400, characters={"plain": characters, "cased": cased, "rich": rich})
    template, declared = grammar.template(), grammar.declared
    lowered = lower(template, lookup(declared), {})
    assert lowered.message is not None
    found = extent(lowered.message, lowered.variables, limits)
    compiled = JINJA.from_string(template)
    every = {rendered(compiled, context) for context in contexts(declared)}
    renderings = {text for text in every if text is not None}
    if not renderings:
        return True
    counts = [slow(text, known, limits.ucs2)[2] for text in renderings]
    shown = f"{template!r} {declared!r} {tables} {limits.ucs2}: {min(counts)}–{max(counts)}, found {found}"
    assert found.low <= min(counts), shown
    if found.high is None:
        assert grammar.rich, shown
        return False
    assert max(counts) <= found.high, shown
    assert set(found.encodings) >= {slow(text, known, limits.ucs2)[0] for text in renderings}, shown
    if found.exact and None not in every:  # one that fails is never sent, which smslint need not see
        assert (found.low, found.high) == (min(counts), max(counts)), shown
        for witness, segments in ((found.best, found.low), (found.worst, found.high)):
            assert witness is not None, shown
            assert slow(witness.text, known, limits.ucs2)[2] == witness.count.segments == segments, shown
            assert reproduced(compiled, witness, declared), shown
    return found.exact


def reproduced(compiled: Any, witness: Any, declared: dict[str, Declared]) -> bool:
    return any(reproduces(compiled, witness, one) for one in with_values(witness, declared))


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.randoms(use_true_random=False))
def test_random_templates(random: Random) -> None:
    compare(random)


def test_a_bound_is_the_exception() -> None:
    exact = [compare(Random(seed)) for seed in range(40)]
    assert sum(exact) >= 0.8 * len(exact)


def test_more_than_is_walked_is_a_bound() -> None:
    template = "{% if a and b %}{{ v }}{% endif %}" * 3_000 + "{{ name }}" * 2_000
    variables = {"v": Variable(Domain(values=("ş", "bb", "[")))}
    lowered = lower(template, lambda name: variables.get(name, DEFAULT), {})
    assert lowered.message is not None
    found = extent(lowered.message, lowered.variables, codings("gsm7", languages(), header(6)))
    assert not found.exact
    assert found.high is not None
    assert found.high >= count("b" * 6_000 + "a" * 4_000).segments


def test_what_has_no_bound_has_no_largest_count() -> None:
    lowered = lower("{{ a|nosuchfilter }}", lambda _: DEFAULT, {})
    assert lowered.message is not None
    found = extent(lowered.message, lowered.variables, codings("gsm7", ("turkish",), header(6)))
    assert (found.low, found.high, found.exact) == (1, None, False)
