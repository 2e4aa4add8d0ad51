"""What is declared of a template's variables, and the cases that conditions tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from smslint.tree.conditions import AllOf, Condition, Not, Operand, Test, words
from smslint.tree.domains import ABSENT, ALPHABETS, EMPTY, UNDEFINED, UNKNOWN, Constant, Domain, contains
from smslint.tree.ranges import by_length, by_number

_ZEROS = ("0", "0.0", "-0.0")
ITEMS_SPLIT_MAX = 64  # a list with more possible lengths is told apart only into empty and not empty


class Items(NamedTuple):
    """How many items a list can have (`high` None: no bound is declared) and what each of them is."""

    low: int
    high: int | None
    item: Variable


class Variable(NamedTuple):
    """What a variable can be. `optional`: it may also be undefined. `declared`: the configuration says so, else this
    is the default for what nobody declared. `fields`: declarations of its attributes."""

    domain: Domain
    optional: bool = False
    declared: bool = True
    items: Items | None = None
    fields: Mapping[str, Variable] = MappingProxyType({})

    def field(self, name: str) -> Variable | None:
        """What is declared of its attribute `name`: by its name, or by the last glob that fits."""
        if name in self.fields:
            return self.fields[name]
        return next((self.fields[one] for one in reversed(tuple(self.fields)) if fnmatchcase(name, one)), None)

    @property
    def known(self) -> bool:
        """Whether it is declared what it can be, so that not every test of it can be both true and false."""
        return self.declared or self.domain.values is not None

    @property
    def gap(self) -> bool:
        """Whether it prints nothing or at least two characters, which no one domain can say."""
        return self.optional and self.domain.values is None and self.domain.length_min > 1


FREE = Variable(UNKNOWN, optional=True, declared=False)

Question: TypeAlias = "tuple[str, Operand, type[Any]]"


class Case(NamedTuple):
    """One group of values that no test of the template tells apart: what is printed, and the tests' answers."""

    domain: Domain
    answers: Mapping[Question, bool]

    def answer(self, test: Test) -> bool:
        return self.answers[question(test)]


def question(test: Test) -> Question:
    """What `test` asks, whatever its wording. With the type: 1 and True are equal in Python, not in a template."""
    return (test.kind, test.operand, type(test.operand))


def printed(variable: Variable) -> Domain:
    """What an output of `variable` can be, all cases together; undefined prints nothing."""
    if variable.items is not None:
        return UNKNOWN
    domain = variable.domain
    if not variable.optional:
        return domain
    if domain.values is not None:
        return replace(domain, values=(*domain.values, UNDEFINED))
    return domain if domain.length_min == 0 else replace(domain, length_min=0)


def cases(variable: Variable, tests: Iterable[Test], printed: bool = True) -> tuple[Case, ...]:
    """The cases of `variable` that `tests` tell apart; together they are all that it can be. Not `printed`: of what is
    compared with numbers alone, the numbers, as with anything else nothing is sent; of values with the same answers the
    first stands for all."""
    asked = {question(test): test for test in tests}
    if any(kind == "free" for kind, _, _ in asked):
        return tuple(Case(UNKNOWN, dict.fromkeys(asked, value)) for value in (True, False))
    found: dict[tuple[object, ...], Case] = {}
    states = _states(variable, asked.values())
    if not printed and all(kind == "number" for kind, _, _ in asked):
        states = [state for state in states if state.defined and state.constant != ""] or states
    for state in states:
        answers = {key: state.answer(test) for key, test in asked.items()}
        found.setdefault((state.domain if printed else None, *answers.values()), Case(state.domain, answers))
    return tuple(found.values())


def unsure(name: str, tests: Iterable[Test], printed: bool) -> bool:
    """Whether `tests` compare the variable `name` with a number, with which some of its values fail, and something else
    depends on those."""
    found = list(tests)
    compared = [test for test in found if test.kind == "number"]
    if not compared:
        return False
    if any(test.kind == "among" or isinstance(test.operand, str) for test in found):
        return True  # it may be the text that it is compared with, too
    return any(name in test.about for test in compared) and (printed or len(compared) < len(found))


class _State(NamedTuple):
    domain: Domain
    defined: bool = True
    truthy: bool = True
    constant: Constant | None = None
    items: int | None = None

    def answer(self, test: Test) -> bool:
        if test.kind == "defined":
            return self.defined
        if test.kind == "truthy":
            return self.truthy
        if test.kind == "items":
            return self.items == test.operand
        if test.kind in ("number", "length"):
            assert isinstance(test.operand, int)
            return self._measured(test.kind == "length") >= test.operand
        if isinstance(test.operand, frozenset):
            value = self.constant if self.defined else UNDEFINED
            return (type(value), value) in test.operand
        return self.constant is not None and self.constant == test.operand

    def _measured(self, length: bool) -> float:
        """How long its texts are at least, or how large its numbers, in halves."""
        if length:
            return self.domain.length_min if self.constant is None else len(str(self.constant))
        if self.constant is not None:
            return float("-inf") if isinstance(self.constant, str) else 2 * self.constant
        least = self.domain.numbers and self.domain.numbers[0]
        return float("-inf") if least is None else least


def _states(variable: Variable, tests: Iterable[Test]) -> list[_State]:
    found = [_State(ABSENT, defined=False, truthy=False)] if variable.optional else []
    if variable.items is not None:
        return found + _item_states(variable.items, tests)
    domain = variable.domain
    if domain.values is not None:
        return found + [_constant(domain, value) for value in domain.values]
    tests = tuple(tests)
    asked = [test.operand for test in tests if test.kind == "equals" and not isinstance(test.operand, frozenset)]
    operands = dict.fromkeys((type(operand), operand) for operand in asked if operand not in (None, ""))
    named = [operand for _, operand in operands if operand is not None and _possible(variable, operand)]
    found += [_constant(domain, operand) for operand in named]
    found += _false(domain, tests, 0 not in (operand for operand in named if not isinstance(operand, str)))
    if domain.length_max != 0:
        other = replace(domain, length_min=max(1, domain.length_min), excluded=tuple(map(str, named)))
        zero = any(state.constant == 0 for state in found if not isinstance(state.constant, str | None))
        numbers = frozenset(one for one in named if not isinstance(one, str))
        found += [_State(one) for one in _told_apart(other, tests, zero) if not _all_named(one, numbers)]
    return found


def _told_apart(domain: Domain, tests: Sequence[Test], zero: bool) -> list[Domain]:
    """`domain` by the sizes that tests ask for; `zero`: without the number 0, which is a case by itself."""
    found = [domain]
    for kind in ("number", "length"):
        cuts = [test.operand for test in tests if test.kind == kind and isinstance(test.operand, int)]
        if cuts and kind == "number":
            found = [part for one in found for part in by_number(one, cuts, zero)]
        elif cuts:
            found = [part for one in found for part in by_length(one, cuts)]
    return found


def _all_named(domain: Domain, named: frozenset[Constant]) -> bool:
    """Whether all whole numbers of a domain are among those that tests name, each of which is a case by itself."""
    low, high = domain.numbers or (None, None)
    if low is None or high is None or domain.alphabet != ALPHABETS["digits"]:
        return False
    first, last = -(-low // 2), high // 2
    return last - first < len(named) and all(number in named for number in range(first, last + 1))


def _false(domain: Domain, tests: Sequence[Test], zero: bool) -> list[_State]:
    """The values that are false: the empty text, and of digits the number 0, which prints; as one where no test tells
    them apart."""
    empty = [_State(EMPTY, truthy=False, constant="")] if domain.length_min == 0 else []
    if not zero or all(test.kind != "truthy" for test in tests):
        return empty
    if not _may_be_zero(domain):
        return empty if all(test.kind != "number" for test in tests) else [*empty, *_zeros(domain)]
    found = [*empty, _constant(domain, 0)]
    if len({tuple(state.answer(test) for test in tests) for state in found}) == len(found):
        return found
    return [empty[0]._replace(domain=replace(domain, values=("", 0)))]


def _zeros(domain: Domain) -> list[_State]:
    """Zero as what is compared with a number may print it, which need not be whole."""
    low, high = domain.length_min, domain.length_max
    found = tuple(zero for zero in _ZEROS if low <= len(zero) and (high is None or len(zero) <= high))
    return [_State(replace(domain, values=found, numbers=(0, 0), exact=False), truthy=False)] if found else []


def _may_be_zero(domain: Domain) -> bool:
    return (
        domain.alphabet == ALPHABETS["digits"] and domain.length_min <= 1 and domain.length_max != 0 and not domain.end
    )


def _possible(variable: Variable, operand: Constant) -> bool:
    # A template that compares a variable nobody declared with 'fr' or 3 says itself what the variable can be.
    return not variable.declared or contains(variable.domain, operand)


def _constant(domain: Domain, value: Constant) -> _State:
    return _State(EMPTY if value == "" else replace(domain, values=(value,)), truthy=bool(value), constant=value)


def _item_states(items: Items, tests: Iterable[Test]) -> list[_State]:
    if items.high is not None and items.high - items.low < ITEMS_SPLIT_MAX:
        return [_State(UNKNOWN, truthy=n > 0, items=n) for n in range(items.low, items.high + 1)]
    asked = {test.operand for test in tests if test.kind == "items"} | {0}
    told = [n for n in asked if isinstance(n, int) and items.low <= n and (items.high is None or n <= items.high)]
    return [*(_State(UNKNOWN, truthy=n > 0, items=n) for n in sorted(told)), _State(UNKNOWN, truthy=True)]


def numbered(
    reasons: Sequence[tuple[Condition, bool]], variables: Mapping[str, Variable]
) -> list[tuple[Condition, bool]]:
    """`reasons`; where they say which numbers of items a list has not, and one is left, that it has this one, and
    nothing of the others."""
    missing: dict[str, set[Operand]] = {}
    for condition, value in reasons:
        if isinstance(condition, Test) and condition.kind == "items" and not value:
            missing.setdefault(condition.variable, set()).add(condition.operand)
    left: dict[str, int] = {}
    for name, numbers in missing.items():
        items = variables.get(name, FREE).items
        known = () if items is None or items.high is None else range(items.low, items.high + 1)
        others = [number for number in known if number not in numbers]
        left |= {name: others[0]} if len(others) == 1 else {}
    found = dict.fromkeys(_numbered(condition, value, left) for condition, value in reasons)
    has = {c.variable: c.operand for c, value in found if value and isinstance(c, Test) and c.kind == "items"}
    return [(condition, value) for condition, value in found if value or not _of_another_number(condition, has)]


def _of_another_number(condition: Condition, has: Mapping[str, Operand]) -> bool:
    """Whether `condition` cannot hold, as a list has another number of items."""
    parts = condition.conditions if isinstance(condition, AllOf) else (condition,)
    sizes = (part for part in parts if isinstance(part, Test) and part.kind == "items" and part.variable in has)
    return any(part.operand != has[part.variable] for part in sizes)


def _numbered(condition: Condition, value: bool, left: Mapping[str, int]) -> tuple[Condition, bool]:
    if not isinstance(condition, Test) or condition.kind != "items" or condition.variable not in left or value:
        return condition, value
    number = left[condition.variable]
    return condition._replace(operand=number, source=f"{condition.variable}|length == {number}"), True


def told(condition: Condition, value: bool, variables: Mapping[str, Variable]) -> str:
    """`condition` in words; of what is declared as a text or a list, what makes it true: `first_name is not empty`."""
    if isinstance(condition, Not):
        return told(condition.condition, not value, variables)
    if not isinstance(condition, Test) or condition.kind != "truthy":
        return words(condition, value)
    false = _when_false(variables.get(condition.variable, FREE))
    if not false:
        return words(condition, value)
    if not value:
        return f"{condition.source} is {' or '.join(false)}"
    return f"{condition.source} is {'neither' if len(false) > 1 else 'not'} {' nor '.join(false)}"


def _when_false(variable: Variable) -> list[str]:
    """What a declared text or list is where it counts as false; nothing of what may be anything else."""
    domain = variable.domain
    if not variable.declared or variable.fields or domain.values is not None:
        return []
    empty = domain.length_min == 0 if variable.items is None else variable.items.low == 0
    zero = variable.items is None and _may_be_zero(domain)
    found = {"empty": empty, "0": zero, "undefined": variable.optional}
    return [word for word, possible in found.items() if possible]
