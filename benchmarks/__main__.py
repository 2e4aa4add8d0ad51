"""Runs all benchmarks: `python -m benchmarks`, or some of them by name."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = ("startup", "lint", "extents", "counting")

for name in sys.argv[1:] or NAMES:
    import_module(f"benchmarks.{name}").main()
