"""`translation`: what a message must have in common with the same message in other languages.

Options: `variables`, those whose value is sent; or `wording: NAME`, whether a message says it on every path, on some or
on none. What at least half of the languages have in common is what is expected of each, so one that differs is reported
and the others are not; of two that differ, both are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from smslint.checks.subject import Hit, Subject
from smslint.checks.target import Found, targets
from smslint.extents.path import Path
from smslint.packs.rules import Rule
from smslint.tree.conditions import tests
from smslint.tree.message import Choice, Slot, Span, nodes_of

LANGUAGES_TOLD = 3  # in one message

_NAME = r"[A-Za-z_][\w.\[\]]*"
_ROUND = r"\[\d+\]"


class Translation(NamedTuple):
    """One template in one language, as one gateway sends it: what is compared.

    `sends`: the variables whose value is sent; `speaks_of`: those, and variables that stand in an expression or are
    compared with a constant, so that their value may be sent as text. `says`: of each wording the paths that say it.
    """

    language: str
    path: str
    gateway: str
    sends: frozenset[str]
    speaks_of: frozenset[str]
    says: Mapping[str, str]


def translation_of(subject: Subject, language: str, path: str, wordings: Iterable[str]) -> Translation:
    """What is compared of `subject`, the template at `path` in `language`."""
    sent = {name for name, _ in _sent(subject, language)}
    says = {name: says for name in wordings if (says := _says(subject, name)) is not None}
    spoken = frozenset({*sent, *_spoken(subject, language)})
    return Translation(language, path, subject.facts.gateway.name, frozenset(sent), spoken, says)


def translation(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit for what this template has and another language has not, and the reverse."""
    others = _comparable(subject)
    if not others:
        return
    if rule.parameters["wording"] is None:
        yield from _variables(subject, others)
    else:
        yield from _wording(rule.parameters["wording"], subject, others)


def _comparable(subject: Subject) -> list[Translation]:
    """The other languages, as the gateway of this template sends them where it does."""
    by_path: dict[str, list[Translation]] = {}
    for other in subject.translations():
        by_path.setdefault(other.path, []).append(other)
    name = subject.facts.gateway.name
    return [next((o for o in found if o.gateway == name), found[0]) for found in by_path.values()]


def _variables(subject: Subject, others: list[Translation]) -> Iterator[Hit]:
    language = subject.facts.language or ""
    places: dict[str, Span] = {}
    for name, span in _sent(subject, language):
        places.setdefault(name, span)
    spoken = {*places, *_spoken(subject, language)}
    known = {name for other in others for name in other.sends} - spoken
    missing = {name: found for name in known if _expected(found := [o for o in others if name in o.sends], others)}
    lacking = {name: [o for o in others if name not in o.speaks_of] for name in places}
    extra = {name: found for name, found in lacking.items() if _expected(found, others)}
    if missing or extra:
        place = min((places[name] for name in extra), default=subject.end)
        yield Hit(
            place,
            {"problem": _difference(sorted(extra), sorted(missing), _union([*extra.values(), *missing.values()]))},
        )


def _expected(found: list[Translation], others: list[Translation]) -> bool:
    """Whether `found` are at least half of all languages, this one included."""
    return 2 * len(found) >= len(others) + 1


def _union(found: Iterable[list[Translation]]) -> list[Translation]:
    return sorted({other.path: other for one in found for other in one}.values(), key=lambda other: other.path)


def _difference(extra: list[str], missing: list[str], others: list[Translation]) -> str:
    if not missing:
        return f"{_sent_in(extra, 'sent')} here, but not in {_told(others)}"
    if not extra:
        return f"{_sent_in(missing, 'not sent')} here, but in {_told(others)}"
    return f"{_sent_in(extra, 'sent')} here, and {_quoted(missing)} in {_told(others)}"


def _sent_in(names: list[str], what: str) -> str:
    return f"{_quoted(names)} {'is' if len(names) == 1 else 'are'} {what}"


def _quoted(names: list[str]) -> str:
    return _listed([f"`{name}`" for name in names])


def _told(others: list[Translation]) -> str:
    shown = [f"{other.language} ({other.path})" for other in others[:LANGUAGES_TOLD]]
    if len(others) > LANGUAGES_TOLD:
        shown.append(f"{len(others) - LANGUAGES_TOLD} more")
    return _listed(shown)


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _sent(subject: Subject, language: str) -> Iterator[tuple[str, Span]]:
    """The variables whose value is sent, and where."""
    for node in nodes_of(subject.body):
        if isinstance(node, Slot) and re.fullmatch(_NAME, node.name) and ".loop." not in node.name:
            yield _common(node.name, language), node.span


def _spoken(subject: Subject, language: str) -> Iterator[str]:
    """The variables in expressions that are not understood, and those that are compared with a constant."""
    for node in nodes_of(subject.body):
        if isinstance(node, Slot) and not re.fullmatch(_NAME, node.name):
            yield from (_common(name, language) for name in re.findall(_NAME, node.name))
        elif isinstance(node, Choice):
            for arm in node.arms:
                for test in tests(arm.condition) if arm.condition is not None else ():
                    names = test.about if test.kind == "free" else [test.variable] if test.kind == "equals" else ()
                    yield from (_common(name, language) for name in names)


def _common(name: str, language: str) -> str:
    """`name` as it is in every language: of any round of a loop, and without the language in it (`link_fr`)."""
    name = re.sub(_ROUND, "[]", name)
    spelt = language.replace("-", "_")
    for code in dict.fromkeys((spelt, spelt.partition("_")[0])):
        if code and name.lower().endswith((f"_{code}", f".{code}")):
            return name[: -len(code) - 1]
    return name


def _wording(name: str, subject: Subject, others: list[Translation]) -> Iterator[Hit]:
    here = _says(subject, name)
    by_answer: dict[str, list[Translation]] = {}
    for other in others:
        if here is not None and other.says.get(name, here) != here:
            by_answer.setdefault(other.says[name], []).append(other)
    for there, differing in by_answer.items():
        if not _expected(differing, others):
            continue
        yield Hit(_mention(subject, name), {"here": here or "", "there": there, "others": _told(differing)})


def _says(subject: Subject, name: str) -> str | None:
    """The paths of the message that say the wording; None where it has too many to look at."""
    if not subject.paths.complete:
        return None
    holding = [_find(subject, name, path) is not None for path in subject.paths.paths]
    return "on every path" if all(holding) else "on some paths" if any(holding) else "on no path"


def _mention(subject: Subject, name: str) -> Span:
    """The first mention that the template itself holds, else its end."""
    for path in subject.paths.paths:
        found = _find(subject, name, path)
        if found is not None and path.origins(found.start, found.end) == {"body"}:
            return path.span(found.start, found.end)
    return subject.end


def _find(subject: Subject, name: str, path: Path) -> Found | None:
    (target,) = targets({"wording": name, "scope": "message"}, subject)
    return target.find(path)
