"""Jinja2's tree lowered to the message tree: lists, and what is asked of them.

Theory of operation. A listing is what a list can be: ways, each with its condition and as many bindings as the list
then has items. A declared list has one way for each number of items; what is done to a list is done to each way.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from jinja2 import nodes
from jinja2.filters import do_batch, sync_do_slice

from smslint.dialects.jinja.bindings import NONE, Alias, Binding, Value
from smslint.dialects.jinja.builtin import Builtin
from smslint.dialects.jinja.cases import ALTERNATIVES_MAX
from smslint.dialects.jinja.changes import deeper
from smslint.dialects.jinja.filters import Step
from smslint.dialects.jinja.names import NOTHING
from smslint.dialects.jinja.plain import TooMuch, length
from smslint.dialects.jinja.reads import is_stream, may_be_stream
from smslint.tree.conditions import Condition, Not, Test, both
from smslint.tree.domains import ALPHABETS, Domain, flat, joined, widest
from smslint.tree.message import Arm, Choice, Message, Slot, Span, whole

Listing: TypeAlias = "tuple[tuple[Condition | None, tuple[Binding, ...]], ...]"

LISTED_MAX = 12  # items of a declared list of which each number is a way
CHOICES_MAX = 30  # choices in each other that a value is made of; past it only its length and characters are known
ITEMS_MAX = 1_000  # of a constant list


class Lists(Builtin):
    """Lowers what gives a list, and what makes something else of one."""

    @abstractmethod
    def operand(self, node: nodes.Node) -> Binding:
        """What a part of an expression is."""

    @abstractmethod
    def message_of(self, binding: Binding, node: nodes.Node) -> Message:
        """What `binding` prints where `node` stands."""

    @abstractmethod
    def step(self, name: str, call: nodes.Filter | nodes.Call) -> Step | None:
        """The filter `name` with constant arguments; None where it has others."""

    @abstractmethod
    def applied(self, change: Step, binding: Binding, node: nodes.Node, span: Span) -> Value | None:
        """`binding`, which `node` is, after a filter."""

    @abstractmethod
    def safety(self, binding: Binding) -> bool | None:
        """Whether `binding` is not escaped again; None where it is in some cases only."""

    @abstractmethod
    def constant(self, node: nodes.Node) -> Any:
        """The value of `node` (NONE for None), where it has only one; else None."""

    def either(self, ways: tuple[tuple[Any, Binding], ...], node: nodes.Node) -> Value:
        """One of several, each under its condition, the last where no other holds."""
        span = self.span(node)
        if len(ways) == 1:
            one = ways[0][1]
            return one if isinstance(one, Value) else Value(self.message_of(one, node), either=((None, one),))
        arms = tuple(Arm(condition, self.message_of(one, node), span) for condition, one in ways)
        if any(deeper(arm.body, CHOICES_MAX) for arm in arms):
            return Value((Slot("…", widest([whole(arm.body) for arm in arms]), span),))
        return Value((Choice(arms, span),), either=ways)

    def bind(self, target: nodes.Node, binding: Binding) -> None:
        """Binds the target of an assignment or a loop; of several names, each to its part of a list."""
        if isinstance(target, nodes.Tuple) and isinstance(binding, Value) and binding.items is None:
            parts = self._parts_of(binding, target)
            if parts is not None:
                binding = binding._replace(items=parts)
        super().bind(target, self._row(binding, len(target.items)) if isinstance(target, nodes.Tuple) else binding)

    def _row(self, binding: Binding, length: int) -> Binding:
        """`binding`, which is unpacked to so many names: a declared list of as many items as these."""
        items = self.variable(binding.key).items if isinstance(binding, Alias) else None
        if not isinstance(binding, Alias) or items is None or not items.low == items.high == length:
            return binding
        return Value((), opaque=True, items=tuple(self.alias(f"{binding.key}[{n}]", items.item) for n in range(length)))

    def _parts_of(self, binding: Value, target: nodes.Tuple) -> tuple[Binding, ...] | None:
        """What the names of `target` stand for: of one of several lists, each for one of several."""
        listing = self.bound_listing(binding, target)
        if listing is None or any(len(items) != len(target.items) for _, items in listing):
            return None
        conditions = [condition for condition, _ in listing]
        columns = zip(*(items for _, items in listing), strict=True)
        return tuple(self.either(tuple(zip(conditions, column, strict=True)), target) for column in columns)

    # -- listings --------------------------------------------------------------------------------------------------

    def listing(self, node: nodes.Node) -> Listing | None:
        """What the list `node` can be; None where it is no list, or not known."""
        key = self.reference(node)
        if key is not None:
            return self._declared_listing(key)
        known = self.value_of(node)
        if known is not None:
            return self.bound_listing(known, node)
        if isinstance(node, nodes.List | nodes.Tuple):
            return ((None, tuple(map(self.stored, node.items))),)
        if isinstance(node, nodes.Filter) and node.node is not None:
            return self.filtered_listing(node, node.node)
        if isinstance(node, nodes.Call):
            computed = self.finite(node)
            return None if computed is None else self.bound_listing(computed, node)
        return None

    def stored(self, node: nodes.Expr) -> Binding:
        """What an item of a list or mapping is; an iterator, which may be read again, is not followed."""
        return self.opaque(node) if may_be_stream(node) else self.operand(node)

    def _declared_listing(self, key: str) -> Listing | None:
        variable = self.variable(key)
        items = variable.items
        if items is None or items.high is None or items.high > LISTED_MAX:
            return None
        every = tuple(self.alias(f"{key}[{index}]", items.item) for index in range(items.high))
        ways: list[tuple[Condition | None, tuple[Binding, ...]]] = []
        if variable.optional:
            ways.append((Not(Test(key, "defined", None, f"{key} is defined")), ()))
        for number in range(items.low, items.high + 1):
            ways.append((Test(key, "items", number, f"{key}|length == {number}"), every[:number]))
        return (*ways[:-1], (None, ways[-1][1]))

    def bound_listing(self, value: Value, node: nodes.Node) -> Listing | None:
        """What the list `value`, which `node` stands for, can be; None where it is none."""
        if value.items is not None:
            return ((None, value.items),)
        if value.constant is not None:
            items = self.known_items(value.constant, node)
            return None if items is None else ((None, items),)
        if not value.either and not value.opaque:
            return self._computed_listing(value, node)
        ways: list[tuple[Condition | None, tuple[Binding, ...]]] = []
        for condition, binding in value.either:
            if isinstance(binding, Alias):
                inner = self._declared_listing(binding.key)
            else:
                inner = self.bound_listing(binding, node)
            if inner is None or len(ways) + len(inner) > ALTERNATIVES_MAX:
                return None
            ways += [(under(condition, one), items) for one, items in inner]
        return tuple(ways) or None

    def known_items(self, constant: Any, node: nodes.Node) -> tuple[Binding, ...] | None:
        """The items of a constant list; None where it is none, or too long."""
        if not isinstance(constant, list | tuple | range) or length(constant) > ITEMS_MAX:
            return None
        span = self.span(node)
        try:
            return tuple(self.known(item, span) for item in constant)
        except TooMuch:
            return None

    def _computed_listing(self, value: Value, node: nodes.Node) -> Listing | None:
        """What a list is by the value of a variable: `range(n)`."""
        found: list[tuple[Condition | None, tuple[Binding, ...]]] = []
        for way in self.ways_of(value) or ():
            items = self.known_items(way.value, node)
            if items is None:
                return None
            found.append((way.condition, items))
        return (*found[:-1], (None, found[-1][1])) if found else None

    def filtered_listing(self, node: nodes.Filter, inner: nodes.Node) -> Listing | None:
        """What the list `inner` can be after the filter `node`."""
        change = _LISTS.get(node.name)
        if change is None or node.name in self.declared_filters:
            return None
        found = self.listing(inner)
        if found is None:
            return None
        ways = []
        for condition, items in found:
            after = change(self, node, items)
            if after is None:
                return None
            ways.append((condition, after))
        return tuple(ways)

    def _as_it_is(self, node: nodes.Filter, items: tuple[Binding, ...]) -> tuple[Binding, ...] | None:
        return None if node.args or node.kwargs else items

    def _reversed(self, node: nodes.Filter, items: tuple[Binding, ...]) -> tuple[Binding, ...] | None:
        return None if node.args or node.kwargs else items[::-1]

    def _rows(self, node: nodes.Filter, items: tuple[Binding, ...]) -> tuple[Binding, ...] | None:
        """The rows of `batch` and `slice`, as Jinja2's own filters lay them."""
        given = [*node.args, *(pair.value for pair in node.kwargs if pair.key == "fill_with")]
        number = self.constant(node.args[0]) if node.args else None
        if len(given) > 2 or len(given) < len(node.args) + len(node.kwargs):
            return None
        if type(number) is not int or not 0 < number <= ITEMS_MAX:
            return None
        fill = None if len(given) == 1 or self.constant(given[1]) is NONE else self.operand(given[1])
        rows = _LAID[node.name](items, number, fill)
        return tuple(Value(self.opaque(node).message, opaque=True, items=tuple(row)) for row in rows)

    @abstractmethod
    def attributes_of(self, name: str, items: tuple[Binding, ...], node: nodes.Node) -> tuple[Binding, ...] | None:
        """The attribute `name`, or of an attribute, of each of `items`; None where smslint does not know one."""

    @abstractmethod
    def stepped(self, change: Step, binding: Binding, node: nodes.Node) -> Value | None:
        """`binding`, constants too, after a filter."""

    # -- what is made of a list ------------------------------------------------------------------------------------

    def of_list(self, node: nodes.Filter) -> Value | None:
        """What a filter makes of a list; None where it is no list, or where that is not known."""
        if node.node is None or node.dyn_args is not None or node.dyn_kwargs is not None:
            return None
        method = _RESULTS.get(node.name)
        if method is None:
            found = self.listing(node)
            return None if found is None else self.value_of_listing(node, found)
        found = self.listing(node.node)
        if found is None or not self.affords(sum(len(items) for _, items in found)):
            return None
        ways = []
        for condition, items in found:
            one = method(self, node, items)
            if one is None:
                return None
            ways.append((condition, one))
        return self.either(tuple(ways), node)

    def value_of_listing(self, node: nodes.Node, listing: Listing) -> Value:
        """A list, of which it is not known what it prints."""
        message = self.opaque(node).message
        one = Value(message, opaque=True, stream=is_stream(node))
        lists = tuple((condition, one._replace(items=items)) for condition, items in listing)
        return lists[0][1] if len(lists) == 1 else Value(message, opaque=True, either=lists)

    def joined(self, node: nodes.Filter, items: tuple[Binding, ...]) -> Value | None:
        given = dict(zip(("d", "attribute"), node.args, strict=False))
        given.update({str(pair.key): pair.value for pair in node.kwargs})
        if not given.keys() <= {"d", "attribute"} or len(node.args) > 2:
            return None
        if "attribute" in given:
            name = self.constant(given["attribute"])
            named = self.attributes_of(name, items, node) if isinstance(name, str) else None
            if named is None:
                return None
            items = named
        between: Message = ()
        between_is_plain = "d" not in given or self.safety(self.operand(given["d"])) is False
        if "d" in given:
            between = self.message_of(self.operand(given["d"]), given["d"])
        found: Message = ()
        for index, item in enumerate(items):
            if isinstance(item, Value) and (item.opaque or item.items is not None):
                return None
            if self.autoescape and (self.safety(item) is not False or not between_is_plain):
                return None
            found += (*(between if index else ()), *self.message_of(item, node))
        return Value(found, text=True)

    def _first(self, node: nodes.Filter, items: tuple[Binding, ...]) -> Binding:
        return at(items, 0)

    def _last(self, node: nodes.Filter, items: tuple[Binding, ...]) -> Binding | None:
        return None if is_stream(node.node) else at(items, -1)

    def _random(self, node: nodes.Filter, items: tuple[Binding, ...]) -> Binding | None:
        return None if is_stream(node.node) else self.any_of(items, node) if items else NOTHING

    def any_of(self, items: tuple[Binding, ...], node: nodes.Node, exact: bool = True) -> Value:
        """Any of `items`, whatever else is sent; not `exact`: which of them may depend on it after all."""
        domains = [self._domain_of(item, node) for item in items]
        values = [value for domain in domains for value in domain.values or ()]
        if all(domain.values is not None and not domain.end for domain in domains):
            distinct = {(type(value), value): value for value in values}
            domain = Domain(values=tuple(distinct.values()), exact=exact and all(one.exact for one in domains))
        else:
            domain = widest([joined([one]) for one in domains])
        return Value((Slot(self.name_of(node), domain, self.span(node)),))

    def _domain_of(self, item: Binding, node: nodes.Node) -> Domain:
        if isinstance(item, Value) and isinstance(item.constant, str | bool | int):
            return Domain(values=(item.constant,))
        message = self.message_of(item, node)
        single = len(message) == 1 and isinstance(message[0], Slot) and not message[0].filters
        return message[0].domain if single and isinstance(message[0], Slot) else whole(message)

    def _length(self, node: nodes.Filter, items: tuple[Binding, ...]) -> Binding | None:
        return None if is_stream(node.node) else self.known(len(items), self.span(node))

    def _computed(self, node: nodes.Filter, items: tuple[Binding, ...]) -> Binding | None:
        """`sum`, `min`, `max` of items that have few values, `sum` also of an attribute of them."""
        if node.name == "sum" and (node.args or node.kwargs):
            return self._summed(node, items)
        change = self.step(node.name, node)
        ways = None if change is None else self.computed(items, change.exactly)
        if ways is None:
            return None if node.args or node.kwargs or not items else self._of_any(node, items)
        span = self.span(node)
        try:
            constants = [self.known(way.value, span) for way in ways]
        except TooMuch:
            return None
        return self.either(tuple(zip((way.condition for way in ways), constants, strict=True)), node)

    def _of_any(self, node: nodes.Filter, items: tuple[Binding, ...]) -> Binding | None:
        """`sum`, `min` or `max` of items of which only bounds are known."""
        domains = [flat(self._domain_of(item, node)) for item in items]
        if any(isinstance(item, Value) and (item.opaque or is_list(item)) for item in items):
            return None
        if node.name != "sum":
            return self.any_of(items, node, exact=False)
        digits = widest(domains)
        if digits.length_max is None or any(domain.alphabet != ALPHABETS["digits"] for domain in domains):
            return None
        longest = digits.length_max + len(str(len(items)))
        return Value((Slot(self.name_of(node), Domain(1, longest, ALPHABETS["digits"], exact=False), self.span(node)),))

    def _summed(self, node: nodes.Filter, items: tuple[Binding, ...]) -> Binding | None:
        """`sum` with arguments."""
        given = dict(zip(("attribute", "start"), node.args, strict=False))
        given.update({str(pair.key): pair.value for pair in node.kwargs})
        name = self.constant(given["attribute"]) if "attribute" in given else None
        if not given.keys() <= {"attribute", "start"} or not (isinstance(name, str) or "attribute" not in given):
            return None
        named = self.attributes_of(name, items, node) if isinstance(name, str) else items
        if named is None:
            return None
        start = (self.operand(given["start"]),) if "start" in given else ()
        return self._computed(nodes.Filter(node.node, "sum", [], [], None, None, lineno=node.lineno), (*start, *named))


def parts(node: nodes.Slice) -> tuple[nodes.Node | None, ...]:
    """From where, to where, in which steps."""
    return node.start, node.stop, node.step


def at(items: Sequence[Binding], index: int) -> Binding:
    """`items[index]`, undefined where there is none."""
    return items[index] if -len(items) <= index < len(items) else NOTHING


def is_list(value: Value) -> bool:
    """Whether `value` is a list, or may be one."""
    held = not (value.items is None and value.pairs is None) or isinstance(value.constant, list | tuple | dict)
    return held or any(isinstance(one, Value) and is_list(one) for _, one in value.either)


def under(condition: Condition | None, other: Condition | None) -> Condition | None:
    """`other`, as long as `condition` holds; None where there is neither."""
    parts = [one for one in (condition, other) if one is not None]
    return both(*parts) if parts else None


def spread(
    listing: Listing, change: Callable[[Condition | None, tuple[Binding, ...]], Listing | None]
) -> Listing | None:
    """The ways that `change` makes of each way of a list; None where it knows none of some, or there are too many."""
    ways: list[tuple[Condition | None, tuple[Binding, ...]]] = []
    for condition, items in listing:
        more = change(condition, items)
        if more is None or len(ways) + len(more) > ALTERNATIVES_MAX:
            return None
        ways += more
    return tuple(ways)


_LISTS: dict[str, Callable[[Lists, nodes.Filter, tuple[Binding, ...]], tuple[Binding, ...] | None]] = {
    "list": Lists._as_it_is,
    "reverse": Lists._reversed,
    "batch": Lists._rows,
    "slice": Lists._rows,
}
_LAID: dict[str, Callable[[Any, int, Any], Any]] = {"batch": do_batch, "slice": sync_do_slice}
_RESULTS: dict[str, Callable[[Lists, nodes.Filter, tuple[Binding, ...]], Binding | None]] = {
    "join": Lists.joined,
    "first": Lists._first,
    "last": Lists._last,
    "random": Lists._random,
    "length": Lists._length,
    "count": Lists._length,
    "sum": Lists._computed,
    "min": Lists._computed,
    "max": Lists._computed,
}
