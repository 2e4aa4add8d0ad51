"""Jinja2's tree lowered to the message tree: the rounds of a loop, written out.

Theory of operation. Each round is the loop's body with its item and its place. Of a filtered loop that asks `loop` for
its place there is one way for each choice of items; of any other, each round stands under the condition that its item
passes. What comes after a `break` or a `continue` stands under the condition that neither was met.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import product

from jinja2 import nodes

from smslint.dialects.jinja.bindings import Binding, Round, Value, holding
from smslint.dialects.jinja.names import Given
from smslint.dialects.jinja.places import Place, any_place, asks_place, knows_place, place_of
from smslint.dialects.jinja.statements import STRAIGHT, Flow, Lower, Statements, either, nothing
from smslint.tree.conditions import ALWAYS, NEVER, AllOf, Condition, Not, evaluate
from smslint.tree.domains import UNKNOWN, Domain
from smslint.tree.message import NOWHERE, Message, Node, Slot, Span

NODES_MAX = 6_000  # nodes that loops are written out to
BREAKS_MAX = 20  # rounds that stand in each other, as each may be the last

_SETTING = (nodes.NSRef, nodes.Call, nodes.Include, nodes.Block, nodes.Import, nodes.FromImport)  # attributes


class Rounds(Statements):
    """Lowers the rounds of loops, `break` and `continue`."""

    def __init__(self, given: Given) -> None:
        super().__init__(given)
        self.loops: Counter[str] = Counter()  # whose rounds have names of their own, by their words

    def _break(self, statement: nodes.Break) -> Message:
        self.flow = self.flow._replace(left=ALWAYS, broken=ALWAYS)
        return ()

    def _continue(self, statement: nodes.Continue) -> Message:
        self.flow = self.flow._replace(left=ALWAYS)
        return ()

    def apart(self, words: str) -> str:
        """`words`, so that no other loop's variables have the same names."""
        self.loops[words] += 1
        return words if self.loops[words] == 1 else f"{words} ({self.loops[words]})"

    def affordable(self, loop: nodes.For, rounds: int) -> bool:
        """Whether `rounds` copies of the loop's body may be written out, within the loops that are already."""
        if rounds > BREAKS_MAX and next(loop.find_all(nodes.Break), None) is not None:
            return False
        size = sum(1 for part in loop.body for _ in part.find_all(nodes.Node)) + 1
        return size * max(rounds, 1) * self.copies <= NODES_MAX

    # -- rounds written out ----------------------------------------------------------------------------------------

    def rounds(self, loop: nodes.For, items: Sequence[Binding]) -> Message:
        """The loop over exactly these items."""
        if loop.test is None:
            return self._each(loop, items)
        asked = [(item, self.passes(loop, item)) for item in items]
        settled = [(item, condition, evaluate(condition, lambda test: None)) for item, condition in asked]
        passing = [(item, ALWAYS if value else condition) for item, condition, value in settled if value is not False]
        undecided = sum(condition is not ALWAYS for _, condition in passing)
        if not undecided:
            return self._each(loop, [item for item, _ in passing])
        if not asks_place(loop):
            return self._gated(loop, passing)
        if self.affordable(loop, len(passing) * 2**undecided):
            return self._chosen(loop, passing)
        return (*self._gated(loop, passing, placed=True), guess(self.span(loop.iter)))

    def passes(self, loop: nodes.For, item: Binding) -> Condition:
        """Whether the loop's filter lets `item` through."""
        assert loop.test is not None
        outer, self.frame = self.frame, self.frame.inner(self.source.hides(loop, "test"))
        self.bind(loop.target, item)
        before = dict(self.attributes)
        self.forget_attributes(loop)  # it is asked after the rounds before it
        asked = dict(self.attributes)
        condition = self.condition(loop.test)
        moved = {key: binding for key, binding in self.attributes.items() if binding is not asked.get(key)}
        self.frame, self.attributes = outer, {**before, **moved}
        return condition

    def forget_attributes(self, loop: nodes.For) -> None:
        """What any round may have set of a namespace is not known in the others, and not after them."""
        if self.attributes and next(loop.find_all(_SETTING), None) is not None:
            self.forget_all_attributes()

    def forget_all_attributes(self) -> None:
        """Something that is not followed may have set any attribute of any namespace."""
        for key in self.attributes:
            self.attributes[key] = Value((Slot(key[1], UNKNOWN, NOWHERE),), opaque=True, told=self.fresh())

    def _gated(self, loop: nodes.For, passing: list[tuple[Binding, Condition]], placed: bool = False) -> Message:
        """Each round under the condition that its item passes; `placed`: asks which round it is, of which nothing is
        known, each for itself."""
        prefix = self.apart(self.source_of(loop.iter)) if placed else ""

        def gated(index: int, item: Binding, condition: Condition) -> Message:
            place = any_place(self, loop, f"{prefix}[{index}]", None, len(passing)) if placed else {}
            return self.where(condition, partial(self.round, loop, item, place), loop)

        def rounds() -> Message:
            every = [partial(gated, index, *one) for index, one in enumerate(passing)]
            return self._else_too(loop, self._in_turn(loop, every))

        if not loop.else_:
            return rounds()
        none = AllOf(tuple(Not(condition) for _, condition in passing))
        return self.choice([(none, partial(self.body, loop.else_)), (None, rounds)], self.span(loop.iter))

    def where(self, condition: Condition, lower: Lower, loop: nodes.For) -> Message:
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
        rounds = [partial(self.round, loop, item, place_of(index, items)) for index, item in enumerate(items)]
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
        if not loop.else_ or not leaves(loop):
            return rounds
        other: Lower = partial(self.body, loop.else_)
        return (*rounds, *self.choice([(self.flow.ended, nothing), (None, other)], self.span(loop.iter)))

    def round(self, loop: nodes.For, item: Binding, place: Place) -> Message:
        """The body of one round; what it sets is gone after it."""
        outer, self.frame = self.frame, self.frame.inner(self.source.hides(loop, "body"))
        self.bind(loop.target, item)
        if place and knows_place(loop):
            self.scope["loop"] = holding("loop", Round(place))._replace(told=self.fresh())
        body = self.body(loop.body)
        self.flow = self.flow._replace(ended=ALWAYS if self.flow.left is NEVER else Not(self.flow.left))
        self.frame = outer
        return body


def leaves(loop: nodes.For) -> bool:
    """Whether some round may be left before its end."""
    return next(loop.find_all((nodes.Break, nodes.Continue)), None) is not None


def guess(span: Span) -> Slot:
    """Sends nothing, and keeps the answer from being called exact."""
    return Slot("…", Domain(0, 0, exact=False), span)
