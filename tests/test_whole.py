"""What speaks of a whole message stands where that begins."""

from __future__ import annotations

import smslint


def test_what_speaks_of_a_message_that_sends_nothing_stands_at_its_beginning() -> None:
    (found,) = (one for one in smslint.lint("{% if a %}{% endif %} \n").findings if one.rule == "category-missing")
    assert (found.start.line, found.start.column) == (1, 1)


def test_what_speaks_of_the_whole_message_stands_where_that_begins() -> None:
    template = "{%- set out = [] -%}{%- do out.append('x') -%}\nHello {{ out|join }}"
    (found,) = (one for one in smslint.lint(template).findings if one.rule == "category-missing")
    assert (found.start.line, found.start.column) == (2, 1)
