"""Random templates, and what they really send: every combination of values rendered by the real Jinja2, each rendering
counted by a slow counter that shares nothing with smslint's own. The property tests and `fuzz/` compare with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from random import Random
from typing import Any

from gsm0338 import Codec
from jinja2 import Environment

from smslint.gsm.segments import Capacity, Header, header
from smslint.tree.domains import ALPHABETS, Domain, contains
from smslint.tree.variables import Items, Variable

HEADERS = (
    Header(6, Capacity(8, 7), Capacity(4, 3)),
    Header(6, Capacity(10, 9), Capacity(5, 4)),
    Header(7, Capacity(12, 8), Capacity(6, 4)),
    header(6),
)
UNDEFINED = object()
CODEC = Codec()
JINJA = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])


# -- counting ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def septets(character: str) -> int:
    """The septets of one character by the codec, 0 where it has none; the escape is no character."""
    try:
        return 0 if character == "\x1b" else len(CODEC.encode(character)[0])
    except UnicodeEncodeError:
        return 0


def slow_count(text: str, limits: Header) -> tuple[str, int, int, int]:
    """Encoding, units, segments and units left, filling parts one after the other."""
    encoding = "GSM-7"
    weights = [septets(character) for character in text]
    if 0 in weights:
        encoding = "UCS-2"
        weights = [2 if ord(character) > 0xFFFF else 1 for character in text]
    capacity = limits.gsm7 if encoding == "GSM-7" else limits.ucs2
    if sum(weights) <= capacity.single:
        return encoding, sum(weights), 1, capacity.single - sum(weights)
    parts = [0]
    for weight in weights:
        if parts[-1] + weight > capacity.part:
            parts.append(0)
        parts[-1] += weight
    return encoding, sum(weights), len(parts), capacity.part - parts[-1]


# -- values ------------------------------------------------------------------------------------------------------------

# One character or more of each kind that filters or weights tell apart.
PLAIN = {"digits": "70", "gsm7": "AB", "gsm7-extended": "AB€", "latin": "AB€êŷ", "unicode": "AB€ê😀"}
CASED = {
    "digits": "70",
    "gsm7": "AßèÇ\n ",
    "gsm7-extended": "AßèÇ€\n ",
    "latin": "AßèÇ€êŉİ\n ",
    "unicode": "AßèÇ€êŉİ😀ﬃΐ\n ",
}
RICH = {
    "digits": "70",
    "gsm7": "AßèÇ 9<'\n",
    "gsm7-extended": "AßèÇ €['9\n",
    "latin": "AßèÇ 'ê€ŉİ9\n",
    "unicode": "AßèÇ 'ê€😀ﬃΐ9\n",
}


@dataclass(frozen=True)
class Declared:
    """A variable as declared, and all the values to render it with."""

    variable: Variable
    values: tuple[Any, ...]


def texts(alphabet: str, low: int, high: int) -> tuple[str, ...]:
    return tuple("".join(t) for n in range(low, high + 1) for t in product(alphabet, repeat=n))


def contexts(declared: Mapping[str, Declared]) -> Iterator[dict[str, Any]]:
    """Every combination of values; an undefined variable is absent."""
    names = list(declared)
    for values in product(*(declared[name].values for name in names)):
        yield {name: value for name, value in zip(names, values, strict=True) if value is not UNDEFINED}


# -- the grammar -------------------------------------------------------------------------------------------------------

CHUNKS = ("a", "bc", "def ", "€", "[", "~~", "ê", "’", "😀", " x", "\n", "é", "aaaaaaa")
CONSTANTS: dict[str, tuple[Any, ...]] = {
    "lang": ("fr", "en", "it"),
    "n": (0, 1, 3, "3", True),
    "flag": (True, False, 1),
    "city": ("Nîmes", "P€", "", "Ay"),
    "code": ("A", "7", "", 7, "70"),
    "name": ("A", "", "AB"),
}
FILTERS = (
    *("upper", "lower", "capitalize", "title", "trim", "trim('A ')", "string", "safe", "reverse", "first", "last"),
    *("truncate(2, true, '', 0)", "truncate(3, false, '.', 1)", "center(4)", "indent(2)", "indent(1, true, true)"),
    *("wordwrap(2)", "wordwrap(1, false)", "replace('A', 'ê')", "replace('ß', 'bb')", "replace(' ', '')", "length"),
    *("e", "urlencode", "striptags", "join('-')", "int", "float", "min", "max", "wordcount", "default('z')"),
    *("default('zz', true)", "list|join('€')", "format", "filesizeformat", "round(1)", "abs"),
)
SUBSCRIPTS = (
    *("[0]", "[1]", "[-1]", "[:1]", "[1:]", "[::-1]"),
    *(".upper()", ".strip()", ".replace('A', '€')", ".split()|first"),
)
ARITHMETIC = (
    *("|abs", "|round", "|int + 1", " * 2", " + 1", " - 10", "|float", " / 2", " // 2", " % 2", "|string"),
    *("|default(7)", "|title", "|center(3)"),
)
JOINT = (
    *("'%.1f'|format(x)", "'%4s' % x", "'{:03d}|{}'.format(x, y)", "'%(a)s%%' % {'a': x}"),
    *("x or y", "x and y", "x ~ y", "'%s-%s' % (x, y)", "'{}€{}'.format(x, y)", "[x, y]|join('.')", "x == y", "not x"),
    *("{'A': x, 'fr': y}[x]", "{'A': y, 3: 'é'}.get(x, y)", "{'A': x, 'é': y}.values()|join", "({'A': x} or y)|length"),
    *("x + y", "'é' + x", "x + 'A' + y", "x * 2 + y", "(x + y) * 2", "100 - x", "x + 1 - y"),
    *(
        "(x ~ y)|title",
        "(x ~ '-' ~ y)|truncate(3, true, '.', 0)",
        "('é' ~ x)|upper|center(5)",
        "(x ~ x)|replace('A', '')",
    ),
)
LISTED = (
    *("|join('-')", "|join", "|length", "|first", "|last", "[0]", "[1]", "[-1]", "[:1]|join", "[::-1]|join('€')"),
    *("|sort|join('.')", "|unique|join", "|map('upper')|join('-')", "|reverse|first", "|list|last", "|max", "|min"),
    *("|batch(1)|first|first", "|sum", "|select|join", "|map('length')|sum", "|first|default('none')", "|sort|last"),
    *("|length + 1", "|join(', ')|title", "|join|truncate(3, true, '.', 0)", "|tojson|length"),
    *("|unique|list|length", "|sort(reverse=true)|join('.')", "|batch(2)|map('join', '-')|join('€')", "[1:]|join('.')"),
)
COMPARISONS = (" > 1", " is even", " is number", " <= 1", " is divisibleby 3", " is none", " + 1 == 2", " is string")
GONE_THROUGH = (
    *("items", "items", "items", "items|unique", "items|sort", "items|sort(reverse=true)", "items[1:]", "items[:-1]"),
    *("items + ['é']", "['z'] + items", "items or ['z']", "items|reverse", "items|default(['z'], true)", "items|list"),
    *(
        "items|map('string')",
        "items|select",
        "items|batch(2)|first|default([])",
        "(items if items|length == 1 else ['z'])",
    ),
)
ASKED = (
    "|length > 1",
    "|length == 1",
    "|first == 'fr'",
    " and items[0] == 'Ay'",
    "[-1] == 3",
    "|join",
    "|last is string",
)
QUESTIONS = (
    *("|length > 1", " is lower", " in ['A', '?!?!?']", "[0] == 'A'", "|upper == 'FR'", " is string", "|trim"),
    *("[:1] in 'AB'", " is in ['Aß', 'A']", " is eq 'A'", " >= 'b'", "|default('A') == 'A'"),
)


@dataclass
class Grammar:
    """Draws one template and the declarations of its variables from `random`."""

    random: Random
    combinations_max: int = 600
    characters: Mapping[str, Mapping[str, str]] = field(
        default_factory=lambda: {"plain": PLAIN, "cased": CASED, "rich": RICH}
    )
    declared: dict[str, Declared] = field(default_factory=dict)
    scope: list[str] = field(default_factory=list)
    cased: bool = False
    rich: bool = False  # filters and expressions of which not every answer is exact
    plain: bool = False
    in_loop: bool = False

    def template(self) -> str:
        self.cased = self.random.random() < 0.4
        self.rich = self.random.random() < 0.4
        self.plain = self.random.random() < 0.3
        for name in self.random.sample(["lang", "n", "flag", "city", "code", "name", "items"], self._number(1, 4)):
            found = self._items() if name == "items" else self._declare(name)
            if self.combinations() * len(found.values) <= self.combinations_max:
                self.declared[name] = found
        self.scope = [name for name in self.declared if name != "items"]
        return self.body(self._number(1, 3))

    def combinations(self) -> int:
        total = 1
        for one in self.declared.values():
            total *= len(one.values)
        return total

    def _number(self, low: int, high: int) -> int:
        return self.random.randrange(low, high + 1)

    def _choice(self, options: Any) -> Any:
        return options[self.random.randrange(len(options))]

    def _declare(self, name: str) -> Declared:
        optional = self.random.random() < 0.3
        if name in ("code", "name"):
            found = self._lengths(name)
        else:
            pool = list(CONSTANTS[name])
            values = [value for value in pool if self.random.random() < 0.6] or pool[:1]
            found = Declared(Variable(Domain(values=tuple(values))), tuple(values))
        if not optional:
            return found
        variable = Variable(found.variable.domain, optional=True)
        return Declared(variable, (*found.values, UNDEFINED))

    def _lengths(self, name: str) -> Declared:
        alphabet = "digits" if name == "code" and self.random.random() < 0.5 else self._choice(list(ALPHABETS))
        low = self._choice((0, 0, 1, 2))
        high = low + self._choice((0, 1, 1, 2, 3))
        kinds = self.characters["rich" if self.rich else "cased" if self.cased else "plain"][alphabet]
        while high > low and len(kinds) ** high > self.combinations_max:
            high -= 1
        numbers: tuple[int, ...] = (7,) if name == "code" and low <= 1 <= high and not (self.cased or self.rich) else ()
        if self.rich and alphabet == "digits":
            numbers = tuple(int(text) for text in texts(kinds, low, high) if text and str(int(text)) == text)
        elif alphabet == "digits" and low <= 1 <= high:
            numbers += (0,)
        return Declared(Variable(Domain(low, high, ALPHABETS[alphabet])), (*texts(kinds, low, high), *numbers))

    def _items(self) -> Declared:
        low = self._number(0, 1)
        high = low + self._number(0, 2)
        item = self._declare(self._choice(("city", "lang", "n")))
        item = Declared(Variable(item.variable.domain), tuple(v for v in item.values if v is not UNDEFINED))
        lists = [list(found) for n in range(low, high + 1) for found in product(item.values, repeat=n)]
        if len(lists) > 40:
            item = Declared(Variable(Domain(values=("é", "[€"))), ("é", "[€"))
            lists = [list(found) for n in range(low, high + 1) for found in product(item.values, repeat=n)]
        return Declared(Variable(Domain(), items=Items(low, high, item.variable)), tuple(lists))

    def body(self, depth: int) -> str:
        return "".join(self.node(depth) for _ in range(self._number(1, 4)))

    def node(self, depth: int) -> str:
        kind = self.random.random()
        if kind < 0.3 or not self.scope:
            return self._text()
        if kind < 0.55 or depth == 0:
            return "{{ " + self.expression(2) + " }}"
        if kind < 0.85:
            return self._if(depth)
        if kind < 0.93 and "items" in self.declared and not self.in_loop:
            return self._for(depth)
        return self._set()

    def _text(self) -> str:
        chunks = ("a", "bc", "def ", "é", "aaaaaaa") if self.plain else CHUNKS
        return "".join(str(self._choice(chunks)) for _ in range(self._number(1, 3)))

    def _if(self, depth: int) -> str:
        # A name set inside an arm or a loop is not in scope after it, or only on some paths: the grammar forgets it.
        outer = list(self.scope)
        found = "{% if " + self.condition(2) + " %}" + self.body(depth - 1)
        self.scope = list(outer)
        while self.random.random() < 0.3:
            found += "{% elif " + self.condition(2) + " %}" + self.body(depth - 1)
            self.scope = list(outer)
        if self.random.random() < 0.5:
            found += "{% else %}" + self.body(depth - 1)
            self.scope = list(outer)
        return found + "{% endif %}"

    def _for(self, depth: int) -> str:
        outer = list(self.scope)
        source = self._gone_through()
        self.in_loop = True
        self.scope.append("item")
        found = "{% for item in " + source + " %}" + self.body(depth - 1)
        self.scope, self.in_loop = list(outer), False
        if self.random.random() < 0.3:
            found += "{% else %}" + self.body(0)
            self.scope = list(outer)
        return found + "{% endfor %}"

    def _gone_through(self) -> str:
        if self.random.random() < 0.85:
            found = str(self._choice(GONE_THROUGH))
            alike = len({type(item) for items in self.declared["items"].values for item in items}) < 2
            return found if alike or "sort" not in found else "items"  # texts and numbers are in no order
        first, second = (self.expression(depth) for depth in ((1, 0) if self.rich else (0, 0)))
        return f"{{'A': {first}, 'é': {second}}}.{self.random.choice(('values()', 'keys()'))}"

    def _set(self) -> str:
        name = str(self._choice(("s", "t")))
        found = "{% set " + name + " = " + self.expression(1) + " %}"
        self.scope.append(name)
        return found

    def expression(self, depth: int) -> str:
        kind = self.random.random()
        name = str(self._choice(self.scope))
        if self.rich and kind < 0.45:
            return self._rich(name, depth)
        if kind < 0.4 or depth == 0:
            return str(name)
        if kind < 0.5:
            return f"({self.literal()} ~ {self.expression(depth - 1)})"
        if kind < 0.6:
            return f"({self.expression(depth - 1)} if {self.condition(1)} else {self.expression(depth - 1)})"
        if kind < 0.65:
            return f"({self.literal()} if {self.condition(1)})"
        if kind < 0.75 and name not in ("s", "t"):
            boolean = self._choice(("", ", true"))
            return f"{name} | default({self._choice((self.literal(), name))}{boolean})"
        if kind < 0.8 and self.in_loop:
            return "loop." + str(self._choice(("index", "revindex0", "length")))
        if not self.cased:
            return str(name)
        if name in ("city", "lang", "name", "code") and self.random.random() < 0.4:
            return f"{name} | {self._truncate()}"
        filters = ("upper", "lower", "upper | lower", "trim", "trim | upper")
        return f"{name} | {self._choice(filters[:3] if name in ('s', 't') else filters)}"

    def _rich(self, name: str, depth: int) -> str:
        if depth > 1 and self.random.random() < 0.2:
            return f"({self._rich(name, depth - 1)})|{self._choice(FILTERS)}"
        pool = [*(f"|{one}" for one in FILTERS), *SUBSCRIPTS]
        one = self.declared.get(name)
        if name == "n":
            pool = list(ARITHMETIC)
        elif one and one.variable.domain.alphabet == ALPHABETS["digits"]:
            pool += ARITHMETIC
        if "items" in self.declared and self.random.random() < 0.3:
            return f"(items{self._choice(LISTED)})"
        found = str(self._choice(pool))
        if self.random.random() < 0.2:
            other = str(self._choice(self.scope))
            found = str(self._choice(JOINT)).replace("y", other)
            return f"({found.replace('x', name)})"
        return f"(({name}){found})"

    def _truncate(self) -> str:
        kill = self._choice(("true", "true", "false"))
        end = self._choice(("''", "'.'", "'€'"))
        return f"truncate({self._number(1, 2)}, {kill}, {end}, {self._number(0, 1)})"

    def literal(self) -> str:
        return "'" + self._text().replace("\n", " ") + "'"

    def condition(self, depth: int) -> str:
        kind = self.random.random()
        if depth > 0 and kind < 0.15:
            return f"({self.condition(depth - 1)} and {self.condition(depth - 1)})"
        if depth > 0 and kind < 0.3:
            return f"({self.condition(depth - 1)} or {self.condition(depth - 1)})"
        if depth > 0 and kind < 0.4:
            return f"not {self.condition(depth - 1)}"
        if self.in_loop and kind < 0.6:
            return str(self._choice(("loop.first", "loop.last", "not loop.last", "loop.index == 2")))
        name = str(self._choice([name for name in self.scope if name not in ("s", "t")] or ["true"]))
        pool = CONSTANTS.get(name)
        if pool is None or kind < 0.65:
            return str(name)
        if kind < 0.75:
            return f"{name} is {self._choice(('defined', 'not defined', 'undefined'))}"
        if name in self.declared and self.declared[name].variable.domain.values is None:
            one = self.declared[name]
            pool = tuple(c for c in pool if c in one.values or not contains(one.variable.domain, c)) or ("?!?!?",)
        constant = repr(self._choice(pool))
        if self.rich and "items" in self.declared and kind < 0.8:
            return f"items{self._choice(ASKED)}"
        if self.rich and kind < 0.88:
            return f"{name}{self._choice(COMPARISONS if name == 'n' else QUESTIONS)}"
        if kind < 0.95:
            return f"{name} {self._choice(('==', '==', '!='))} {constant}"
        return f"{name} in [{constant}, {self._choice(pool)!r}]"
