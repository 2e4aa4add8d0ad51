"""Which packs smslint ships and what brings them in, and what loaded packs say together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from os import listdir
from typing import Any, NamedTuple

from smslint.matching.folding import fold
from smslint.packs.limits import Limit
from smslint.packs.rules import Rule
from smslint.packs.wording import SlotClasses, Vocabulary
from smslint.reading.data import RULES
from smslint.reading.schema import did_you_mean

_FOLDERS = ("", "languages/", "countries/")
_NO_PACKS = ("sources",)


@lru_cache
def shipped() -> tuple[str, ...]:
    """The names of the packs that smslint ships: `core`, `languages/fr`, `countries/fr` …"""
    found = (
        f"{folder}{name[:-5]}" for folder in _FOLDERS for name in listdir(RULES / folder) if name.endswith(".yaml")
    )
    return tuple(sorted(name for name in found if name not in _NO_PACKS))


def brought(facts: Iterable[str]) -> list[str]:
    """The shipped packs that countries (`FR`) and languages (`fr`, `pt-br`) bring in."""
    folders = ((("countries" if fact.isupper() else "languages"), fact.lower().split("-")[0]) for fact in facts)
    names = (f"{folder}/{code}" for folder, code in folders)
    return [name for name in dict.fromkeys(names) if name in shipped()]


def speakable() -> tuple[str, ...]:
    """The names by which a shipped pack may be asked for: a country's also by its code."""
    return (*shipped(), *(name.removeprefix("countries/") for name in shipped() if name.startswith("countries/")))


def country(code: str) -> str | None:
    """The name of the shipped pack of a country; None without one."""
    name = f"countries/{code.lower()}"
    return name if name in shipped() else None


class Packs(NamedTuple):
    """All that the loaded packs say together; `dockets`: what whoever asks the rules keeps of them, by the id of
    facts."""

    rules: tuple[Rule, ...]
    wording: Mapping[str, Vocabulary]
    slots: SlotClasses
    substitutes: Mapping[str, Mapping[str, str]]
    limits: Mapping[str, Mapping[str, Limit]]
    names: Mapping[str, str]
    summaries: Mapping[str, str]
    renamed: Mapping[str, str]
    dockets: dict[int, Any]

    def pack_names(self, wanted: Iterable[str]) -> frozenset[str]:
        """The names of the loaded packs that `wanted` (names or paths) brought in."""
        known = (country(name) or name for name in wanted)
        return frozenset(self.names[name] for name in known if name in self.names)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(rule.id for rule in self.rules)

    def rule(self, name: str) -> Rule | None:
        """The rule `name`, by its id or one that it had before."""
        name = self.renamed.get(name, name)
        return next((rule for rule in self.rules if rule.id == name), None)


# What people write for a country: no code at all, or the code of its language.
_MEANT = {"UK": "GB", "EN": "GB", "JA": "JP", "KO": "KR", "ZH": "CN", "HE": "IL"}


def unknown_country(code: str, loaded: Packs) -> str | None:
    """What to write instead of a country that no pack is of, none that is shipped and none that was `loaded`; None
    where there is one."""
    code = code.upper()
    if code in loaded.limits or country(code) is not None or len(code) != 2:
        return None
    shipped_codes = {name.removeprefix("countries/").upper() for name in shipped() if name.startswith("countries/")}
    known = tuple(sorted({*shipped_codes, *loaded.limits}))
    hint = f": did you mean `{_MEANT[code]}`?" if code in _MEANT else did_you_mean(code, known)
    has = f"smslint has packs of {', '.join(known)}; a pack of your own that says `country: {code}` brings it in"
    return f"unknown country `{code}`{hint} ({has})"


def country_called(name: str) -> str | None:
    """The code of the country with this English name, as the summary of a shipped pack begins; None without one."""
    for path in sorted((RULES / "countries").glob("*.yaml")):
        summary = path.read_text(encoding="utf-8").partition("\nsummary: ")[2].partition("\n")[0]
        if fold(summary.strip('"').partition(" – ")[0].partition(" (")[0]) == fold(name.strip()):
            return path.stem.upper()
    return None


def renamed(old: str, new: str) -> str:
    return f"the rule `{old}` is now called `{new}`"
