"""`whitespace: left-by-tags`: line ends and indentation that lines of nothing but tags leave in the message.

A line end after tags alone is one too many where on some path a line end, or nothing, was sent before it: it shows as
an empty line. Where the tags have taken the line end before them (`{%-`), theirs stands in its place. Indentation of
such a line is never meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from smslint.checks.subject import Hit, Subject
from smslint.packs.rules import Rule
from smslint.tree.message import Choice, Message, Node, Repeat, Slot, Span, Text, nodes_of

_TAKEN, _BLANK, _SHOWN = 0, 1, 2  # of a character of the template: not sent, white space that is sent, all else
_ENDED, _OPEN = 1, 2  # what may have been sent last: a line end, or nothing yet; anything else
_PRAGMA = "smslint:"  # comments for smslint have a rule of their own


class _Line(NamedTuple):
    """A line of tags, without its indentation, and the white space that it leaves and should not."""

    span: Span
    line_ends: int
    spaces: int


def whitespace(rule: Rule, subject: Subject) -> Iterator[Hit]:
    """A hit for each run of lines that hold tags alone and leave something, with how much that is."""
    if "\n" not in subject.text.strip("\n"):
        return
    run: list[_Line] = []
    for line in _lines(subject):
        if run and subject.text[run[-1].span.end : line.span.start].strip():
            yield _hit(run)
            run = []
        run.append(line)
    if run:
        yield _hit(run)


def _hit(run: list[_Line]) -> Hit:
    line_ends, spaces = sum(line.line_ends for line in run), sum(line.spaces for line in run)
    number = line_ends + spaces
    left = [_counted(line_ends, "line end"), _counted(spaces, "space")]
    words = {"left": " and ".join(filter(None, left)), "verb": "is" if number == 1 else "are"}
    return Hit(Span(run[0].span.start, run[-1].span.end), words, measure=number)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""


def _lines(subject: Subject) -> Iterator[_Line]:
    """The lines of tags alone that leave something. Their span reaches to the end of the line."""
    text, sent = subject.text, _sent(subject)
    ours = [c.span for c in subject.lowered.comments if c.text.strip().startswith(_PRAGMA)]
    doubled: set[int] | None = None
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        marks, ended = sent[start:end], sent[end : end + 1] == bytes([_BLANK])
        tags = any(not mark and not character.isspace() for mark, character in zip(marks, line, strict=True))
        if tags and _SHOWN not in marks and (ended or any(marks)):
            doubled = _Flow().doubled(subject.body) if doubled is None else doubled
            line_ends, spaces = int(ended and end in doubled), marks.count(_BLANK)
            if (line_ends or spaces) and not any(start <= span.start < end for span in ours):
                yield _Line(Span(end - len(line.lstrip()), end), line_ends, spaces)
        start = end + 1


def _sent(subject: Subject) -> bytearray:
    """What becomes of each character of the template where it stands. What is set, and sent later, is left out."""
    text, reached = subject.text, 0
    kinds = bytes(_BLANK if character.isspace() else _SHOWN for character in text)
    sent = bytearray(len(text))
    for node in nodes_of(subject.body):
        if not isinstance(node, (Text, Slot)) or node.span.start < reached:
            continue
        start, reached = node.span
        exact = isinstance(node, Text) and node.text == text[start:reached]
        sent[start:reached] = kinds[start:reached] if exact else bytes([_SHOWN]) * (reached - start)
    return sent


class _Flow:
    """What was sent last before each piece of a message: a set of _ENDED and _OPEN, as bits. Conditions are taken to
    be free of each other."""

    def __init__(self) -> None:
        self.found: set[int] = set()
        self.seen: dict[tuple[int, int], int] = {}

    def doubled(self, message: Message) -> set[int]:
        """The offsets of line ends that are sent, on some path, where one, or nothing, was sent before."""
        self._message(message, _ENDED)
        return self.found

    def _message(self, message: Message, before: int) -> int:
        for node in message:
            before = self._node(node, before)
        return before

    def _node(self, node: Node, before: int) -> int:
        if isinstance(node, Text):
            return self._text(node, before)
        if isinstance(node, Slot):
            return _OPEN
        key = (id(node), before)
        if key not in self.seen:
            self.seen[key] = self._repeat(node, before) if isinstance(node, Repeat) else self._choice(node, before)
        return self.seen[key]

    def _choice(self, node: Choice, before: int) -> int:
        after = 0
        for arm in node.arms:
            after |= self._message(arm.body, before)
        return after

    def _repeat(self, node: Repeat, before: int) -> int:
        once = self._message(node.body, before)
        after = once if node.high == 1 else once | self._message(node.body, before | once)
        return after if node.low else after | before

    def _text(self, node: Text, before: int) -> int:
        start = 0
        exact = len(node.text) == node.span.end - node.span.start
        for number, line in enumerate(node.text.split("\n")):
            if number:
                if before & _ENDED and exact:
                    self.found.add(node.span.start + start - 1)
                before = _ENDED
            if line.strip():
                before = _OPEN
            start += len(line) + 1
        return before
