"""Jinja2's tree lowered to the message tree: what tells an expression from others of the same words.

Theory of operation. A test that smslint does not interpret is one condition wherever it stands in the same words, as
long as its names stand for the same. What a name stands for is told by its variable, or by what it prints and by the
round that it was set in. What may be another each time that it is read (`joiner`, `pop`, `random`, an attribute that
any round may have set) is told by a number of its own each time, so that no two tests of it are one condition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from jinja2 import nodes
from jinja2.defaults import DEFAULT_NAMESPACE

from smslint.dialects.jinja.bindings import CHANGES, Alias, Binding, Cycle, Grown, Namespace, Value
from smslint.dialects.jinja.names import Names
from smslint.dialects.jinja.offsets import MUTATING
from smslint.tree.conditions import tests
from smslint.tree.message import Choice, Message, Node, Repeat, Slot, nodes_of

_MOVING = MUTATING | {"changed", "next", "reset"}
TOLD_MAX = 10_000  # characters that tell an expression from others; past it, it is told from all else
_DIGITS_MAX = 12  # of such a number
FUNCTIONS = frozenset((*DEFAULT_NAMESPACE, "_", "gettext", "ngettext", "pgettext", "npgettext"))  # are no variables
_MOVED = frozenset(("caller", "lipsum", "super"))


class Spoken(NamedTuple):
    """What tells a message from others, the variables that it prints (None for what is no variable), and those that its
    conditions speak of."""

    message: Message  # kept, so that nothing else gets its id
    words: frozenset[str]
    printed: tuple[str | None, ...]
    asked: tuple[str, ...]


class Telling(Names):
    """Tells expressions apart."""

    numbers = 0  # that were given to what changes

    @cached_property
    def _spoken(self) -> dict[int, Spoken]:
        return {}

    def fresh(self) -> frozenset[str]:
        """What tells something from all else."""
        self.numbers += 1
        return frozenset((f"{CHANGES}{self.numbers}{CHANGES}",))

    def own(self, prefix: str, before: int) -> frozenset[str]:
        """The variables of a round: those of its items and its place, and of what changes since there were only
        `before` such numbers."""
        return frozenset(
            name for name in self.variables if prefix in name or (CHANGES in name and _later(name, before))
        )

    def told(self, node: nodes.Node) -> frozenset[str]:
        """What tells `node` from others of the same words; with a number of its own where it may change."""
        found = {word for binding in self.bound(node) for word in self.place(binding)}
        if CHANGES in found or self.moves(node):
            found = found - {CHANGES} | self.fresh()
        # Of tests of what was set under tests of what was set, each word holds those before it.
        return frozenset(found) if sum(map(len, found)) <= TOLD_MAX else self.fresh()

    def bound(self, node: nodes.Node) -> Iterator[Binding]:
        """What the names, and the attributes, in `node` stand for that is no variable of the same name."""
        attributes: dict[int, Binding] = {}
        for part in (node, *node.find_all((nodes.Getattr, nodes.Getitem))):
            held = self._attribute_held(part)
            if held is not None and isinstance(part, nodes.Getattr | nodes.Getitem):
                attributes[id(part.node)] = held
        yield from attributes.values()
        for name in (node, *node.find_all(nodes.Name)):
            if isinstance(name, nodes.Name) and id(name) not in attributes:
                binding = self.scope.get(name.name)
                if binding is None and (self.frame.alone or name.name == "loop" or name.name in self.changed):
                    binding = self.free_name(name.name)
                if binding is not None:
                    yield binding

    def _attribute_held(self, node: nodes.Node) -> Binding | None:
        if isinstance(node, nodes.Getattr):
            return self.held(node.node, node.attr)
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            return self.held(node.node, str(node.arg.value))
        return None

    def place(self, binding: Binding) -> frozenset[str]:
        """What tells `binding` from others that the same name has elsewhere."""
        if isinstance(binding, Alias):
            return frozenset((binding.key,))
        return self.spoken(binding.message).words | binding.told

    def spoken(self, message: Message) -> Spoken:
        """What `message` speaks of; kept, as many tests may be of one that is long."""
        found = self._spoken.get(id(message))
        if found is None:
            parts = tuple(nodes_of(message))
            printed = dict.fromkeys(node.variable for node in parts if isinstance(node, Slot))
            asked = dict.fromkeys(name for node in parts if isinstance(node, Choice) for name in _asked(node))
            own = (name for node in parts if isinstance(node, Repeat) for name in node.own)
            rounds = (
                name for name in (*printed, *asked, *own) if name is not None and ("[" in name or CHANGES in name)
            )
            words = frozenset((str(hash(message)), *rounds))
            found = self._spoken[id(message)] = Spoken(message, words, tuple(printed), tuple(asked))
        return found

    def moves(self, node: nodes.Node) -> bool:
        """Whether `node` may give something else the next time, or change what other expressions give."""
        parts = (node, *node.find_all((nodes.Call, nodes.Filter)))
        return any(map(self._moves, parts)) or self._whole_state(node)

    def _whole_state(self, node: nodes.Node) -> bool:
        """Whether `node` speaks of an object whose state is no attribute that is followed."""
        return any(
            isinstance(binding, Value) and isinstance(binding.holds, Cycle | Grown | Namespace)
            for binding in self.bound(node)
        )

    def _moves(self, node: nodes.Node) -> bool:
        if isinstance(node, nodes.Filter):
            picks = node.name == "random" or any(getattr(one, "value", None) == "random" for one in node.args)
            return picks and node.name not in self.declared_filters
        if not isinstance(node, nodes.Call):
            return False
        target = node.node
        if isinstance(target, nodes.Getattr):
            own = isinstance(target.node, nodes.Name) and target.node.name == "self"
            return own or target.attr in _MOVING or self.value_of(target) is not None
        return not isinstance(target, nodes.Name) or target.name in _MOVED or self.value_of(target) is not None

    def mutated(self, node: nodes.Node) -> Iterator[nodes.Name]:
        """The names in `node` of which a method is called that changes them."""
        for call in (node, *node.find_all(nodes.Call)):
            if isinstance(call, nodes.Call) and isinstance(call.node, nodes.Getattr) and call.node.attr in MUTATING:
                owner = call.node.node
                if isinstance(owner, nodes.Name):
                    yield owner

    def marked(self, value: Value, node: nodes.Node) -> Value:
        """`value`, which a name is set to, told from what the same words give elsewhere."""
        if value.told or value.holds is not None or not (value.opaque or any(map(nameless, nodes_of(value.message)))):
            return value
        told = self.told(node)
        message = tuple(map(_guessed, value.message)) if any(CHANGES in word for word in told) else value.message
        return value._replace(told=told, message=message)


def _later(key: str, before: int) -> bool:
    """Whether `key` has a number that was given to what changes after there were `before`."""
    parts = key.split(CHANGES) if CHANGES in key else ()
    return any(part.isdecimal() and len(part) <= _DIGITS_MAX and int(part) > before for part in parts)


def nameless(node: Node) -> bool:
    """Whether `node` prints what no variable stands for."""
    return isinstance(node, Slot) and node.variable is None


def _guessed(node: Node) -> Node:
    """`node`, which prints the same wherever its name stands, so that it may be less than its domain."""
    if isinstance(node, Slot) and node.variable is None:
        return node._replace(domain=replace(node.domain, exact=False))
    return node


def _asked(choice: Choice) -> Iterator[str]:
    """The variables that the conditions of `choice` speak of."""
    return (test.variable for arm in choice.arms if arm.condition is not None for test in tests(arm.condition))
