"""Jinja2: parsed by Jinja2's own parser, lowered to the message tree, never rendered."""

from smslint.dialects.jinja.lower import lower

__all__ = ["lower"]
