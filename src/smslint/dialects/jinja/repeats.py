"""Jinja2's tree lowered to the message tree: loops of more rounds than are written out.

Theory of operation. Rounds are a Repeat of the loop's body, in which each item is any of the items. Where the body asks
whether it is the first round or the last, these two are written out around it: `{% if not loop.last %}, {% endif %}` is
exact for any number of rounds. What else may depend on the place of a round only gives a bound, and says so.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from jinja2 import nodes

from smslint.dialects.jinja.bindings import Binding, Value
from smslint.dialects.jinja.places import any_place, asks_edges_only, asks_place, at_an_edge
from smslint.dialects.jinja.rounds import Rounds, guess, leaves
from smslint.dialects.jinja.statements import STRAIGHT, Lower, extent_of, nothing
from smslint.tree.conditions import ALWAYS, NEVER, Condition, Not, Test
from smslint.tree.domains import ALPHABETS, UNKNOWN, Domain, joined
from smslint.tree.message import Arm, Choice, Message, Repeat
from smslint.tree.variables import FREE, Items, Variable

VALUES_MAX = 64  # of a list that is not written out, that are told apart
_PEELED = 4  # copies of the body: the only round, the first, those between, the last


class Repeats(Rounds):
    """Lowers loops whose rounds are not written out."""

    def over_known(self, loop: nodes.For, items: Sequence[Binding]) -> Message:
        """The loop over a list that is known and too long to be written out: a round takes any of its items."""
        constants = [item.constant for item in items if isinstance(item, Value)]
        known = len(constants) == len(items) and all(isinstance(one, str | int) for one in constants)
        domain = any_of_these(constants) if known else UNKNOWN
        return self.over_any(loop, len(items), domain, (items[0], items[-1]))

    def over_any(self, loop: nodes.For, rounds: int, domain: Domain, ends: tuple[Binding, Binding]) -> Message:
        """The loop of so many rounds over items of `domain`, the first and the last of which are known."""
        found = self.repeated(loop, None, Items(rounds, rounds, Variable(domain)), ends)
        if not _asks_item(loop):
            return found
        return (*found, guess(self.span(loop.iter)))  # as no round may really take any of them

    def repeated(self, loop: nodes.For, key: str | None, items: Items, ends: Sequence[Binding] = ()) -> Message:
        """The loop over the declared list `key`, or over another; `ends` are the first and the last item."""
        if items.high == 0:
            return self.body(loop.else_)
        apart = asks_place(loop) or self.calls_state(loop)
        if apart and loop.test is None and not leaves(loop) and self.affordable(loop, _PEELED):
            self.copies *= _PEELED
            found = self._peeled(loop, key, items, ends)
            self.copies //= _PEELED
            return found if asks_edges_only(loop) else (*found, guess(self.span(loop.iter)))
        found = self._alike(loop, key, items)
        return (*found, guess(self.span(loop.iter))) if asks_place(loop) else found

    # -- the first and the last round apart ------------------------------------------------------------------------

    def _peeled(self, loop: nodes.For, key: str | None, items: Items, ends: Sequence[Binding]) -> Message:
        source = key or self.apart(self.source_of(loop.iter))
        ways: list[tuple[Condition | None, Lower]] = []
        if items.low == 0 or (key is not None and self.variable(key).optional):
            ways.append((self._none(key, source), partial(self.body, loop.else_)))
        if items.low <= 1:
            only = partial(self._edge, loop, f"{source}[0]", items, (True, True), ends[:1])
            ways.append((self._one_item(key, source), only))
        if items.high != 1:
            ways.append((None, partial(self._several, loop, source, items, ends)))
        ways[-1] = (None, ways[-1][1])
        return self.choice(ways, self.span(loop.iter))

    def _none(self, key: str | None, source: str) -> Condition:
        return Not(self._undecided(f"`{source}` has items") if key is None else Test(key, "truthy", None, key))

    def _one_item(self, key: str | None, source: str) -> Condition:
        if key is None or self.variable(key).items is None:
            return self._undecided(f"`{source}` has one item")
        return Test(key, "items", 1, f"{key}|length == 1")

    def _several(self, loop: nodes.For, source: str, items: Items, ends: Sequence[Binding]) -> Message:
        """The first round, those between, and the last."""
        first = self._edge(loop, f"{source}[0]", items, (True, False), ends[:1])
        before = dict(self.attributes)
        between = self._between(loop, source, items)
        if self.attributes != before:  # what a round changes, the next may find changed
            between = self._between(loop, source, items, forgetting=True)
            self.forget_attributes(loop)
        last = self._edge(loop, f"{source}[-1]", items, (False, True), ends[1:])
        return (*first, between, *last)

    def _between(self, loop: nodes.For, source: str, items: Items, forgetting: bool = False) -> Repeat:
        """The rounds between the first and the last."""
        prefix, most, numbers = f"{source}[]", None if items.high is None else items.high - 2, self.numbers
        if forgetting:
            self.forget_attributes(loop)
        place = at_an_edge(any_place(self, loop, prefix, items.item, items.high), False, False)
        body = self.round(loop, self.alias(prefix, items.item), place)
        return Repeat(body, max(items.low - 2, 0), most, self.span(loop.iter), self.own(prefix, numbers))

    @abstractmethod
    def calls_state(self, loop: nodes.For) -> bool:
        """Whether the body calls a `cycler` or a `joiner`."""

    def _edge(
        self, loop: nodes.For, prefix: str, items: Items, edge: tuple[bool, bool], known: Sequence[Binding]
    ) -> Message:
        """The first round, the last, or the only one."""
        item = known[0] if known else self.alias(prefix, items.item)
        return self.round(loop, item, at_an_edge(any_place(self, loop, prefix, items.item, items.high), *edge))

    # -- all rounds alike ------------------------------------------------------------------------------------------

    def _alike(self, loop: nodes.For, key: str | None, items: Items) -> Message:
        source = key or self.apart(self.source_of(loop.iter))
        prefix, span, numbers = f"{source}[]", self.span(loop.iter), self.numbers
        self.forget_attributes(loop)
        body = self._any_round(loop, prefix, items)
        own = self.own(prefix, numbers)
        self.forget_attributes(loop)
        low = items.low if self.flow.broken is NEVER else min(items.low, 1)
        after = self._after_any(loop)
        some = (Repeat(body, max(1, low), items.high, span, own), *after)
        if loop.test is not None:
            return self._perhaps(loop, (Repeat(body, low, items.high, span, own), *after))
        other = self.body(loop.else_)
        if key is None:
            condition: Condition = ALWAYS if items.low else self._undecided(f"`{source}` has items")
        else:
            condition = Test(key, "truthy", None, key)
        return (Choice((Arm(condition, some, span), Arm(None, other, extent_of(other))), span),)

    def _after_any(self, loop: nodes.For) -> Message:
        """What stands behind rounds that `break` or `continue` may leave."""
        flow, self.flow = self.flow, STRAIGHT
        if flow.left is NEVER:
            return ()
        span = self.span(loop.iter)
        left = self._undecided(f"no round of the loop over `{self.source_of(loop.iter)}` ends")
        return (*self.choice([(left, partial(self.body, loop.else_)), (None, nothing)], span), guess(span))

    def _any_round(self, loop: nodes.For, prefix: str, items: Items) -> Message:
        item = self.alias(prefix, items.item)
        lower = partial(self.round, loop, item, any_place(self, loop, prefix, items.item, items.high))
        return lower() if loop.test is None else self.where(self.passes(loop, item), lower, loop)

    def _perhaps(self, loop: nodes.For, rounds: Message) -> Message:
        """The rounds of a filtered loop, or its `else` where no item passes."""
        if not loop.else_:
            return rounds
        span = self.span(loop.iter)
        some = self._undecided(f"some of `{self.source_of(loop.iter)}` pass the filter of the loop")
        other = self.body(loop.else_)
        return (Choice((Arm(some, rounds, span), Arm(None, other, extent_of(other))), span), guess(span))

    def _undecided(self, words: str) -> Test:
        key = " ".join((words, *self.fresh()))
        self.variables[key] = FREE
        return Test(key, "free", None, words)


def any_of_these(constants: Sequence[Any]) -> Domain:
    """One domain of all these values: each of them where they are few; else their lengths, false as some may be."""
    distinct = {(type(one), one): one for one in constants}
    if len(distinct) <= VALUES_MAX:
        return Domain(values=tuple(distinct.values()))
    return replace(joined([Domain(values=tuple(map(str, constants)))]), length_min=0)


def any_number(numbers: range) -> Domain:
    """One domain of all these numbers."""
    least, most = sorted((numbers[0], numbers[-1]))
    if least < 0:
        return Domain(1, max(len(str(least)), len(str(most))), exact=False)
    return Domain(len(str(least)), len(str(most)), ALPHABETS["digits"], exact=False)


def _asks_item(loop: nodes.For) -> bool:
    """Whether the body or the filter speaks of the item."""
    names = {name.name for name in (*loop.target.find_all(nodes.Name), loop.target) if isinstance(name, nodes.Name)}
    parts = (*loop.body, *(() if loop.test is None else (loop.test,)))
    return any(
        isinstance(name, nodes.Name) and name.name in names
        for part in parts
        for name in (part, *part.find_all(nodes.Name))
    )
