"""What a check looks for in the text of a path, and where.

Options: exactly one of `wording` (a vocabulary of the packs), `pattern` (a regular expression), `brand` (a name, or a
variable, by which the recipient knows the sender), `limit` (a text or pattern that the template's countries, or its
gateway, state). `scope`: message (default), body or suffix; literal (each stretch of text that the template itself
writes) and comment (each comment of the template), both for `forbid` with a pattern; variable (the names of its
variables). `at`: start, or end (at most AT_END_MAX characters follow, what the pattern `closing` finds not counted).
`hide: links`: links, and variables that hold one, are not looked at. `except: stop_code`: not where the pattern's group
`code` is the short code that messages leave from; without one, nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from smslint.checks.subject import Subject
from smslint.extents.path import Path
from smslint.matching.folding import Folded, fold
from smslint.matching.patterns import Pattern
from smslint.packs.limits import Limit

AT_END_MAX = 40  # characters after what stands at the end: "STOP au 36180 pour ne plus recevoir nos offres"
_BETWEEN = r"(?:\s+|[^\w\ue000-\uf8ff]{1,3})"  # two words of a brand; a variable is a private-use character
HIDDEN = "\uf8ff"  # a private-use character in place of what is not looked at; no slot has it

_LINK = r"(?i)(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,10}/\S+"
_LINK_NAME = r"(?i)url|link|lien"


Matches: TypeAlias = "Callable[[str], Iterator[re.Match[str]]]"


class Found(NamedTuple):
    """Where in a path's text the thing stands; the name of a variable, where that is what was found."""

    start: int
    end: int
    name: str = ""


class Target(NamedTuple):
    """Something to look for: the first place of it in a path, all of its places, and the words that a message may use
    for it."""

    find: Callable[[Path], Found | None]
    places: Callable[[Path], Iterator[Found]]
    words: Mapping[str, str]


def targets(parameters: Mapping[str, Any], subject: Subject) -> list[Target]:
    """What `parameters` ask to look for: one thing, or one for each country and gateway that states the limit."""
    if parameters.get("except") == "stop_code" and subject.code is None:
        return []
    if parameters.get("limit") is None:
        return [_target(parameters, subject, None, {"stop_code": subject.code or ""})]
    return [_target(parameters, subject, limit, _said(limit)) for limit in subject.limits(parameters["limit"])]


def _target(parameters: Mapping[str, Any], subject: Subject, limit: Limit | None, words: Mapping[str, str]) -> Target:
    def places(path: Path) -> Iterator[Found]:
        return _places(parameters, subject, path, limit)

    def find(path: Path) -> Found | None:
        return next(places(path), None)

    def mention(path: Path) -> Found | None:
        return _mention(parameters, subject, path)

    plain = parameters.get("wording") is not None and parameters.get("at") is None
    return Target(mention if plain else find, places, words)


def patterns(parameters: Mapping[str, Any], subject: Subject) -> list[tuple[Matches, Mapping[str, str]]]:
    """What finds the regular expressions that `parameters` ask for in a text, with the words that a message may use for
    each."""
    if parameters.get("limit") is None:
        return [(parameters["pattern"].matches, {})]
    return [(_matches(limit.value), _said(limit)) for limit in subject.limits(parameters["limit"])]


def _matches(value: Any) -> Matches:
    return value.matches if isinstance(value, Pattern) else re.compile(re.escape(str(value))).finditer


def _said(limit: Limit) -> dict[str, str]:
    return {"limit": str(getattr(limit.value, "source", limit.value)), "owner": limit.owner}


def _places(parameters: Mapping[str, Any], subject: Subject, path: Path, limit: Limit | None) -> Iterator[Found]:
    start, end = scope(path, parameters["scope"])
    added = (subject.facts.gateway.prefix or "").strip()  # what the operator puts in front of all
    for found in _raw(parameters, subject, path, limit, start, end):
        before, after = path.text[start : found.start], path.text[found.end : end]
        if parameters.get("at") == "start" and before.strip() and before.strip() != added:
            continue
        if parameters.get("at") == "end" and _length(after.strip(), parameters.get("closing")) > AT_END_MAX:
            continue
        yield found


def _length(text: str, closing: Pattern | None) -> int:
    """The characters of `text` but for what may stand at the end of any message."""
    if closing is None or len(text) <= AT_END_MAX:
        return len(text)
    return len(text) - sum(match.end() - match.start() for match in closing.matches(text))


def _raw(
    parameters: Mapping[str, Any], subject: Subject, path: Path, limit: Limit | None, start: int, end: int
) -> Iterator[Found]:
    if parameters.get("brand"):
        yield from _brands(subject, path, start, end)
        return
    pattern = parameters.get("pattern") if limit is None else limit.value
    if parameters["scope"] == "variable":
        yield from _names(pattern, path)
        return
    if parameters.get("wording"):
        mention = _mention(parameters, subject, path)
        if mention is not None:
            yield mention
        return
    for match in _found(pattern, parameters.get("hide"), path, start, end):
        if parameters.get("except") != "stop_code" or (match["code"] or "").replace(" ", "") not in ("", subject.code):
            yield Found(start + match.start(), start + match.end())


def _found(pattern: Any, hide: str | None, path: Path, start: int, end: int) -> Iterator[re.Match[str]]:
    """The matches from `start` to `end` of the path's text, counted from `start`."""
    text = _looked_at(hide, path)[start:end]
    if hide is None and isinstance(pattern, Pattern) and path.folded.aligned:
        return pattern.finditer(text, Folded(path.plain[start:end], True))
    return _matches(pattern)(text)


def _mention(parameters: Mapping[str, Any], subject: Subject, path: Path) -> Found | None:
    """The first mention of a wording; several rules ask for the same one."""
    name, scoped, hide = parameters["wording"], parameters["scope"], parameters.get("hide")
    key = (name, scoped, hide)
    if key not in path.kept:
        start, end = scope(path, scoped)
        text = _looked_at(hide, path)[start:end]
        plain = Folded(path.plain[start:end], True) if hide is None and path.folded.aligned else None
        held = None if subject.held is None else subject.held.within(scoped)
        found = subject.packs.wording[name].mention(text, subject.facts.language, plain, held)
        suffix = None if found else _suffix_saying(name, scoped, path, subject)
        path.kept[key] = suffix or (found and Found(start + found.start, start + found.end))
    kept: Found | None = path.kept[key]
    return kept


def _suffix_saying(wording: str, scoped: str, path: Path, subject: Subject) -> Found | None:
    """The suffix, where it is a mention by itself, whatever the text that it is glued to ends in."""
    if scoped != "message" or not subject.facts.suffix or not subject.suffix_says(wording):
        return None
    start, end = path.stretch("suffix")
    return Found(start, end) if end > start else None


def _looked_at(hide: str | None, path: Path) -> str:
    """The text of a path, as long as it is, with what is not looked at hidden."""
    if hide is None:
        return path.text
    if "hidden" not in path.kept:
        linked = (p.slot is not None and re.search(_LINK_NAME, p.slot.name) is not None for p in path.pieces)
        named = (HIDDEN * len(p.text) if hidden else p.text for p, hidden in zip(path.pieces, linked, strict=True))
        path.kept["hidden"] = re.sub(_LINK, lambda match: HIDDEN * len(match[0]), "".join(named))
    hidden: str = path.kept["hidden"]
    return hidden


def _names(pattern: Pattern | None, path: Path) -> Iterator[Found]:
    for piece in path.pieces:
        if piece.slot is not None and pattern is not None and pattern.regex.search(piece.slot.name):
            yield Found(piece.start, piece.start + len(piece.text), piece.slot.name)


def scope(path: Path, name: str) -> tuple[int, int]:
    """The stretch of the path's text that a scope means."""
    if name == "body":
        return path.stretch("body")
    return path.stretch("suffix") if name == "suffix" else (0, len(path.text))


def _brands(subject: Subject, path: Path, start: int, end: int) -> Iterator[Found]:
    for piece in path.pieces:
        if piece.slot is not None and piece.slot.name in subject.facts.brand_variables:
            yield Found(piece.start, piece.start + len(piece.text))
    text = fold(path.text[start:end])
    for brand in subject.facts.brands:
        if re.search(rf"(?<!\w){named(brand)}(?!\w)", text):
            yield Found(start, end)


def named(brand: str) -> str:
    """The pattern of a brand in a folded text: its words, whatever signs part them (H&M and H & M, Saint-Gobain); an
    apostrophe in a word may be left out (LOREAL)."""
    pieces = re.split(r"(\W+)", fold(brand).strip())  # words at even places, what parts them at odd ones
    edges = {place for place, word in ((1, pieces[0]), (len(pieces) - 2, pieces[-1])) if not word}
    return "".join(
        re.escape(piece) if place % 2 == 0 or place in edges else f"{_BETWEEN}?" if piece == "'" else _BETWEEN
        for place, piece in enumerate(pieces)
    )
