"""Templates as repositories of SMS have them, in more ways than the random ones: each against every rendering by the
real Jinja2. Those of `EXACT` are to be exact; of the others only bounds are known."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from random import Random

import pytest
from jinja2 import Environment, meta

from smslint.tree.domains import ALPHABETS, UNKNOWN, Domain
from smslint.tree.variables import Items, Variable
from tests.brute import HEADERS, UNDEFINED, Declared
from tests.brute_statements import Statements
from tests.test_found import of_length, of_values
from tests.test_statements import compare


def of_lists(low: int, high: int, *values: str | int) -> Declared:
    """All lists of these numbers of items."""
    lists = tuple(list(found) for number in range(low, high + 1) for found in product(values, repeat=number))
    return Declared(Variable(UNKNOWN, items=Items(low, high, Variable(Domain(values=values)))), lists)


def of_objects(low: int, high: int, **fields: Declared) -> Declared:
    """All lists of these numbers of objects with these fields."""
    every = [dict(zip(fields, values, strict=True)) for values in product(*(one.values for one in fields.values()))]
    lists = tuple(list(found) for number in range(low, high + 1) for found in product(every, repeat=number))
    item = Variable(UNKNOWN, fields={name: one.variable for name, one in fields.items()})
    return Declared(Variable(UNKNOWN, items=Items(low, high, item)), lists)


DECLARED: Mapping[str, Declared] = {
    "name": of_values("Al", "", "Bêa"),
    "tier": of_values("gold", "silver", ""),
    "city": of_values("Ay", "Nîmes", UNDEFINED),
    "lang": of_values("fr", "en", "it"),
    "n": of_values(0, 1, 2, 5),
    "price": of_values(5, 10, 1000),
    "flag": of_values(True, False),
    "phrase": of_values("hello world", "é", "a-b_c", ""),
    "names": of_lists(0, 3, "Al", "Zoé€", "B"),
    "few": of_lists(0, 2, "", "Al"),
    "numbers": of_lists(0, 3, 1, 12, 300),
    "lines": of_objects(0, 2, name=of_values("Al", "Zoé€"), qty=of_values(1, 12), price=of_values(5, 100)),
    "orders": of_objects(0, 3, name=of_values("Al", "Zoé€"), paid=of_values(True, False)),
    "first": of_length("gsm7", "Aß ", 0, 3),
    "total": Declared(Variable(Domain(1, 2, ALPHABETS["digits"])), tuple(range(100))),
    "given": of_length("latin", "Aê", 0, 4),
    "count": of_length("digits", "910", 1, 2, 9, 99, 0, 1, 2, 10),
}
FILES = {
    "part": "{{ x|default(name) }}{{ loop.index if loop is defined else '?' }}",
    "base": "[{% block a %}A{{ tier }}{% endblock %}]{% block b %}B{{ self.a() }}{% endblock %}",
    "middle": "{% extends 'base' %}{% block a %}2{{ super() }}{% if tier %}{{ tier }}{% endif %}{% endblock %}",
    "items": "{% for x in names %}{% block it scoped %}{{ x }}{% endblock %}{% endfor %}",
    "macros": "{% set c = 'C€' %}{% macro f(x) %}{{ x }}{{ c }}{% endmacro %}",
}
EXACT = (
    (
        "{% macro hi(n, p='Cher') %}{{ p }} {{ n }}{% endmacro %}{{ hi(name) }}{{ hi(name, 'M.') }}{{ hi(n=name, "
        "p=tier) }}"
    ),
    (
        "{% macro a(x) %}<{{ caller(x) if caller else x }}>{% endmacro %}{% call(y) a(name) %}{{ y|upper }}!{% en"
        "dcall %}{{ a('q') }}"
    ),
    (
        "{% macro inner(x, y='-') %}{{ x }}{{ y }}{% endmacro %}{% macro outer(l) %}{% for i in l %}{{ inner(i, '"
        ",' if not loop.last else '.') }}{% endfor %}{% endmacro %}{{ outer(names) }}"
    ),
    "{% macro f(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ f(name) }}{{ f(name, 'zz') }}",
    "{% macro f() %}{{ varargs|join('-') }}{{ kwargs.x }}{% endmacro %}{{ f(name, tier, x='1') }}",
    (
        "{% macro m(a, b) %}{% if b is defined %}{{ a }}{{ b }}{% else %}{{ a }}?{% endif %}{% endmacro %}{{ m(na"
        "me) }}{{ m(name, tier) }}"
    ),
    (
        "{% set ns = namespace(n=0) %}{% for x in names %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}{% if ns"
        ".n > 2 %} many€{% endif %}"
    ),
    (
        "{% set ns = namespace(found=false) %}{% for x in names %}{% if x == 'B' %}{% set ns.found = true %}{% en"
        "dif %}{% endfor %}{% if ns.found %}trouvé B€€€{% else %}x{% endif %}"
    ),
    "{% set ns = namespace(s='') %}{% for x in names %}{% set ns.s = ns.s + x %}{% endfor %}{{ ns.s|upper }}",
    (
        "{% set ns = namespace(first=none) %}{% for x in names if x != 'B' %}{% if ns.first is none %}{% set ns.f"
        "irst = x %}{% endif %}{% endfor %}{{ ns.first or 'rien du tout' }}"
    ),
    (
        "{% set ns = namespace(l=[]) %}{% for x in names %}{% set ns.l = ns.l + [x|upper] %}{% endfor %}{{ ns.l|j"
        "oin('/') }}"
    ),
    "{% for x in names %}{{ loop.index }}/{{ loop.length }} {{ loop.cycle('a', 'bb', '€') }}{% endfor %}",
    (
        "{% for x in names %}{% if loop.previtem is defined and loop.previtem == x %}={% else %}{{ x }}{% endif %"
        "}{% endfor %}"
    ),
    "{% for x in names %}{{ x }}{% if loop.nextitem is defined %}>{{ loop.nextitem }}{% endif %}{% endfor %}",
    "{% for x in names %}{% if loop.previtem != x %}{{ x }}{% endif %}{% endfor %}",
    (
        "{% for x in names %}{% for y in names %}{{ loop.depth }}{{ loop.revindex }}{% endfor %}{{ loop.depth0 }}"
        "{% endfor %}"
    ),
    "{% for x in names %}{{ x }}{{ ', ' if loop.revindex > 2 else ' et ' if loop.revindex == 2 }}{% endfor %}",
    "{% for x in names %}{% if loop.index is odd %}{{ x }}{% endif %}{% endfor %}",
    "{% for x in names %}{{ x if loop.index is divisibleby 2 else x|upper }}{% endfor %}",
    (
        "{% for x in names %}{% if loop.index <= 2 %}{{ x }}{% elif loop.index == 3 %}+{{ loop.length - 2 }}{% en"
        "dif %}{% endfor %}"
    ),
    ("{% for x in names %}{% set outer = loop %}{% for y in 'ab' %}{{ outer.index }}{{ y }}{% endfor %}{% endfor %}"),
    "{% for x in names[:2] %}{{ x }},{% endfor %}{% if names|length > 2 %}+{{ names|length - 2 }}{% endif %}",
    "{% for x in names %}{{ x }}{% if not loop.last %}, {% endif %}{% else %}personne{% endfor %}",
    "{% set x %}{{ name }}!{% endset %}{{ x }}{{ x|length }}",
    "{% set x | upper %}{{ name }}!{% endset %}{{ x }}",
    "{% set x | trim | replace('a','€') %}  {{ name }} {% endset %}[{{ x }}]",
    "{% set x %}{% if tier == 'gold' %}VIP€{% endif %}{% endset %}{% if x %}{{ x }}-{% endif %}{{ name }}",
    (
        "{% set x %}  {% if tier == 'gold' %}VIP€{% endif %} {% endset %}{% if x|trim %}{{ x|trim }}-{% endif %}{"
        "{ name }}"
    ),
    "{% filter upper|trim %} {{ name }} é {% endfilter %}",
    "{% filter replace('a', tier) %}{{ name }}aa{% endfilter %}",
    "{{ name|default(tier, true)|upper }}",
    "{{ name|replace('a', tier) }}",
    "{{ name|center(n) }}",
    "{{ (names|join(', ')) if names else 'rien' }}",
    "{{ name|indent(n) }}",
    "{{ '%s et %d'|format(name, n) }}",
    "{{ '%05.1f'|format(n) }}",
    "{{ '%-6s|'|format(name) }}",
    "{{ '{:>6}|{:02d}'.format(name, n) }}",
    "{{ '{0} {0} {1}'.format(name, n) }}",
    "{{ '{a} {b}'.format(a=name, b=n) }}",
    "{{ '%(a)s %(b)05d' % {'a': name, 'b': n} }}",
    "{{ '%.2f' % n }} {{ '%.2f' % (n * 1.2) }}",
    "{{ '%.2f'|format(n / 3) }}€",
    "{% if n is divisibleby 2 %}pair€{% endif %}{% if n is odd %}impair{% endif %}{{ n is even }}",
    "{% if n is in [1, 2] %}a{% elif n in (5,) %}€€€€€{% endif %}",
    ("{% if name is sameas none %}€{% endif %}{% if name is none %}x{% endif %}{% if name is string %}yy{% endif %}"),
    (
        "{% if names is iterable %}a{% endif %}{% if names is mapping %}€{% endif %}{% if names is sequence %}b{%"
        " endif %}{% if names is string %}€{% endif %}"
    ),
    (
        "{% if n is number %}1{% endif %}{% if n is integer %}2{% endif %}{% if n is float %}€{% endif %}{% if fl"
        "ag is boolean %}b{% endif %}{% if flag is true %}T{% endif %}{% if flag is false %}F€€{% endif %}"
    ),
    (
        "{% if n is eq 2 %}a{% endif %}{% if n is ne 2 %}b{% endif %}{% if n is lt 2 %}c{% endif %}{% if n is ge "
        "5 %}€{% endif %}{% if n is gt(1) %}dd{% endif %}{% if n is le(0) %}é{% endif %}"
    ),
    (
        "{% if name is upper %}€{% endif %}{% if name is lower %}x{% endif %}{% if name is defined and name is no"
        "t none %}d{% endif %}"
    ),
    "{% if 0 < n <= 2 %}mid{% elif n > 2 %}big€€{% else %}zero{% endif %}",
    "{% if n %}{{ n }} point{{ 's' if n > 1 }}{% else %}rien€{% endif %}",
    (
        "{% if tier in ['gold', 'silver'] and n > 1 %}{{ tier|upper }}{% elif not tier and n == 0 %}€€€€{% else %"
        "}.{% endif %}"
    ),
    "{{ {'fr': 'Bonjour', 'en': 'Hi', 'it': 'Ciao€'}[lang] }}",
    "{{ {'fr': 'Bonjour', 'en': 'Hi'}[lang] }}!",
    "{{ {'fr': 'Bonjour', 'en': 'Hi'}.get(lang, 'Hey€€€') }}!",
    "{{ {'fr': 'Bonjour', 'en': 'Hi'}[lang]|default('Hey€€€') }}!",
    "{% set t = {'fr': 'Bonjour', 'en': 'Hi'} %}{{ t[lang] }} {{ t.get(lang) or 'zzzz' }} {{ t.fr }}",
    "{% set t = {'fr': 'Bonjour', 'en': 'Hi'} %}{% if lang in t %}{{ t[lang] }}{% else %}??€{% endif %}",
    "{% for k, v in {'a': 1, 'bb': 2}|dictsort %}{{ k }}={{ v }};{% endfor %}{{ name }}",
    "{% set d = {'name': name, 'n': n} %}{{ d.name }}{{ d['n'] }}{{ d.missing }}",
    "{% for a, b in [('x', name), ('y', n)] %}{{ a }}:{{ b }} {% endfor %}",
    "{% set a, b = name, n %}{{ b }}{{ a }}",
    "{% set a, b = (name, n) if n else ('x', 'y€') %}{{ b }}{{ a }}",
    "{% for i, x in [[1, name], [2, tier]] %}{{ i }}{{ x }}{% endfor %}",
    "{{ name.upper() }}{{ name.lower() }}{{ name.title() }}{{ name.strip() }}{{ name.capitalize() }}",
    "{{ phrase.split()[0] if phrase else '' }}",
    "{{ phrase.split('-')|join('€') }}{{ phrase.split(' ')|length }}",
    "{{ phrase.replace('o', '€').replace(' ', '') }}",
    (
        "{% if phrase.startswith('he') %}y€€{% elif phrase.endswith('c') %}z{% endif %}{% if 'wor' in phrase %}w{"
        "% endif %}"
    ),
    "{{ phrase.find('o') }}{{ phrase.count('l') }}{{ phrase.isdigit() }}{{ phrase.zfill(6) }}",
    "{{ phrase.lstrip('h').rstrip('d') }}{{ phrase.ljust(5, '.') }}",
    "{{ phrase[:3] }}{{ phrase[-3:] }}{{ phrase[::2] }}{{ phrase[-1] }}{{ phrase[1:-1] }}",
    "{{ ', '.join(names) }}",
    "{{ ', '.join([name, tier]) }}",
    "{{ first|length }}{% if first|length > 2 %}{{ first[:2] }}.{% else %}{{ first }}{% endif %}",
    "{% if first|length > 2 %}{{ first }}{% endif %}",
    "{{ first[:1]|upper }}{{ first[1:]|lower }}",
    "{{ n ~ true ~ none ~ 1.5 ~ name }}",
    "{{ flag ~ n }}{{ flag|string|lower }}{{ flag|int }}",
    "{{ 'x' ~ (n + 1) ~ 'y' ~ (n * 2.5) }}",
    "{{ n / 2 }} {{ n // 2 }} {{ n ** 2 }} {{ n % 3 }} {{ -n }} {{ n * 1.1 }}",
    "{{ (n / 3)|round(2) }} {{ (n / 3)|round(1, 'ceil') }} {{ (n / 3)|round|int }}",
    "{{ '12'|int + n }} {{ '1.5'|float * n }} {{ 'x'|int(7) }}",
    "{{ (n * 100)|int / 100 }}€",
    "{{ '{:,}'.format(n * 1000) }} {{ '{:.1f}'.format(n / 4) }}",
    "{{ '{:,.2f}'.format(n * 1000)|replace(',', ' ')|replace('.', ',') }} €",
    "{{ n|abs }}{{ (n - 3)|abs }}{{ [n, 3]|max }}{{ [n, 3]|min }}{{ [n, 1, 2]|sum }}",
    "{{ n|filesizeformat }} {{ (n * 1000)|filesizeformat }}",
    "{{ price }}€ {{ '%.2f'|format(price|float) }}€ {{ price|round(2) }}",
    "{{ (price * 0.8)|round(2) }}€ au lieu de {{ price }}€",
    "{{ '%.2f'|format(count) }}€ {{ '%d'|format(count) }}",
    "{% if count > 1 %}{{ count }} messages{% else %}un{% endif %}",
    "{% if count > 5 %}aaaaaa{% elif count > 1 %}€€€€€{% endif %}{% if count > 5 %}bbbbbb{% endif %}",
    "{{ names|map('upper')|join(', ') }}{{ names|map('length')|list|sum }}",
    "{{ names|select('equalto', 'B')|list|length }}{{ names|reject('eq', 'B')|join }}",
    "{{ names|select('in', ['B', 'Al'])|join('-') }}{{ names|select|join }}",
    "{{ names|unique|list|length }}{{ names|sort|join }}{{ names|reverse|join }}",
    "{{ numbers|sum }} {{ numbers|max }} {{ numbers|min }} {{ numbers|first }} {{ numbers|last }}",
    "{{ numbers|sum / 2 }} {{ (numbers|sum * 1.2)|round(1) }}",
    "{% for o in lines %}{{ o.qty }}x{{ o.name }} {{ o.qty * o.price }}€{% endfor %}",
    ("{% set ns = namespace(t=0) %}{% for o in lines %}{% set ns.t = ns.t + o.qty * o.price %}{% endfor %}{{ ns.t }}€"),
    "{% for o in orders if o.paid %}{{ o.name }}{{ ',' if not loop.last }}{% else %}rien€€€{% endfor %}",
    (
        "{{ lines|map(attribute='name')|first }} {{ lines|map(attribute='qty')|sum }} {{ lines|map(attribute='pri"
        "ce')|max }}"
    ),
    "{{ names|tojson }}{{ name|tojson }}{{ n|tojson }}",
    "{{ name|wordcount }}{{ phrase|wordcount }}{{ phrase|title }}",
    "{{ name|pprint }}{{ name|e }}{{ {'a': name}|xmlattr }}",
    "{{ name|string|urlencode }}?a={{ {'q': name}|urlencode }}",
    "{{ names|length if names else 'no' }}{{ names[-1] }}{{ names[0] if names }}{{ names[5] }}",
    "{{ (names + ['x'])|join(',') }}{{ (['a'] * 3)|join }}",
    "{{ names|first|default('anonyme', true) }}",
    "{{ range(n)|join(',') }}{% for i in range(1, n + 1) %}{{ i }}{% endfor %}",
    "{% for i in range(n) %}*{% else %}zéro€{% endfor %}",
    "{% for x in [name, tier] if x %}{{ x }}{{ ', ' if not loop.last }}{% endfor %}",
    "{{ [name, tier]|select|join(', ') }}",
    "{{ [name, tier]|reject('none')|map('trim')|select|join(' ') }}",
    "{{ (name, tier)|join(' ')|trim }}",
    (
        "{%- if tier == 'gold' -%}\n  VIP {{ name }}\n{%- elif tier == 'silver' %}\n  Silver\n{%- else -%}\n  -\n{%- en"
        "dif -%}\n end"
    ),
    "{% macro m() %}{% raw %}{{ x }}{% endraw %}{{ name }}{% endmacro %}{{ m() }}{{ m()|length }}",
    (
        "{% block whole scoped %}{% for x in names %}{% block it scoped %}{{ x }}{% endblock %}{% endfor %}{% end"
        "block %}"
    ),
    (
        "{% trans %}Bonjour{% endtrans %} {% trans name=name, n=n %}{{ name }} a {{ n }} point{% pluralize n %}{{"
        " name }} a {{ n }} points{% endtrans %}"
    ),
    "{% trans count=names|length %}{{ count }} nom{% pluralize %}{{ count }} noms€€{% endtrans %}",
    "{{ _('Salut') }} {{ gettext('a %(x)s') % {'x': name} }}",
    "{{ ngettext('%(num)s jour', '%(num)s jours€', n) % {'num': n} }}",
    "{% trans trimmed %}\n  a\n  {{ name }}\n{% endtrans %}",
    "{% set x = name %}{% if tier %}{% set x = tier %}{% endif %}{{ x }}{{ x|upper }}",
    "{% set x = 'a' %}{% for y in names %}{% set x = y %}{% endfor %}{{ x }}",
    "{% set x = name if tier == 'gold' else (tier or 'none') %}{{ x }}{% if x == 'none' %}€€{% endif %}",
    (
        "{% set greeting = 'Bonjour' if lang == 'fr' else 'Hello' if lang == 'en' else 'Ciao€' %}{{ greeting }} {"
        "{ name }}{% if lang == 'it' %} ciao{% endif %}"
    ),
    "{% set p = {'gold': 20, 'silver': 10}.get(tier, 0) %}{% if p %}-{{ p }}%{% endif %}{{ 100 - p }}",
    "{% if name and tier %}{{ name }} {{ tier }}{% elif name or tier %}{{ name or tier }}€€€€{% endif %}",
    "{{ name or tier or 'x' }}{{ name and tier }}{{ not name }}",
    "{{ 'a' if not name else 'b' if tier else 'c€€' }}",
    ("{% macro m() %}{{ caller('a') }}{{ caller(tier) }}{% endmacro %}{% call(x) m() %}{{ x }}{{ name }}{% endcall %}"),
    (
        "{% macro li(items) %}{% for i in items %}{{ caller(i, loop.last) }}{% endfor %}{% endmacro %}{% call(i, "
        "last) li(names) %}{{ i }}{{ '' if last else ', ' }}{% endcall %}"
    ),
    "{% for x in names %}{% if x == 'B' %}{% break %}{% endif %}{{ x }}{% endfor %}",
    ("{% for x in names %}{% if x == 'B' %}{% continue %}{% endif %}{{ x }}{{ loop.index }}{% else %}rien{% endfor %}"),
    "{% for x in names %}{% if loop.index > 2 %}{% break %}{% endif %}{{ x }}, {% endfor %}",
    "{% set c = cycler('a', 'bb€') %}{% for x in names %}{{ c.next() }}{{ x }}{% endfor %}{{ c.current }}",
    (
        "{% set j = joiner(', ') %}{% if name %}{{ j() }}{{ name }}{% endif %}{% if tier %}{{ j() }}{{ tier }}{% "
        "endif %}"
    ),
    "{{ ['zero', 'un', 'deux'][n] if n < 3 else n }}",
    "{{ ['zero', 'un', 'deux'][n]|default('€€€') }}",
    "{{ n|string + name }}{{ n|string|length }}",
    "{{ name[0]|upper ~ name[1:] if name }}",
    "{{ 'a,b,c'.split(',')[n] if n < 3 }}",
    "{% for x in 'a,b€,c'.split(',') %}{{ loop.index }}{{ x }}{% endfor %}{{ name }}",
    "{{ (name if name else 'client')|trim|title|truncate(4, true, '.') }}",
    "{{ name|default('client', true)|truncate(5) }}",
    "{{ name|truncate(9)|upper }}{{ name|truncate(length=5, end='') }}",
    "{{ (n, 3)|max }}{{ [n, n]|unique|list|length }}{{ (n > 1)|int }}{{ n|float }}",
    "{% set ns = namespace() %}{% set ns.a = name %}{{ ns.a }}{{ ns.b }}{% if ns.b is defined %}€{% endif %}",
    (
        "{% set ns = namespace(n=0, s='') %}{% macro add(x) %}{% set ns.n = ns.n + 1 %}{% set ns.s = ns.s ~ x %}{"
        "% endmacro %}{{ add(name) }}{{ add(tier) }}{{ ns.n }}{{ ns.s }}"
    ),
    (
        "{% set ns = namespace(sep='') %}{% if name %}{{ ns.sep }}{{ name }}{% set ns.sep = ', ' %}{% endif %}{% "
        "if tier %}{{ ns.sep }}{{ tier }}{% endif %}"
    ),
    "{% for x in names %}{% set l = loop %}{{ l.index }}{{ l.first }}{% endfor %}",
    (
        "{% for x in names %}{% set last = loop.last %}{% for y in 'ab' %}{{ y }}{% if last and loop.last %}.{% e"
        "ndif %}{% endfor %}{% endfor %}"
    ),
    "{% macro m(l) %}{{ l.index }}{% endmacro %}{% for x in names %}{{ m(loop) }}{% endfor %}",
    "{% for x in range(1500) if loop %}x{% endfor %}",
    "{% for x in names if loop.index %}x{% endfor %}",
    "{{ 1 if names else 0 }}{{ names|length > 1 }}{{ names == [] }}",
    "{{ names[:-1]|join(', ') }}{% if names|length > 1 %} et {% endif %}{{ names|last }}",
    "{{ names[:-1]|join(', ') ~ ' et ' ~ names[-1] if names|length > 1 else names|first }}",
    "{{ '%s' % name }}{{ '%s %s' % (name, tier) }}{{ '%d%%' % n }}",
    "{{ \"%s\"|format(name)|upper|replace('A', tier) }}",
    "{% if lang|lower == 'fr' %}a{% elif lang[:2] == 'en' %}b€{% else %}c{% endif %}",
    "{% if lang in ('fr', 'en') and lang != 'en' %}aaaaaaaaa{% endif %}{% if lang == 'en' %}€€€€€€{% endif %}",
    "{% if not (lang == 'fr') %}aaaaaa{% endif %}{% if not lang == 'en' %}bbbbbb{% endif %}",
    "{{ total }} point{% if total > 1 %}s{% endif %}",
    "{% if total > 1 %}{{ total }} messages{% else %}un{% endif %}",
    "{% if total >= 2 %}{{ total }} m{% elif total == 1 %}un €€{% else %}aucun{% endif %}",
    (
        "{% if total == 0 %}rien{% elif total < 5 %}{{ total }}€€{% elif total <= 50 %}{{ total }}!!{% else %}++{"
        "% endif %}"
    ),
    ("{% if total > 5 %}aaaaaa{% elif total > 1 %}€€€€€{% endif %}{% if total > 5 %}bbbbbb{% endif %}{{ total }}"),
    "{% if total %}{{ total }}{% if total > 1 %}s{% endif %}{% endif %}",
    "{% if total > 0 %}{{ total }}{% else %}x€{% endif %}{% if total %}y{% endif %}",
    "{% if total > 99 %}{{ total }}{% else %}x€{% endif %}",
    "{% if 1 < total %}{{ total }}{% endif %}{{ 'a' if total is gt(10) else 'bbb' }}",
    "{% if total is lt 10 %}0{% endif %}{{ total }}",
    "{% if not total > 1 %}{{ total }}{% endif %}{% if total != 1 %}s{% endif %}",
    "{% if total > 50 %}{{ total|string|length }}{% endif %}{{ '%03d'|format(total) }}",
    "{% if total > 50 %}{{ total + 50 }}{% endif %}",
    "{% if given|length > 2 %}{{ given[:2] }}.{% else %}{{ given }}{% endif %}",
    "{% if given|length > 2 %}{{ given }}{% endif %}",
    "{% if given|length == 2 %}{{ given }}€€{% elif given %}{{ given }}{% endif %}",
    "{% if given|length <= 3 and given %}{{ given }}{% else %}client{% endif %}",
    "{% if given and given|length < 3 %}{{ given|upper }}{% else %}{{ given }}{% endif %}",
    "{% if given|length > 10 %}x€€€€€€€€€{% endif %}{{ given }}",
    "{{ given if given|length <= 2 else given[0] ~ '.' }}",
    "{% if given|length > 2 %}{{ given|truncate(2, true, '.') }}{% else %}{{ given }}{% endif %}",
    "{% if given|length > 2 and given != 'AAAA' %}{{ given }}{% endif %}",
    "{% if given|count > 0 %}{{ given }}{% else %}€€€€€€€{% endif %}",
    "{{ total > 5 }}{{ total }}",
    "{% set many = total > 1 %}{{ total }}{% if many %}s{% endif %}{% if not many %}€{% endif %}",
    "{% set s = 's' if total > 1 else '' %}{{ total }} jour{{ s }} ouvré{{ s }}",
    (
        "{% if 1 < total < 50 < 60 %}a{% endif %}{% if 1 < total <= 5 %}zzzzzz{% elif 5 < total %}€€€€€€€€€{% end"
        "if %}{{ total }}"
    ),
    "{% for x in names %}{% include 'part' %}{{ loop.length }}{% endfor %}",
    "{% for x in names %}{% include 'part' %}{% endfor %}",
    "{% extends 'middle' %}{% block a %}1{{ super() }}{% endblock %}{% block b %}{{ name }}{% endblock %}",
    "{% extends 'base' if tier == 'gold' else 'middle' %}{% block a %}{{ name }}{{ super() }}{% endblock %}",
    "{% extends 'items' %}{% block it %}<{{ x }}>{{ super() }}{% endblock %}",
    "{% from 'macros' import f, c as k with context %}{{ f(name) }}{{ k }}",
    "{% import 'macros' as m %}{{ m.f(name) }}{{ m.c }}",
)
BOUNDS = (
    (
        "{% macro f(a) %}{{ varargs|length }}{{ varargs[0] if varargs }}{{ kwargs|length }}{% endmacro %}{{ f(nam"
        "e) }}{{ f(name, tier) }}"
    ),
    ("{% set ns = namespace(s='') %}{% for x in names %}{% set ns.s = ns.s ~ x ~ ', ' %}{% endfor %}{{ ns.s[:-2] }}"),
    "{% set out = [] %}{% for x in names %}{% do out.append(x|upper) %}{% endfor %}{{ out|join('/') }}",
    (
        "{% set out = [] %}{% for x in names %}{% if x|length > 1 %}{{ out.append(x) or '' }}{% endif %}{% endfor"
        " %}{{ out|length }} {{ out|join }}"
    ),
    (
        "{% set out = [] %}{% for x in names %}{% set _ = out.append(x) %}{% endfor %}{% if out %}{{ out|join(' e"
        "t ') }}{% else %}vide€€€{% endif %}"
    ),
    "{% for x in names %}{% if loop.changed(x) %}{{ x }}{% else %}...{% endif %}{% endfor %}",
    (
        "{% for n in [{'v': 1, 'c': [{'v': 2}]}] recursive %}{{ n.v }}{% if n.c %}({{ loop(n.c) }}){% endif %}{% "
        "endfor %}"
    ),
    "{{ name|truncate(n, true, '.', 0) if n else name }}",
    (
        "{% set t = {'fr': {'a': 'Bonjour', 'b': 'Merci€'}, 'en': {'a': 'Hi', 'b': 'Thanks'}} %}{{ t[lang].a }} {"
        "{ t[lang]['b'] }}"
    ),
    "{% for k, v in {'a': 1, 'bb': name}.items() %}{{ k }}={{ v }};{% endfor %}",
    "{% set d = dict(name=name, n=n) %}{{ d.name }}{{ d.n }}",
    "{{ first.split(' ')[0] }}",
    "{{ first.strip()|title }}",
    "{{ first.startswith('A') }}{% if first.startswith('A') %}€{% endif %}",
    "{{ count }} {{ 'point' if count == 1 else 'points' }}{{ count / 2 }}",
    "{{ (count / 2)|int }}",
    "{{ (count / 2)|round|int }}{{ (count * 1.2)|round(2) }}",
    "{{ count ** 2 }}",
    "{{ '%.2f'|format(count / 100) }}€",
    "{% if count|int > 1 %}{{ count }} messages{% else %}un{% endif %}",
    (
        "{% for row in names|batch(2) %}{{ row|join('&') }}/{% endfor %}{% for s in names|slice(2) %}{{ s|length "
        "}}{% endfor %}"
    ),
    "{% for row in names|batch(2, '.') %}{{ row|join('&') }}/{% endfor %}",
    "{{ lines|map(attribute='name')|join(', ') }} {{ lines|sum(attribute='price') }}€",
    "{{ lines|sum('qty') }}",
    "{{ orders|selectattr('paid')|map(attribute='name')|join(', ') }}",
    "{{ orders|rejectattr('paid')|list|length }}",
    "{% for o in orders|selectattr('paid', 'equalto', true) %}{{ o.name }},{% endfor %}",
    "{% for g in orders|groupby('paid') %}{{ g.grouper }}:{{ g.list|length }};{% endfor %}",
    "{% for k, l in orders|groupby('paid') %}{{ k }}:{{ l|map(attribute='name')|join('+') }};{% endfor %}",
    "{{ (lines|first).name }} {{ lines[0].price }} {{ (lines|last).name if lines }}",
    "{% for o in lines|sort(attribute='name') %}{{ o.name }}{% endfor %}",
    "{{ lines|length }} article{{ 's' if lines|length > 1 else '' }}{% if lines|length == 0 %}€€€€{% endif %}",
    "{% if lines|selectattr('qty', 'gt', 1)|list %}gros{% else %}p€tit{% endif %}",
    "{{ names|attr('x') }}{{ name|attr('upper')() }}",
    "{% macro rec(n) %}{{ n }}{% if n > 1 %}{{ rec(n - 1) }}{% endif %}{% endmacro %}{{ rec(3) }}",
    "{% for x in (name, tier, 'z')|select %}{{ x }}{% if not loop.last %}/{% endif %}{% endfor %}",
    "{{ name|truncate(n) if n > 3 else name|truncate(4, end='', leeway=0) }}",
    "{{ names|join(', ')|replace(', Al', ' et Al') }}",
    "{% if total > 1 %}{{ total }}{% endif %}{% if total > 1.5 %}x{% endif %}",
)
_OWN = {"range", "namespace", "cycler", "joiner", "dict", "loop", "x", "gettext", "ngettext"}
PARSING = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.i18n"])


def declared_for(template: str) -> dict[str, Declared]:
    """The variables that a template and the files that it names speak of."""
    texts = [template, *(text for name, text in FILES.items() if f"'{name}'" in template)]
    texts += [FILES["base"]] if "'middle'" in template else []
    names = set().union(*(meta.find_undeclared_variables(PARSING.parse(text)) for text in texts))
    return {name: DECLARED[name] for name in sorted(names - _OWN)}


@pytest.mark.parametrize("template", [*EXACT, *BOUNDS])
def test_against_every_rendering(template: str) -> None:
    grammar = Statements(Random(0), declared=declared_for(template), files=dict(FILES))
    found = compare(grammar, template, HEADERS[0])
    assert found.exact or template in BOUNDS
