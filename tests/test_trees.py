"""Templates lowered to message trees, against golden dumps. A case is a file tests/golden/trees/NAME.j2; a first line
`{# settings: key=value … #}` gives Jinja2's settings, and is no part of the template. A folder tests/golden/trees/NAME
has the other templates that it brings in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from smslint.configuration.config import Config
from smslint.configuration.declarations import DEFAULT_UNDECLARED
from smslint.dialects.jinja import lower
from smslint.reading.positions import Lines
from smslint.tree.conditions import source
from smslint.tree.domains import ALPHABETS, Domain
from smslint.tree.lowering import Around, File, Files, Lowered
from smslint.tree.message import Choice, Message, Node, Slot, Span, Text, nodes_of
from smslint.tree.variables import Items, Variable
from tests import golden

CASES = sorted((golden.FOLDER / "trees").glob("*.j2"))
assert CASES

DECLARED = {
    "city": Variable(Domain(values=("Paris", "Nîmes"))),
    "code": Variable(Domain(6, 6, ALPHABETS["digits"])),
    "items": Variable(Domain(), items=Items(0, 2, Variable(Domain(0, 5, ALPHABETS["gsm7"])))),
}


def read(case: Path) -> tuple[str, dict[str, Any]]:
    text = case.read_text(encoding="utf-8")
    if not text.startswith("{# settings:"):
        return text, {}
    first, _, rest = text.partition("\n")
    pairs = (word.split("=") for word in first.removeprefix("{# settings:").removesuffix("#}").split())
    return rest, {key: value == "true" if value in ("true", "false") else value for key, value in pairs}


def lowered(case: Path) -> tuple[str, Lowered]:
    text, settings = read(case)
    return text, lower(text, lambda name: DECLARED.get(name, DEFAULT_UNDECLARED), settings, around=Around(files(case)))


def files(case: Path) -> Files:
    """The templates that the case brings in: those in the folder of its name."""

    def opened(name: str) -> File | str:
        path = case.with_suffix("") / name
        return File(name, path.read_text(encoding="utf-8")) if path.is_file() else f"there is no `{name}`"

    return opened


def dump(text: str, found: Lowered) -> str:
    lines = Lines(text)

    def at(span: Span) -> str:
        start, end = lines.position(span.start), lines.position(span.end)
        return f"{start.line}:{start.column}-{end.line}:{end.column}"

    def shown(message: Message, depth: int) -> Iterator[str]:
        for node in message:
            yield from one(node, "  " * depth, depth)

    def one(node: Node, indent: str, depth: int) -> Iterator[str]:
        if isinstance(node, Text):
            yield f"{indent}Text {node.text!r} {at(node.span)}"
        elif isinstance(node, Slot):
            filters = f" through {len(node.filters)} filters" if node.filters else ""
            yield f"{indent}Slot {node.name}{filters} {at(node.span)}"
        elif isinstance(node, Choice):
            yield f"{indent}Choice {at(node.span)}"
            for arm in node.arms:
                yield f"{indent}  {'else' if arm.condition is None else source(arm.condition)}: {at(arm.span)}"
                yield from shown(arm.body, depth + 2)
        else:
            yield f"{indent}Repeat {node.low}–{'∞' if node.high is None else node.high} {at(node.span)}"
            yield from shown(node.body, depth + 1)

    told = [f"{problem.kind} {at(problem.span)}: {problem.message}" for problem in found.problems]
    said = [f"comment {at(comment.span)}: {comment.text!r}" for comment in found.comments]
    return "".join(f"{line}\n" for line in (*shown(found.message or (), 0), *told, *said))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_tree(case: Path) -> None:
    golden.check(case.with_suffix(".tree"), dump(*lowered(case)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_spans_are_those_of_the_source(case: Path) -> None:
    text, found = lowered(case)
    for node in nodes_of(found.message or ()):
        inside = text[node.span.start : node.span.end]
        if isinstance(node, Text) and len(node.text) == len(inside):
            assert node.text.casefold() == inside.casefold()  # a filter may have changed it
        elif isinstance(node, Slot) and node.span.end:
            assert inside == inside.strip() != ""


def test_a_template_without_control_flow_is_sent_as_jinja2_renders_it() -> None:
    for case in CASES:
        text, settings = read(case)
        found = lower(text, Config().variable, settings)
        plain = all(isinstance(node, Text) for node in found.message or ())
        if found.message is not None and plain and "{% do" not in text:
            sent = "".join(node.text for node in found.message if isinstance(node, Text))
            jinja = Environment(**settings, extensions=["jinja2.ext.do", "jinja2.ext.i18n"])
            jinja.install_null_translations()  # type: ignore[attr-defined]
            assert sent == jinja.from_string(text).render()
