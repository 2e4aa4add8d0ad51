"""`limit`: how many segments a message may cost. Options: `segments` (a number, or `max_segments`: the template's
own fact), `suffix_segments` (how many segments the suffix alone may add), `characters` (the name of a limit)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smslint.checks.subject import Hit, Subject
from smslint.conditions import words
from smslint.extent import Witness
from smslint.message import Slot, Text
from smslint.rules import Rule
from smslint.segments import count, is_gsm7

_UNITS = {"GSM-7": "septet", "UCS-2": "code unit"}
REASONS_SHOWN_MAX = 4  # conditions, and values, of the worst path that a message names


def limit(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit where the largest count exceeds the limit."""
    if "suffix_segments" in rule.parameters:
        yield from _suffix(rule.parameters["suffix_segments"], subject)
    elif "characters" in rule.parameters:
        yield from _characters(rule.parameters["characters"], subject)
    else:
        allowed = rule.parameters["segments"]
        yield from _segments(subject.facts.max_segments if allowed is None else allowed, subject)


def _segments(allowed: int, subject: Subject) -> Iterator[Hit]:
    found = subject.extent
    least = found.low if found.high is None else found.high
    if least <= allowed:
        return
    number = f"{least} segments" if found.exact else f"at {'least' if found.high is None else 'most'} {least} segments"
    worst = found.worst
    detail = "" if worst is None else f": {_detail(allowed, worst, subject)}"
    told = {"segments": number, "allowed": str(allowed), "detail": detail}
    yield Hit(subject.whole, told, () if worst is None else worst.when, least)


def _detail(allowed: int, worst: Witness, subject: Subject) -> str:
    encoding = worst.count.encoding
    limits = subject.facts.gateway.header.capacity(encoding)
    used = worst.count.segments * limits.part - worst.count.remaining
    over = used - (limits.single if allowed == 1 else limits.part * allowed)
    detail = f"{_plural(over, _UNITS[encoding])} over in {encoding}{_blame(worst)}"
    suffix = subject.facts.suffix
    if suffix and worst.text.endswith(suffix):
        taken = count_units(suffix, worst)
        detail += f", {taken} of them the suffix" if taken <= over else f", where the suffix takes {taken}"
    reasons = [words(condition, value) for condition, value in worst.when]
    values = {name: value for name, value in worst.values.items() if value}
    lengths = [f"{name} {_plural(len(value), 'character')}" for name, value in values.items()]
    shown = [*reasons[:REASONS_SHOWN_MAX], *lengths[:REASONS_SHOWN_MAX]]
    hidden = len(reasons) + len(lengths) - len(shown)
    more = [f"{hidden} more"] if hidden else []
    detail += f"; worst when {', '.join([*shown, *more])}" if shown else ""
    return detail + _undeclared(values, subject)


def _blame(worst: Witness) -> str:
    """The variable that takes the message out of GSM-7, where no text of the template does."""
    outside = [(text, node) for text, node in worst.pieces if not is_gsm7(text)]
    if not outside or any(isinstance(node, Text) and node.origin == "body" for _, node in outside):
        return ""
    text, node = outside[0]
    character = next(character for character in text if not is_gsm7(character))
    name = f"`{node.name}`" if isinstance(node, Slot) else f"the {node.origin}"
    return f" ({name} {'may hold' if isinstance(node, Slot) else 'holds'} `{character}`)"


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


def count_units(text: str, witness: Witness) -> int:
    """The units that `text` takes in the witness's encoding."""
    if witness.count.encoding == "GSM-7":
        return count(text).units
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


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
    bare = subject.extent_without_suffix
    if bare.high is None or whole.high - bare.high <= allowed:
        return
    units = str(count_units(suffix, whole.worst)) if whole.worst else str(len(suffix))
    told = {"with": str(whole.high), "without": str(bare.high), "units": units, "suffix": suffix.strip()}
    told["why"] = ", as it is not in GSM-7" if not is_gsm7(suffix) and whole.high > 1 else ""
    yield Hit(subject.end, told, whole.worst.when if whole.worst else ())
