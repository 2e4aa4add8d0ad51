"""A filter applied to a message: to its texts, to its slots, and to each arm of its choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from smslint.dialects.jinja.filters import NUMBER, STRING, Pieces, Step, has_effect, picks, takes_numbers
from smslint.dialects.jinja.plain import TooMuch, printed
from smslint.tree.domains import UNDEFINED, Failed, Filter
from smslint.tree.message import Arm, Choice, Message, Node, Repeat, Slot, Span, Text, whole
from smslint.tree.variables import Variable

ALTERNATIVES_MAX = 64  # texts that the choices of one value are told apart into

BODIES_MAX = 500  # arms and loops of one value

# Filters that give a number, which has no first character.
TO_NUMBERS = frozenset(("int", "float", "abs", "round", "length", "count", "wordcount", NUMBER.name))

# Filters that give a text, whatever they are given; `truncate` gives what is undefined back.
_TO_TEXTS = frozenset(
    (
        *("upper", "lower", "capitalize", "title", "trim", "replace", "center", "indent", "wordwrap"),
        *("string", "safe", "e", "escape", "forceescape", "striptags", "urlencode", "join", "format", "filesizeformat"),
    )
)

# Filters that give a text of one; the first character of none is undefined.
_OF_TEXTS = frozenset(("reverse", "truncate", "[:]"))

# Filters that change one character at a time, so that each part of a text can be changed alone.
_BY_CHARACTER = frozenset(("upper", "lower", "e", "escape", "forceescape", "urlencode", "string", "safe"))


def is_text(step: Step, of_text: bool) -> bool:
    """Whether the filter gives a text, and nothing else; `of_text`: of one."""
    return step.name in _TO_TEXTS or step.method or (of_text and step.name in _OF_TEXTS)


def changed(step: Step, message: Message, span: Span, variables: Mapping[str, Variable]) -> Message | None:
    """`message` after the filter; None where smslint does not know what it prints."""
    try:
        found = _each(step, message) if step.name in _BY_CHARACTER and not (step.args or step.kwargs) else None
        found = _whole(step, message, span) if found is None else found
        return _without_undefined(found, variables)
    except (Failed, TooMuch):
        return None


def _without_undefined(message: Message, variables: Mapping[str, Variable]) -> Message:
    """`message` whose slots leave out that their variable is undefined, where the last filter fails with that. Raises
    TooMuch where it is not known what it prints of it."""
    found: list[Node] = []
    for node in message:
        if isinstance(node, Slot) and node.variable and node.domain.values is None:
            variable = variables[node.variable]
            if (
                variable.optional
                and _prints(node._replace(filters=node.filters[:-1]), node.filters[-1], UNDEFINED) is None
            ):
                node = node._replace(domain=variable.domain)
        elif isinstance(node, Choice):
            arms = (Arm(arm.condition, _without_undefined(arm.body, variables), arm.span) for arm in node.arms)
            node = Choice(tuple(arms), node.span)
        elif isinstance(node, Repeat):
            node = node._replace(body=_without_undefined(node.body, variables))
        found.append(node)
    return tuple(found)


def as_text(message: Message) -> Message:
    """`message`, of which a filter sees the text: of a number the text that it prints as."""
    found: list[Node] = []
    for node in message:
        if isinstance(node, Slot):
            found.append(node if _is_text(node) else node._replace(filters=(*node.filters, STRING)))
        elif isinstance(node, Choice):
            arms = (arm._replace(body=as_text(arm.body)) for arm in node.arms)
            found.append(node._replace(arms=tuple(arms)))
        else:
            found.append(node._replace(body=as_text(node.body)) if isinstance(node, Repeat) else node)
    return tuple(found)


def _is_text(slot: Slot) -> bool:
    """Whether what a slot gives is a text, and no number that is still to be printed."""
    if slot.domain.values is None:
        return not any(isinstance(change, Step) and change.name in TO_NUMBERS for change in slot.filters)
    return all(isinstance(value, str) for value in _given(slot))


def _given(slot: Slot) -> Iterator[Any]:
    """What a slot gives of each of its values, before it is printed; nothing of those that a filter fails with."""
    for value in slot.domain.values or ():
        with suppress(Failed):
            for change in slot.filters:
                value = change.value(value)
            yield value


def _each(step: Step, message: Message) -> Message:
    found: list[Text | Slot | Choice | Repeat] = []
    for node in message:
        if isinstance(node, Text):
            found.append(Text(_text(step, node.text), node.span))
        elif isinstance(node, Slot):
            found.append(_slot(step, node))
        elif isinstance(node, Choice):
            arms = (Arm(arm.condition, _each(step, arm.body), arm.span) for arm in node.arms)
            found.append(Choice(tuple(arms), node.span))
        else:
            found.append(Repeat(_each(step, node.body), node.low, node.high, node.span, node.own))
    return tuple(found)


def _text(step: Step, text: str) -> str:
    found = step.value(text)
    if not isinstance(found, str | int | float):
        raise TooMuch  # the next filter would take a list for the text that it prints as
    return printed(found)


def _slot(step: Step, slot: Slot) -> Slot:
    """`slot` through `step`. Raises TooMuch where it is not known what that prints."""
    if slot.domain.values is None:
        if not has_effect(step):
            raise TooMuch
        if step.name == "reverse" and any(picks(change) for change in slot.filters):
            raise TooMuch  # of what is not there, it prints as an object
        if takes_numbers(step) and not slot.filters:
            return slot._replace(filters=(NUMBER, step))
    else:
        texts = [_prints(slot, step, value) for value in slot.domain.values]
        if not any(text is not None for text in texts):
            raise TooMuch
    return slot._replace(filters=(*slot.filters, step))


def _prints(slot: Slot, step: Filter, value: Any) -> str | None:
    """What the slot prints of `value` after `step`, None where it fails. Raises TooMuch."""
    try:
        for change in slot.filters:
            value = change.value(value)
        return printed(step.exactly(value) if isinstance(step, Step) else step.value(value))
    except Failed:
        return None


def _whole(step: Step, message: Message, span: Span) -> Message:
    if all(isinstance(node, Text) for node in message):
        text = _text(step, "".join(node.text for node in message if isinstance(node, Text)))
        return (Text(text, span),) if text else ()
    if len(message) == 1 and isinstance(message[0], Slot):
        return (_slot(step, message[0]),)
    at = next((index for index, node in enumerate(message) if isinstance(node, Choice)), None)
    if at is not None and ways(message) <= ALTERNATIVES_MAX:
        choice = message[at]
        assert isinstance(choice, Choice)
        before, after = message[:at], message[at + 1 :]
        arms = (Arm(a.condition, _whole(step, (*before, *a.body, *after), span), a.span) for a in choice.arms)
        return (Choice(tuple(arms), choice.span),)
    if not has_effect(step):
        raise TooMuch
    return (_pieces(step, message, span) or Slot("…", whole(message), span, filters=(step,)),)


def _pieces(step: Step, message: Message, span: Span) -> Slot | None:
    """One slot for a text in which one variable stands, and no other; None for any other text."""
    slots = [node for node in message if isinstance(node, Slot)]
    keys = {slot.variable for slot in slots}
    if len(keys) != 1 or None in keys or any(isinstance(node, Choice | Repeat) for node in message):
        return None
    parts: list[str | tuple[Filter, ...]] = []
    for node in message:
        parts.append(node.text if isinstance(node, Text) else node.filters if isinstance(node, Slot) else "")
    first = slots[0]
    return Slot(first.name, first.domain, span, first.variable, (Pieces(tuple(parts)), step))


def guessed(message: Message) -> bool:
    """Whether a part of `message` is no more than a bound of several in a row."""
    return any(isinstance(node, Slot) and node.variable is None and not node.domain.exact for node in message)


def ways(message: Message) -> int:
    """How many texts the choices of `message` lead to, slots aside."""
    total = 1
    for node in message:
        if isinstance(node, Choice):
            total *= sum(ways(arm.body) for arm in node.arms)
        if total > ALTERNATIVES_MAX:
            break
    return total


def deeper(message: Message, limit: int) -> bool:
    """Whether more than `limit` choices and loops stand in each other, or more than BODIES_MAX in all."""
    left, visited = [(message, 0)], 0
    while left:
        body, depth = left.pop()
        inner = [arm.body for node in body if isinstance(node, Choice) for arm in node.arms]
        inner += [node.body for node in body if isinstance(node, Repeat)]
        visited += len(inner)
        if inner and (depth == limit or visited > BODIES_MAX):
            return True
        left += [(one, depth + 1) for one in inner]
    return False
