"""Gateways: what they append, the tokens that they replace, the short code, and several of them at once."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import pytest

from smslint import count
from smslint.commands import limittests
from smslint.packs.gateways import names, profile
from smslint.packs.loading import load
from smslint.packs.packs import Packs, brought
from smslint.packs.sourcelist import read_sources
from tests.test_reports import smslint

# What the documents of gateways say that their clause takes of a first part, in septets; where they give words without
# a separator, one more.
CLAUSES = {
    "octopush": 14,
    "ovhcloud": 11,
    "smsmode": 10,
    "isendpro": 12,
    "encom": 13,
    "clicksend": 16 + 1,
    "postscript": 25 + 1,
    "tr-operators": 5,
}
UNPUBLISHED = {"smspartner", "smsfactor", "sarbacane-mailify", "klaviyo", "odoo"}  # a suffix
OWN_PREFIX = {"klaviyo", "govuk-notify", "cn-platforms"}


@pytest.mark.parametrize(("name", "septets"), CLAUSES.items())
def test_clauses_are_as_long_as_documented(name: str, septets: int) -> None:
    assert count(profile(name).suffix or "").units == septets


@lru_cache
def packs_for(facts: tuple[str, ...]) -> Packs:
    return load([(name, pytest.fail) for name in ("core", *brought(facts))], lambda _: None)


@pytest.mark.parametrize("name", names())
def test_the_examples_of_each_fact_hold(name: str) -> None:
    limits = profile(name).limits
    _, failed = limittests.run_limits(limits.items(), "gateway", packs_for)
    assert failed == []
    for limit in limits.values():
        rules = [case.rule for case in limittests.cases(limit)]
        assert None in rules
        assert any(rules)
        assert set(limit.sources) <= set(read_sources().references)


def test_what_is_not_published_is_not_guessed() -> None:
    assert {name for name in names() if profile(name).suffix is None} == UNPUBLISHED
    assert {name for name in names() if profile(name).prefix is None} == OWN_PREFIX


@pytest.mark.parametrize("name", sorted(UNPUBLISHED | OWN_PREFIX))
def test_a_text_that_nobody_knows_must_be_written_where_it_is_added(tmp_path: Path, name: str) -> None:
    config = tmp_path / ".smslint.yaml"
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.sms").write_text("Acme: -20% STOP 36180", encoding="utf-8")
    stated = "version: 1\ndefaults:\n  category: marketing\n  brand: [Acme]\n  sender: ACME\n  gateway: "
    config.write_text(f"{stated}{name}\n", encoding="utf-8")
    result = smslint(str(tmp_path / "a.sms"))
    assert result.exit_code == 2
    assert f".smslint.yaml:6:12: error: `{name}`" in result.stderr
    settings = 'prefix: "", suffix: ""'
    config.write_text(f"{stated}{{profile: {name}, {settings}}}\n", encoding="utf-8")
    assert smslint(str(tmp_path / "a.sms")).exit_code == 0


def test_a_suffix_says_by_itself_how_to_opt_out_and_only_where_it_is_appended(tmp_path: Path) -> None:
    facts = "{{category: marketing, brand: [Acme], sender: ACME, gateway: {}}}"
    rules = {"smsmode": [], "encom": [], "clicksend": [], "isendpro": [], "bird": ["opt-out-missing"]}
    for name, expected in rules.items():
        found = lint(tmp_path, facts.format(name), "Acme: soldes ce week-end")["findings"]
        assert [f["rule"] for f in found] == expected, name
    facts = "{{category: marketing, brand: [Acme], gateway: postscript, first_message: {}}}"
    assert lint(tmp_path, facts.format("true"), "Acme: 20% off today")["findings"] == []
    later = lint(tmp_path, facts.format("false"), "Acme: 20% off today")["findings"]
    assert [f["rule"] for f in later] == ["opt-out-missing"]


def test_a_template_that_sends_nothing_is_told_so_and_not_of_the_space_before_the_suffix(tmp_path: Path) -> None:
    facts = "{category: marketing, country: FR, brand: [ACME], sender: ACME, gateway: ovhcloud}"
    assert [finding["rule"] for finding in lint(tmp_path, facts, "{# to be written #}")["findings"]] == [
        "empty-message"
    ]


def test_a_label_stands_at_the_start_behind_what_the_operator_puts_first(tmp_path: Path) -> None:
    text = "(광고)Acme 할인 무료수신거부 080-123-4567"
    facts = "{category: marketing, brand: [Acme], country: KR, gateway: kr_operators}"
    assert lint(tmp_path, facts, text)["findings"] == []
    assert [f["rule"] for f in lint(tmp_path, facts, f"Acme {text}")["findings"]] == ["label-missing"]


def test_the_short_code_of_a_gateway_is_a_setting(tmp_path: Path) -> None:
    facts = "{{category: marketing, brand: [Acme], country: FR, gateway: {}}}"
    text = "Acme: -20% STOP au 36111"
    assert [f["rule"] for f in lint(tmp_path, facts.format("bird"), text)["findings"]] == ["opt-out-code-mismatch"]
    assert lint(tmp_path, facts.format('{profile: bird, short_code: "36111"}'), text)["findings"] == []


def test_a_short_code_of_one_country_is_not_that_of_another(tmp_path: Path) -> None:
    for country, rules in (("FR", ["opt-out-code-mismatch"]), ("GB", [])):
        facts = f"{{gateway: bird, country: {country}, category: marketing, brand: Acme}}"
        found = lint(tmp_path, facts, "Acme: 20% off. STOP to 12345")["findings"]
        assert [one["rule"] for one in found] == rules


def test_hours_of_one_country_hold_there_alone(tmp_path: Path) -> None:
    window = '{from: "06:00", to: "23:00"}'
    facts = f"{{category: marketing, brand: [Acme], country: {{country}}, send_window: {window}, gateway: brevo}}"
    text = "Acme: -20% STOP [STOP_CODE]"
    owners = [str(f["message"]) for f in lint(tmp_path, facts.replace("{country}", "FR"), text)["findings"]]
    assert any("brevo allows" in words for words in owners)
    assert lint(tmp_path, facts.replace("{country}", "BE"), text)["findings"] == []


def test_every_profile_states_where_each_fact_was_read() -> None:
    for name in names():
        found = profile(name)
        assert found.summary
        assert all(found.notes.values())


def lint(folder: Path, facts: str, template: str) -> dict[str, list[dict[str, object]]]:
    (folder / ".git").mkdir(exist_ok=True)
    (folder / ".smslint.yaml").write_text(f"version: 1\ndefaults: {facts}\n", encoding="utf-8")
    (folder / "a.sms").write_text(template, encoding="utf-8")
    found: dict[str, list[dict[str, object]]] = json.loads(smslint(str(folder / "a.sms"), "--format", "json").stdout)
    return found


def test_tokens_are_counted_as_what_is_sent(tmp_path: Path) -> None:
    facts = '{category: otp, gateway: {suffix: "", tokens: {"[CODE]": 5, ":br:": "\\r\\n"}}}'
    (record,) = lint(tmp_path, facts, "a[CODE]b:br:c")["templates"]
    worst = record["worst"]
    assert isinstance(worst, dict)
    assert (worst["units"], worst["text"]) == (10, "a12345b\r\nc")


@pytest.mark.parametrize(
    ("template", "worst"),
    [
        ("{{ stop }}", "STOP 00000"),
        ("{{ stop|lower|upper }}", "STOP 00000"),
        ("[{# the code #}CODE]", "12345"),
        ("{% set code = '[CODE]' %}{{ code }}", "12345"),
        ("{% for x in stops %}{{ x }}:br:{% endfor %}", "STOP 00000\r\nSTOP 00000\r\n"),
        ("{{ city }}", "L'Ay"),
        ("{{ note }}", "......"),
        ("[{% if open %}CODE{% endif %}]{{ open }}", "12345True"),
        ("{{ half }}ODE]", "12345"),
    ],
)
def test_tokens_in_what_is_printed(tmp_path: Path, template: str, worst: str) -> None:
    """A gateway replaces its tokens in the message, also in declared values, and those of one character in any text."""
    stop = "{values: ['STOP [CODE]', 'x']}"
    variables = f"{{stop: {stop}, stops: {{max_items: 2, item: {stop}}}, city: {{values: ['L’Ay']}},"
    variables += " note: {max_length: 2, alphabet: unicode}, open: {values: [true]}, half: {values: ['[C']}}"
    tokens = '{"[CODE]": 5, ":br:": "\\r\\n", "’": "\'", "…": "..."}'
    facts = f"{{category: otp, gateway: {{capacity: {{gsm7_single: 5, gsm7_part: 4}}, tokens: {tokens}}}}}"
    found = lint(tmp_path, f"{facts}\nvariables: {variables}", template)
    (record,) = found["templates"]
    assert isinstance(record["worst"], dict)
    assert isinstance(record["segments"], dict)
    assert (record["worst"]["text"], record["segments"]["exact"]) == (worst, True)
    assert "forced-unicode" not in {finding["rule"] for finding in found["findings"]}


def test_tokens_in_what_is_sent_with_examples(tmp_path: Path) -> None:
    facts = '{category: marketing, gateway: {prefix: "[CODE] ", suffix: " STOP [CODE]", tokens: {"[CODE]": 2}}}'
    more = "examples: [{x: 'a[CODE]'}]\nvariables: {x: {max_length: 9}}"
    (record,) = lint(tmp_path, f"{facts}\n{more}", "{{ x }}")["templates"]
    assert isinstance(record["examples"], list)
    assert [tried["text"] for tried in record["examples"]] == ["00 a00 STOP 00"]


@pytest.mark.parametrize(
    ("gateway", "template", "worst"),
    [
        ("{alphabet: ascii}", "[{{ 'x' }}]", ("ASCII", 3, 1, "[x]")),
        ("{alphabet: ascii}", "é", ("UCS-2", 1, 1, "é")),
        ("{alphabet: ascii, outside: replace}", "é€", ("ASCII", 2, 1, "??")),
        ('{outside: replace, replacement: ""}', "a’b{{ 'ê' }}", ("GSM-7", 2, 1, "ab")),
        ("{outside: refuse}", "a’", ("GSM-7", 2, 1, "a?")),
        ("{tables: [turkish]}", "şş", ("GSM-7", 2, 1, "şş")),
        ("{capacity: {gsm7_single: 10, gsm7_part: 5}}", "a" * 11, ("GSM-7", 11, 3, "a" * 11)),
        ("{header_octets: 12}", "a" * 161, ("GSM-7", 161, 2, "a" * 161)),
    ],
)
def test_what_a_gateway_sends_in(tmp_path: Path, gateway: str, template: str, worst: tuple[object, ...]) -> None:
    (record,) = lint(tmp_path, f"{{category: otp, max_segments: 9, gateway: {gateway}}}", template)["templates"]
    found = record["worst"]
    assert isinstance(found, dict)
    assert (found["encoding"], found["units"], found["segments"], found["text"]) == worst


@pytest.mark.parametrize(
    ("gateway", "rules"),
    [
        ("{tables: [turkish]}", ["forced-unicode"]),
        ("{tables: [turkish, portuguese]}", []),
        ("{outside: refuse}", ["outside-alphabet"]),
        ("generic", ["forced-unicode"]),
    ],
)
def test_who_is_told_of_characters_outside(tmp_path: Path, gateway: str, rules: list[str]) -> None:
    found = lint(tmp_path, f"{{category: otp, gateway: {gateway}}}", "ê")["findings"]
    assert [finding["rule"] for finding in found] == rules


def test_placeholders_that_a_gateway_fills_in_are_variables(tmp_path: Path) -> None:
    variables = "variables: {prenom: {max_length: 150}, first_name: {length: 9}}"
    template = "{% if a %}{first_name}{% else %}#prenom#{% endif %} #1, C# et F#"
    for gateway, rules in (("ovhcloud", []), ("smsmode", ["placeholder-left-over"] * 2)):
        found = lint(tmp_path, f"{{category: otp, gateway: {gateway}, max_segments: 2}}\n{variables}", template)
        worst = found["templates"][0]["worst"]
        assert isinstance(worst, dict)
        assert (worst["segments"], [one["rule"] for one in found["findings"]]) == (1 + (not rules), rules)


def test_a_placeholder_has_one_value(tmp_path: Path) -> None:
    facts = "{category: otp, gateway: ovhcloud}\nvariables: {city: {values: [Pau, Villefranche]}}"
    template = "#city#, {% if city == 'Pau' %}" + "a" * 160 + "{% endif %}{city}"
    found = lint(tmp_path, facts, template)["templates"][0]
    assert found["segments"] == {"min": 1, "max": 2, "exact": True}
    assert isinstance(found["worst"], dict)
    assert found["worst"]["units"] == len("Pau, Pau") + 160


def test_an_opt_out_link_that_the_gateway_fills_in_is_a_mention(tmp_path: Path) -> None:
    result = lint(
        tmp_path, "{gateway: ovhcloud, category: marketing, brand: Acme}", "Acme : -20% #lien_desinscription#"
    )
    assert result["findings"] == []


def test_the_declared_short_code_stands_in_what_is_appended(tmp_path: Path) -> None:
    facts = '{category: marketing, sender: ACME, brand: [ACME], gateway: ovhcloud, stop_code: "36111"}'
    found = lint(tmp_path, facts, "ACME: -20%")
    assert found["templates"][0]["suffix"] == " STOP 36111"
    assert found["findings"] == []


def test_each_gateway_is_looked_at_and_named_where_they_differ(tmp_path: Path) -> None:
    facts = "{category: marketing, sender: ACME, brand: [ACME], gateway: [ovhcloud, generic]}"
    found = lint(tmp_path, facts, "ACME: -20%")
    assert [record["gateway"] for record in found["templates"]] == ["ovhcloud", "generic"]
    (finding,) = found["findings"]
    assert (finding["rule"], finding["gateway"]) == ("opt-out-missing", "generic")
    assert str(finding["message"]).startswith("on generic: no opt-out mention")
    assert finding["gateways"] == ["generic"]
    (finding,) = lint(tmp_path, facts.replace("[ovh", "[octopush, ovh"), "ACME: -20% {{ unsubscribe_link }}")[
        "findings"
    ]
    assert (finding["gateway"], finding["gateways"]) == (None, ["octopush", "ovhcloud"])
    both = lint(tmp_path, facts, "It’s ACME STOP 36180")["findings"]
    assert [f["gateway"] for f in both if f["rule"] == "forced-unicode"] == [None]


def test_hours_are_compared_with_the_countrys(tmp_path: Path) -> None:
    window = '{days: fri-sun, from: "07:30", to: "22:00"}'
    facts = f"{{category: marketing, country: FR, brand: [ACME], send_window: {window}}}"
    messages = [str(f["message"]) for f in lint(tmp_path, facts, "ACME STOP 36180")["findings"]]
    assert any("fri-sat 07:30–08:00, 20:00–22:00 and sun" in message for message in messages)
