"""Random templates in which values of every kind (texts, numbers, booleans, none, lists, and most of all those that
are false) go through filters and operators into names, conditions, loops and macros."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from math import prod
from random import Random
from typing import Any

from smslint.tree.domains import UNKNOWN, Domain
from smslint.tree.variables import Items, Variable
from tests.brute import Declared

COMBINATIONS_MAX = 700

ATOMS = (
    *(
        "name",
        "n",
        "t",
        "f",
        "t",
        "name",
        "n",
        "'0'",
        "0",
        "''",
        "'aé'",
        "1",
        "none",
        "(not t)",
        "(t == '0')",
        "(n > 0)",
    ),
    *("(t if f else name)", "(n or t)", "(t and n)", "(name ~ t)", "(t if n)", "(n + 1)", "(n * 2)", "[t, n][f]"),
    *("'%s!' % t", "'{}'.format(n)", "(t in ['', '0'])", "t[:1]", "t[0]", "t.split(' ')[0]", "[t, n]|join"),
    *("{'a': t, 'b': n}['a' if f else 'b']", "{'a': t}.get('b', n)", "(0|map('upper')|join)"),
    *("xs|first", "ys|last", "xs|length", "xs|join('-')", "ys[0]", "(xs or ys)|join", "(xs + ys)|length"),
    *("(ys|select|list|length)", "xs|map('string')|join('.')", "(xs|sum if n > 5 else n)"),
)
FILTERS = (
    *("|upper", "|lower", "|trim", "|length", "|wordcount", "|int", "|float", "|string", "|first", "|last", "|title"),
    *("|default('z')", "|default('z', true)", "|default(n, true)", "|replace('a', 'bb')", "|replace('0', '')", "[:2]"),
    *("|truncate(2, true, '.', 0)", "|center(3)", "|capitalize", "|reverse", "|list|join('.')", "|abs", "|round", "|e"),
    *("|int(7)", "|striptags", "|indent(1, true)", "|wordwrap(1)", "|format", "|urlencode", "|join('-')", "|max"),
    *("|list|length", "|unique|join", "|sort|join", "|min", "|batch(2)|first|join", "|map('upper')|join"),
)
TESTS = (
    *("none", "string", "number", "defined", "undefined", "true", "false", "boolean", "integer", "float", "mapping"),
    *("iterable", "sequence", "sameas none"),
)
LOOPED = (
    *(
        "xs",
        "ys",
        "[t, n]",
        "xs + ys",
        "xs|reverse",
        "{'a': t, 'c': n}.values()",
        "range(n)",
        "range(3)",
        "t",
        "ys[1:]",
    ),
    "xs or ['q']",
)
MADE = ("length", "upper", "int", "wordcount", "trim", "first", "string", "default('x', true)")
AROUND = ("upper", "length", "trim", "replace('a', 'cc')", "truncate(3, true)", "title", "wordcount")


def _values(*values: Any) -> Declared:
    return Declared(Variable(Domain(values=values)), values)


def _lists(low: int, high: int, *values: Any) -> Declared:
    every = tuple(list(items) for number in range(low, high + 1) for items in product(values, repeat=number))
    return Declared(Variable(UNKNOWN, items=Items(low, high, Variable(Domain(values=values)))), every)


DECLARED = {
    "name": _values("", "A", "ab"),
    "n": _values(0, 1, 2, -1),
    "t": _values("", "a b", "0", "É"),
    "f": _values(True, False),
    "xs": _lists(0, 2, "b", "êê", 0),
    "ys": _lists(1, 2, "aa", "0"),
}


def draw(random: Random) -> tuple[str, dict[str, Declared]]:
    """A template, and the declarations of its variables, which have few combinations of values."""
    while True:
        template = Values(random).statement(2)
        declared = {name: one for name, one in DECLARED.items() if re.search(rf"\b{name}\b", template)}
        if prod(len(one.values) for one in declared.values()) <= COMBINATIONS_MAX:
            return template, declared


@dataclass
class Values:
    """Draws parts of a template."""

    random: Random

    def expression(self, depth: int = 1) -> str:
        found = self.random.choice(ATOMS)
        for _ in range(self.random.choice((0, 0, 1, 1, 2))):
            found = f"({found}){self.random.choice(FILTERS)}"
        return self._joined(found) if depth and self.random.random() < 0.25 else found

    def _joined(self, first: str) -> str:
        second = self.expression(0)
        ways = (
            f"({first} if {self.condition()} else {second})",
            f"({first} or {second})",
            f"({first} and {second})",
            f"({first} ~ {second})",
            f"[{first}, {second}]|join('/')",
            f"({first})|default({second}, true)",
            f"'%s-%s'|format({first}, {second})",
        )
        return self.random.choice(ways)

    def condition(self) -> str:
        first, second = self.expression(0), self.expression(0)
        ways = (
            first,
            f"not {first}",
            f"({first}) == {self.random.choice(('0', '1', repr(''), repr('0'), 't', 'n', 'true', 'none'))}",
            f"({first}) != ({second})",
            f"({first}) is {self.random.choice(TESTS)}",
            f"({first}) in {self.random.choice(('[0, 1]', '[t, n]', repr('a0 b'), 'xs', 'ys', repr(['', '0'])))}",
            f"({first})|string|length > 1",
            f"{first} and {second}",
            f"{first} or {second}",
        )
        return self.random.choice(ways)

    def statement(self, depth: int) -> str:
        kinds = (self._output, self._set, self._block, self._if, self._for, self._macro, self._filter, self._state)
        return self.random.choice((self._output, self._set, self._if, *kinds, self._with, self._call))(depth)

    def _body(self, depth: int) -> str:
        return self.statement(depth - 1) if depth else "{{ " + self.expression() + " }}"

    def _output(self, depth: int) -> str:
        return "{{ " + self.expression() + " }}"

    def _set(self, depth: int) -> str:
        name = self.random.choice("pq")
        asked = f"{{{{ {name} }}}}{{% if {name} %}}aaaaa{{% endif %}}"
        return f"{{% set {name} = {self.expression()} %}}{self._body(depth)}{asked}"

    def _block(self, depth: int) -> str:
        name, change = self.random.choice("pq"), self.random.choice(MADE)
        made = f"{{% set w = {name}|{change} %}}{{{{ w }}}}{{% if w %}}aaaa{{% endif %}}"
        return f"{{% set {name} %}}{self._body(depth)}{{% endset %}}{made}"

    def _if(self, depth: int) -> str:
        first, second = self._body(depth), self._body(depth)
        return f"{{% if {self.condition()} %}}{first}{{% elif {self.condition()} %}}bb{{% else %}}{second}{{% endif %}}"

    def _for(self, depth: int) -> str:
        looped, index = self.random.choice(LOOPED), self.random.choice(("", "", "{{ loop.index }}"))
        body = "{{ x }}{% if x %},{% endif %}" + index
        return f"{{% for x in {looped} %}}{body}{{% else %}}none{{% endfor %}}"

    def _macro(self, depth: int) -> str:
        body = "{{ a }}{% if a %}" + self._body(depth) + "{% endif %}{{ b }}"
        macro = f"{{% macro m(a, b='é') %}}{body}{{% endmacro %}}"
        change = self.random.choice(("length", "upper", "trim", "int"))
        given = self.expression(0), self.expression(0)
        return f"{macro}{{{{ m({self.expression()}) }}}}{{{{ m({', '.join(given)})|{change} }}}}"

    def _filter(self, depth: int) -> str:
        return f"{{% filter {self.random.choice(AROUND)} %}}{self._body(depth)}{{% endfilter %}}"

    def _state(self, depth: int) -> str:
        first, then = self.expression(0), f"{{% set ns.v = {self.expression(0)} %}}"
        changed = f"{{% set ns = namespace(v={first}) %}}{{% if {self.condition()} %}}{then}{{% endif %}}"
        return changed + "{{ ns.v }}{% if ns.v %}aaa{% endif %}"

    def _with(self, depth: int) -> str:
        return f"{{% with p = {self.expression()} %}}{{{{ p }}}}{{% if p == n %}}aaaa{{% endif %}}{{% endwith %}}"

    def _call(self, depth: int) -> str:
        macro = "{% macro c() %}{{ caller() }}{% if caller() %}a{% endif %}{% endmacro %}"
        return f"{macro}{{% call c() %}}{self._body(depth)}{{% endcall %}}"
