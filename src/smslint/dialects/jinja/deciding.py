"""Jinja2's tree lowered to the message tree: what an expression decides as a condition."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from functools import cached_property

from jinja2 import nodes

from smslint.dialects.jinja.bindings import CHANGES, python
from smslint.dialects.jinja.cases import Cases
from smslint.dialects.jinja.filters import picks
from smslint.dialects.jinja.names import Alias, Binding, Value
from smslint.dialects.jinja.telling import FUNCTIONS
from smslint.tree.conditions import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    Condition,
    Not,
    Test,
    denied,
    first_of,
    is_large,
    tests,
)
from smslint.tree.domains import ALPHABETS, UNDEFINED
from smslint.tree.message import Choice, Message, Node, Slot, Text
from smslint.tree.ranges import OPERAND_MAX
from smslint.tree.variables import FREE

SIZES_MAX = 100  # to which one variable is compared, that are followed
OPERANDS_MAX = 20  # of comparisons in a row
TRUTHS_MAX = 10_000  # values whose truth is followed, in one template

# Tests that are comparisons under another name.
_COMPARISONS = {
    **dict.fromkeys(("eq", "equalto", "=="), "eq"),
    **dict.fromkeys(("ne", "!="), "ne"),
    "in": "in",
    **dict.fromkeys(("gt", "greaterthan", ">"), "gt"),
    **dict.fromkeys(("ge", ">="), "gteq"),
    **dict.fromkeys(("lt", "lessthan", "<"), "lt"),
    **dict.fromkeys(("le", "<="), "lteq"),
}
_TURNED = {"gt": "lt", "lt": "gt", "gteq": "lteq", "lteq": "gteq", "eq": "eq", "ne": "ne"}
_SIGNS = {"gt": ">", "lt": "<", "gteq": ">=", "lteq": "<=", "eq": "==", "ne": "!="}
_OPPOSITES = {"lt": "gteq", "lteq": "gt", "eq": "ne"}


_FALSE = ("0", "0.0", "-0.0", "False", "None", "[]", "()", "{}")  # what prints so may be no text, and false


class Deciding(Cases):
    """Lowers conditions."""

    truths = 0  # values whose truth was followed

    @cached_property
    def sizes(self) -> dict[str, set[int]]:
        """What each variable is compared with."""
        return {}

    def condition(self, node: nodes.Node) -> Condition:
        """What `node` decides as a condition."""
        found = self._condition(node)
        if not isinstance(found, AllOf | AnyOf) or not found.conditions or isinstance(node, nodes.And | nodes.Or):
            return found
        return found._replace(said=self.source_of(node))

    def _condition(self, node: nodes.Node) -> Condition:
        key = self.reference(node)
        if key is not None:
            return self._truthy(key)
        known = self.value_of(node)
        if known is not None:
            return self.truth(known, node)
        if isinstance(node, nodes.Const):
            return ALWAYS if node.value else NEVER
        if isinstance(node, nodes.Not):
            return Not(self.condition(node.node))
        if isinstance(node, nodes.And | nodes.Or):
            return self._joint(node)
        if isinstance(node, nodes.CondExpr):
            return self._conditional_truth(node)
        if isinstance(node, nodes.Compare):
            return self._compared(node)
        if isinstance(node, nodes.Test):
            return self._is(node)
        return self.decided(node) or self._of_value(node)

    def _truthy(self, key: str) -> Test:
        self.variable(key)
        return Test(key, "truthy", None, key)

    def _joint(self, node: nodes.And | nodes.Or) -> Condition:
        parts = (self.condition(node.left), self.condition(node.right))
        found = AllOf(parts) if isinstance(node, nodes.And) else AnyOf(parts)
        if any(test.kind == "free" and test.about for test in tests(found)):
            # `n is defined and n > 3` as a whole fails for no value, its second half alone does.
            return self.decided(node) or found
        return found

    def _conditional_truth(self, node: nodes.CondExpr) -> Condition:
        test = self.condition(node.test)
        one = AllOf((test, self.condition(node.expr1)))
        return one if node.expr2 is None else AnyOf((one, AllOf((Not(test), self.condition(node.expr2)))))

    def _of_value(self, node: nodes.Node) -> Condition:
        """The truth of what `node` prints, where that is known."""
        value = self.lowered_quietly(node)
        return self.free(node) if value is None else self.truth(value, node)

    @abstractmethod
    def lowered_quietly(self, node: nodes.Node) -> Value | None:
        """What `node` is, None where that is not known."""

    def free(self, node: nodes.Node) -> Test:
        """A test that smslint does not interpret: the same wherever the same words speak of the same names."""
        return self._free(node, self.source_of(node))

    def free_defined(self, node: nodes.Node) -> Test:
        """Whether `node` is defined, of which nothing is known but that it is where it is true."""
        test = self._free(node, f"{self.source_of(node)} is defined")
        return test._replace(about=(*test.about, self._key(node, self.source_of(node))))

    def _key(self, node: nodes.Node, words: str) -> str:
        return " ".join((words, *sorted(self.told(node))))

    def _free(self, node: nodes.Node, words: str) -> Test:
        key = self._key(node, words)
        self.variables[key] = FREE
        about = () if CHANGES in key else tuple(dict.fromkeys(name or key for name in self.about(node)))
        for name in self.mutated(node):
            self.forget(name)
        return Test(key, "free", None, words, about or (key,))  # of constants alone it has one answer

    @abstractmethod
    def forget(self, name: nodes.Name) -> None:
        """Nothing is known any more of what `name` is bound to."""

    def about(self, node: nodes.Node) -> Iterator[str]:
        """The variables that the names in `node` stand for, hold or are made of; empty for what is made of several in a
        way of which smslint does not know that it can be both true and false. Functions are none."""
        names = {name.name for name in (*node.find_all(nodes.Name), node) if isinstance(name, nodes.Name)}
        yield from sorted(names - self.scope.keys() - FUNCTIONS)
        for binding in self.bound(node):
            yield from self._made_of(binding)

    def _made_of(self, binding: Binding) -> Iterator[str]:
        if isinstance(binding, Alias):
            yield binding.key
            return
        spoken = self.spoken(binding.message)
        yield from (name or "" for name in spoken.printed if name or not binding.opaque)
        yield from spoken.asked
        yield from binding.about
        for inner in (*(binding.items or ()), *(value for _, value in binding.pairs or ())):
            yield from self._made_of(inner)

    def truth(self, value: Value, node: nodes.Node) -> Condition:
        """Whether `value`, which `node` stands for, is true; what is set to itself over and over is not followed."""
        self.truths += 1
        if self.truths > TRUTHS_MAX:
            return self.free(node)
        found = self._truth(value, node)
        return self.free(node) if is_large(found) else found

    def _truth(self, value: Value, node: nodes.Node) -> Condition:
        if value.constant is not None:
            return ALWAYS if python(value.constant) else NEVER
        held = value.items if value.pairs is None else value.pairs
        if held is not None:
            return ALWAYS if held or value.stream else NEVER
        if value.either:
            return self._either_truth(value, node)
        if value.holds is not None:
            return ALWAYS
        if value.opaque:
            return self.free(node)
        ways = self.ways_of(value)
        if ways is not None:
            true = [way.condition for way in ways if way.value]
            return ALWAYS if len(true) == len(ways) else AnyOf(tuple(true))
        return self._printed_truth(value.message, node, value.text)

    def _either_truth(self, value: Value, node: nodes.Node) -> Condition:
        return first_of(
            (condition, self._truthy(one.key) if isinstance(one, Alias) else self.truth(one, node))
            for condition, one in value.either
        )

    def _printed_truth(self, message: Message, node: nodes.Node, text: bool) -> Condition:
        """Whether a value, which is a `text` or may be something else, is true, where that is plain from what it
        prints."""
        if len(message) == 1 and isinstance(message[0], Choice):
            return first_of((arm.condition, self._printed_truth(arm.body, node, text)) for arm in message[0].arms)
        written = [part.text for part in message if isinstance(part, Text)]
        if len(written) == len(message):
            whole = "".join(written)
            return self.free(node) if whole in _FALSE and not text else ALWAYS if whole else NEVER
        return ALWAYS if any(written) else self.free(node)

    # -- comparisons -----------------------------------------------------------------------------------------------

    def _compared(self, node: nodes.Compare) -> Condition:
        """A comparison, or several in a row: `1 < n <= 5`."""
        if len(node.ops) == 1:
            return self._comparison(node, node.expr, node.ops[0].op, node.ops[0].expr)
        found = self.decided(node)
        if found is not None or self.moves(node) or len(node.ops) > OPERANDS_MAX:
            return found or self.free(node)
        lefts = (node.expr, *(operand.expr for operand in node.ops))
        parts = tuple(
            self._compared(nodes.Compare(left, [operand], lineno=node.lineno))
            for left, operand in zip(lefts, node.ops, strict=False)
        )
        named = next(self.bound(node), None) is None  # by what the variables themselves are called
        return AllOf(parts, source=self.source_of(node) if named else "")

    def _comparison(self, node: nodes.Node, left: nodes.Node, op: str, right: nodes.Node) -> Condition:
        found = self._constants(node, left, op, right) or self._sizes(left, op, right)
        if found is None:
            found = self.decided(node)
        return self.free(node) if found is None else found

    def _constants(self, node: nodes.Node, left: nodes.Node, op: str, right: nodes.Node) -> Condition | None:
        """A comparison with constants, of any variable."""
        if isinstance(left, nodes.Const) and op in ("eq", "ne"):
            left, right = right, left
        if op in ("eq", "ne") and isinstance(right, nodes.Const):
            found = self._equals(left, right)
            return found if op == "eq" or found is None else Not(found)
        if op in ("in", "notin") and isinstance(right, nodes.List | nodes.Tuple):
            among = [self._equals(left, item) for item in right.items]
            if None not in among:
                any_of = AnyOf(tuple(test for test in among if test is not None))
                return any_of if op == "in" else Not(any_of)
        return None

    def _sizes(self, left: nodes.Node, op: str, right: nodes.Node) -> Condition | None:
        """How large a number is, or how long a text, of a variable that is declared by its length."""
        if isinstance(left, nodes.Const) and op in _TURNED:
            left, op, right = right, _TURNED[op], left
        number = right.value if isinstance(right, nodes.Const) else None
        if type(number) is not int or abs(number) > OPERAND_MAX or op not in _TURNED:
            return None
        if isinstance(left, nodes.Filter) and left.node is not None:
            plain = left.name in ("length", "count") and not left.args and not left.kwargs
            key = self.reference(left.node) if plain and self.reference(left) is None else None
            return None if key is None else self._long_enough(key, op, number)
        key = self.reference(left) if op not in ("eq", "ne") else None
        if key is None or not self._is_measured(key, ("digits", "gsm7")):
            return None
        above = op in ("gt", "lteq")
        variable = self.variable(key)
        whole = variable.domain.alphabet == ALPHABETS["digits"]
        halves = 2 * number + (0 if not above else 2 if whole else 1)
        self.sizes[key].add(halves)
        # With a text, or what is undefined, the comparison fails, and nothing is sent: cases of which not all is known.
        about = () if whole and variable.domain.length_min > 0 and not variable.optional else (key,)
        return _sized(Test(key, "number", halves, key, about), op, number)

    def _long_enough(self, key: str, op: str, number: int) -> Condition | None:
        """A comparison of the length of the variable `key`."""
        most = self.variable(key).domain.length_max
        if not self._is_measured(key, tuple(ALPHABETS)) or number < 0:
            return None
        if not self.variable(key).declared and most is not None and number >= most:
            return None  # it may be a list

        self.sizes[key].add(number)
        words = f"{key}|length"
        if op in ("eq", "ne") and number > 0:
            enough, more = (Test(key, "length", least, f"{words} >= {least}") for least in (number, number + 1))
            said = f"{words} {_SIGNS[op]} {number}"
            if op == "eq":
                return AllOf((enough, Not(more)), said=said, source=said)
            return AnyOf((Not(enough), more), said=said, source=said)
        least = number if op in ("gteq", "lt") else number + 1
        if least == 0:
            return ALWAYS if op == "gteq" else NEVER
        return _sized(Test(key, "length", least, words), op, number)

    def _is_measured(self, key: str, alphabets: tuple[str, ...]) -> bool:
        """Whether the variable is declared by its length, in characters of one of these alphabets."""
        variable = self.variable(key)
        domain = variable.domain
        if len(self.sizes.setdefault(key, set())) > SIZES_MAX:
            return False
        measured = domain.values is None and variable.items is None and not variable.fields
        return measured and domain.exact and domain.alphabet in [ALPHABETS[name] for name in alphabets]

    def _equals(self, left: nodes.Node, right: nodes.Node) -> Condition | None:
        if not isinstance(right, nodes.Const) or not isinstance(right.value, str | bool | int):
            return None
        key = self.reference(left)
        binding: Binding | None = self.value_of(left) if key is None else Alias(key)
        if binding is None and isinstance(left, nodes.Getattr | nodes.Getitem):
            binding = self.lowered_quietly(left)
        if binding is None and isinstance(left, nodes.Const):
            return ALWAYS if left.value == right.value else NEVER
        return None if binding is None else self._is_constant(binding, right.value)

    def _is_constant(self, binding: Binding, constant: str | bool | int) -> Condition | None:
        if isinstance(binding, Alias):
            variable = self.variable(binding.key)
            if variable.items is not None:
                return None
            return Test(binding.key, "equals", constant, f"{binding.key} == {constant!r}")
        if binding.constant is not None:
            same = binding.constant is not UNDEFINED and python(binding.constant) == constant
            return ALWAYS if same else NEVER
        found = []
        for condition, inner in binding.either:
            test = self._is_constant(inner, constant)
            if test is None:
                return None
            found.append((condition, test))
        return first_of(found) if found else None

    def defined(self, binding: Binding) -> Condition | None:
        """Whether `binding` is defined; None where that is not known."""
        if isinstance(binding, Alias):
            self.variable(binding.key)
            return Test(binding.key, "defined", None, f"{binding.key} is defined")
        if binding.constant is not None or not binding.either:
            return self._value_defined(binding)
        found = []
        for condition, inner in binding.either:
            holds = self.defined(inner)
            if holds is None:
                return None
            found.append((condition, holds))
        whole = first_of(found)
        return None if is_large(whole) else whole

    def _value_defined(self, value: Value) -> Condition | None:
        if any(one is not None for one in (value.constant, value.holds, value.items, value.pairs)):
            return NEVER if value.constant is UNDEFINED else ALWAYS
        if len(value.message) == 1 and (name := _passed_on(value.message[0])) is not None:
            return self.defined(Alias(name))
        if value.opaque or any(map(_may_be_undefined, value.message)):
            return None
        ways = () if value.text else self.ways_of(value)
        if ways is None:  # as with some values it fails, or there are too many
            return None if any(map(_picks, value.message)) else ALWAYS
        if all(way.value is not UNDEFINED for way in ways):
            return ALWAYS
        return AnyOf(tuple(way.condition for way in ways if way.value is not UNDEFINED))

    def _is(self, node: nodes.Test) -> Condition:
        key = self.reference(node.node)
        if node.name in ("defined", "undefined"):
            known = self.value_of(node.node) if key is None else Alias(key)
            if known is None and isinstance(node.node, nodes.Getitem | nodes.Filter):
                known = self.lowered_quietly(node.node)
            test = None if known is None else self.defined(known)
            if test is not None:
                return test if node.name == "defined" else Not(test)
        op = _COMPARISONS.get(node.name)
        if op is not None and node.args and len(node.args) == 1 and not node.kwargs:
            return self._comparison(node, node.node, op, node.args[0])
        if key is not None and node.name == "none" and self._is_text(key):
            return NEVER
        return self.decided(node) or self.free(node)

    def _is_text(self, key: str) -> bool:
        """Whether the variable is declared by its length, so that it is a text or a number."""
        variable = self.variable(key)
        return variable.declared and variable.items is None and variable.domain.exact


def _sized(test: Test, op: str, number: int) -> Condition:
    """`test`, whose source is compared with `number`, or by `op` its opposite; told as the template asks it."""
    said = f"{test.source} {_SIGNS[op]} {number}"
    if op not in _OPPOSITES:
        return test._replace(source=said)
    return denied(test._replace(source=f"{test.source} {_SIGNS[_OPPOSITES[op]]} {number}"), said)


def _passed_on(node: Node) -> str | None:
    """The variable that the slot `node` prints through nothing but filters that give back what is undefined."""
    if not isinstance(node, Slot) or not node.filters:
        return None
    return node.variable if all(getattr(change, "name", "") == "truncate" for change in node.filters) else None


def _may_be_undefined(node: Node) -> bool:
    """Whether `node` prints a value of which it is not known whether it is there."""
    return isinstance(node, Slot) and node.domain.values is None and _picks(node)


def _picks(node: Node) -> bool:
    """Whether a filter of the slot `node` picks something from a value that may not have it."""
    return isinstance(node, Slot) and any(map(picks, node.filters))
