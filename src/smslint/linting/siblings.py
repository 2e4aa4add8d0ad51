"""The same message in other languages, found on disk through the patterns of `same_message`.

Whatever files a run is handed, those of the other languages are found from each by itself: bounded, below the root, and
never through a symbolic link out of it. Each is read once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from smslint.checks import Subject
from smslint.checks.translation import Translation, translation_of
from smslint.configuration import sources
from smslint.configuration.config import Config
from smslint.configuration.languages import filled, is_language, normal, where_others_are
from smslint.configuration.sources import FILE_SIZE_MAX
from smslint.configuration.stated import stated
from smslint.dialects import DIALECTS
from smslint.linting.engine import PacksFor, as_filled, in_language
from smslint.linting.project import Loaded, shown
from smslint.linting.searching import around as found_around
from smslint.packs.packs import Packs
from smslint.reading.positions import Lines
from smslint.tree.lowering import ALONE, Around

ENTRIES_MAX = 10_000  # names in one folder that are looked at
LANGUAGES_MAX = 100  # of one message


def translations(path: Path, loaded: Loaded) -> list[Translation]:
    """What is compared of the template at `path` in other languages, in the order of their codes."""
    return [one for code, other in others(path, loaded) for one in _read(other, code, loaded)]


def others(path: Path, loaded: Loaded) -> list[tuple[str, Path]]:
    """The codes and paths of the template at `path` in other languages."""
    own = loaded.relative(path)
    found = loaded.config.translated(own)
    if found is None:
        return []
    other = ((code, one) for code, one in _candidates(found.message, loaded) if one != own)
    kept = ((code, loaded.folder / one) for code, one in other if not loaded.config.exclude.match(one))
    root = loaded.root.resolve()
    return list(islice(((code, one) for code, one in kept if _inside(one, root)), LANGUAGES_MAX))


def _candidates(message: str, loaded: Loaded) -> Iterator[tuple[str, str]]:
    folder, name, rest = where_others_are(message)
    for entry in _listed(loaded.folder / folder, loaded):
        match = name.fullmatch(entry)
        if match is not None and is_language(match["language"]):
            code = match["language"]
            yield normal(code), "/".join(filter(None, (folder, entry, filled(rest, code))))


def _listed(folder: Path, loaded: Loaded) -> list[str]:
    return loaded.once(folder, lambda: sorted(islice((entry.name for entry in folder.iterdir()), ENTRIES_MAX))) or []


def _inside(path: Path, root: Path) -> bool:
    try:
        return path.is_file() and path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a circle of links
        return False


def _read(path: Path, code: str, loaded: Loaded) -> tuple[Translation, ...]:
    """What is compared of the template at `path`; nothing where it cannot be read: linting that file says so."""

    def read() -> tuple[Translation, ...]:
        if path.stat().st_size > FILE_SIZE_MAX:
            return ()
        text = path.read_bytes().decode("utf-8", "replace")
        place = (shown(path), loaded.relative(path), code, loaded.config, loaded.packs_for)
        return compared(text, *place, found_around(path, loaded))

    return loaded.once(path, read) or ()


def compared(
    text: str,
    path: str,
    relative: str,
    language: str,
    config: Config,
    packs_for: PacksFor,
    around: Around = ALONE,
) -> tuple[Translation, ...]:
    """What is compared of a template's text, for each gateway that sends it; nothing where it does not parse."""
    template = sources.template(text)
    lowered = DIALECTS["jinja"].lower(template.text, config.variable, config.jinja, config.filters, around)
    if lowered.message is None:
        return ()
    said = stated(template, lowered, Lines(text), path, packs_for(()))
    facts = config.facts(relative, said.layers)
    lowered = in_language(lowered, template, config, language, around)
    packs = packs_for(facts.speaking)
    subjects = (Subject(template.text, one, as_filled(lowered, one, config), packs) for one in facts.each())
    wordings = tuple(_wordings(config, packs))
    return tuple(translation_of(subject, language, path, wordings) for subject in subjects)


def _wordings(config: Config, packs: Packs) -> Iterator[str]:
    """The wordings that rules compare."""
    for rule in packs.rules:
        on = rule.check == "translation" and config.rules.get(rule.id, rule.severity) != "off"
        if on and rule.parameters["wording"] is not None:
            yield rule.parameters["wording"]
