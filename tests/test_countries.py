"""Countries: each pack loads with its country, and each fact says where it was read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smslint.packs import Packs, load, shipped
from smslint.sourcelist import read_sources
from tests.test_reports import smslint

CODES = [name.removeprefix("countries/").upper() for name in shipped() if name.startswith("countries/")]
# A marketing message that is right there, and what its language is.
RIGHT = {
    "FR": "Acme: -20% ce week-end. STOP au 36180",
    "BE": "Acme: -20% ce week-end. STOP au 8850",
    "CH": "Acme: 20% Rabatt. STOP an 939",
    "DE": "Acme: 20% Rabatt. Keine Werbung mehr? Sende STOP an 83333",
    "AT": "Acme: 20% Rabatt. STOP an 83333",
    "ES": "Acme: 20% dto. BAJA al 7373",
    "IT": "Acme: sconto 20%. Per disiscriverti: https://acme.it/u",
    "NL": "Acme: 20% korting. STOP naar 2525",
    "PT": "Acme: 20% desconto. SAIR para 68000",
    "BR": "Acme: 20% OFF. Responda SAIR",
    "GB": "Acme: 20% off. Opt out txt STOP to 84433",
    "IE": "Acme: 20% off. STOP to 50123",
    "US": "Acme: 20% off. Reply STOP to opt out",
    "KR": "(광고)Acme 20% 할인 무료수신거부 080-123-4567",
    "CN": "Acme 全场8折 拒收请回复R",
}


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load([(name, pytest.fail) for name in ("core", *shipped())], lambda _: None)


@pytest.mark.parametrize("code", CODES)
def test_each_fact_says_where_it_was_read(packs: Packs, code: str) -> None:
    known = read_sources().references
    assert packs.limits[code]
    for limit in packs.limits[code].values():
        assert limit.sources
        assert set(limit.sources) <= set(known)
        assert limit.confidence in ("A", "B", "C")


def test_what_is_known_from_memory_only_is_not_shipped() -> None:
    assert "LU" not in CODES


@pytest.mark.parametrize(("code", "text"), RIGHT.items())
def test_a_message_that_is_right_is_not_reported(tmp_path: Path, code: str, text: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".smslint.yaml").write_text(
        f"version: 1\ndefaults: {{category: marketing, country: {code}, brand: [Acme], max_segments: 3}}\n"
        "rules: {forced-unicode: off}\n"
    )
    (tmp_path / "a.sms").write_text(text, encoding="utf-8")
    assert json.loads(smslint(str(tmp_path / "a.sms"), "--format", "json").stdout)["findings"] == []
    (tmp_path / "a.sms").write_text("Acme: 20%", encoding="utf-8")
    rules = {f["rule"] for f in json.loads(smslint(str(tmp_path / "a.sms"), "--format", "json").stdout)["findings"]}
    assert "opt-out-missing" in rules
