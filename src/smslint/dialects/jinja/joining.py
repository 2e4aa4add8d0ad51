"""Jinja2's tree lowered to the message tree: lists that are made of others, by operators.

Theory of operation. A list that is one of several by a condition, or two lists in a row, or a part of one by a number
that has few values, is again ways, each with its condition. What is none of these is evaluated for all values that it
is made of, where they are few. Of a declared list of more items than are told apart, the first is an item by itself and
the others are rounds, in each of which any of them stands.
"""

from __future__ import annotations

from typing import Any

from jinja2 import nodes

from smslint.dialects.jinja.bindings import NONE, Binding, Value
from smslint.dialects.jinja.cases import ALTERNATIVES_MAX, FAILED
from smslint.dialects.jinja.lists import ITEMS_MAX, LISTED_MAX, Listing, at, parts, under
from smslint.dialects.jinja.names import NOTHING
from smslint.dialects.jinja.reads import is_stream
from smslint.dialects.jinja.selecting import Selecting
from smslint.tree.conditions import Condition, Not, Test, any_of, both
from smslint.tree.domains import ALPHABETS, UNDEFINED, Domain
from smslint.tree.message import Arm, Choice, Message, Repeat, Slot
from smslint.tree.variables import ITEMS_SPLIT_MAX, Items

_OF_MANY = frozenset(("count", "first", "join", "last", "length"))
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

    # -- lists of many items ---------------------------------------------------------------------------------------

    def of_list(self, node: nodes.Filter) -> Value | None:
        found = super().of_list(node)
        if found is not None or node.name not in _OF_MANY or node.dyn_args is not None or node.dyn_kwargs is not None:
            return found
        inner = node.node
        while node.name == "join" and isinstance(inner, nodes.Filter) and inner.name == "map":
            inner = inner.node
        key, items = self._many(inner)
        if items is None or (node.name != "join" and (node.args or node.kwargs)):
            return None
        if node.name == "join":
            return self._joined_many(node, key, items)
        if node.name in ("first", "last"):
            return self._end_of_many(node, key, items, 0 if node.name == "first" else -1)
        return self._number_of(node, key, items)

    def _many(self, node: nodes.Node | None) -> tuple[str, Items | None]:
        """The variable that `node` is, if that is declared as a list of more items than are told apart, and these."""
        key = None if node is None else self.reference(node)
        items = None if key is None else self.variable(key).items
        return key or "", None if items is None or items.high is None or items.high <= LISTED_MAX else items

    def _end_of_many(self, node: nodes.Node, key: str, items: Items, index: int) -> Value:
        """The first item (`index` 0) or the last (-1)."""
        first = self.alias(f"{key}[0]", items.item)
        ways: list[tuple[Condition | None, Binding]] = []
        if items.low == 0 or self.variable(key).optional:
            ways.append((Not(Test(key, "truthy", None, key)), NOTHING))
        if index < 0 and items.low < 2:
            ways.append((Test(key, "items", 1, f"{key}|length == 1"), first))
        ways.append((None, self.alias(f"{key}[-1]", items.item) if index < 0 else first))
        return self.either(tuple(ways), node)

    def _begin_of_many(self, node: nodes.Node, part: nodes.Slice) -> Listing | None:
        """`items[:3]`: one list for each number of items below, and one for all others."""
        key, items = self._many(node)
        start, stop, step = (0 if one is None else self.constant(one) for one in parts(part))
        if items is None or start != 0 or type(stop) is not int or not 0 < stop <= LISTED_MAX or step not in (0, 1):
            return None
        if self.variable(key).optional:
            return None  # of what is not there it fails
        every = tuple(self.alias(f"{key}[{index}]", items.item) for index in range(stop))
        fewer = ((Test(key, "items", n, f"{key}|length == {n}"), every[:n]) for n in range(items.low, stop))
        return (*fewer, (None, every))

    def _number_of(self, node: nodes.Filter, key: str, items: Items) -> Value | None:
        optional, low, high = self.variable(key).optional, items.low, items.high
        assert high is not None
        span = self.span(node)
        if high - low >= ITEMS_SPLIT_MAX:
            digits = Domain(1 if optional else len(str(low)), len(str(high)), ALPHABETS["digits"], exact=False)
            return Value((Slot(self.name_of(node), digits, span),))
        ways: list[tuple[Condition | None, Binding]] = []
        if optional:
            ways.append((Not(Test(key, "defined", None, f"{key} is defined")), self.known(0, span)))
        for number in range(low, high + 1):
            ways.append((Test(key, "items", number, f"{key}|length == {number}"), self.known(number, span)))
        return self.either((*ways[:-1], (None, ways[-1][1])), node)

    def _joined_many(self, node: nodes.Filter, key: str, items: Items) -> Value | None:
        prefix, numbers = f"{key}[]", self.numbers
        first, other = self.alias(f"{key}[0]", items.item), self.alias(prefix, items.item)
        one, two = (self._joined_few(node, some) for some in ((first,), (first, other)))
        if one is None or two is None or items.high is None:
            return None
        after = two.message[len(one.message) :]
        span = self.span(node)
        rest = Repeat(after, max(items.low - 1, 0), items.high - 1, span, self.own(prefix, numbers))
        message: Message = (*one.message, rest)
        if items.low == 0 or self.variable(key).optional:
            none = Not(Test(key, "truthy", None, key))
            message = (Choice((Arm(none, (), span), Arm(None, message, span)), span),)
        return Value(message, text=True)

    def _joined_few(self, node: nodes.Filter, items: tuple[Binding, ...]) -> Value | None:
        """These items after `join` and what stands before it."""
        inner, found = node.node, items
        steps: list[nodes.Filter] = []
        while isinstance(inner, nodes.Filter) and inner.name == "map":
            steps, inner = [inner, *steps], inner.node
        for step in steps:
            mapped = None if step.name in self.declared_filters else self.mapped(step, found)
            if mapped is None:
                return None
            found = mapped
        return self.joined(node, found)

    # -- operators -------------------------------------------------------------------------------------------------

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
        if found is None:
            return self._begin_of_many(node.node, part)
        bounds: list[Binding] = [Value((), constant=NONE) if one is None else self.operand(one) for one in parts(part)]
        ways = self.computed(bounds, tuple, ALTERNATIVES_MAX)
        if ways is None or len(ways) * len(found) > ALTERNATIVES_MAX:
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
        key, items = self._many(node.node) if found is None else ("", None)
        if items is not None and (number := self.constant(index)) in (0, -1) and type(number) is int:
            return self._end_of_many(node, key, items, number)
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
