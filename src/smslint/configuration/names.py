"""Where a configuration names rules, facts, templates and files: to say of them later what only the disk can tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from smslint.reading.schema import Reader, signed
from smslint.reading.yamltree import Mapping, Node, Scalar, Sequence


def names(reader: Reader, root: Mapping | None) -> dict[str, Any]:
    """The places in the configuration at `root`, by the fields of `Config` that keep them."""
    return {
        "rule_names": tuple(_rule_names(root)),
        "country_names": tuple(_named(reader, root, "country")),
        "catalogue_names": _catalogue_names(root),
        "glob_names": tuple(_glob_names(reader, root)),
        "folder_names": tuple(_scalars(reader, None if root is None else root.get("search_path"))),
        "gateway_names": tuple(reader.told(one, one.text.replace("_", "-")) for one in _named(reader, root, "gateway")),
    }


def _rule_names(root: Mapping | None) -> Iterator[Scalar]:
    """Where `rules` names a rule: at the top, and in each of `templates`."""
    for key, node in root.entries if root else ():
        if key.text == "rules" and isinstance(node, Mapping):
            yield from (name for name, _ in node.entries)
        elif key.text == "templates":
            for item in node.items if isinstance(node, Sequence) else (node,):
                yield from _rule_names(item if isinstance(item, Mapping) else None)


def _named(reader: Reader, root: Mapping | None, fact: str) -> Iterator[Scalar]:
    """Where `defaults` or `templates` name a country, or a gateway: by itself, or as the profile of a mapping."""
    for key, node in root.entries if root else ():
        for one in reader.items(node) if key.text in ("defaults", "templates") else ():
            for name, named in one.entries if isinstance(one, Mapping) else ():
                if signed(name.text)[0] == fact:
                    found = (item.get("profile") if isinstance(item, Mapping) else item for item in reader.items(named))
                    yield from (item for item in found if isinstance(item, Scalar))


def _glob_names(reader: Reader, root: Mapping | None) -> Iterator[Scalar]:
    """The globs for templates: in `include`, `templates` and `examples`; not those that take something out."""
    for key, node in root.entries if root else ():
        if key.text in ("include", "include+"):
            found = _scalars(reader, node)
        elif key.text in ("templates", "examples"):
            entries = [one for one in reader.items(node) if isinstance(one, Mapping)]
            found = (glob for one in entries for glob in _scalars(reader, one.get("files")))
        else:
            continue
        yield from (glob for glob in found if not glob.text.startswith("!"))


def _scalars(reader: Reader, node: Node | None) -> Iterator[Scalar]:
    return (item for item in (reader.items(node) if node else ()) if isinstance(item, Scalar))


def _catalogue_names(root: Mapping | None) -> dict[str, Node]:
    """Where the catalogue of each language is named."""
    node = root.get("catalogues") if root else None
    if not isinstance(node, Mapping):
        return {}
    from smslint.configuration.languages import normal

    return {normal(key.text): value for key, value in node.entries}
