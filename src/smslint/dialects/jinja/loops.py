"""Jinja2's tree lowered to the message tree: loops.

Theory of operation. A loop of few rounds is written out, so that each item, `loop.last`, a filter and `break` are
exact: one way for each number of items that a declared list can have, and of a filtered loop that asks `loop` for its
place, one for each choice of items. What comes after a `break` or a `continue` stands under the condition that neither
was met. A loop of more rounds is a Repeat of its body, which is sound, and says that it is not exact where it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

from jinja2 import nodes

from smslint.dialects.jinja.bindings import Binding, Value
from smslint.dialects.jinja.names import NOTHING
from smslint.dialects.jinja.statements import STRAIGHT, Flow, Lower, Statements, either, extent_of, nothing
from smslint.tree.conditions import ALWAYS, NEVER, AllOf, Condition, Not, Test, evaluate
from smslint.tree.domains import ALPHABETS, UNKNOWN, Domain, joined
from smslint.tree.message import NOWHERE, Arm, Choice, Message, Node, Repeat, Slot, Span, Text
from smslint.tree.variables import FREE, Items, Variable

UNROLL_MAX = 12  # rounds of a loop over a declared list that are written out
NODES_MAX = 20_000  # nodes that loops are written out to
BREAKS_MAX = 20  # rounds that stand in each other, as each may be the last
VALUES_MAX = 64  # of a list that is not written out, that are told apart
ITEMS_MAX = 1_000  # of a constant list that is looped over

_PLACES = ("index", "index0", "revindex", "revindex0", "length", "first", "last")
_DEPTHS = ("depth", "depth0")
_NUMBER = Variable(Domain(1, 5, ALPHABETS["digits"], exact=False))


class Loops(Statements):
    """Lowers `for`, `break` and `continue`."""

    def _for(self, loop: nodes.For) -> Message:
        if loop.recursive:
            return (self.unknown(loop, "for", "how often a recursive loop goes on is not known"),)
        outer, flow = self.frame, self.flow
        self.frame, self.flow = outer.inner(), STRAIGHT
        items = self._items(loop.iter)
        listing = self.listing(loop.iter) if items is None and self.reference(loop.iter) is None else None
        if listing is not None:
            ways = [(condition, partial(self._over_items, loop, each)) for condition, each in listing]
            message = self.choice(ways, self.span(loop.iter))
        else:
            message = self._over_variable(loop) if items is None else self._over_items(loop, items)
        self.frame, self.flow = outer, flow
        return message

    def _break(self, statement: nodes.Break) -> Message:
        self.flow = self.flow._replace(left=ALWAYS, broken=ALWAYS)
        return ()

    def _continue(self, statement: nodes.Continue) -> Message:
        self.flow = self.flow._replace(left=ALWAYS)
        return ()

    # -- known items -----------------------------------------------------------------------------------------------

    def _items(self, node: nodes.Node) -> Sequence[Binding] | None:
        """The items of a list that is known; None where it is not."""
        if isinstance(node, nodes.List | nodes.Tuple):
            return [self.operand(item) for item in node.items]
        if self.reference(node) is not None:
            return None
        known = self.value_of(node) or self.lowered_quietly(node)
        if known is None or known.items is not None:
            return known and known.items
        if not isinstance(known.constant, list | tuple | str | dict | range) or len(known.constant) > ITEMS_MAX:
            return None
        span = self.source.text_span(*self.span(node))
        return [self.known(item, span) for item in known.constant]

    def _over_items(self, loop: nodes.For, items: Sequence[Binding]) -> Message:
        if not items:
            return self.body(loop.else_)
        if not self._affordable(loop, len(items)):
            return self._over_one_of(loop, items)
        self.copies *= len(items)
        message = self._rounds(loop, items)
        self.copies //= len(items)
        return message

    def _over_one_of(self, loop: nodes.For, items: Sequence[Binding]) -> Message:
        """The loop over a list too long to be written out: each round takes any of the items."""
        constants = [item.constant for item in items if isinstance(item, Value)]
        known = len(constants) == len(items) and all(isinstance(one, str | int) for one in constants)
        domain = _any_of_these(constants) if known else UNKNOWN
        rounds = self._repeated(loop, None, Items(len(items), len(items), Variable(domain)))
        return (*rounds, _guess(self.span(loop.iter)))  # as no round may really take any of them

    def _affordable(self, loop: nodes.For, rounds: int) -> bool:
        """Whether `rounds` copies of the loop's body may be written out, within the loops that are already."""
        if rounds > BREAKS_MAX and next(loop.find_all(nodes.Break), None) is not None:
            return False
        size = sum(1 for part in loop.body for _ in part.find_all(nodes.Node)) + 1
        return size * max(rounds, 1) * self.copies <= NODES_MAX

    # -- rounds written out ----------------------------------------------------------------------------------------

    def _rounds(self, loop: nodes.For, items: Sequence[Binding]) -> Message:
        """The loop over exactly these items."""
        if loop.test is None:
            return self._each(loop, items)
        asked = [(item, self._passes(loop, item)) for item in items]
        settled = [(item, condition, evaluate(condition, lambda test: None)) for item, condition in asked]
        passing = [(item, ALWAYS if value else condition) for item, condition, value in settled if value is not False]
        undecided = sum(condition is not ALWAYS for _, condition in passing)
        if not undecided:
            return self._each(loop, [item for item, _ in passing])
        if not _asks_place(loop):
            return self._gated(loop, passing)
        if self._affordable(loop, len(passing) * 2**undecided):
            return self._chosen(loop, passing)
        return (*self._gated(loop, passing, placed=True), _guess(self.span(loop.iter)))

    def _passes(self, loop: nodes.For, item: Binding) -> Condition:
        """Whether the loop's filter lets `item` through."""
        assert loop.test is not None
        outer, self.frame = self.frame, self.frame.inner(self.source.hides(loop, "test"))
        self.bind(loop.target, item)
        condition = self.condition(loop.test)
        self.frame = outer
        return condition

    def _gated(self, loop: nodes.For, passing: list[tuple[Binding, Condition]], placed: bool = False) -> Message:
        """Each round under the condition that its item passes; `placed`: asks which round it is, of which nothing is
        known, each for itself."""

        def gated(index: int, item: Binding, condition: Condition) -> Message:
            if placed:
                self._any_place(f"loop[{index}]")
            return self._where(condition, partial(self._round, loop, item, None), loop)

        def rounds() -> Message:
            every = [partial(gated, index, *one) for index, one in enumerate(passing)]
            return self._else_too(loop, self._in_turn(loop, every))

        if not loop.else_:
            return rounds()
        none = AllOf(tuple(Not(condition) for _, condition in passing))
        return self.choice([(none, partial(self.body, loop.else_)), (None, rounds)], self.span(loop.iter))

    def _where(self, condition: Condition, lower: Lower, loop: nodes.For) -> Message:
        return self.choice([(condition, lower), (None, nothing)], self.span(loop.iter))

    def _chosen(self, loop: nodes.For, passing: list[tuple[Binding, Condition]]) -> Message:
        """One way for each choice of items that pass."""
        ways: list[tuple[Condition | None, Lower]] = []
        for picks in product(*((True,) if c is ALWAYS else (True, False) for _, c in passing)):
            condition = AllOf(tuple(c if picked else Not(c) for (_, c), picked in zip(passing, picks, strict=True)))
            items = [item for (item, _), picked in zip(passing, picks, strict=True) if picked]
            ways.append((condition, partial(self._each, loop, items)))
        ways[-1] = (None, ways[-1][1])
        return self.choice(ways, self.span(loop.iter))

    def _each(self, loop: nodes.For, items: Sequence[Binding]) -> Message:
        """A round for each of `items`, which knows its place; `else` without any."""
        if not items:
            return self.body(loop.else_)
        rounds = [partial(self._round, loop, item, index, items) for index, item in enumerate(items)]
        return self._else_too(loop, self._in_turn(loop, rounds))

    def _in_turn(self, loop: nodes.For, rounds: Sequence[Lower]) -> Message:
        """The rounds, each unless the loop was broken before it."""
        found: list[Node] = []
        ended: Condition = NEVER
        for index, lower in enumerate(rounds):
            self.flow = STRAIGHT
            found += lower()
            ended = either(ended, self.flow.ended)
            self.flow = Flow(broken=self.flow.broken, ended=ended)
            if self.flow.broken is not NEVER:
                rest: Lower = partial(self._in_turn, loop, rounds[index + 1 :])
                return (*found, *self.choice([(self.flow.broken, nothing), (None, rest)], self.span(loop.iter)))
        return tuple(found)

    def _else_too(self, loop: nodes.For, rounds: Message) -> Message:
        """`rounds`, and the loop's `else`, which Jinja2 sends also where each of them was left before its end."""
        if not loop.else_ or not _leaves(loop):
            return rounds
        other: Lower = partial(self.body, loop.else_)
        return (*rounds, *self.choice([(self.flow.ended, nothing), (None, other)], self.span(loop.iter)))

    def _round(self, loop: nodes.For, item: Binding, index: int | None, items: Sequence[Binding] = ()) -> Message:
        """The body of one round; what it sets is gone after it."""
        outer, self.frame = self.frame, self.frame.inner(self.source.hides(loop, "body"))
        self.bind(loop.target, item)
        if index is not None:
            self._place_of(index, items)
        body = self.body(loop.body)
        self.flow = self.flow._replace(ended=ALWAYS if self.flow.left is NEVER else Not(self.flow.left))
        self.frame = outer
        return body

    def _place_of(self, index: int, items: Sequence[Binding]) -> None:
        rounds = len(items)
        places = (index + 1, index, rounds - index, rounds - index - 1, rounds, index == 0, index == rounds - 1, 1, 0)
        for name, value in zip((*_PLACES, *_DEPTHS), places, strict=True):
            self.scope[f"loop.{name}"] = Value((Text(str(value), NOWHERE),), constant=value)
        self.scope["loop.previtem"] = items[index - 1] if index else NOTHING
        self.scope["loop.nextitem"] = items[index + 1] if index + 1 < rounds else NOTHING

    # -- declared lists --------------------------------------------------------------------------------------------

    def _over_variable(self, loop: nodes.For) -> Message:
        key = self.reference(loop.iter)
        declared = None if key is None else self.variable(key).items
        if key is None or declared is None:
            words = f"`{self.source_of(loop.iter)}`"
            if key is not None:
                words += f" has no declared bound: declare `{key}: {{max_items: …}}` under `variables`"
            else:
                words += " has no known length: loop over a variable with declared `max_items`"
            self.problem(f"the loop over {words}", loop.iter)
            declared = Items(0, None, self.lookup("")) if declared is None else declared
        if declared.high is None or declared.high > UNROLL_MAX or key is None:
            return self._repeated(loop, key, declared)
        copies = declared.high * (declared.high + 1) // 2
        if not self._affordable(loop, copies):
            return self._repeated(loop, key, declared)
        self.copies *= max(copies, 1)
        message = self._written_out(loop, key, declared)
        self.copies //= max(copies, 1)
        return message

    def _written_out(self, loop: nodes.For, key: str, items: Items) -> Message:
        assert items.high is not None
        ways: list[tuple[Condition | None, Lower]] = []
        if self.variable(key).optional and items.low > 0:
            missing = Not(Test(key, "defined", None, f"{key} is defined"))
            ways.append((missing, partial(self.body, loop.else_)))
        every = [self.alias(f"{key}[{index}]", items.item) for index in range(items.high)]
        for rounds in range(items.low, items.high + 1):
            condition = Test(key, "items", rounds, f"{key}|length == {rounds}")
            ways.append((condition, partial(self._rounds, loop, every[:rounds])))
        return self.choice(ways, self.span(loop.iter))

    # -- loops that are not written out ----------------------------------------------------------------------------

    def _repeated(self, loop: nodes.For, key: str | None, items: Items) -> Message:
        prefix = f"{key or self.source_of(loop.iter)}[]"
        span = self.span(loop.iter)
        item = self.alias(prefix, items.item)
        self._forget_attributes(loop)
        body = self._any_round(loop, item, prefix)
        self._forget_attributes(loop)
        own = frozenset(name for name in self.variables if prefix in name)
        low = items.low if self.flow.broken is NEVER else min(items.low, 1)
        after = self._after_any(loop)
        some = (Repeat(body, max(1, low), items.high, span, own), *after)
        if loop.test is not None:
            return self._perhaps(loop, (Repeat(body, low, items.high, span, own), *after))
        other = self.body(loop.else_)
        if key is None:
            condition: Condition = ALWAYS if items.low else self._undecided(f"`{self.source_of(loop.iter)}` has items")
        else:
            condition = NEVER if items.high == 0 else Test(key, "truthy", None, key)
        return (Choice((Arm(condition, some, span), Arm(None, other, extent_of(other))), span),)

    def _after_any(self, loop: nodes.For) -> Message:
        """What stands behind rounds that `break` or `continue` may leave."""
        flow, self.flow = self.flow, STRAIGHT
        if flow.left is NEVER:
            return ()
        span = self.span(loop.iter)
        left = self._undecided(f"no round of the loop over `{self.source_of(loop.iter)}` ends")
        return (*self.choice([(left, partial(self.body, loop.else_)), (None, nothing)], span), _guess(span))

    def _any_round(self, loop: nodes.For, item: Binding, prefix: str) -> Message:
        outer, self.frame = self.frame, self.frame.inner()
        self._any_place(prefix)
        if loop.test is None:
            body = self._round(loop, item, None)
        else:
            body = self._where(self._passes(loop, item), partial(self._round, loop, item, None), loop)
        self.frame = outer
        return body

    def _perhaps(self, loop: nodes.For, rounds: Message) -> Message:
        """The rounds of a filtered loop, or its `else` where no item passes."""
        if not loop.else_:
            return rounds
        span = self.span(loop.iter)
        some = self._undecided(f"some of `{self.source_of(loop.iter)}` pass the filter of the loop")
        other = self.body(loop.else_)
        return (Choice((Arm(some, rounds, span), Arm(None, other, extent_of(other))), span), _guess(span))

    def _undecided(self, words: str) -> Test:
        self.variables[words] = FREE
        return Test(words, "free", None, words)

    def _any_place(self, prefix: str) -> None:
        """`loop` where it is not known which round it is."""
        for name in _PLACES:
            self.scope[f"loop.{name}"] = self.alias(f"{prefix}.loop.{name}", _NUMBER)
        for name in ("previtem", "nextitem", *_DEPTHS):
            self.scope[f"loop.{name}"] = Value((Slot(f"loop.{name}", UNKNOWN, NOWHERE),), opaque=True)

    def _forget_attributes(self, loop: nodes.For) -> None:
        """What any round may have set of a namespace is not known in the others, and not after them."""
        if self.attributes and next(loop.find_all((nodes.NSRef, nodes.Call)), None) is not None:
            for key in self.attributes:
                self.attributes[key] = Value((Slot(key[1], UNKNOWN, NOWHERE),), opaque=True)


def _any_of_these(constants: list[Any]) -> Domain:
    """One domain of all these values: each of them where they are few; else their lengths, false as some may be."""
    distinct = {(type(one), one): one for one in constants}
    if len(distinct) <= VALUES_MAX:
        return Domain(values=tuple(distinct.values()))
    return replace(joined([Domain(values=tuple(map(str, constants)))]), length_min=0)


def _leaves(loop: nodes.For) -> bool:
    """Whether some round may be left before its end."""
    return next(loop.find_all((nodes.Break, nodes.Continue)), None) is not None


def _asks_place(loop: nodes.For) -> bool:
    """Whether the body asks which round it is."""
    return any(name.name == "loop" for part in loop.body for name in part.find_all(nodes.Name))


def _guess(span: Span) -> Slot:
    """Sends nothing, and keeps the answer from being called exact."""
    return Slot("…", Domain(0, 0, exact=False), span)
