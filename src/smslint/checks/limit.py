"""`limit`: how many segments a message may cost. Options: `segments` (a number, or `max_segments`: the template's
own fact), `suffix_segments` (how many segments the suffix alone may add), `characters` and `parts` (the name of a limit
on either)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from smslint.checks.subject import Hit, Subject
from smslint.packs.rules import Rule
from smslint.tree.conditions import Condition, Test
from smslint.tree.message import Slot
from smslint.tree.variables import Variable, numbered, told

if TYPE_CHECKING:
    from smslint.extents.witness import Witness

_UNITS = {"GSM-7": "septet", "ASCII": "septet", "UCS-2": "code unit"}
REASONS_SHOWN_MAX = 4  # conditions, and values, of the worst path that a message names
VALUE_SHOWN_MAX = 24


def limit(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit where the largest count exceeds the limit."""
    if "suffix_segments" in rule.parameters:
        yield from _suffix(rule.parameters["suffix_segments"], subject)
    elif "characters" in rule.parameters:
        yield from _characters(rule.parameters["characters"], subject)
    elif "parts" in rule.parameters:
        for stated in subject.limits(rule.parameters["parts"]):
            for hit in _segments(stated.value, subject):
                yield hit._replace(words={**hit.words, "owner": stated.owner})
    else:
        allowed = rule.parameters["segments"]
        yield from _segments(subject.facts.max_segments if allowed is None else allowed, subject)


def _segments(allowed: int, subject: Subject) -> Iterator[Hit]:
    found = subject.extent
    least = found.low if found.high is None else found.high
    if least <= allowed:
        return
    bound = "" if found.settled else "at least " if found.high is None else "at most "
    worst = found.worst
    detail = "" if worst is None else f": {_detail(allowed, worst, subject)}"
    told = {"segments": f"{bound}{least:,} segments", "allowed": str(allowed), "detail": detail}
    yield Hit(subject.whole, told, () if worst is None else worst.when, least)


def _detail(allowed: int, worst: Witness, subject: Subject) -> str:
    from smslint.extents.blame import because

    coding, count = subject.facts.gateway.coding, worst.count
    single, part = coding.capacity_of(count)
    over = count.segments * part - count.remaining - (single if allowed == 1 else part * allowed)
    detail = f"{_plural(over, _UNITS[count.encoding])} over"
    suffix = subject.facts.suffix
    if suffix and worst.text.endswith(suffix):
        taken = units_of(suffix, worst, subject)
        detail += f", {taken} of them the suffix" if taken <= over else f", where the suffix takes {taken}"
    why = because(worst, coding)
    if why:
        detail += f"; {why}"
    when = _when(worst, subject.lowered.variables)
    detail += f"; worst when {when}" if when else ""
    return detail + _undeclared([name for name, value in worst.values.items() if value], subject)


def _undeclared(values: Iterable[str], subject: Subject) -> str:
    """Which of the variables have the length of `undeclared`, for want of a declaration."""
    names = [name for name in values if name in subject.lowered.variables]
    guessed = [name for name in names if not subject.lowered.variables[name].declared]
    if not guessed:
        return ""
    if len(guessed) > 1 and len(guessed) == len(names):
        return "; none is declared under `variables`"
    told = ", ".join(guessed[:REASONS_SHOWN_MAX])
    return f"; {told} {'is' if len(guessed) == 1 else 'are'} not declared under `variables`"


def _when(worst: Witness, variables: Mapping[str, Variable]) -> str:
    """The conditions and the lengths that make the message so long; not those of variables that always are."""
    values: dict[str, str] = {}
    for text, node in worst.pieces:
        if isinstance(node, Slot) and text and node.name not in values and _varies(node):
            values[node.name] = _value(node, worst.values.get(node.name, text))
    # Of `first_name is true` and `first_name 20 characters` the second says both.
    known = numbered(worst.when, variables)
    reasons = [told(condition, value, variables) for condition, value in known if not _told(condition, value, values)]
    shown = [*reasons[:REASONS_SHOWN_MAX], *list(values.values())[:REASONS_SHOWN_MAX]]
    hidden = len(reasons) + len(values) - len(shown)
    return ", ".join([*shown, *([f"{hidden} more"] if hidden else [])])


def _varies(node: Slot) -> bool:
    domain = node.domain
    if domain.values is not None:
        return len({len(str(value)) for value in domain.values}) > 1
    return domain.length_min != domain.length_max


def _value(node: Slot, text: str) -> str:
    known = next((value for value in node.domain.values or () if str(value) == text), None)
    if known is not None and len(text) <= VALUE_SHOWN_MAX:
        return f"{node.name} is {known!r}"
    return f"{node.name} {_plural(len(text), 'character')}"


def _told(condition: Condition, value: bool, values: dict[str, str]) -> bool:
    tells = isinstance(condition, Test) and condition.kind in ("truthy", "defined") and value
    return tells and isinstance(condition, Test) and condition.variable in values


def units_of(text: str, witness: Witness, subject: Subject) -> int:
    """The units that `text` takes as the witness is sent."""
    coding = subject.facts.gateway.coding
    return sum(coding.weight(character, witness.count) for character in text)


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _characters(name: str, subject: Subject) -> Iterator[Hit]:
    for stated in subject.limits(name):
        worst = subject.extent.worst
        if worst is not None and len(worst.text) > stated.value:
            told = {"number": str(len(worst.text)), "allowed": str(stated.value), "owner": stated.owner}
            yield Hit(subject.whole, told, worst.when)


def _suffix(allowed: int, subject: Subject) -> Iterator[Hit]:
    suffix = subject.facts.suffix
    if not suffix:
        return
    whole = subject.extent
    if whole.high is None or whole.high - 1 <= allowed:
        return
    bare = subject.highest_without_suffix
    if bare is None or whole.high - bare <= allowed:
        return
    units = str(units_of(suffix, whole.worst, subject)) if whole.worst else str(len(suffix))
    told = {"with": str(whole.high), "without": str(bare), "units": units, "suffix": suffix.strip()}
    from smslint.gsm.codings import holds

    forcing = next((c for c in suffix if not holds(subject.facts.gateway.coding, c)), None)
    told["why"] = f", as its `{forcing}` makes the message UCS-2" if forcing and whole.high > 1 else ""
    yield Hit(subject.end, told, whole.worst.when if whole.worst else ())
