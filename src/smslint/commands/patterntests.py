"""What examples say of the patterns in wording and slot classes: which none of them holds, and which are slow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from smslint.commands.attacks import slowest
from smslint.commands.ruletests import Result, short
from smslint.matching.patterns import Pattern, Regex
from smslint.packs.packs import Packs


class Recorded:
    """A pattern that keeps the texts that it is searched in."""

    def __init__(self, compiled: Regex, texts: set[str]) -> None:
        self.compiled = compiled
        self.texts = texts

    def finditer(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        self.texts.add(text)
        return self.compiled.finditer(text, start)

    def search(self, text: str) -> re.Match[str] | None:
        self.texts.add(text)
        return self.compiled.search(text)


def patterns(packs: Packs) -> Iterator[tuple[str, Pattern]]:
    """The patterns of wording and slot classes, each with what it is."""
    for wording, words in packs.wording.items():
        for language, spoken in words.languages.items():
            for pattern in (*spoken.any, *spoken.never):
                yield f"{wording}, {language}", pattern
    for one in packs.slots.classes:
        yield "slots", one.pattern


def record(packs: Packs, texts: set[str]) -> None:
    """From now on every text that a pattern of `packs` is searched in is added to `texts`."""
    for _, pattern in patterns(packs):
        vars(pattern)["regex"] = Recorded(pattern.regex, texts)


def unheld(packs: Packs, names: frozenset[str], texts: set[str]) -> tuple[int, list[Result]]:
    """How many patterns the packs `names` have, and those that find nothing in any of `texts`."""
    known = [(what, pattern) for what, pattern in patterns(packs) if pattern.pack in names]
    found = []
    for what, pattern in known:
        if not any(_compiled(pattern).search(text) for text in texts):
            words = f"the pattern `{short(pattern.name) or short(pattern.source)}` finds nothing in any example"
            found.append(Result(what, pattern.where, words))
    return len(known), found


def of_rules(packs: Packs) -> Iterator[tuple[str, str, Pattern]]:
    """The patterns that stand in rules, each with the rule and its pack."""
    for rule in packs.rules:
        for parameters in (rule.parameters, *rule.parameters.values()):
            held = [parameters.get(key) for key in ("pattern", "closing")] if isinstance(parameters, Mapping) else []
            for pattern in held:
                if isinstance(pattern, Pattern):
                    yield rule.id, pattern.pack or rule.pack, pattern


def of_limits(packs: Packs) -> Iterator[tuple[str, str, Pattern]]:
    """The patterns that countries state, each with what it is and the pack."""
    for code, stated in packs.limits.items():
        for name, limit in stated.items():
            if isinstance(limit.value, Pattern):
                yield f"{code} {name}", packs.names.get(f"countries/{code.lower()}", ""), limit.value


def slow(packs: Packs, names: frozenset[str]) -> Iterator[Result]:
    """The patterns of the packs `names` that take long on a text made for it."""
    worded = ((what, pattern.pack, pattern) for what, pattern in patterns(packs))
    for what, pack, pattern in (*worded, *of_rules(packs), *of_limits(packs)):
        found = slowest(_compiled(pattern), pattern.source) if pack in names else None
        if found is not None:
            words = f"{found.seconds:.2f} seconds on {found.length:,} characters like `{short(found.word * 3)}`"
            yield Result(what, pattern.where, f"slow: the pattern `{short(pattern.name)}` takes {words}")


def _compiled(pattern: Pattern) -> Regex:
    regex = pattern.regex
    return regex.compiled if isinstance(regex, Recorded) else regex
