"""Expressions whose variables have few values: evaluated for each, with the condition under which it holds.

Theory of operation. The leaves of an expression are its variables with declared values, and names that were set to one
of several constants. An expression of such leaves alone is evaluated for every combination of them, by Jinja2's own
rules. As a condition it then is a test of the variable's value, and what it prints is a table from value to text, so
that both correlate with whatever else the template says of the variable.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import product
from math import prod
from typing import Any, NamedTuple

from jinja2 import nodes
from markupsafe import Markup

from smslint.dialects.jinja import plain
from smslint.dialects.jinja.bindings import NONE, python
from smslint.dialects.jinja.evaluation import Evaluation, operands
from smslint.dialects.jinja.filters import Table
from smslint.dialects.jinja.names import Alias, Binding, Value
from smslint.dialects.jinja.plain import TooMuch
from smslint.dialects.jinja.telling import Telling
from smslint.tree.conditions import ALWAYS, NEVER, Condition, Not, Test, any_of, both, is_large
from smslint.tree.domains import UNDEFINED, UNKNOWN, Failed
from smslint.tree.message import Arm, Choice, Message, Slot, Span, Text
from smslint.tree.variables import Variable, printed

COMBINATIONS_MAX = 4_096  # of the values of an expression's variables
ALTERNATIVES_MAX = 256  # that a name's value is told apart into
EVALUATED_MAX = 16_384  # combinations of all expressions of a template, and lists that others may become
LOOKED_AT_MAX = 200_000  # parts of all expressions of a template, of which it is asked whether they can be evaluated
ITEMS_MAX = 8  # items of a declared list of which all values are told apart
FAILED = object()


class Way(NamedTuple):
    """A value, and the condition under which it is that."""

    condition: Condition
    value: Any


class Leaf(NamedTuple):
    """What an expression is computed from: the variable `key`, or the value of a name (None)."""

    key: str | None
    ways: tuple[Way, ...]


class Cases(Telling):
    """Tells apart what an expression can be."""

    evaluated = 0
    looked_at = 0

    @cached_property
    def _ways(self) -> dict[int, tuple[Value, tuple[Way, ...] | None]]:
        """What is known already, with the value, so that nothing else gets its id."""
        return {}

    # -- leaves ----------------------------------------------------------------------------------------------------

    def ways_of(self, binding: Binding) -> tuple[Way, ...] | None:
        """All that `binding` can be; None where that is not known or too much."""
        if isinstance(binding, Alias):
            return self._values_of(binding.key)
        if binding.opaque:
            return None
        if binding.constant is not None:
            return (Way(ALWAYS, python(binding.constant)),)
        if binding.either:
            known = self._ways.get(id(binding))
            if known is None:
                known = self._ways[id(binding)] = (binding, self._ways_of_either(binding))
            return known[1]
        if binding.items is not None:
            return self._combined(binding.items)
        if binding.text:
            return self._texts(binding.message, Markup if binding.safe else str)
        if len(binding.message) == 1 and isinstance(binding.message[0], Slot):
            return self._ways_of_slot(binding.message[0])
        return None

    def _values_of(self, key: str) -> tuple[Way, ...] | None:
        variable = self.variable(key)
        values = variable.domain.values
        if variable.items is not None:
            return self._lists_of(key, variable)
        if values is None or len(values) > COMBINATIONS_MAX:
            return None
        found = [Way(self.among(key, [value]), value) for value in values]
        if variable.optional:
            found.append(Way(Not(Test(key, "defined", None, f"{key} is defined")), UNDEFINED))
        return tuple(found)

    def _lists_of(self, key: str, variable: Variable) -> tuple[Way, ...] | None:
        """All that a declared list of values can be."""
        items = variable.items
        if items is None or items.high is None or items.item.domain.values is None:
            return None
        each, most = len(items.item.domain.values), items.high
        if most > ITEMS_MAX or sum(each**number for number in range(items.low, most + 1)) > ALTERNATIVES_MAX:
            return None
        found = [Way(Not(Test(key, "defined", None, f"{key} is defined")), UNDEFINED)] if variable.optional else []
        aliases = [self.alias(f"{key}[{index}]", items.item) for index in range(most)]
        for number in range(items.low, most + 1):
            size = Test(key, "items", number, f"{key}|length == {number}")
            for way in self._combined(aliases[:number]) or ():
                found.append(Way(both(size, way.condition), way.value))
        return tuple(found)

    def _ways_of_either(self, value: Value) -> tuple[Way, ...] | None:
        found: list[Way] = []
        passed: list[Condition] = []
        for condition, binding in value.either:
            inner = self.ways_of(binding)
            if inner is None or (condition is not None and is_large(condition)):
                return None
            here = (*passed, *(() if condition is None else (condition,)))
            found += [Way(both(*here, way.condition), way.value) for way in inner]
            passed += [] if condition is None else [Not(condition)]
        small = len(found) <= ALTERNATIVES_MAX and not any(is_large(way.condition) for way in found)
        return tuple(found) if small else None

    def _ways_of_slot(self, slot: Slot) -> tuple[Way, ...] | None:
        ways = None if slot.variable is None else self._values_of(slot.variable)
        if ways is None:
            return None
        found = []
        for way in ways:
            value = way.value
            try:
                for change in slot.filters:
                    value = change.value(value)
            except Failed:
                return None
            found.append(Way(way.condition, value))
        return tuple(found)

    def _texts(self, message: Message, kind: type[str]) -> tuple[Way, ...] | None:
        """What a text of this kind, made of these parts, can be."""
        found = [Way(ALWAYS, kind())]
        for node in message:
            inner: Sequence[Way] | None = None
            if isinstance(node, Text):
                inner = [Way(ALWAYS, node.text)]
            elif isinstance(node, Slot):
                inner = self._ways_of_slot(node)
            elif isinstance(node, Choice):
                arms = tuple((arm.condition, Value(arm.body, text=True)) for arm in node.arms)
                inner = self._ways_of_either(Value((), either=arms))
            if inner is None or len(found) * len(inner) > ALTERNATIVES_MAX:
                return None
            found = [Way(both(a.condition, b.condition), a.value + kind(b.value)) for a in found for b in inner]
        return tuple(found)

    def _combined(self, bindings: Sequence[Binding]) -> tuple[Way, ...] | None:
        """All lists of one value of each of `bindings`."""
        return self.computed(bindings, list, ALTERNATIVES_MAX)

    def computed(
        self, bindings: Sequence[Binding], function: Callable[[list[Any]], Any], most: int = COMBINATIONS_MAX
    ) -> tuple[Way, ...] | None:
        """What `function` gives for each combination of values of `bindings`; None where it fails for any."""
        leaves: list[tuple[Way, ...]] = []
        for binding in bindings:
            ways = self.ways_of(binding)
            if ways is None or prod(map(len, leaves)) * len(ways) > most:
                return None
            leaves.append(ways)
        if not self.affords(prod(map(len, leaves))):
            return None
        found = []
        for combination in product(*leaves):
            try:
                value = plain.running(function, [way.value for way in combination])
            except (Failed, TooMuch):
                return None
            found.append(Way(both(*(way.condition for way in combination)), value))
        return tuple(found)

    def affords(self, combinations: int) -> bool:
        """Whether so many more combinations may be looked at."""
        self.evaluated += combinations
        return self.evaluated <= EVALUATED_MAX

    # -- expressions -----------------------------------------------------------------------------------------------

    def leaves(self, node: nodes.Node) -> tuple[dict[str, Leaf], list[tuple[int, str]]] | None:
        """The leaves of `node` by name, and the nodes, by id, that stand for them; None where it has others."""
        found: dict[str, Leaf] = {}
        places: list[tuple[int, str]] = []
        left = [node]
        while left:
            one = left.pop()
            self.looked_at += 1
            if self.looked_at > LOOKED_AT_MAX:
                return None  # a part of an expression is asked again by each that holds it
            name = self._leaf(one, found) or self._length_leaf(one, found)
            if name is not None:
                places.append((id(one), name))
                continue
            inner = None if isinstance(one, nodes.Name) else operands(one)
            if inner is None or ("range" in self.scope and isinstance(one, nodes.Call)):
                return None
            if isinstance(one, nodes.Filter) and one.name in self.declared_filters:
                return None
            left += inner
        ordered = {name: found[name] for name in sorted(found, key=lambda name: len(found[name].ways))}
        return ordered, places

    def _leaf(self, node: nodes.Node, found: dict[str, Leaf]) -> str | None:
        """The name of the leaf that `node` is; None where it is none."""
        key = self.reference(node)
        binding: Binding | None = self.value_of(node) if key is None else Alias(key)
        if binding is None:
            return None
        name = key or f"={self.source_of(node)}"
        if name not in found:
            ways = self.ways_of(binding)
            if ways is None:
                return None
            found[name] = Leaf(self.key_of(binding), ways)
        return name

    def _length_leaf(self, node: nodes.Node, found: dict[str, Leaf]) -> str | None:
        """The name of the leaf that the length of a list is, whose items have too many values to be told apart."""
        if not isinstance(node, nodes.Filter) or node.name not in ("length", "count") or node.node is None:
            return None
        value = None if self._leaf(node.node, {}) else self.of_list(node)
        ways = None if value is None else self.ways_of(value)
        if ways is None:
            return None
        name = f"={self.source_of(node)}"
        found[name] = Leaf(None, ways)
        return name

    @abstractmethod
    def of_list(self, node: nodes.Filter) -> Value | None:
        """What a filter makes of a list; None where it is no list, or where that is not known."""

    def key_of(self, binding: Binding) -> str | None:
        """The variable whose value alone `binding` depends on."""
        if isinstance(binding, Alias):
            return binding.key
        message = binding.message
        alone = len(message) == 1 and isinstance(message[0], Slot) and not binding.either
        return message[0].variable if alone and isinstance(message[0], Slot) else None

    def evaluations(self, node: nodes.Node) -> tuple[list[Leaf], list[tuple[tuple[Way, ...], Any]]] | None:
        """The leaves of `node`, and its value (or FAILED) for every combination of theirs; None where it cannot be
        evaluated."""
        found = self.leaves(node)
        if found is None:
            return None
        leaves, places = found
        number = prod(len(leaf.ways) for leaf in leaves.values())
        if number > COMBINATIONS_MAX or not self.affords(number):
            return None
        rows = []
        for combination in product(*(leaf.ways for leaf in leaves.values())):
            values = dict(zip(leaves, (way.value for way in combination), strict=True))
            try:
                value = Evaluation({place: values[name] for place, name in places}, self.autoescape).of(node)
            except Failed:
                value = FAILED
            except (TooMuch, RecursionError):
                return None
            rows.append((combination, value))
        return list(leaves.values()), rows

    # -- as a value ------------------------------------------------------------------------------------------------

    def finite(self, node: nodes.Node) -> Value | None:
        """What `node` is, where its leaves have few values."""
        found = self.evaluations(node)
        if found is None or all(value is FAILED for _, value in found[1]):
            return None
        leaves, rows = found
        span = self.span(node)
        try:
            if not leaves:
                return self.known(rows[0][1], span)
            return self._told_apart(leaves, rows, node, span)
        except TooMuch:
            return None

    def known(self, value: Any, span: Span) -> Value:
        """A constant that was computed. Raises TooMuch where it prints as no text."""
        if isinstance(value, plain.Stream):
            return Value((Slot("iterator", UNKNOWN, span),), constant=value)
        text = plain.printed(value)
        message = (Text(text, span),) if text else ()
        return Value(message, constant=NONE if value is None else value, opaque=False)

    def _told_apart(
        self, leaves: list[Leaf], rows: list[tuple[tuple[Way, ...], Any]], node: nodes.Node, span: Span
    ) -> Value:
        shown = {id(value): plain.printed(value) for _, value in rows if value is not FAILED}
        last = leaves[-1]
        if len(leaves) == 1 and last.key is not None and _own_values(last):
            pairs = tuple((combination[0].value, value) for combination, value in rows if value is not FAILED)
            return Value((self._table(last.key, pairs, span),))
        if any(value is FAILED for _, value in rows):
            raise TooMuch
        either = tuple(
            (both(*(way.condition for way in combination)), self._constant(value, shown[id(value)], span))
            for combination, value in rows
        )
        message = self._choice(leaves, rows, shown, span)
        return Value(message, either=either if len(either) <= ALTERNATIVES_MAX else ())

    def _constant(self, value: Any, text: str, span: Span) -> Value:
        return Value((Text(text, span),) if text else (), constant=NONE if value is None else value)

    def _table(self, key: str, pairs: tuple[tuple[Any, Any], ...], span: Span) -> Slot:
        return Slot(key, printed(self.variable(key)), span, key, (Table(pairs),))

    def _choice(
        self, leaves: list[Leaf], rows: list[tuple[tuple[Way, ...], Any]], shown: dict[int, str], span: Span
    ) -> Message:
        """What is printed, by the value of one leaf after the other; the last one as a table where it is a variable."""
        first = leaves[0]
        groups: dict[object, tuple[list[Condition], Message]] = {}
        size = len(rows) // len(first.ways)
        if len(leaves) == 1 and first.key is not None and _own_values(first):
            pairs = tuple((combination[-1].value, value) for combination, value in rows)
            return (self._table(first.key, pairs, span),)
        for index, way in enumerate(first.ways):
            part = rows[index * size : (index + 1) * size]
            key = tuple(shown[id(value)] for _, value in part)
            if key not in groups:
                if len(leaves) == 1:
                    body: Message = (Text(key[0], span),) if key[0] else ()
                else:
                    body = self._choice(leaves[1:], part, shown, span)
                groups[key] = ([], body)
            groups[key][0].append(way.condition)
        arms = [Arm(any_of(conditions), body, span) for conditions, body in groups.values()]
        if len(arms) == 1:
            return arms[0].body
        return (Choice((*arms[:-1], arms[-1]._replace(condition=None)), span),)

    # -- as a condition --------------------------------------------------------------------------------------------

    def decided(self, node: nodes.Node) -> Condition | None:
        """The condition under which `node` is true, where its leaves have few values and it fails for none."""
        found = self.evaluations(node)
        if found is None or any(value is FAILED for _, value in found[1]):
            return None
        leaves, rows = found
        true = [combination for combination, value in rows if value]
        if not leaves or len(true) in (0, len(rows)):
            return ALWAYS if true else NEVER
        if len(leaves) == 1 and leaves[0].key is not None and _own_values(leaves[0]):
            return self.among(leaves[0].key, [combination[0].value for combination in true], self.words_for(node))
        if len(true) > ALTERNATIVES_MAX:
            return None
        return any_of([both(*(way.condition for way in combination)) for combination in true])

    def words_for(self, node: nodes.Node) -> str | None:
        """`node` as the template says it, as long as no name in it stands for something else."""
        names = {name.name for name in (*node.find_all(nodes.Name), node) if isinstance(name, nodes.Name)}
        return None if names & self.scope.keys() or "loop" in names else self.source_of(node)

    def among(self, key: str, values: Sequence[Any], words: str | None = None) -> Condition:
        """That the variable is one of these of its values."""
        every = self.variable(key).domain.values or ()
        if len(values) == 1 and values[0] is not UNDEFINED and (words is None or len(every) == 1):
            (value,) = values
            if sum(one == value for one in every) == 1:
                return Test(key, "equals", value, f"{key} == {value!r}")
            same = f"{key} is sameas {str(bool(value)).lower()}"
            words = words or (same if isinstance(value, bool) else f"{key} == {value!r} and not {same}")
        shown = words or f"{key} in {list(values)!r}"
        return Test(key, "among", frozenset((type(value), value) for value in values), shown)


def _own_values(leaf: Leaf) -> bool:
    """Whether the leaf is a variable itself, not what filters make of it."""
    return all(
        isinstance(way.condition, Not) or (isinstance(way.condition, Test) and _says(way.condition, way.value))
        for way in leaf.ways
    )


def _says(test: Test, value: Any) -> bool:
    if test.kind == "equals":
        return type(test.operand) is type(value) and test.operand == value
    return test.kind == "among" and test.operand == frozenset(((type(value), value),))
