"""What is read off an expression before it is searched: no text that it matches in is passed over."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smslint.matching.cues import Cues
from smslint.matching.folding import folded
from smslint.matching.patterns import Pattern

ATOMS = (
    *(
        "end",
        "stop",
        "au ",
        "É",
        "[eé]",
        "x{3,5}",
        r"\s+",
        r"\s*",
        "['‘]?",
        r"\b",
        r"(?<!\w)",
        r"(?<![\w-])",
        "(?<!a)",
        "[,;]",
    ),
    *(
        "(?=stop)",
        "(?<=é-)",
        "(?<=stop )",
        "(?!au)",
        r"\w",
        r"[a-z]{0,3}",
        "<",
        "[<%]",
        "™",
        "[^a]",
        r"\W",
        "№",
        "K",
        "[ο-ω]",
        "[Μμ]",
        "[Ÿ-ź]",
    ),
)
TEXTS = st.text(st.sampled_from("endstopauxkéÉe ,;'‘-_<%™№ªﬁİK\u0301ﬀωο½#\nµÿŸμ"), max_size=14)


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=4)
    return st.one_of(
        several.map("".join),
        several.map(lambda parts: f"(?:{'|'.join(parts)})"),
        inner.map(lambda one: f"(?:{one})?"),
        inner.map(lambda one: f"(?:{one})+"),
    )


SOURCES = st.recursive(st.sampled_from(ATOMS), _joined, max_leaves=8)


@settings(max_examples=1_000, deadline=None)
@given(SOURCES, st.booleans(), st.data())
def test_nothing_that_an_expression_matches_is_passed_over(source: str, caseless: bool, data: st.DataObject) -> None:
    flags = "(?i)" if caseless else ""
    pattern = Pattern("drawn", flags + source)
    regex = re.compile(flags + source)
    matching = st.from_regex(flags + source.replace(")+", "){1,3}"))  # where repeats are nested, it would try for ever
    holding = data.draw(st.one_of(TEXTS, matching), "a text that may match")
    text = data.draw(TEXTS) + holding[:60] + data.draw(TEXTS)
    _compare(pattern, regex, text)


def _compare(pattern: Pattern, regex: re.Pattern[str], text: str) -> None:
    spans = [match.span() for match in regex.finditer(text)]
    plain = folded(text)
    cues = Cues(cue for held in pattern.holds for cue in held).of((plain.text,), (plain.text,), plain.aligned)
    if spans:
        assert pattern.may_stand(cues)
        assert not pattern.beyond or max(map(ord, text)) > pattern.beyond
    assert [match.span() for match in pattern.finditer(text, plain)] == spans


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\b(?:[0-9]{1,3}% \s?stop|stop)", "20% stop"),  # the same text at two distances
        (r"(?:[a-z]{0,9}/[a-z]{2}|www\.)", "see abc/de, www. and /xy"),
    ],
)
def test_it_is_searched_from_where_a_match_may_begin(source: str, text: str) -> None:
    _compare(Pattern("given", source), re.compile(source), text)


@pytest.mark.parametrize(
    ("source", "text", "stands"),
    [
        (r"\bend\b", "nous attendons", False),
        (r"\bend\b", "the end", True),
        (r"(?<![\w&])(?:end|quit)", "weekend", False),
        (r"reply\s+['‘]?(?:end|stop)", "reply, weekend", False),
        (r"reply\s+['‘]?(?:end|stop)", "reply ‘end", True),
        (r"</?b>", "a b", False),
        (r"X{4,}", "XXX", False),
        (r"[οе]", "oe", False),
        (r"[οе]", "où", False),
        (r"[àοе]", "où", True),
        (r"(?i)[Μе]", "1 µ", True),  # the sign of micro, which is taken for a small my
        (r"(?i)[ÿе]", "ÿ", True),
    ],
)
def test_what_cannot_match_is_told_without_searching(source: str, text: str, stands: bool) -> None:
    pattern = Pattern("given", source)
    plain = folded(text)
    cues = Cues(cue for held in pattern.holds for cue in held).of((plain.text,), (plain.text,))
    assert (pattern.may_stand(cues) and (not pattern.beyond or max(map(ord, text)) > pattern.beyond)) is stands


def test_a_sign_made_of_letters_is_no_part_of_a_word() -> None:
    assert folded("ACME™ №5 ½").text == "acme™ №5 ½"
