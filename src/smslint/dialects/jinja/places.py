"""What `loop` is in a round of a loop: which round it is, as far as that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from jinja2 import nodes

from smslint.dialects.jinja.bindings import Binding, Value
from smslint.dialects.jinja.names import NOTHING, Names
from smslint.tree.domains import ALPHABETS, UNKNOWN, Domain
from smslint.tree.message import NOWHERE, Slot, Text
from smslint.tree.variables import Variable

Place: TypeAlias = "Mapping[str, Binding]"  # `index` … by name

_NUMBERS = ("index", "index0", "revindex", "revindex0", "length")
_DIGITS_MAX = 12  # of the number of a round
_EDGE = Variable(Domain(values=(True, False), exact=False))
_TOLD_APART = frozenset(("first", "last", "depth", "depth0"))


def place_of(index: int, items: Sequence[Binding]) -> Place:
    """The place of round `index` of the loop over exactly these items."""
    rounds = len(items)
    return {
        "index": _number(index + 1),
        "index0": _number(index),
        "revindex": _number(rounds - index),
        "revindex0": _number(rounds - index - 1),
        "length": _number(rounds),
        **_edges(first=index == 0, last=index == rounds - 1),
        "previtem": items[index - 1] if index else NOTHING,
        "nextitem": items[index + 1] if index + 1 < rounds else NOTHING,
    }


def any_place(
    names: Names, loop: nodes.For, prefix: str, item: Variable | None, most: int | None
) -> dict[str, Binding]:
    """The place of a round of which nothing is known but how many there can be, and what each item is; `prefix` tells
    it from others. Nothing where the body of `loop` does not ask."""
    if not asks_place(loop):
        return {}
    digits = _DIGITS_MAX if most is None else min(len(str(most)), _DIGITS_MAX)
    number = Variable(Domain(1, digits, ALPHABETS["digits"], exact=False))
    return {
        **{name: names.alias(f"{prefix}.loop.{name}", number) for name in _NUMBERS},
        **{name: names.alias(f"{prefix}.loop.{name}", _EDGE) for name in ("first", "last")},
        **{name: _neighbour(names, f"{prefix}.loop.{name}", item) for name in ("previtem", "nextitem")},
        "depth": _number(1),
        "depth0": _number(0),
    }


def at_an_edge(place: Place, first: bool, last: bool) -> Place:
    """`place`, of which it is known whether it is the first or the last round, or neither."""
    found = {**place, **_edges(first, last)}
    if first:
        found.update({"index": _number(1), "index0": _number(0), "previtem": NOTHING})
    if last:
        found.update({"revindex": _number(1), "revindex0": _number(0), "nextitem": NOTHING})
    if first and last:
        found["length"] = _number(1)
    return found


def knows_place(loop: nodes.For) -> bool:
    """Whether there is a `loop` in the rounds at all, which what they include sees, too: Jinja2 makes none for a body
    that does not mention it."""
    mentioned = any(_is_loop(node) for part in loop.body for node in (part, *part.find_all(nodes.Name)))
    return mentioned or any(block.scoped for block in loop.find_all(nodes.Block))


def asks_place(loop: nodes.For) -> bool:
    """Whether the body, or what it includes, may ask which round it is."""
    return knows_place(loop) and any(_is_loop(node) or isinstance(node, nodes.Include) for node in _of_round(loop.body))


def asks_edges_only(loop: nodes.For) -> bool:
    """Whether all that the body asks of its place is whether the round is the first or the last."""
    every = list(_of_round(loop.body))
    whole = sum(_is_loop(node) or isinstance(node, nodes.Include) for node in every)
    asked = [node.attr for node in every if isinstance(node, nodes.Getattr) and _is_loop(node.node)]
    return len(asked) == whole and _TOLD_APART.issuperset(asked)


def _is_loop(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == "loop"


def _of_round(found: Iterable[nodes.Node]) -> Iterator[nodes.Node]:
    """All nodes in which `loop` is the loop around `found`: not the bodies of loops within that have their own."""
    for node in found:
        yield node
        own = isinstance(node, nodes.For) and knows_place(node)
        yield from _of_round(node.iter_child_nodes(exclude=("body",) if own else None))


def _neighbour(names: Names, key: str, item: Variable | None) -> Binding:
    if item is None:
        return Value((Slot(key, UNKNOWN, NOWHERE),), opaque=True, told=frozenset((key,)))
    return names.alias(key, item._replace(optional=True))


def _edges(first: bool, last: bool) -> dict[str, Binding]:
    found = {"first": first, "last": last, "depth": 1, "depth0": 0}
    return {name: _number(value) for name, value in found.items()}


def _number(value: int) -> Value:
    return Value((Text(str(value), NOWHERE),), constant=value)
