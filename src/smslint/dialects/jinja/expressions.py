"""Jinja2's tree lowered to the message tree: expressions, as what they are and what they print."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from functools import cached_property
from typing import Any

from jinja2 import nodes
from jinja2.filters import FILTERS

from smslint.dialects.jinja.bindings import CHANGES, Frame, Round, python
from smslint.dialects.jinja.calculator import STREAMS
from smslint.dialects.jinja.changes import guessed
from smslint.dialects.jinja.filtering import NOT_FOLLOWED, Filtering
from smslint.dialects.jinja.filters import METHODS, PARAMETERS, step
from smslint.dialects.jinja.lists import is_list, parts
from smslint.dialects.jinja.names import NONE, NOTHING, Alias, Binding, Value
from smslint.dialects.jinja.plain import Stream
from smslint.dialects.jinja.reads import may_be_stream
from smslint.tree.conditions import Not, evaluate
from smslint.tree.domains import UNDEFINED
from smslint.tree.message import Message, Text

__all__ = ["Alias", "Binding", "Expressions", "Value"]


class Expressions(Filtering):
    """Lowers expressions: `binding` gives what one is, `value` what it prints, `condition` what it decides."""

    def value(self, node: nodes.Node) -> Message:
        """What `node` prints."""
        key = self.reference(node)
        if key is not None:
            if self.variable(key).items is not None:
                return (
                    self.unknown(node, None, f"`{self.source_of(node)}` is a list, and what it prints is not known"),
                )
            return (self.slot(key, self.span(node)),)
        known = self.value_of(node)
        if known is None:
            known = self.lowered(node)
            shapeless = known.opaque and (is_list(known) or known.either)
            if shapeless or isinstance(known.constant, Stream):
                return (self.unknown(node, None, f"what `{self.source_of(node)}` prints is not known"),)
        elif known.opaque and known.either:
            self.problem(f"what `{self.source_of(node)}` prints is not always known", node)
        elif known.opaque:
            return (self.unknown(node, None, f"what `{self.source_of(node)}` prints is not known"),)
        return known.message

    def binding(self, node: nodes.Node, once: Callable[[], bool] = lambda: False) -> Binding:
        """What a name stands for that is set to `node`; `once`: whether it is gone through in one place only."""
        key = self.reference(node)
        if key is not None:
            return Alias(key)
        known = self.value_of(node)
        value = self.lowered(node) if known is None else known
        listed = isinstance(node, nodes.Filter) and node.name in ("list", "sort", "groupby")
        passing = may_be_stream(node) or (isinstance(node, nodes.Filter) and not listed)
        if is_list(value) and ((passing and not once()) or self.changes_lists()):
            value = self.opaque(node)  # an iterator is empty when it is read again; a list may be changed
        if value.opaque and value.holds is None:
            told = frozenset((CHANGES,)) if self._may_change(node) else value.told
            value = value._replace(told=told, about=tuple(dict.fromkeys(self.about(node))))
        return self.kept(self.marked(value, node), node)

    def _may_change(self, node: nodes.Node) -> bool:
        """Whether what `node` gives may be another when it is read again."""
        return (isinstance(node, nodes.Filter) and node.name in STREAMS) or self.changes_lists()

    def lowered(self, node: nodes.Node) -> Value:
        """What `node` is; with a problem where that is not known."""
        found = self._lowered(node)
        if found is not None:
            return found
        name = self._filter_name(node)
        if name is not None:
            return Value((self.unknown_filter(node, name),), opaque=True)
        return Value((self.unknown(node, None, f"what `{self.source_of(node)}` prints is not known"),), opaque=True)

    def _filter_name(self, node: nodes.Node) -> str | None:
        """The filter of a chain, or of what is asked of it, that is to blame where nothing is known: the first of
        which nobody knows what it gives, else the last."""
        last = first = None
        while isinstance(node, nodes.Getattr | nodes.Getitem | nodes.Call | nodes.Filter) and node.node is not None:
            if isinstance(node, nodes.Filter):
                last = last or node.name
                followed = node.name in FILTERS and node.name not in NOT_FOLLOWED
                first = first if followed or node.name in self.declared_filters else node.name
            node = node.node
        return first or last

    def lowered_quietly(self, node: nodes.Node) -> Value | None:
        known = self.quiet.get(id(node))
        if known is not None and known[0] is node and known[1] is self.frame:
            return known[2]
        before = len(self.problems)
        found = self._lowered(node)
        del self.problems[before:]
        self.quiet[id(node)] = node, self.frame, found
        return found

    @cached_property
    def quiet(self) -> dict[int, tuple[nodes.Node, Frame, Value | None]]:
        """What parts of the statement at hand are, as each is asked by several that hold it."""
        return {}

    def _lowered(self, node: nodes.Node) -> Value | None:
        method = _METHODS.get(type(node))
        found = None if method is None else method(self, node)
        if found is None or (found.holds is None and not is_list(found) and guessed(found.message)):
            return self.finite(node) or found or self._listed(node)
        return found

    def _listed(self, node: nodes.Node) -> Value | None:
        """What `node` is, if that is a list."""
        found = self.listing(node) if isinstance(node, nodes.Add) else None
        return None if found is None else self.value_of_listing(node, found)

    def _decision(self, node: nodes.Compare | nodes.Test | nodes.Not) -> Value:
        """What prints as True or False."""
        known = self.finite(node)
        if known is not None and (known.constant is not None or not known.either):
            return known
        condition, span = self.condition(node), self.span(node)
        settled = evaluate(condition, lambda test: None)
        if settled is not None:
            return self.known(settled, span)
        true, false = self.known(True, span), self.known(False, span)
        return self._either(((condition, true), (None, false)), (true.message, false.message), span)

    def operand(self, node: nodes.Node) -> Binding:
        """What a part of an expression is."""
        key = self.reference(node)
        if key is not None:
            return Alias(key)
        return self.value_of(node) or self.lowered(node)

    def message_of(self, binding: Binding, node: nodes.Node) -> Message:
        """What `binding` prints where `node` stands."""
        return binding.message if isinstance(binding, Value) else (self.slot(binding.key, self.span(node)),)

    # -- kinds of expressions --------------------------------------------------------------------------------------

    def _const(self, node: nodes.Const) -> Value:
        value = NONE if node.value is None else node.value
        text = isinstance(node.value, str)
        return Value((self._literal(node),), constant=value, text=text)

    def _literal(self, node: nodes.Const) -> Text:
        start, end = node.lineno, self.source.token_end(node.lineno)
        text = str(node.value)
        if isinstance(node.value, str) and self.source.text[start + 1 : end - 1] == text:
            start, end = start + 1, end - 1
        return Text(text, self.source.text_span(start, end))

    def _concat(self, node: nodes.Concat) -> Value | None:
        if self.autoescape:
            return self._safe_concat(node)
        return Value(tuple(part for operand in node.nodes for part in self.value(operand)), text=True)

    def _safe_concat(self, node: nodes.Concat) -> Value | None:
        """Where one part is safe, the others are escaped, and the whole is safe; but Jinja2 joins constants before it
        renders, as plain texts."""
        bindings = [self.operand(part) for part in node.nodes]
        every = {self.safety(binding) for binding in bindings}
        if every == {False} or next(node.find_all((nodes.Name, nodes.Call)), None) is None:
            return Value(tuple(part for operand in node.nodes for part in self.value(operand)), text=True)
        if None in every:
            return None
        return Value(tuple(part for operand in node.nodes for part in self.sent(operand)), text=True, safe=True)

    @abstractmethod
    def sent(self, node: nodes.Node) -> Message:
        """What an output of `node` sends."""

    def _conditional(self, node: nodes.CondExpr) -> Value:
        test = self.condition(node.test)
        one = self.operand(node.expr1)
        other = NOTHING if node.expr2 is None else self.operand(node.expr2)
        messages = self.message_of(one, node.expr1), self.message_of(other, node.expr2 or node)
        return self._either(((test, one), (None, other)), messages, self.span(node))

    def _junction(self, node: nodes.And | nodes.Or) -> Value:
        """`a or b or c`, `a and b`: the first that decides, else the last."""
        parts: list[nodes.Node] = [node.right]
        first: nodes.Node = node.left
        while type(first) is type(node) and isinstance(first, nodes.And | nodes.Or):
            parts.append(first.right)
            first = first.left
        parts = [first, *reversed(parts)]
        values = [self.operand(part) for part in parts]
        tests = [self._decides(part, value) for part, value in zip(parts[:-1], values, strict=False)]
        conditions = tests if isinstance(node, nodes.Or) else [Not(test) for test in tests]
        messages = tuple(self.message_of(value, part) for value, part in zip(values, parts, strict=True))
        return self._either(tuple(zip((*conditions, None), values, strict=True)), messages, self.span(node))

    @abstractmethod
    def called(self, call: nodes.Call) -> Value | None:
        """What a call of something that the template defines gives; None where it is no such call."""

    def _list(self, node: nodes.List | nodes.Tuple) -> Value | None:
        found = self.finite(node)
        if found is not None and found.constant is not None:
            return found
        return (found or self.opaque(node))._replace(items=tuple(map(self.operand, node.items)))

    def _call(self, node: nodes.Call) -> Value | None:
        found = self.called(node)
        found = self.translated(node) if found is None else found
        if found is not None:
            return found
        if isinstance(node.node, nodes.Name) and node.node.name == "dict":
            return self.mapping(node)
        if isinstance(node.node, nodes.Getattr):
            owner = self.value_of(node.node.node)
            if owner is not None and isinstance(owner.holds, Round):
                return self._loop_call(node, node.node.attr, owner.holds)
            return self._method(node, node.node)
        return None

    def _loop_call(self, node: nodes.Call, name: str, place: Round) -> Value | None:
        index = place.names.get("index0")
        given = None if name != "cycle" or node.kwargs or node.dyn_kwargs else self._given_to(node)
        if not given or index is None:
            return None
        if not isinstance(index, Value) or index.constant is None:
            return self.any_of(given, node, exact=False)
        chosen = given[index.constant % len(given)]
        return chosen if isinstance(chosen, Value) else Value(self.message_of(chosen, node))

    def _given_to(self, node: nodes.Call) -> tuple[Binding, ...] | None:
        """The arguments of a call, those in a list (`*list`) included."""
        given = tuple(map(self.operand, node.args))
        more = None if node.dyn_args is None else self.listing(node.dyn_args)
        if node.dyn_args is None or more is None or len(more) != 1:
            return given if node.dyn_args is None else None
        return (*given, *more[0][1])

    def _method(self, node: nodes.Call, method: nodes.Getattr) -> Value | None:
        """`value.upper()` as its filter; `'{}'.format(x)`, `date.strftime('%d/%m')`."""
        if method.attr == "format" and isinstance(method.node, nodes.Const) and isinstance(method.node.value, str):
            return self.braces(node, method.node.value)
        if method.attr == "strftime":
            return self.dated(node, method.node)
        if method.attr == "get" and 0 < len(node.args) < 3 and not node.kwargs:
            found = self._got_of_mapping(node, method.node)
            if found is not None:
                return found
            key, item = self.reference(method.node), self.constant(node.args[0])
            if key is not None and isinstance(item, str) and self.variable(key).domain.values is None:
                return self._got(node, key, item)
        if method.attr == "join" and len(node.args) == 1 and not node.kwargs:
            return self._joined_by(node, method)
        name = METHODS.get(method.attr)
        if name is None or (len(node.args) > len(PARAMETERS.get(name, ())) or node.kwargs):
            return None
        if isinstance(method.node, nodes.Const):
            return None
        return self._changed(node, method.node, name, node)

    def _joined_by(self, node: nodes.Call, method: nodes.Getattr) -> Value | None:
        """`', '.join(names)`, as the filter where all names are texts; of any other it fails."""
        listing = self.listing(node.args[0]) or ()
        if node.dyn_args or not all(self._may_be_joined(item) for _, items in listing for item in items):
            return None
        return self._filter(nodes.Filter(node.args[0], "join", [method.node], [], None, None, lineno=node.lineno))

    def _may_be_joined(self, binding: Binding) -> bool:
        if isinstance(binding, Value):
            return binding.text or isinstance(binding.constant, str)
        variable = self.variable(binding.key)
        values = variable.domain.values or ()
        return variable.items is None and not variable.fields and all(isinstance(value, str) for value in values)

    def _member(self, node: nodes.Getattr | nodes.Getitem, name: str) -> Value | None:
        """An attribute of one of several variables, `(orders|first).name`; None of anything else."""
        held = self.member(node, name)
        if held is not None:
            return held
        base = self.operand_quietly(node.node)
        if not isinstance(base, Value) or not base.either:
            return None
        ways: list[tuple[Any, Binding]] = []
        for condition, binding in base.either:
            gone = isinstance(binding, Value) and binding.constant is UNDEFINED
            found = NOTHING if gone else self.attribute_of(binding, name, node)
            if found is None:
                return None
            ways.append((condition, found))
        return self.either(tuple(ways), node)

    def _attribute_of(self, node: nodes.Getattr) -> Value | None:
        return self._member(node, node.attr)

    def _got_of_mapping(self, node: nodes.Call, base: nodes.Node) -> Value | None:
        other = self.operand(node.args[1]) if len(node.args) > 1 else self.known(None, self.span(node))
        pairs = self.pairs_of(base)
        return None if pairs is None else self.at_any(node, pairs, node.args[0], other)

    def _got(self, node: nodes.Call, key: str, name: str) -> Value:
        """`variable.get(name, default)`."""
        alias = Alias(f"{key}.{name}")
        other = self.operand(node.args[1]) if len(node.args) > 1 else self.known(None, self.span(node))
        messages = self.message_of(alias, node), self.message_of(other, node)
        return self._either(((self.defined(alias), alias), (None, other)), messages, self.span(node))

    def _subscript(self, node: nodes.Getitem) -> Value | None:
        if isinstance(node.arg, nodes.Slice):
            listing = self.listing(node)
            if listing is not None:
                return self.value_of_listing(node, listing)
            bounds = [None if p is None else self.constant(p) for p in parts(node.arg)]
            given = [python(bound) for bound in bounds]
            if any(p is not None and type(v) is not int for p, v in zip(parts(node.arg), given, strict=True)):
                return None
            change = step("[:]", tuple(given), {}, False)
        else:
            index = self.constant(node.arg)
            if isinstance(index, str):
                return self._member(node, index)
            pairs = self.pairs_of(node.node)
            if pairs is not None:
                return self.at_any(node, pairs, node.arg, NOTHING)
            picked = self.picked(node, node.arg)
            if picked is not None or type(index) is not int:
                return picked
            if isinstance(node.node, nodes.Call):
                return self.split_at(node.node, index, node)
            change = step("[]", (index,), {}, False)
        binding = self.operand_quietly(node.node)
        return None if binding is None else self.applied(change, binding, node.node, self.span(node))


_METHODS: dict[type[nodes.Node], Callable[[Expressions, Any], Value | None]] = {
    nodes.Const: Expressions._const,
    nodes.Concat: Expressions._concat,
    nodes.CondExpr: Expressions._conditional,
    nodes.And: Expressions._junction,
    nodes.Or: Expressions._junction,
    nodes.Filter: Expressions._filter,
    nodes.Call: Expressions._call,
    nodes.Getattr: Expressions._attribute_of,
    nodes.Getitem: Expressions._subscript,
    nodes.Mod: Expressions._percent,
    nodes.Add: Expressions.calculated,
    nodes.Sub: Expressions.calculated,
    nodes.Mul: Expressions.calculated,
    nodes.FloorDiv: Expressions.calculated,
    nodes.Div: Expressions.divided,
    nodes.Neg: Expressions.calculated,
    nodes.Pos: Expressions.calculated,
    nodes.Compare: Expressions._decision,
    nodes.Test: Expressions._decision,
    nodes.Not: Expressions._decision,
    nodes.List: Expressions._list,
    nodes.Dict: Expressions.mapping,
    nodes.MarkSafeIfAutoescape: lambda expressions, node: expressions.translated(node),
    nodes.Tuple: Expressions._list,
}
