"""Where smslint's own data is: in the wheel beside the code, in a checkout at its root."""

from __future__ import annotations

from pathlib import Path

_PACKAGED = Path(__file__).parents[1] / "rules"
_CHECKOUT = Path(__file__).parents[3] / "rules"

RULES = _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT
