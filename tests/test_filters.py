"""Filters against Jinja2's own: what one makes of a random value lies in the domain that smslint computes."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from jinja2 import Environment

from smslint.dialects.jinja import lower
from smslint.gsm.segments import Capacity, Header, runs
from smslint.tree.domains import ALPHABETS, Domain, contains, flat
from smslint.tree.lowering import Lowered
from smslint.tree.message import Choice, Slot, Text, nodes_of
from smslint.tree.variables import Variable
from tests.brute import JINJA, Declared
from tests.test_extent import compare

EXPRESSIONS = (Path(__file__).parent / "data" / "filters.txt").read_text(encoding="utf-8").splitlines()
NUMBERS = (
    *("x|abs", "x|round", "x|round(1)", "x|round(2,'floor')", "x|round(0,'ceil')", "x|int", "x|float"),
    *(
        "x|filesizeformat",
        "'%.2f'|format(x)",
        "'%d' % x",
        "'%+08.1f' % x",
        "'{:.3f}'.format(x)",
        "'{:,.2f}'.format(x)",
        "'{:+,}'.format(x|int)",
        "'{:_d}'.format(x|int)",
        "'{:05d}'.format(x|int)",
    ),
    *("'%i|%s' % (x, x)", "'%f' % x", "'% d' % x", "'%-9d|' % x", "'%(a)s' % {'a': x}"),
)
SAMPLES = {
    "digits": "0123456789",
    "gsm7": "aAbßéÇèΔ ñ-&<>'\";/\n\r19",
    "gsm7-extended": "aAbßÇ €[]{}^~\\| -&<",
    "latin": "aAbß êŉİôŷạ€ -&<\u00a0",
    "unicode": "aß êŉİ😀ﬃΐ中€ -\u2028\u3000",
}
NAMES = list(SAMPLES)


def value_of(alphabet: str, low: int, high: int, random: Random) -> str:
    return "".join(random.choice(SAMPLES[alphabet]) for _ in range(random.randint(low, high)))


def lowered(expression: str, domain: Domain, autoescape: bool = False) -> Lowered:
    return lower("{{ " + expression + " }}", lambda name: Variable(domain), {"autoescape": autoescape})


def holds(found: Lowered, text: str) -> bool:
    """Whether some slots and texts of the message can make `text` up: by its length and its characters."""
    low, high, alphabet = 0, 0, set[tuple[int, int]]()
    for node in nodes_of(found.message or ()):
        if isinstance(node, Text):
            low, high = low + len(node.text), high + len(node.text)
            alphabet |= {(run.septets, run.code_units) for run in runs(node.text)}
        elif isinstance(node, Slot):
            domains = [flat(d) for d in node.domains()]
            assert all(d.length_max is not None for d in domains)
            low += min(d.length_min for d in domains)
            high += max(d.length_max or 0 for d in domains)
            samples = "".join(sample for d in domains for sample in d.alphabet)
            alphabet |= {(run.septets, run.code_units) for run in runs(samples)}
    used = {(run.septets, run.code_units) for run in runs(text)}
    return low <= len(text) <= high and used <= alphabet


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_a_text_becomes(expression: str) -> None:
    random = Random(expression)
    compiled = JINJA.from_string("{{ " + expression + " }}")
    for alphabet in NAMES:
        for low, high in ((0, 3), (1, 9), (7, 12)):
            domain = Domain(low, high, ALPHABETS[alphabet])
            found = lowered(expression, domain)
            assert {problem.kind for problem in found.problems} <= {"html-escape-in-sms"}
            for _ in range(25):
                value = value_of(alphabet, low, high, random)
                assert contains(domain, value)
                text = compiled.render(x=value)
                assert "default" in expression or holds(found, text), (value, text, found.message)


ESCAPING = Environment(autoescape=True)
SAFE = (
    *("x|safe", "x|e", "x|safe|e", "x|e|e", "x|forceescape", "x|safe|forceescape", "x|safe|upper", "x|e|upper"),
    *("x ~ '<'", "'<' ~ (x|safe)", "x|safe ~ x", "x or '&'", "x|default('&', true)", "'&'", "'&'|safe", "x|safe|title"),
    *("[x, '<']|join('&')", "'%s&' % x", "'%s'|format(x|safe)", "x|safe|truncate(4, true, '.')", "x|upper|safe"),
    *("x|safe|center(9)", "x|e|replace('a', 'b')", "x|e|trim", "x|e|int", "x|length", "x|striptags", "(x|e)[:3]"),
)


@pytest.mark.parametrize("expression", [*EXPRESSIONS, *SAFE])
def test_what_autoescape_sends(expression: str) -> None:
    random = Random(expression)
    compiled = ESCAPING.from_string("{{ " + expression + " }}")
    for low, high in ((0, 3), (5, 9)):
        found = lowered(expression, Domain(low, high, ALPHABETS["gsm7"]), autoescape=True)
        if any(problem.kind == "unknown-filter" for problem in found.problems):
            continue
        for _ in range(20):
            value = value_of("gsm7", low, high, random)
            text = compiled.render(x=value)
            several = any(isinstance(node, Choice) for node in found.message or ())
            assert several or holds(found, text), (value, text, found.message)


@pytest.mark.parametrize("expression", NUMBERS)
def test_what_a_number_becomes(expression: str) -> None:
    random = Random(expression)
    compiled = JINJA.from_string("{{ " + expression + " }}")
    for digits in range(1, 21):
        integers = [random.randrange(10 ** (digits - 1), 10**digits) for _ in range(20)]
        numbers = [*integers, *(round(i / 10 ** random.randint(0, 3), 3) for i in integers), *(-i for i in integers)]
        for number in numbers:
            written = str(number)
            if "e" in written:
                continue
            kind = "digits" if written.isdigit() else "gsm7"
            found = lowered(expression, Domain(len(written), len(written), ALPHABETS[kind]))
            text = compiled.render(x=number)
            assert holds(found, text), (number, text, found.message)


@pytest.mark.parametrize(
    "template",
    [
        "êêê{{ [n]|join|truncate(3, true, '.', 0) }}",
        "êêê{{ (n ~ '')|truncate(3, true, '.', 0) }}",
        "êêê{% set s %}{{ n }}{% endset %}{{ s|truncate(3, true, '.', 0) }}",
        "êêê{% filter truncate(3, true, '.', 0) %}{{ n }}{% endfilter %}",
    ],
)
def test_a_filter_sees_the_text_of_a_number(template: str) -> None:
    limits = Header(6, Capacity(10, 9), Capacity(5, 4))
    declared = {"n": Declared(Variable(Domain(values=(1, True))), (1, True))}
    assert compare(template, declared, limits).high == 2


def test_rounds_of_a_filtered_loop_have_places_of_their_own() -> None:
    limits = Header(6, Capacity(8, 7), Capacity(4, 3))
    declared = {"n": Declared(Variable(Domain(values=(0, 1, True))), (0, 1, True))}
    broken = "{% if loop.index == 2 or not loop.last %}{% break %}{% endif %}"
    compare(f"{{% for x in 'abc'|list if n %}}{{{{ n }}}}{broken}{{% endfor %}}êê", declared, limits, strict=False)
