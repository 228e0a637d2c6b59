"""The type of every expression, and what in it does not fit.

In: nodes of expressions and the context. Out: a `Type`, or None after a finding was made (so that one fault is said once). A body that passes has a type
for every expression in it. Calls are in `calls.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dsl4bes.unknown.policy import calls
from dsl4bes.unknown.policy.bounds import Bounds, literal
from dsl4bes.unknown.policy.context import IN, Context, children, part, plain
from dsl4bes.unknown.policy.finding import Fix
from dsl4bes.unknown.policy.greatest import Greatest
from dsl4bes.unknown.policy.rules import Rule
from dsl4bes.unknown.policy.tables import CONSTANTS
from dsl4bes.unknown.policy.types import (
    BOOL,
    DOUBLE,
    FRACTIONS,
    INT,
    INTEGERS,
    LORENTZ,
    MOMENTA,
    NUMBERS,
    QUOTIENT,
    THREE,
    UNSIGNED_TYPES,
    Type,
    common,
)  # fmt: skip

if TYPE_CHECKING:
    from tree_sitter import Node

_FRACTION = re.compile(r"(\d+\.\d*|\.\d+)([eE][+-]?\d{1,3})?|\d+[eE][+-]?\d{1,3}", re.ASCII)
_COMPARISONS = {"<", ">", "<=", ">=", "==", "!="}


class Expressions:
    """Reads expressions; `infer` is the way in."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.bounds = Bounds(context)
        self.greatest = Greatest(context, self.bounds)

    def infer(self, node: Node) -> Type | None:
        """The type of a value; None once a finding says what is wrong."""
        if self.context.is_refused(node):
            return None
        method = getattr(self, f"_{node.type}", None)
        if method is None:
            return self.refuse(node, Rule.FORM, f"`{self._short(node)}` is not a value a body may use")
        found = method(node)
        if found is None and not self.context.something_refused:
            return self.refuse(node, Rule.FORM, f"`{self._short(node)}` is not understood")  # never silently accepted
        if found is not None:
            self.context.typed(node, found)
        return found

    def refuse(self, node: Node, rule: Rule, message: str, help_: str = "", fix: Fix | None = None) -> Any:
        """Always None, which is what `infer` gives after a finding."""
        self.context.refuse(node, rule, message, help_, fix)

    def fits(self, node: Node, wanted: Type, what: str) -> bool:
        """Whether the value may be used as `wanted`; a finding if not."""
        got = self.infer(node)
        return got is not None and self.converts(node, got, wanted, what)

    def converts(self, node: Node, got: Type, wanted: Type, what: str) -> bool:
        if got == wanted or (got in NUMBERS and wanted in NUMBERS and (wanted in FRACTIONS or got in INTEGERS) and not _loses_fraction(got, wanted)):
            return True
        shown = self._short(node)
        if got in NUMBERS and wanted in NUMBERS and got == QUOTIENT:
            message = f"`{shown}` divides whole numbers and cuts the fraction off"
            self.refuse(node, Rule.DIVISION, message, "write `static_cast<double>(a) / b`")
        elif got in FRACTIONS and wanted in INTEGERS:
            self.refuse(node, Rule.NARROWING, f"{what} is {wanted}, and `{shown}` has a fraction", f"use a double, or write `static_cast<{wanted}>(...)`")
        elif got in NUMBERS and wanted == BOOL:
            self.refuse(node, Rule.NARROWING, f"{what} is true or false, and `{shown}` is a number", "write a comparison, `true` or `false`")
        elif got.name == wanted.name == "std::pair":
            return all(self.converts(node, mine, theirs, what) for mine, theirs in zip(got.arguments, wanted.arguments, strict=True))
        else:
            help_ = f"write `{shown}.vect()`" if (got, wanted) == (LORENTZ, THREE) else ""
            self.refuse(node, Rule.TYPE, f"{what} is {wanted}, and `{shown}` is {got}", help_)
        return False

    def condition(self, node: Node) -> None:
        """A condition is a bool, or a whole number that is not zero."""
        got = self.infer(node)
        if got is not None and got != BOOL and got not in INTEGERS:
            self.refuse(node, Rule.TYPE, f"`{self._short(node)}` is {got} and no condition", "write a comparison")

    # ---- one method for each kind of node

    def _identifier(self, node: Node) -> Type | None:
        name = self.context.text(node)
        local = self.context.lookup(node)
        if local is not None:
            return local.type
        if name == IN:
            return Type(self.context.names.view)
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in self.context.names.members:
            return self.refuse(node, Rule.UNKNOWN_NAME, f"there is no variable `{name}`", f"it is a member of the view: write `in.{name}`", Fix(name, f"in.{name}"))
        known = [*self.context.visible(), *CONSTANTS, IN]
        return self.refuse(node, Rule.UNKNOWN_NAME, f"there is no variable `{name}`", self.context.near(name, known))

    def _qualified_identifier(self, node: Node) -> None:
        self.refuse(node, Rule.UNKNOWN_NAME, f"`{self._short(node)}` is not a value a body may use")

    _template_function = _qualified_identifier

    def _primitive_type(self, node: Node) -> None:
        self.refuse(node, Rule.TYPE, f"`{self._short(node)}` is a type and no value")

    def _true(self, node: Node) -> Type:
        return BOOL

    _false = _true

    def _number_literal(self, node: Node) -> Type | None:
        text = self.context.text(node).lstrip("+-")  # the grammar takes a sign into the number
        if _FRACTION.fullmatch(text):
            return DOUBLE
        whole = literal(text)
        if whole is None or (text[0] == "0" and text != "0"):
            shown = text if len(text) < 30 else f"{text[:30]}..."
            return self.refuse(node, Rule.NUMBER, f"`{shown}` is not a plain decimal number", "write e.g. 12 or 0.05 or 1e-3, without suffix")
        return INT

    def _parenthesized_expression(self, node: Node) -> Type | None:
        inner = children(node)
        return self.infer(inner[0]) if len(inner) == 1 else self.refuse(node, Rule.FORM, "these brackets hold more than one value")

    def _initializer_list(self, node: Node) -> None:
        self.refuse(node, Rule.STANDARD, "C++98 takes `{...}` for arrays only", "construct with round brackets, or use push_back")

    def _assignment_expression(self, node: Node) -> None:
        self.refuse(node, Rule.SIDE_EFFECT, "this assigns within an expression", "compare with `==`, or make the assignment a statement of its own")

    def _update_expression(self, node: Node) -> None:
        self.refuse(node, Rule.SIDE_EFFECT, f"`{self._short(node)}` changes a variable within an expression", "make it a statement of its own")

    def _unary_expression(self, node: Node) -> Type | None:
        operator, value = self.context.text(part(node, "operator")), part(node, "argument")
        if operator == "!":
            self.condition(value)
            return BOOL
        got = self.infer(value)
        if got is None:
            return None
        if got in UNSIGNED_TYPES:
            return self.refuse(node, Rule.UNSIGNED_MINUS, f"the negative of a size is a huge number: `{self._short(node)}`", "write `-static_cast<int>(...)`")
        if not (operator == "-" and (got in NUMBERS or got in MOMENTA)) and not (operator == "+" and got in NUMBERS):
            return self.refuse(node, Rule.TYPE, f"`{operator}` does not work on {got}")
        return got

    def _conditional_expression(self, node: Node) -> Type | None:
        self.condition(part(node, "condition"))
        first, second = part(node, "consequence"), part(node, "alternative")
        one, two = self.infer(first), self.infer(second)
        if one is None or two is None:
            return None
        if one == two:
            return one
        if one in NUMBERS and two in NUMBERS and QUOTIENT not in (one, two):
            return common(one, two)
        return self.refuse(node, Rule.TYPE, f"the two values of `?:` have the types {one} and {two}", "give both the same type")

    def _cast_expression(self, node: Node) -> Type | None:
        return calls.cast(self, node, part(node, "type"), [part(node, "value")])

    def _call_expression(self, node: Node) -> Type | None:
        return calls.call(self, node)

    def _subscript_expression(self, node: Node) -> Type | None:
        of, index = self.infer(part(node, "argument")), children(part(node, "indices"))
        if len(index) != 1:
            return self.refuse(node, Rule.FORM, "an index is one number")
        at = self.infer(index[0])
        if of is None or at is None:
            return None
        if of.element is None:
            help_ = "write px(), py(), pz(), e()" if of == LORENTZ else "write x(), y(), z()" if of == THREE else ""
            return self.refuse(node, Rule.TYPE, f"{of} has no elements `[i]`", help_)
        if at not in INTEGERS:
            return self.refuse(index[0], Rule.TYPE, f"an index is a whole number, and `{self._short(index[0])}` is {at}")
        return of.element

    def _field_expression(self, node: Node) -> Type | None:
        of = self.infer(part(node, "argument"))
        if of is None:
            return None
        name = self.context.text(part(node, "field"))
        members = self.context.names.members_of(of)
        if of.name == "std::pair":
            members = dict(zip(("first", "second"), of.arguments, strict=True))
        if name in members:
            return members[name]
        return self.refuse(part(node, "field"), Rule.UNKNOWN_MEMBER, f"{of} has no member `{name}`", calls.instead_of_member(self, of, name, members, called=False))

    def _binary_expression(self, node: Node) -> Type | None:
        operator = self.context.text(part(node, "operator"))
        left, right = part(node, "left"), part(node, "right")
        if operator in ("&&", "||"):
            self.condition(left)
            self.condition(right)
            return BOOL
        one, two = self.infer(left), self.infer(right)
        if one is None or two is None:
            return None
        if operator in _COMPARISONS:
            return self._compared(node, operator, one, two)
        if operator in ("+", "-", "*", "/", "%"):
            return self.arithmetic(node, operator, (left, one), (right, two))
        help_ = {"&": "write `&&`", "|": "write `||`", "^": "write `std::pow(a, b)` for a power, `!=` for exclusive or"}.get(operator, "")
        return self.refuse(node, Rule.OPERATOR, f"`{operator}` is not an operator a body may use", help_)

    def _compared(self, node: Node, operator: str, one: Type, two: Type) -> Type | None:
        left, right = part(node, "left"), part(node, "right")
        if one == two == BOOL and operator in ("==", "!="):
            return BOOL
        if BOOL in (one, two) and (one in NUMBERS or two in NUMBERS):
            chained = plain(left).type == "binary_expression" or plain(right).type == "binary_expression"
            help_ = "write `a < x && x < b`" if chained else "compare numbers with numbers"
            return self.refuse(node, Rule.COMPARISON, f"`{self._short(node)}` compares true or false with a number", help_)
        if one not in NUMBERS or two not in NUMBERS:
            return self.refuse(node, Rule.TYPE, f"`{operator}` does not compare {one} with {two}", "compare numbers, e.g. `.m()` or `.rho()`")
        for mine, theirs, side in ((one, two, left), (two, one, right)):
            if mine == QUOTIENT and theirs in FRACTIONS:
                self.converts(side, mine, theirs, "the other side")
            if mine in INTEGERS - UNSIGNED_TYPES and theirs in UNSIGNED_TYPES:
                self.context.later.append(lambda side=side: self._sign(side))  # type: ignore[misc]
        return BOOL

    def _sign(self, node: Node) -> None:
        if not self.bounds.not_negative(node):
            message = f"`{self._short(node)}` may be negative, and is compared with a size, which makes it a huge number"
            self.refuse(node, Rule.COMPARISON, message, "write `static_cast<int>(list.size())`")

    def arithmetic(self, node: Node, operator: str, first: tuple[Node, Type], second: tuple[Node, Type]) -> Type | None:
        """The type of `first operator second`; the node is where findings are put."""
        (_, one), (right, two) = first, second
        if one in NUMBERS and two in NUMBERS:
            return self._of_numbers(node, operator, first, second)
        if one == two and one in MOMENTA and operator in ("+", "-", "*"):
            return DOUBLE if operator == "*" else one
        if one in MOMENTA and two in NUMBERS and operator in ("*", "/"):
            self.zero(right, operator)
            return one
        if one in NUMBERS and two in MOMENTA and operator == "*":
            return two
        help_ = "write `flag ? 1 : 0`" if BOOL in (one, two) else "add `.vect()` to the four-vector" if {one, two} == MOMENTA else ""
        return self.refuse(node, Rule.TYPE, f"`{operator}` does not work on {one} and {two}", help_)

    def _of_numbers(self, node: Node, operator: str, first: tuple[Node, Type], second: tuple[Node, Type]) -> Type | None:
        (left, one), (right, two) = first, second
        both_whole = one in INTEGERS and two in INTEGERS
        self.zero(right, operator)
        if operator == "%" and not both_whole:
            return self.refuse(node, Rule.TYPE, "`%` is for whole numbers", "write `std::fmod(a, b)`")
        if operator in ("/", "%") and both_whole:
            if literal(self.context.text(plain(right))) is None:
                message = f"`{self._short(node)}` divides whole numbers by one that may be zero, and cuts the fraction off"
                return self.refuse(node, Rule.DIVISION, message, "write `static_cast<double>(a) / b`")
            return QUOTIENT if operator == "/" else common(one, two)
        if operator == "-" and (one in UNSIGNED_TYPES or two in UNSIGNED_TYPES) and both_whole:
            message = f"`{self._short(node)}` is a huge number when it should be negative"
            return self.refuse(node, Rule.UNSIGNED_MINUS, message, "write `i + 1 < list.size()`, or `static_cast<int>(list.size()) - 1`")
        for side, mine, theirs in ((left, one, two), (right, two, one)):
            if mine == QUOTIENT and theirs in FRACTIONS:
                self.converts(side, mine, theirs, "the other side")
        return common(one, two)

    def zero(self, right: Node, operator: str) -> None:
        """A finding for division by a literal zero."""
        text = self.context.text(plain(right))
        if operator in ("/", "%") and re.fullmatch(r"[+-]?[0.]+([eE][+-]?\d+)?", text):
            self.refuse(right, Rule.DIVISION, "this divides by zero")

    def _short(self, node: Node) -> str:
        text = " ".join(self.context.text(node).split())
        return text if len(text) <= 60 else f"{text[:57]}..."

    short = _short


def _loses_fraction(got: Type, wanted: Type) -> bool:
    return got == QUOTIENT and wanted in FRACTIONS
