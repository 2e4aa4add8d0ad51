"""smslint from Python: the same answers as the command, as values."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from smslint.linting.findings import Report
from smslint.linting.project import Project, without_configuration
from smslint.linting.run import NOWHERE, Options, lint_content, lint_files


def lint(text: str, *, path: str | Path | None = None, config: str | Path | None = None) -> Report:
    """The report of one template's text: its findings, in order, and its facts and extent.

    `path` is where the template stands or would stand: it is shown, and matched with the globs of the configuration,
    which is the file `config`, else the nearest `.smslint.yaml` upward from `path`; with neither, the defaults hold.
    Lines and columns of findings count from 1, offsets from 0, in code points. Segments are those of 3GPP TS 23.038
    and TS 23.040. Nothing is read but the configuration, its packs and the same message in other languages, where the
    configuration says which that is; nothing is executed.

    Raises MistakesFound where the configuration or a pack cannot be used. What is wrong with the template is a finding.
    """
    place = NOWHERE if path is None else Path(path)
    project = Project(None if config is None else Path(config))
    alone = path is None and config is None
    loaded = without_configuration(Path.cwd()) if alone else project.of_file(place)
    return lint_content(text, place, loaded, Options())


def lint_paths(
    paths: Iterable[str | Path],
    *,
    config: str | Path | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    fail_on: str | None = None,
    force_exclude: bool = False,
) -> Report:
    """The report of files, and of the templates in folders, each with its nearest configuration (or `config`).

    `select` and `ignore` are rule ids; `fail_on` is the severity from which `Report.failing` counts (error, warning,
    info, never), else each configuration's own. With `force_exclude`, named files are held to include and exclude.
    What cannot be read, and configurations with mistakes, are in `Report.failures`: nothing is raised for them.
    """
    options = Options(frozenset(select), frozenset(ignore), fail_on, force_exclude)
    return lint_files(paths, Project(None if config is None else Path(config)), options)
