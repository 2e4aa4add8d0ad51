"""Jinja2's filters as functions on messages: what a filter makes of a text, and of what a slot can be."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from jinja2 import nodes

from smslint import domains
from smslint.domains import Domain, Filter
from smslint.message import Arm, Choice, Message, Repeat, Slot, Span, Text

Change: TypeAlias = "Callable[[Message, Span], Message]"


def find(node: nodes.Filter) -> Change | None:
    """What the filter `node` does; None where smslint does not know it, or not with these arguments."""
    build = FILTERS.get(node.name)
    if build is None or node.dyn_args is not None or node.dyn_kwargs is not None:
        return None
    return build(node)


def arguments(node: nodes.Filter, names: tuple[str, ...]) -> dict[str, nodes.Expr] | None:
    """The arguments of a filter by name; None where there are more, or others."""
    found: dict[str, nodes.Expr] = dict(zip(names, node.args, strict=False))
    if len(node.args) > len(names):
        return None
    for pair in node.kwargs:
        if pair.key not in names:
            return None
        found[str(pair.key)] = pair.value
    return found


def _constants(node: nodes.Filter, names: tuple[str, ...]) -> dict[str, Any] | None:
    given = arguments(node, names)
    if given is None or not all(isinstance(value, nodes.Const) for value in given.values()):
        return None
    return {name: value.value for name, value in given.items() if isinstance(value, nodes.Const)}


def _by_character(change: Filter) -> Callable[[nodes.Filter], Change | None]:
    def build(node: nodes.Filter) -> Change | None:
        return None if node.args or node.kwargs else partial(_each, change)

    return build


def _trim(node: nodes.Filter) -> Change | None:
    return None if node.args or node.kwargs else partial(_whole, domains.trim)


def _truncate(node: nodes.Filter) -> Change | None:
    given = _constants(node, ("length", "killwords", "end", "leeway"))
    if given is None:
        return None
    length, end, leeway = given.get("length", 255), given.get("end", "..."), given.get("leeway") or 5
    if given.get("leeway") == 0:
        leeway = 0
    if type(length) is not int or type(leeway) is not int or not isinstance(end, str):
        return None
    if length < len(end) or leeway < 0:
        return None
    change = partial(domains.truncate, length=length, killwords=bool(given.get("killwords")), end=end, leeway=leeway)
    return partial(_whole, change)


FILTERS: dict[str, Callable[[nodes.Filter], Change | None]] = {
    "upper": _by_character(domains.upper),
    "lower": _by_character(domains.lower),
    "trim": _trim,
    "truncate": _truncate,
}


def _literal(change: Filter, text: str) -> str:
    (after,) = change(Domain(values=(text,)))
    assert after.values is not None
    return str(after.values[0]) + after.end


def _each(change: Filter, message: Message, span: Span) -> Message:
    """`change` of each part of `message` alone, for a filter that looks at one character at a time."""
    found: list[Text | Slot | Choice | Repeat] = []
    for node in message:
        if isinstance(node, Text):
            found.append(Text(_literal(change, node.text), node.span))
        elif isinstance(node, Slot):
            found.append(_through(node, change))
        elif isinstance(node, Choice):
            arms = (Arm(arm.condition, _each(change, arm.body, span), arm.span) for arm in node.arms)
            found.append(Choice(tuple(arms), node.span))
        else:
            found.append(Repeat(_each(change, node.body, span), node.low, node.high, node.span, node.own))
    return tuple(found)


def _through(slot: Slot, change: Filter) -> Slot:
    return Slot(slot.name, slot.domain, slot.span, slot.variable, (*slot.filters, change))


def _whole(change: Filter, message: Message, span: Span) -> Message:
    """`change` of `message` as one value; a value of several parts is known only by its length and characters."""
    if not message or all(isinstance(node, Text) for node in message):
        text = "".join(node.text for node in message if isinstance(node, Text))
        return (Text(_literal(change, text), span),) if text else ()
    if len(message) == 1 and isinstance(message[0], Slot):
        return (_through(message[0], change),)
    if len(message) == 1 and isinstance(message[0], Choice):
        arms = (Arm(arm.condition, _whole(change, arm.body, span), arm.span) for arm in message[0].arms)
        return (Choice(tuple(arms), message[0].span),)
    return (Slot("…", _domain(message), span, filters=(change,)),)


def _domain(message: Message) -> Domain:
    parts: list[Domain] = []
    for node in message:
        if isinstance(node, Text):
            parts.append(Domain(values=(node.text,)))
        elif isinstance(node, Slot):
            parts.append(_widest([domains.joined([domain]) for domain in node.domains()]))
        elif isinstance(node, Choice):
            parts.append(_widest([_domain(arm.body) for arm in node.arms]))
        else:
            parts += [_domain(node.body)] * (node.high or 0) if node.high is not None else [domains.UNKNOWN]
    return domains.joined(parts)


def _widest(found: list[Domain]) -> Domain:
    """One domain that holds each of `found`."""
    high = [domain.length_max for domain in found]
    return Domain(
        min(domain.length_min for domain in found),
        None if None in high else max(length for length in high if length is not None),
        tuple(dict.fromkeys(sample for domain in found for sample in domain.alphabet)),
        exact=False,
    )
