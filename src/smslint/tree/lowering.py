"""What every dialect gives: a message tree, what it knows of the variables, and the problems it met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from smslint.tree.message import Message, Span
from smslint.tree.variables import Variable

Lookup: TypeAlias = "Callable[[str], Variable]"  # what is declared of a variable, by its dotted name

ProblemKind = Literal[
    "template-syntax",
    "file-too-large",
    "unbounded-length",
    "unknown-filter",
    "html-escape-in-sms",
    "template-not-found",
    "template-cycle",
    "translation-missing",
    "translation-broken",
]


class File(NamedTuple):
    """Another template: the path that tells it from others and is shown, and its text."""

    path: str
    text: str


Files: TypeAlias = "Callable[[str], File | str]"  # the template of a name, or why there is none


class Catalogue(NamedTuple):
    """Translations: by context and text, and whether it has a plural, their forms; `plural` gives the form that a
    number takes."""

    path: str
    messages: Mapping[tuple[str | None, str, bool], tuple[str, ...]]
    plural: Callable[[int], int]


class Around(NamedTuple):
    """What is around a template: the others that it brings in, the catalogue of each language, and the one that it is
    translated with."""

    files: Files
    catalogues: Callable[[str], Catalogue | None] = lambda language: None
    catalogue: Catalogue | None = None


def no_files(name: str) -> File | str:
    """Other templates, where there are none."""
    return f"`{name[:80]}` cannot be read: this template stands alone"


ALONE = Around(no_files)


class Problem(NamedTuple):
    """Something in a template that smslint could not take as it stands. `kind` is the id of the rule that tells."""

    kind: ProblemKind
    message: str
    span: Span


class Comment(NamedTuple):
    """A comment of the template: its text without delimiters, and where the text stands."""

    text: str
    span: Span


class Lowered(NamedTuple):
    """A lowered template. With a problem of kind template-syntax or file-too-large, `message` is None.

    `brought`: the tags that bring other files in, and the paths of those; `translates`: it has texts that catalogues
    translate; `part`: it is no message by itself, but a library of macros or a layout with blocks to fill.
    """

    message: Message | None
    variables: Mapping[str, Variable] = MappingProxyType({})
    problems: tuple[Problem, ...] = ()
    comments: tuple[Comment, ...] = ()
    brought: tuple[tuple[Span, str], ...] = ()
    translates: bool = False
    part: bool = False
