"""The same message in several languages: which files that is, and what is found from each of them alone."""

from __future__ import annotations

import os
from pathlib import Path
from shutil import rmtree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smslint.configuration.languages import SameMessage, where_others_are, wrong
from smslint.configuration.sources import FILE_SIZE_MAX
from smslint.linting.project import Project
from smslint.linting.run import Options, lint_files
from smslint.linting.siblings import others
from tests.test_reports import smslint

PATTERN = "sms/{language}/{name}.j2"
PROJECTS: dict[tuple[Path, str], Project] = {}
CONFIGURATION = f"version: 1\nsame_message: '{PATTERN}'\ndefaults: {{category: informational}}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".smslint.yaml").write_text(CONFIGURATION)
    put(tmp_path, "sms/fr/hello.j2", "Bonjour {{ first_name }}")
    put(tmp_path, "sms/en/hello.j2", "Hello {{ firstname }}")
    put(tmp_path, "sms/en_GB/hello.j2", "Hello {{ first_name }}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")


def project() -> Project:
    """One for each configuration, as reading packs takes longer than all else."""
    return PROJECTS.setdefault((Path.cwd(), Path(".smslint.yaml").read_text()), Project())


def found(*paths: str) -> list[tuple[str, str]]:
    return [(finding.path, finding.rule) for finding in lint_files(paths, project(), Options()).findings]


@pytest.mark.parametrize(
    ("pattern", "path", "language", "message"),
    [
        (PATTERN, "sms/fr/sale.j2", "fr", "sms/{language}/sale.j2"),
        (PATTERN, "sms/pt_BR/sale.j2", "pt-br", "sms/{language}/sale.j2"),
        (PATTERN, "sms/zh-Hant-TW/sale.j2", "zh-hant-tw", "sms/{language}/sale.j2"),
        ("*.{language}.j2", "a/b/sale.fr.j2", "fr", "a/b/sale.{language}.j2"),
        ("sms/**/*.{language}.j2", "sms/sale.fr.j2", "fr", "sms/sale.{language}.j2"),
        ("sms/**/*.{language}.j2", "sms/a/b/sale.v2.fr.j2", "fr", "sms/a/b/sale.v2.{language}.j2"),
        ("{language}/{name}_{language}.j2", "fr/a_fr.j2", "fr", "{language}/a_{language}.j2"),
        ("{language}/{name}-{name}.j2", "fr/a-a.j2", "fr", "{language}/a-a.j2"),
        ("{language_pack}/{language}.j2", "fr/en.j2", "en", "fr/{language}.j2"),
    ],
)
def test_paths_that_a_pattern_reads(pattern: str, path: str, language: str, message: str) -> None:
    assert wrong(pattern) is None
    read = SameMessage(pattern).read(path)
    assert read is not None
    assert (read.language, read.shown) == (language, message)
    _, name, _ = where_others_are(read.message)
    assert name.fullmatch(
        next(part for part, to in zip(path.split("/"), message.split("/"), strict=True) if part != to)
    )


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        (PATTERN, "sms/otp/sale.j2"),  # three letters, and no language
        (PATTERN, "sms/fr/a/sale.j2"),
        (PATTERN, "fr/sale.j2"),
        ("{language}/{name}_{language}.j2", "fr/a_en.j2"),
        ("{language}/{name}-{name}.j2", "fr/a-b.j2"),
        ("a.{language}", "aXfr"),
    ],
)
def test_paths_that_a_pattern_does_not_read(pattern: str, path: str) -> None:
    assert SameMessage(pattern).read(path) is None


def test_no_path_takes_long_to_read() -> None:
    pattern = "**/{a}-{b}-{language}/{c}-{d}-{e}"
    assert wrong(pattern) is None
    assert SameMessage(pattern).read("/".join(["-" * 250] * 16)) is None


def test_one_of_three_that_differs_is_reported_whatever_files_are_named(folder: Path) -> None:
    only = [("sms/en/hello.j2", "translation-variables")]
    assert found(".") == found("sms/en/hello.j2") == only
    assert found("sms/fr/hello.j2") == found("sms/en_GB/hello.j2", "sms/fr/hello.j2") == []
    (folder / "sms/en_GB/hello.j2").unlink()
    assert found(".") == found("sms/en/hello.j2") + found("sms/fr/hello.j2") != only


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["fr", "en", "fr_BE", "en-GB"]), st.sampled_from("ab")),
        st.sampled_from(["{{ x }}", "{{ y }}", "{{ x }} {{ y }}", "{{ x }} STOP 36180", "{{ x_fr }}", "{{ x", ""]),
        min_size=1,
    )
)
def test_the_findings_of_a_file_do_not_depend_on_the_others_that_are_named(
    folder: Path, texts: dict[tuple[str, str], str]
) -> None:
    rmtree(folder / "sms")
    for (code, name), text in texts.items():
        put(folder, f"sms/{code}/{name}.j2", text)

    def linted(*paths: str) -> list[tuple[str, str, str]]:
        findings = lint_files(paths, project(), Options()).findings
        return sorted((finding.path, finding.rule, finding.message) for finding in findings)

    paths = sorted(f"sms/{code}/{name}.j2" for code, name in texts)
    alone = sorted(one for path in paths for one in linted(path))
    assert linted(".") == linted(*reversed(paths)) == alone


def test_the_language_of_the_path_is_a_fact_unless_something_says_otherwise(folder: Path) -> None:
    def language(path: str) -> str | None:
        return lint_files([path], project(), Options()).templates[0].facts.language

    assert language("sms/en/hello.j2") == "en"
    put(folder, "sms/en/stated.j2", "{#- smslint: language=nl -#}Hello")
    assert language("sms/en/stated.j2") == "nl"
    (folder / ".smslint.yaml").write_text(CONFIGURATION + "templates: {files: 'sms/en/h*', language: en-gb}\n")
    assert language("sms/en/hello.j2") == "en-gb"
    assert language("sms/fr/hello.j2") == "fr"
    assert "language" in smslint("config", "sms/fr/hello.j2").stdout
    assert "fr  (.smslint.yaml:2)" in smslint("config", "sms/fr/hello.j2").stdout


def test_what_cannot_or_may_not_be_read_is_no_translation(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    put(outside, "hello.j2", "{{ secret }}")
    os.symlink(outside / "hello.j2", put_parent(folder, "sms/es/hello.j2"))
    os.symlink(outside, folder / "sms" / "it")
    os.symlink("hello.j2", put_parent(folder, "sms/nl/hello.j2"))  # to itself
    os.mkfifo(put_parent(folder, "sms/pl/hello.j2"))
    put_parent(folder, "sms/pt/hello.j2").mkdir()
    put(folder, "sms/sv/hello.j2", "{{ x }}" + "x" * FILE_SIZE_MAX)
    put(folder, "sms/da/hello.j2", "{{ x")
    put_parent(folder, "sms/fi/hello.j2").write_bytes(b"{{ first_name }} \xe9")
    places = others(folder / "sms/fr/hello.j2", project().of(folder))
    assert [code for code, _ in places] == ["da", "en", "en-gb", "fi", "sv"]
    assert found("sms/fr/hello.j2", "sms/en_GB/hello.j2") == []
    assert found("sms/en/hello.j2") == [("sms/en/hello.j2", "translation-variables")]


def put_parent(folder: Path, path: str) -> Path:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    return folder / path


def test_excluded_templates_are_not_compared(folder: Path) -> None:
    (folder / ".smslint.yaml").write_text(CONFIGURATION + "exclude: ['sms/en/**']\n")
    assert found("sms/fr/hello.j2") == found(".") == []


def test_a_translation_that_changed_is_read_again(folder: Path) -> None:
    (folder / "sms/en_GB/hello.j2").unlink()
    path = folder / "sms/en/hello.j2"
    assert lint_files(["sms/fr/hello.j2"], project(), Options()).findings
    path.write_text("Hello {{ first_name }}")
    os.utime(path, ns=(1, 1))
    assert not lint_files(["sms/fr/hello.j2"], project(), Options()).findings


def test_each_gateway_is_compared_with_itself(folder: Path) -> None:
    (folder / ".smslint.yaml").write_text(
        "version: 1\nsame_message: 'sms/{language}/{name}.j2'\n"
        "defaults: {category: marketing, sender: ACME, brand: [ACME], gateway: [ovhcloud, generic]}\n"
    )
    for code in ("fr", "en", "en_GB"):
        put(folder, f"sms/{code}/hello.j2", "ACME -20%")
    assert ("sms/fr/hello.j2", "translation-opt-out") not in found(".")


def test_estimate_by_language(folder: Path) -> None:
    put(folder, "sms/fr/code.j2", "Votre code {{ code }}")
    put(folder, "sms/el/hello.j2", "Γεια {{ first_name }} ξ")
    put(folder, "sms/fr/broken.j2", "{{ x")
    put(folder, "sms/other.j2", "no language")
    expected = (
        "message                      el       en  en-gb  fr\n"
        "sms/{language}/broken.j2     -        -   -      cannot be read\n"
        "sms/{language}/code.j2       -        -   -      1\n"
        "sms/{language}/hello.j2      1 UCS-2  1   1      1\n"
    )
    result = smslint("estimate", "--by-language")
    assert [line.split() for line in result.stdout.splitlines()] == [line.split() for line in expected.splitlines()]
    assert "1 template stands in no pattern of `same_message`" in result.stderr
    alone = smslint("estimate", "--by-language", "sms/fr/hello.j2")
    assert alone.stdout.splitlines()[1].split() == expected.splitlines()[3].split()
