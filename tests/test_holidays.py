"""Sending on dates, against the public holidays of the template's countries."""

from __future__ import annotations

import sys

import pytest

from smslint.configuration.config import build
from smslint.linting.engine import Place, lint_text
from smslint.reading.schema import Reader
from tests.test_quiet import packs_for


def messages(facts: str) -> list[str]:
    text = f"version: 1\ndefaults: {{category: marketing, brand: [Acme], {facts}}}\n"
    reader = Reader("configuration", text)
    config = build(reader, reader.root())
    assert not reader.mistakes
    template = "Acme: -20% STOP au 36180 Reply STOP to opt out"
    report = lint_text(template, Place("template", "template", config, packs_for))
    return [finding.message for finding in report.findings if finding.rule == "send-window"]


def test_a_date_that_is_a_public_holiday_is_told_by_name() -> None:
    (message,) = messages('country: FR, send_window: {dates: ["2026-12-25", "2026-12-24"], from: "10:00", to: "12:00"}')
    assert "2026-12-25, a public holiday in FR (" in message
    assert "2026-12-24" not in message


def test_holidays_are_those_of_the_country_that_excepts_them() -> None:
    assert messages('country: [FR, US], send_window: {dates: "2026-07-04", from: "10:00", to: "12:00"}') == []
    assert messages('country: [FR, US], send_window: {dates: "2026-07-14", from: "10:00", to: "12:00"}')


def test_a_date_is_also_a_day_of_the_week() -> None:
    (message,) = messages('country: FR, send_window: {dates: "2026-07-12", from: "10:00", to: "12:00"}')
    assert "sun 10:00–12:00" in message


def test_without_the_package_what_is_not_known_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    (message,) = messages('country: FR, send_window: {dates: "2026-07-15", from: "10:00", to: "12:00"}')
    assert "install smslint[holidays]" in message


def test_the_package_is_imported_for_dates_only() -> None:
    from subprocess import run

    code = (
        "import sys, tests.test_holidays as t\n"
        "t.messages('country: FR, send_window: {days: mon-sun, holidays: true}')\n"
        "assert 'holidays' not in sys.modules\n"
    )
    assert run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "window",
    [
        '{dates: "2026-02-30"}',
        '{dates: "14/07/2026"}',
        '{dates: "0001-01-01"}',
        '{dates: ["2026-07-14"], days: mon}',
        "{dates: []}",
    ],
)
def test_what_is_no_date_is_a_mistake(window: str) -> None:
    reader = Reader("configuration", f"version: 1\ndefaults: {{send_window: {window}}}\n")
    build(reader, reader.root())
    assert reader.mistakes
