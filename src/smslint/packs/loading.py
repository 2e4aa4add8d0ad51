"""Packs: rules, wording and slot classes, from YAML to typed values.

smslint's own packs and a user's are read by the same code. A mistake in one is reported with its place, and nothing
is linted with half a pack.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from smslint.matching.patterns import Fragments, Pattern
from smslint.packs import compiled
from smslint.packs.extending import NO_CAP, Cap, caps, extends
from smslint.packs.limits import Limit, limits
from smslint.packs.packs import Packs, country, shipped, speakable
from smslint.packs.parameters import Known
from smslint.packs.rules import Rule, read_rule
from smslint.packs.speaking import Speaking, pairs
from smslint.packs.wording import NONE, Further, Language, Signs, SlotClasses, Vocabulary, signs
from smslint.reading.data import RULES
from smslint.reading.schema import Mistake, MistakesFound, Reader, did_you_mean, signed
from smslint.reading.yamltree import Mapping as MappingNode
from smslint.reading.yamltree import Node

Open = Callable[[str], "tuple[str, str] | None"]  # a user's pack by its path: where it is, and its text

_KEYS = (
    *("version", "pack", "summary", "extends", "country", "limits"),
    *("fragments", "slots", "wording", "substitutes", "rules"),
)
CORE = "core"  # who extends it has every language that smslint knows


class _Loader(Speaking):
    """Loads packs and those that they extend, in order, and keeps what they define."""

    def __init__(self, open_pack: Open, check_patterns: bool) -> None:
        super().__init__(check_patterns)
        self.open_pack = open_pack
        self.mistakes: list[Mistake] = []
        self.unread: set[str] = set()  # packs that are no YAML; what their heirs miss is no mistake
        self.loaded: dict[str, str] = {}  # the name that each pack gives itself
        self.paths: dict[str, str] = {}  # of users' packs, from the configuration
        self.ancestors: dict[str, frozenset[str]] = {}
        self.substitutes: dict[str, dict[str, str]] = {}
        self.limits: dict[str, dict[str, Limit]] = {}
        self.summaries: dict[str, str] = {}
        self.rules: dict[str, Rule] = {}
        self.stated: set[tuple[str, str]] = set()  # the rules that each pack defines or changes
        self.origins: dict[str, str] = {}  # which pack defines a rule
        self.renamed: dict[str, str] = {}
        self.severities: dict[str, str] = {}  # which pack set its severity
        self.signs: dict[str, tuple[Signs, Signs]] = {}  # of the languages that are not loaded, by wording

    def load_shipped(self, names: tuple[str, ...]) -> None:
        """Loads packs that smslint ships, from what was kept of them if it was."""
        kept = compiled.read(names)
        if kept is not None:
            vars(self).update(kept)
            return
        for name in names:
            self.load(name, _unexpected)
        if not self.mistakes and compiled.keepable():
            for pattern in self._patterns():
                pattern.prepare()
            self.sign()
            state = {key: value for key, value in vars(self).items() if key not in ("open_pack", "check_patterns")}
            rules = {name: rule._replace(examples=compiled.Later(rule.examples)) for name, rule in self.rules.items()}
            compiled.keep(names, {**state, "rules": rules})

    def sign(self) -> None:
        """Notes, once, what the languages that are not loaded need to stand in a text."""
        if self.signs or CORE not in self.loaded:
            return
        for name, known in self.languages.items():
            rest = _not_in(known, _spoken_everywhere().get(name, {}))
            never = (pattern for one in rest.values() for pattern in one.never)
            self.signs[name] = (signs(pattern for one in rest.values() for pattern in one.any), signs(never))

    def vocabularies(self) -> dict[str, Vocabulary]:
        """The wording, in all languages that smslint knows where `core` is extended."""
        if CORE in self.loaded and self.displaced:
            for pack in _languages():
                self.load(pack, _unexpected)
        elif not self.displaced:
            self.sign()
        return {name: Vocabulary(known, self._further(name, known)) for name, known in self.languages.items()}

    def _further(self, name: str, known: Mapping[str, Language]) -> Further:
        if not any(self.signs.get(name, ())):
            return NONE
        return Further(*self.signs[name], lambda: _not_in(known, _spoken_everywhere()[name]))

    def _patterns(self) -> Iterator[Pattern]:
        for languages in self.languages.values():
            for spoken in languages.values():
                yield from (*spoken.any, *spoken.never)
        yield from (slot.pattern for slot in self.slots.values())
        for rule in self.rules.values():
            for parameters in (rule.parameters, *rule.parameters.values()):
                held = (
                    (parameters.get(key) for key in ("pattern", "closing")) if isinstance(parameters, Mapping) else ()
                )
                yield from (found for found in held if isinstance(found, Pattern))

    def load(self, name: str, ask: Callable[[str], None], cap: Cap = NO_CAP, chain: tuple[str, ...] = ()) -> None:
        """Loads the pack `name` if it is not; `ask` takes what is wrong with the name itself; `chain`: the packs that
        are being loaded, each extending the next."""
        found = self._text(country(name) or name, chain[-1] if chain else None)
        if found is None:
            file = name.endswith((".yaml", ".yml")) or "/" in name
            ask(f"no pack `{name}`{': no such file here' if file else did_you_mean(name, speakable())}")
            return
        pack, path, text = found
        if pack in chain:
            ask(f"packs extend each other in a circle: {' > '.join((*chain, pack))}")
            return
        self.extended.setdefault(chain[-1] if chain else "", {})[pack] = cap
        if pack not in self.loaded:
            self.loaded[pack] = pack
            reader = Reader(path, text)
            root = reader.root()
            if root is None:
                self.unread.add(pack)
            else:
                self.loaded[pack] = self._pack(reader, root, (*chain, pack))
            if root is None or self.unread.isdisjoint(self.ancestors.get(pack, ())):
                self.mistakes += sorted(reader.mistakes, key=lambda m: (m.line, m.column))
        if not chain:
            self.loaded[name] = self.loaded[pack]

    def _text(self, name: str, naming: str | None) -> tuple[str, str, str] | None:
        """What a pack is known by, its path and its text. A path begins at the pack that names it (`naming`)."""
        if name in shipped():
            path = RULES / f"{name}.yaml"
            return name, path.as_posix(), path.read_text(encoding="utf-8")
        path_given = posixpath.join(posixpath.dirname(self.paths.get(naming or "", "")), name)
        found = self.open_pack(path_given)
        if found is None:
            return None
        self.paths[found[0]] = path_given
        return (found[0], *found)

    def _pack(self, reader: Reader, root: MappingNode, chain: tuple[str, ...]) -> str:
        given = {key.text: node for key, node in reader.entries(root, "the pack", _KEYS)}
        if "version" not in given:
            reader.mistake(root, "`version: 1` is missing")
        else:
            reader.integer(given["version"], "`version`", 1, 1)
        if "pack" not in given:
            reader.mistake(root, "`pack: NAME` is missing")
        name = reader.string(given["pack"], "`pack`") if "pack" in given else "pack"
        if name in shipped() and chain[-1] not in shipped():
            reader.mistake(given["pack"], f"smslint's own `{name}` has this name: choose another")
        if "summary" in given:
            self.summaries[name] = reader.string(given["summary"], "`summary`")
        for wanted, (item, cap) in extends(reader, given["extends"]).items() if "extends" in given else ():
            self.load(wanted, _asking(reader, item), cap, chain)
        parents = frozenset(self.extended.get(chain[-1], ()))
        self.ancestors[chain[-1]] = parents.union(*(self.ancestors.get(parent, ()) for parent in parents))
        self.own, self.reading = chain[-1] not in shipped(), name
        fragments = self.fragments_of(reader, given, chain[-1])
        if "wording" in given:
            self.wording(reader, given["wording"], fragments)
        self._substitutes(reader, given)
        self._limits(reader, root, given)
        for node in reader.items(given["rules"]) if "rules" in given else ():
            self._rule(reader, node, name, chain[-1], fragments)
        return name

    def _substitutes(self, reader: Reader, given: Mapping[str, Node]) -> None:
        for key, node in pairs(reader, given, "substitutes"):
            table, sign = signed(key)
            known = self.substitutes.setdefault(table, {})
            if sign == "-":
                for item in reader.items(node):
                    known.pop(reader.choice(item, f"each of `{key}`", tuple(known)) or "", None)
                continue
            found = reader.mapping(node, f"the substitutes `{table}`")
            if not sign:
                known.clear()
            known |= {one.text: reader.string(text, "a substitute") for one, text in found.entries} if found else {}

    def _limits(self, reader: Reader, root: MappingNode, given: Mapping[str, Node]) -> None:
        country = reader.string(given["country"], "`country`").upper() if "country" in given else ""
        if "country" in given and not re.fullmatch("[A-Z]{2}", country):
            reader.mistake(given["country"], "`country` must be two letters (ISO 3166: FR, BE, US)")
        if "limits" not in given:
            return
        if "country" not in given:
            reader.mistake(given["limits"], "`limits` need a `country` that they are of")
            return
        known = self.limits.setdefault(country, {})
        stated = limits(reader, given["limits"], country, known)
        for limit in stated.values():
            if self.own and isinstance(limit.value, Pattern):
                self.bind(reader, given["limits"], limit.value)
        known.update(stated)

    def _rule(self, reader: Reader, node: Node, name: str, pack: str, fragments: Fragments) -> None:
        above = self.ancestors[pack]
        known = Known(
            lambda value: self.pattern(reader, value, "", fragments),
            tuple(self.languages),
            tuple(self.substitutes),
        )
        inherited = {rule.id: rule for rule in self.rules.values() if self.origins[rule.id] in above}
        rule = read_rule(reader, node, name, known, inherited)
        if rule is None:
            return
        origin = self.origins.setdefault(rule.id, pack)
        if (pack, rule.id) in self.stated:
            reader.mistake(node, f"the rule `{rule.id}` stands here a second time")
        elif origin != pack and origin not in above:
            words = f"the rule `{rule.id}` is already in the pack `{self.loaded[origin]}`"
            reader.mistake(node, f"{words}: a pack that is to change it must extend that one")
        for alias in rule.aliases:
            if alias in self.rules or self.renamed.get(alias, rule.id) != rule.id:
                reader.mistake(node, f"the alias `{alias}` of `{rule.id}` is the id of another rule, or its alias")
            self.renamed[alias] = rule.id
        if rule.id in self.renamed:
            reader.mistake(node, f"the id `{rule.id}` is an alias of `{self.renamed[rule.id]}`")
        if rule.id not in self.rules or rule.severity_where != self.rules[rule.id].severity_where:
            self.severities[rule.id] = pack
        self.rules[rule.id] = rule
        self.stated.add((pack, rule.id))

    def capped(self) -> Iterator[Rule]:
        """The rules, with the severities that are capped lowered."""
        found = caps(self.extended)
        for rule in self.rules.values():
            cap = found.get(self.severities[rule.id], NO_CAP)
            severity = cap.of(rule.severity)
            yield rule if severity == rule.severity else rule._replace(severity=severity, severity_where=cap.where)


def _languages() -> tuple[str, ...]:
    return tuple(name for name in shipped() if name.startswith("languages/"))


@lru_cache(maxsize=1)
def _spoken_everywhere() -> Mapping[str, Mapping[str, Language]]:
    """All wording of all languages that smslint ships."""
    loader = _Loader(lambda name: None, False)
    loader.load_shipped(_languages())
    return loader.languages


def _not_in(known: Mapping[str, Language], every: Mapping[str, Language]) -> dict[str, Language]:
    return {language: one for language, one in every.items() if language not in known}


def _unexpected(message: str) -> None:
    raise AssertionError(message)


def _asking(reader: Reader, node: Node) -> Callable[[str], None]:
    return lambda message: reader.mistake(node, message)


def load(
    wanted: Iterable[tuple[str, Callable[[str], None]]],
    open_pack: Open,
    check_patterns: bool = False,
    capped: Mapping[str, Cap] = MappingProxyType({}),
) -> Packs:
    """The packs `wanted`, with all that they extend; a later one wins. Each comes with what takes a message about its
    name; `capped` are those whose rules may only have some severities.

    `open_pack` gives the text of a pack that is not shipped. `check_patterns` compiles every pattern now, so that one
    that does not compile is reported even if nothing searches it. Raises MistakesFound.
    """
    loader = _Loader(open_pack, check_patterns)
    asked = list(wanted)
    own = next((n for n, (name, _) in enumerate(asked) if name not in speakable() or name in capped), len(asked))
    if not check_patterns:
        loader.load_shipped(tuple(country(name) or name for name, _ in asked[:own]))
    for name, ask in asked[0 if check_patterns else own :]:
        loader.load(name, ask, capped.get(name, NO_CAP))
    if loader.mistakes:
        raise MistakesFound(loader.mistakes)
    wording = loader.vocabularies()
    slots = SlotClasses(tuple(loader.slots.values()))
    return Packs(
        tuple(loader.capped()),
        wording,
        slots,
        loader.substitutes,
        loader.limits,
        loader.loaded,
        loader.summaries,
        loader.renamed,
        {},
    )


__all__ = ["Open", "Packs", "Path", "load", "shipped"]
