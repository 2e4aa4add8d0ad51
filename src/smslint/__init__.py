"""Lints SMS message templates: segments at best and at worst, and what every path must and must not say."""

from smslint.segments import Count, count

__all__ = ["Count", "count"]
__version__ = "0.1.0"
