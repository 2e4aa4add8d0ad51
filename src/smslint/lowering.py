"""What every dialect gives: a message tree, what it knows of the variables, and the problems it met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from smslint.message import Message, Span
from smslint.variables import Variable

Lookup: TypeAlias = "Callable[[str], Variable]"  # what is declared of a variable, by its dotted name

ProblemKind = Literal["template-syntax", "file-too-large", "unbounded-length", "unknown-filter"]


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
    """A lowered template. With a problem of kind template-syntax or file-too-large, `message` is None."""

    message: Message | None
    variables: Mapping[str, Variable] = MappingProxyType({})
    problems: tuple[Problem, ...] = ()
    comments: tuple[Comment, ...] = ()
