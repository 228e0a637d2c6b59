"""Formulas of a fit as text of ROOT's `TFormula`.

In: `ir.fitting.Formula`, how parameters and observables are written. Out: text that `RooFormulaVar`, `RooGenericPdf` and `TF1` read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dsl4bes.ir.fitting import Apply, Formula, Literal, Observable, Use

_FUNCTIONS = {"min": "TMath::Min", "max": "TMath::Max", "abs": "TMath::Abs", "pow": "pow"}


def text(formula: Formula, parameters: Mapping[str, str], observables: Sequence[str] = ()) -> str:
    """A formula, every operation in brackets."""
    if isinstance(formula, Literal):
        return repr(formula.value) if formula.value >= 0 else f"({formula.value!r})"
    if isinstance(formula, Observable):
        return observables[formula.axis]
    if isinstance(formula, Use):
        return parameters[formula.name]
    assert isinstance(formula, Apply)
    operands = [text(operand, parameters, observables) for operand in formula.operands]
    if formula.operator == "neg":
        return f"(-{operands[0]})"
    if formula.operator == "^":
        return f"pow({operands[0]}, {operands[1]})"
    if formula.operator in ("+", "-", "*", "/"):
        return f"({operands[0]} {formula.operator} {operands[1]})"
    return f"{_FUNCTIONS.get(formula.operator, formula.operator)}({', '.join(operands)})"
