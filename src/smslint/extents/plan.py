"""What every reader of a message tree needs to know of it first: the cases of its variables, and which of them must be
held the same in several places.

Theory of operation. A variable that the tree mentions once cannot contradict itself, so nobody needs to remember it.
One that is mentioned more often, in conditions or in what is printed, is `split`: a reader looks at each of its cases
in turn (a `World` says which holds). Where a variable is printed more than once, its cases are single values, so that
it prints the same value everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from smslint.tree.conditions import Test, evaluate, tests
from smslint.tree.domains import ABSENT, Domain, sends
from smslint.tree.message import Choice, Message, Node, Repeat, Slot, Text
from smslint.tree.variables import FREE, Case, Question, Variable, cases, question, unsure

WORLDS_MAX = 4096  # combinations of cases that are looked at together; past it the result is a bound
WORK_MAX = 1_000_000  # values times mentions, of all variables together

World = dict[str, int]
Refine = Callable[["tuple[Case, ...]", Sequence[Slot]], "tuple[Case, ...]"]


def plan(message: Message, variables: Mapping[str, Variable], refine: Refine | None = None) -> Plan:
    """How to read `message`, whose conditions and slots speak of `variables`.

    `refine` gives, for the cases of a variable that these slots print, the cases to look at.
    """
    survey = _Survey()
    survey.message(message)
    split: set[str] = set()
    table: dict[str, tuple[Case, ...]] = {}
    work = 0
    for name, mentions in survey.mentions.items():
        variable = variables.get(name, FREE)
        asked = survey.asked.get(name, {})
        if mentions == 1 and not asked:
            continue
        work += (mentions + survey.tests.get(name, 0)) * (len(variable.domain.values or ()) or len(asked) + 1)
        if work > WORK_MAX:
            survey.loose.add(name)
            continue
        slots = survey.slots.get(name, ())
        if asked or variable.domain.values is not None or (refine is not None and len(slots) > 1):
            found = cases(variable, asked.values(), bool(slots))
            if mentions > 1:
                split.add(name)
                found = found if refine is None else refine(found, slots)
            table[name] = found
    gaps = {name: variables[name].domain for name in survey.slots if variables.get(name, FREE).gap}
    return Plan(message, table, frozenset(split), survey, _entangled(survey, variables), gaps)


def _entangled(survey: _Survey, variables: Mapping[str, Variable]) -> bool:
    """Whether some test that smslint cannot interpret speaks of a variable of which more is known than that test."""
    for key, asked in survey.asked.items():
        if unsure(key, asked.values(), bool(survey.slots.get(key))):
            return True
        for test in asked.values():
            for name in test.about if test.kind != "number" else ():
                variable = variables.get(name)
                if name in survey.mentions or (variable is not None and variable.known):
                    return True
    if survey.shared or survey.loose:
        return True
    items = _items(survey.mentions) if survey.gone_through else {}
    return any(_is_told(survey, variables.get(name, FREE), name, high, items) for name, high in survey.gone_through)


def _items(mentions: Iterable[str]) -> dict[str, set[str]]:
    """What is mentioned of the items of each list: `0]` of `orders[0]`, `0].name` of `orders[0].name`."""
    found: dict[str, set[str]] = {}
    for name in mentions:
        at = name.find("[")
        while at >= 0:
            found.setdefault(name[:at], set()).add(name[at + 1 :])
            at = name.find("[", at + 1)
    return found


def _is_told(
    survey: _Survey, variable: Variable, name: str, high: int | None, items: Mapping[str, Iterable[str]]
) -> bool:
    """Whether something tells how many items the list `name` has, or what one of them is, which at most `high` rounds
    go through that know nothing of it. The first item, or the first and the last, may be apart from these rounds."""
    most = None if variable.items is None else variable.items.high
    apart = 0 if high is None or most is None else most - high
    if any(test.kind == "items" and (test.operand != 1 or apart < 2) for test in survey.asked.get(name, {}).values()):
        return True
    known = ("]", "0]", "-1]")[: 1 + apart]
    return any(not item.startswith(known) for item in items.get(name, ()))


class _Survey:
    """Counts where variables are mentioned; a mention in a loop counts twice, as it must outlive the round, but for
    the loop's own variables, which have another value in each."""

    def __init__(self) -> None:
        self.mentions: dict[str, int] = {}
        self.asked: dict[str, dict[Question, Test]] = {}
        self.tests: dict[str, int] = {}
        self.slots: dict[str, list[Slot]] = {}
        self.spoken: dict[int, tuple[str, ...]] = {}
        self.own: set[str] = set()
        self.shared = False  # two loops speak of the items of one list
        self.gone_through: set[tuple[str, int | None]] = set()  # lists, and the most rounds
        self.loose: set[str] = set()  # too much work to tell their cases apart

    def message(self, message: Message, looped: bool = False, own: frozenset[str] = frozenset()) -> None:
        for node in message:
            if isinstance(node, Text):
                continue
            if isinstance(node, Slot):
                if node.variable is not None:
                    self._slot(node, node.variable, 2 if looped and node.variable not in own else 1)
            elif isinstance(node, Choice):
                self._choice(node, looped, own)
            else:
                self.shared |= not self.own.isdisjoint(node.own)
                self.own |= node.own
                lists = (name.removesuffix("[]") for name in node.own if name.endswith("[]"))
                self.gone_through.update((name, node.high) for name in lists)
                self.message(node.body, True, node.own)

    def _slot(self, node: Slot, name: str, times: int) -> None:
        self.mentions[name] = self.mentions.get(name, 0) + times
        self.slots.setdefault(name, []).extend([node] * times)

    def _choice(self, node: Choice, looped: bool, own: frozenset[str]) -> None:
        names: dict[str, None] = {}
        for arm in node.arms:
            if arm.condition is not None:
                for test in tests(arm.condition):
                    names[test.variable] = None
                    self.asked.setdefault(test.variable, {})[question(test)] = test
                    self.tests[test.variable] = self.tests.get(test.variable, 0) + 1
        self.spoken[id(node)] = tuple(names)
        for name in names:
            self.mentions[name] = self.mentions.get(name, 0) + (2 if looped and name not in own else 1)
        for arm in node.arms:
            self.message(arm.body, looped, own)


@dataclass(frozen=True)
class Plan:
    """A tree with what its readers need. `entangled`: an answer from it cannot be called exact, as there are ways
    through it that contradict themselves. `guessed`: choices with too many combinations, of which every arm is taken
    to be possible."""

    message: Message
    cases: Mapping[str, tuple[Case, ...]]
    split: frozenset[str]
    survey: _Survey
    entangled: bool = False
    gaps: Mapping[str, Domain] = field(default_factory=dict)
    _answers: dict[int, list[bool]] = field(default_factory=dict)
    guessed: set[int] = field(default_factory=set)
    _known: dict[tuple[int, tuple[int | None, ...]], tuple[int, ...]] = field(default_factory=dict)

    def spoken(self, choice: Choice) -> tuple[str, ...]:
        """The variables that the conditions of `choice` speak of."""
        return self.survey.spoken[id(choice)]

    def case(self, variable: str | None, world: World) -> Case | None:
        """The case of `variable` that holds in `world`, None while it is open."""
        index = None if variable is None else world.get(variable)
        return None if index is None or variable is None else self.cases[variable][index]

    def domains(self, slot: Slot, case: Case | None) -> tuple[Domain, ...]:
        """What the variable of `slot` can be, where `case` holds or none is settled."""
        if case is not None:
            return (case.domain,)
        gap = self.gaps.get(slot.variable or "")
        if gap is None:
            return (slot.domain,)
        return (ABSENT, gap) if sends(ABSENT, slot.filters) else (gap,)

    def selectable(self, choice: Choice, world: World) -> tuple[int, ...]:
        """The arms of `choice` that some case of the variables still open in `world` selects."""
        spoken = self.spoken(choice)
        key = (id(choice), tuple([world.get(name) for name in spoken]))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._select(choice, [name for name in spoken if name not in world], world)
        return found

    def _select(self, choice: Choice, names: list[str], world: World) -> tuple[int, ...]:
        if not names:
            return (self._chosen(choice, world),)
        if not self.survey.loose.isdisjoint(names) or self.combinations(names) > WORLDS_MAX:
            self.guessed.add(id(choice))
            return tuple(range(len(choice.arms)))
        chosen: set[int] = set()
        for combination in product(*(range(len(self.cases[name])) for name in names)):
            chosen.add(self._chosen(choice, world | dict(zip(names, combination, strict=True))))
            if len(chosen) == len(choice.arms):
                break
        return tuple(sorted(chosen))

    def _chosen(self, choice: Choice, world: World) -> int:
        def answer(test: Test) -> bool:
            found = self._answers.get(id(test))
            if found is None:
                found = self._answers[id(test)] = [case.answer(test) for case in self.cases[test.variable]]
            return found[world[test.variable]]

        last = len(choice.arms) - 1
        for index, arm in enumerate(choice.arms[:last]):
            if arm.condition is not None and evaluate(arm.condition, answer):
                return index
        return last

    def combinations(self, names: list[str]) -> int:
        """How many combinations the cases of these variables have."""
        total = 1
        for name in names:
            total *= len(self.cases[name])
            if total > WORLDS_MAX * WORLDS_MAX:
                break
        return total

    @cached_property
    def scopes(self) -> Mapping[int, tuple[str, ...]]:
        """For each node, by id, its split variables that are also mentioned elsewhere."""
        return self._places.scopes

    @cached_property
    def forget(self) -> Mapping[tuple[int, int], tuple[str, ...]]:
        """The variables that nothing mentions after the node of this index in the message of this id."""
        return self._places.forget

    @cached_property
    def _places(self) -> _Places:
        places = _Places(self)
        if self.split:
            places.message(self.message, False, frozenset())
        return places


class _Places:
    """Where the split variables of a plan are mentioned, and where for the last time. In a loop none is the last."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.scopes: dict[int, tuple[str, ...]] = {}
        self.forget: dict[tuple[int, int], tuple[str, ...]] = {}

    def message(self, message: Message, looped: bool, own: frozenset[str]) -> dict[str, int]:
        """The mentions in `message`."""
        counts: dict[str, int] = {}
        last: dict[str, int] = {}
        closed: set[str] = set()
        for index, node in enumerate(message):
            if isinstance(node, Text):
                continue
            here = self._node(node, looped, own, closed)
            for name, times in here.items():
                counts[name] = counts.get(name, 0) + times
                last[name] = index
        for name, times in () if looped else counts.items():
            if times == self.plan.survey.mentions[name] and name not in closed:
                key = (id(message), last[name])
                self.forget[key] = (*self.forget.get(key, ()), name)
        return counts

    def _node(self, node: Node, looped: bool, own: frozenset[str], closed: set[str]) -> dict[str, int]:
        here: dict[str, int] = {}
        if isinstance(node, Slot):
            self._mention(here, node.variable, looped, own)
        elif isinstance(node, Choice):
            for name in self.plan.spoken(node):
                self._mention(here, name, looped, own)
            for arm in node.arms:
                for name, times in self.message(arm.body, looped, own).items():
                    here[name] = here.get(name, 0) + times
                    closed |= {name} if times == self.plan.survey.mentions[name] else set()
        elif isinstance(node, Repeat):
            inside = self.message(node.body, True, node.own)
            here = {name: times for name, times in inside.items() if name not in node.own}
        totals = self.plan.survey.mentions
        everywhere = looped or isinstance(node, Repeat)
        self.scopes[id(node)] = tuple(name for name, times in here.items() if everywhere or times < totals[name])
        return here

    def _mention(self, here: dict[str, int], name: str | None, looped: bool, own: frozenset[str]) -> None:
        if name is not None and name in self.plan.split:
            here[name] = here.get(name, 0) + (2 if looped and name not in own else 1)
