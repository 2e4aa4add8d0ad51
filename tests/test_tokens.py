"""Tokens that a gateway replaces, wherever a message comes to have them: random messages of a few characters, so that
tokens often lie across what two pieces send, compared with every rendering, replaced as a whole."""

from __future__ import annotations

import re
from random import Random

import pytest

from smslint.checks.tokens import replaced
from smslint.dialects.jinja.lower import lower
from smslint.extents.extent import Extent, extent
from smslint.gsm.segments import Header
from smslint.tree.domains import ALPHABETS, UNKNOWN, Domain
from smslint.tree.variables import Items, Variable
from tests.brute import HEADERS, JINJA, Declared, contexts, slow_count

CHARACTERS = "ab[é"
SENT = (1, 3, 7, "", "€", "xyz", "êê", "a", "ab")
LISTS: tuple[list[str], ...] = ([], ["ab"], ["["], ["ab", "ab"], ["ab", "["], ["[", "ab"], ["[", "["])
XS = Declared(Variable(UNKNOWN, items=Items(0, 2, Variable(Domain(values=("ab", "["))))), LISTS)
ANY = Declared(Variable(Domain(0, 1, ALPHABETS["gsm7"])), ("", *"abéX"))


class Drawn:
    """A template, its variables, and a gateway's tokens."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.tokens = {self._text(1, 3): random.choice(SENT) for _ in range(random.randint(1, 3))}
        self.declared = {name: self._declare() for name in "uvw"} | {"xs": XS}
        self.template = self._body(2)

    def _text(self, low: int, high: int) -> str:
        return "".join(self.random.choice(CHARACTERS) for _ in range(self.random.randint(low, high)))

    def _declare(self) -> Declared:
        if self.random.random() < 0.2:
            return ANY
        values = tuple(dict.fromkeys(self._text(0, 3) for _ in range(self.random.randint(1, 3))))
        return Declared(Variable(Domain(values=values)), values)

    def _body(self, depth: int) -> str:
        return "".join(self._node(depth) for _ in range(self.random.randint(1, 3)))

    def _node(self, depth: int) -> str:
        kind = self.random.random()
        if kind < 0.4 or not depth:
            return self._text(1, 4)
        if kind < 0.6:
            return "{{ " + self.random.choice(("u", "v", "w", "u ~ u", "v ~ w")) + " }}"
        if kind < 0.65:
            return "{% for x in xs %}" + self.random.choice(("a", "{{ x }}", "[{{ x }}b", "")) + "{% endfor %}"
        other = self.random.choice(("", "{% else %}" + self._body(depth - 1)))
        return "{% if " + self.random.choice("uvw") + " %}" + self._body(depth - 1) + other + "{% endif %}"


def as_replaced(text: str, tokens: dict[str, str | int]) -> str:
    pattern = "|".join(map(re.escape, sorted(tokens, key=len, reverse=True)))
    return re.sub(pattern, lambda match: str(tokens[match[0]]) if match[0] in tokens else "", text)


def written(tokens: dict[str, str | int]) -> dict[str, str | int]:
    """`tokens`, those of so many digits by zeros."""
    return {token: "0" * value if isinstance(value, int) else value for token, value in tokens.items()}


def extent_of(drawn: Drawn, limits: Header) -> Extent:
    def lookup(name: str) -> Variable:
        return drawn.declared[name].variable if name in drawn.declared else Variable(UNKNOWN, declared=False)

    lowered = lower(drawn.template, lookup, {})
    assert lowered.message is not None
    return extent(replaced(lowered.message, tuple(drawn.tokens.items())), lowered.variables, limits)


@pytest.mark.parametrize("seed", range(8))
def test_tokens_across_what_pieces_send(seed: int) -> None:
    exact = 0
    for number in range(50):
        random = Random(f"{seed} {number}")
        drawn, limits = Drawn(random), random.choice(HEADERS[:3])
        found = extent_of(drawn, limits)
        rendered = JINJA.from_string(drawn.template)
        tokens = written(drawn.tokens)
        texts = {as_replaced(rendered.render(**context), tokens) for context in contexts(drawn.declared)}
        counts = [slow_count(text, limits)[2] for text in texts]
        shown = drawn.template, drawn.tokens, drawn.declared
        if found.exact:
            assert (found.low, found.high) == (min(counts), max(counts)), shown
        assert found.low <= min(counts), shown
        assert (found.high or 0) >= max(counts), shown
        if found.exact and ANY not in drawn.declared.values():
            exact += 1
            assert found.worst is not None
            assert re.sub("[0-9]", "0", found.worst.text) in texts, shown
    assert exact > 15
