"""The wording of the packs, against examples: every text under `is` is a mention, and no text under `is_not` is one.

Each text is a template and goes the whole way: lowered, walked, searched. Adding a case is adding a line to a file of
tests/data/wording: `NAME.yaml` and the folder `NAME/` hold the texts of the wording NAME.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from smslint.configuration.config import Config
from smslint.dialects import DIALECTS
from smslint.extents.paths import paths
from smslint.matching.cues import place_of
from smslint.matching.folding import fold
from smslint.packs import loading
from smslint.packs.loading import load
from smslint.packs.packs import Packs, shipped

FOLDER = Path(__file__).parent / "data" / "wording"
DATA = sorted(FOLDER.rglob("*.yaml"))
assert DATA


def cases() -> Iterator[tuple[str, str, str, bool]]:
    for file in DATA:
        wording = file.relative_to(FOLDER).parts[0].removesuffix(".yaml")
        for language, lists in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            for expected in ("is", "is_not"):
                for text in lists.get(expected, []):
                    yield wording, language, text, expected == "is"


@pytest.fixture(scope="module")
def packs() -> Packs:
    languages = [name for name in shipped() if name.startswith("languages/")]
    return load([(name, pytest.fail) for name in ("core", *languages)], lambda _: None)


def mentioned(packs: Packs, wording: str, template: str, language: str | None) -> bool:
    lowered = DIALECTS["jinja"].lower(template, Config().variable, {})
    assert lowered.message is not None
    found = paths(lowered.message, lowered.variables, packs.slots.character)
    assert found.complete
    return any(packs.wording[wording].mention(path.text, language) for path in found.paths)


@pytest.mark.parametrize(("wording", "language", "text", "expected"), list(cases()))
def test_wording(packs: Packs, wording: str, language: str, text: str, expected: bool) -> None:
    spoken = None if language == "any" else language.split("-")[0]
    assert mentioned(packs, wording, text, spoken) is expected


@pytest.mark.parametrize(("wording", "language", "text", "expected"), list(cases())[::7])
def test_the_language_only_orders_what_is_tried(
    packs: Packs, wording: str, language: str, text: str, expected: bool
) -> None:
    assert mentioned(packs, wording, text, "de") is expected


@pytest.fixture(scope="module")
def french() -> Packs:
    return load([(name, pytest.fail) for name in ("core", "countries/fr")], lambda _: None)


@pytest.mark.parametrize(("wording", "language", "text", "expected"), list(cases()))
def test_every_language_counts_where_nothing_brings_it_in(
    french: Packs, wording: str, language: str, text: str, expected: bool
) -> None:
    assert mentioned(french, wording, text, None) is expected


def test_languages_that_nothing_brings_in_are_read_only_for_a_word_of_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    packs = load([("core", pytest.fail)], lambda _: None)
    further = [vocabulary.further for vocabulary in packs.wording.values() if vocabulary.further.marks]
    assert len(further) == 3
    loading._spoken_everywhere.cache_clear()
    for text in ("Acme: -20% ce week-end. STOP au 36180", "Acme: 20% more. Reply STOP to opt out", "Code: 1234"):
        packs.wording["opt-out"].mention(text)
    assert loading._spoken_everywhere.cache_info().currsize == 0
    assert packs.wording["opt-out"].mention("Acme: -20%. BAJA al 36180")
    assert loading._spoken_everywhere.cache_info().currsize == 1


def test_every_pattern_of_a_language_has_words_to_look_for_first(packs: Packs) -> None:
    """Or languages that nothing brings in would be searched in every text, or not at all."""
    without = [
        (wording, language, pattern.name)
        for wording, vocabulary in packs.wording.items()
        for language, spoken in vocabulary.languages.items()
        for pattern in (*spoken.any, *spoken.never)
        if language != "any" and not (pattern.cues or pattern.holds)
    ]
    assert without == []


def test_who_extends_no_core_has_the_languages_that_he_asks_for() -> None:
    german = load([("languages/de", pytest.fail)], lambda _: None)
    assert german.wording["opt-out"].mention("Acme: -20%. BAJA al 36180") is None


def test_slot_classes_of_a_pack_before_core_displace_no_language() -> None:
    own = 'version: 1\npack: own\nslots: {mine: "(?x) mine"}\n'
    packs = load([("own.yaml", pytest.fail), ("core", pytest.fail)], lambda path: (path, own))
    assert mentioned(packs, "opt-out", "Acme: -20%. BAJA al {{ stop_code }}", None)
    assert not mentioned(packs, "opt-out", "Acme: -20%. BAJA al {{ city }}", None)


def test_a_mention_in_decomposed_text_is_found_where_it_stands(packs: Packs) -> None:
    text = "De\u0301marque e\u0301te\u0301. STOP au 36180"
    mention = packs.wording["opt-out"].mention(text)
    assert mention is not None
    assert text[mention.start : mention.end].startswith("STOP au 36180")


def test_a_text_without_cues_holds_nothing_that_a_pattern_finds(packs: Packs) -> None:
    missed = [
        (pattern.name, text)
        for wording, _, text, _ in cases()
        for spoken in packs.wording[wording].languages.values()
        for pattern in (*spoken.any, *spoken.never)
        if pattern.cues and pattern.regex.search(text) and all(place_of(cue, fold(text)) < 0 for cue in pattern.cues)
    ]
    assert missed == []
