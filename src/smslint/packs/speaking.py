"""The patterns of packs: fragments, slot classes and wording, from YAML to typed values."""

from __future__ import annotations

from collections.abc import Mapping

from smslint.matching.folding import fold
from smslint.matching.patterns import (
    PATTERN_MAX,
    SLOT,
    SLOT_CLASSES_MAX,
    Fragments,
    Pattern,
    PatternProblem,
    bound,
    compile_pattern,
)
from smslint.packs.extending import Cap
from smslint.packs.wording import SILENT, Language, SlotClass
from smslint.reading.schema import Reader
from smslint.reading.yamltree import Node, Scalar

PATTERNS = ("any", "never")


class Speaking:
    """Reads the patterns of packs, one pack after the other, and keeps them."""

    def __init__(self, check_patterns: bool) -> None:
        self.check_patterns = check_patterns
        self.own = False  # whether the pack being read is a user's: its patterns must be bounded
        self.reading = ""
        self.extended: dict[str, dict[str, Cap]] = {}  # which packs each pack extends; "": those that are asked for
        self.fragments: dict[str, dict[str, str]] = {}  # of each pack, its own and those of the packs it extends
        self.slots: dict[str, SlotClass] = {}
        self.languages: dict[str, dict[str, Language]] = {}
        self.displaced = False  # whether `common` is not the first pack with slot classes

    def fragments_of(self, reader: Reader, given: Mapping[str, Node], pack: str) -> Fragments:
        inherited: dict[str, str] = {}
        for parent in self.extended.get(pack, ()):
            inherited |= self.fragments.get(parent, {})
        own = {key: reader.string(node, f"the fragment `{key}`") for key, node in pairs(reader, given, "fragments")}
        characters = {key: slot.character for key, slot in self.slots.items()}
        self.fragments[pack] = inherited | own
        fragments = Fragments(own, inherited, characters)
        if pack == "common":
            self.displaced = bool(self.slots)
        for key, node in pairs(reader, given, "slots"):
            character = chr(ord(SLOT) + 1 + len(self.slots))
            pattern = self._slot(reader, node, key, fragments)
            if len(self.slots) >= SLOT_CLASSES_MAX:
                reader.mistake(node, f"more than {SLOT_CLASSES_MAX} slot classes")
            elif pattern is not None:
                known = self.slots.get(key)
                self.slots[key] = SlotClass(character if known is None else known.character, pattern)
                characters[key] = self.slots[key].character
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

    def wording(self, reader: Reader, node: Node, fragments: Fragments) -> None:
        found = reader.mapping(node, "`wording`")
        for key, by_language in found.entries if found else ():
            languages = reader.mapping(by_language, f"the wording `{key.text}`")
            for language, patterns in languages.entries if languages else ():
                known = self.languages.setdefault(key.text, {})
                spoken = self._language(
                    reader, patterns, f"`{key.text}` in `{language.text}`", fragments, known.get(language.text, SILENT)
                )
                known[language.text] = spoken

    def _language(self, reader: Reader, node: Node, what: str, fragments: Fragments, base: Language) -> Language:
        """What `node` says of a language: in place of `base`, or changing it."""
        given = {key.text: value for key, value in reader.entries(node, what, ("cues", *PATTERNS), PATTERNS)}
        cues = reader.strings(given["cues"], "`cues`") if "cues" in given else ()

        def patterns(key: str, base: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
            for change in (key, f"{key}+"):
                items = reader.items(given[change]) if change in given else ()
                found = (self._named(reader, item, what, cues, fragments) for item in items)
                stated = tuple(pattern for pattern in found if pattern is not None)
                base = (*base, *stated) if change != key else stated if key in given else base
            names = dict.fromkeys(pattern.name for pattern in base)
            gone = reader.items(given[f"{key}-"]) if f"{key}-" in given else ()
            taken = [reader.choice(item, f"each of `{key}-` of {what}", tuple(names)) for item in gone]
            return tuple(pattern for pattern in base if pattern.name not in taken)

        return Language(patterns("any", base.any), patterns("never", base.never))

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
            if self.check_patterns or self.own:
                compile_pattern(pattern.source)
            pattern.where, pattern.pack = f"{reader.path}:{reader.line(node)}", self.reading
            if self.own:
                pattern.bound = bound(pattern.source, pattern.where)
        except PatternProblem as problem:
            at = problem.position
            if at is not None and problem.composed:
                at = fragments.written(text, at)
            place = node if at is None else reader.inside(node, at)
            reader.mistake(place, f"the pattern cannot be used: {problem.message}")
            return None
        return pattern

    def bind(self, reader: Reader, node: Node, pattern: Pattern) -> None:
        try:
            pattern.bound = bound(pattern.source, f"{reader.path}:{reader.line(node)}")
        except PatternProblem as problem:
            reader.mistake(node, f"the pattern of `{pattern.name}` cannot be used: {problem.message}")


def pairs(reader: Reader, given: Mapping[str, Node], key: str) -> list[tuple[str, Node]]:
    found = reader.mapping(given[key], f"`{key}`") if key in given else None
    return [(name.text, node) for name, node in found.entries] if found else []
