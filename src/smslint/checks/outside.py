"""Characters that a gateway does not send: it replaces what is outside its alphabet, or refuses the message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from smslint.gsm.codings import Limits, holds
from smslint.tree.domains import Domain, Domains, by_character
from smslint.tree.message import Message, Node, Slot, Text, changed_leaves


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
        return changed_leaves(message, self._node)

    def _node(self, node: Text | Slot) -> Iterable[Node]:
        if isinstance(node, Text):
            return (node._replace(text=self.text(node.text)),)
        return (node._replace(filters=(*node.filters, self)),)
