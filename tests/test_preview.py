"""`smslint preview` and `smslint estimate`, and that a message is cut where the counter says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smslint.commands.preview import Character, _lines, cut
from smslint.gsm.segments import EXTENSION, count, header
from tests import golden
from tests.test_reports import smslint

CASES = golden.FOLDER / "previews"
TEMPLATES = sorted(CASES.glob("*.j2"))
assert TEMPLATES


def as_sent(text: str) -> list[Character]:
    wide = count(text).encoding == "UCS-2"
    return [Character(c, 1 + (ord(c) > 0xFFFF if wide else c in EXTENSION), "text") for c in text]


@given(st.lists(st.sampled_from(["a", "é", "€", "{", "ê", "😀", " ", "a" * 40, "€" * 30])).map("".join))
def test_as_many_parts_as_segments(text: str) -> None:
    found = count(text)
    parts = list(cut(as_sent(text), header(6).capacity(found.encoding)))
    assert len(parts) == found.segments
    assert "".join(c.text for part in parts for c in part) == text
    assert found.remaining == header(6).capacity(found.encoding).part * (len(parts) > 1) + (
        header(6).capacity(found.encoding).single * (len(parts) == 1)
    ) - sum(c.units for c in parts[-1])


@given(st.text(alphabet="ab \n😀漢", max_size=200))
def test_lines_lose_nothing(text: str) -> None:
    assert "".join(c.text for line in _lines(as_sent(text)) for c in line) == text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_preview(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)
    result = smslint("preview", template.name, "--color", "never")
    golden.check(template.with_suffix(".txt"), result.stdout + result.stderr)
    assert result.exit_code == (2 if template.stem == "broken" else 0)


def test_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)
    result = smslint("estimate")
    golden.check(CASES / "estimate.txt", result.stdout)
    assert (result.exit_code, result.stderr) == (2, "broken.j2: error: cannot be read: see `smslint check broken.j2`\n")
    assert smslint("estimate", "none").exit_code == 2


def test_several_gateways_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".smslint.yaml").write_text("version: 1\ndefaults: {category: otp, gateway: [vonage, generic]}\n")
    (tmp_path / "code.sms").write_text("Code: 123456")
    for command in (("estimate",), ("preview", "code.sms")):
        found = smslint(*command).stdout
        assert "code.sms on vonage" in found
        assert "code.sms on generic" in found


def test_a_preview_in_colour_has_no_marks_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)
    shown = smslint("preview", "promo-flash.fr.j2", "--color", "always").stdout
    assert "\x1b[" in shown
