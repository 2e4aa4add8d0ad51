"""The command line: arguments in, text and exit code out. With project and run, the only code with side effects.

Exit codes: 0 clean; 1 findings at or above the threshold; 2 what prevented linting.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any, NoReturn

import click

from smslint import __version__
from smslint.commands.console import (
    CLEAN,
    FINDINGS,
    PREVENTED,
    STANDARD_INPUT,
    coloured,
    configuration_errors,
    fail,
    source_of,
    write,
)
from smslint.linting.parallel import COLLECTED_AFTER

gc.set_threshold(COLLECTED_AFTER)

_PROGRESS_AFTER_SECONDS = 1.0


# Commands that are loaded when asked for, and where they stand under the same name.
_LATER = {"baseline": "smslint.commands.baseline", "test": "smslint.commands.testing"}


class _DefaultCommand(click.Group):
    """`smslint FILE…` is `smslint check FILE…`: editors and hooks call it so."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_LATER])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _LATER:
            return super().get_command(ctx, cmd_name)
        from importlib import import_module

        found: click.Command = getattr(import_module(_LATER[cmd_name]), cmd_name)
        return found

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = ("--version", "--help", "-h")
        if not args or (args[0] not in self.list_commands(ctx) and args[0] not in own):
            self._not_misspelt(args[0] if args else "", ctx)
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def _not_misspelt(self, word: str, ctx: click.Context) -> None:
        """Raises UsageError where `word` is no file and nearly a command."""
        if word.isalpha() and not os.path.lexists(word):
            from difflib import get_close_matches

            if close := get_close_matches(word, self.list_commands(ctx), n=1, cutoff=0.7):
                raise click.UsageError(f"no command and no file `{word}`: did you mean `{close[0]}`?")


@click.group(cls=_DefaultCommand, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="smslint", message="%(prog)s %(version)s")
def main() -> None:
    """Lint SMS message templates: segments, encoding, opt-out and sender identity on every path.

    `smslint FILE…` is short for `smslint check FILE…`.
    """


@main.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--config", "config_path", metavar="FILE", help="This configuration for all, not the nearest of each file."
)
@click.option("--format", "format_name", type=click.Choice(["text", "concise", "json", "github"]), default="text")
@click.option("--select", multiple=True, metavar="IDS", help="Only these rules (comma-separated; repeatable).")
@click.option("--ignore", multiple=True, metavar="IDS", help="Not these rules (comma-separated; repeatable).")
@click.option(
    "--fail-on", type=click.Choice(["error", "warning", "info", "never"]), help="Severity from which to exit 1."
)
@click.option("--stdin-filename", metavar="PATH", help="The path that standard input (`-`) stands for.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option("--force-exclude", is_flag=True, help="Hold named files to include and exclude, too.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@click.option(
    "--jobs", "-j", type=click.IntRange(0, 64), default=0, metavar="N", help="Processes (default: as the files need)."
)
def check(paths: tuple[str, ...], color: str, statistics: bool, format_name: str, **options: Any) -> None:
    """Lint PATHS: files, and the templates in folders (default: the working directory)."""
    from smslint.reporters import REPORTERS, Style
    from smslint.reporters.text import statistics as counted
    from smslint.reporters.text import summary

    with configuration_errors():
        given = sys.stdin.buffer.read() if "-" in paths else None
        report = _report(paths or (".",), given, options, witnesses=format_name == "json")
    style = Style(coloured(color), source_of(options["stdin_filename"], given))
    write(REPORTERS[format_name](report, style))
    _aside(report)
    if statistics:
        click.echo(counted(report), err=True, nl=False)
    if format_name in ("text", "concise") and (report.templates or not report.failures):
        click.echo(summary(report), err=True)
    if format_name == "github":
        _step_summary(report)
    sys.exit(PREVENTED if report.failures else FINDINGS if report.failing else CLEAN)


def _report(paths: Sequence[str], given: bytes | None, options: dict[str, Any], witnesses: bool) -> Any:
    from smslint.linting.project import Project
    from smslint.linting.run import Options, lint_content, lint_files

    project = Project(Path(options["config_path"]) if options["config_path"] else None)
    named = [*paths, options["stdin_filename"] or STANDARD_INPUT]
    folders = [Path.cwd(), *(Path(p).absolute() if Path(p).is_dir() else Path(p).absolute().parent for p in named)]
    select, ignore = (_ids(options[name], project, folders) for name in ("select", "ignore"))
    chosen = Options(
        select, ignore, options["fail_on"], options["force_exclude"], jobs=options["jobs"], witnesses=witnesses
    )
    if given is None:
        return lint_files(paths, project, chosen, _progress)
    if len(paths) > 1:
        raise click.UsageError("`-` stands alone: standard input is one template")
    path = Path(options["stdin_filename"] or STANDARD_INPUT)
    loaded = project.of_file(path)
    return lint_content(given, path, loaded, chosen)


def _ids(given: tuple[str, ...], project: Any, folders: Sequence[Path]) -> frozenset[str]:
    """The rules that an option names, known to a configuration of `folders`."""
    from smslint.linting.project import unknown_rule
    from smslint.packs.packs import renamed

    wanted = [name.strip() for part in given for name in part.split(",") if name.strip()]
    found = []
    for name in wanted:
        known = [project.of(folder).packs for folder in folders]
        rule = next((rule for packs in known if (rule := packs.rule(name))), None)
        wrong = unknown_rule(name, known[0]) if rule is None else None
        if wrong is not None:
            raise click.UsageError(wrong)
        if rule is not None and rule.id != name:
            click.echo(f"smslint: note: {renamed(name, rule.id)}", err=True)
        found.append(name if rule is None else rule.id)
    return frozenset(found)


def _progress(files: Sequence[Any]) -> Iterable[Any]:
    """`files`, with a progress bar on a terminal once the run has taken a second."""
    if not sys.stderr.isatty():
        return files
    return _with_bar(files)


def _with_bar(files: Sequence[Any]) -> Iterator[Any]:
    start = monotonic()
    done = 0
    for file in files:
        if monotonic() - start > _PROGRESS_AFTER_SECONDS:
            break
        yield file
        done += 1
    if done < len(files):
        with click.progressbar(files[done:], length=len(files), label="smslint", file=sys.stderr) as bar:
            bar.update(done)
            yield from bar


def _step_summary(report: Any) -> None:
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        from smslint.reporters.github import summary_table

        with open(path, "a", encoding="utf-8") as file:
            file.write(summary_table(report))


class _TextCommand(click.Command):
    """A command whose text may begin with a dash, as `-20% chez nous` does: no option has a digit or a sign there."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        texts = [arg for arg in args if len(arg) > 1 and arg[0] == "-" and not (arg[1].isalpha() or arg[1] == "-")]
        known = [arg for arg in args if arg not in texts]
        return super().parse_args(ctx, [*known, "--", *texts] if texts and "--" not in args else args)


@main.command(cls=_TextCommand)
@click.argument("text", required=False)
@click.option("--suffix", default="", help="What the gateway appends.")
@click.option("--gateway", "gateway_name", metavar="NAME", help="As this gateway profile sends it, suffix included.")
@click.option("--alphabet", type=click.Choice(["gsm7", "ascii", "gsm7-ascii"]), help="What it is sent in before UCS-2.")
@click.option("--tables", default="", metavar="NAMES", help="National language tables that may be used (turkish,…).")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
def count(
    text: str | None, suffix: str, gateway_name: str | None, alphabet: str | None, tables: str, format_name: str
) -> None:
    """Count the segments of TEXT, or of standard input (without its last line end)."""
    from smslint.commands import counting

    if text is None:
        data = sys.stdin.buffer.read()
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise click.UsageError(f"standard input is not UTF-8 (byte {error.start})") from None
        text = text.replace("\r\n", "\n").removesuffix("\n")
    elif any("\ud800" <= character <= "\udfff" for character in text):  # so Python passes on what it cannot decode
        raise click.UsageError("TEXT is not UTF-8")
    with configuration_errors():
        message = counting.message(text, suffix, gateway_name, alphabet, tuple(filter(None, tables.split(","))))
    if isinstance(message, str):
        raise click.UsageError(message)
    write(counting.as_json(message) if format_name == "json" else counting.as_text(message))


@main.command()
@click.argument("paths", nargs=-1)
@click.option("--config", "config_path", metavar="FILE", help="This configuration for all.")
@click.option("--by-language", is_flag=True, help="A row a message, a column a language (`same_message`).")
def estimate(paths: tuple[str, ...], config_path: str | None, by_language: bool) -> None:
    """Print what each template costs: segments from smallest to largest, encoding and units left at worst."""
    from smslint.linting.project import Project
    from smslint.linting.run import Options, lint_files, lint_languages
    from smslint.reporters import estimate as tables

    project = Project(Path(config_path) if config_path else None)
    if by_language:
        report, templates = lint_languages(paths or (".",), project, _progress)
        write(tables.by_language(templates))
        if left := len(report.templates) - len(templates):
            click.echo(
                f"{left} {'template stands' if left == 1 else 'templates stand'} in no pattern of `same_message`",
                err=True,
            )
    else:
        report = lint_files(paths or (".",), project, Options(), _progress)
        write(tables.estimate(report))
    _end(report)


@main.command()
@click.argument("file")
@click.option("--config", "config_path", metavar="FILE")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
def preview(file: str, config_path: str | None, color: str) -> None:
    """Show the worst and the best message of FILE as a phone would, cut at their segments."""
    from smslint.commands.preview import preview as drawn
    from smslint.linting.project import Project
    from smslint.linting.run import Options, lint_files

    report = lint_files((file,), Project(Path(config_path) if config_path else None), Options())
    paint = (lambda text, colour: click.style(text, fg=colour, bold=True)) if coloured(color) else None
    for template in report.templates:
        if template.extent is not None:
            on = f" on {template.facts.gateway.name}" if len(report.templates) > 1 else ""
            write(drawn(f"{template.path}{on}", template.extent, template.facts, paint))
    _end(report)


def _aside(report: Any) -> None:
    """Says what is to be said of the run itself, and what prevented linting."""
    for note in report.notes:
        fail(note, "note")
    for failure in report.failures:
        fail(failure)


def _end(report: Any) -> NoReturn:
    """Says what could not be read, and ends."""
    unread = dict.fromkeys(template.path for template in report.templates if template.extent is None)
    for path in unread:
        click.echo(f"{path}: error: cannot be read: see `smslint check {path}`", err=True)
    _aside(report)
    sys.exit(PREVENTED if report.failures or unread else CLEAN)


@main.command("config")
@click.argument("file")
@click.option("--config", "config_path", metavar="FILE")
def show_config(file: str, config_path: str | None) -> None:
    """Print every effective setting and fact of FILE, and the line that set it."""
    from smslint.commands.effective import effective
    from smslint.linting.project import Project

    with configuration_errors():
        write(effective(Path(file), Project(Path(config_path) if config_path else None)))


def _packs() -> Any:
    from smslint.linting.project import Project

    return Project().of(Path.cwd()).packs


@main.command("rules")
def list_rules() -> None:
    """List the rules of the packs in use, with their severity."""
    with configuration_errors():
        rules = _packs().rules
    width = max(len(rule.id) for rule in rules)
    write("".join(f"{rule.id:<{width}}  {rule.severity:<7}  {rule.pack}  {rule.summary}\n" for rule in rules))


@main.command()
@click.argument("rule_id")
def explain(rule_id: str) -> None:
    """Tell what the rule RULE_ID asks, why, from which source, with examples."""
    from smslint.commands.explain import explain as explanation
    from smslint.reading.schema import did_you_mean

    with configuration_errors():
        packs = _packs()
    rule = packs.rule(rule_id)
    if rule is None:
        raise click.UsageError(f"unknown rule `{rule_id}`{did_you_mean(rule_id, tuple(r.id for r in packs.rules))}")
    write(explanation(rule))


@main.command()
@click.argument("what", type=click.Choice(["config", "pack"]), default="config")
def schema(what: str) -> None:
    """Print the JSON Schema of the configuration, or of packs, for editors."""
    from json import dumps

    from smslint.commands import jsonschema

    found = jsonschema.of_configuration() if what == "config" else jsonschema.of_packs()
    write(dumps(found, indent=2) + "\n")


def run() -> NoReturn:
    """The command as a process of its own, which ends at once: freeing all that was loaded, object by object, would
    take a tenth of the time of a run on one file. Nothing is left to do at exit."""
    try:
        code = _code()
        for stream in filter(None, (sys.stdout, sys.stderr)):
            with suppress(BrokenPipeError):  # a reader that has gone
                stream.flush()
    except OSError as error:
        code = PREVENTED
        with suppress(OSError):
            os.write(2, f"error: what was found cannot be written: {error.strerror}\n".encode())
    os._exit(code)


def _code() -> int:
    """The exit code of the command. Raises OSError where its output cannot be written."""
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    raise AssertionError("click always exits")
