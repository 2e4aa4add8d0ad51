"""`smslint baseline`: write, prune and show."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from smslint.commands.console import PREVENTED, configuration_errors, fail, write


@click.group()
def baseline() -> None:
    """Keep what is wrong today from failing tomorrow's runs."""


@baseline.command("write")
@click.argument("paths", nargs=-1)
def baseline_write(paths: tuple[str, ...]) -> None:
    """Put every finding of PATHS into the baseline, in place of what stands there of their files."""
    from smslint.linting.baseline import written
    from smslint.linting.project import BASELINE_NAME

    for known in _baselines(paths, anew=not paths):
        kept = [entry for entry in known.loaded.baseline if entry.path not in known.linted] if paths else []
        _replace(known.loaded.folder / BASELINE_NAME, written([*kept, *known.now]))
        click.echo(f"{known.loaded.folder / BASELINE_NAME}: {len(kept) + len(known.now)} entries", err=True)


@baseline.command("prune")
@click.argument("paths", nargs=-1)
def baseline_prune(paths: tuple[str, ...]) -> None:
    """Take out of the baseline what PATHS no longer have. Nothing is ever added."""
    from smslint.linting.baseline import pruned, written
    from smslint.linting.project import BASELINE_NAME

    for known in _baselines(paths):
        old = known.loaded.baseline
        gone = [entry for entry in old if not (known.loaded.folder / entry.path).is_file()]
        here = [entry for entry in old if entry.path in known.linted]
        kept = [entry for entry in old if entry not in gone and entry not in here]
        found = [*kept, *pruned(here, known.now)]
        if set(found) != set(old):
            _replace(known.loaded.folder / BASELINE_NAME, written(found))
        click.echo(f"{known.loaded.folder / BASELINE_NAME}: {len(old)} entries before, {len(found)} now", err=True)


@baseline.command("show")
@click.argument("paths", nargs=-1)
def baseline_show(paths: tuple[str, ...]) -> None:
    """Print what stands in the baseline; what PATHS no longer have is marked as stale."""
    from smslint.linting.baseline import stale

    for known in _baselines(paths):
        old = set(stale(known.loaded.baseline, known.now, known.linted))
        for entry in known.loaded.baseline:
            gone = entry in old or not (known.loaded.folder / entry.path).is_file()
            write(f"{entry.path}: {entry.rule} ({entry.measure}){': stale' if gone else ''}\n")


def _baselines(paths: tuple[str, ...], anew: bool = False) -> Any:
    """The baselines that hold for PATHS; ends the run where something could not be linted, or (but `anew`) a baseline
    cannot be read."""
    from smslint.linting.project import Project
    from smslint.linting.run import baselines

    with configuration_errors():
        found, report = baselines(paths or (".",), Project())
        _ = [
            known.loaded.baseline for known in found if not anew
        ]  # read now, so that a mistake in one ends the run here
    for failure in report.failures:
        fail(failure)
    if report.failures:
        click.echo("nothing was written: a baseline needs every file", err=True)
        sys.exit(PREVENTED)
    return found


def _replace(path: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise click.ClickException(f"{path}: cannot be written: {error.strerror or error}") from None
