"""`require` and `forbid`: what must stand on every path, and what on none.

Options: exactly one of `wording` (a vocabulary of the packs), `pattern` (a regular expression), `brand` (a name, or a
variable, by which the recipient knows the sender); `scope`: message (default), body or suffix; `paths`: `every` or
`some`. `require` asks for it on every path unless `paths: some`; `forbid` on no path unless `paths: every`, which
reports only what stands on all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from smslint.checks.subject import Hit, Subject
from smslint.conditions import Test, words
from smslint.message import Span
from smslint.paths import Path, Reason
from smslint.rules import Rule
from smslint.wording import fold


class Found(NamedTuple):
    """Where in a path's text the thing stands, and its name where it has one."""

    start: int
    end: int
    name: str = ""


def require(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit for each group of paths that lack it, at the arm that lacks it or at the end of the message."""
    if rule.parameters.get("brand") and sender_carries_brand(subject):
        return
    every = _paths(rule, subject)
    if rule.parameters["scope"] == "message":
        every = [path for path in every if _sends(path)]
    lacking = [path for path in every if _find(rule, subject, path) is None]
    if not lacking or (rule.parameters["paths"] == "some" and len(lacking) < len(every)):
        return
    places: set[Span] = set()
    for why, path in groups(lacking, every):
        place = _place(path, why, subject)
        if place not in places:
            places.add(place)
            yield Hit(place, {"path": in_words(why)}, why)


def forbid(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit for each place in the template that puts it on a path."""
    every = _paths(rule, subject)
    places: dict[Span, list[Path]] = {}
    named: dict[Span, str] = {}
    for path in every:
        found = _find(rule, subject, path)
        if found is not None:
            span = path.span(found.start, found.end)
            places.setdefault(span, []).append(path)
            named.setdefault(span, path.text[found.start : found.end])
    if rule.parameters["paths"] == "every" and sum(map(len, places.values())) < len(every):
        return
    for span, holding in places.items():
        why, _ = next(groups(holding, every))
        yield Hit(span, {"path": in_words(why), "text": " ".join(named[span].split())}, why)


def _paths(rule: Rule, subject: Subject) -> Sequence[Path]:
    """The paths to look at; where there are too many, none, and the rule is noted as not decided."""
    if not subject.paths.complete:
        subject.undecided.append(rule.id)
    if "suffix_says" in rule.when:
        return [path for path in subject.paths.paths if any(p.origin == "suffix" for p in path.pieces)]
    return subject.paths.paths


def _sends(path: Path) -> bool:
    """Whether the template itself sends something on this path; where it does not, `empty-message` says so."""
    start, end = _scope(path, "body")
    return bool(path.text[start:end].strip())


def _find(rule: Rule, subject: Subject, path: Path) -> Found | None:
    start, end = _scope(path, rule.parameters["scope"])
    parameters = rule.parameters
    if parameters.get("brand"):
        return _brand(subject, path, start, end)
    text = path.text[start:end]
    if parameters.get("wording"):
        mention = subject.packs.wording[parameters["wording"]].mention(text, subject.facts.language)
        return None if mention is None else Found(start + mention.start, start + mention.end, mention.pattern)
    match = parameters["pattern"].regex.search(text)
    return Found(start + match.start(), start + match.end()) if match else None


def _scope(path: Path, scope: Any) -> tuple[int, int]:
    if scope == "message":
        return 0, len(path.text)
    inside = [p for p in path.pieces if p.origin == scope]
    if not inside:
        return 0, 0
    return inside[0].start, inside[-1].start + len(inside[-1].text)


def _brand(subject: Subject, path: Path, start: int, end: int) -> Found | None:
    for piece in path.pieces:
        if piece.slot is not None and piece.slot.name in subject.facts.brand_variables:
            return Found(piece.start, piece.start + len(piece.text))
    text = fold(path.text[start:end])
    for brand in subject.facts.brands:
        pattern = rf"(?<!\w){re.escape(fold(brand)).replace(chr(92) + ' ', chr(92) + 's+')}(?!\w)"
        if re.search(pattern, text):
            return Found(start, end, brand)
    return None


def sender_carries_brand(subject: Subject) -> bool:
    """Whether the sender ID names the brand: `ACME` for "Acme & Co", `ACMEFRANCE` for Acme."""
    sender = _squeezed(subject.facts.sender or "")
    brands = [_squeezed(brand) for brand in subject.facts.brands]
    named = any(
        sender == b or (len(b) >= 3 and b in sender) or (len(sender) >= 3 and b.startswith(sender)) for b in brands
    )
    return bool(sender) and named


def _squeezed(text: str) -> str:
    return "".join(character for character in fold(text) if character.isalnum())


def groups(chosen: Sequence[Path], every: Sequence[Path]) -> Iterator[tuple[tuple[Reason, ...], Path]]:
    """The chosen paths in groups: the conditions under which every path is a chosen one, without those that do not
    matter, and a path that they lead to."""
    number: dict[Reason, int] = {}
    for path in every:
        for reason in path.reasons:
            number.setdefault(reason, len(number))
    masks = {id(path): sum(1 << number[reason] for reason in path.reasons) for path in every}
    left = sorted(chosen, key=lambda path: len(path.reasons))
    others = set(masks.values()) - {masks[id(path)] for path in left}
    while left:
        against = {r: sum(1 << n for other, n in number.items() if _contradict(r, other)) for r in left[0].reasons}
        kept = _essential(against, others)
        yield tuple(kept), left[0]
        excluded = _union(against[reason] for reason in kept)
        left = [path for path in left[1:] if masks[id(path)] & excluded]


def _essential(against: Mapping[Reason, int], others: Iterable[int]) -> list[Reason]:
    """Of the reasons of a path, each with those that it contradicts, enough to exclude every one of `others`."""
    kept = list(against)
    for reason in against:
        excluded = _union(against[other] for other in kept if other != reason)
        if all(path & excluded for path in others):
            kept.remove(reason)
    return kept


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union


def _contradict(one: Reason, other: Reason) -> bool:
    (condition, value), (against, opposite) = one, other
    if condition == against:
        return value is not opposite
    if not (isinstance(condition, Test) and isinstance(against, Test) and value and opposite):
        return False
    same = (condition.variable, condition.kind) == (against.variable, against.kind)
    return same and condition.kind in ("equals", "items")


def _place(path: Path, why: tuple[Reason, ...], subject: Subject) -> Span:
    for span, reasons in reversed(path.arms):
        if span.end > span.start and set(reasons) & set(why):
            return span
    return subject.end


def in_words(why: tuple[Reason, ...]) -> str:
    """` when vip is false and …`; nothing where every path is meant."""
    return f" when {' and '.join(words(condition, value) for condition, value in why)}" if why else ""
