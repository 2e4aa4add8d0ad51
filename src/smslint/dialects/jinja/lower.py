"""Jinja2's tree lowered to the message tree."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from jinja2 import nodes

from smslint.dialects.jinja.lexing import NestedTooDeep, SyntaxProblem
from smslint.dialects.jinja.offsets import Source, TooManyNames, environment, parsed, parsed_once
from smslint.dialects.jinja.outputs import names, outputs
from smslint.tree.lowering import ALONE, Around, Comment, Lookup, Lowered, Problem
from smslint.tree.message import Span
from smslint.tree.variables import Variable

_SILENT = (nodes.Macro, nodes.Import, nodes.FromImport, nodes.Assign, nodes.AssignBlock, nodes.ExprStmt)


def lower(
    text: str,
    lookup: Lookup,
    settings: Mapping[str, Any],
    filters: Mapping[str, Variable] = MappingProxyType({}),
    around: Around = ALONE,
) -> Lowered:
    """The message tree of a Jinja2 template. `settings` are Jinja2's own (trim_blocks, delimiters …), `filters` what
    filters of the project give, `around` the templates that it brings in. Never raises."""
    key = tuple(sorted(settings.items()))
    autoescape = bool(settings.get("autoescape"))
    try:
        if not autoescape and (found := outputs(environment(key, False).offsets.names(text), lookup)):
            return found
        source = parsed(key, text)
        if not autoescape and (found := outputs(names(source), lookup)):
            return found._replace(comments=_comments(source))
        from smslint.dialects.jinja.names import Given
        from smslint.dialects.jinja.translations import Translations

        parse, newstyle = partial(parsed_once, key), bool(settings.get("newstyle_gettext"))
        given = Given(source, lookup, around.files, parse, filters, autoescape, newstyle, around.catalogue)
        statements = Translations(given)
        message = statements.whole()
    except SyntaxProblem as problem:
        return _failed(Problem("template-syntax", problem.message, _word(text, problem.offset)))
    except NestedTooDeep as problem:
        words = "tags or brackets are nested too deep to be read: make the template flatter"
        return _failed(Problem("file-too-large", words, _word(text, problem.offset)))
    except TooManyNames:
        words = "the template has too many names and conditions to be followed: split it into several messages"
        return _failed(Problem("file-too-large", words, Span(0, 0)))
    except RecursionError:
        words = "an expression is nested too deep to be read: split it"
        return _failed(Problem("file-too-large", words, Span(0, 0)))
    problems, brought = tuple(statements.problems), tuple(statements.brought)
    translates, part = statements.translates, is_part(source)
    return Lowered(message, statements.variables, problems, _comments(source), brought, translates, part)


def _comments(source: Source) -> tuple[Comment, ...]:
    return tuple(Comment(value, Span(at, at + len(value))) for at, value in source.comments)


def is_part(source: Source) -> bool:
    """Whether a template is no message by itself: nothing but macros, or a layout with blocks that are empty."""
    body = source.tree.body
    if "macro" in source.text and any(isinstance(statement, nodes.Macro) for statement in body):
        return all(isinstance(statement, _SILENT) or _is_blank(statement) for statement in body)
    if "block" not in source.text or any(isinstance(statement, nodes.Extends) for statement in body):
        return False
    return any(block.required or all(map(_is_blank, block.body)) for block in source.tree.find_all(nodes.Block))


def _is_blank(statement: nodes.Node) -> bool:
    return isinstance(statement, nodes.Output) and all(
        isinstance(node, nodes.TemplateData) and not node.data.strip() for node in statement.nodes
    )


def _failed(problem: Problem) -> Lowered:
    return Lowered(None, problems=(problem,))


def _word(text: str, offset: int) -> Span:
    """The word at `offset`, for an error that knows only where it begins."""
    end = offset
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return Span(min(offset, len(text)), max(end, min(offset + 1, len(text))))
