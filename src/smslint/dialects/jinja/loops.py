"""Jinja2's tree lowered to the message tree: loops.

Theory of operation. A loop of few rounds is written out, so that each item, `loop.last`, a filter and `break` are
exact: one way for each number of items that a declared list can have (`rounds`). A loop of more rounds is a Repeat of
its body (`repeats`), which is sound, and says that it is not exact where it is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from jinja2 import nodes

from smslint.dialects.jinja.bindings import Alias, Binding, Value
from smslint.dialects.jinja.lists import Listing
from smslint.dialects.jinja.plain import length
from smslint.dialects.jinja.repeats import Repeats, any_number, any_of_these
from smslint.dialects.jinja.statements import STRAIGHT, Lower
from smslint.tree.conditions import Condition, Not, Test
from smslint.tree.domains import UNKNOWN
from smslint.tree.message import Message
from smslint.tree.variables import Items, Variable

UNROLL_MAX = 12  # rounds of a loop over a declared list that are written out
ITEMS_MAX = 1_000  # of a constant list that is looped over item by item

ROUNDS_MAX = 10**18  # of a range that are counted


class Loops(Repeats):
    """Lowers `for`."""

    def _for(self, loop: nodes.For) -> Message:
        if loop.recursive and next(_called(loop), None) is not None:
            self.forget_attributes(loop)
            return (self.unknown(loop, "for", "how often a recursive loop goes on is not known"),)
        outer, flow = self.frame, self.flow
        self.frame, self.flow = outer.inner(), STRAIGHT
        items = self._items(loop.iter)
        listing = self._listing(loop.iter) if items is None else None
        if listing is not None:
            ways = [(condition, partial(self._over_items, loop, each)) for condition, each in listing]
            message = self.choice(ways, self.span(loop.iter))
        elif items is not None:
            message = self._over_items(loop, items)
        else:
            long = self._long(loop.iter)
            message = self._over_variable(loop) if long is None else self._over_long(loop, long)
        self.frame, self.flow = outer, flow
        return message

    # -- known items -----------------------------------------------------------------------------------------------

    def _listing(self, node: nodes.Node) -> Listing | None:
        """What is looped over, where it is one of several lists, or texts."""
        key = self.reference(node)
        if key is None:
            found = self.listing(node)
            return self.evaluated_listing(node) if found is None else found
        few = self.variable(key).items is None and self.variable(key).domain.values is not None
        found = self.evaluated_listing(node) if few else None
        if found is not None:
            self.problem(f"the loop over {self._of_characters(node, key)}", node)
        return found

    def _of_characters(self, node: nodes.Node, key: str) -> str:
        instead = f"declare a list, `{key}: {{max_items: …, item: …}}`"
        return f"`{self.source_of(node)}` goes through the characters of a text: {instead}"

    def _items(self, node: nodes.Node) -> Sequence[Binding] | None:
        """The items of a list that is known; None where it is not."""
        if isinstance(node, nodes.List | nodes.Tuple):
            return [self.stored(item) for item in node.items]
        if self.reference(node) is not None:
            return None
        known = self.value_of(node) or self.lowered_quietly(node)
        if known is None or known.items is not None:
            return known and known.items
        if not isinstance(known.constant, list | tuple | str | dict | range) or length(known.constant) > ITEMS_MAX:
            return None
        span = self.source.text_span(*self.span(node))
        return [self.known(item, span) for item in known.constant]

    def _long(self, node: nodes.Node) -> Sequence[Any] | None:
        """A constant list, or a range, of more items than are looked at one by one."""
        known = None if self.reference(node) is not None else self.value_of(node) or self.lowered_quietly(node)
        constant = None if known is None else known.constant
        if not isinstance(constant, list | tuple | str | dict | range) or length(constant) <= ITEMS_MAX:
            return None
        return list(constant) if isinstance(constant, dict) else constant

    def _over_long(self, loop: nodes.For, items: Sequence[Any]) -> Message:
        if length(items) > ROUNDS_MAX:
            self.problem(f"the loop over `{self.source_of(loop.iter)}` has more rounds than are counted", loop.iter)
            return self.repeated(loop, None, Items(ROUNDS_MAX, None, Variable(UNKNOWN)))
        span = self.source.text_span(*self.span(loop.iter))
        ends = self.known(items[0], span), self.known(items[-1], span)
        if isinstance(items, range):
            return self.over_any(loop, length(items), any_number(items), ends)
        plain = all(isinstance(item, str | int) for item in items)
        return self.over_any(loop, len(items), any_of_these(items) if plain else UNKNOWN, ends)

    def _over_items(self, loop: nodes.For, items: Sequence[Binding]) -> Message:
        if not items:
            return self.body(loop.else_)
        if not self.affordable(loop, len(items)):
            return self.over_known(loop, items)
        self.copies *= len(items)
        message = self.rounds(loop, [self._one_of_several(loop, index, item) for index, item in enumerate(items)])
        self.copies //= len(items)
        return message

    def _one_of_several(self, loop: nodes.For, index: int, item: Binding) -> Binding:
        """`item`, told from others that look like it."""
        marked = self.marked(item, loop.iter) if isinstance(item, Value) else item
        if marked is item or isinstance(marked, Alias):
            return item
        return marked._replace(told=marked.told | {f"[{index}]"})

    # -- declared lists --------------------------------------------------------------------------------------------

    def _over_variable(self, loop: nodes.For) -> Message:
        key = self.reference(loop.iter)
        declared = None if key is None else self.variable(key).items
        if key is None or declared is None:
            words = f"`{self.source_of(loop.iter)}`"
            if key is not None and self._is_text(key):
                words = self._of_characters(loop.iter, key)
            elif key is not None:
                words += f" has no declared bound: declare `{key}: {{max_items: …}}` under `variables`"
            else:
                words += " has no known length: " + self._advice(loop.iter)
            self.problem(f"the loop over {words}", loop.iter)
            if declared is None:
                text = key is None or self._is_text(key)
                declared = Items(0, None, Variable(UNKNOWN) if text else self.lookup(""))
        if declared.high is None or declared.high > UNROLL_MAX or key is None:
            return self.repeated(loop, key, declared)
        copies = declared.high * (declared.high + 1) // 2
        if not self.affordable(loop, copies):
            return self.repeated(loop, key, declared)
        self.copies *= max(copies, 1)
        message = self._written_out(loop, key, declared)
        self.copies //= max(copies, 1)
        return message

    def _advice(self, node: nodes.Node) -> str:
        """What to loop over instead of `node`."""
        names = (part.name for part in (node, *node.find_all(nodes.Name)) if isinstance(part, nodes.Name))
        changed = next((name for name in names if name in self.changed), None)
        if changed is not None:
            return f"the template changes `{changed}`; append to a list of its own, `{{% set out = [] %}}`"
        keys = (self.reference(part) for part in node.find_all((nodes.Name, nodes.Getattr)))
        declared = next((key for key in keys if key is not None and self.variable(key).items is not None), None)
        if declared is None:
            return "loop over a variable with declared `max_items`"
        return f"what is made of `{declared}` here is not followed; loop over `{declared}` itself, or pass the list in"

    def _written_out(self, loop: nodes.For, key: str, items: Items) -> Message:
        assert items.high is not None
        ways: list[tuple[Condition | None, Lower]] = []
        if self.variable(key).optional:
            missing = Not(Test(key, "defined", None, f"{key} is defined"))
            ways.append((missing, partial(self.body, loop.else_)))
        every = [self.alias(f"{key}[{index}]", items.item) for index in range(items.high)]
        for rounds in range(items.low, items.high + 1):
            condition = Test(key, "items", rounds, f"{key}|length == {rounds}")
            ways.append((condition, partial(self.rounds, loop, every[:rounds])))
        return self.choice(ways, self.span(loop.iter))


def _called(loop: nodes.For) -> Iterator[nodes.Call]:
    """The calls of a recursive loop in itself."""
    every = (call for part in loop.body for call in (part, *part.find_all(nodes.Call)))
    return (c for c in every if isinstance(c, nodes.Call) and isinstance(c.node, nodes.Name) and c.node.name == "loop")
