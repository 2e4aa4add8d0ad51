"""Templates of texts and plain names, which are most: their message, without what lowers all else.

`Translations` and the layers below it give the same of them, and take more to load than such a template to lint.
"""

from __future__ import annotations

from typing import NamedTuple

from jinja2 import nodes

from smslint.dialects.jinja.offsets import Source
from smslint.tree.lowering import Lookup
from smslint.tree.message import Message, Node, Slot, Span, Text
from smslint.tree.variables import Variable, printed


class Outputs(NamedTuple):
    """What a template sends, and the variables in it."""

    message: Message
    variables: dict[str, Variable]


def outputs(source: Source, lookup: Lookup) -> Outputs | None:
    """What `source` sends where its outputs are not escaped; None where it is more than texts and plain names."""
    variables: dict[str, Variable] = {}
    found: list[Node] = []
    for statement in source.tree.body:
        if not isinstance(statement, nodes.Output) or source.mutates:
            return None
        for node in statement.nodes:
            if isinstance(node, nodes.TemplateData):
                found.append(Text(node.data, Span(node.lineno, node.lineno + len(node.data))))
            elif (slot := _slot(node, source.text, lookup, variables)) is not None:
                found.append(slot)
            else:
                return None
    return Outputs(tuple(found), variables)


def _slot(node: nodes.Node, text: str, lookup: Lookup, variables: dict[str, Variable]) -> Slot | None:
    first, key = dotted(node)
    if first is None or first.name == "loop" or not text.startswith(key, first.lineno):
        return None
    if key not in variables:
        variables[key] = lookup(key)
    if variables[key].items is not None:
        return None
    return Slot(key, printed(variables[key]), Span(first.lineno, first.lineno + len(key)), key)


def dotted(node: nodes.Node) -> tuple[nodes.Name | None, str]:
    """The name that `node` begins with and all of it as a template mostly writes it, `user.address.city`; None of any
    other expression."""
    words = ""
    while isinstance(node, nodes.Getattr):
        words = f".{node.attr}{words}"
        node = node.node
    return (node, node.name + words) if isinstance(node, nodes.Name) else (None, "")
