"""Jinja2's tree lowered to the message tree: what has a state, `cycler` and `joiner`, which give something else each
time, and lists that a template makes and appends to.

Theory of operation. How often such an object has been called is kept like an attribute of a namespace, so that it
follows the loops that are written out, and the choices: after those it may be one or the other. A call by itself
(`{{ sep() }}`, `{% set x = c.next() %}`, `do`) moves it on. Any other may be lowered more than once, so it gives any of
what the object can give, and nothing is known of the object after it. What a list holds is kept in the same way; only
statements append to one that is followed (`mutations`).

Nobody knows whether a condition is asked at all, or the second part of an `or`: what these change is not known after.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import nodes

from smslint.dialects.jinja.bindings import NONE, Binding, Cycle, Grown, Value, holding
from smslint.dialects.jinja.lists import ITEMS_MAX as GROWN_MAX
from smslint.dialects.jinja.loops import Loops
from smslint.dialects.jinja.statements import if_at_all
from smslint.tree.conditions import Condition
from smslint.tree.domains import UNKNOWN
from smslint.tree.message import NOWHERE, Message, Slot, Text

ITEMS_MAX = 40  # of a cycler that is followed
PLACES_MAX = 64  # that it may be at, by the choices before
_PERHAPS = (nodes.And, nodes.Or, nodes.CondExpr)  # of which a part may not be looked at
_UNKNOWN = Value((Slot("calls", UNKNOWN, NOWHERE),), opaque=True)


class States(Loops):
    """Lowers `cycler` and `joiner`, and calls of what they give."""

    cycles = 0  # that were made
    states = 0  # of these and of lists, counted down
    depth: int
    active: tuple[nodes.Node, ...]

    def created(self, call: nodes.Call) -> Value | None:
        """The object that `cycler(…)` or `joiner(…)` gives; None for any other call."""
        name = call.node.name if isinstance(call.node, nodes.Name) else None
        if name not in ("cycler", "joiner") or name in self.scope or call.dyn_args or call.dyn_kwargs:
            return None
        given = [self.binding(argument) for argument in call.args]
        named = {pair.key: self.binding(pair.value) for pair in call.kwargs}
        if name == "joiner" and len(given) + len(named) <= 1 and named.keys() <= {"sep"}:
            separator = [*given, *named.values(), Value((Text(", ", NOWHERE),), constant=", ")][0]
            return self._started(name, (Value((), constant=""), separator), 1)
        known = name == "cycler" and not named and 0 < len(given) <= ITEMS_MAX
        return self._started(name, tuple(given), 0) if known else None

    def _started(self, name: str, items: tuple[Binding, ...], back: int) -> Value:
        self.cycles += 1
        self.states -= 1  # attributes of namespaces count upwards
        self.attributes[self.states, ""] = _place(0)
        return holding(name, Cycle(self.states, items, back))

    # -- lists that grow -------------------------------------------------------------------------------------------

    def _assign(self, statement: nodes.Assign) -> Message:
        name = statement.target.name if isinstance(statement.target, nodes.Name) else ""
        if not self.source.mutates or not isinstance(statement.node, nodes.List) or not self._is_followed(name):
            return super()._assign(statement)
        self.states -= 1
        items = tuple(map(self.binding, statement.node.items))
        self.attributes[self.states, ""] = Value(self.opaque(statement.target).message, opaque=True, items=items)
        self.bind(statement.target, holding(name, Grown(self.states)))
        return ()

    def _if(self, statement: nodes.If) -> Message:
        """`{% if out.append(x) %}{% endif %}` is another way to append."""
        if self.source.mutates and self._appended(statement.test) is not None:
            return ()
        return super()._if(statement)

    def _exprstmt(self, statement: nodes.ExprStmt) -> Message:
        """`{% do out.append(x) if y %}` is `do` in an `if`."""
        return super()._exprstmt(statement) if (chosen := if_at_all(statement)) is None else self._if(chosen)

    def _is_followed(self, name: str) -> bool:
        return name in self.mutations(self.source).growing

    def _appended(self, node: nodes.Node) -> Value | None:
        """What a call gives that appends to a list which is followed; None for any other expression."""
        from smslint.dialects.jinja.mutations import appended_to, by_itself  # most templates append to nothing

        call = by_itself(node)
        name = appended_to(call)
        held = self.scope.get(name) if name is not None and self._is_followed(name) else None
        if not isinstance(call, nodes.Call) or not isinstance(held, Value) or not isinstance(held.holds, Grown):
            return None
        item, key = self.binding(call.args[0]), (held.holds.number, "")
        self.attributes[key] = _longer(self.attributes.get(key, _UNKNOWN), item) or self._unknown_list(held)
        self.written.append(key)
        self.quiet.clear()
        given = node.right.value if isinstance(node, nodes.Or) and isinstance(node.right, nodes.Const) else None
        return (
            Value((Text("None", self.span(node)),), constant=NONE)
            if given is None
            else self.known(given, self.span(node))
        )

    def _unknown_list(self, held: Value) -> Value:
        return Value(held.message, opaque=True, told=self.fresh())

    def forget(self, name: nodes.Name) -> None:
        held = self.scope.get(name.name)
        if isinstance(held, Value) and isinstance(held.holds, Grown):
            self.attributes[held.holds.number, ""] = self._unknown_list(held)
        super().forget(name)

    # -- calls -----------------------------------------------------------------------------------------------------

    def advanced(self, node: nodes.Node) -> Binding | None:
        if self.source.mutates and (appended := self._appended(node)) is not None:
            return appended
        if not isinstance(node, nodes.Call) or node.args or node.kwargs:
            return None
        cycle = self._called_cycle(node)
        if cycle is None or self.depth or self.active:  # what is called, or is a block, may be lowered twice
            return None
        place = self._place_of(cycle)
        if isinstance(node.node, nodes.Getattr) and node.node.attr == "reset":
            self.attributes[cycle.number, ""] = _place(0)
            return Value((Text("None", self.span(node)),))
        self.attributes[cycle.number, ""] = self._by_place(place, lambda index: _place(cycle.after(index)), node)
        return self._at(cycle, place, node)

    def state_called(self, call: nodes.Call) -> Value | None:
        """What a call gives that may be lowered more than once; None for a call of anything else."""
        cycle = self._called_cycle(call)
        if cycle is None or (isinstance(call.node, nodes.Getattr) and call.node.attr != "next"):
            return None
        return self.any_of(cycle.items, call, exact=False)

    def condition(self, node: nodes.Node) -> Condition:
        before = len(self.written)
        found = super().condition(node)
        if len(self.written) > before:
            self._forget_written(before)
        if self.cycles:
            self._forget_called(node)
        return found

    def _lowered(self, node: nodes.Node) -> Value | None:
        before = len(self.written)
        found = super()._lowered(node)
        if len(self.written) > before and isinstance(node, _PERHAPS):
            self._forget_written(before)
        if self.cycles:
            self._forget_called(node)
        return found

    def _forget_written(self, before: int) -> None:
        """Nothing is known of the attributes that were set after so many others."""
        for key in self.written[before:]:
            self.attributes[key] = _UNKNOWN._replace(told=self.fresh())

    def _forget_called(self, node: nodes.Node) -> None:
        """Nothing is known any more of the objects that `node` calls."""
        for call in (node, *node.find_all(nodes.Call)):
            cycle = self._called_cycle(call) if isinstance(call, nodes.Call) else None
            if cycle is not None:
                self.attributes[cycle.number, ""] = _UNKNOWN

    def calls_state(self, loop: nodes.For) -> bool:
        return any(self._called_cycle(call) is not None for part in loop.body for call in part.find_all(nodes.Call))

    def held_cycle(self, cycle: Cycle, name: str, node: nodes.Node) -> Binding | None:
        """The attribute `current` of a cycler."""
        if name != "current" or cycle.back:
            return None
        return self._at(cycle, self._place_of(cycle), node)

    def _place_of(self, cycle: Cycle) -> Binding:
        """How far `cycle` is; not followed through all too many choices."""
        place = self.attributes.get((cycle.number, ""), _UNKNOWN)
        return place if _places(place) <= PLACES_MAX else _UNKNOWN

    def _called_cycle(self, call: nodes.Call) -> Cycle | None:
        """The object that `call` moves on: `sep()`, `c.next()`, `c.reset()`."""
        target = call.node
        method = isinstance(target, nodes.Getattr) and target.attr in ("next", "reset")
        named = self.value_of(target.node if isinstance(target, nodes.Getattr) else target)
        cycle = None if named is None else named.holds
        return cycle if isinstance(cycle, Cycle) and method is not bool(cycle.back) else None

    def _at(self, cycle: Cycle, place: Binding, node: nodes.Node) -> Binding:
        found = self._by_place(place, lambda index: cycle.items[index], node)
        return self.any_of(cycle.items, node, exact=False) if found is _UNKNOWN else found

    def _by_place(self, place: Binding, function: Callable[[int], Binding], node: nodes.Node) -> Binding:
        """What `function` gives for the place, or for each that it may be."""
        if not isinstance(place, Value) or place.opaque:
            return _UNKNOWN
        if place.constant is not None:
            return function(place.constant)
        ways: list[tuple[Any, Binding]] = []
        for condition, inner in place.either:
            found = self._by_place(inner, function, node)
            if found is _UNKNOWN:
                return _UNKNOWN
            ways.append((condition, found))
        return self.either(tuple(ways), node) if ways else _UNKNOWN


def _places(place: Binding) -> int:
    """How many places it may be at; those that are told apart are."""
    if not isinstance(place, Value) or not place.either:
        return 1
    found = 0
    for _, inner in place.either:
        found += _places(inner)
        if found > PLACES_MAX:
            break
    return found


def _longer(held: Binding, item: Binding) -> Value | None:
    """The list `held`, or each that it may be, with `item` behind it; None where that is not known, or too much."""
    if not isinstance(held, Value) or _places(held) > PLACES_MAX:
        return None
    if held.items is not None:
        return held._replace(items=(*held.items, item)) if len(held.items) < GROWN_MAX else None
    ways: list[tuple[Condition | None, Binding]] = []
    for condition, inner in held.either:
        longer = _longer(inner, item)
        if longer is None:
            return None
        ways.append((condition, longer))
    return held._replace(either=tuple(ways)) if ways else None


def _place(index: int) -> Value:
    return Value((Text(str(index), NOWHERE),), constant=index)
