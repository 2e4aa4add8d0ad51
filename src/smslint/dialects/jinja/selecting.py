"""Jinja2's tree lowered to the message tree: items picked out of lists by what is asked of each.

Theory of operation. Whether an item passes `select`, or one of its attributes `selectattr`, is a condition. A list then
is one of several: one for each choice of items that may pass.
"""

from __future__ import annotations

from functools import reduce
from itertools import product

from jinja2 import nodes

from smslint.dialects.jinja.bindings import Binding
from smslint.dialects.jinja.cases import ALTERNATIVES_MAX
from smslint.dialects.jinja.lists import Listing, spread
from smslint.dialects.jinja.sorting import Sorting
from smslint.tree.conditions import ALWAYS, NEVER, Condition, Not, any_of, both, evaluate, first_of, is_large, tests

_ITEM = "\0item"  # the name of the item that is asked
_SELECTING = frozenset(("select", "selectattr", "reject", "rejectattr"))


class Selecting(Sorting):
    """Lowers `select`, `reject`, `selectattr` and `rejectattr`."""

    def filtered_listing(self, node: nodes.Filter, inner: nodes.Node) -> Listing | None:
        if node.name not in _SELECTING or node.name in self.declared_filters:
            return super().filtered_listing(node, inner)
        known = not (node.kwargs or node.dyn_args or node.dyn_kwargs) and self.affords(0)
        found = self.listing(inner) if known else None
        return None if found is None else spread(found, lambda condition, items: self._selected(node, condition, items))

    # -- membership ------------------------------------------------------------------------------------------------

    def _constants(self, node: nodes.Node, left: nodes.Node, op: str, right: nodes.Node) -> Condition | None:
        """`'vip' in tags|map('lower')`: whether an item of a list that is made of another is a constant."""
        found = super()._constants(node, left, op, right)
        made = isinstance(right, nodes.Filter) or (isinstance(right, nodes.Name) and self.reference(right) is None)
        if found is not None or op not in ("in", "notin") or not made:
            return found
        wanted = self.constant(left)
        if type(wanted) not in (str, int):
            return None
        found = self.decided(node)
        if found is not None:
            return found
        before = len(self.problems)
        listing = self.listing(right)
        del self.problems[before:]
        held = None if listing is None else self._held_in(listing, wanted)
        return held if held is None or op == "in" else Not(held)

    def _held_in(self, listing: Listing, wanted: str | int) -> Condition | None:
        """Whether `wanted` is among the items of a list; None where that is not known of one of them."""
        if not self.affords(sum(len(items) for _, items in listing)):
            return None
        ways: list[tuple[Condition | None, Condition]] = []
        for condition, items in listing:
            among: list[Condition] = []
            for item in items:
                known = self.ways_of(item)
                if known is None:
                    return None
                among += [way.condition for way in known if way.value == wanted]
            ways.append((condition, ALWAYS if ALWAYS in among else any_of(among) if among else NEVER))
        found = first_of(ways)
        return None if is_large(found) else found

    def _selected(self, node: nodes.Filter, condition: Condition | None, items: tuple[Binding, ...]) -> Listing | None:
        """The lists that `items`, which they are where `condition` holds, may become."""
        passing = [self._passes(node, item) for item in items]
        known = [one for one in passing if one is not None]
        undecided = [one for one in known if one not in (ALWAYS, NEVER)]
        if len(known) < len(items) or 2 ** len(undecided) > ALTERNATIVES_MAX:
            return None
        if not self.affords(2 ** len(undecided)):
            return None
        ways: list[tuple[Condition | None, tuple[Binding, ...]]] = []
        for picks in product(*((one == ALWAYS,) if one in (ALWAYS, NEVER) else (True, False) for one in known)):
            asked = zip(known, picks, strict=True)
            here = [one if picked else Not(one) for one, picked in asked if one not in (ALWAYS, NEVER)]
            kept = tuple(item for item, picked in zip(items, picks, strict=True) if picked)
            ways.append((both(*(() if condition is None else (condition,)), *here), kept))
        ways[-1] = (condition, ways[-1][1])
        return tuple(ways)

    def _passes(self, node: nodes.Filter, item: Binding) -> Condition | None:
        """Whether `item` is let through; None where smslint does not interpret what is asked."""
        args = list(node.args)
        asked: nodes.Expr = nodes.Name(_ITEM, "load")
        if node.name.endswith("attr"):
            path = self.constant(args.pop(0)) if args else None
            if not isinstance(path, str):
                return None
            asked = reduce(lambda inner, name: nodes.Getattr(inner, name, "load"), path.split("."), asked)
        if args:
            name = self.constant(args[0])
            if not isinstance(name, str):
                return None
            asked = nodes.Test(asked, name, args[1:], [], None, None)
        outer, self.frame = self.frame, self.frame.inner()
        self.scope[_ITEM] = item
        found = self.condition(asked.set_lineno(node.lineno))
        self.frame = outer
        if any(test.kind == "free" for test in tests(found)):
            return None
        settled = evaluate(found, lambda test: None)
        if settled is not None:
            found = ALWAYS if settled else NEVER
        if not node.name.startswith("reject"):
            return found
        return NEVER if settled else ALWAYS if settled is False else Not(found)
