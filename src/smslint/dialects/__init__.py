"""Dialects: text in, message tree out. Nothing below this folder knows a dialect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from smslint.dialects import jinja
from smslint.lowering import Lookup, Lowered


class Dialect(NamedTuple):
    """A placeholder language. `lower` never raises: it gives a tree and the problems that it met."""

    name: str
    lower: Callable[[str, Lookup, Mapping[str, Any]], Lowered]


DIALECTS: dict[str, Dialect] = {
    "jinja": Dialect("jinja", jinja.lower),
}
