"""Packs: rules, wording and slot classes, from YAML to typed values.

smslint's own packs and a user's are read by the same code. A mistake in one is reported with its place, and nothing
is linted with half a pack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from smslint.data import RULES
from smslint.folding import fold
from smslint.limits import Limit, limits
from smslint.patterns import (
    PATTERN_MAX,
    SLOT,
    SLOT_CLASSES_MAX,
    Fragments,
    Pattern,
    PatternProblem,
    compile_pattern,
)
from smslint.rules import Known, Rule, read_rule
from smslint.schema import Mistake, MistakesFound, Reader, did_you_mean
from smslint.wording import Language, SlotClass, SlotClasses, Vocabulary
from smslint.yamltree import Mapping as MappingNode
from smslint.yamltree import Node, Scalar

Open = Callable[[str], "tuple[str, str] | None"]  # a user's pack by its path: where it is, and its text

_KEYS = (
    *("version", "pack", "summary", "extends", "country", "limits"),
    *("fragments", "slots", "wording", "substitutes", "rules"),
)


@dataclass(frozen=True)
class Packs:
    """All that the loaded packs say together."""

    rules: tuple[Rule, ...]
    wording: Mapping[str, Vocabulary]
    slots: SlotClasses
    substitutes: Mapping[str, Mapping[str, str]]
    limits: Mapping[str, Mapping[str, Limit]]
    names: Mapping[str, str]
    summaries: Mapping[str, str]

    @cached_property
    def dockets(self) -> dict[int, Any]:
        """What whoever asks the rules keeps of them, by the id of facts."""
        return {}

    def pack_names(self, wanted: Iterable[str]) -> frozenset[str]:
        """The names of the loaded packs that `wanted` (names or paths) brought in."""
        known = (country(name) or name for name in wanted)
        return frozenset(self.names[name] for name in known if name in self.names)

    def rule(self, name: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.id == name), None)


_NO_PACKS = ("gateways/", "sources", "gsm")


@lru_cache
def shipped() -> tuple[str, ...]:
    """The names of the packs that smslint ships: `core`, `languages/fr`, `countries/fr` …"""
    found = (path.relative_to(RULES).with_suffix("").as_posix() for path in RULES.rglob("*.yaml"))
    return tuple(sorted(name for name in found if not name.startswith(_NO_PACKS)))


def brought(facts: Iterable[str]) -> list[str]:
    """The shipped packs that countries (`FR`) and languages (`fr`, `pt-br`) bring in."""
    folders = ((("countries" if fact.isupper() else "languages"), fact.lower().split("-")[0]) for fact in facts)
    names = (f"{folder}/{code}" for folder, code in folders)
    return [name for name in dict.fromkeys(names) if name in shipped()]


def _speakable() -> tuple[str, ...]:
    """The names by which a shipped pack may be asked for: a country's also by its code."""
    return (*shipped(), *(name.removeprefix("countries/") for name in shipped() if name.startswith("countries/")))


def country(code: str) -> str | None:
    """The name of the shipped pack of a country; None without one."""
    name = f"countries/{code.lower()}"
    return name if name in shipped() else None


class _Loader:
    """Loads packs and those that they extend, in order, and keeps what they define."""

    def __init__(self, open_pack: Open, check_patterns: bool) -> None:
        self.open_pack = open_pack
        self.check_patterns = check_patterns
        self.mistakes: list[Mistake] = []
        self.loaded: dict[str, str] = {}
        self.fragments: dict[str, str] = {}
        self.slots: dict[str, SlotClass] = {}
        self.languages: dict[str, dict[str, list[Language]]] = {}
        self.substitutes: dict[str, dict[str, str]] = {}
        self.limits: dict[str, dict[str, Limit]] = {}
        self.summaries: dict[str, str] = {}
        self.rules: dict[str, Rule] = {}

    def load(self, name: str, ask: Callable[[str], None], chain: tuple[str, ...] = ()) -> None:
        """Loads the pack `name` if it is not; `ask` takes what is wrong with the name itself."""
        name = country(name) or name
        if name in chain:
            ask(f"packs extend each other in a circle: {' > '.join((*chain, name))}")
            return
        if name in self.loaded:
            return
        found = self._text(name)
        if found is None:
            ask(f"no pack `{name}`{did_you_mean(name, _speakable())}")
            return
        self.loaded[name] = name
        reader = Reader(*found)
        root = reader.root()
        if root is not None:
            self.loaded[name] = self._pack(reader, root, (*chain, name))
        self.mistakes += sorted(reader.mistakes, key=lambda m: (m.line, m.column))

    def _text(self, name: str) -> tuple[str, str] | None:
        if name in shipped():
            path = RULES / f"{name}.yaml"
            return path.as_posix(), path.read_text(encoding="utf-8")
        return self.open_pack(name)

    def _pack(self, reader: Reader, root: MappingNode, chain: tuple[str, ...]) -> str:
        given = {key.text: node for key, node in reader.entries(root, "the pack", _KEYS)}
        if "version" not in given:
            reader.mistake(root, "`version: 1` is missing")
        else:
            reader.integer(given["version"], "`version`", 1, 1)
        if "pack" not in given:
            reader.mistake(root, "`pack: NAME` is missing")
        name = reader.string(given["pack"], "`pack`") if "pack" in given else "pack"
        if "summary" in given:
            self.summaries[name] = reader.string(given["summary"], "`summary`")
        for item in reader.items(given["extends"]) if "extends" in given else ():
            self.load(reader.string(item, "each of `extends`"), _asking(reader, item), chain)
        fragments = self._fragments(reader, given)
        if "wording" in given:
            self._wording(reader, given["wording"], fragments)
        for table, entries in _pairs(reader, given, "substitutes"):
            found = reader.mapping(entries, f"the substitutes `{table}`")
            stated = {key.text: reader.string(node, "a substitute") for key, node in found.entries} if found else {}
            self.substitutes.setdefault(table, {}).update(stated)
        self._limits(reader, root, given)
        for node in reader.items(given["rules"]) if "rules" in given else ():
            self._rule(reader, node, name, fragments)
        return name

    def _limits(self, reader: Reader, root: MappingNode, given: Mapping[str, Node]) -> None:
        if "limits" not in given:
            return
        if "country" not in given:
            reader.mistake(given["limits"], "`limits` need a `country` that they are of")
            return
        country = reader.string(given["country"], "`country`").upper()
        self.limits.setdefault(country, {}).update(limits(reader, given["limits"], country))

    def _fragments(self, reader: Reader, given: Mapping[str, Node]) -> Fragments:
        own = {key: reader.string(node, f"the fragment `{key}`") for key, node in _pairs(reader, given, "fragments")}
        characters = {key: slot.character for key, slot in self.slots.items()}
        fragments = Fragments(own, dict(self.fragments), characters)
        for key, node in _pairs(reader, given, "slots"):
            character = chr(ord(SLOT) + 1 + len(self.slots))
            pattern = self._slot(reader, node, key, fragments)
            if len(self.slots) >= SLOT_CLASSES_MAX:
                reader.mistake(node, f"more than {SLOT_CLASSES_MAX} slot classes")
            elif pattern is not None and key not in self.slots:
                self.slots[key] = SlotClass(character, pattern)
                characters[key] = character
        self.fragments.update(own)
        return fragments

    def _slot(self, reader: Reader, node: Node, key: str, fragments: Fragments) -> Pattern | None:
        if isinstance(node, Scalar):
            return self.pattern(reader, node, key, fragments)
        given = {k.text: v for k, v in reader.entries(node, f"the slot class `{key}`", ("cues", "pattern"))}
        cues = reader.strings(given["cues"], "`cues`") if "cues" in given else ()
        if "pattern" not in given:
            reader.mistake(node, f"the slot class `{key}` has no `pattern`")
            return None
        return self.pattern(reader, given["pattern"], key, fragments, cues)

    def _wording(self, reader: Reader, node: Node, fragments: Fragments) -> None:
        found = reader.mapping(node, "`wording`")
        for key, by_language in found.entries if found else ():
            languages = reader.mapping(by_language, f"the wording `{key.text}`")
            for language, patterns in languages.entries if languages else ():
                spoken = self._language(reader, patterns, f"`{key.text}` in `{language.text}`", fragments)
                self.languages.setdefault(key.text, {}).setdefault(language.text, []).append(spoken)

    def _language(self, reader: Reader, node: Node, what: str, fragments: Fragments) -> Language:
        given = {key.text: value for key, value in reader.entries(node, what, ("cues", "any", "never"))}
        cues = reader.strings(given["cues"], "`cues`") if "cues" in given else ()

        def patterns(key: str) -> tuple[Pattern, ...]:
            items = reader.items(given[key]) if key in given else ()
            found = (self._named(reader, item, what, cues, fragments) for item in items)
            return tuple(pattern for pattern in found if pattern is not None)

        return Language(patterns("any"), patterns("never"))

    def _named(
        self, reader: Reader, node: Node, what: str, cues: tuple[str, ...], fragments: Fragments
    ) -> Pattern | None:
        if isinstance(node, Scalar):
            return self.pattern(reader, node, node.text, fragments, cues)
        given = {key.text: value for key, value in reader.entries(node, what, ("name", "cues", "pattern"))}
        if "pattern" not in given:
            reader.mistake(node, f"a pattern of {what} has no `pattern`")
            return None
        name = reader.string(given["name"], "`name`") if "name" in given else ""
        own = reader.strings(given["cues"], "`cues`") if "cues" in given else cues
        return self.pattern(reader, given["pattern"], name, fragments, own)

    def pattern(
        self, reader: Reader, node: Node, name: str, fragments: Fragments, cues: tuple[str, ...] = ()
    ) -> Pattern | None:
        """The pattern that `node` states; None, and a mistake, where it is none."""
        text = reader.string(node, "a pattern")
        if len(text) > PATTERN_MAX:
            reader.mistake(node, f"a pattern longer than {PATTERN_MAX:,} characters")
            return None
        try:
            pattern = Pattern(name, fragments.compose(text), tuple(map(fold, cues)))
            if self.check_patterns:
                compile_pattern(pattern.source)
        except PatternProblem as problem:
            at = problem.position
            if at is not None and problem.composed:
                at = fragments.written(text, at)
            place = node if at is None else reader.inside(node, at)
            reader.mistake(place, f"the pattern cannot be used: {problem.message}")
            return None
        return pattern

    def _rule(self, reader: Reader, node: Node, pack: str, fragments: Fragments) -> None:
        known = Known(
            lambda value: self.pattern(reader, value, "", fragments), tuple(self.languages), tuple(self.substitutes)
        )
        rule = read_rule(reader, node, pack, known)
        if rule is None:
            return
        if rule.id in self.rules and self.rules[rule.id].pack != pack:
            reader.mistake(node, f"the rule `{rule.id}` is already in the pack `{self.rules[rule.id].pack}`")
        elif rule.id in self.rules:
            reader.mistake(node, f"the rule `{rule.id}` stands here a second time")
        self.rules[rule.id] = rule


def _asking(reader: Reader, node: Node) -> Callable[[str], None]:
    return lambda message: reader.mistake(node, message)


def _pairs(reader: Reader, given: Mapping[str, Node], key: str) -> list[tuple[str, Node]]:
    found = reader.mapping(given[key], f"`{key}`") if key in given else None
    return [(name.text, node) for name, node in found.entries] if found else []


def load(wanted: Iterable[tuple[str, Callable[[str], None]]], open_pack: Open, check_patterns: bool = False) -> Packs:
    """The packs `wanted`, with all that they extend. Each comes with what takes a message about its name.

    `open_pack` gives the text of a pack that is not shipped. `check_patterns` compiles every pattern now, so that one
    that does not compile is reported even if nothing searches it. Raises MistakesFound.
    """
    loader = _Loader(open_pack, check_patterns)
    for name, ask in wanted:
        loader.load(name, ask)
    if loader.mistakes:
        raise MistakesFound(loader.mistakes)
    wording = {
        name: Vocabulary({language: tuple(spoken) for language, spoken in languages.items()})
        for name, languages in loader.languages.items()
    }
    slots = SlotClasses(tuple(loader.slots.values()))
    return Packs(
        tuple(loader.rules.values()), wording, slots, loader.substitutes, loader.limits, loader.loaded, loader.summaries
    )


__all__ = ["Open", "Packs", "Path", "load", "shipped"]
