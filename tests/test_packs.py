"""Packs that extend and change each other, configurations that change packs, and rules under an id they had before."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from smslint.commands import ruletests
from smslint.packs import loading
from smslint.packs.packs import Packs, shipped
from smslint.packs.rules import CHECKS
from smslint.reading.schema import MistakesFound
from tests.test_reports import smslint

BASE = """\
version: 1
pack: base
fragments: {bye: 'bye|tschuess'}
wording:
  greeting:
    en:
      any: [{name: hello, pattern: 'hello'}, {name: hi, pattern: 'hi'}]
      never: [{name: hello kitty, pattern: 'hello kitty'}]
substitutes: {quotes: {"’": "'", "“": '"'}}
rules:
  - id: base-shout
    summary: One mark
    severity: error
    when: {category: [marketing, otp], sender: none}
    forbid: {pattern: '!!', scope: body, at: end}
    message: "`{text}`"
    source: [a, b]
    examples: [{bad: 'a!!'}]
  - id: base-greets
    summary: It greets
    require: {wording: greeting}
    message: no greeting
    examples: [{bad: 'a'}]
"""


def load(house: str, **others: str) -> Packs:
    texts = {"base.yaml": BASE, "house.yaml": house, **{f"{name}.yaml": text for name, text in others.items()}}

    def no(message: str) -> None:
        raise AssertionError(message)

    return loading.load([("house.yaml", no)], lambda name: (name, texts[name]) if name in texts else None)


def mistakes(house: str, **others: str) -> list[str]:
    with pytest.raises(MistakesFound) as raised:
        load(house, **others)
    return [f"{m.path}:{m.line}:{m.column}: {m.message}" for m in raised.value.mistakes]


HEAD = "version: 1\npack: house\nextends: [base.yaml]\n"


def test_a_rule_is_changed_by_its_id_and_keeps_what_is_not_said() -> None:
    found = load(HEAD + "rules:\n  - {id: base-shout, severity: info}\n").rule("base-shout")
    assert found is not None
    assert (found.severity, found.pack, found.severity_where) == ("info", "house", "house.yaml:5")
    assert (found.summary, found.message, found.sources) == ("One mark", "`{text}`", ("a", "b"))
    assert found.when == {"category": ("marketing", "otp"), "sender": ("none",)}
    assert len(found.examples) == 1


@pytest.mark.parametrize(
    ("changed", "when"),
    [
        ("when: {country: FR}", {"country": ("FR",)}),
        ("when+: {country: FR}", {"category": ("marketing", "otp"), "sender": ("none",), "country": ("FR",)}),
        ("when+: {category: otp}", {"category": ("otp",), "sender": ("none",)}),
        ("when-: [sender]", {"category": ("marketing", "otp")}),
    ],
)
def test_when_is_replaced_added_to_or_taken_from(changed: str, when: dict[str, tuple[str, ...]]) -> None:
    found = load(HEAD + f"rules:\n  - id: base-shout\n    {changed}\n").rule("base-shout")
    assert found is not None
    assert found.when == when


def test_the_parameters_of_the_check() -> None:
    def parameters(changed: str) -> dict[str, object]:
        found = load(HEAD + f"rules:\n  - id: base-shout\n    {changed}\n").rule("base-shout")
        assert found is not None
        pattern = found.parameters.get("pattern")
        return {**found.parameters, "pattern": pattern and pattern.source}

    old = {"scope": "body", "at": "end", "pattern": "!!", "paths": None}
    assert parameters("severity: info") == old
    assert parameters("forbid+: {scope: suffix}") == {**old, "scope": "suffix"}
    assert parameters("forbid+: {pattern: '(?&bye)'}") == {**old, "pattern": "(?:bye|tschuess)"}
    assert parameters("forbid+: {wording: greeting}") == {
        **{key: value for key, value in old.items() if key != "pattern"},
        "wording": "greeting",
        "pattern": None,
    }
    assert parameters("forbid-: [at, scope]") == {"scope": "message", "pattern": "!!", "paths": None}
    assert parameters("forbid: {pattern: '[?]'}") == {"scope": "message", "pattern": "[?]", "paths": None}


def test_lists_of_a_rule() -> None:
    found = load(HEAD + "rules:\n  - {id: base-shout, source+: c, source-: [a], examples+: [{ok: x}]}\n").rule(
        "base-shout"
    )
    assert found is not None
    assert found.sources == ("b", "c")
    assert [example.bad for example in found.examples] == [True, False]


def test_wording_is_replaced_added_to_or_taken_from() -> None:
    def mentions(changed: str) -> list[str]:
        words = load(HEAD + f"wording: {{greeting: {changed}}}\n").wording["greeting"]
        return [text for text in ("hello", "hi", "hello kitty", "salut", "ciao") if words.mention(text)]

    assert mentions("{fr: {any: [salut]}}") == ["hello", "hi", "salut"]
    assert mentions("{en: {any: [ciao]}}") == ["ciao"]
    assert mentions("{en: {any+: [ciao]}}") == ["hello", "hi", "ciao"]
    assert mentions("{en: {any-: [hi]}}") == ["hello"]
    assert mentions("{en: {never-: hello kitty}}") == ["hello", "hi", "hello kitty"]


def test_substitutes_are_replaced_added_to_or_taken_from() -> None:
    def table(key: str, changed: str) -> dict[str, str]:
        return dict(load(HEAD + f"substitutes:\n  {key}: {changed}\n").substitutes["quotes"])

    assert table("quotes", "{«: '\"'}") == {"«": '"'}
    assert table("quotes+", "{«: '\"'}") == {"’": "'", "“": '"', "«": '"'}
    assert table("quotes-", "[’]") == {"“": '"'}


def test_limits_of_a_country() -> None:
    house = "version: 1\npack: house\nextends: [countries/fr]\ncountry: FR\nlimits:\n"
    words = "value: [ACMESMS, INFO], source: us, confidence: A"
    assert load(house + f"  sender_generic: {{{words}}}\n").limits["FR"]["sender_generic"].value == ("ACMESMS", "INFO")
    more = load(house + f"  sender_generic+: {{{words}}}\n").limits["FR"]["sender_generic"].value
    assert more == ("INFO", "SMS", "VERIFY", "NOTICE", "ACMESMS")
    assert load(house + f"  sender_generic-: {{{words}}}\n").limits["FR"]["sender_generic"].value == more[1:4]


def test_a_later_pack_wins_and_paths_begin_at_the_pack_that_names_them() -> None:
    texts = {
        "one/house.yaml": "version: 1\npack: one\nextends: [../base.yaml]\nrules: [{id: base-shout, severity: info}]\n",
        "two/house.yaml": "version: 1\npack: two\nextends: [./x/y.yaml]\nrules: [{id: base-shout, summary: Two}]\n",
        "two/x/y.yaml": "version: 1\npack: y\nextends: [../../base.yaml]\n",
        "base.yaml": BASE,
    }
    asked: list[str] = []

    def opened(name: str) -> tuple[str, str] | None:
        asked.append(name)
        path = str(Path("/") / name).removeprefix("/")
        while "../" in path or "./" in path:
            path = re.sub(r"[^/]+/\.\./|\./", "", path, count=1)
        return (path, texts[path]) if path in texts else None

    found = loading.load([("one/house.yaml", asked.append), ("two/house.yaml", asked.append)], opened)
    rule = found.rule("base-shout")
    assert rule is not None
    assert (rule.severity, rule.summary, rule.pack) == ("info", "Two", "two")
    assert asked == [
        "one/house.yaml",
        "one/../base.yaml",
        "two/house.yaml",
        "two/./x/y.yaml",
        "two/./x/../../base.yaml",
    ]


def test_a_message_names_only_what_checks_tell() -> None:
    rule = "{id: x, forbid: {pattern: a}, summary: s, message: 'on {txt} and {path}'}"
    assert mistakes(f"version: 1\npack: house\nrules:\n  - {rule}\n") == [
        "house.yaml:4:56: no check tells `{txt}` to a message: did you mean `text`?"
    ]


def test_mistakes_in_changes() -> None:
    assert mistakes(
        "version: 1\npack: house\nrules:\n"
        "  - {id: x, when+: {country: FR}, forbid: {pattern: a}, summary: s, message: m}\n"
    ) == ["house.yaml:4:20: `when+`: no pack that this one extends has the rule `x`: write `when`"]
    assert mistakes(HEAD + "rules:\n  - {id: base-shoot, severity: info}\n") == [
        f"house.yaml:5:5: the rule has no `summary`, no `message`, no check ({' | '.join(CHECKS)}): did you mean the "
        "inherited `base-shout`?"
    ]
    assert mistakes(HEAD + "rules:\n  - {id: base-shout, require+: {scope: body}}\n") == [
        "house.yaml:5:5: the rule `base-shout` of `base` asks `forbid`, not `require`"
    ]
    assert mistakes(HEAD + "rules:\n  - {id: base-shout, forbid-: [pattern]}\n") == [
        "house.yaml:5:31: it takes exactly one of wording | pattern | brand | limit"
    ]
    assert mistakes(HEAD + "rules:\n  - {id: base-shout, when-: [countri]}\n") == [
        "house.yaml:5:30: each of `when-` cannot be `countri`: expected category | sender"
    ]
    assert mistakes(HEAD + "wording: {greeting: {en: {any-: [helo]}}}\n") == [
        "house.yaml:4:34: each of `any-` of `greeting` in `en` cannot be `helo`: did you mean `hello`?"
    ]
    assert mistakes(HEAD + "summary+: x\n") == [
        "house.yaml:4:1: `summary+`: `summary` is no list, so nothing is added or removed: write `summary`"
    ]
    assert mistakes(HEAD + "rules:\n  - {id: base-shout, severity+: info}\n") == [
        "house.yaml:5:22: `severity+`: `severity` is no list, so nothing is added or removed: write `severity`"
    ]
    assert mistakes(HEAD + "rules:\n  - {id: base-shout}\n  - {id: base-shout}\n") == [
        "house.yaml:6:5: the rule `base-shout` stands here a second time"
    ]
    assert mistakes("version: 1\npack: core\n") == [
        "house.yaml:2:7: smslint's own `core` has this name: choose another"
    ]


def test_a_pack_changes_only_rules_of_packs_that_it_extends() -> None:
    other = "version: 1\npack: other\nrules: [{id: base-shout, summary: s, forbid: {pattern: a}, message: m}]\n"
    assert mistakes("version: 1\npack: house\nextends: [base.yaml, other.yaml]\n", other=other) == [
        "other.yaml:3:9: the rule `base-shout` is already in the pack `base`: a pack that is to change it must extend "
        "that one"
    ]


def test_a_circle_is_reported_with_its_chain() -> None:
    two = "version: 1\npack: two\nextends: [house.yaml]\n"
    assert mistakes("version: 1\npack: house\nextends: [two.yaml]\n", two=two) == [
        "two.yaml:3:11: packs extend each other in a circle: house.yaml > two.yaml > house.yaml"
    ]


def test_a_rule_whose_check_is_not_clear_has_its_other_mistakes_told_too() -> None:
    rule = "  - {id: two, summary: s, message: m, severity: grave, require: {wording: hi}, forbid: {pattern: x}}\n"
    found = mistakes(f"{HEAD}rules:\n{rule}")
    assert len(found) == 2
    assert "a rule asks exactly one check" in found[0]
    assert "`severity` is" in found[1] or "`grave`" in found[1]


def test_what_is_missing_as_a_pack_cannot_be_read_is_no_mistake_of_its_own() -> None:
    house = "version: 1\npack: house\nextends: [other.yaml]\nrules: [{id: quiet, extends: loud}]\n"
    assert [mistake.split(":")[0] for mistake in mistakes(house, other='version: 1\npack: "other\nrules: []\n')] == [
        "other.yaml"
    ]


def test_aliases() -> None:
    found = load(HEAD + "rules:\n  - {id: base-shout, aliases: [loud, base-loud]}\n")
    assert found.rule("loud") is found.rule("base-shout") is not None
    assert mistakes(HEAD + "rules:\n  - {id: base-shout, aliases: [base-greets]}\n") == [
        "house.yaml:5:5: the alias `base-greets` of `base-shout` is the id of another rule, or its alias"
    ]
    assert mistakes(HEAD + "rules:\n  - {id: base-shout, aliases: [a]}\n  - {id: base-greets, aliases: [a]}\n") == [
        "house.yaml:6:5: the alias `a` of `base-greets` is the id of another rule, or its alias"
    ]
    assert mistakes(HEAD + "rules:\n  - {id: base-shout, aliases: ['A b']}\n") == [
        "house.yaml:5:32: each of `aliases` takes small letters, digits, `-` and `/`, not `A b`"
    ]


@pytest.mark.parametrize(
    ("extends", "severity"),
    [
        ("[core]", "error"),
        ("[{pack: core, severity_max: warning}]", "warning"),
        ("[{pack: core, severity_max: info}]", "info"),
        # The loosest of several ways to a pack counts, whatever their order.
        ("[{pack: ./house.yaml, severity_max: warning}]", "warning"),
        ("[{pack: ./house.yaml, severity_max: warning}, core]", "error"),
        ("[core, {pack: ./house.yaml, severity_max: warning}]", "error"),
        ("[{pack: ./house.yaml, severity_max: info}, {pack: core, severity_max: warning}]", "warning"),
    ],
)
def test_severity_caps(extends: str, severity: str, folder: Path) -> None:
    (folder / "house.yaml").write_text("version: 1\npack: house\nextends: [core]\n")
    (folder / ".smslint.yaml").write_text(
        f"version: 1\nextends: {extends}\ndefaults: {{category: marketing, brand: ACME}}\n"
    )
    (folder / "a.sms").write_text("ACME: -20%\n")
    assert [line.split(" ")[1] for line in smslint("a.sms", "--format", "concise").stdout.splitlines()] == [
        f"{severity}[opt-out-missing]"
    ]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_the_configuration_says_of_a_rule_is_not_capped(folder: Path) -> None:
    (folder / ".smslint.yaml").write_text(
        "version: 1\nextends: [{pack: core, severity_max: info}]\nrules: {opt-out-missing: warning}\n"
        "defaults: {category: marketing, brand: ACME}\n"
    )
    (folder / "a.sms").write_text("ACME: -20%\n")
    assert "warning[opt-out-missing]" in smslint("a.sms", "--format", "concise").stdout


def test_severities_by_glob_and_lists_of_facts(folder: Path) -> None:
    (folder / ".smslint.yaml").write_text(
        "version: 1\ndefaults: {category: marketing, brand: ACME}\nrules: {opt-out-missing: warning}\ntemplates:\n"
        "  - {files: 'old/**', rules: {opt-out-missing: off}}\n"
        "  - {files: 'old/new/**', rules: {opt-out-missing: info}, brand+: Bolt}\n"
        "  - {files: 'bolt/**', brand+: Bolt, brand-: ACME}\n"
    )
    for name in ("a.sms", "old/b.sms", "old/new/c.sms", "bolt/d.sms"):
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text("ACME: -20%\n")
    (folder / "own.sms").write_text("{#- smslint: brand-=ACME brand+=Cargo -#}\nCargo: -20%")
    findings = json.loads(smslint(".", "--format", "json", "--fail-on", "never").stdout)["findings"]
    assert [(f["path"], f["severity"], f["rule"]) for f in findings] == [
        ("a.sms", "warning", "opt-out-missing"),
        ("own.sms", "warning", "opt-out-missing"),
        ("bolt/d.sms", "warning", "opt-out-missing"),
        ("bolt/d.sms", "error", "sender-identity-missing"),
        ("old/new/c.sms", "info", "opt-out-missing"),
    ]


def test_lists_of_the_configuration(folder: Path) -> None:
    (folder / ".smslint.yaml").write_text(
        "version: 1\nextends+: ./house.yaml\ninclude+: ['*.msg']\ninclude-: ['**/*.sms']\n"
        "defaults: {category: otp, sender: ACME, gateway: {profile: ovhcloud, append_to+: otp}}\n"
    )
    (folder / "house.yaml").write_text(
        "version: 1\npack: house\nrules:\n"
        "  - {id: house-x, summary: s, severity: error, forbid: {pattern: X}, message: m}\n"
    )
    (folder / "a.msg").write_text("X\n")
    (folder / "a.sms").write_text("X\n")
    (folder / "b.sms.j2").write_text("X\n")
    data = json.loads(smslint(".", "--format", "json").stdout)
    assert [(f["path"], f["rule"]) for f in data["findings"] if f["rule"] != "opt-out-on-informational"] == [
        ("a.msg", "house-x"),
        ("b.sms.j2", "house-x"),
    ]
    assert data["templates"][0]["suffix"] == " STOP 36180"


def test_an_old_id_is_accepted_everywhere_with_a_note(folder: Path) -> None:
    (folder / "house.yaml").write_text(
        "version: 1\npack: house\nextends: [core]\nrules: [{id: opt-out-missing, aliases: [no-stop]}]\n"
    )
    (folder / ".smslint.yaml").write_text(
        "version: 1\nextends: [./house.yaml]\ndefaults: {category: marketing, brand: ACME}\nrules: {no-stop: warning}\n"
    )
    (folder / "a.sms").write_text("ACME: -20%\n")
    (folder / "b.sms").write_text("ACME: -20%{#- smslint: ignore[no-stop] old -#}\n")
    (folder / "c.sms").write_text("---\nignore: {no-stop: old}\n---\nACME: -20%\n")
    result = smslint(".", "--select", "no-stop", "--format", "concise")
    assert [line.split("] ")[0] for line in result.stdout.splitlines()] == ["a.sms:1:11: warning[opt-out-missing"]
    assert [line for line in result.stderr.splitlines() if "note" in line] == [
        "smslint: note: the rule `no-stop` is now called `opt-out-missing`",
        "b.sms:1:14: note: the rule `no-stop` is now called `opt-out-missing`",
        "c.sms:2:10: note: the rule `no-stop` is now called `opt-out-missing`",
        ".smslint.yaml:4:9: note: the rule `no-stop` is now called `opt-out-missing`",
    ]
    assert "explain" not in smslint("explain", "no-stop").stderr
    assert smslint(".", "--ignore", "no-stop").stdout == ""


def test_an_unknown_id_names_the_pack_that_has_it(folder: Path) -> None:
    (folder / "house.yaml").write_text("version: 1\npack: house\n")
    (folder / ".smslint.yaml").write_text(
        "version: 1\nextends: [./house.yaml]\nrules: {shouting: off, nonesuch: off}\n"
    )
    result = smslint(".")
    assert result.exit_code == 2
    assert ".smslint.yaml:3:9: error: the rule `shouting` is in the pack `text`: name it in `extends`" in result.stderr
    assert ".smslint.yaml:3:24: error: unknown rule `nonesuch`" in result.stderr


def test_what_cannot_be_read_is_said_whatever_is_extended(folder: Path) -> None:
    (folder / ".smslint.yaml").write_text("version: 1\nextends: []\n")
    (folder / "a.sms").write_text("{% if %}")
    assert "error[template-syntax]" in smslint("a.sms", "--format", "concise").stdout


def test_no_shipped_pack_takes_wording_away_from_another() -> None:
    def no(message: str) -> None:
        raise AssertionError(message)

    alone = {name: loading.load([(name, no)], lambda _: None) for name in shipped()}
    together = loading.load([(name, no) for name in shipped()], lambda _: None)
    for name, found in alone.items():
        for wording, words in found.wording.items():
            for language, spoken in words.languages.items():
                now = {pattern.source for pattern in together.wording[wording].languages[language].any}
                assert {pattern.source for pattern in spoken.any} <= now, (name, wording, language)


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ("forbid: {wording: greeting, scope: literal}", "`scope: literal` is for a `pattern` or a `limit`"),
        ("forbid: {brand: true, scope: comment}", "`scope: comment` is for a `pattern` or a `limit`"),
        ("require: {pattern: a, scope: comment}", "`scope` cannot be `comment`"),
        ("implies: {if: {pattern: a, scope: literal}, then: {pattern: b}}", "`scope` cannot be `literal`"),
    ],
)
def test_what_the_template_writes_is_looked_at_by_forbid_and_a_pattern_alone(asked: str, wrong: str) -> None:
    found = mistakes(f"{HEAD}rules:\n  - {{id: house-x, summary: s, message: m, {asked}}}\n")
    assert len(found) == 1
    assert wrong in found[0]


def test_comments_of_a_template_are_looked_at() -> None:
    head = "version: 1\npack: house\nrules:\n"
    rule = "  - {id: house-x, summary: s, message: '`{text}`', forbid: {pattern: 'TODO', scope: comment}, examples: ["
    packs = load(f"{head}{rule}{{ok: 'TODO'}}, {{bad: 'a {{# TODO #}}', at: '1:3'}}]}}\n")
    assert ruletests.run(lambda _: packs, frozenset({"house"})) == (2, [])


@pytest.mark.parametrize(
    "asked",
    [
        r"forbid: {pattern: '\A\s*\Z'}",
        r"forbid: {pattern: '\A(?!x)'}",
        r"forbid: {pattern: '\A(?!x)', scope: body, at: end}",
        r"count: {pattern: '\A(?!x)', max: 0}",
        r"implies: {if: {pattern: '\A(?!x)'}, then: {pattern: 'y'}}",
    ],
)
@pytest.mark.parametrize(
    ("template", "place"),
    [
        ("{% if a %}x{% endif %}", "1:23"),
        ("{% if a %}x{% else %}{# nothing #}{% endif %}", "1:46"),
        ("{% if a %}{% if b %}x{% endif %}{% if b %}x{% endif %}{% else %}x{% endif %}", "1:14"),
    ],
)
def test_what_is_empty_is_found_on_a_path_that_prints_nothing(asked: str, template: str, place: str) -> None:
    examples = f"[{{ok: 'x'}}, {{bad: '{template}', at: '{place}'}}]"
    rule = f"  - {{id: house-x, summary: s, message: m, {asked}, examples: {examples}}}\n"
    packs = load(f"version: 1\npack: house\nrules:\n{rule}")
    assert ruletests.run(lambda _: packs, frozenset({"house"})) == (2, [])


def test_an_example_under_another_name_is_told_what_it_is_called() -> None:
    rule = "  - {id: two, summary: s, message: m, forbid: {pattern: x}, examples: [{good: a}, {invalid: x}]}\n"
    assert [one.partition("in an example: ")[2] for one in mistakes(f"{HEAD}rules:\n{rule}")] == [
        "it is called `ok`",
        "it is called `bad`",
    ]


def test_what_is_taken_out_of_nothing_is_told() -> None:
    house = "version: 1\npack: house\nextends: [core]\nrules: [{id: shouting, when-: category}]\n"
    assert mistakes(house) == ["house.yaml:4:31: each of `when-` cannot be `category`: there is nothing to take out"]


def test_an_example_that_a_change_breaks_is_told_where_it_stands() -> None:
    other = (
        "version: 1\npack: other\nrules:\n  - id: other-x\n    summary: s\n    message: m\n    forbid: {pattern: a}\n"
    )
    other += "    examples:\n      - bad: a\n      - ok: c\n"
    packs = load(
        "version: 1\npack: house\nextends: [other.yaml]\nrules: [{id: other-x, forbid: {pattern: c}}]\n", other=other
    )
    _, failed = ruletests.run(lambda _: packs, frozenset({"house"}))
    assert [one.where for one in failed] == ["other.yaml:9", "other.yaml:10"]
