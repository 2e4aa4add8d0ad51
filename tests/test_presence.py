"""What stands on every path or on none of a message with too many paths, compared with looking at each of them."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

import smslint
from smslint.checks.bycases import by_cases, one_path
from smslint.checks.subject import Subject
from smslint.checks.surely import seeking, surely
from smslint.checks.target import targets
from smslint.configuration.facts import Facts
from smslint.dialects import DIALECTS
from smslint.extents.paths import paths
from smslint.matching.patterns import Pattern
from smslint.packs.loading import load
from smslint.packs.packs import Packs
from smslint.tree.variables import FREE

TEXTS = (
    "ACME: ",
    "STOP au 36180",
    "prochain ",
    "non-",
    "stop",
    "stop ",
    "36180",
    " ",
    "offre 12 ",
    "ST",
    "OP 36180",
    "x",
    "\n",
)
MANY = "".join(f"{{% if c{n} %}}offre {n} {{% endif %}}" for n in range(40))


SIXTEEN = "".join(f"{{% if c{n} %}}offre {n} {{% endif %}}" for n in range(16))


def packs() -> Packs:
    return load([("core", pytest.fail)], lambda _: None)


def template(random: Random, depth: int = 2, names: int = 10_000) -> str:
    parts = []
    for _ in range(random.randint(1, 4)):
        if depth and random.random() < 0.4:
            name = f"v{random.randrange(names)}"
            test = random.choice((name, name, f"not {name}", f"{name} == 'fr'", f"{name} and v0"))
            other = f"{{% else %}}{template(random, depth - 1, names)}" if random.random() < 0.5 else ""
            parts.append(f"{{% if {test} %}}{template(random, depth - 1, names)}{other}{{% endif %}}")
        else:
            parts.append(random.choice(TEXTS))
    return "".join(parts)


def subject(text: str, known: Packs) -> Subject:
    lowered = DIALECTS["jinja"].lower(text, lambda name: FREE, {})
    return Subject(text, Facts(category="marketing", language="fr", brands=("ACME",)), lowered, known)


PARAMETERS: list[dict[str, object]] = [
    {"wording": "opt-out", "scope": "message"},
    {"brand": True, "scope": "body"},
    {"pattern": Pattern("stop", r"(?i)\bstop\b(?!\s*x)"), "scope": "message"},
    {"pattern": Pattern("offer", r"offre\s+\d+ "), "scope": "message"},
]


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_what_is_sure_is_so(parameters: dict[str, object]) -> None:
    known = packs()
    decided = {True: 0, False: 0, None: 0}
    for seed in range(200):
        one = subject(template(Random(seed)), known)
        every = one.paths
        (target,) = targets(parameters, one)
        standing = [target.find(path) is not None for path in every.paths]
        seek = seeking(parameters, one)
        assert seek is not None
        found = surely(seek, one.message, one)
        decided[found] += 1
        if found is not None:
            assert all(standing) if found else not any(standing), one.text
    assert decided[True] > 2


GLUED = (
    "{% if q %}I autoReply {% else %}Autoreply {% endif %}OPTOUT ",
    "{% if q %}Annulla{% else %}Ristoranti Riannulla{% endif %} iscrizione: x.it/u ",
    "{% if q %}a{% else %}b{% endif %} Vous avez envoyé STOP au 36180 : plus de SMS{% if r %} {% endif %}",
    "{% if q %}Vous avez envoyé STOP au 36180 : vous {% else %}Vous avez {% endif %}ne recevrez plus de SMS",
    "{% if q %}pizza{% else %}pasta{% endif %} stop now ",
)


@pytest.mark.parametrize("text", GLUED)
def test_where_a_text_is_cut_off_no_word_begins(text: str) -> None:
    known = packs()
    patterns = [Pattern("word", r"\b[a-z]{2} stop\b"), Pattern("start", r"^[a-z]{2} stop\b")]
    asked = [PARAMETERS[0], *({"pattern": pattern, "scope": "message"} for pattern in patterns)]
    one = subject(text + "".join(f"{{% if c{n} %}}o {n} {{% endif %}}" for n in range(3)), known)
    for parameters in asked:
        (target,) = targets(parameters, one)
        standing = [target.find(path) is not None for path in one.paths.paths]
        seek = seeking(parameters, one)
        assert seek is not None
        found = surely(seek, one.message, one)
        assert found is None or (all(standing) if found else not any(standing))


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_each_case_is_so(parameters: dict[str, object]) -> None:
    """The cases hold all paths, and what is said of each holds on all paths of it."""
    known = packs()
    decided = {True: 0, False: 0, None: 0}
    for seed in range(150):
        one = subject(template(Random(seed), names=5), known)
        (target,) = targets(parameters, one)
        texts: set[str] = set()
        for leaf in by_cases(parameters, one) or ():
            decided[leaf.stands] += 1
            every = paths(leaf.message, one.lowered.variables, known.slots.character).paths
            texts.update(path.text for path in every)
            if leaf.stands is not None:
                assert {target.find(path) is not None for path in every} == {leaf.stands}, one.text
            path = one_path(leaf, one)
            assert path is not None
            assert leaf.stands is None or (target.find(path) is not None) is leaf.stands
        assert not texts or texts >= {path.text for path in one.paths.paths}, one.text
    assert min(decided[True], decided[False]) > 15


def test_findings_are_those_of_all_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a limit of paths that is met at once, a rule finds what it finds on all paths, or is not decided."""
    told = 0
    for seed in range(40):
        text = template(Random(seed), names=5)
        wanted = found_in(text)
        with monkeypatch.context() as patched:
            patched.setattr("smslint.extents.paths.PATHS_MAX", 1)
            found = found_in(text)
        for rule in ("opt-out-missing", "brand-missing", "forbidden-word"):
            if rule not in found.get("too-many-paths", [""])[0]:
                assert found.get(rule, []) == wanted.get(rule, []), text
                told += rule in found
    assert told > 10


def found_in(text: str, category: str = "marketing") -> dict[str, list[str]]:
    """The messages of the findings, by rule."""
    found: dict[str, list[str]] = {}
    for finding in smslint.lint(f"{{#- smslint: category={category} language=fr -#}}{text}").findings:
        found.setdefault(finding.rule, []).append(finding.message)
    return {rule: sorted(messages) for rule, messages in found.items()}


def rules(text: str, folder: str = "") -> dict[str, str]:
    return {
        finding.rule: finding.message
        for finding in smslint.lint(f"{{#- smslint: category=marketing -#}}{text}").findings
    }


def test_an_opt_out_that_no_choice_decides_on() -> None:
    found = rules("".join(f"{{% if c{n} %}}x{{% endif %}}" for n in range(40)) + " STOP au 36180")
    assert "opt-out-missing" not in found
    assert "opt-out-missing" not in found.get("too-many-paths", "")


def test_no_opt_out_on_any_of_many_paths() -> None:
    assert "no opt-out mention:" in rules(f"ACME: {MANY}")["opt-out-missing"]


def test_an_opt_out_by_cases() -> None:
    found = found_in(f"ACME: {SIXTEEN}{{% if vip %}}STOP au 36180{{% else %}}merci{{% endif %}}")
    assert len(found["opt-out-missing"]) == 1
    assert "no opt-out mention when vip is false:" in found["opt-out-missing"][0]
    assert "opt-out-missing" not in found.get("too-many-paths", [""])[0]


def test_what_lacks_in_one_case_is_found_where_another_is_not_decided() -> None:
    found = found_in(f"ACME: {MANY}{{% if vip %}}STOP au 36180{{% else %}}merci{{% endif %}}{MANY}")
    assert "no opt-out mention when vip is false:" in found["opt-out-missing"][0]


def test_what_is_forbidden_in_some_case() -> None:
    found = found_in(f"ACME: {SIXTEEN}{{% if vip %}}STOP au 36180{{% endif %}}", "informational")
    assert "when vip is true" in found["opt-out-on-informational"][0]
    assert "opt-out-on-informational" not in found.get("too-many-paths", [""])[0]


def test_an_opt_out_on_every_arm() -> None:
    arms = "{% if vip %}{% if old %}STOP au 36180{% else %}STOP au 36181{% endif %}{% else %}STOP au 36182{% endif %}"
    found = found_in(f"ACME: {SIXTEEN}{arms}")
    assert "opt-out-missing" not in found
    assert "opt-out-missing" not in found.get("too-many-paths", [""])[0]


def test_what_is_not_known_is_said() -> None:
    split = "".join(f"{{% if c{n} %}}STOP au {{% endif %}}{{% if d{n} %}}36180{{% endif %}}" for n in range(20))
    assert "opt-out-missing" in found_in(f"ACME: {split}")["too-many-paths"][0]


@pytest.mark.parametrize("asked", ["tags|map('lower')", "rows|map(attribute='tag')", "rows|map(attribute='tag')|list"])
def test_what_no_item_of_a_list_can_be_is_on_no_path(asked: str, tmp_path: Path) -> None:
    configuration = (
        "version: 1\ndefaults: {category: informational}\nvariables:\n"
        "  tags: {max_items: 3, item: {values: [Vip, neuf]}}\n"
        "  rows: {max_items: 2, fields: {tag: {values: [vip, neuf]}, sum: {values: [1, 2]}}}\n"
    )
    (tmp_path / ".smslint.yaml").write_text(configuration, encoding="utf-8")

    def found(item: str) -> bool:
        text = f"{{% if '{item}' in {asked} %}}STOP au 36180{{% endif %}} x"
        rules = {one.rule for one in smslint.lint(text, path=tmp_path / "a.sms").findings}
        return "opt-out-on-informational" in rules

    assert (found("vip"), found("promo")) == (True, False)
