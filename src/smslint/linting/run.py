"""Files and folders linted: which files, with which configuration, and one report of all."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from smslint.configuration.config import Config
from smslint.linting.engine import BLOCKING, Place, Translations, lint_bytes, lint_text
from smslint.linting.findings import SEVERITIES, Failure, Finding, Report, TemplateReport, merged
from smslint.linting.project import Loaded, Project, absolute, shown
from smslint.linting.searching import around
from smslint.reading.schema import Mistake, MistakesFound
from smslint.tree.lowering import ALONE, Around

if TYPE_CHECKING:
    from smslint.linting.baseline import Entry

ONCE = ("brand-undeclared", "category-missing")  # what speaks of the configuration is said at its first template
_NO_FILE = "is no regular file that can be read"
NOWHERE = Path("<text>")  # of a text that is in no file
NEVER_WALKED = frozenset((".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__"))


class Options(NamedTuple):
    """What a run may be told beyond its configuration: rule ids to keep or drop, the threshold, and whether files
    that are named are held to include and exclude; `whole`: without the baseline; `jobs`: processes to lint with (0:
    as many as there are processors, where there are many files); `witnesses`: whether the worst and best renderings
    will be asked for."""

    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    fail_on: str | None = None
    force_exclude: bool = False
    whole: bool = False
    jobs: int = 0
    witnesses: bool = True


class File(NamedTuple):
    """A file to lint; `named` on the command line, or met in a folder that was."""

    path: Path
    named: bool


# What is said once: by the path of a configuration and a rule, or the finding itself.
Said = set["tuple[str | None, str] | Finding"]
Progress = Callable[[Sequence[File]], Iterable[File]]


def lint_files(paths: Iterable[str | Path], project: Project, options: Options, progress: Progress = iter) -> Report:
    """The report of `paths`: files, and the templates in folders. What cannot be read is a failure of the report."""
    reports: list[Report] = []
    paths = list(paths)
    files = list(_files(paths, project, reports))
    said: Said = set()
    for file, report in zip(progress(files), _linted(files, project, options), strict=True):
        if report.templates:
            report = _kept(report, file.path, project.of_file(file.path), options, said)
        reports.append(report)
    notes = [note for loaded in project.loaded for note in failures(loaded.notes())]
    if not any(report.failures for report in reports):
        templates = [template for report in reports for template in report.templates]
        notes += _unmatched([path for path in map(Path, paths) if path.is_dir()], files, templates, project)
    notes.sort(key=lambda note: (note.path, note.line or 0))
    return merged([*reports, Report(notes=tuple(notes))])


def _unmatched(
    folders: Sequence[Path], files: Sequence[File], templates: Sequence[TemplateReport], project: Project
) -> Iterator[Failure]:
    """What was asked for in folders, and is not there."""
    configured = any(loaded.config.path for loaded in project.loaded)
    if folders and (not files or len(folders) > 1 or configured):
        from smslint.linting.unmatched import empty, globs, idle

        every = [file.path for file in files]
        yield from empty(folders, every, project)
        yield from failures(globs(folders, [file.path for file in files if not file.named], project))
        yield from idle(folders, templates, project)


def _linted(files: Sequence[File], project: Project, options: Options) -> Iterator[Report]:
    """The report of each file, before anything is left out."""
    from smslint.linting.parallel import processes, spread

    number = processes(len(files), options.jobs)
    if number > 1:
        return spread(partial(_lint_alone, project=project, options=options), files, number)
    lint = _lint if options.witnesses else _lint_alone
    return (lint(file, project, options) for file in files)


def _lint_alone(file: File, project: Project, options: Options) -> Report:
    """The report of a file without the trees that it came from: as one process sends it to another, and as it is kept
    where nobody asks for more."""
    report = _lint(file, project, options)
    return report._replace(templates=tuple(_alone(template, options) for template in report.templates))


def _alone(template: TemplateReport, options: Options) -> TemplateReport:
    if template.extent is None:
        return template
    why = template.why() if options.witnesses else ()
    return template._replace(extent=template.extent.alone(options.witnesses), causes=why)


def _lint(file: File, project: Project, options: Options) -> Report:
    try:
        loaded = project.of_file(file.path)
        if file.named and options.force_exclude and not loaded.config.includes(loaded.relative(file.path)):
            return Report()
        with open(file.path, "rb", buffering=0) as content:
            return _whole(content.read(), file.path, loaded)
    except MistakesFound as found:
        return Report(failures=failures(found.mistakes))
    except OSError as error:
        return Report(failures=(Failure(shown(file.path), _why(error)),))


def lint_content(content: bytes | str, path: Path, loaded: Loaded, options: Options) -> Report:
    """The report of `content` as that of the file `path`, which need not exist."""
    return _kept(_whole(content, path, loaded), path, loaded, options, set())


def _whole(content: bytes | str, path: Path, loaded: Loaded) -> Report:
    around = _around(path, loaded)
    translations = _translations(path, loaded)
    place = Place(shown(path), loaded.relative(path), loaded.config, loaded.packs_for, translations, around)
    return lint_bytes(content, place) if isinstance(content, bytes) else lint_text(content, place)


def _kept(report: Report, path: Path, loaded: Loaded, options: Options, said: Said) -> Report:
    """`report` of the file `path` without what was not asked for. `said`: what was said already that is said once."""
    kept, here = [], report.templates[0].path if report.templates else shown(path)
    for finding in report.findings:
        if finding.rule in ONCE and not options.whole and _speaks_of_all(finding.rule, loaded.config):
            if (loaded.config.path, finding.rule) in said:
                continue
            said.add((loaded.config.path, finding.rule))
            finding = finding._replace(message=f"{finding.message} (said once)")
        if finding.path != here:  # in the configuration or its data, where several templates meet it
            if finding in said:
                continue
            said.add(finding)
        selected = not options.select or finding.rule in options.select or finding.rule in BLOCKING
        if selected and finding.rule not in options.ignore:
            kept.append(finding)
    kept = [finding for finding in kept if not (finding.yields_to and any(map(finding.said_by, kept)))]
    if not options.whole and loaded.baseline:
        from smslint.linting.baseline import marked

        kept = marked(loaded.relative(path), kept, loaded.baseline)
    threshold = options.fail_on or loaded.config.fail_on
    failing = sum(reaches(finding.severity, threshold) and not finding.baseline for finding in kept)
    return report._replace(findings=tuple(kept), failing=failing)


def _around(path: Path, loaded: Loaded) -> Around:
    """What finds what the template at `path` brings in."""
    return ALONE if path == NOWHERE else around(path, loaded)


def _translations(path: Path, loaded: Loaded) -> Translations:
    """What finds the template at `path` in other languages."""
    if not loaded.config.same_message:
        return tuple
    from smslint.linting.siblings import translations

    return lambda: translations(path, loaded)


def _speaks_of_all(rule: str, config: Config) -> bool:
    """Whether the finding is as true of every template: a category is missing from all where none is declared."""
    stated = (config.defaults, *(override.facts for override in config.templates))
    return rule != "category-missing" or not any("category" in layer for layer in stated)


Spoken = tuple[str, str, TemplateReport]  # a message, the code of a language, the template


def lint_languages(
    paths: Iterable[str | Path], project: Project, progress: Progress = iter
) -> tuple[Report, list[Spoken]]:
    """The report of `paths` and of the same messages in other languages, and those of its templates that are one."""
    from smslint.linting.siblings import others

    report = lint_files(paths, project, Options(), progress)
    linted = {template.path for template in report.templates}
    more = {path: None for one in linted for _, path in others(Path(one), project.of_file(Path(one)))}
    report = merged([report, lint_files([path for path in more if shown(path) not in linted], project, Options())])
    spoken: list[Spoken] = []
    for template in report.templates:
        loaded = project.of_file(Path(template.path))
        found = loaded.config.translated(loaded.relative(Path(template.path)))
        if found is not None:
            spoken.append((shown(loaded.folder / found.shown), found.language, template))
    return report, spoken


def reaches(severity: str, threshold: str) -> bool:
    """Whether a finding of this severity is at or above the threshold (`never`: none is)."""
    return threshold != "never" and SEVERITIES.index(severity) <= SEVERITIES.index(threshold)


def failures(mistakes: Iterable[Mistake]) -> tuple[Failure, ...]:
    return tuple(Failure(m.path, m.message, m.line, m.column, m.source) for m in mistakes)


def _files(paths: Iterable[str | Path], project: Project, reports: list[Report]) -> Iterator[File]:
    seen: set[str] = set()
    for path in map(Path, paths):
        if path.is_dir():
            found: Iterator[File] = (File(p, False) for p in _walk(path, project, reports))
        elif path.is_file():
            found = iter((File(path, True),))
        else:
            exists = path.exists() or path.is_symlink()
            words = _NO_FILE if exists else "no such file or folder"
            reports.append(Report(failures=(Failure(shown(path), words),)))
            continue
        for file in found:
            place = absolute(file.path)
            if place not in seen:
                seen.add(place)
                yield file


def _walk(folder: Path, project: Project, reports: list[Report]) -> Iterator[Path]:
    """The templates below `folder`, as the configuration nearest to each says."""
    top = folder.resolve()
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(name for name in folders if not _skipped(here, name))
        try:
            loaded = project.of(here)
        except MistakesFound as found:
            reports.append(Report(failures=failures(found.mistakes)))
            folders.clear()
            continue
        prefix = loaded.prefix(here)
        for name in sorted(names):
            if loaded.config.includes(prefix + name):
                path = here / name
                if _readable(path, top, reports):
                    yield path


def _skipped(folder: Path, name: str) -> bool:
    return name in NEVER_WALKED or (folder / name / "pyvenv.cfg").is_file()


def _readable(path: Path, top: Path, reports: list[Report]) -> bool:
    """Whether `path` is a file, and no link out of the folder that was named."""
    with suppress(OSError):
        if stat.S_ISREG(os.lstat(path).st_mode):
            return True
    if path.is_file():
        return path.resolve().is_relative_to(top)
    words = _NO_FILE if path.exists() else "a symbolic link to nothing"
    reports.append(Report(failures=(Failure(shown(path), words),)))
    return False


def _why(error: OSError) -> str:
    return f"cannot be read: {error.strerror or error}"


class Known(NamedTuple):
    """A configuration's baseline: the entries that stand in it, those that its files would need now, and the files."""

    loaded: Loaded
    now: tuple[Entry, ...]
    linted: frozenset[str]


def baselines(paths: Iterable[str | Path], project: Project) -> tuple[list[Known], Report]:
    """The baseline of each configuration that the templates of `paths` have, and the report without any baseline."""
    from smslint.linting.baseline import entries

    report = lint_files(paths, project, Options(whole=True))
    by_folder: dict[Path, tuple[Loaded, list[Entry], set[str]]] = {}
    for path in dict.fromkeys(template.path for template in report.templates):
        loaded = project.of_file(Path(path))
        _, found, linted = by_folder.setdefault(loaded.folder, (loaded, [], set()))
        relative = loaded.relative(Path(path))
        linted.add(relative)
        found += entries(relative, (finding for finding in report.findings if finding.path == path))
    return [Known(loaded, tuple(found), frozenset(linted)) for loaded, found, linted in by_folder.values()], report
