"""Dialects: text in, message tree out. Nothing below this folder knows a dialect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from smslint.dialects import jinja
from smslint.lowering import Lookup, Lowered


@dataclass(frozen=True)
class Dialect:
    """A placeholder language. `lower` never raises: it gives a tree and the problems that it met."""

    name: str
    lower: Callable[[str, Lookup, Mapping[str, Any]], Lowered]


DIALECTS: dict[str, Dialect] = {
    "jinja": Dialect("jinja", jinja.lower),
}
