"""`require`, `forbid`, `count` and `implies`: what must stand on every path, and what on none.

What is looked for, and where, stands in `target`. `paths`: `require` asks for it on every path, or with `some` on one
at least; `forbid` on no path, or with `every` reports only what stands on all of them. `count` takes `max`, how often
it may stand on a path. `implies` takes `if` and `then`: a path that holds the one must hold the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from smslint.checks.groups import T, Told, groups, in_words
from smslint.checks.shown import shown
from smslint.checks.subject import Hit, Subject
from smslint.checks.target import Found, Target, patterns, scope, targets
from smslint.extents.path import Path, Reason
from smslint.matching.folding import fold
from smslint.packs.rules import Rule
from smslint.tree.message import Span, Text

if TYPE_CHECKING:
    from smslint.checks.bycases import Leaf


def require(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit for each group of paths that lack it, at the arm that lacks it or at the end of the message."""
    overwritten = any(limit.value == "required" for limit in subject.limits("identity"))
    if rule.parameters.get("brand") and sender_carries_brand(subject) and not overwritten:
        return
    if _written(rule, subject):
        return
    wanted = targets(rule.parameters, subject)
    if wanted and not subject.paths.complete and "suffix_says" not in rule.when:
        yield from _surely_lacking(rule, subject, wanted)
        return
    every = _paths(rule, subject) if wanted else ()
    if rule.parameters["scope"] == "message":
        every = [path for path in every if _sends(path)]
    for target in wanted:
        lacking = [path for path in every if target.find(path) is None]
        if rule.parameters["paths"] != "some" or len(lacking) == len(every):
            yield from _lacking(lacking, every, target, subject)


def _written(rule: Rule, subject: Subject) -> bool:
    """Whether the template writes it whatever its conditions, in a text of its own, so that no path need be read."""
    pattern, scope = rule.parameters.get("pattern"), rule.parameters["scope"]
    if pattern is None or scope not in ("message", "body") or not pattern.anywhere:
        return False
    if rule.parameters.get("at") or rule.parameters.get("hide") or rule.parameters.get("except"):
        return False
    return any(isinstance(node, Text) and next(pattern.matches(node.text), None) for node in subject.body)


def _surely_lacking(rule: Rule, subject: Subject, wanted: Sequence[Target]) -> Iterator[Hit]:
    """Of a message with too many paths: a hit for each group of cases that lack it on all of their paths; where that is
    not known of some case the rule is not decided."""
    every = _cases(rule, subject)
    if rule.parameters["paths"] == "some" and not all(leaf.stands is False for leaf in every):
        return
    lacking = [leaf for leaf in every if leaf.stands is False and (leaf.sends or rule.parameters["scope"] != "message")]
    for target in wanted:
        yield from _lacking(lacking, every, target, subject)


def _cases(rule: Rule, subject: Subject) -> list[Leaf]:
    """The cases of a message with too many paths; where some are not decided the rule is not."""
    from smslint.checks.bycases import by_cases

    every = by_cases(rule.parameters, subject)
    if every is None or any(leaf.stands is None for leaf in every):
        subject.undecided.append(rule.id)
    return every or []


def _lacking(lacking: Sequence[T], every: Sequence[T], target: Target, subject: Subject) -> Iterator[Hit]:
    places: set[Span] = set()
    for why, path in groups(lacking, every) if lacking else ():
        place = _place(path, why, subject)
        if place not in places:
            places.add(place)
            yield Hit(place, {**target.words, "path": in_words(why, subject.lowered.variables)}, why)


def forbid(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit for each place in the template that puts it on a path."""
    if rule.parameters["scope"] == "literal":
        yield from _in_literals(rule, subject)
        return
    if rule.parameters["scope"] == "comment":
        yield from _in_comments(rule, subject)
        return
    unwanted = targets(rule.parameters, subject)
    if rule.parameters["paths"] == "every" and (one := subject.some_path) is not None:
        unwanted = [target for target in unwanted if target.find(one) is not None]
    if unwanted and not subject.paths.complete and "suffix_says" not in rule.when:
        yield from _surely_holding(rule, subject, unwanted)
        return
    every = _paths(rule, subject) if unwanted else ()
    if rule.parameters["paths"] == "every":  # a path without it is enough; one that sends nothing is none
        first = next(filter(_sends, every), None)
        unwanted = [target for target in unwanted if first is not None and target.find(first) is not None]
        every = [path for path in every if _sends(path)] if unwanted else ()
    for target in unwanted:
        holding = [(path, found) for path in every if (found := target.find(path)) is not None]
        if rule.parameters["paths"] != "every" or len(holding) == len(every):
            yield from _holding(holding, every, target, subject)


def _surely_holding(rule: Rule, subject: Subject, unwanted: Sequence[Target]) -> Iterator[Hit]:
    """Of a message with too many paths: a hit for each place where it stands on all paths of some case; where that is
    not known of some case the rule is not decided."""
    from smslint.checks.bycases import one_path

    every = _cases(rule, subject)
    if rule.parameters["paths"] == "every" and not all(leaf.stands for leaf in every):
        return
    for target in unwanted:
        places: dict[Span, tuple[str, list[Leaf]]] = {}
        for leaf in every:
            path = one_path(leaf, subject) if leaf.stands else None
            found = None if path is None else target.find(path)
            if path is not None and found is not None:
                text = found.name or shown(path, found.start, found.end)
                places.setdefault(_span(path, found, subject), (text, []))[1].append(leaf)
        for span, (text, leaves) in places.items():
            why, _ = next(groups(leaves, every))
            yield Hit(span, {**target.words, "path": in_words(why, subject.lowered.variables), "text": text}, why)


def _in_literals(rule: Rule, subject: Subject) -> Iterator[Hit]:
    for matches, told in patterns(rule.parameters, subject):
        for node in subject.literals:
            for match in matches(node.text):
                if any(start <= match.start() and match.end() <= end for start, end in _filled(node.text, subject)):
                    continue
                exact = len(node.text) == node.span.end - node.span.start
                start, end = (node.span.start + place for place in match.span())
                yield Hit(
                    Span(start, end) if exact else node.span, {**told, "text": " ".join(match[0].split()) or match[0]}
                )


def _filled(text: str, subject: Subject) -> list[tuple[int, int]]:
    """Where in a text of the template placeholders stand that the operator or the gateway fills in."""
    return [match.span() for name in subject.registered for match in re.finditer(re.escape(name), text)]


def _in_comments(rule: Rule, subject: Subject) -> Iterator[Hit]:
    for found_in, told in patterns(rule.parameters, subject) if subject.lowered.comments else ():
        for comment in subject.lowered.comments:
            if next(found_in(comment.text), None) is not None:
                start, end = comment.span
                around = subject.text.rfind("{#", 0, start), subject.text.find("#}", end)
                yield Hit(Span(max(around[0], 0), max(around[1] + 2, end)), {**told, "text": comment.text})


def count(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit where a path holds it more often than `max`, at the first that is too many."""
    counted = targets(rule.parameters, subject)
    every = _paths(rule, subject) if counted else ()
    most = rule.parameters["max"]
    for target in counted:
        over = []
        for path in every:
            found = list(target.places(path))
            if len(found) > most:
                over.append((path, found[most], len(found)))
        number = max((n for _, _, n in over), default=0)
        for hit in _holding([(path, place) for path, place, _ in over], every, target, subject):
            yield hit._replace(words={**hit.words, "number": str(number), "max": str(most)})


def implies(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit where a path holds `if` and not `then`, at what it holds."""
    then_wanted = targets(rule.parameters["then"], subject)
    every = _paths(rule, subject) if then_wanted else ()
    (first,) = targets(rule.parameters["if"], subject)
    for then in then_wanted:
        holding = [(path, found) for path in every if (found := first.find(path)) and then.find(path) is None]
        yield from _holding(holding, every, then, subject)


def _holding(
    holding: Sequence[tuple[Path, Found]], every: Sequence[Path], target: Target, subject: Subject
) -> Iterator[Hit]:
    places: dict[Span, list[tuple[Path, Found]]] = {}
    for path, found in holding:
        places.setdefault(_span(path, found, subject), []).append((path, found))
    for span, paths in places.items():
        why, _ = next(groups([path for path, _ in paths], every))
        path, found = paths[0]
        text = found.name or shown(path, found.start, found.end)
        yield Hit(span, {**target.words, "path": in_words(why, subject.lowered.variables), "text": text}, why)


def _span(path: Path, found: Found, subject: Subject) -> Span:
    """Where what was found stands; on a path that prints nothing, its arm or the end of the message."""
    return path.span(found.start, found.end) if path.pieces else _place(path, path.reasons, subject)


def _paths(rule: Rule, subject: Subject) -> Sequence[Path]:
    """The paths to look at; where there are too many, none, and the rule is noted as not decided."""
    if not subject.paths.complete:
        subject.undecided.append(rule.id)
    if "suffix_says" in rule.when:
        return [path for path in subject.paths.paths if path.stretch("suffix") != (0, 0)]
    return subject.paths.paths


def _sends(path: Path) -> bool:
    """Whether the template itself sends something on this path; where it does not, `empty-message` says so."""
    start, end = scope(path, "body")
    return bool(path.text[start:end].strip())


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


def _place(path: Told, why: tuple[Reason, ...], subject: Subject) -> Span:
    for span, reasons in reversed(path.arms):
        if span.end > span.start and set(reasons) & set(why):
            return span
    return subject.end
