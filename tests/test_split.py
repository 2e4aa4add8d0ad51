"""Where parts may end within a link, against every rendering cut by hand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from smslint import lint
from smslint.configuration.config import Config
from smslint.configuration.facts import Setting
from smslint.gsm.segments import EXTENSION, count
from smslint.linting.engine import Place, lint_text
from smslint.tree.domains import ALPHABETS, Domain
from smslint.tree.variables import Variable
from tests.test_quiet import packs_for

LINK = "https://acme.fr/"


def cuts(text: str) -> Iterator[int]:
    """The characters of `text` that begin a part."""
    found = count(text)
    if found.segments == 1:
        return
    gsm7, used = found.encoding == "GSM-7", 0
    for index, character in enumerate(text):
        units = 1 + (character in EXTENSION if gsm7 else character > "\uffff")
        if used + units > (153 if gsm7 else 67):
            yield index
            used = 0
        used += units


def values(variable: Variable) -> Iterator[str]:
    """Values of each length: all of one sample, and mixed, so that every number of units is among them."""
    domain = variable.domain
    for length in range(domain.length_min, (domain.length_max or 0) + 1):
        for first, second in product(domain.alphabet, repeat=2):
            for number in range(length + 1):
                yield first * number + second * (length - number)


@st.composite
def variables(draw: st.DrawFn) -> Variable:
    low = draw(st.integers(0, 3))
    alphabet = ALPHABETS[draw(st.sampled_from(["gsm7", "gsm7", "gsm7", "gsm7-extended", "latin"]))]
    return Variable(Domain(low, low + draw(st.integers(0, 2)), alphabet))


def cut_in_link(before: str, after: str, a: Variable, b: Variable) -> bool:
    for first, second in product(set(values(a)), set(values(b))):
        start = len(before) + len(first)
        text = f"{before}{first} {LINK}{second} {after}"
        if any(start + 1 < cut < start + 1 + len(LINK) + len(second.strip()) for cut in cuts(text)):
            return True
    return False


def told(template: str, **variables: Variable) -> bool:
    config = Config(
        defaults={"category": Setting("informational"), "max_segments": Setting(3)}, variables=dict(variables)
    )
    report = lint_text(template, Place("template", "template", config, packs_for))
    return "segment-splits-link" in {finding.rule for finding in report.findings}


@settings(max_examples=80, deadline=None)
@given(
    st.one_of(st.integers(44, 66), st.integers(126, 152)),
    st.sampled_from(["", "ê", "€", "€" * 7]),
    st.sampled_from([0, 5, 20]),
    variables(),
    variables(),
)
def test_no_cut_of_any_rendering_is_missed(length: int, wide: str, rest: int, a: Variable, b: Variable) -> None:
    before, after = wide + "x" * (length - len(wide)), "y" * rest
    if cut_in_link(before, after, a, b):
        assert told(f"{before}{{{{ a }}}} {LINK}{{{{ b }}}} {after}", a=a, b=b)


def test_around_the_end_of_a_part_only_what_some_rendering_cuts_is_told() -> None:
    lengths = [Variable(Domain(low, low + more, ALPHABETS["gsm7"])) for low, more in ((0, 0), (0, 2), (3, 1))]
    for wide, part in (("", 153), ("ê", 67)):
        for length, a, b in product((*range(part - 25, part - 14), part - 1), lengths[:2], lengths[1:]):
            before = wide + "x" * (length - len(wide))
            for after in ("", "y" * 20):
                expected = cut_in_link(before, after, a, b)
                assert told(f"{before}{{{{ a }}}} {LINK}{{{{ b }}}} {after}", a=a, b=b) is expected, (before, a, b)


def test_the_place_of_literal_text_is_exact() -> None:
    for length in range(126, 158):
        for filler in ("x", "€", "ê", "x€"):
            before = (filler * length)[:length]
            text = f"{before} {LINK}s fin de la phrase qui suit, encore"
            inside = [cut for cut in cuts(text) if length + 1 < cut < length + 1 + len(LINK) + 1]
            assert told(text) is bool(inside), text


def test_what_a_gateway_puts_in_place_of_a_token_may_be_cut(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "house.yaml").write_text(
        "version: 1\npack: house\nsummary: x\nextends: [core]\nrules:\n"
        "  - {id: cut, summary: s, message: 'cut {text}', severity: error, split: {pattern: 'https?://\\S+'}}\n"
    )
    (tmp_path / ".smslint.yaml").write_text(
        "version: 1\nextends: [./house.yaml]\n"
        "defaults: {category: informational, gateway: {tokens: {'[L]': 'https://example.com/abcdefgh'}}}\n"
    )
    report = lint("x " * 73 + "[L] " + "x " * 20, path=tmp_path / "a.sms")
    assert "cut" in [finding.rule for finding in report.findings]


def test_the_place_told_is_that_of_the_path_told() -> None:
    before = f"{{% if a %}}{{% if b %}}{'x' * 7}{{% endif %}}{{% else %}}{'y' * 9}{{% endif %}}"
    (found,) = (one for one in lint(f"{before}{'z' * 130} {LINK} {'z' * 20}").findings if "segment-splits" in one.rule)
    assert found.when == ("not a",)
    assert "within septets 141 to 156," in found.message
