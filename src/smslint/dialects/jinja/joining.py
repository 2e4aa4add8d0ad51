"""Jinja2's tree lowered to the message tree: lists that are made of others, by operators.

Theory of operation. A list that is one of several by a condition, or two lists in a row, or a part of one by a number
that has few values, is again ways, each with its condition. What is none of these is evaluated for all values that it
is made of, where they are few.
"""

from __future__ import annotations

from typing import Any

from jinja2 import nodes

from smslint.dialects.jinja.bindings import NONE, Binding, Value
from smslint.dialects.jinja.cases import ALTERNATIVES_MAX, FAILED
from smslint.dialects.jinja.lists import ITEMS_MAX, Listing, at, is_stream, parts, under
from smslint.dialects.jinja.selecting import Selecting
from smslint.tree.conditions import Condition, any_of, both
from smslint.tree.domains import UNDEFINED

_CHOOSING = (nodes.And, nodes.Or, nodes.CondExpr)
_WALKED: tuple[type[Any], ...] = (str, dict, type({}.keys()), type({}.values()), type({}.items()))


class Joining(Selecting):
    """Lowers operators that give a list."""

    def listing(self, node: nodes.Node) -> Listing | None:
        found = super().listing(node)
        if found is not None or self.reference(node) is not None or self.value_of(node) is not None:
            return found
        if isinstance(node, nodes.Add):
            return self._in_a_row(node)
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice):
            return self._sliced(node, node.arg)
        if isinstance(node, _CHOOSING) or (isinstance(node, nodes.Filter) and node.name in ("default", "d")):
            return self._list_chosen(node)
        return None

    def _in_a_row(self, node: nodes.Add) -> Listing | None:
        left = self.listing(node.left)
        right = None if left is None else self.listing(node.right)
        if left is None or right is None or not self.affords(len(left) * len(right)):
            return None
        if len(left) * len(right) > ALTERNATIVES_MAX:
            return None
        return tuple((under(one, other), (*items, *more)) for one, items in left for other, more in right)

    def _list_chosen(self, node: nodes.Node) -> Listing | None:
        value = self.lowered_quietly(node)
        if value is None and isinstance(node, nodes.Filter) and node.node is not None:
            return self.listing(node.node)  # what is there has no need of a default
        return None if value is None or not value.either else self.bound_listing(value, node)

    def _sliced(self, node: nodes.Getitem, part: nodes.Slice) -> Listing | None:
        found = None if is_stream(node.node) else self.listing(node.node)
        bounds: list[Binding] = [Value((), constant=NONE) if one is None else self.operand(one) for one in parts(part)]
        ways = None if found is None else self.computed(bounds, tuple, ALTERNATIVES_MAX)
        if found is None or ways is None or len(ways) * len(found) > ALTERNATIVES_MAX:
            return None
        if any(type(one) is not int for way in ways for one in way.value if one is not None):
            return None
        if any(way.value[2] == 0 for way in ways):
            return None
        given: list[tuple[Condition | None, Any]] = [(way.condition, way.value) for way in ways]
        given[-1] = (None, given[-1][1])
        return tuple((under(one, c), items[slice(*bound)]) for c, items in found for one, bound in given)

    def picked(self, node: nodes.Getitem, index: nodes.Node) -> Value | None:
        """`list[index]`, of an index that has few values."""
        found = None if is_stream(node.node) else self.listing(node.node)
        ways = None if found is None else self.ways_of(self.operand(index))
        if found is None or not ways or any(type(way.value) is not int for way in ways):
            return None
        if len(ways) * len(found) > ALTERNATIVES_MAX:
            return None
        last = len(ways) - 1
        return self.either(
            tuple(
                (under(None if number == last else way.condition, condition), at(items, way.value))
                for condition, items in found
                for number, way in enumerate(ways)
            ),
            node,
        )

    def evaluated_listing(self, node: nodes.Node) -> Listing | None:
        """What `node`, a list or a text, can be, where its variables have few values."""
        found = self.evaluations(node)
        if found is None:
            return None
        ways: dict[str, tuple[list[Condition], tuple[Binding, ...]]] = {}
        for combination, value in found[1]:
            walked = () if value is UNDEFINED else value
            if isinstance(value, _WALKED) and len(value) <= ITEMS_MAX:
                walked = list(value)
            items = None if value is FAILED else self.known_items(walked, node)
            if items is None:
                return None
            here = both(*(way.condition for way in combination))
            ways.setdefault(repr(value), ([], items))[0].append(here)
        listing = [(any_of(conditions), items) for conditions, items in ways.values()]
        return None if len(listing) > ALTERNATIVES_MAX else (*listing[:-1], (None, listing[-1][1]))
