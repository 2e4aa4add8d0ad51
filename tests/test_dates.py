"""`strftime` against Python's: a format of digits is as long for every date, and no other is known."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from smslint.dialects.jinja import formats, lower
from smslint.extents.extent import extent
from smslint.gsm.segments import DEFAULT_HEADER, count
from smslint.tree.variables import FREE

DIRECTIVES = [f"%{sign}" for sign in "dmyYHIMSfjUWwuVG%"]
DATES = st.datetimes(min_value=datetime(1000, 1, 4))
LITERALS = st.text(st.characters(codec="ascii", exclude_characters="%\0", min_codepoint=32))


@given(st.lists(st.one_of(st.sampled_from(DIRECTIVES), LITERALS)).map("".join), DATES)
def test_each_part_is_as_long_as_what_python_prints(text: str, date: datetime) -> None:
    parts = formats.date(text)
    assert parts is not None
    printed = date.strftime(text)
    for part in parts:
        length = len(part) if isinstance(part, str) else part.number
        here, printed = printed[:length], printed[length:]
        assert here == part if isinstance(part, str) else here.isdigit()
    assert printed == ""


@pytest.mark.parametrize("text", ["%A", "%d %B", "%b", "%p", "%x", "%c", "%-d", "%e", "%Z", "%", "%d %", "%é"])
def test_what_depends_on_more_than_the_format_is_not_known(text: str) -> None:
    assert formats.date(text) is None


@given(DATES)
def test_a_template_costs_what_every_date_costs(date: datetime) -> None:
    template = "RDV le {{ visit.date.strftime('%d/%m/%Y') }} à {{ visit.date.strftime('%Hh%M') }}" + "." * 134 + "€"
    lowered = lower(template, lambda name: FREE, {})
    assert (lowered.message, lowered.problems) != (None, ())
    assert lowered.message is not None
    found = extent(lowered.message, lowered.variables, DEFAULT_HEADER)
    sent = Environment().from_string(template).render(visit={"date": date})
    assert (found.low, found.high, found.exact) == (count(sent).segments, count(sent).segments, True)
