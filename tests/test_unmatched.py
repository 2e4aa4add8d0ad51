"""What is asked for and is not there is said: folders without a template, globs that match none, folders of a path."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_reports import smslint

HEAD = "version: 1\ndefaults: {category: informational}\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "sms" / "promo").mkdir(parents=True)
    (tmp_path / "sms" / "a.txt").write_text("Hello")
    (tmp_path / "sms" / "promo" / "b.txt").write_text("Hello")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def notes(*arguments: str, configuration: str = "") -> list[str]:
    if configuration:
        Path(".smslint.yaml").write_text(HEAD + configuration)
    result = smslint("check", *arguments)
    assert result.exit_code == 0
    return [line for line in result.stderr.splitlines() if ": note: " in line]


def test_a_folder_without_a_template_says_what_was_looked_for(tree: Path) -> None:
    (tree / "docs").mkdir()
    (note,) = notes("docs", "sms")
    assert note.startswith("docs: note: no template is in this folder: those are `**/*.sms`, ")
    assert note.endswith("; set `include` in .smslint.yaml where yours have other names")
    (note,) = notes(".", configuration='include: "templates/*.txt"\nexclude: x/**\n')
    words = "`include` (.smslint.yaml:3) asks for `templates/*.txt`, and `exclude` leaves out `x/**`"
    assert note == f".: note: no template is in this folder: {words}"


def test_estimate_says_it_too(tree: Path) -> None:
    Path(".smslint.yaml").write_text(f"{HEAD}include: x\n")
    assert "no template is in this folder" in smslint("estimate").stderr


@pytest.mark.parametrize(
    ("configuration", "place"),
    [
        (
            "include: [sms/**, 'tempaltes/**', '!sms/c']\n",
            ".smslint.yaml:3:19: note: no template matches `tempaltes/**`",
        ),
        ("include+: tempaltes/**\n", ".smslint.yaml:3:11: note: no template matches `tempaltes/**`"),
        (
            "templates:\n  - files: [sms/promo/, sms/markting/**]\n    category: otp\n",
            ".smslint.yaml:4:25: note: no template matches `sms/markting/**`",
        ),
        ("examples: {files: x, contexts: [{a: b}]}\n", ".smslint.yaml:3:19: note: no template matches `x`"),
        (
            "templates: {files: 'sms\\promo\\*', category: otp}\n",
            ".smslint.yaml:3:20: note: no template matches `sms\\promo\\*`: folders are parted by `/`",
        ),
        ("search_path: [sms, nowhere]\n", ".smslint.yaml:3:20: note: `nowhere` is no folder here"),
    ],
)
def test_what_matches_nothing_is_noted_at_its_place(tree: Path, configuration: str, place: str) -> None:
    (note,) = notes(configuration=configuration)
    assert note.startswith(place)


def test_a_run_on_a_part_says_nothing_of_globs(tree: Path) -> None:
    configuration = "templates: {files: 'sms/markting/**', category: otp}\n"
    assert notes("sms", configuration=configuration) == []
    assert notes("sms/a.txt", configuration=configuration) == []
    (tree / "sms" / ".smslint.yaml").write_text(f"{HEAD}include: a.txt\ntemplates: {{files: x, category: otp}}\n")
    assert [note.partition(": note: ")[0] for note in notes("sms")] == ["sms/.smslint.yaml:4:20"]


def test_examples_that_are_tried_with_no_template_are_noted(tree: Path) -> None:
    (tree / "sms" / "a.txt").write_text("Hello {{ name }}, {{ city }}")
    (tree / "rows.csv").write_text("name,city\nLea,Paris\n")
    (tree / "typed.csv").write_text("nam,cty\nLea,Paris\nZoe,Lyon\n")
    declared = "variables: {name: {max_length: 5}, city: {max_length: 5}}\n"
    words = "no template is tried with this example"
    found = notes(configuration=f"{declared}examples: [rows.csv, typed.csv, {{name: Bo}}, {{name: Bo, city: X}}]\n")
    assert [note.split(": ")[0] for note in found] == [".smslint.yaml:4:33", "typed.csv:2:1"]
    assert words in found[0]
    assert f"{words}, nor with 1 other of this file: " in found[1]
    assert notes("sms/a.txt") == []


def test_nothing_is_noted_where_all_is_there(tree: Path) -> None:
    assert notes(configuration="include: 'sms/{a,promo/*}.txt'\nsearch_path: sms\nexclude: x\n") == []


def test_where_a_configuration_cannot_be_used_nothing_is_counted(tree: Path) -> None:
    Path(".smslint.yaml").write_text("version: 2\n")
    result = smslint("check")
    assert result.exit_code == 2
    assert "checked" not in result.stderr
    assert "note" not in result.stderr


def test_what_a_note_quotes_does_not_reach_the_terminal_as_it_is(tree: Path) -> None:
    Path(".smslint.yaml").write_text(f'{HEAD}include: ["sms/**", "a\\e[31m]"]\nsearch_path: "a/\\0\\eb"\n')
    result = smslint("check")
    assert result.stderr.count(": note: ") == 2
    assert not {"\x1b", "\0"} & set(result.stderr)
