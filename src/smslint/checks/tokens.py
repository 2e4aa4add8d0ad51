"""Tokens in a text that a gateway replaces when it sends: `[STOP_CODE]` by a short code, `:br:` by a line break."""

from __future__ import annotations

import re
from collections.abc import Iterator

from smslint.tree.domains import ALPHABETS, Domain
from smslint.tree.message import Choice, Message, Node, Repeat, Slot, Span, Text

Tokens = tuple[tuple[str, "str | int | Domain"], ...]


def replaced(message: Message, tokens: Tokens) -> Message:
    """`message` with each token in its literal text replaced, by a text by a slot of so many digits, or of a domain."""
    if not tokens:
        return message
    pattern = re.compile("|".join(re.escape(token) for token, _ in sorted(tokens, key=lambda t: -len(t[0]))))
    return _message(message, pattern, dict(tokens))


def _message(message: Message, pattern: re.Pattern[str], values: dict[str, str | int | Domain]) -> Message:
    return tuple(after for node in message for after in _node(node, pattern, values))


def _node(node: Node, pattern: re.Pattern[str], values: dict[str, str | int | Domain]) -> Iterator[Node]:
    if isinstance(node, Text):
        yield from _text(node, pattern, values)
    elif isinstance(node, Choice):
        arms = (arm._replace(body=_message(arm.body, pattern, values)) for arm in node.arms)
        yield node._replace(arms=tuple(arms))
    elif isinstance(node, Repeat):
        yield node._replace(body=_message(node.body, pattern, values))
    else:
        yield node


def _text(node: Text, pattern: re.Pattern[str], values: dict[str, str | int | Domain]) -> Iterator[Node]:
    exact = len(node.text) == node.span.end - node.span.start
    end = 0
    for match in pattern.finditer(node.text):
        if match.start() > end:
            yield Text(node.text[end : match.start()], _span(node, end, match.start(), exact), node.origin)
        value, span = values[match[0]], _span(node, match.start(), match.end(), exact)
        if isinstance(value, str):
            yield Text(value, span, node.origin)
        else:
            domain = value if isinstance(value, Domain) else Domain(value, value, ALPHABETS["digits"])
            yield Slot(match[0], domain, span)
        end = match.end()
    if end < len(node.text):
        yield Text(node.text[end:], _span(node, end, len(node.text), exact), node.origin)


def _span(node: Text, start: int, end: int, exact: bool) -> Span:
    return Span(node.span.start + start, node.span.start + end) if exact else node.span
