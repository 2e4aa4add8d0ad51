"""Gitignore-style patterns of a configuration, and what is wrong with one."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from smslint.reading.schema import Reader
from smslint.reading.yamltree import Node

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

GLOBS_MAX = 1_000  # patterns that the braces of one may expand to
PLAIN = r"(?:\*\*/)*[\w.*-]+(?:/[\w.*-]+)*/?"  # in these the library finds nothing wrong
_BRACKET = r"\\.|\[[!^]?\]?[^\]]*\]|(?P<bracket>[\[{}])"  # escapes and classes hold none


class Globs:
    """Gitignore-style patterns, relative to the folder of the configuration; braces are alternatives."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self.patterns = patterns

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(p for pattern in self.patterns for p in _expanded(pattern))

    def match(self, path: str) -> bool:
        """Whether `path` (forward slashes, relative to the configuration's folder) is meant."""
        return bool(self.patterns) and self._spec.match_file(path)


@lru_cache(maxsize=256)
def _expanded(pattern: str) -> tuple[str, ...]:
    if "{" not in pattern:
        return (pattern,)
    from bracex import expand

    return tuple(expand(pattern, keep_escapes=True, limit=GLOBS_MAX))


def globs(reader: Reader, node: Node) -> tuple[str, ...]:
    """The patterns that `node` lists; each mistake is noted at its place."""
    patterns = []
    for item in reader.items(node):
        pattern = reader.string(item, "each pattern")
        left = _unclosed(pattern)
        if left is not None:
            position, words = left
            reader.mistake(reader.inside(item, position), f"`{pattern[:60]}` is no glob: {words}")
            continue
        wrong = None if re.fullmatch(PLAIN, pattern) else _refused(pattern)
        if wrong is not None:
            reader.mistake(item, f"`{pattern[:60]}` is no glob: {wrong}")
            continue
        patterns.append(pattern)
    return tuple(patterns)


def _refused(pattern: str) -> Exception | None:
    """Why the library takes no such pattern; None where it does."""
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines(_expanded(pattern))
    except Exception as error:  # each library has its own: a brace too many, a class left open
        return error
    return None


def _unclosed(pattern: str) -> tuple[int, str] | None:
    """Which bracket of a glob has no other half, and what to say of it: to the libraries it is a character like any."""
    opened: list[int] = []
    for found in re.finditer(_BRACKET, pattern):
        bracket = found["bracket"]
        if bracket == "{":
            opened.append(found.start())
        elif bracket == "[" or (bracket == "}" and not opened):
            return found.start(), f"its `{bracket}` {'is not closed' if bracket == '[' else 'closes nothing'}"
        elif bracket == "}":
            opened.pop()
    return (opened[-1], "its `{` is not closed") if opened else None
