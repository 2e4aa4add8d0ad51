"""Configurations and packs found on disk, each read once: the nearest configuration upward from a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from smslint.configuration.config import FILE_NAME, Config, build, with_ids
from smslint.packs import loading
from smslint.packs.packs import Packs, brought, country, renamed, shipped, speakable, unknown_country
from smslint.reading.schema import Mistake, MistakesFound, Reader, did_you_mean

if TYPE_CHECKING:
    from smslint.linting.baseline import Entry

T = TypeVar("T")

BASELINE_NAME = ".smslint-baseline.json"
NAMED_MAX = 256  # paths of which it is kept how they are named: each is asked for several times, one after the other
DATA_SIZE_MAX = 1_000_000  # bytes of a file of examples


class Loaded:
    """A configuration, the folder that its globs are relative to, and its packs by country."""

    def __init__(self, config: Config, folder: Path, root: Path, reader: Reader) -> None:
        self.config = config
        self.folder = folder
        self.root = root
        self.reader = reader
        self._packs: dict[frozenset[str], Packs] = {}
        self._packs_for: dict[tuple[str, ...], Packs] = {}
        self._once: dict[Path, tuple[tuple[int, int], Any]] = {}

    @cached_property
    def packs(self) -> Packs:
        return self.packs_for(())

    def packs_for(self, facts: tuple[str, ...]) -> Packs:
        """The packs that the configuration extends, and those that countries and languages bring in. Raises
        MistakesFound."""
        if facts not in self._packs_for:
            self._packs_for[facts] = self._load_for(facts)
        return self._packs_for[facts]

    def _load_for(self, facts: tuple[str, ...]) -> Packs:
        own = self.config.extends
        more = frozenset(brought(facts)) - {country(name) or name for name in own}
        if more not in self._packs:
            wanted = [(name, self._asking(name)) for name in (*sorted(more), *own)]
            caps = {name: extended.cap for name, extended in self.config.extended.items()}
            self._packs[more] = loading.load(wanted, self._open, capped=caps)
        return self._packs[more]

    @cached_property
    def baseline(self) -> tuple[Entry, ...]:
        """What stands in the baseline beside the configuration. Raises MistakesFound."""
        path = self.folder / BASELINE_NAME
        if not path.is_file():
            return ()
        from smslint.linting.baseline import read

        return read(_text(path, "the baseline"), shown(path))

    def once(self, path: Path, read: Callable[[], T]) -> T | None:
        """What `read` gives of the file or folder `path`, read again only when that has changed; None where it cannot
        be read."""
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if path not in self._once or self._once[path][0] != stamp:
                self._once[path] = (stamp, read())
        except OSError:
            return None
        found: T = self._once[path][1]
        return found

    def read_examples(self) -> None:
        """Reads the files of data that `examples` names; mistakes are noted in the reader."""
        from smslint.configuration.examples import with_data

        config = self.config
        found = tuple(with_data(config.examples, self.reader, self._data, config.variable))
        self.config = config._replace(examples=found)

    def _data(self, name: str) -> tuple[str, str] | str:
        """A file of data by its path from the configuration: the path to show and its text, or what is wrong with it.
        Nothing outside the root is read."""
        try:
            path = (self.folder / name).resolve()
            if not path.is_relative_to(self.root.resolve()):
                return "is outside of the repository, so it is not read"
            if not path.is_file():
                return "is no file"
            if path.stat().st_size > DATA_SIZE_MAX:
                return f"has more than {DATA_SIZE_MAX:,} bytes: keep a few rows that differ"
            return shown(path), path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            return f"cannot be read: {_why(error)}"
        except ValueError:  # a NUL in its name
            return "is no path"

    def _asking(self, name: str) -> Callable[[str], None]:
        """Notes what is wrong with the pack `name` where the configuration extends it."""
        return lambda message: self.reader.mistake(self.config.extended[name].node, message)

    def _open(self, name: str) -> tuple[str, str] | None:
        return open_pack(name, self.folder, self.root)

    def notes(self) -> list[Mistake]:
        """What is to be said of the configuration and prevents nothing: rules under an id that they had before."""
        reader = Reader(self.reader.path, self.reader.text)
        for name in self.config.rule_names:
            if name.text in self.packs.renamed:
                reader.mistake(name, renamed(name.text, self.packs.renamed[name.text]))
        for name in self.config.folder_names:
            if not (self.folder / name.text).is_dir():
                reader.mistake(name, f"`{name.text[:60]}` is no folder here, so no template is found in it")
        return reader.mistakes

    def check_rule_ids(self) -> None:
        """Notes each rule of the configuration that no pack defines."""
        for name in self.config.rule_names:
            if self.packs.rule(name.text) is None and (wrong := unknown_rule(name.text, self.packs)) is not None:
                self.reader.mistake(name, wrong)

    def check_countries(self) -> None:
        """Notes each country of the configuration that no pack is of."""
        for name in self.config.country_names:
            if country(name.text) is None and (wrong := unknown_country(name.text, self.packs)) is not None:
                self.reader.mistake(name, wrong)

    def relative(self, path: Path) -> str:
        """`path` from the configuration's folder, with forward slashes."""
        return below(absolute(path), str(self.folder)) or path.name

    def prefix(self, folder: Path) -> str:
        """What the paths of files in `folder` begin with, as `relative` gives them."""
        found = below(absolute(folder), str(self.folder))
        return "" if found in (None, ".") else f"{found}/"


def open_pack(name: str, folder: Path, root: Path) -> tuple[str, str] | None:
    """A user's pack by its path from `folder`: the path to show, and its text. Nothing outside `root` is read."""
    path = (folder / name).resolve()
    if not path.is_file() or not path.is_relative_to(root.resolve()):
        return None
    return shown(path), _text(path, "the pack")


def _text(path: Path, what: str) -> str:
    """The text of the file `path`, which is `what`. Raises MistakesFound."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        from smslint.linting.encoding import not_utf_8

        raise MistakesFound([not_utf_8(error, shown(path), what)]) from None
    except OSError as error:
        raise MistakesFound([Mistake(shown(path), 1, 1, f"{what} cannot be read: {_why(error)}")]) from None


def shown(path: Path) -> str:
    """`path` as messages name it: relative to the working directory where it is below, with forward slashes."""
    here = os.getcwd()
    if ".." not in str(path):
        return _shown(str(path), here)
    place = absolute(path)
    if not path.is_absolute() and ".." in path.parts:
        return os.path.relpath(place, here).replace(os.sep, "/")
    return below(place, here) or Path(place).as_posix()


@lru_cache(maxsize=NAMED_MAX)
def _shown(path: str, here: str) -> str:
    place = _joined(here, path)
    return below(place, here) or place.replace(os.sep, "/")


def absolute(path: Path) -> str:
    """`path` from the root, as it stands: links are not followed but where `..` says what is above one."""
    words = str(path)
    found = _joined(os.getcwd(), words)
    if ".." not in words or ".." not in path.parts:
        return found
    folder, name = (found, "") if path.name == ".." else os.path.split(found)
    return os.path.join(os.path.realpath(folder), name).rstrip(os.sep) or os.sep


@lru_cache(maxsize=NAMED_MAX)
def _joined(folder: str, words: str) -> str:
    return folder if words == "." else os.path.join(folder, words)


@lru_cache(maxsize=NAMED_MAX)
def below(path: str, folder: str) -> str | None:
    """The absolute `path` from `folder`, with forward slashes; None where it is not below."""
    start = os.path.join(folder, "")
    if path.startswith(start):
        return path[len(start) :].replace(os.sep, "/")
    if path != folder and not os.path.normcase(path).startswith(os.path.normcase(start)):
        return None
    try:
        return Path(path).relative_to(folder).as_posix()
    except ValueError:
        return None


class Project:
    """The configurations of a run. `explicit`: one file for all, instead of the nearest of each."""

    def __init__(self, explicit: Path | None = None) -> None:
        self.explicit = explicit
        self._by_folder: dict[str, Loaded | MistakesFound] = {}
        self._by_file: dict[Path, Loaded | MistakesFound] = {}

    @property
    def loaded(self) -> list[Loaded]:
        """The configurations that were found, without those that cannot be used."""
        return list(dict.fromkeys(one for one in self._by_folder.values() if isinstance(one, Loaded)))

    def of(self, folder: Path) -> Loaded:
        """The configuration for files in `folder`. Raises MistakesFound, for each file anew."""
        return self._of(absolute(folder))

    def of_file(self, path: Path) -> Loaded:
        """The configuration for the file `path`, which need not exist. Raises MistakesFound, for each file anew."""
        return self._of(os.path.dirname(absolute(path)))

    def _of(self, folder: str) -> Loaded:
        if folder not in self._by_folder:
            self._by_folder[folder] = self._find(Path(folder))
        found = self._by_folder[folder]
        if isinstance(found, MistakesFound):
            raise found
        return found

    def _find(self, folder: Path) -> Loaded | MistakesFound:
        root = git_root(folder)
        if self.explicit is not None:
            file = Path(absolute(self.explicit))
            return self._load(file, root or file.parent)
        for parent in (folder, *folder.parents):
            if (parent / FILE_NAME).is_file():
                return self._load(parent / FILE_NAME, root or parent)
            if parent == root or (parent / ".git").exists():
                break
        return without_configuration(root or Path.cwd())

    def _load(self, path: Path, root: Path) -> Loaded | MistakesFound:
        if path not in self._by_file:
            try:
                self._by_file[path] = load(path, root)
            except MistakesFound as found:
                self._by_file[path] = found
        return self._by_file[path]


def without_configuration(folder: Path) -> Loaded:
    """The defaults, for templates below `folder`."""
    return Loaded(Config(), folder, folder, Reader("", ""))


def git_root(folder: Path) -> Path | None:
    """The nearest folder upward that holds `.git`."""
    return next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), None)


def load(path: Path, root: Path) -> Loaded:
    """The configuration file `path`, with its packs. Raises MistakesFound with every mistake in it."""
    text = _text(path, "the configuration")
    reader = Reader(shown(path), text)
    loaded = Loaded(build(reader, reader.root()), path.parent, root, reader)
    try:
        loaded.check_rule_ids()
        loaded.check_countries()
        # Packs that are shipped have no mistakes; they are read once it is known what a country brings in.
        if loaded.config.rule_names or any(name not in speakable() for name in loaded.config.extends):
            loaded.config = with_ids(loaded.config, loaded.packs.renamed)
    except MistakesFound as found:
        reader.mistakes += found.mistakes
    if loaded.config.examples:
        loaded.read_examples()
    if reader.mistakes:
        raise MistakesFound(sorted(reader.mistakes, key=lambda m: (m.path != reader.path, m.line, m.column)))
    return loaded


def unknown_rule(name: str, known: Packs) -> str | None:
    """What is wrong with the id of a rule that no loaded pack has; None where a country or language may bring it in."""
    rule = loading.load([(pack, _unasked) for pack in shipped()], lambda _: None).rule(name)
    if rule is not None:
        brought = rule.pack.startswith(("countries/", "languages/"))
        return None if brought else f"the rule `{name}` is in the pack `{rule.pack}`: name it in `extends`"
    return f"unknown rule `{name}`{did_you_mean(name, known.ids)}"


def _unasked(message: str) -> None:
    raise AssertionError(message)


def _why(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not UTF-8"
