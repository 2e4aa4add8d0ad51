"""The command as it is called by hand, by editors and by CI: options, streams and exit codes."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from smslint import __version__
from tests.test_reports import smslint

MATCHER = re.compile(r"^(.+?):(\d+):(\d+): (error|warning|info)\[([\w/-]+)\] (.+)$")
SMSLINT = [sys.executable, "-m", "smslint"]
BAD = "ACME: -20%{% if vip %} STOP 36180{% endif %}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "sms").mkdir()
    (tmp_path / ".smslint.yaml").write_text(
        "version: 1\ndefaults: {category: marketing, brand: [ACME]}\nexclude: [old]\n"
    )
    (tmp_path / "sms" / "bad.j2").write_text(BAD)
    (tmp_path / "sms" / "good.j2").write_text("ACME: -20% STOP 36180\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_exit_codes(folder: Path) -> None:
    assert smslint("sms/good.j2").exit_code == 0
    assert smslint("sms/bad.j2").exit_code == 1
    assert smslint("check").exit_code == 1
    assert smslint("sms/none.j2").exit_code == 2
    assert smslint("check", "--no-such-option").exit_code == 2
    assert smslint("--fail-on", "never", "sms/bad.j2").exit_code == 0
    (folder / ".smslint.yaml").write_text("version: 1\nfail_on: never\ndefaults: {category: marketing}\n")
    assert smslint("sms/bad.j2").exit_code == 0
    assert smslint("sms/bad.j2", "--fail-on", "warning").exit_code == 1
    (folder / ".smslint.yaml").write_text("version: 1\nfail_on: perhaps\n")
    assert smslint("sms/bad.j2").exit_code == 2


def test_a_bare_file_is_checked_and_version_and_help_are_not_files(folder: Path) -> None:
    assert smslint("sms/bad.j2").stdout == smslint("check", "sms/bad.j2").stdout != ""
    assert smslint("--version").stdout == f"smslint {__version__}\n"
    assert "Usage" in smslint("--help").stdout
    assert smslint().stdout == smslint("check", ".").stdout


def test_a_misspelt_command_is_no_missing_file(folder: Path) -> None:
    result = smslint("explian", "opt-out-missing")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no command and no file `explian`: did you mean `explain`?" in result.stderr
    assert "sales: error: no such file or folder" in smslint("sales").stderr
    (folder / "chekc").mkdir()
    assert smslint("chekc").exit_code == 0


def test_findings_on_stdout_the_rest_on_stderr(folder: Path) -> None:
    result = smslint("sms/bad.j2", "sms/none.j2", "--format", "concise")
    assert [bool(MATCHER.match(line)) for line in result.stdout.splitlines()] == [True]
    assert "sms/none.j2: error: no such file or folder" in result.stderr
    assert "1 error in 1 template" in result.stderr
    assert result.exit_code == 2


def test_a_folder_without_templates_says_so(folder: Path) -> None:
    (folder / "empty").mkdir()
    result = smslint("empty")
    assert (result.exit_code, result.stdout) == (0, "")
    note, summary = result.stderr.splitlines()
    assert note.startswith("empty: note: no template is in this folder: those are `**/*.sms`")
    assert summary == "0 templates checked, no findings"


def test_a_named_file_is_linted_outside_include_unless_forced(folder: Path) -> None:
    (folder / "note.txt").write_text(BAD)
    (folder / "sms" / "old").mkdir()
    (folder / "sms" / "old" / "x.j2").write_text(BAD)
    assert smslint("note.txt").exit_code == 1
    assert smslint("sms/old/x.j2").exit_code == 1
    assert smslint("--force-exclude", "note.txt", "sms/old/x.j2").exit_code == 0
    assert smslint("--force-exclude", "sms/bad.j2").exit_code == 1
    assert "old" not in smslint("check", ".").stdout


def test_select_and_ignore(folder: Path) -> None:
    (folder / "sms" / "bad.j2").write_text("It’s -20%\n")
    assert {line.split("[")[1].split("]")[0] for line in smslint(".", "--format", "concise").stdout.splitlines()} == {
        "opt-out-missing",
        "sender-identity-missing",
        "forced-unicode",
    }
    only = smslint(".", "--select", "forced-unicode,opt-out-twice", "--format", "concise").stdout
    assert [line.split("[")[1].split("]")[0] for line in only.splitlines()] == ["forced-unicode"]
    rest = smslint(".", "--ignore", "forced-unicode", "--ignore", "opt-out-missing", "--format", "concise").stdout
    assert [line.split("[")[1].split("]")[0] for line in rest.splitlines()] == ["sender-identity-missing"]
    unknown = smslint(".", "--select", "forced-unicod")
    assert unknown.exit_code == 2
    assert "did you mean `forced-unicode`?" in unknown.stderr


def test_a_file_that_cannot_be_read_is_told_whatever_is_selected(folder: Path) -> None:
    (folder / "sms" / "broken.j2").write_text("{% if %}")
    result = smslint("check", "--select", "opt-out-missing", "sms/broken.j2")
    assert (result.exit_code, "template-syntax" in result.stdout) == (1, True)
    assert smslint("check", "--ignore", "template-syntax", "sms/broken.j2").stdout == ""


def test_what_a_loop_writes_again_and_again_is_told_once(folder: Path) -> None:
    (folder / "sms" / "loop.j2").write_text("{% for i in range(3) %}http://a.fr/{{ i }} {% endfor %}")
    found = smslint("check", "--select", "insecure-link", "--format", "concise", "sms/loop.j2").stdout
    assert found.count("insecure-link") == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_among_the_templates_is_no_file(folder: Path) -> None:
    os.mkfifo(folder / "sms" / "pipe.j2")
    result = smslint("check", "sms")
    assert result.exit_code == 2
    assert "sms/pipe.j2: error: is no regular file that can be read" in result.stderr


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("category=otp ignore[shouting] vu avec eux", "`ignore[…]` stands in a comment of its own"),
        ("ignore raison", "`ignore` names no rule"),
    ],
)
def test_what_a_comment_gets_wrong_is_told_once(folder: Path, comment: str, told: str) -> None:
    (folder / "sms" / "own.j2").write_text(f"{{#- smslint: {comment} -#}}ACME: x STOP 36180")
    found = smslint("sms/own.j2", "--format", "concise", "--select", "wrong-facts").stdout
    assert (found.count("wrong-facts"), told in found) == (1, True)


def test_what_makes_a_message_long_is_told_as_the_template_says_it(folder: Path) -> None:
    (folder / ".smslint.yaml").write_text("version: 1\nvariables: {items: {max_items: 4, item: {length: 60}}}\n")
    (folder / "sms" / "cart.j2").write_text(
        "{% set total = items|length %}{% if total > 1 %}{{ total }} items:{% endif %}"
        "{% for x in items %} {{ x }}{% endfor %}"
    )
    found = smslint("sms/cart.j2", "--format", "concise", "--select", "too-many-segments").stdout
    assert "worst when total > 1 is true, items has 4 items\n" in found


def test_two_dots_lead_where_the_disk_says(folder: Path) -> None:
    (folder / "inner" / "sms").mkdir(parents=True)
    (folder / "inner" / ".smslint.yaml").write_text("version: 1\ndefaults: {category: otp}\n")
    (folder / "inner" / "sms" / "own.j2").write_text("x")
    (folder / "sms" / "plain.j2").write_text("http://a.fr")
    paths = ("inner/../sms/plain.j2", "sms/plain.j2", "sms/../sms/plain.j2")
    data = json.loads(smslint("check", *paths, "inner/sms/own.j2", "--format", "json").stdout)
    assert [one["path"] for one in data["templates"]] == ["sms/plain.j2", "inner/sms/own.j2"]
    assert [one["category"] for one in data["templates"]][1] == "otp"
    assert data["templates"][0]["category"] != "otp"


def test_a_path_above_the_working_directory_is_shown_from_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "sms")
    (folder / "above.sms").write_text("x")
    (found,) = json.loads(smslint("check", "../above.sms", "--format", "json").stdout)["templates"]
    assert found["path"] == "../above.sms"


def test_standard_input_stands_for_a_path_that_need_not_exist(folder: Path) -> None:
    result = smslint("check", "--stdin-filename", "sms/new.j2", "--format", "json", "-", stdin=BAD.encode())
    data = json.loads(result.stdout)
    assert result.exit_code == 1
    assert data["templates"][0]["path"] == "sms/new.j2"
    assert data["templates"][0]["category"] == "marketing"
    assert [finding["rule"] for finding in data["findings"]] == ["opt-out-missing"]
    shown = smslint("check", "--stdin-filename", "sms/new.j2", "-", stdin=BAD.encode())
    assert "  ACME: -20%{% if vip %}" in shown.stdout
    assert smslint("-", stdin=b"ACME STOP 36180").exit_code == 0
    assert smslint("-", "sms/good.j2", stdin=b"x").exit_code == 2


def test_json_is_valid_whatever_happens(folder: Path) -> None:
    (folder / "sms" / "latin.j2").write_bytes(b"caf\xe9")
    (folder / "sms" / "lone.j2").write_text('ACME {{ "\\ud800" }} STOP 36180')
    data = json.loads(smslint(".", "missing", "--format", "json").stdout)
    assert [error["path"] for error in data["errors"]] == ["missing"]
    assert data["summary"] == {"files": 4, "templates": 4, "errors": 2, "warnings": 1, "infos": 0}
    assert {template["path"]: template["segments"] for template in data["templates"]}["sms/latin.j2"] is None
    (folder / ".smslint.yaml").write_text("version: 1\nnope: 1\n")
    broken = json.loads(smslint(".", "--format", "json").stdout)
    assert broken["errors"][0]["line"] == 2
    assert broken["summary"]["files"] == 0


def test_github_annotations_are_escaped(folder: Path) -> None:
    (folder / "sms" / "a,b:c.j2").write_text("ACME: 100%\n’\n")
    output = smslint(".", "--format", "github").stdout
    assert "file=sms/a%2Cb%3Ac.j2," in output
    (folder / ".smslint.yaml").write_text('version: 1\ndefaults: {category: otp, gateway: {suffix: "50%\\nSTOP"}}\n')
    (folder / "sms" / "bad.j2").write_text("Code STOP au\n36180\n")
    annotation = next(
        line for line in smslint("sms/bad.j2", "--format", "github").stdout.splitlines() if "opt-out" in line
    )
    assert annotation.startswith("::warning title=opt-out-on-informational,file=sms/bad.j2,line=1,endLine=2::")
    assert "100%" not in output.replace("100%25", "")


def test_github_shows_ten_of_a_kind_and_says_how_many_more(folder: Path) -> None:
    for number in range(12):
        (folder / "sms" / f"x{number}.j2").write_text(BAD)
    lines = smslint(".", "--format", "github").stdout.splitlines()
    assert sum(line.startswith("::error ") for line in lines) == 10
    assert lines[-1] == "3 more of severity error are not annotated"


def test_the_step_summary_has_the_segments(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    smslint(".", "--format", "github")
    assert "| sms/good.j2 | marketing | 1 | GSM-7 |" in (folder / "summary.md").read_text()


def test_a_template_with_several_gateways_is_one_template(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = "category: marketing, brand: ACME, sender: ACME, gateway: [ovhcloud, octopush, generic]"
    (folder / ".smslint.yaml").write_text(f"version: 1\ndefaults: {{{facts}}}\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    assert "in 1 template" in smslint("sms/good.j2").stderr
    smslint("sms/good.j2", "--format", "github")
    assert "| sms/good.j2 on octopush | marketing | 1 | GSM-7 |" in (folder / "summary.md").read_text()


def test_statistics(folder: Path) -> None:
    (folder / "sms" / "worse.j2").write_text(BAD)
    assert "     2  opt-out-missing\n" in smslint(".", "--statistics").stderr


def test_the_nearest_configuration_up_to_the_git_root(folder: Path) -> None:
    (folder / "sms" / "news").mkdir()
    (folder / "sms" / "news" / "a.j2").write_text(BAD)
    (folder / "sms" / "news" / ".smslint.yaml").write_text("version: 1\ndefaults: {category: otp}\n")
    assert "opt-out-on-informational" in smslint("sms/news/a.j2").stdout
    assert "opt-out-missing" in smslint("sms/bad.j2").stdout
    inner = folder / "inner"
    (inner / ".git").mkdir(parents=True)
    (inner / "a.sms").write_text(BAD)
    assert "category-missing" in smslint("inner/a.sms").stdout
    assert "opt-out-missing" in smslint("inner/a.sms", "--config", ".smslint.yaml").stdout


def test_globs_are_relative_to_a_configuration_that_is_named_from_a_subfolder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".smslint.yaml").write_text(
        "version: 1\ninclude: ['sms/**']\ntemplates: [{files: 'sms/promo/**', category: otp}]\n"
    )
    (folder / "sms" / "promo").mkdir()
    (folder / "sms" / "promo" / "a.j2").write_text(BAD)
    monkeypatch.chdir(folder / "sms" / "promo")
    nearest = smslint("a.j2").stdout
    assert "opt-out-on-informational" in nearest
    assert smslint("a.j2", "--config", "../../.smslint.yaml").stdout == nearest
    assert smslint("a.j2", "--config", "../../.smslint.yaml", "--force-exclude").stdout == nearest


def test_a_broken_configuration_does_not_keep_the_others_from_being_linted(folder: Path) -> None:
    (folder / "sms" / "news").mkdir()
    (folder / "sms" / "news" / "a.j2").write_text(BAD)
    (folder / "sms" / "news" / ".smslint.yaml").write_text("version: 1\ndefault: {}\n")
    result = smslint(".")
    assert result.exit_code == 2
    assert "opt-out-missing" in result.stdout
    assert "sms/news/.smslint.yaml:2:1: error: unknown key `default`" in result.stderr


def test_an_unknown_suffix_is_a_mistake_of_the_configuration(folder: Path) -> None:
    (folder / ".smslint.yaml").write_text(
        "version: 1\ndefaults:\n  category: marketing\n  brand: [ACME]\n  gateway: smspartner\n"
    )
    result = smslint(".")
    assert result.exit_code == 2
    assert ".smslint.yaml:5:12: error: `smspartner` appends an opt-out to marketing messages" in result.stderr
    assert "suffix:" in result.stderr
    assert result.stderr.count("smspartner` appends") == 1
    assert smslint("sms/good.j2").exit_code == 2
    (folder / "sms" / "otp.j2").write_text("{#- smslint: category=otp -#}Code 123456\n")
    assert smslint("sms/otp.j2").exit_code == 0


def test_colour_only_on_a_terminal_unless_told(folder: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}

    def run(*arguments: str, **variables: str) -> bytes:
        command = [*SMSLINT, "sms/bad.j2", *arguments]
        return subprocess.run(command, env={**environment, **variables}, capture_output=True, check=False).stdout

    assert b"\x1b[" not in run()
    assert b"\x1b[" in run("--color", "always")
    assert b"\x1b[" in run(FORCE_COLOR="1")
    assert b"\x1b[" not in run("--color", "never", FORCE_COLOR="1")

    ours, theirs = pty.openpty()
    subprocess.run([*SMSLINT, "sms/bad.j2"], stdout=theirs, stderr=theirs, env={**environment, "TERM": "xterm"})
    assert b"\x1b[" in os.read(ours, 65536)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_output_that_cannot_be_written_ends_with_2(folder: Path) -> None:
    with open("/dev/full", "wb") as full:
        result = subprocess.run([*SMSLINT, "."], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (result.returncode, "Traceback" in result.stderr) == (2, False)
    assert "error: what was found cannot be written: No space left on device" in result.stderr
    assert subprocess.run(["sh", "-c", f"{' '.join(SMSLINT)} . >&-"], check=False).returncode == 1


def test_a_closed_pipe_is_no_traceback(folder: Path) -> None:
    for number in range(400):
        (folder / "sms" / f"x{number}.j2").write_text(BAD)
    done = subprocess.run(
        f"{sys.executable} -m smslint . | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr


def test_count() -> None:
    assert smslint("count", "It’s {ok}").stdout.splitlines() == [
        "UCS-2: 9 code units, 1 segment, 61 left in the last",
        "  at 3: ’  U+2019 RIGHT SINGLE QUOTATION MARK: not in GSM-7, forces UCS-2",
    ]
    assert smslint("count", "{ok}").stdout.splitlines() == [
        "GSM-7: 6 septets, 1 segment, 154 left in the last",
        "  at 1: {  U+007B LEFT CURLY BRACKET: costs two septets",
        "  at 4: }  U+007D RIGHT CURLY BRACKET: costs two septets",
    ]
    assert smslint("count", stdin="hé\n".encode()).stdout.startswith("GSM-7: 2 septets")
    assert smslint("count", stdin=b"caf\xe9").exit_code == 2


def test_a_text_that_begins_with_a_dash_is_counted() -> None:
    assert "13 septets" in smslint("count", "-20% chez moi").stdout


def test_count_with_what_a_gateway_appends() -> None:
    assert "11 septets" in smslint("count", "", "--gateway", "ovhcloud").stdout
    assert "3 septets" in smslint("count", "a", "--suffix", "bc").stdout
    assert smslint("count", "a", "--gateway", "smspartner").exit_code == 2
    assert "2 septets" in smslint("count", "a", "--gateway", "smspartner", "--suffix", "b").stdout
    assert "did you mean `ovhcloud`" in smslint("count", "a", "--gateway", "ovhclod").stderr
    data = json.loads(smslint("count", "é’", "--format", "json").stdout)
    assert (data["encoding"], data["units"], data["segments"], data["remaining"]) == ("UCS-2", 2, 1, 68)
    assert [(c["position"], c["code_point"]) for c in data["characters"]] == [(1, "U+2019")]


def test_config_names_the_place_that_set_each_fact(folder: Path) -> None:
    (folder / "sms" / "own.j2").write_text("---\nmax_segments: 3\n---\n{#- smslint: sender=ACME -#}x")
    output = smslint("config", "sms/own.j2").stdout
    assert re.search(r"^category +marketing  \(\.smslint\.yaml:2\)$", output, re.M)
    assert re.search(r"^max_segments +3  \(sms/own\.j2:2\)$", output, re.M)
    assert re.search(r"^sender +ACME  \(sms/own\.j2:4\)$", output, re.M)
    assert re.search(r"^language +-  \(default\)$", output, re.M)
    assert re.search(r"^rules\.opt-out-missing +error", output, re.M)
    (folder / ".smslint.yaml").write_text(
        "version: 1\ndefaults: {gateway: [ovhcloud, generic]}\nvariables:\n  code: {length: 6, alphabet: digits}\n"
        "  name: {max_length: 9, alphabet: latin, optional: true}\n"
    )
    output = smslint("config", "sms/own.j2").stdout
    first = "ovhcloud, prefix '', suffix ' STOP 36180', appended to marketing where the sender is a name"
    both = f"{first}; generic, prefix '', suffix ''"
    assert re.search(rf"^gateway +{re.escape(both)}.*  \(\.smslint\.yaml:2\)$", output, re.M)
    assert re.search(r"^variables\.code +6 characters of digits  \(\.smslint\.yaml:4\)$", output, re.M)
    assert re.search(r"^variables\.name +0 to 9 characters of latin, optional  \(\.smslint\.yaml:5\)$", output, re.M)


def test_config_says_of_each_rule_whether_it_is_asked_and_what_set_it(folder: Path) -> None:
    (folder / "house.yaml").write_text(
        "version: 1\npack: house\nextends: [core]\nrules:\n  - id: shouting\n    severity: error\n"
    )
    (folder / ".smslint.yaml").write_text(
        "version: 1\nextends:\n  - ./house.yaml\n  - {pack: text, severity_max: info}\n"
        "defaults: {category: marketing, gateway: [ovhcloud, generic], sender: ACME}\n"
        "variables:\n  name: {max_length: 3}\n  city: {values: [Paris]}\n"
        "rules:\n  forced-unicode: off\n"
        "templates:\n  - files: 'sms/**'\n    brand+: Bolt\n    rules:\n      html-markup: info\n"
    )
    (folder / "sms" / "own.j2").write_text("{#- smslint: ignore[opt-out-missing] why -#}x")
    output = smslint("config", "sms/own.j2").stdout

    def rule(name: str) -> str:
        return next(line.split(maxsplit=1)[1] for line in output.splitlines() if line.startswith(f"rules.{name} "))

    assert rule("shouting") == "error  (house.yaml:6)"
    assert rule("forced-unicode") == "off  (.smslint.yaml:10)"
    assert rule("html-markup") == "info  (.smslint.yaml:15)"
    assert rule("opt-out-missing").startswith("error, asked for generic only, silenced in the template  (")
    assert rule("otp-with-link").startswith("warning, not asked: category is marketing, and it asks for otp  (")
    assert rule("label-missing").startswith("error, not asked: no country or gateway states `label`  (")
    assert rule("opt-out-twice").startswith("warning, asked for ovhcloud only  (")
    assert rule("suffix-costs-a-segment").startswith("info, asked for ovhcloud only  (")
    assert re.search(r"^brand +Bolt  \(\.smslint\.yaml:13\)$", output, re.M)
    assert re.search(r"^variables\.city +one of Paris  \(\.smslint\.yaml:8\)$", output, re.M)
    assert re.search(r"^gateway +ovhcloud, .*; generic, .*  \(\.smslint\.yaml:5\)$", output, re.M)
    assert re.search(r"^require_reason +false  \(default\)$", output, re.M)


def test_rules_and_explain(folder: Path) -> None:
    assert "opt-out-missing" in smslint("rules").stdout
    explained = smslint("explain", "opt-out-missing").stdout
    assert "CPCE, article L34-5" in explained
    assert smslint("explain", "opt-out-mising").exit_code == 2


def test_test_runs_the_examples_and_fails_on_a_missing_or_noisy_one(folder: Path) -> None:
    assert smslint("test").exit_code == 0
    (folder / "house.yaml").write_text(
        "version: 1\npack: house\nrules:\n"
        "  - id: house-shout\n    summary: One mark\n    severity: error\n    forbid: {pattern: '!!'}\n"
        "    message: '{text}'\n    examples:\n      - ok: 'a!!'\n      - bad: 'a'\n"
        "      - bad: 'a!!'\n        at: '1:1'\n"
        "  - id: house-unproven\n    summary: Nothing shows it\n    forbid: {pattern: 'x'}\n    message: x\n"
    )
    result = smslint("test", "./house.yaml")
    assert result.exit_code == 1
    assert "house.yaml:10: house-shout: noisy: `a!!` is reported" in result.stdout
    assert "house.yaml:11: house-shout: missing: `a` is not reported" in result.stdout
    assert "house.yaml:12: house-shout: reported at 1:2, not at 1:1" in result.stdout
    assert "house-unproven: has no bad example" in result.stdout
    assert smslint("test", "nope").exit_code == 2


def test_what_speaks_of_the_configuration_is_said_once(folder: Path) -> None:
    def missing() -> list[str]:
        lines = smslint("--select", "category-missing", "--format", "concise").stdout.splitlines()
        return [line.partition(":")[0] for line in lines]

    (folder / ".smslint.yaml").unlink()
    assert missing() == ["sms/bad.j2"]
    (folder / ".smslint.yaml").write_text("version: 1\ntemplates: {files: 'otp/**', category: otp}\n")
    assert missing() == ["sms/bad.j2", "sms/good.j2"]
    (folder / ".smslint.yaml").write_text("version: 1\n")
    assert smslint("baseline", "write").exit_code == 0
    assert missing() == []
    assert smslint("sms/good.j2", "--select", "category-missing").stdout == ""


def test_a_path_with_a_line_end_or_bytes_that_are_no_utf_8_stays_on_its_line(folder: Path) -> None:
    for name in (b"sms/new\nline.j2", b"sms/caf\xe9.j2"):
        (folder / os.fsdecode(name)).write_text(BAD)
    done = subprocess.run([*SMSLINT, "sms", "--format", "concise"], capture_output=True, check=False)
    lines = done.stdout.decode("utf-8").splitlines()
    assert [MATCHER.match(line) is not None for line in lines] == [True, True, True]
    assert b"Traceback" not in done.stderr


def test_a_comment_that_silences_as_elsewhere_is_told_how(folder: Path) -> None:
    (folder / "sms" / "good.j2").write_text("{#- smslint: disable[opt-out-missing] why not -#}x")
    found = smslint("sms/good.j2").stdout
    assert "error[wrong-facts] `disable[opt-out-missing]`: a rule is silenced by ignore[rule-id] reason" in found
    assert found.count("wrong-facts") == 1
