"""Characters that a gateway does not send: it replaces what is outside its alphabet, or refuses the message."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from smslint.gsm.codings import Limits, holds
from smslint.tree.domains import Domain, Domains, by_character
from smslint.tree.message import Choice, Message, Node, Repeat, Text


@dataclass(frozen=True)
class Replaced:
    """A filter: `replacement` in place of each character that none of `limits` has."""

    limits: Limits
    replacement: str

    def text(self, text: str) -> str:
        return "".join(c if holds(self.limits, c) else self.replacement for c in text)

    def value(self, value: Any) -> str:
        return self.text(str(value))

    def __call__(self, domain: Domain) -> Domains:
        if domain.values is None:
            return (by_character(domain, self.text),)
        return (replace(domain, values=tuple(map(self.value, domain.values)), end=self.text(domain.end)),)

    @property
    def hints(self) -> tuple[str, ...]:
        return ()

    @property
    def common(self) -> str:
        return ""

    def message(self, message: Message) -> Message:
        """`message` as the gateway sends it."""
        return tuple(self._node(node) for node in message)

    def _node(self, node: Node) -> Node:
        if isinstance(node, Text):
            return node._replace(text=self.text(node.text))
        if isinstance(node, Choice):
            return node._replace(arms=tuple(arm._replace(body=self.message(arm.body)) for arm in node.arms))
        if isinstance(node, Repeat):
            return node._replace(body=self.message(node.body))
        return node._replace(filters=(*node.filters, self))
