"""Jinja2's tree lowered to the message tree: arithmetic on what is declared by its length.

Theory of operation. Of a whole number the least and the most that it can be are followed through the operators; what is
printed is then a bound. A text of digits stands for the number; with `+` and a text, all are texts. Whatever fails
(a text plus a number) is never sent.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from itertools import islice, product
from typing import NamedTuple

from jinja2 import nodes

from smslint.dialects.jinja.bindings import Alias, Binding, Value
from smslint.dialects.jinja.changes import changed
from smslint.dialects.jinja.effects import FLOAT_LENGTH_MAX, is_digits
from smslint.dialects.jinja.filters import TEXT
from smslint.dialects.jinja.joining import Joining
from smslint.tree.domains import ALPHABETS, LENGTH_MAX, Domain, can_hold, joined, widest
from smslint.tree.message import Message, Slot, whole

OPERATORS_MAX = 30  # of one expression that is followed
DIGITS_MAX = 300  # of a number that is followed
QUOTIENTS_MAX = 1_000  # that are all looked at, of numbers of so many digits
QUOTIENT_DIGITS_MAX = 15


class Range(NamedTuple):
    """The least and the most that a whole number can be."""

    least: int
    most: int


class Arithmetic(Joining):
    """Lowers `+`, `-`, `*`, `//` and `%`, and signs."""

    @abstractmethod
    def operand_quietly(self, node: nodes.Node) -> Binding | None:
        """What a part of an expression is, None where that is not known."""

    def calculated(self, node: nodes.BinExpr | nodes.UnaryExpr) -> Value | None:
        """What an operator gives; None where that is not known."""
        found = self.finite(node)
        if found is not None or _operators(node) > OPERATORS_MAX:
            return found
        if isinstance(node, nodes.Add):
            text = self._added_texts(node)
            if text is not None:
                return text
        numbers = self._range(node)
        if numbers is None:
            return None
        domains = [any_between(numbers)]
        texts = self._as_text(node)
        domains += [] if texts is None else [texts]
        return Value((Slot(self.name_of(node), widest(domains), self.span(node)),))

    def divided(self, node: nodes.Div) -> Value | None:
        """What `/` gives of a whole number and a constant: a float, as long as the longest of those that it can be."""
        found = self.finite(node)
        if found is not None or _operators(node) > OPERATORS_MAX:
            return found
        numbers, by = self._range(node.left), self.constant(node.right)
        if numbers is None or type(by) not in (int, float) or not 1e-9 < abs(by) < 1e15:
            return None
        if numbers.most - numbers.least <= QUOTIENTS_MAX and max(map(abs, numbers)) < 10**QUOTIENT_DIGITS_MAX:
            lengths = [len(str(number / by)) for number in range(numbers.least, numbers.most + 1)]
        else:
            lengths = [3, FLOAT_LENGTH_MAX]
        domain = Domain(min(lengths), max(lengths), ALPHABETS["gsm7"], exact=False)
        return Value((Slot(self.name_of(node), domain, self.span(node)),))

    # -- texts -----------------------------------------------------------------------------------------------------

    def _added_texts(self, node: nodes.Add) -> Value | None:
        """`'Hello ' + name`, where one side is a text for sure, so that the other is one."""
        if self.autoescape:
            return None
        sides = [self.operand_quietly(side) for side in (node.left, node.right)]
        if not any(isinstance(side, Value) and _is_text(side) for side in sides):
            return self._added_variables(node, sides)
        found: Message = ()
        for side, part in zip(sides, (node.left, node.right), strict=True):
            message = None if side is None else self._text_of(side, part)
            if message is None:
                return None
            found += message
        return Value(found, text=True)

    def _added_variables(self, node: nodes.Add, sides: list[Binding | None]) -> Value | None:
        """Two variables that are declared by their length, of which nobody says whether they are texts or numbers; a
        sum of whole numbers is no longer than both, of others (0.1 + 0.2) as long as any float."""
        domains = [self.variable(side.key).domain for side in sides if isinstance(side, Alias)]
        if len(domains) < 2 or any(domain.values is not None or is_digits(domain) for domain in domains):
            return None
        both = joined(domains)
        domain = replace(both, length_min=min(both.length_min, 1))
        floats = any(can_hold(one.alphabet, character) for one in domains for character in ".en")
        if floats and both.length_max is not None and both.length_max < FLOAT_LENGTH_MAX:
            domain = replace(domain, length_max=FLOAT_LENGTH_MAX)
        return Value((Slot(self.name_of(node), domain, self.span(node)),))

    def _text_of(self, side: Binding, node: nodes.Node) -> Message | None:
        if isinstance(side, Value):
            return side.message if _is_text(side) else None
        return changed(TEXT, self.message_of(side, node), self.span(node), self.variables)

    def _as_text(self, node: nodes.Node) -> Domain | None:
        """What `node` is where its variables are texts of digits; None where it then is none, or fails."""
        if isinstance(node, nodes.Add):
            sides = [self._as_text(side) for side in (node.left, node.right)]
            known = [domain for domain in sides if domain is not None]
            return joined(known) if len(known) == 2 else None
        if isinstance(node, nodes.Mul):
            left, right = self._as_text(node.left), self._as_text(node.right)
            ways = [(left, self._range(node.right)), (right, self._range(node.left))]
            found = [_repeated(text, times) for text, times in ways if text is not None and times is not None]
            return widest(found) if found else None
        key = self.reference(node)
        domain = None if key is None else self.variable(key).domain
        return domain if domain is not None and domain.values is None and is_digits(domain) else None

    # -- numbers ---------------------------------------------------------------------------------------------------

    def _range(self, node: nodes.Node) -> Range | None:
        """What the whole number `node` can be; None where it may be none, or is not known."""
        constant = self.constant(node)
        if type(constant) is int:
            return Range(constant, constant)
        if isinstance(node, nodes.Neg):
            inner = self._range(node.node)
            return None if inner is None else Range(-inner.most, -inner.least)
        if isinstance(node, nodes.Pos):
            return self._range(node.node)
        if isinstance(node, nodes.BinExpr):
            return self._range_of_two(node)
        if isinstance(node, nodes.Filter) and node.node is not None and not node.args and not node.kwargs:
            return self._range_of_filter(node.name, node.node)
        key = self.reference(node)
        return None if key is None else _range_of(self.variable(key).domain)

    def _range_of_filter(self, name: str, inner: nodes.Node) -> Range | None:
        if name in self.declared_filters:
            return None
        if name in ("length", "count"):
            binding = self.operand_quietly(inner)
            if binding is None or (isinstance(binding, Value) and not _plain(binding)):
                return None
            domain = whole(self.message_of(binding, inner))
            return None if domain.length_max is None else Range(domain.length_min, domain.length_max)
        if name not in ("int", "abs"):
            return None
        found = self._range(inner)
        if found is None:
            return None
        if name == "int":
            return self._as_number(found, self._as_text(inner))
        return Range(0 if found.least <= 0 <= found.most else min(map(abs, found)), max(map(abs, found)))

    def _as_number(self, found: Range, text: Domain | None) -> Range | None:
        """What `|int` gives of numbers, and of texts of digits: 0 of one that is no number, or of what is undefined."""
        if text is None:
            return Range(min(found.least, 0), max(found.most, 0))
        if text.length_max is None or text.length_max > DIGITS_MAX:
            return None
        return Range(min(found.least, 0), max(found.most, 10**text.length_max - 1))

    def _range_of_two(self, node: nodes.BinExpr) -> Range | None:
        left, right = self._range(node.left), self._range(node.right)
        if left is None or right is None:
            return None
        if isinstance(node, nodes.Add):
            found = Range(left.least + right.least, left.most + right.most)
        elif isinstance(node, nodes.Sub):
            found = Range(left.least - right.most, left.most - right.least)
        elif isinstance(node, nodes.Mul):
            ends = [one * other for one, other in product(left, right)]
            found = Range(min(ends), max(ends))
        elif isinstance(node, nodes.FloorDiv) and right.least > 0:
            ends = [one // other for one, other in product(left, right)]
            found = Range(min(ends), max(ends))
        elif isinstance(node, nodes.Mod) and right.least > 0:
            found = Range(0, right.most - 1 if left.least < 0 else min(right.most - 1, left.most))
        else:
            return None
        return found if max(map(abs, found)) < 10**DIGITS_MAX else None


def _operators(node: nodes.BinExpr | nodes.UnaryExpr) -> int:
    return sum(1 for _ in islice(node.find_all((nodes.BinExpr, nodes.UnaryExpr)), OPERATORS_MAX)) + 1


def _is_text(value: Value) -> bool:
    return isinstance(value.constant, str) or (value.constant is None and value.text)


def _plain(value: Value) -> bool:
    """Whether it is what it prints."""
    return value.constant is None and value.items is None and not value.either and value.holds is None


def _range_of(domain: Domain) -> Range | None:
    """The numbers of a variable: its values, or those of so many digits."""
    if domain.values is not None:
        numbers = [value for value in domain.values if isinstance(value, int)]
        return Range(min(numbers), max(numbers)) if numbers and len(numbers) == len(domain.values) else None
    if not is_digits(domain) or domain.end or domain.length_max is None or domain.length_max > DIGITS_MAX:
        return None
    return Range(10 ** (domain.length_min - 1) if domain.length_min > 1 else 0, 10**domain.length_max - 1)


def any_between(numbers: Range) -> Domain:
    """One domain of all these numbers, as they print."""
    least, most = numbers
    if least >= 0:
        return Domain(len(str(least)), len(str(most)), ALPHABETS["digits"], exact=False)
    low = 1 if most >= 0 else len(str(most))
    return Domain(low, max(len(str(least)), len(str(most))), ALPHABETS["gsm7"], exact=False)


def _repeated(text: Domain, times: Range) -> Domain:
    low, high = (max(number, 0) for number in times)
    most = None if text.length_max is None or text.length_max * high > LENGTH_MAX else text.length_max * high
    return Domain(min(text.length_min * low, LENGTH_MAX), most, ALPHABETS["digits"], exact=False)
