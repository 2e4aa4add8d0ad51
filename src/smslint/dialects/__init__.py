"""Dialects: text in, message tree out. Nothing below this folder knows a dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from smslint.dialects import jinja
from smslint.tree.lowering import Around, Lookup, Lowered
from smslint.tree.variables import Variable


class Lower(Protocol):
    """`settings` are the dialect's own, `filters` what filters of the project give, `around` other templates."""

    def __call__(
        self,
        text: str,
        lookup: Lookup,
        settings: Mapping[str, Any],
        filters: Mapping[str, Variable] = ...,
        around: Around = ...,
    ) -> Lowered: ...


class Dialect(NamedTuple):
    """A placeholder language. `lower` never raises: it gives a tree and the problems that it met."""

    name: str
    lower: Lower


DIALECTS: dict[str, Dialect] = {
    "jinja": Dialect("jinja", jinja.lower),
}
