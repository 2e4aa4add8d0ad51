"""Jinja2's tree lowered to the message tree: expressions, as what they print and as what they decide."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple, TypeAlias

from jinja2 import nodes

from smslint.conditions import ALWAYS, NEVER, AllOf, AnyOf, Condition, Not, Test
from smslint.dialects.jinja import filters
from smslint.dialects.jinja.offsets import Source
from smslint.domains import UNKNOWN, Constant
from smslint.lowering import Lookup, Problem
from smslint.message import Arm, Choice, Message, Slot, Span, Text
from smslint.plan import nodes_of
from smslint.variables import FREE, Variable, printed


class Alias(NamedTuple):
    """A name that stands for a variable: a loop's item, `items[0]`."""

    key: str


class Value(NamedTuple):
    """A name that stands for what an expression prints; `constant` where it is one; `opaque`: nothing is known."""

    message: Message
    constant: Constant | None = None
    opaque: bool = False


BOUND_MAX = 100_000  # nodes, of all values that names are bound to

Binding: TypeAlias = "Alias | Value"


class Expressions:
    """Lowers expressions; keeps the names in scope, the variables that were met, and the problems."""

    def __init__(self, source: Source, lookup: Lookup) -> None:
        self.source = source
        self.lookup = lookup
        self.scope: dict[str, Binding] = {}
        self.variables: dict[str, Variable] = {}
        self.problems: list[Problem] = []
        self.copies = 1  # how often the loops around the current statement are written out
        self.spent = 0  # nodes that names have been bound to

    # -- places ----------------------------------------------------------------------------------------------------

    def span(self, node: nodes.Node) -> Span:
        """Where `node` stands, closing brackets included."""
        text = self.source.text
        # An operand has no offset of its own, and a comparison that of what follows it.
        found = [inner for inner in (node, *node.find_all(nodes.Node)) if not isinstance(inner, nodes.Compare)]
        offsets = [inner.lineno for inner in found if inner.lineno is not None]
        start, end = min(offsets), max(map(self.source.token_end, offsets))
        for inner in found:
            if isinstance(inner, nodes.Getattr):  # its offset is that of the dot
                name = text.find(inner.attr, self.source.token_end(inner.lineno))
                end = max(end, name + len(inner.attr))
        if start > 0 and isinstance(node, nodes.Tuple | nodes.List) and text[start - 1] in "([":
            start -= 1
        while end < len(text) and _unbalanced(text[start:end]) and text[end] in " \t\n)]}":
            end += 1
        return Span(start, end)

    def source_of(self, node: nodes.Node) -> str:
        """`node` as the template says it, on one line."""
        span = self.span(node)
        return " ".join(self.source.text[span.start : span.end].split())

    def problem(self, message: str, node: nodes.Node) -> None:
        span = self.span(node)
        found = Problem("unbounded-length", message, span)
        if found not in self.problems:
            self.problems.append(found)

    # -- names -----------------------------------------------------------------------------------------------------

    def bind(self, target: nodes.Node, binding: Binding) -> None:
        """Binds the target of an assignment or a loop; of several names, each to what nothing is known of."""
        if isinstance(target, nodes.Name):
            self.scope[target.name] = binding
            return
        names = target.find_all(nodes.Name) if not isinstance(target, nodes.NSRef) else ()
        for name in names:
            self.scope[name.name] = Value((Slot(name.name, UNKNOWN, self.span(name)),), opaque=True)

    def alias(self, key: str, variable: Variable) -> Alias:
        self.variables[key] = variable
        return Alias(key)

    def opaque(self, node: nodes.Node) -> Value:
        """A binding of which nothing is known."""
        return Value((Slot(self._name(node), UNKNOWN, self.span(node)),), opaque=True)

    def binding(self, node: nodes.Node) -> Binding:
        key = self.reference(node)
        if key is not None:
            return Alias(key)
        constant = node.value if isinstance(node, nodes.Const) else None
        known = constant if isinstance(constant, str | bool | int) else None
        return self.kept(Value(self.value(node), known), node)

    def kept(self, value: Value, node: nodes.Node) -> Value:
        """`value`, as long as what names are bound to has not grown out of all bounds (`set` of a name to itself,
        twice, over and over)."""
        left = BOUND_MAX - self.spent
        size = sum(1 for _ in islice(nodes_of(value.message), max(left, 0) + 1))
        self.spent += size
        if size <= left:
            return value
        self.problem("what is set here is too large to be followed", node)
        return self.opaque(node)

    def bound(self, name: str, binding: Binding | None) -> Message:
        """What the name prints under `binding`."""
        if isinstance(binding, Value):
            return binding.message
        return (self._slot(binding.key if binding else name, Span(0, 0)),)

    def variable(self, key: str) -> Variable:
        """What is declared of the variable `key`, an item's attribute by its item's declaration."""
        if key not in self.variables:
            base, dot, attribute = key.rpartition(".")
            parent = self.variables.get(base) if dot and "[" in base else None
            known = parent.fields.get(attribute) if parent else None
            self.variables[key] = known or self.lookup(key if parent is None else attribute)
        return self.variables[key]

    def reference(self, node: nodes.Node) -> str | None:
        """The key of the variable that `node` names: `user.name`, `items[0].name`; None where it is none."""
        if isinstance(node, nodes.Name):
            binding = self.scope.get(node.name)
            if binding is None:
                return node.name
            return binding.key if isinstance(binding, Alias) else None
        if isinstance(node, nodes.Getattr):
            return self._attribute(node.node, node.attr)
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            return self._attribute(node.node, str(node.arg.value))
        return None

    def _attribute(self, node: nodes.Node, name: str) -> str | None:
        if isinstance(node, nodes.Name) and f"{node.name}.{name}" in self.scope:
            binding = self.scope[f"{node.name}.{name}"]
            return binding.key if isinstance(binding, Alias) else None
        base = self.reference(node)
        return None if base is None else f"{base}.{name}"

    def _value_of(self, node: nodes.Node) -> Value | None:
        """The value that a name, or `loop.index`, is bound to."""
        name = None
        if isinstance(node, nodes.Name):
            name = node.name
        elif isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
            name = f"{node.node.name}.{node.attr}"
        binding = None if name is None else self.scope.get(name)
        return binding if isinstance(binding, Value) else None

    # -- what is printed -------------------------------------------------------------------------------------------

    def value(self, node: nodes.Node) -> Message:
        """What `node` prints."""
        key = self.reference(node)
        if key is not None:
            return (self._slot(key, self.span(node)),)
        known = self._value_of(node)
        if known is not None:
            if known.opaque:
                return (self.unknown(node, None, f"what `{self.source_of(node)}` prints is not known"),)
            return known.message
        if isinstance(node, nodes.Const):
            return (self._literal(node),)
        if isinstance(node, nodes.Concat):
            return tuple(part for operand in node.nodes for part in self.value(operand))
        if isinstance(node, nodes.CondExpr):
            return (self._conditional(node),)
        if isinstance(node, nodes.Filter) and node.node is not None:
            return self._filter(node)
        return (self.unknown(node, None, f"what `{self.source_of(node)}` prints is not known"),)

    def _slot(self, key: str, span: Span) -> Slot:
        return Slot(key, printed(self.variable(key)), span, key)

    def _literal(self, node: nodes.Const) -> Text:
        start, end = node.lineno, self.source.token_end(node.lineno)
        text = str(node.value)
        if isinstance(node.value, str) and self.source.text[start + 1 : end - 1] == text:
            return Text(text, Span(start + 1, end - 1))
        return Text(text, Span(start, end))

    def _conditional(self, node: nodes.CondExpr) -> Choice:
        one = self.value(node.expr1)
        other = () if node.expr2 is None else self.value(node.expr2)
        span = self.span(node)
        return Choice((Arm(self.condition(node.test), one, span), Arm(None, other, span)), span)

    def unknown(self, node: nodes.Node, name: str | None, why: str) -> Slot:
        """A slot of unknown content, and the problem that says so."""
        self.problem(f"{why}: pass it in as a variable with a declared `max_length`", node)
        return Slot(name or self._name(node), UNKNOWN, self.span(node))

    def _name(self, node: nodes.Node) -> str:
        """The name by which a person knows the value: that of the variable inside, where there is one."""
        inner: nodes.Node | None = node
        while isinstance(inner, nodes.Filter | nodes.Call | nodes.MarkSafe | nodes.MarkSafeIfAutoescape):
            inner = inner.expr if hasattr(inner, "expr") else inner.node
        key = None if inner is None else self.reference(inner)
        return key or self.source_of(node)

    def _filter(self, node: nodes.Filter) -> Message:
        assert node.node is not None
        if node.name in ("default", "d"):
            return self._default(node)
        return self.filtered(node, self.value(node.node))

    def filtered(self, node: nodes.Filter, message: Message) -> Message:
        """`message` after the filter `node`."""
        change = filters.find(node)
        if change is not None:
            return change(message, self.span(node))
        name = self._name(node)
        why = f"smslint does not know the filter `{node.name}` with these arguments, so not what it prints"
        return (self.unknown(node, name, why),)

    def _default(self, node: nodes.Filter) -> Message:
        assert node.node is not None
        arguments = filters.arguments(node, ("default_value", "boolean"))
        if arguments is None or node.dyn_args is not None or node.dyn_kwargs is not None:
            return self.filtered(node, ())
        given = arguments.get("default_value")
        fallback = () if given is None else self.value(given)
        boolean = arguments.get("boolean")
        falsy_too = isinstance(boolean, nodes.Const) and bool(boolean.value)
        key = self.reference(node.node)
        value = self.value(node.node)
        span = self.span(node)
        if falsy_too:
            condition = self.condition(node.node)
        elif key is None:
            return value
        else:
            self.variable(key)
            condition = Test(key, "defined", None, f"{key} is defined")
        return (Choice((Arm(condition, value, span), Arm(None, fallback, span)), span),)

    # -- what is decided -------------------------------------------------------------------------------------------

    def condition(self, node: nodes.Node) -> Condition:
        """What `node` decides as a condition."""
        key = self.reference(node)
        if key is not None:
            self.variable(key)
            return Test(key, "truthy", None, key)
        known = self._value_of(node)
        if known is not None:
            return self._truth(known, node)
        if isinstance(node, nodes.Const):
            return ALWAYS if node.value else NEVER
        if isinstance(node, nodes.Not):
            return Not(self.condition(node.node))
        if isinstance(node, nodes.And):
            return AllOf((self.condition(node.left), self.condition(node.right)))
        if isinstance(node, nodes.Or):
            return AnyOf((self.condition(node.left), self.condition(node.right)))
        if isinstance(node, nodes.Compare) and len(node.ops) == 1:
            return self._comparison(node, node.ops[0])
        if isinstance(node, nodes.Test):
            return self._is(node)
        return self.free(node)

    def free(self, node: nodes.Node) -> Test:
        """A test that smslint does not interpret: the same wherever the same words speak of the same names."""
        words = self.source_of(node)
        names = sorted({name.name for name in (*node.find_all(nodes.Name), node) if isinstance(name, nodes.Name)})
        loops = [name for name in names if name in self.scope]
        if "loop" in names:
            loops.append("loop.index")
        own = "".join(f" {self._place(self.scope[name])}" for name in loops if name in self.scope)
        self.variables[f"{words}{own}"] = FREE
        return Test(f"{words}{own}", "free", None, words, tuple(self._about(names)))

    def _about(self, names: list[str]) -> Iterator[str]:
        """The variables that `names` stand for, or hold."""
        for name in names:
            binding = self.scope.get(name)
            if isinstance(binding, Value):
                yield from (n.variable for n in nodes_of(binding.message) if isinstance(n, Slot) and n.variable)
            else:
                yield binding.key if binding else name

    def _place(self, binding: Binding) -> str:
        return binding.key if isinstance(binding, Alias) else str(hash(binding.message))

    def _truth(self, value: Value, node: nodes.Node) -> Condition:
        if value.constant is not None:
            return ALWAYS if value.constant else NEVER
        if value.opaque:
            return self.free(node)
        return self._printed_truth(value.message, node)

    def _printed_truth(self, message: Message, node: nodes.Node) -> Condition:
        """Whether a value bound by `set` is not empty, where that is plain from its texts and choices."""
        if all(isinstance(part, Text) for part in message):
            return ALWAYS if any(isinstance(part, Text) and part.text for part in message) else NEVER
        if len(message) == 1 and isinstance(message[0], Choice):
            ways: list[Condition] = []
            passed: list[Condition] = []
            for arm in message[0].arms:
                here = [*map(Not, passed), *([arm.condition] if arm.condition else [])]
                ways.append(AllOf((*here, self._printed_truth(arm.body, node))))
                passed += [arm.condition] if arm.condition else []
            return AnyOf(tuple(ways))
        return self.free(node)

    def _comparison(self, node: nodes.Compare, operand: nodes.Operand) -> Condition:
        left, right, op = node.expr, operand.expr, operand.op
        if isinstance(left, nodes.Const) and op in ("eq", "ne"):
            left, right = right, left
        if op in ("eq", "ne") and isinstance(right, nodes.Const):
            found = self._equals(left, right, self.source_of(node))
            if found is not None:
                return found if op == "eq" else Not(found)
        if op in ("in", "notin") and isinstance(right, nodes.List | nodes.Tuple):
            tests = [self._equals(left, item, self.source_of(node)) for item in right.items]
            if all(test is not None for test in tests):
                among = AnyOf(tuple(test for test in tests if test is not None))
                return among if op == "in" else Not(among)
        return self.free(node)

    def _equals(self, left: nodes.Expr, right: nodes.Expr, words: str) -> Condition | None:
        if not isinstance(right, nodes.Const) or not isinstance(right.value, str | bool | int):
            return None
        key = self.reference(left)
        if key is not None:
            self.variable(key)
            return Test(key, "equals", right.value, f"{key} == {right.value!r}")
        known = self._value_of(left)
        constant = left.value if isinstance(left, nodes.Const) else known and known.constant
        if constant is None:
            return None
        return ALWAYS if constant == right.value else NEVER

    def _is(self, node: nodes.Test) -> Condition:
        key = self.reference(node.node)
        if key is not None and node.name in ("defined", "undefined"):
            self.variable(key)
            test = Test(key, "defined", None, f"{key} is defined")
            return test if node.name == "defined" else Not(test)
        return self.free(node)


def _unbalanced(text: str) -> bool:
    return any(text.count(one) > text.count(other) for one, other in ("()", "[]", "{}"))
