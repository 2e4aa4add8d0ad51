"""`smslint test`: the examples of packs, and whether their patterns are quick."""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path

import click

from smslint.commands import limittests, patterntests, ruletests
from smslint.commands.console import CLEAN, FINDINGS, configuration_errors, write
from smslint.linting.project import Project, git_root, open_pack
from smslint.packs import loading, packs


@click.command("test")
@click.argument("names", nargs=-1, metavar="[PACK]...")
@click.option("--shipped", is_flag=True, help="All packs that smslint ships, countries and languages among them.")
@click.option("--coverage", is_flag=True, help="List the patterns that find nothing in any example.")
def test(names: tuple[str, ...], shipped: bool, coverage: bool) -> None:
    """Run the examples in PACKs, by name or path (default: those that the configuration extends)."""

    def ask(message: str) -> None:
        raise click.UsageError(message)

    here = Path.cwd()
    root = git_root(here) or here

    @lru_cache
    def packs_for(facts: tuple[str, ...]) -> packs.Packs:
        found = loading.load(
            [(name, ask) for name in dict.fromkeys(("core", *packs.brought(facts), *wanted))],
            lambda name: open_pack(name, here, root),
            check_patterns=True,
        )
        patterntests.record(found, texts)
        return found

    texts: set[str] = set()
    with configuration_errors():
        given = (*names, *(packs.shipped() if shipped else ()))
        wanted = given or Project().of(here).config.extends
        tested = packs_for(()).pack_names(wanted)
        number, failed = ruletests.run(packs_for, tested)
        more, failed_limits = limittests.run(packs_for, tested)
        failed += [*failed_limits, *patterntests.slow(packs_for(()), tested)]
        patterns, unheld = patterntests.unheld(packs_for(()), tested, texts)
    for result in (*failed, *(unheld if coverage else ())):
        write(f"{result.where}: {result.rule}: {result.problem}\n")
    counted = f"; {len(unheld)} of {patterns} patterns find nothing in any example" if unheld else ""
    click.echo(f"{number + more} examples, {len(failed)} failed{counted}", err=True)
    sys.exit(FINDINGS if failed else CLEAN)
