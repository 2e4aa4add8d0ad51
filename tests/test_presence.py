"""What stands on every path or on none of a message with too many paths, compared with looking at each of them."""

from __future__ import annotations

from random import Random

import pytest

import smslint
from smslint.checks.asked import docket
from smslint.checks.subject import Subject
from smslint.checks.surely import surely
from smslint.checks.target import targets
from smslint.configuration.facts import Facts
from smslint.dialects import DIALECTS
from smslint.extents.paths import Paths
from smslint.packs.loading import Packs, load
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


def packs() -> Packs:
    return load([("core", pytest.fail)], lambda _: None)


def template(random: Random, depth: int = 2) -> str:
    parts = []
    for _ in range(random.randint(1, 4)):
        if depth and random.random() < 0.4:
            name = f"v{random.randrange(10_000)}"
            other = f"{{% else %}}{template(random, depth - 1)}" if random.random() < 0.5 else ""
            parts.append(f"{{% if {name} %}}{template(random, depth - 1)}{other}{{% endif %}}")
        else:
            parts.append(random.choice(TEXTS))
    return "".join(parts)


def subject(text: str, known: Packs) -> Subject:
    lowered = DIALECTS["jinja"].lower(text, lambda name: FREE, {})
    return Subject(text, Facts(category="marketing", language="fr", brands=("ACME",)), lowered, known)


@pytest.mark.parametrize("parameters", [{"wording": "opt-out", "scope": "message"}, {"brand": True, "scope": "body"}])
def test_what_is_sure_is_so(parameters: dict[str, object]) -> None:
    known = packs()
    decided = {True: 0, False: 0, None: 0}
    for seed in range(600):
        one = subject(template(Random(seed)), known)
        every = one.paths
        (target,) = targets(parameters, one)
        standing = [target.find(path) is not None for path in every.paths]
        one.__dict__["paths"] = Paths((), False)
        list(docket(one).standing(one))
        found = surely(parameters, one, one.held and one.held.message)
        decided[found] += 1
        if found is not None:
            assert all(standing) if found else not any(standing), one.text
    assert decided[True] > 10


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


def test_what_is_not_known_is_said() -> None:
    found = rules(f"ACME: {MANY}{{% if last %}}STOP au 36180{{% endif %}}")
    assert "opt-out-missing" in found["too-many-paths"]
