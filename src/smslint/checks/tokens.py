"""Tokens in a text that a gateway replaces when it sends: `[STOP_CODE]` by a short code, `:br:` by a line break."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from smslint.checks.straddling import straddled
from smslint.tree.domains import ALPHABETS, Domain, Domains, by_character, fits
from smslint.tree.message import Choice, Message, Node, Repeat, Slot, Span, Text

Tokens = tuple[tuple[str, "str | int | Domain"], ...]


def replaced(message: Message, tokens: Tokens) -> Message:
    """`message` with each token replaced: in its literal text by a text, by a slot of so many digits, or of a domain;
    in what its slots print as `InSlot` does."""
    return _message(message, tokens, dict(tokens))


def in_text(text: str, tokens: Tokens) -> str:
    """`text` with each token replaced; one of so many digits by zeros, one of a domain not."""
    return _pattern(tokens).sub(lambda match: _written(match[0], dict(tokens)[match[0]]), text) if tokens else text


def _written(token: str, value: str | int | Domain) -> str:
    return "0" * value if isinstance(value, int) else token if isinstance(value, Domain) else value


@lru_cache(maxsize=64)
def _pattern(tokens: Tokens) -> re.Pattern[str]:
    """The longest of the tokens that stand somewhere."""
    return re.compile("|".join(re.escape(token) for token, _ in sorted(tokens, key=lambda t: -len(t[0]))))


@dataclass(frozen=True)
class InSlot:
    """A filter: the tokens replaced in declared values, and in others those of one character. A text that is not
    declared, of a customer, is taken to hold no longer one."""

    tokens: Tokens

    def text(self, text: str) -> str:
        return in_text(text, self.tokens)

    def value(self, value: Any) -> str:
        return self.text(str(value))

    def __call__(self, domain: Domain) -> Domains:
        return (by_character(domain, self.text, self.hints),)

    @property
    def hints(self) -> tuple[str, ...]:
        return tuple(token for token, _ in self.tokens if len(token) == 1)

    @property
    def common(self) -> str:
        return ""

    def changes(self, domain: Domain) -> bool:
        """Whether some value of the domain holds a token."""
        if domain.values is None:
            return self.text(domain.end) != domain.end or any(fits(one, domain.alphabet) for one in self.hints)
        return any(self.text(text) != text for text in (str(value) + domain.end for value in domain.values))


def _message(message: Message, tokens: Tokens, values: dict[str, str | int | Domain]) -> Message:
    return straddled(message, values, lambda part: _each(part, tokens, values))


def _each(message: Message, tokens: Tokens, values: dict[str, str | int | Domain]) -> Message:
    return tuple(after for node in message for after in _node(node, tokens, values))


def _node(node: Node, tokens: Tokens, values: dict[str, str | int | Domain]) -> Iterator[Node]:
    if isinstance(node, Text):
        yield from _text(node, _pattern(tokens), values)
    elif isinstance(node, Choice):
        arms = (arm._replace(body=_message(arm.body, tokens, values)) for arm in node.arms)
        yield node._replace(arms=tuple(arms))
    elif isinstance(node, Repeat):
        yield node._replace(body=_message(node.body, tokens, values))
    else:
        change = InSlot(tokens)
        changed = any(map(change.changes, node.domains()))
        yield node._replace(filters=(*node.filters, change)) if changed else node


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
