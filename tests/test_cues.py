"""The words without which a text is not searched (`cues`): in every text that a pattern finds something in stands one.

Texts are made of the patterns themselves, one random way through each, hundreds of times: so is found what nobody
thought of when he wrote the cues beside a pattern.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from smslint.matching.cues import place_of
from smslint.matching.folding import fold
from smslint.matching.patterns import Pattern
from smslint.packs.loading import load
from smslint.packs.packs import shipped

if sys.version_info >= (3, 11):
    from re import _constants as op  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]
else:
    import sre_constants as op
    import sre_parse as parser

TEXTS = 300  # made of each pattern
CATEGORIES = {op.CATEGORY_DIGIT: "1", op.CATEGORY_SPACE: " ", op.CATEGORY_NOT_WORD: " "}


def patterns() -> list[Pattern]:
    languages = [name for name in shipped() if name.startswith("languages/")]
    wording = load([(name, pytest.fail) for name in ("core", *languages)], lambda _: None).wording
    spoken = [language for vocabulary in wording.values() for language in vocabulary.languages.values()]
    return [pattern for one in spoken for pattern in (*one.any, *one.never) if pattern.cues]


def made(tree: Any, rng: random.Random) -> str:
    """A text that `tree`, an expression as `re` parsed it, matches but for what it looks at around itself."""
    return "".join(_piece(kind, value, rng) for kind, value in tree)


def _piece(kind: Any, value: Any, rng: random.Random) -> str:
    if kind is op.LITERAL:
        return chr(value)
    if kind is op.IN:
        return _one_of(value, rng)
    if kind is op.BRANCH:
        return made(rng.choice(value[1]), rng)
    if kind is op.SUBPATTERN:
        return made(value[3], rng)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        least, most, repeated = value
        return "".join(made(repeated, rng) for _ in range(rng.randint(least, min(most, least + 1))))
    if kind is op.ASSERT and value[0] == 1 and rng.random() < 0.5:
        return made(value[1], rng)
    return "q" if kind in (op.ANY, op.NOT_LITERAL) else ""


def _one_of(members: list[tuple[Any, Any]], rng: random.Random) -> str:
    if members[0][0] is op.NEGATE:
        return "q"
    return rng.choice(list(_members(members, rng)))


def _members(members: list[tuple[Any, Any]], rng: random.Random) -> Iterator[str]:
    for kind, value in members:
        if kind is op.LITERAL:
            yield chr(value)
        elif kind is op.RANGE:
            yield chr(rng.randint(value[0], min(value[1], value[0] + 30)))
        else:
            yield CATEGORIES.get(value, "q")


@pytest.mark.parametrize("pattern", patterns(), ids=lambda one: f"{one.pack}: {one.name}")
def test_a_text_that_a_pattern_finds_holds_a_cue_of_it(pattern: Pattern) -> None:
    rng = random.Random(pattern.name)  # the same texts in every run
    tree = parser.parse(pattern.source)
    texts = [made(tree, rng) for _ in range(TEXTS)]
    found = [text for text in texts if pattern.regex.search(text)]
    if not found:
        pytest.skip("no text is made that fits what the pattern looks at around itself")
    assert [text for text in found if all(place_of(cue, fold(text)) < 0 for cue in pattern.cues)][:5] == []
