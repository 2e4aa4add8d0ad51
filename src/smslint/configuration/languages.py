"""Which templates are the same message in several languages: patterns of their paths, `sms/{language}/{name}.j2`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

LANGUAGE = "{language}"
ANY_MAX = 3  # places in one name of a path where anything may stand

# ISO 639-1, and Filipino, which has only three letters: `otp` and `sms` in a path are no languages.
_CODES = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el
    en eo es et eu fa ff fi fil fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it
    iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my
    na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn
    so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
CODES = frozenset(_CODES.split())
CODE = r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*"

_PIECE = re.compile(r"\{(?P<name>[a-z][a-z0-9]*(?:_[a-z0-9]+)*)\}|(?P<folders>\*\*/)|(?P<any>\*)|(?P<text>[^{}*]+)")
_BETWEEN = "\0"  # where the language stands in the path of a message; no path holds it


class Translated(NamedTuple):
    """A path as a pattern reads it: its language (`pt-br`), and the message that it shares with others: the path, with
    `\\0` for the language."""

    language: str
    message: str

    @property
    def shown(self) -> str:
        return self.message.replace(_BETWEEN, LANGUAGE)


class SameMessage(NamedTuple):
    """A pattern as it was written, and the place that set it."""

    pattern: str
    where: str = ""

    def read(self, path: str) -> Translated | None:
        """What the pattern makes of `path` (from the configuration's folder, forward slashes); None of another."""
        match = _compiled(self.pattern).fullmatch(path)
        if match is None or not is_language(match["language"]):
            return None
        return Translated(normal(match["language"]), _message(path, match.re.groupindex, match))


def _message(path: str, groups: Mapping[str, int], match: re.Match[str]) -> str:
    spoken = (name for name in groups if name.partition("__")[0] == "language")
    starts = sorted((match.span(name) for name in spoken), reverse=True)
    for start, end in starts:
        path = path[:start] + _BETWEEN + path[end:]
    return path


def is_language(code: str) -> bool:
    return normal(code).split("-")[0] in CODES


def normal(code: str) -> str:
    """A code as facts spell it: `pt_BR` is `pt-br`."""
    return code.lower().replace("_", "-")


def where_others_are(message: str) -> tuple[str, re.Pattern[str], str]:
    """For the message of a Translated: the folder to look in, what names in it must match, and the rest of the path."""
    parts = message.split("/")
    at = next(index for index, part in enumerate(parts) if _BETWEEN in part)
    first, *others = map(re.escape, parts[at].split(_BETWEEN))
    name = f"{first}(?P<language>{CODE})" + "(?P=language)".join(others)
    return "/".join(parts[:at]), re.compile(name), "/".join(parts[at + 1 :])


def filled(rest: str, code: str) -> str:
    return rest.replace(_BETWEEN, code)


def wrong(pattern: str) -> str | None:
    """What is wrong with a pattern; None for one that can be used."""
    pieces = list(_PIECE.finditer(pattern))
    if "".join(piece[0] for piece in pieces) != pattern:
        return "braces hold one word in small letters: {language}, {name}"
    if LANGUAGE not in pattern:
        return "{language} is missing: it says where the language stands in the path"
    if pattern.startswith("/") or ".." in pattern.split("/"):
        return "it must lead to files below the folder of the configuration"
    if pattern.count("**") > 1 or re.search(r"(?<!/)(?<!^)\*\*|\*\*(?!/)", pattern):
        return "`**/` stands for any folders, once"
    kinds = [piece.lastgroup for piece in pieces]
    if any(one != "text" != other for one, other in pairwise(kinds) if one != "folders"):
        return "between two places where anything may stand there must be a text"
    if any(len(re.findall(r"[{*]", part)) > ANY_MAX for part in pattern.split("/")):
        return f"more than {ANY_MAX} places where anything may stand, between two slashes"
    return None


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    """The expression of a pattern with nothing wrong. Without a slash it matches in every folder, as globs do."""
    found = "" if "/" in pattern else "(?:[^/]+/)*"
    seen: set[str] = set()
    for number, piece in enumerate(_PIECE.finditer(pattern)):
        name = piece["name"]
        if piece["text"]:
            found += re.escape(piece["text"])
        elif piece["folders"]:
            found += "(?:[^/]+/)*"
        elif name in seen:
            found += f"(?P<{name}__{number}>(?P={name}))"
        else:
            found += f"(?P<{name}>{CODE})" if name == "language" else f"(?P<{name or f'any{number}'}>[^/]+?)"
            seen.add(name or "")
    return re.compile(found)
