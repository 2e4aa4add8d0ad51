"""Jinja2's tree lowered to the message tree: lists that are put in order, or in groups, by what is in them.

Theory of operation. What is sorted by has few values: then the order is told apart by them, as Jinja2's own filters lay
it. Or it has not: then each place is any of the items, of which only bounds are known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from jinja2 import nodes
from jinja2.filters import do_max, do_min, do_sort, do_unique, sync_do_groupby

from smslint.dialects.jinja.bindings import Alias, Binding, Value, python
from smslint.dialects.jinja.calculator import plain_environment
from smslint.dialects.jinja.lists import Listing, spread, under
from smslint.dialects.jinja.mappings import Mappings, Order, Told
from smslint.dialects.jinja.names import NOTHING
from smslint.dialects.jinja.plain import checked, real
from smslint.tree.conditions import Condition, Test
from smslint.tree.domains import widest
from smslint.tree.message import Slot, whole
from smslint.tree.variables import FREE, Variable

_PARAMETERS = {
    "sort": ("reverse", "case_sensitive", "attribute"),
    "unique": ("case_sensitive", "attribute"),
    "groupby": ("attribute", "default", "case_sensitive"),
    "min": ("case_sensitive", "attribute"),
    "max": ("case_sensitive", "attribute"),
}
_ALONE = ((None, (0,)),)


class Sorting(Mappings):
    """Lowers `sort`, `unique`, `groupby`, and `min` and `max` by an attribute."""

    def filtered_listing(self, node: nodes.Filter, inner: nodes.Node) -> Listing | None:
        if node.name not in ("sort", "unique", "groupby") or node.name in self.declared_filters:
            return super().filtered_listing(node, inner)
        given = self._given(node)
        found = None if given is None else self.listing(inner)
        if found is None or given is None:
            return None

        def laid(condition: Condition | None, items: tuple[Binding, ...]) -> Listing | None:
            after = self._laid(node, items, given)
            return after and tuple((under(condition, one), each) for one, each in after)

        return spread(found, laid)

    def of_list(self, node: nodes.Filter) -> Value | None:
        known = node.name in ("min", "max") and (node.args or node.kwargs) and node.name not in self.declared_filters
        given = self._given(node) if known else None
        found = self.listing(node.node) if given and given.get("attribute") and node.node is not None else None
        if found is None or given is None:
            return super().of_list(node)
        ways: list[tuple[Condition | None, Binding]] = []
        for condition, items in found:
            keyed = self._keyed(items, given, node)
            laid = None if keyed is None else self.told_apart(keyed, _ORDERS[node.name](given), node)
            if laid is None:
                return None
            ways += [(under(condition, here), items[places[0]] if items else NOTHING) for here, places in laid]
        return self.either(tuple(ways), node)

    def _given(self, node: nodes.Filter) -> dict[str, Any] | None:
        """The arguments of a filter, which are constants."""
        names = _PARAMETERS[node.name]
        if len(node.args) > len(names) or node.dyn_args is not None or node.dyn_kwargs is not None:
            return None
        given = dict(zip(names, map(self.constant, node.args), strict=False))
        given.update({str(pair.key): self.constant(pair.value) for pair in node.kwargs})
        attribute = python(given.get("attribute"))
        if None in given.values() or not given.keys() <= set(names) or not isinstance(attribute, str | None):
            return None
        return {name: python(value) for name, value in given.items()}

    def _keyed(self, items: tuple[Binding, ...], given: dict[str, Any], node: nodes.Node) -> tuple[Binding, ...] | None:
        """What each of `items` is sorted by."""
        attribute = given.get("attribute")
        if attribute is not None and "," in attribute:
            return None
        return items if attribute is None else self.attributes_of(attribute, items, node)

    def _laid(self, node: nodes.Filter, items: tuple[Binding, ...], given: dict[str, Any]) -> Listing | None:
        if not items:
            return ((None, ()),)
        keyed = self._keyed(items, given, node)
        if keyed is None:
            return None
        alone = len(items) == 1 and node.name != "groupby"
        laid: Told | None = _ALONE if alone else self.told_apart(keyed, _ORDERS[node.name](given), node)
        if laid is None:
            return self._any_order(node, items)
        if node.name == "groupby":
            return tuple((one, tuple(self._group(group, items, node) for group in groups)) for one, groups in laid)
        return tuple((one, tuple(items[index] for index in order)) for one, order in laid)

    def _group(self, group: tuple[Any, Sequence[int]], items: tuple[Binding, ...], node: nodes.Node) -> Value:
        grouper = self.known(group[0], self.span(node))
        members = self.row(tuple(items[index] for index in group[1]), node)
        return self.row((grouper, members), node)._replace(pairs=(("grouper", grouper), ("list", members)))

    # -- where the order is not known ------------------------------------------------------------------------------

    def _any_order(self, node: nodes.Filter, items: tuple[Binding, ...]) -> Listing | None:
        if node.name == "groupby":
            return None
        every = self._any_places(node, items)
        if node.name == "sort" or every is None:
            return None if every is None else ((None, every),)
        ways: list[tuple[Condition | None, tuple[Binding, ...]]] = []
        for number in range(1, len(items)):
            words = f"{number} of `{self.source_of(node)}` differ"
            key = " ".join((words, *self.fresh()))
            self.variables[key] = FREE
            ways.append((Test(key, "free", None, words), every[:number]))
        return (*ways, (None, every))

    def _any_places(self, node: nodes.Filter, items: tuple[Binding, ...]) -> tuple[Binding, ...] | None:
        """As many as `items`, each of which is any of them."""
        aliases = [item for item in items if isinstance(item, Alias)]
        variables = {id(self.variable(alias.key)): self.variable(alias.key) for alias in aliases}
        alike = len(aliases) == len(items) and len(variables) == 1
        if alike and any(one.fields or one.items is not None for one in variables.values()):
            loose, words = _loose(*variables.values()), self.source_of(node)
            return tuple(self.alias(f"{alias.key} in {words}", loose) for alias in aliases)
        if any(isinstance(item, Value) and (item.items is not None or item.pairs is not None) for item in items):
            return None
        domain = replace(widest([whole(self.message_of(item, node)) for item in items]), exact=False)
        return tuple(Value((Slot(self.name_of(node), domain, self.span(node)),)) for _ in items)


def _loose(variable: Variable) -> Variable:
    """`variable`, of which not all that it can be need be possible where it stands."""
    fields = {name: _loose(one) for name, one in variable.fields.items()}
    items = variable.items and variable.items._replace(item=_loose(variable.items.item))
    return variable._replace(domain=replace(variable.domain, exact=False), fields=fields, items=items)


def _by(function: Callable[..., Any], given: dict[str, Any]) -> Order:
    """The places of what `function` gives of items with these keys."""
    more = {name: value for name, value in given.items() if name not in ("attribute", "default")}

    def order(keys: list[Any]) -> Any:
        found = function(plain_environment(False), _rows(keys), attribute="key", **more)
        return [row["place"] for row in ([found] if isinstance(found, dict) else found)]

    return order


def _groups(given: dict[str, Any]) -> Order:
    """The groups of items with these keys: the key, and the places of each."""
    default, case_sensitive = given.get("default"), given.get("case_sensitive", False)

    def order(keys: list[Any]) -> Any:
        found = sync_do_groupby(plain_environment(False), _rows(keys), "key", default, case_sensitive)
        return [(checked(key), [row["place"] for row in rows]) for key, rows in found]

    return order


def _rows(keys: list[Any]) -> list[dict[str, Any]]:
    return [{"key": real(key), "place": place} for place, key in enumerate(keys)]


_ORDERS: dict[str, Callable[[dict[str, Any]], Order]] = {
    "sort": partial(_by, do_sort),
    "unique": partial(_by, do_unique),
    "min": partial(_by, do_min),
    "max": partial(_by, do_max),
    "groupby": _groups,
}
