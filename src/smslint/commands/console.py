"""What the commands write, and where: findings to standard output, everything else to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import click

CLEAN, FINDINGS, PREVENTED = 0, 1, 2
STANDARD_INPUT = "<stdin>"


def coloured(color: str) -> bool:
    if color != "auto":
        return color == "always"
    if os.environ.get("FORCE_COLOR"):
        return True
    return "NO_COLOR" not in os.environ and sys.stdout.isatty()


def write(text: str) -> None:
    """To standard output in UTF-8, whatever the terminal calls itself, and colour as it was decided."""
    if sys.stdout is None:  # closed: only the exit code is wanted
        return
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def fail(failure: Any, kind: str = "error") -> None:
    from smslint.reading.positions import caret, visible

    place = ":".join(str(part) for part in (failure.path, failure.line, failure.column) if part is not None)
    words = f"{visible(place)}: {kind}: {visible(' '.join(failure.message.split()))}"
    if failure.source.strip() and failure.column is not None:
        words += f"\n{caret(failure.source, failure.column - 1, failure.column)}"
    click.echo(words, err=True)


@contextmanager
def configuration_errors() -> Iterator[None]:
    from smslint.linting.run import failures
    from smslint.reading.schema import MistakesFound

    try:
        yield
    except MistakesFound as found:
        for failure in failures(found.mistakes):
            fail(failure)
        sys.exit(PREVENTED)


def source_of(stdin_filename: str | None, given: bytes | None) -> Any:
    """What gives a line of a file that was linted, for the excerpt under a finding."""
    from smslint.linting.project import shown
    from smslint.reading.positions import Lines

    @lru_cache(maxsize=64)
    def lines(path: str) -> Lines | None:
        try:
            own = given is not None and path == shown(Path(stdin_filename or STANDARD_INPUT))
            data = given if own else Path(path).read_bytes()
        except OSError:
            return None
        return Lines((data or b"").decode("utf-8", "replace"))

    def source(path: str, line: int) -> str | None:
        found = lines(path)
        return None if found is None else found.line(line)

    return source
