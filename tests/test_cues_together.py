"""Cues that are looked for all at once are those that stand in the texts one by one."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import smslint
from smslint.matching.cues import BEGINS, Cues
from smslint.matching.folding import fold

_PIECES = ("end", "stop", "n't", "d'", "'", "-", " ", "((", "(", "/$", "$", "/", "é", "_", "3", "\ue003", "at", "s")
_JOINED = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=5).map("".join)


@given(st.lists(st.tuples(st.sampled_from(("", BEGINS)), _JOINED), max_size=8), st.lists(_JOINED, max_size=4))
def test_cues_are_found_where_they_stand(given: list[tuple[str, str]], texts: list[str]) -> None:
    cues = {begins + fold(cue) for begins, cue in given}
    plain = [fold(text) for text in texts]
    assert Cues(cues).of(plain, plain) == {cue for cue in cues if any(_stands(cue, text) for text in plain)}


def _stands(cue: str, text: str) -> bool:
    if not cue.startswith(BEGINS):
        return cue in text
    return re.search(rf"(?<!\w){re.escape(cue[1:])}", text) is not None


def test_what_the_template_writes_is_looked_at_where_no_path_sends_it_too(tmp_path: Path) -> None:
    (tmp_path / ".smslint.yaml").write_text("version: 1\nvariables: {name: {values: [B]}}\n")
    template = "{% if name == 'A' %}{ { name }}{% endif %}Hello"
    found = [finding.rule for finding in smslint.lint(template, path=tmp_path / "a.sms").findings]
    assert "placeholder-left-over" in found
