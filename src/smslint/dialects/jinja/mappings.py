"""Jinja2's tree lowered to the message tree: mappings, and attributes of what is in lists.

Theory of operation. A mapping that the template writes is pairs of constant keys and of what they stand for. What asks
for one key gets what stands there, what goes through it a list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from jinja2 import nodes

from smslint.dialects.jinja.bindings import Alias, Binding, Value
from smslint.dialects.jinja.calculator import STREAMS, filtered
from smslint.dialects.jinja.cases import ALTERNATIVES_MAX
from smslint.dialects.jinja.filters import Step
from smslint.dialects.jinja.lists import Listing, Lists, is_list
from smslint.dialects.jinja.names import NOTHING
from smslint.dialects.jinja.plain import TooMuch
from smslint.tree.conditions import ALWAYS, AllOf, AnyOf, Condition, Not, any_of
from smslint.tree.domains import UNDEFINED

Order: TypeAlias = "Callable[[list[Any]], Any]"
Told: TypeAlias = "tuple[tuple[Condition | None, Any], ...]"
Pairs: TypeAlias = "tuple[tuple[Any, Binding], ...]"

_ITEM = "\0mapped"  # the name of an item
_VIEWS = frozenset(("items", "keys", "values"))
_METHODS = frozenset(name for name in dir(dict) if not name.startswith("_"))  # which hide keys behind the dot


class Mappings(Lists):
    """Lowers what asks of a mapping."""

    def pairs_of(self, node: nodes.Node) -> Pairs | None:
        """What the mapping `node` holds; None where it is none that the template writes."""
        if self.reference(node) is not None or self.source.mutates:
            return None  # what it holds may be changed by another name
        known = self.value_of(node)
        if known is not None:
            return self._pairs_of(known, node)
        if isinstance(node, nodes.Dict):
            keys = [self.constant(pair.key) for pair in node.items]
            if not all(isinstance(key, str | int) for key in keys):
                return None
            return tuple(dict(zip(keys, (self.stored(pair.value) for pair in node.items), strict=True)).items())
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "dict":
            bare = not (node.args or node.dyn_args or node.dyn_kwargs) and "dict" not in self.scope
            return tuple((pair.key, self.stored(pair.value)) for pair in node.kwargs) if bare else None
        if not isinstance(node, nodes.Filter | nodes.Getattr | nodes.Getitem):
            return None
        value = self.lowered_quietly(node)
        return None if value is None else self._pairs_of(value, node)

    def _pairs_of(self, value: Value, node: nodes.Node) -> Pairs | None:
        if value.pairs is not None or not isinstance(value.constant, dict):
            return value.pairs
        try:
            return tuple((key, self.known(one, self.span(node))) for key, one in value.constant.items())
        except TooMuch:
            return None

    def mapping(self, node: nodes.Dict | nodes.Call) -> Value | None:
        """What a mapping is."""
        found = self.finite(node)
        if found is not None and found.constant is not None:
            return found
        pairs = self.pairs_of(node)
        return found if pairs is None else (found or self.opaque(node))._replace(pairs=pairs)

    def member(self, node: nodes.Getattr | nodes.Getitem, name: Any) -> Value | None:
        """What stands in a mapping at `name`; None of anything else."""
        hidden = isinstance(node, nodes.Getattr) and name in _METHODS
        pairs = None if hidden else self.pairs_of(node.node)
        held: dict[Any, Binding] = {} if pairs is None else dict(pairs)
        return None if pairs is None else self.either(((None, held.get(name, NOTHING)),), node)

    def at_any(self, node: nodes.Node, pairs: Pairs, key: nodes.Node, other: Binding) -> Value | None:
        """What stands in a mapping at a key that is one of several; `other` where it has none."""
        ways = self.ways_of(self.operand(key))
        if not ways or any(isinstance(way.value, list | dict) for way in ways):
            return None
        held = dict(pairs)
        found = [(way.condition, held.get(way.value, other)) for way in ways]
        return self.either((*found[:-1], (None, found[-1][1])), node)

    def _constants(self, node: nodes.Node, left: nodes.Node, op: str, right: nodes.Node) -> Condition | None:
        asked = op in ("in", "notin") and isinstance(right, nodes.Name | nodes.Dict)
        pairs = self.pairs_of(right) if asked else None
        ways = None if pairs is None else self.ways_of(self.operand(left))
        if pairs is None or not ways or any(isinstance(way.value, list | dict) for way in ways):
            return super()._constants(node, left, op, right)
        held = dict(pairs)
        there = [way.condition for way in ways if way.value in held]
        found = ALWAYS if len(there) == len(ways) else any_of(there)
        return found if op == "in" else Not(found)

    # -- as lists --------------------------------------------------------------------------------------------------

    def listing(self, node: nodes.Node) -> Listing | None:
        if isinstance(node, nodes.Getattr | nodes.Getitem):
            name = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", None)
            held = None if name is None else self.member(node, name)
            return super().listing(node) if held is None else self.bound_listing(held, node)
        found = self._view(node)
        return super().listing(node) if found is None else ((None, found),)

    def _view(self, node: nodes.Node) -> tuple[Binding, ...] | None:
        """The items of a mapping, or of a view of one."""
        call = node.node if isinstance(node, nodes.Call) else None
        if isinstance(call, nodes.Getattr) and isinstance(node, nodes.Call) and call.attr in _VIEWS:
            pairs = None if node.args or node.kwargs else self.pairs_of(call.node)
            return None if pairs is None else self._view_of(pairs, call.attr, node)
        pairs = self.pairs_of(node) if isinstance(node, nodes.Dict | nodes.Call | nodes.Name) else None
        return None if pairs is None else self._view_of(pairs, "keys", node)

    def _view_of(self, pairs: Pairs, view: str, node: nodes.Node) -> tuple[Binding, ...]:
        span = self.span(node)
        if view == "values":
            return tuple(value for _, value in pairs)
        keys = [self.known(key, span) for key, _ in pairs]
        if view == "keys":
            return tuple(keys)
        blank = self.row((), node)
        rows = zip(keys, (value for _, value in pairs), strict=True)
        return tuple(blank._replace(items=row, told=blank.told | {f"[{index}]"}) for index, row in enumerate(rows))

    def row(self, items: tuple[Binding, ...], node: nodes.Node) -> Value:
        """A list of which nobody asks what it prints."""
        return Value(self.opaque(node).message, opaque=True, items=items, told=self.fresh())

    def filtered_listing(self, node: nodes.Filter, inner: nodes.Node) -> Listing | None:
        if node.name in self.declared_filters:
            return None
        if node.name in ("items", "dictsort"):
            pairs = self.pairs_of(inner)
            if pairs is not None and node.name == "items":
                return None if node.args or node.kwargs else ((None, self._view_of(pairs, "items", node)),)
            return None if pairs is None else self._sorted_pairs(node, pairs)
        found = self.listing(inner) if node.name == "map" else None
        if found is None:
            return super().filtered_listing(node, inner)
        mapped = [(condition, self.mapped(node, items)) for condition, items in found]
        known = tuple((condition, items) for condition, items in mapped if items is not None)
        return known if len(known) == len(mapped) else None

    def told_apart(self, bindings: tuple[Binding, ...], order: Order, node: nodes.Filter) -> Told | None:
        """What `order` gives of the values of `bindings`, by what they are, as `node` lays them; None where that is not
        known."""
        ways = self.computed(bindings, order, ALTERNATIVES_MAX)
        if ways is None:
            return None
        found: dict[str, tuple[list[Condition], Any]] = {}
        for way in ways:
            found.setdefault(repr(way.value), ([], way.value))[0].append(way.condition)
        told = [(self._as_order(any_of(conditions), value, node), value) for conditions, value in found.values()]
        return (*told[:-1], (None, told[-1][1]))

    def _as_order(self, condition: Condition, laid: Any, node: nodes.Filter) -> Condition:
        """`condition`, that the values give the order `laid`, told as that: the values may be many."""
        if not isinstance(condition, AllOf | AnyOf):
            return condition
        places = (place for one in laid for place in (one[1] if isinstance(one, tuple) else (one,)))  # of a group, all
        return condition._replace(said=f"{self.source_of(node)} in order {', '.join(str(n + 1) for n in places)}")

    def _sorted_pairs(self, node: nodes.Filter, pairs: Pairs) -> Listing | None:
        """`dictsort`, by what it sorts by: keys, or values that are constant."""
        given = dict(zip(("case_sensitive", "by", "reverse"), map(self.constant, node.args), strict=False))
        given.update({str(pair.key): self.constant(pair.value) for pair in node.kwargs})
        if None in given.values():
            return None
        places = {key: index for index, (key, _) in enumerate(pairs)}

        def order(values: list[Any]) -> Any:
            held = dict(zip(places, values, strict=True)) if given.get("by") == "value" else places
            return [places[key] for key, _ in filtered("dictsort", held, (), given, self.autoescape)]

        by_value = given.get("by") == "value"
        ways = self.told_apart(tuple(value for _, value in pairs) if by_value else (), order, node)
        seen = self._view_of(pairs, "items", node)
        return ways and tuple((condition, tuple(seen[index] for index in found)) for condition, found in ways)

    def mapped(self, node: nodes.Filter, items: tuple[Binding, ...]) -> tuple[Binding, ...] | None:
        """The items after `map`."""
        given = {str(pair.key): pair.value for pair in node.kwargs}
        if not node.args and "attribute" in given and given.keys() <= {"attribute", "default"}:
            name = self.constant(given["attribute"])
            named = self.attributes_of(name, items, node) if isinstance(name, str) else None
            return named if "default" not in given or named is None else self._present(named, given["default"], node)
        name = self.constant(node.args[0]) if node.args else None
        if not isinstance(name, str) or name in STREAMS:
            return None
        if name in self.declared_filters:
            return tuple(self._declared_of(name, node, index, item) for index, item in enumerate(items))
        if any(map(self._is_listed, items)):
            return self._each_filtered(name, node, items)
        rest = nodes.Filter(node.node, name, node.args[1:], node.kwargs, None, None, lineno=node.lineno)
        change = self.step(name, rest)
        return None if change is None else self._changed_items(change, node, items)

    def _declared_of(self, name: str, node: nodes.Filter, index: int, item: Binding) -> Alias:
        """What the filter `name`, whose effect is declared, gives of one item: a variable of its own."""
        known = item.key if isinstance(item, Alias) else None if item.constant is None else repr(item.constant)
        if known is not None and len(node.args) == 1 and not node.kwargs:
            return self.alias(f"{known}|{name}", self.declared_filters[name])
        words = " ".join((f"{self.source_of(node)}[{index}]", *sorted(self.fresh())))
        return self.alias(words, self.declared_filters[name])

    def _is_listed(self, item: Binding) -> bool:
        return is_list(item) if isinstance(item, Value) else self.variable(item.key).items is not None

    def _each_filtered(self, name: str, node: nodes.Filter, items: tuple[Binding, ...]) -> tuple[Binding, ...] | None:
        """Lists in a list, each after the filter `name`."""
        call = nodes.Filter(nodes.Name(_ITEM, "load"), name, node.args[1:], node.kwargs, None, None)
        call.set_lineno(node.lineno, override=True)
        found: list[Binding] = []
        outer = self.frame
        for item in items:
            self.frame = outer.inner()
            self.scope[_ITEM] = item
            one = self.lowered_quietly(call)
            found += [] if one is None else [one]
        self.frame = outer
        return tuple(found) if len(found) == len(items) else None

    def _changed_items(
        self, change: Step, node: nodes.Filter, items: tuple[Binding, ...]
    ) -> tuple[Binding, ...] | None:
        found: list[Binding] = []
        for item in items:
            after = self.stepped(change, item, node)
            if after is None:
                return None
            found.append(after)
        return tuple(found)

    def _present(self, items: tuple[Binding, ...], default: nodes.Node, node: nodes.Node) -> tuple[Binding, ...] | None:
        """`items`, `default` where one is undefined."""
        found: list[Binding] = []
        other = self.operand(default)
        for item in items:
            there = self.defined(item)
            if there is None:
                return None
            found.append(item if there == ALWAYS else self.either(((there, item), (None, other)), node))
        return tuple(found)

    def attributes_of(self, name: str, items: tuple[Binding, ...], node: nodes.Node) -> tuple[Binding, ...] | None:
        found = [self.attribute_of(item, name, node) for item in items]
        return None if None in found else tuple(one for one in found if one is not None)

    def attribute_of(self, item: Binding, path: str, node: nodes.Node) -> Binding | None:
        """The attribute of `item` at `path`, names with dots between; None where smslint does not know it."""
        if isinstance(item, Alias):
            return Alias(f"{item.key}.{path}")
        name, _, rest = path.partition(".")
        if item.pairs is not None:
            found: Binding | None = dict(item.pairs).get(name, NOTHING)
        elif isinstance(item.constant, dict):
            found = self.known(item.constant.get(name, UNDEFINED), self.span(node))
        elif item.either and item.constant is None:
            every = [(condition, self.attribute_of(one, name, node)) for condition, one in item.either]
            known = tuple((condition, one) for condition, one in every if one is not None)
            found = self.either(known, node) if len(known) == len(every) else None
        else:
            return None
        return found if not rest or found is None else self.attribute_of(found, rest, node)
