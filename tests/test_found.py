"""Templates that random search, or a reader, has found to be counted wrong: each is compared with every rendering."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

import smslint
from smslint.reporters.estimate import segments
from smslint.tree.domains import ALPHABETS, UNKNOWN, Domain
from smslint.tree.variables import Items, Variable
from tests.brute import HEADERS, UNDEFINED, Declared, texts
from tests.brute_statements import Statements
from tests.test_statements import compare


def of_values(*values: Any) -> Declared:
    kept = tuple(value for value in values if value is not UNDEFINED)
    return Declared(Variable(Domain(values=kept), optional=UNDEFINED in values), values)


def of_length(alphabet: str, characters: str, low: int, high: int, *more: Any) -> Declared:
    variable = Variable(Domain(low, high, ALPHABETS[alphabet]))
    return Declared(variable, (*texts(characters, low, high), *more))


def of_items(low: int, high: int, *values: str) -> Declared:
    """Lists of these numbers of items, of one value throughout."""
    lists = tuple([value] * number for number in range(low, high + 1) for value in values)
    return Declared(Variable(UNKNOWN, items=Items(low, high, Variable(Domain(values=values)))), lists)


CODE = of_length("digits", "70", 1, 2, 7, 77, 70)
NAME = of_length("latin", "Aê", 0, 2)
FOUND: dict[str, tuple[str, Mapping[str, Declared]]] = {
    "a comparison in the arguments of a translation": (
        "{% trans v=(('€€€' if not n + 1 == 2 else n)) %}b{{ v }}{% endtrans %}",
        {"n": of_values(0, 1, 3)},
    ),
    "a round that is left in a filter block loses it": (
        "{% for x in 'ab' %}{% filter upper %}aaaaaa{% if n %}{% continue %}{% endif %}€{% endfilter %}b{% endfor %}",
        {"n": of_values(0, 1)},
    ),
    "a round that is left in a block of set sets nothing": (
        "{% set ns = namespace(v='') %}{% for x in 'ab' %}{% set ns.v %}aaaaaa{% if n %}{% break %}{% endif %}b"
        "{% endset %}{% endfor %}{{ ns.v }}",
        {"n": of_values(0, 1)},
    ),
    "a condition that is too wide to follow speaks of what its value is made of": (
        "{% macro m(p) %}{% if p %}b{% else %}aaaaaaaaaaaaa{% endif %}{% endmacro %}{{ m(items|min) }}",
        {"items": of_items(1, 3, "b", "cc", "ddd")},
    ),
    "what an unknown method gives is made of its variable": (
        "{% set w = name.split()|first %}{% if w %}aaaaaaaaaaaaa{% endif %}{{ name }}{% if not name %}aaaaa{% endif %}",
        {"name": NAME},
    ),
    "rows of a batch that are filled": (
        "{% for row in [a, b, a]|batch(2, fill_with=b) %}{{ row|join('-') }};{% endfor %}"
        "{% for row in [a, b, a]|batch(2, none) %}{{ row|join }};{% endfor %}",
        {"a": of_values("aaaaa", "ê"), "b": of_values("x", "yyy")},
    ),
    "rows of a slice": (
        "{% for row in [a, b, a]|slice(2) %}{{ row|join('-') }};{% endfor %}"
        "{% for row in [a, b, a, b]|slice(2, 'zz') %}{{ row|join }};{% endfor %}"
        "{% for row in [a]|slice(3) %}{{ row|join }},{% endfor %}",
        {"a": of_values("aaaaa", "ê"), "b": of_values("x", "yyy")},
    ),
    "a namespace that begins with a mapping": (
        "{% set ns = namespace({'a': name}, b=n) %}{{ ns.a }}{{ ns.b }}{% set ns.a = 'aaaaaa' %}{{ ns.a }}",
        {"name": NAME, "n": of_values(1, 12)},
    ),
    "a namespace of what is in a variable": (
        "{% set ns = namespace(**{'a': name}) %}{{ ns.a }}{% set m = namespace([('a', name)]) %}{{ m.a }}",
        {"name": of_values("aaaaaaaaaaaaa", "ê")},
    ),
    "a translated text is safe where it is filled": (
        "{% autoescape true %}{% trans name=name %}l'{{ name }}{% endtrans %}{% endautoescape %}",
        {"name": of_values("'", "a")},
    ),
    "a translated plural is safe where it is filled": (
        "{% autoescape true %}{% trans n=n %}l'{{ n }}{% pluralize %}aa''{{ n }}{% endtrans %}{% endautoescape %}",
        {"n": of_values(1, 2)},
    ),
    "what is filled into a translated call is escaped with it": (
        "{% autoescape true %}{{ gettext('l%(x)s') % {'x': \"'\"} }}{{ name }}{% endautoescape %}",
        {"name": of_values("''", "a")},
    ),
    "constants are joined before they are rendered, and then not safe": (
        """{% autoescape true %}{{ ("''"|safe) ~ "'" }}{{ (name|safe) ~ "'" }}{% endautoescape %}""",
        {"name": of_values("'", "a")},
    ),
    "what a block sets is safe, also in what is computed of it": (
        "{% autoescape true %}{% set b %}'{{ name }}{% endset %}{{ b + '<' }}{{ {'k': b}.k }}{{ [b, '<']|join }}"
        "{{ b|reverse }}{{ b * 2 }}{% endautoescape %}",
        {"name": of_values("a<", "é")},
    ),
    "what is safe is escaped in a format that is not": (
        "{% autoescape true %}{% set b %}'{{ name }}{% endset %}{{ '%s' % b }}{{ '{}'.format(b) }}{% endautoescape %}",
        {"name": of_values("a<", "é")},
    ),
    "what a macro sends is safe, whichever it is": (
        "{% autoescape true %}{% macro a() %}'{% endmacro %}{% macro b() %}'-'-'{{ name }}{% endmacro %}"
        "{% set m = a if n else b %}{{ m() }}{{ m()|reverse }}{% endautoescape %}",
        {"n": of_values(0, 1), "name": of_values("<", "é")},
    ),
    "a block of set with a filter may set a number": (
        "{% set u | length %}{{ name }}{% endset %}{{ u + 1 if u is number else 'aaaaaaaaaaaaaaa' }}",
        {"name": of_values("a", "")},
    ),
    "what a filter puts into a block is escaped": (
        "{% autoescape true %}{% filter replace('l', '<') %}l{{ name }}{% endfilter %}"
        "{% set s | replace('l', '<') %}l{{ name }}{% endset %}{{ s }}{% endautoescape %}",
        {"name": of_values("a", "")},
    ),
    "the characters of a text are of its alphabet": (
        "{% for c in name %}{{ c }}.{% endfor %}",
        {"name": of_values("aaa", "ê")},
    ),
    "truncate gives what is undefined back": (
        "{{ name|truncate(3, false, '.', 1)|default('aaaaaaaaaaaaa') }}",
        {"name": Declared(Variable(Domain(0, 2, ALPHABETS["latin"]), optional=True), ("", "A", "êê", UNDEFINED))},
    ),
    "what is not true may be defined": (
        "{% set p = items[1]|wordwrap(1, false) %}{{ 'aaaaaaaaaaaaa' if p else p|default('aaaaaaaaaaaaa') }}",
        {"items": of_items(0, 2, "", "b")},
    ),
    "texts of digits are joined before they are a number": (
        "aaaa{{ (d + e)|int + 1 }}",
        {"d": of_length("digits", "9", 1, 3, 999), "e": of_length("digits", "9", 1, 2, 99)},
    ),
    "a text of digits is repeated before it is a number": (
        "aaaa{{ (d * e)|int + 0 }}",
        {"d": of_length("digits", "9", 1, 3, 999), "e": of_length("digits", "9", 1, 2, 9)},
    ),
    "a sum of floats is longer than both": (
        "aaaa{{ a + b }}",
        {"a": of_length("gsm7", "a.", 0, 3, 0.1, 100), "b": of_length("gsm7", "a", 0, 3, 0.2, 1)},
    ),
    "what is picked of nothing, reversed, prints as an object": ("{{ code[1]|reverse }}", {"code": CODE}),
    "places of a filtered loop that is broken": (
        "{% for x in ['a', 'b', 'c'] if n %}{% if not loop.last %}aaaaaa{{ name }}{% if not n %}{% break %}{% endif %}"
        "{% endif %}{% endfor %}",
        {"n": of_values(1, 0), "name": NAME},
    ),
    "places of two filtered loops over the same list": (
        "{% for x in 'ab' if n %}{% if loop.last %}aaaaaa{% break %}{% endif %}{% endfor %}"
        "{% for x in 'ab' if not n %}{% if loop.first %}bbbbbb{% break %}{% endif %}{% endfor %}",
        {"n": of_values(1, 0)},
    ),
    "the truth of a text that is made of several variables": (
        "{% set p = (name ~ '-' ~ n)|truncate(3, true, '.', 0) %}{% if p %}{{ n }}{% else %}aaaaaaaaaaaaa{% endif %}",
        {"n": of_values(1, "3"), "name": NAME},
    ),
    "the number 0 is false": (
        "{% if count %}{{ count }}{% else %}aaaaaaaaaaaa{{ count }}{% endif %}",
        {"count": of_length("digits", "70", 1, 2, 0)},
    ),
    "the number 0 is false, and so is the empty text": (
        "{{ count }}{{ 'aaaaaaa' if not count }}{{ count }}{{ count or 'bbbbbb' }}",
        {"count": of_length("digits", "70", 0, 2, 0)},
    ),
    "the number 0 is no empty text": (
        "{% if count == '' %}a{% elif count %}{{ count }}{% else %}aaaaaaaaa{{ count }}{% endif %}",
        {"count": of_length("digits", "70", 0, 2, 0)},
    ),
    "the number 0 is compared": (
        "{% if count == 0 %}aaaaaaaaa{% elif count %}{{ count }}{% else %}bbbbbbb{{ count }}{% endif %}",
        {"count": of_length("digits", "70", 0, 2, 0)},
    ),
    "a number of two digits is never 0": (
        "{% if not count %}aaaaaaaaaaaaaaaaaa{% endif %}{{ count }}",
        {"count": of_length("digits", "70", 2, 2)},
    ),
    "a separator in a long list": (
        "{% for x in items %}{{ x }}{% if not loop.last %}, {% endif %}{% else %}none{% endfor %}",
        {"items": of_items(0, 20, "[")},
    ),
    "the first and the last of a long list": (
        "{% for x in items %}{{ 'first: ' if loop.first }}{{ x }}{{ '!' if loop.last else ' and ' }}{% endfor %}",
        {"items": of_items(1, 15, "é€")},
    ),
    "the numbers of the rounds of a long list": (
        "{% for x in items %}{{ loop.index }}. {{ x }}{% if loop.index0 %};{% endif %}{% endfor %}",
        {"items": of_items(0, 14, "a")},
    ),
    "an attribute of a namespace that each round of a long list adds to": (
        "{% set ns = namespace(v='a') %}{% for x in items %}{% if loop.last %}{{ ns.v }}{% endif %}"
        "{% set ns.v = x %}{% endfor %}",
        {"items": of_items(13, 15, "a")},
    ),
    "what a text may not have, of values with one of which it fails": (
        "{% set w = city[0] %}{% if w %}{{ w[1]|default('zzzzzzzzz')|last }}{% endif %}|",
        {"city": of_values("Nîmes", "P€", "")},
    ),
    "a value of which one character is longer in capitals, and the other in small letters": (
        "{{ name|upper }}{{ name|lower }}{{ name|upper }}{{ name|lower }}aaa",
        {"name": of_length("latin", "Aßİê", 1, 2)},
    ),
    "a value in capitals and as it is, whose characters add up to the same and move the ends of parts": (
        "a{{ (name ~ 'é')|upper }}é{{ name }}{% if vip %}{{ name|upper }}{% endif %}",
        {"name": of_length("unicode", "Aß€ê😀ΐ", 2, 3), "vip": of_values(True, False)},
    ),
    "a value in capitals, in small letters and cut": (
        "{{ code|lower }}{% if not code %}{{ code|truncate(2, true, '.', 0) }}€{{ code }}{% elif code %}"
        "{{ code|trim|upper }}{% endif %}{{ code }}",
        {"code": of_length("latin", "Aßèç€êŉİ", 1, 1, UNDEFINED)},
    ),
    "digits in groups": (
        "{{ '{:,.2f}'.format(n) }} {{ '{:,}'.format(n) }}{{ '{:+_d}'.format(n) }}",
        {
            "n": Declared(
                Variable(Domain(1, 7, ALPHABETS["digits"])), (0, 1, 9, 12, 100, 1000, 12345, 999999, 1234567, 9999999)
            )
        },
    ),
    "what a block sets is a text, also of a sum": (
        "{% set s %}{{ n + 1 }}{% endset %}{{ s[:1] }}{% set t %}{{ n|int }}{% endset %}{{ t[-1:] }}"
        "{{ (n * 2 ~ '')[1:] }}",
        {"n": of_values(3, 4, 12, 95)},
    ),
    "one range after the other": (
        "{% for i in range(2000) %}a{% endfor %}{% for i in range(n) %}{{ i }}{% endfor %}",
        {"n": of_values(0, 3, 11)},
    ),
    "a joiner": (
        "{% set sep = joiner(', ') %}{% for x in ['aaa', 'bb', name, 'c'] if x %}{{ sep() }}{{ x }}{% endfor %}",
        {"name": NAME},
    ),
    "a joiner after choices": (
        "{% set sep = joiner() %}{% if n %}{{ sep() }}aaaaaaa{% endif %}{% if name %}{{ sep() }}{{ name }}{% endif %}"
        "{{ sep() }}b",
        {"n": of_values(0, 1), "name": NAME},
    ),
    "a joiner in a long list": (
        "{% set sep = joiner('[]') %}{% for x in items %}{{ sep() }}{{ x }}{% endfor %}{{ sep() }}",
        {"items": of_items(0, 16, "a")},
    ),
    "a cycler": (
        "{% set c = cycler('aaaaaaaaaaaa', 'b', name) %}{% for x in 'abcd' %}{{ c.next() }}{% endfor %}{{ c.current }}"
        "{% if n %}{% do c.reset() %}{% endif %}{{ c.current }}{% set y = c.next() %}{{ y }}{{ c.next() }}",
        {"n": of_values(0, 1), "name": NAME},
    ),
    "a cycler in a long list": (
        "{% set c = cycler('aaaa', '[') %}{% for x in items %}{{ c.next() }}{% endfor %}",
        {"items": of_items(0, 16, "a")},
    ),
    "a cycler that is called inside of something": (
        "{% set c = cycler('aaaaaaaaa', 'b') %}{{ c.next()|upper }}{% if c.next() == 'b' %}{{ n }}{% endif %}"
        "{{ (c.next() ~ n) if n }}{{ c.next() }}{{ c.current }}",
        {"n": of_values(0, 1)},
    ),
    "a joiner in a macro": (
        "{% set sep = joiner('-----') %}{% macro m() %}{{ sep() }}a{% endmacro %}{{ m()|upper }}{{ m() }}{{ sep() }}",
        {"n": of_values(0, 1)},
    ),
    "joined by a method of the text between": (
        "{{ '--'.join(items) }};{{ '€'.join([a, 'x', a ~ 'y']) }};{{ ','.join(items[:2]) }}",
        {"items": of_items(0, 3, "b", "êê"), "a": of_values("aaaaa", "ê")},
    ),
    "joined by a method, where a number fails": (
        "{% if n != 5 %}{{ ','.join([n, 'aaaaaaaaaaaaaaaaaaaa']) }}{% else %}b{% endif %}",
        {"n": of_values(0, 5)},
    ),
    "a number of what a block of set holds, which is false": (
        "{% set s %}{% if name %}{{ name }}{% endif %}{% endset %}{% set p = name|lower if name else s|wordcount %}"
        "{% if p %}aaaaaaaaaaaaa{% endif %}{% if s|length %}b{% else %}aaaaaaaaa{% endif %}",
        {"name": of_length("gsm7", "A", 0, 0)},
    ),
    "a number that is one of two, by a condition in a block of set": (
        "{% set s %}{% if n %}ab cd{% endif %}{% endset %}{% set p = s|wordcount %}{% if p %}aaaaaaa{% endif %}{{ p }}",
        {"n": of_values(0, 1)},
    ),
    "a condition on constants has one answer": (
        "{% if ((0)|map('upper')|join)|wordcount is defined %}b{% else %}aaaaaaaaaaaaaaaa{% endif %}{{ n }}",
        {"n": of_values(0, 1)},
    ),
    "a condition of two halves among others stands in brackets": (
        "{% set ns = namespace(v=t[0]) %}{% if not t or ((t.split(' ')[0])|min)|float %}"
        "{% set ns.v = {'a': t}.get('b', n) %}{% endif %}{{ ns.v }}{% if ns.v %}aaa{% endif %}",
        {"t": of_values("", "a b", "0", "É"), "n": of_values(0, 1, 2, -1)},
    ),
    "a condition on a member speaks of the variable that it is": (
        "{% for it in [{'n': a, 'p': items|join}, {'n': b, 'p': 'z'}] if it.n != 'x' %}{{ it.n }}{{ it.p }}{% endfor %}"
        "{{ a }}",
        {"a": of_values("x", "yyyyyyyy"), "b": of_values("x", "z"), "items": of_items(0, 2, "b", "êê")},
    ),
    "the first character of no text is no text": (
        "{% set q = t|trim|first|default('zzzzz') %}{{ q }}{% if q %}aa{% endif %}{{ (t|upper)[0]|default('yyyy') }}",
        {"t": of_values("", "a b")},
    ),
    "truncate gives what is undefined back, where it fails of the values that are declared": (
        "{{ flag|truncate(5)|default('aaaaaaaaaaaaa') }}{{ name|truncate(5)|default('bbbbb') }}",
        {"flag": of_values(False, UNDEFINED), "name": of_values("ab", 1, UNDEFINED)},
    ),
    "what truncate gives of what is undefined is no text": (
        "{% set q = t[0]|truncate(2, true, '.', 0)|default('zzzzzzzz') %}{{ q }}{% if q %}aaaaa{% endif %}",
        {"t": of_values("", "a b")},
    ),
    "a method of a text is not the filter of its name": (
        '{{ city.title() }}{{ (city ~ "\'" ~ city).title() }}{% set b %}{{ city }}{% endset %}{{ b.title() }}',
        {"city": of_values("d'èze", "l'île", "x")},
    ),
    "a method of a text declared by its length is not the filter of its name": (
        "{{ name.title() }}{{ name.ljust(3, '€') }}{{ name.zfill(4) }}{{ name.lstrip('A') }}{{ name.swapcase() }}",
        {"name": of_length("latin", "AßèÇ€êŉİ\n '", 1, 2)},
    ),
    "a method of what a block sets gives what is safe": (
        "{% autoescape true %}{% set b %}'{{ name }}{% endset %}{{ b.title() }}{{ b.ljust(6) }}{{ b|title }}"
        "{% endautoescape %}",
        {"name": of_values("<", "aé")},
    ),
    "an iterator under a name is empty when it is read again": (
        "{% set n = (items|map('upper') if v else ['x']) %}{{ n|join }}{{ n|join }}",
        {"items": of_items(0, 2, "bbb", "é"), "v": of_values(True, False)},
    ),
    "an iterator that is one of two is empty when it is read again": (
        "{% with n = (items|map('upper')) or ['x'] %}{{ n|join }}{{ n|join }}{% endwith %}"
        "{% macro m(n) %}{{ n|join }}{{ n|join }}{% endmacro %}{{ m(items|select if v else []) }}",
        {"items": of_items(0, 2, "bbb", "é"), "v": of_values(True, False)},
    ),
    "an iterator that a list or a mapping holds is empty when it is read again": (
        "{% set n, k = items|map('upper'), 1 %}{{ n|join }}{{ n|join }}{% for n in [items|select] %}{{ n|join }}"
        "{{ n|join }}{% endfor %}{% set d = {'a': items|select} %}{{ d.a|join }}{{ d.a|join }}"
        "{% for k, n in {'a': items|select}.items() %}{{ n|join }}{{ n|join }}{% endfor %}",
        {"items": of_items(0, 2, "bbb", "é")},
    ),
    "an iterator that is read in a loop, a macro, a block or another place": (
        "{% set n = items|map('upper') %}{% for i in [1, 2] %}{{ n|join }}{% endfor %}{% set k = items|select %}"
        "{% macro m() %}{{ k|join }}{% endmacro %}{{ m() }}{{ m() }}{% set l = items|unique %}"
        "{{ l|first }}{{ l|join }}",
        {"items": of_items(0, 2, "bbb", "é")},
    ),
    "cycle in a long list": (
        "{% for x in items %}{{ loop.cycle('aaaa', '[', x) }}{% endfor %}",
        {"items": of_items(0, 16, "a")},
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found(name: str) -> None:
    template, declared = FOUND[name]
    grammar = Statements(Random(0), declared=dict(declared))
    for limits in HEADERS:
        compare(grammar, template, limits)


COUNT = of_length("digits", "970", 1, 2, 0, 7, 9, 70, 77, 79, 90, 97, 99)
SUMS = (
    *("count + 1", "count - 10", "100 - count", "count * 3", "3 * count", "(count + count) * 2", "-count", "count % 7"),
    *(
        "count // 10",
        "(count + 1) * (count - 1)",
        "count|int + 1",
        "count|string|length + 1",
        "count * -1",
        "count + n",
    ),
    *(
        "count + count + count",
        "(count * 2) + count",
        "'é' + count",
        "count + ' kg' + name",
        "name + name",
        "name + '€'",
    ),
    *("count + 1 if count else 0", "(count + 1)|string|upper", "(n - count)|abs", "name|length + 1", "count * n * 2"),
    *("count ~ (count + 1)", "[count + 1, count]|join('-')", "(count - n) // 3", "(n - count) % 9", "+count"),
)


@pytest.mark.parametrize("expression", SUMS)
def test_arithmetic(expression: str) -> None:
    declared = {"count": COUNT, "n": of_values(0, 5, 1000, -3), "name": of_length("latin", "Aê", 0, 2)}
    used = {name: one for name, one in declared.items() if name in expression.replace("length", "")}
    for before in ("", "aaaaaa"):
        template = (
            before
            + "{% if "
            + next(iter(used))
            + " %}{{ "
            + expression
            + " }}{% else %}{{ "
            + expression
            + " }}{% endif %}"
        )
        for limits in HEADERS:
            found = compare(Statements(Random(0), declared=dict(used)), template, limits)
            assert found.high is not None


EXACT = (
    "a joiner",
    "a joiner after choices",
    "a joiner in a long list",
    "a cycler",
    *(name for name in FOUND if "number 0" in name),
    "a separator in a long list",
    "joined by a method of the text between",
    "a number that is one of two, by a condition in a block of set",
    "the first and the last of a long list",
    "one range after the other",
)


@pytest.mark.parametrize("name", EXACT)
def test_what_is_exact(name: str) -> None:
    template, declared = FOUND[name]
    assert compare(Statements(Random(0), declared=dict(declared)), template, HEADERS[0]).exact


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{% for i in range(10 ** 12) %}x{% endfor %}", "6535947713 segments"),
        ("{% for i in range(10 ** 12) %}{{ i }}{% if not loop.last %},{% endif %}{% endfor %}", "at most 8"),
        ("{% for i in range(0, -(10 ** 12), -1) %}x{% endfor %}", "6535947713 segments"),
        ("{% for i in range(10 ** 400) %}x{% endfor %}", "has more rounds than are counted"),
        ("{% for c in 'ab' * 5000 %}{{ c }}{% endfor %}", "66 segments"),
    ],
)
def test_long_ranges(template: str, message: str) -> None:
    found = [finding.message.replace(",", "") for finding in smslint.lint(template).findings]
    assert any(message in one for one in found), found


@pytest.mark.parametrize(
    "template",
    [
        "{{ ['a' * 200, 'b']|random }}{{ 'c' * 160 }}",
        "{% set c = cycler('a' * 200, 'b') %}{{ c.next()|lower }}{{ c.next()|lower }}{{ 'c' * 160 }}",
        "{% set x = ['a' * 200, 'b'] %}{{ x|random }}{{ 'c' * 160 }}",
    ],
)
def test_any_of_several(template: str) -> None:
    found = {finding.rule: finding.message for finding in smslint.lint(template).findings}
    assert "segments where max_segments is 1" in found["too-many-segments"]
    assert "at least" not in found["too-many-segments"]
    assert not {"unknown-filter", "unbounded-length"} & found.keys()


@pytest.mark.parametrize(
    ("template", "blamed"),
    [
        ("{{ name|money|upper }}", "money"),
        ("{{ name|upper|money|trim }}", "money"),
        ("{{ (name|money).x }}", "money"),
        ("{% filter money|upper %}{{ name }}{% endfilter %}", "money"),
        ("{{ name|tojson }}", "tojson"),
        ("{{ name|tojson|upper }}", "tojson"),
    ],
)
def test_the_filter_that_is_not_known_is_blamed(template: str, blamed: str) -> None:
    (message,) = (one.message for one in smslint.lint(template).findings if one.rule == "unknown-filter")
    assert message.startswith(f"what the filter `{blamed}` gives here is not known")


@pytest.mark.parametrize(("printed", "said"), [("name|upper", "|upper"), ("name.swapcase()", ".swapcase()")])
def test_what_makes_a_message_ucs_2_is_told_as_the_template_says_it(printed: str, said: str) -> None:
    found = {one.rule: one.message for one in smslint.lint(f"{{{{ {printed} }}}}{'a' * 90}").findings}
    assert f"in name, where {said} makes it of" in found["too-many-segments"]


def test_bounds_that_leave_one_number_are_told_as_that_number() -> None:
    report = smslint.lint("{% if name.startswith('A') %}Bonjour{% endif %} {{ name }}\n")
    extent = report.templates[0].extent
    assert extent is not None
    assert (extent.exact, extent.settled) == (False, True)
    assert segments(extent) == "1"
