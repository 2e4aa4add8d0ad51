"""Placeholders that a gateway fills in itself, as `#prenom#`: variables of the message like any other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from smslint.tree.lowering import Lowered
from smslint.tree.message import Node, Slot, Span, Text, changed_leaves, nodes_of
from smslint.tree.variables import Variable, printed

NAME = "name"  # what stands for the name of a variable in a shape: `#name#`
_NAME = r"([^\W\d_](?:[\w.-]|[ ](?=[\w]))*)"


def filled(lowered: Lowered, shapes: tuple[str, ...], variable: Callable[[str], Variable]) -> Lowered:
    """`lowered` with what has one of `shapes` as a slot, of which `variable` says what it can be. Spaces and hyphens of
    a name are underscores: no variable of a configuration has them."""
    begins = [shape.split(NAME, 1)[0] for shape in shapes]
    texts = (node.text for node in nodes_of(lowered.message or ()) if isinstance(node, Text))
    if not any(begin in text for text in texts for begin in begins):
        return lowered
    known = dict(lowered.variables)

    def declared(name: str) -> Variable:
        return known.setdefault(name, variable(name))

    def change(node: Text | Slot) -> Iterable[Node]:
        return _text(node, pattern, declared) if isinstance(node, Text) else (node,)

    pattern = _pattern(shapes)
    return lowered._replace(message=changed_leaves(lowered.message or (), change), variables=known)


@lru_cache(maxsize=64)
def _pattern(shapes: tuple[str, ...]) -> re.Pattern[str]:
    one = (_NAME.join(map(re.escape, shape.split(NAME, 1))) for shape in shapes)
    return re.compile("|".join(f"(?<!\\w){shape}(?!\\w)" for shape in one))


def _text(node: Text, pattern: re.Pattern[str], variable: Callable[[str], Variable]) -> Iterator[Node]:
    end = 0
    for match in pattern.finditer(node.text):
        if match.start() > end:
            yield _part(node, end, match.start())
        name = re.sub("[ -]", "_", next(name for name in match.groups() if name))
        yield Slot(name, printed(variable(name)), _part(node, *match.span()).span, name)
        end = match.end()
    if end < len(node.text):
        yield _part(node, end, len(node.text))


def _part(node: Text, start: int, end: int) -> Text:
    """A part of a text, with its own span where the characters stand one for one in the template."""
    exact = len(node.text) == node.span.end - node.span.start
    span = Span(node.span.start + start, node.span.start + end) if exact else node.span
    return Text(node.text[start:end], span, node.origin)
