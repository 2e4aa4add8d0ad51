"""Lints SMS message templates: segments at best and at worst, and what every path must and must not say.

    >>> import smslint
    >>> smslint.count("Votre code est 123456").segments
    1

`count` is all that is loaded at once; the rest comes when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smslint.segments import Count, count

if TYPE_CHECKING:
    from smslint.api import lint, lint_paths
    from smslint.findings import Finding, Report
    from smslint.schema import MistakesFound

__all__ = ["Count", "Finding", "MistakesFound", "Report", "count", "lint", "lint_paths"]
__version__ = "0.1.0"

_LATER = {
    "lint": "smslint.api",
    "lint_paths": "smslint.api",
    "Finding": "smslint.findings",
    "Report": "smslint.findings",
    "MistakesFound": "smslint.schema",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module 'smslint' has no attribute {name!r}")
