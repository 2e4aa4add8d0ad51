"""Where facts were read: the ids that rules and limits cite, as `rules/sources.yaml` spells them out."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from smslint.reading.data import RULES
from smslint.reading.schema import Reader, read
from smslint.reading.yamltree import Mapping


class Sources(NamedTuple):
    """References by id."""

    references: dict[str, str]

    def told(self, source: str) -> str:
        """The reference of an id; a source that is no id is its own."""
        return self.references.get(source, source)


@lru_cache
def read_sources() -> Sources:
    """The references that smslint ships. Raises MistakesFound where their file is wrong."""
    path = RULES / "sources.yaml"
    if not path.is_file():
        return Sources({})
    return read(path.as_posix(), path.read_text(encoding="utf-8"), _sources)


def _sources(reader: Reader, root: Mapping | None) -> Sources:
    found: dict[str, str] = {}
    for key, node in reader.entries(root, "the list of sources", ("version", "sources")):
        listed = reader.mapping(node, "`sources`") if key.text == "sources" else None
        for name, entry in listed.entries if listed else ():
            given = {k.text: v for k, v in reader.entries(entry, f"`{name.text}`", ("ref", "kind"))}
            found[name.text] = reader.string(given["ref"], "`ref`") if "ref" in given else name.text
    return Sources(found)
