"""`limit`: how many segments a message may cost. Options: `segments` (a number, or `max_segments`: the template's
own fact), `suffix_segments` (how many segments the suffix alone may add)."""

from __future__ import annotations

from collections.abc import Iterator

from smslint.checks.presence import in_words
from smslint.checks.subject import Hit, Subject
from smslint.extent import Witness
from smslint.rules import Rule
from smslint.segments import count


def limit(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit where the largest count exceeds the limit."""
    if "suffix_segments" in rule.parameters:
        yield from _suffix(rule.parameters["suffix_segments"], subject)
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
    detail = "" if worst is None else _detail(allowed, worst, subject)
    words = {"segments": number, "allowed": str(allowed), "detail": detail}
    yield Hit(subject.whole, words, () if worst is None else worst.when)


def _detail(allowed: int, worst: Witness, subject: Subject) -> str:
    limits = subject.facts.gateway.header.capacity(worst.count.encoding)
    capacity = limits.single if allowed == 1 else limits.part * allowed
    used = worst.count.segments * limits.part - worst.count.remaining
    over = used - capacity
    unit = "septet" if worst.count.encoding == "GSM-7" else "character"
    parts = [f"{_plural(over, unit)} over in {worst.count.encoding}"]
    suffix = subject.facts.gateway.suffix if subject.facts.appends else ""
    if suffix and worst.text.endswith(suffix):
        parts[0] += f", where the suffix takes {count_units(suffix, worst)}"
    reasons = in_words(worst.when)
    lengths = [f"{name} {_plural(len(value), 'character')}" for name, value in worst.values.items() if value]
    if reasons or lengths:
        shown = [*([reasons.removeprefix(" when ")] if reasons else []), *lengths[:4]]
        parts.append(f"worst when {', '.join(shown)}")
    return "; ".join(parts)


def count_units(text: str, witness: Witness) -> int:
    """The units that `text` takes in the witness's encoding."""
    if witness.count.encoding == "GSM-7":
        return count(text).units
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _suffix(allowed: int, subject: Subject) -> Iterator[Hit]:
    suffix = subject.facts.gateway.suffix
    if not subject.facts.appends or not suffix:
        return
    whole, bare = subject.extent, subject.extent_without_suffix
    if whole.high is None or bare.high is None or whole.high - bare.high <= allowed:
        return
    units = str(count_units(suffix, whole.worst)) if whole.worst else str(len(suffix))
    words = {"with": str(whole.high), "without": str(bare.high), "units": units, "suffix": suffix.strip()}
    yield Hit(subject.end, words, whole.worst.when if whole.worst else ())
