"""Lints SMS message templates: segments at best and at worst, and what every path must and must not say.

    >>> import smslint
    >>> smslint.count("Votre code est 123456").segments
    1

`count` is all that is loaded at once; the rest comes when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smslint.gsm import segments
from smslint.gsm.segments import Count

if TYPE_CHECKING:
    from smslint.api import lint, lint_paths
    from smslint.linting.findings import Finding, Report
    from smslint.reading.schema import MistakesFound

__all__ = ["Count", "Finding", "MistakesFound", "Report", "count", "lint", "lint_paths"]
__version__ = "0.1.0"


def count(
    text: str,
    *,
    header_octets: int = segments.HEADER_OCTETS,
    alphabet: str = "gsm7",
    tables: tuple[str, ...] = (),
) -> Count:
    """The encoding, units, segments and units left of `text`, sent as it is.

    Exact by TS 23.038 and TS 23.040: no escape pair and no surrogate pair straddles a part; `header_octets` (6; 7 with
    a 16-bit reference) are in each part of a longer message. `alphabet` is `gsm7`, `ascii` (each character one septet)
    or `gsm7-ascii` (what both have); `tables` are national language tables that the gateway may use (`turkish`,
    `spanish/single-shift` …), of which the cheapest is taken. Raises ValueError for names that do not exist.
    """
    if alphabet == "gsm7" and not tables:
        known = header_octets == segments.HEADER_OCTETS
        return segments.count_in(text, segments.DEFAULT_HEADER if known else segments.header(header_octets))
    from smslint.gsm import codings

    return codings.count(text, header_octets=header_octets, alphabet=alphabet, tables=tables)


_LATER = {
    "lint": "smslint.api",
    "lint_paths": "smslint.api",
    "Finding": "smslint.linting.findings",
    "Report": "smslint.linting.findings",
    "MistakesFound": "smslint.reading.schema",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module 'smslint' has no attribute {name!r}")
