"""Regular expressions of packs: composed of named fragments, bounded, compiled when first needed."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

SLOT = "\ue000"  # a slot whose name belongs to no class
SLOT_CLASSES_MAX = 255
PATTERN_MAX = 4_000  # characters of one pattern as it is written
COMPOSED_MAX = 40_000  # characters of one pattern with its fragments
_REFERENCE = re.compile(r"\(\?&([\w:-]+)\)")
_DEPTH_MAX = 12


class PatternProblem(Exception):
    """A pattern that cannot be used: `message`, and how far into the pattern as it is written (None: not known)."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


@dataclass(frozen=True)
class Fragments:
    """Named pieces of patterns: `own` of the pack, and `shared` by the packs before it; and the slot classes."""

    own: Mapping[str, str]
    shared: Mapping[str, str]
    slots: Mapping[str, str]

    def compose(self, pattern: str, depth: int = 0) -> str:
        """`pattern` with each `(?&name)` replaced by that fragment. Raises PatternProblem."""
        if depth > _DEPTH_MAX:
            raise PatternProblem("its fragments contain each other")
        parts, end = [], 0
        for match in _REFERENCE.finditer(pattern):
            parts += [pattern[end : match.start()], self._named(match[1], match.start(), depth)]
            end = match.end()
        composed = "".join((*parts, pattern[end:]))
        if len(composed) > COMPOSED_MAX:
            raise PatternProblem(f"with its fragments it is longer than {COMPOSED_MAX:,} characters")
        return composed

    def _named(self, name: str, position: int, depth: int) -> str:
        if name == "slot:any":
            return "[\ue000-\ue0ff]"
        if name.startswith("slot:"):
            if name[5:] not in self.slots:
                raise PatternProblem(f"no slot class is called `{name[5:]}`", position)
            return self.slots[name[5:]]
        fragment = self.own.get(name, self.shared.get(name))
        if fragment is None:
            raise PatternProblem(f"no fragment is called `{name}`", position)
        return f"(?:{self.compose(fragment, depth + 1)})"


@dataclass(frozen=True)
class Pattern:
    """A named regular expression, compiled when it is first searched."""

    name: str
    source: str
    place: str = field(default="", compare=False)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return compile_pattern(self.source)


def compile_pattern(source: str) -> re.Pattern[str]:
    """`source` compiled. Raises PatternProblem."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return re.compile(source)
    except re.error as error:
        raise PatternProblem(error.msg, error.pos) from None
    except (RecursionError, OverflowError, Warning) as error:
        raise PatternProblem(str(error) or "too deeply nested") from None
