"""Patterns of users' packs cannot hang a run: what may backtrack for ever is refused, what is slow is bounded."""

from __future__ import annotations

import random
import re
import signal
import time
from pathlib import Path
from types import FrameType

import pytest

from smslint.commands import patterntests
from smslint.commands.attacks import slowest
from smslint.matching.backtracking import LENGTH_MIN, TooSlow, length_max
from smslint.matching.patterns import SECONDS_MAX, Bound, Bounded, NotSearched, Pattern
from smslint.packs import gateways, loading
from smslint.packs.packs import shipped
from tests.test_reports import smslint

EXPONENTIAL = [
    r"(a+)+$",
    r"([a-zA-Z]+)*\d",
    r"(a|a)*b",
    r"(a|aa)+$",
    r"(x+x+)+y",
    r"(a*)*b",
    r"(?:(a*)?b)*c",
    r"(?:(?:|)a)*b",
    r"(?:\w+\s?)*$",
    r"(?:\w+\s?){2,}!",
    r"(?:\w+\s?){1,40}!",
    r"(?:\d+|\w+)+!",
    r"(?:a?){50}a{50}",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(?=(a+)+$)a",
    r"(?!(a+)+$)a",
    r"(?:(a+)\1)*$",
    r"(?i)(?:sa|\u017fa)*x",
    r"(?s)(?:.|\n)*x",
    r"(?:[\w.-]+@?)*$",
]
POLYNOMIAL_BUT_TOO_SLOW = [r"(.*?,){11}P", r".*a.*b.*c.*d", r"\s*\s*\s*\s*x", r"(?:.*,.*){2}z"]
FINE = {
    r"STOP": 200_000,
    r"(?i)\bSTOP\b(?:\s+sms)?[\s:=>]*(?:au|to)?[\s:]*(?P<code>[0-9]{4,6})(?![\w%])": 1_000,
    r"\s+$": 10_000,
    r".*x.*y": 800,
    r"(?:\d{3})+": 10_000,
    r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}": 200_000,
    r"\d+(?:[.,]\d+)*": 10_000,
    r"(?:\w+ ){1,3}\w+": 10_000,
    r"\b(?:https?://|www\.)\S+": 10_000,
    r"[^.!?\n]{0,30}? stop": 10_000,
    r"(?=.*[A-Za-z])[A-Za-z0-9]{3,11}": 5_000,
    r"(?:(?!stop).)*y": 5_000,
    r'"(?:[^"\\]|\\.)*"': 10_000,
    r"(\w+)\s+\1": 10_000,
    r"!{2,}": 10_000,
    r"(?:[A-Z]{2,}\s+){3,}": 10_000,
    r"(?s)\A.*STOP.*\Z": 10_000,
}


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_what_splits_a_text_in_more_and_more_ways_is_refused(pattern: str) -> None:
    with pytest.raises(TooSlow, match=r"in more and more ways"):
        length_max(pattern)


@pytest.mark.parametrize("pattern", POLYNOMIAL_BUT_TOO_SLOW)
def test_what_is_too_slow_for_three_segments_is_refused(pattern: str) -> None:
    with pytest.raises(TooSlow, match=r"give its repeats a limit"):
        length_max(pattern)


@pytest.mark.parametrize("pattern", FINE)
def test_what_people_write_is_taken(pattern: str) -> None:
    assert length_max(pattern) >= FINE[pattern]


def atom(chance: random.Random, depth: int) -> str:
    kind = chance.random()
    if kind < 0.5 or depth == 0:
        return chance.choice(["a", "b", "[ab]", ".", r"\w", r"\s", "c", "[^a]", " "])
    if kind < 0.85:
        return f"(?:{pattern(chance, depth - 1)})"
    return f"{chance.choice(['(?=', '(?!'])}{pattern(chance, depth - 1)})" if kind < 0.95 else r"\b"


def repeated(chance: random.Random, depth: int) -> str:
    inner = atom(chance, depth)
    if inner.startswith((r"\b", "(?=", "(?!")):
        return inner
    return inner + chance.choice(["", "", "", "*", "+", "?", "{2}", "{0,3}", "{1,5}", "{2,}", "*?", "{0,20}"])


def pattern(chance: random.Random, depth: int) -> str:
    branches = chance.choice([1, 1, 2, 3])
    return "|".join("".join(repeated(chance, depth) for _ in range(chance.randint(1, 4))) for _ in range(branches))


def _late(signum: int, frame: FrameType | None) -> None:
    raise TimeoutError


@pytest.mark.parametrize("seed", range(4))
def test_what_is_taken_ends(seed: int) -> None:
    """Random patterns that were taken, on words repeated until they do not fit: none runs into the alarm."""
    chance = random.Random(seed)
    taken = 0
    before = signal.signal(signal.SIGALRM, _late)
    try:
        while taken < 60:
            source = pattern(chance, 3)
            try:
                longest = length_max(source)
            except TooSlow:
                continue
            taken += 1
            for _ in range(3):
                word = "".join(chance.choice("ab c") for _ in range(chance.randint(1, 4)))
                text = (word * 200)[: min(longest, 200)] + chance.choice(["!", "\n", ""])
                signal.setitimer(signal.ITIMER_REAL, 10)
                for _ in re.finditer(source, text):
                    pass
                signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("catastrophe", [r"(a+)+$", r"(a|aa)+$", r"(?:\w+\s?)*!"])
def test_without_the_refusal_it_would_hang(catastrophe: str) -> None:
    """The patterns are catastrophic in this very Python; else nothing above proves anything."""
    before = signal.signal(signal.SIGALRM, _late)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(TimeoutError):
            re.search(catastrophe, "a" * 60 + "?")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


PACK = """\
version: 1
pack: house
extends: [core]
fragments:
  words: '(?:\\w+\\s?)*'
rules:
  - id: house-slow
    summary: s
    forbid: {pattern: 'x(?&words)!', scope: body}
    message: m
wording:
  opt-out:
    en: {any+: [{name: mine, pattern: '(a+)+$'}]}
slots:
  mine: '([a-z]+)*_x'
country: FR
limits:
  premium_number: {value: '(0+)+9', source: us, confidence: A}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.sms").write_text("{#- smslint: category=informational -#}" + "a" * 60 + " x " + "a" * 60 + "?")
    (tmp_path / ".smslint.yaml").write_text("version: 1\nextends: [./house.yaml]\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_catastrophic_pattern_is_a_mistake_at_its_place_wherever_it_stands(folder: Path) -> None:
    (folder / "house.yaml").write_text(PACK)
    for arguments in (("a.sms",), ("test", "./house.yaml"), ("baseline", "write"), ("config", "a.sms")):
        result = smslint(*arguments)
        assert result.exit_code == 2
        assert re.findall(r"^house\.yaml:(\d+):(\d+): error: the pattern", result.stderr, re.M) == [
            ("9", "23"),
            ("13", "39"),
            ("15", "9"),
            ("18", "3"),
        ]
        assert "can split a text such as `aaaa…`" in result.stderr


def test_a_text_longer_than_a_pattern_can_search_is_not_passed_over_in_silence(folder: Path) -> None:
    (folder / "house.yaml").write_text(
        "version: 1\npack: house\nextends: [core]\nrules:\n  - id: house-cubic\n    summary: s\n"
        "    forbid: {pattern: '.*x.*y', scope: body}\n    message: m\n"
    )
    (folder / "b.sms").write_text("{#- smslint: category=informational max_segments=99 -#}" + "x" * 5_000)
    started = time.process_time()
    result = smslint("b.sms", "--format", "concise")
    assert time.process_time() - started < 5
    assert re.search(
        r"b\.sms:1:1: warning\[too-many-paths\] the pattern at house\.yaml:7 is searched in 8\d\d characters at most, "
        r"a text here has 5,000: not decided for this template: house-cubic; shorten the text",
        result.stdout,
    )
    (folder / "b.sms").write_text("{#- smslint: category=informational -#}" + "x" * 150)
    assert "too-many-paths" not in smslint("b.sms").stdout


def test_a_pattern_that_has_taken_its_time_is_searched_no_more() -> None:
    slow = Bounded(re.compile(r"\s+x"), Bound("house.yaml:7", 100))
    assert slow.search("  x") is not None
    slow.seconds_left = -SECONDS_MAX
    with pytest.raises(NotSearched, match=r"the pattern at house.yaml:7 has taken more than 10 seconds in this run"):
        slow.search("  x")
    with pytest.raises(NotSearched, match=r"searched in 100 characters at most, a text here has 101"):
        slow.finditer(" " * 101)


def test_the_shipped_patterns_are_compiled_as_they_are() -> None:
    """What bounds users' patterns costs the shipped ones nothing."""

    def no(message: str) -> None:
        raise AssertionError(message)

    found = loading.load([("core", no)], lambda _: None).wording["opt-out"].languages["fr"].any
    assert all(isinstance(one.regex, re.Pattern) for one in found)
    assert LENGTH_MIN <= 480


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|aa)+$", r"(?:\w+\s?)*!", r"x(?:b*)*y", r"(.*?,){11}P"])
def test_attacks_keep_a_catastrophic_pattern_busy(pattern: str) -> None:
    found = slowest(re.compile(pattern), pattern)
    assert found is not None
    assert found.length <= 1_000


@pytest.mark.parametrize(
    "pattern", [r"STOP", r"\d+(?:[.,]\d+)*", r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}", r"[^.!?\n]{0,30}? stop"]
)
def test_attacks_leave_a_quick_pattern_alone(pattern: str) -> None:
    assert slowest(re.compile(pattern), pattern) is None


def test_the_patterns_of_rules_countries_and_gateways_are_kept_busy_too() -> None:
    """Those of wording and slots are, by `smslint test --shipped`; here that the others are among what it looks at."""
    packs = loading.load([(name, pytest.fail) for name in shipped()], lambda _: None, check_patterns=True)
    found = [*patterntests.of_rules(packs), *patterntests.of_limits(packs)]
    assert {pack for _, pack, _ in found} <= set(shipped())
    assert {"opt-out", "text", "countries/fr", "countries/in"} <= {pack for _, pack, _ in found}
    stated = [limit.value for name in gateways.names() for limit in gateways.profile(name).limits.values()]
    patterns = [value for value in stated if isinstance(value, Pattern)]
    assert patterns
    assert [one.source for one in patterns if slowest(re.compile(one.source), one.source) is not None] == []


def test_the_command_lists_patterns_that_stand_in_no_example(folder: Path) -> None:
    (folder / "house.yaml").write_text(
        "version: 1\npack: house\nextends: [common]\nwording:\n  greeting:\n    en:\n      any:\n"
        "        - {name: hello, pattern: '(?i)hello'}\n        - {name: hi, pattern: '(?i)\\bhi\\b'}\n"
        "rules:\n  - id: house-greets\n    summary: s\n    forbid: {wording: greeting}\n    message: m\n"
        "    examples:\n      - ok: Good day\n      - bad: Hello there\n"
    )
    plain, listed = smslint("test", "./house.yaml"), smslint("test", "./house.yaml", "--coverage")
    assert (plain.exit_code, plain.stdout) == (listed.exit_code, "") == (0, "")
    assert plain.stderr == "2 examples, 0 failed; 1 of 2 patterns find nothing in any example\n"
    assert listed.stdout == "house.yaml:9: greeting, en: the pattern `hi` finds nothing in any example\n"
