"""Templates of texts and plain names, which are most: their message, without what lowers all else.

`Translations` and the layers below it give the same of them, and take more to load than such a template to lint.
"""

from __future__ import annotations

from collections.abc import Iterable

from jinja2 import nodes

from smslint.dialects.jinja.lexing import Words, plain_name
from smslint.dialects.jinja.offsets import MUTATING, Source
from smslint.tree.lowering import Lookup, Lowered
from smslint.tree.message import Node, Slot, Span, Text
from smslint.tree.variables import Variable, printed


def names(source: Source) -> list[Words] | None:
    """The texts and plain names of a template that sends nothing else; None of any other."""
    found: list[Words] = []
    for statement in source.tree.body:
        if not isinstance(statement, nodes.Output):
            return None
        for node in statement.nodes:
            if isinstance(node, nodes.TemplateData):
                found.append((node.lineno, node.data, False))
            elif (name := plain_name(node, source.text)) is not None:
                found.append(name)
            else:
                return None
    return found


def outputs(parts: Iterable[Words] | None, lookup: Lookup) -> Lowered | None:
    """The message of these texts and names, not escaped; None where a name is more than a variable to print."""
    if parts is None:
        return None
    variables: dict[str, Variable] = {}
    message: list[Node] = []
    for start, words, is_name in parts:
        span = Span(start, start + len(words))
        if not is_name:
            message.append(Text(words, span))
            continue
        if words not in variables:
            variables[words] = lookup(words)
            if variables[words].items is not None or not _is_variable(words):
                return None
        message.append(Slot(words, printed(variables[words]), span, words))
    return Lowered(tuple(message), variables)


def _is_variable(name: str) -> bool:
    """Whether `name` is that of a variable whatever is declared: not `loop`, and no method of a list."""
    first, *attributes = name.split(".")
    return first != "loop" and MUTATING.isdisjoint(attributes)
