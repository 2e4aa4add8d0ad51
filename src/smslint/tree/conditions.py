"""What decides which arm of a choice is sent.

A condition is a test of one variable, or tests joined by not, and, or. What a dialect can say but smslint cannot
interpret is a `free` test: true or false as it likes, but the same wherever the same words stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Literal, NamedTuple, TypeAlias

from smslint.tree.domains import Constant

Kind = Literal["truthy", "defined", "equals", "among", "items", "number", "length", "free"]
Operand: TypeAlias = "Constant | frozenset[tuple[type[Any], Any]] | None"


class Test(NamedTuple):
    """A question about `variable`. `items`: it holds exactly `operand` items. `among`: it is one of
    `operand`, values with their types. `number`: it is a number of at least `operand`, in halves (`ranges`). `length`:
    it has at least `operand` characters. `source`: as the template says it.

    `about`, of a free test: the variables that it speaks of, in a way that smslint does not interpret.
    """

    variable: str
    kind: Kind
    operand: Operand
    source: str
    about: tuple[str, ...] = ()


class Denied(Test):
    """A test of which the template asks the `opposite`, and is told by that: `n < 5`, which is not `n >= 5`. It is
    equal to the same test told otherwise, as words are no part of what a condition means."""

    opposite: str = ""


class Not(NamedTuple):
    """The opposite of `condition`."""

    condition: Condition


class AllOf(NamedTuple):
    """Every one of `conditions`. With its word, as tuples are equal whatever they are of; `said`: what the template
    says, where that is shorter than what smslint makes of it; `source`: the same, where it names the variables."""

    conditions: tuple[Condition, ...]
    word: Literal["and"] = "and"
    said: str = ""
    source: str = ""


class AnyOf(NamedTuple):
    """At least one of `conditions`; none: never. `said` and `source` as in AllOf."""

    conditions: tuple[Condition, ...]
    word: Literal["or"] = "or"
    said: str = ""
    source: str = ""


Condition: TypeAlias = "Test | Not | AllOf | AnyOf"

TOLD_MAX = 5  # values of a variable that are named
TESTS_MAX = 120  # of one condition that values are told apart by

ALWAYS = AllOf(())
NEVER = AnyOf(())


def tests(condition: Condition) -> Iterator[Test]:
    """The tests that `condition` is made of, in reading order."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, Not):
        yield from tests(condition.condition)
    else:
        for part in condition.conditions:
            yield from tests(part)


def evaluate(condition: Condition, answer: Callable[[Test], bool | None]) -> bool | None:
    """Whether `condition` holds, given the answers to its tests; None where an open answer (None) decides it."""
    if isinstance(condition, Test):
        return answer(condition)
    if isinstance(condition, Not):
        value = evaluate(condition.condition, answer)
        return None if value is None else not value
    decisive, known = isinstance(condition, AnyOf), True
    for part in condition.conditions:
        value = evaluate(part, answer)
        if value is decisive:
            return decisive
        known = known and value is not None
    return not decisive if known else None


def both(*conditions: Condition) -> Condition:
    """All of `conditions`, those that always hold left out."""
    parts = tuple({id(one): one for one in conditions if one != ALWAYS}.values())  # to hash them may take long
    return parts[0] if len(parts) == 1 else AllOf(parts)


def first_of(ways: Iterable[tuple[Condition | None, Condition]]) -> Condition:
    """Whether what holds for the first of `ways` whose condition holds is true; the last may have none."""
    passed: list[Condition] = []
    found: list[Condition] = []
    # What holds where its own condition does needs no second look: a chain of defaults would double with each.
    ways = [
        (condition, ALWAYS if isinstance(holds, Test) and holds == condition else holds) for condition, holds in ways
    ]
    if ways and ways[-1][0] is None and all(holds == ALWAYS for _, holds in ways):
        return ALWAYS
    for condition, holds in ways:
        if holds != NEVER:
            found.append(both(*passed, *(() if condition is None else (condition,)), holds))
        passed += () if condition is None else (Not(condition),)
    return NEVER if not found else ALWAYS if ALWAYS in found else any_of(found)


def denied(test: Test, opposite: str) -> Condition:
    """That `test` does not hold, which the template says by its `opposite`."""
    found = Denied(*test)
    found.opposite = opposite
    return Not(found)


def any_of(conditions: Iterable[Condition]) -> Condition:
    """Any of `conditions`."""
    parts = tuple(conditions)
    return parts[0] if len(parts) == 1 else AnyOf(parts)


def is_large(condition: Condition) -> bool:
    """Whether `condition` is made of more tests than are followed; of parts that recur each time."""
    return any(True for _ in islice(tests(condition), TESTS_MAX, None))


def source(condition: Condition) -> str:
    """`condition` as the template says it: `vip`, `not vip`, `a and not b`."""
    if isinstance(condition, Denied):
        return f"not ({condition.opposite})"
    if isinstance(condition, Test):
        return condition.source
    if isinstance(condition, Not):
        if isinstance(condition.condition, Not):
            return source(_plain(condition))
        if isinstance(condition.condition, Denied):
            return condition.condition.opposite
        inner = source(condition.condition)
        simple = isinstance(condition.condition, Test) and condition.condition.kind == "truthy"
        return f"not {inner}" if simple or " " not in inner else f"not ({inner})"
    if condition.source:
        return condition.source
    word, constant = (" and ", "true") if isinstance(condition, AllOf) else (" or ", "false")
    plain = [_plain(part) for part in condition.conditions]
    parts = [source(part) for part in plain]
    return word.join(f"({p})" if _is_compound(one, p) else p for one, p in zip(plain, parts, strict=True)) or constant


def _is_compound(condition: Condition, said: str) -> bool:
    """Whether a condition, as it is `said`, stands in brackets beside others."""
    if isinstance(condition, AllOf | AnyOf) and not condition.source:
        return True
    return not isinstance(condition, Not) and any(word in said for word in (" and ", " or ", " if "))


def _plain(condition: Condition) -> Condition:
    """`condition` without pairs of negations."""
    while isinstance(condition, Not) and isinstance(condition.condition, Not):
        condition = condition.condition.condition
    return condition


def words(condition: Condition, value: bool) -> str:
    """`condition` in words: `vip is false`, `lang is 'fr'`."""
    if isinstance(condition, Not):
        return words(condition.condition, not value)
    if isinstance(condition, Denied):
        return f"{condition.opposite} is {'false' if value else 'true'}"
    if isinstance(condition, Test) and condition.kind == "equals":
        return f"{condition.variable} is {'' if value else 'not '}{condition.operand!r}"
    if isinstance(condition, Test) and condition.kind == "defined":
        return f"{condition.variable} is {'' if value else 'not '}defined"
    if isinstance(condition, Test) and condition.kind == "items":
        number = f"{condition.operand} item{'' if condition.operand == 1 else 's'}"
        return f"{condition.variable} {'has' if value else 'has not'} {number}"
    one_of = _equals(condition)
    if one_of is not None:
        name, values = one_of
        return f"{name} is {' or '.join(values)}" if value else f"{name} is neither {' nor '.join(values)}"
    return f"{_said(condition)} is {'true' if value else 'false'}"


def _equals(condition: Condition) -> tuple[str, list[str]] | None:
    """The variable, and its values, where `condition` is that it is one of a few."""
    parts = condition.conditions if isinstance(condition, AnyOf) else ()
    same = [part for part in parts if isinstance(part, Test) and part.kind == "equals"]
    if len(same) != len(parts) or not 1 < len(same) <= TOLD_MAX or len({part.variable for part in same}) > 1:
        return None
    return same[0].variable, [repr(part.operand) for part in same]


def _said(condition: Condition) -> str:
    """`condition` as briefly as the template says it; `source` says all that it means."""
    if isinstance(condition, Test):
        return source(condition)
    if isinstance(condition, Not):
        inner = condition.condition
        return f"not ({_said(inner)})" if isinstance(inner, AllOf | AnyOf) else source(condition)
    if condition.said or not condition.conditions:
        return condition.said or source(condition)
    parts = [_plain(part) for part in condition.conditions]
    compound = [isinstance(part, AllOf | AnyOf) and not part.said for part in parts]
    found = (f"({_said(p)})" if c else _said(p) for p, c in zip(parts, compound, strict=True))
    return f" {condition.word} ".join(found)
