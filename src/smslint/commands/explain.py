"""`smslint explain ID`: what a rule asks, why, from which source, with examples."""

from __future__ import annotations

from smslint.packs.rules import Example, Rule
from smslint.packs.sourcelist import read_sources
from smslint.reading.yamltree import Mapping, Node, Scalar


def explain(rule: Rule) -> str:
    """The rule for people, in paragraphs."""
    paragraphs = [f"{rule.id} ({rule.severity}, pack {rule.pack})", rule.summary, rule.why]
    if rule.sources:
        told = read_sources().told
        paragraphs.append("Source\n" + "\n".join(f"  {told(source)}" for source in rule.sources))
    for title, bad in (("Accepted", False), ("Reported", True)):
        shown = [_example(example) for example in rule.examples if example.bad is bad]
        if shown:
            paragraphs.append(f"{title}\n" + "\n".join(shown))
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def _example(example: Example) -> str:
    line = " ".join(example.template.split()) or "(nothing)"
    given = [written(node) for node in (example.facts, example.variables) if node is not None]
    given += [f"{language}: {' '.join(text.split())}" for language, text in example.translations.items()]
    return f"  {line}" + (f"\n    with {', '.join(given)}" if given else "")


def written(node: Node) -> str:
    """A YAML node on one line: `gateway: ovhcloud, sender: ACME` for a mapping."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Mapping):
        return ", ".join(f"{key.text}: {_inner(value)}" for key, value in node.entries)
    return "[" + ", ".join(map(written, node.items)) + "]"


def _inner(node: Node) -> str:
    return f"{{{written(node)}}}" if isinstance(node, Mapping) else written(node)
