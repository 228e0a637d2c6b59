"""Formulas of a fit: what takes the place of a parameter, and densities of the user's own.

In: a formula as written, the parameters by the name they are written with. Out: `ir.fitting.Formula` with its dimension, or None after a diagnostic. Numbers are in base units.
Dimensions are checked where `checked`; in a density they are not, since its parameters may have any. Nothing is evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dsl4bes.constructs.words import did_you_mean, listed
from dsl4bes.diagnostics.codes import fits, names
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Bag
from dsl4bes.ir.fitting import Apply, Formula, Literal, Observable, Use
from dsl4bes.ir.types import NUMBER, Dimension
from dsl4bes.physics.units import dimension_name, find_unit, unit_hint
from dsl4bes.syntax import ast

_OPERATORS = {ast.Operator.ADD: "+", ast.Operator.SUB: "-", ast.Operator.MUL: "*", ast.Operator.DIV: "/", ast.Operator.POW: "^"}
FUNCTIONS = {"sqrt": 1, "exp": 1, "log": 1, "abs": 1, "sin": 1, "cos": 1, "tan": 1, "atan": 1, "pow": 2, "min": 2, "max": 2}
_OBSERVABLES = ("x", "y")


@dataclass(slots=True)
class Reader:
    """Reads formulas that may name `known`: written name → name and dimension; `observables`: how many there are (0: none)."""

    known: Mapping[str, tuple[str, Dimension]]
    bag: Bag
    observables: int = 0
    checked: bool = True

    def read(self, value: ast.Expr) -> tuple[Formula, Dimension] | None:
        if isinstance(value, ast.Number):
            return self._number(value)
        if isinstance(value, (ast.Name, ast.Attribute)):
            return self._name(value)
        if isinstance(value, ast.Negative):
            inner = self.read(value.operand)
            return None if inner is None else (Apply("neg", (inner[0],)), inner[1])
        if isinstance(value, ast.Binary) and value.operator in _OPERATORS:
            return self._binary(value)
        if isinstance(value, ast.Call):
            return self._call(value)
        self.bag.add(codes.BAD_VALUE, f"`{value.span.text}` is nothing a formula of a fit can hold", value.span, help="numbers, parameters, `+ - * / **` and functions")
        return None

    def _number(self, value: ast.Number) -> tuple[Formula, Dimension] | None:
        if value.unit is None:
            return Literal(value.value), NUMBER
        unit = find_unit(value.unit.name)
        if unit is None:
            self.bag.add(codes.UNKNOWN_UNIT, f"`{value.unit.name}` is no unit", value.unit.span, help=unit_hint(value.unit.name))
            return None
        return Literal(value.value * unit.factor), unit.dimension

    def _name(self, value: ast.Name | ast.Attribute) -> tuple[Formula, Dimension] | None:
        written = value.span.text
        if isinstance(value, ast.Name) and value.name in _OBSERVABLES[: self.observables] and value.name not in self.known:
            return Observable(_OBSERVABLES.index(value.name)), NUMBER
        if written in self.known:
            name, dimension = self.known[written]
            return Use(name), dimension
        help = did_you_mean(written, self.known, f"there are {listed(sorted(self.known))}" if self.known else "a parameter is written `term.parameter`")
        self.bag.add(fits.UNKNOWN_FIT_PARAMETER, f"the fit has no parameter `{written}`", value.span, help=help)
        return None

    def _binary(self, value: ast.Binary) -> tuple[Formula, Dimension] | None:
        left, right = self.read(value.left), self.read(value.right)
        if left is None or right is None:
            return None
        made = Apply(_OPERATORS[value.operator], (left[0], right[0]))
        if value.operator is ast.Operator.MUL:
            return made, left[1] * right[1]
        if value.operator is ast.Operator.DIV:
            return made, left[1] / right[1]
        if value.operator is ast.Operator.POW:
            power = right[0].value if isinstance(right[0], Literal) else None
            if self.checked and power is None and left[1] != NUMBER:
                self.bag.add(codes.UNIT_MISMATCH, f"`{value.left.span.text}` is {dimension_name(left[1])}, and its power is no number", value.span, help="only a plain number has a power that floats")
                return None
            return made, left[1] ** (power or 0.0) if power is not None else NUMBER
        if self.checked and left[1] != right[1]:
            message = f"`{value.left.span.text}` is {dimension_name(left[1])}, and `{value.right.span.text}` is {dimension_name(right[1])}"
            self.bag.add(codes.UNIT_MISMATCH, message, value.span, help="both sides of a sum have the same unit")
            return None
        return made, left[1]

    def _call(self, value: ast.Call) -> tuple[Formula, Dimension] | None:
        name = value.function.name
        if name not in FUNCTIONS:
            help = did_you_mean(name, FUNCTIONS, f"there are {listed(FUNCTIONS)}")
            self.bag.add(names.UNKNOWN_NAME, f"a formula of a fit knows no function `{name}`", value.function.span, help=help)
            return None
        if len(value.arguments) != FUNCTIONS[name]:
            self.bag.add(names.WRONG_ARGUMENTS, f"`{name}` takes {FUNCTIONS[name]} value{'s' * (FUNCTIONS[name] > 1)}", value.span)
            return None
        operands = [self.read(argument.value) for argument in value.arguments]
        if any(operand is None for operand in operands):
            return None
        formulas = tuple(operand[0] for operand in operands if operand)
        dimension = operands[0][1] if operands[0] else NUMBER
        if self.checked and name not in ("sqrt", "abs", "min", "max") and dimension != NUMBER:
            self.bag.add(codes.UNIT_MISMATCH, f"`{name}` takes a plain number, and this is {dimension_name(dimension)}", value.span, help="divide by a quantity of the same kind")
            return None
        return Apply(name, formulas), dimension**0.5 if name == "sqrt" else dimension
