"""Tokens of a gateway that begin in one piece of a message and end in another: `A{{ v }}` with the token `Al`.

Theory of operation. What a piece can end with of a token is followed through the pieces behind it. Where the token can
end, all from the piece that it begins in to that one is told apart into its texts, under the conditions that they have
anyway, and the tokens are looked for in each. Where there are too many, or where a piece has no known text, it is one
slot of which only bounds are known. A text that is not declared is taken to hold one character of a token of several
at most: nobody's name is the rest of a token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from smslint.tree.domains import ALPHABETS, Domain, can_hold, joined
from smslint.tree.message import Arm, Choice, Message, Node, Repeat, Slot, Span, Text, whole
from smslint.tree.slots import by_text, is_one_of

TEXTS_MAX = 256  # that pieces with a token across them are told apart into

Begun: TypeAlias = "tuple[str, int]"  # a token, and how many of its characters stand at the end of a piece
Values: TypeAlias = "Mapping[str, str | int | Domain]"
Change: TypeAlias = "Callable[[Message], Message]"


def straddled(message: Message, tokens: Values, change: Change) -> Message:
    """`message` after `change`, which replaces tokens piece by piece, on all the texts of pieces that a token can lie
    across."""
    long = tuple(token for token in tokens if len(token) > 1)
    found: list[Node] = []
    end = 0
    for first, last in _regions(message, long):
        found += change(message[end:first])
        pieces = message[first : last + 1]
        few = _texts(pieces) <= TEXTS_MAX
        found += _told_apart((), pieces, tokens, change) if few else (_bound(pieces, tokens),)
        end = last + 1
    return (*found, *change(message[end:])) if end else change(message)


# -- where -----------------------------------------------------------------------------------------------------------


def _regions(message: Message, tokens: tuple[str, ...]) -> list[tuple[int, int]]:
    """The first and the last of the nodes in a row that a token can lie across."""
    found: list[tuple[int, int]] = []
    begun: dict[Begun, int] = {}
    for index, node in enumerate(message) if tokens else ():
        after: dict[Begun, int] = {}
        ends = _is_repeated(node, tokens) and [index]
        for one, first in begun.items():
            here, still = _on(node, *one)
            ends = [*(ends or []), first] if here else ends
            for state in still:
                after[state] = min(after.get(state, index), first)
        for state in _begun(node, tokens):
            after.setdefault(state, index)
        begun = after
        if ends:
            first = min(ends)
            while found and found[-1][1] >= first:
                first = min(first, found.pop()[0])
            found.append((first, index))
    return found


def _on(node: Node, token: str, length: int) -> tuple[bool, set[Begun]]:
    """Whether a token of which `length` characters stand before `node` can end in it, and what of it can stand at its
    end if it does not."""
    if isinstance(node, Text):
        return _on_text(node.text, token, length)
    if isinstance(node, Slot):
        return _any(_on_domain(domain, token, length) for domain in node.domains())
    if isinstance(node, Choice):
        return _any(_on_all(arm.body, {(token, length)}) for arm in node.arms)
    return _on_rounds(node, {(token, length)})


def _any(found: Iterable[tuple[bool, set[Begun]]]) -> tuple[bool, set[Begun]]:
    every = list(found)
    return any(ends for ends, _ in every), {state for _, states in every for state in states}


def _on_text(text: str, token: str, length: int) -> tuple[bool, set[Begun]]:
    rest = token[length:]
    if text.startswith(rest):
        return True, set()
    return False, {(token, length + len(text))} if rest.startswith(text) else set()


def _on_domain(domain: Domain, token: str, length: int) -> tuple[bool, set[Begun]]:
    if domain.values is not None:
        return _any(_on_text(f"{value}{domain.end}", token, length) for value in domain.values)
    found = [(False, {(token, length)})] if domain.length_min == 0 else []
    if domain.length_max != 0 and can_hold(domain.alphabet, token[length]):
        if length + 1 == len(token):
            return True, {state for _, states in found for state in states}
        found += [(False, {(token, length + 1)})] if domain.length_min <= 1 else []
    ends, states = _any(found)
    last, still = _any(_on_text(domain.end, *state) for state in states)
    return ends or last, still


def _on_all(message: Message, begun: set[Begun]) -> tuple[bool, set[Begun]]:
    ends = False
    for node in message:
        if not begun:
            break
        here, begun = _any(_on(node, *state) for state in begun)
        ends = ends or here
    return ends, begun


def _on_rounds(node: Repeat, begun: set[Begun]) -> tuple[bool, set[Begun]]:
    """Of any number of rounds."""
    ends, every, last = False, set(begun), begun
    while last:
        here, after = _on_all(node.body, last)
        ends, last, every = ends or here, after - every, every | after
    return ends, every


def _begun(node: Node, tokens: tuple[str, ...]) -> set[Begun]:
    """What can stand at the end of `node` of tokens that begin in it."""
    if isinstance(node, Text):
        return _begun_in(node.text, tokens)
    if isinstance(node, Slot):
        return {state for domain in node.domains() for state in _begun_in_domain(domain, tokens)}
    if isinstance(node, Choice):
        return {state for arm in node.arms for state in _begun_in_all(arm.body, tokens)}
    return _on_rounds(node, _begun_in_all(node.body, tokens))[1]


def _begun_in(text: str, tokens: tuple[str, ...]) -> set[Begun]:
    return {(token, n) for token in tokens for n in range(1, len(token)) if text.endswith(token[:n])}


def _begun_in_domain(domain: Domain, tokens: tuple[str, ...]) -> set[Begun]:
    if domain.values is not None:
        return {state for value in domain.values for state in _begun_in(f"{value}{domain.end}", tokens)}
    found = _begun_in(domain.end, tokens)
    if domain.length_max != 0:
        held = ((token, 1) for token in tokens if can_hold(domain.alphabet, token[0]))
        found |= {state for one in held for state in _on_text(domain.end, *one)[1]}
    return found


def _begun_in_all(message: Message, tokens: tuple[str, ...]) -> set[Begun]:
    begun: set[Begun] = set()
    for node in message:
        begun = {state for one in begun for state in _on(node, *one)[1]} | _begun(node, tokens)
    return begun


def _is_repeated(node: Node, tokens: tuple[str, ...]) -> bool:
    """Whether a token can begin in one round of `node` and end in another."""
    return isinstance(node, Repeat) and _on_rounds(node, _begun_in_all(node.body, tokens))[0]


# -- what it then is -------------------------------------------------------------------------------------------------


def _texts(message: Message) -> int:
    """How many texts `message` is told apart into; more than may be where it is not."""
    total = 1
    for node in message:
        if isinstance(node, Repeat) or (isinstance(node, Slot) and _is_unsure(node)):
            return TEXTS_MAX + 1
        if isinstance(node, Slot) and node.domain.values is not None:
            total *= len(node.domain.values)
        elif isinstance(node, Choice):
            total *= sum(_texts(arm.body) for arm in node.arms)
        if total > TEXTS_MAX:
            break
    return total


def _is_unsure(slot: Slot) -> bool:
    """Whether a slot of values cannot be told apart by its variable."""
    return slot.domain.values is not None and (slot.variable is None or None in by_text(slot))


def _told_apart(done: Message, rest: Message, tokens: Values, change: Change) -> Message:
    """`done`, of texts and of slots without values, and `rest`."""
    for index, node in enumerate(rest):
        before, after = (*done, *rest[:index]), rest[index + 1 :]
        if isinstance(node, Slot) and node.domain.values is not None:
            node = _by_value(node)
        if isinstance(node, Choice):
            arms = (arm._replace(body=_told_apart(before, (*arm.body, *after), tokens, change)) for arm in node.arms)
            return (Choice(tuple(arms), node.span),)
    flat = _joined((*done, *rest))
    found: list[Node] = []
    end = 0
    for first, last in _regions(flat, tuple(token for token in tokens if len(token) > 1)):
        found += (*change(flat[end:first]), _bound(flat[first : last + 1], tokens))
        end = last + 1
    return (*found, *change(flat[end:]))


def _by_value(slot: Slot) -> Choice:
    """`slot`, whose variable has few values, as one text for each."""
    values = by_text(slot)
    arms = [
        Arm(is_one_of(slot, found), (Text(text, slot.span),) if text else (), slot.span)
        for text, found in values.items()
    ]
    return Choice((*arms[:-1], arms[-1]._replace(condition=None)), slot.span)


def _joined(message: Message) -> Message:
    """`message` with texts in a row as one."""
    found: list[Node] = []
    for node in message:
        last = found[-1] if found else None
        if isinstance(node, Text) and isinstance(last, Text) and node.origin == last.origin:
            found[-1] = Text(last.text + node.text, _around(last.span, node.span), node.origin)
        else:
            found.append(node)
    return tuple(found)


def _around(one: Span, other: Span) -> Span:
    return Span(min(one.start, other.start), max(one.end, other.end))


def _bound(message: Message, tokens: Values) -> Slot:
    """All that `message` can be, whichever of the tokens in it are replaced."""
    domain = whole(message)
    values = [_domain(value) for value in tokens.values()]
    grown = [(len(token), value.length_min, value.length_max or 0) for token, value in zip(tokens, values, strict=True)]
    low, high = domain.length_min, domain.length_max
    low -= max(0, *(-(-low * (length - least) // length) for length, least, _ in grown))
    if high is not None:
        high += max(0, *(-(-high * (most - length) // length) for length, _, most in grown))
    alphabet = joined((domain, *values)).alphabet
    return Slot("…", Domain(max(low, 0), high, alphabet, exact=False), _around(message[0].span, message[-1].span))


def _domain(value: str | int | Domain) -> Domain:
    """What a token is replaced by."""
    if isinstance(value, int):
        return Domain(value, value, ALPHABETS["digits"])
    return value if isinstance(value, Domain) else joined((Domain(values=(value,)),))
