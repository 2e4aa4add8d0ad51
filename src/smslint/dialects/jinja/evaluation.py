"""Expressions evaluated on known values, as Jinja2 evaluates them: what `calculator` and
`operators` do for one operation, for a whole tree of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import nodes

from smslint.dialects.jinja import calculator, operators
from smslint.dialects.jinja.plain import TooMuch, running
from smslint.tree.domains import UNDEFINED, Failed

Known = Mapping[int, Any]

_BINARY: dict[type[nodes.Node], str] = {
    nodes.Add: "+",
    nodes.Sub: "-",
    nodes.Mul: "*",
    nodes.Div: "/",
    nodes.FloorDiv: "//",
    nodes.Mod: "%",
    nodes.Pow: "**",
}


class Evaluation:
    """Evaluates expressions; `known` are the values of the nodes, by id, that stand for variables. Raises Failed where
    Jinja2 would not render, TooMuch where smslint does not compute it."""

    def __init__(self, known: Known, autoescape: bool) -> None:
        self.known = known
        self.autoescape = autoescape

    def of(self, node: nodes.Node) -> Any:
        """The value of `node`."""
        if id(node) in self.known:
            return self.known[id(node)]
        method = _METHODS.get(type(node))
        if method is not None:
            return method(self, node)
        if isinstance(node, nodes.BinExpr) and type(node) in _BINARY:
            return operators.binary(_BINARY[type(node)], self.of(node.left), self.of(node.right))
        raise TooMuch

    def _const(self, node: nodes.Const) -> Any:
        return node.value

    def _list(self, node: nodes.List) -> Any:
        return [self.of(item) for item in node.items]

    def _tuple(self, node: nodes.Tuple) -> Any:
        return tuple(self.of(item) for item in node.items)

    def _dict(self, node: nodes.Dict) -> Any:
        return {self._hashed(pair.key): self.of(pair.value) for pair in node.items}

    def _hashed(self, node: nodes.Node) -> Any:
        key = self.of(node)
        if not isinstance(key, str | int | float | None):
            raise TooMuch
        return key

    def _and(self, node: nodes.And) -> Any:
        left = self.of(node.left)
        return self.of(node.right) if left else left

    def _or(self, node: nodes.Or) -> Any:
        return self.of(node.left) or self.of(node.right)

    def _not(self, node: nodes.Not) -> Any:
        return not self.of(node.node)

    def _neg(self, node: nodes.Neg) -> Any:
        return operators.unary("-", self.of(node.node))

    def _pos(self, node: nodes.Pos) -> Any:
        return operators.unary("+", self.of(node.node))

    def _conditional(self, node: nodes.CondExpr) -> Any:
        if self.of(node.test):
            return self.of(node.expr1)
        return UNDEFINED if node.expr2 is None else self.of(node.expr2)

    def _concat(self, node: nodes.Concat) -> Any:
        return operators.concatenated([self.of(part) for part in node.nodes], self.autoescape)

    def _compare(self, node: nodes.Compare) -> Any:
        left = self.of(node.expr)
        for operand in node.ops:
            right = self.of(operand.expr)
            if not operators.binary(operand.op, left, right):
                return False
            left = right
        return True

    def _filter(self, node: nodes.Filter) -> Any:
        if node.node is None or node.dyn_args is not None or node.dyn_kwargs is not None:
            raise TooMuch
        args, kwargs = self._arguments(node)
        return calculator.filtered(node.name, self.of(node.node), args, kwargs, self.autoescape)

    def _test(self, node: nodes.Test) -> Any:
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            raise TooMuch
        args, kwargs = self._arguments(node)
        return calculator.tested(node.name, self.of(node.node), args, kwargs)

    def _arguments(self, node: nodes.Filter | nodes.Test | nodes.Call) -> tuple[tuple[Any, ...], dict[str, Any]]:
        args = tuple(self.of(arg) for arg in node.args or ())
        return args, {str(pair.key): self.of(pair.value) for pair in node.kwargs or ()}

    def _getattr(self, node: nodes.Getattr) -> Any:
        return operators.attribute(self.of(node.node), node.attr)

    def _getitem(self, node: nodes.Getitem) -> Any:
        return operators.item(self.of(node.node), self.of(node.arg))

    def _slice(self, node: nodes.Slice) -> Any:
        parts = (None if part is None else self.of(part) for part in (node.start, node.stop, node.step))
        return slice(*parts)

    def _call(self, node: nodes.Call) -> Any:
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            raise TooMuch
        args, kwargs = self._arguments(node)
        if isinstance(node.node, nodes.Getattr):
            return operators.called(self.of(node.node.node), node.node.attr, args, kwargs)
        if isinstance(node.node, nodes.Name) and node.node.name == "range" and not kwargs:
            return running(range, *args)
        raise TooMuch


_METHODS: dict[type[nodes.Node], Callable[[Evaluation, Any], Any]] = {
    nodes.Const: Evaluation._const,
    nodes.List: Evaluation._list,
    nodes.Tuple: Evaluation._tuple,
    nodes.Dict: Evaluation._dict,
    nodes.And: Evaluation._and,
    nodes.Or: Evaluation._or,
    nodes.Not: Evaluation._not,
    nodes.Neg: Evaluation._neg,
    nodes.Pos: Evaluation._pos,
    nodes.CondExpr: Evaluation._conditional,
    nodes.Concat: Evaluation._concat,
    nodes.Compare: Evaluation._compare,
    nodes.Filter: Evaluation._filter,
    nodes.Test: Evaluation._test,
    nodes.Getattr: Evaluation._getattr,
    nodes.Getitem: Evaluation._getitem,
    nodes.Slice: Evaluation._slice,
    nodes.Call: Evaluation._call,
}


def operands(node: nodes.Node) -> list[nodes.Node] | None:
    """The expressions whose values `node` is computed from; None where it is not computed at all."""
    if isinstance(node, nodes.Call):
        if isinstance(node.node, nodes.Getattr):
            inner: list[nodes.Node] = [node.node.node]
        elif isinstance(node.node, nodes.Name) and node.node.name == "range":
            inner = []
        else:
            return None
        return [*inner, *node.args, *(pair.value for pair in node.kwargs)]
    if type(node) not in _METHODS and not (isinstance(node, nodes.BinExpr) and type(node) in _BINARY):
        return None
    found: list[nodes.Node] = []
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Pair | nodes.Keyword | nodes.Operand):
            found += [child.key, child.value] if isinstance(child, nodes.Pair) else child.iter_child_nodes()
        else:
            found.append(child)
    return found


__all__ = ["Evaluation", "Failed", "Known", "TooMuch", "operands"]
