"""Shapes as curves and surfaces, in the words of ROOT's `TFormula`: `CURVES[word]` makes the text of a shape whose height is 1 where the shape's reference says.

In: the texts of its parameters and observables, the range, settings. Out: text. A shape of `constructs/shapes` without `curve` has none; a test compares the two tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dsl4bes.ir.fitting import Density, Formula
from dsl4bes.macro.formulas import text


@dataclass(frozen=True, slots=True)
class Curve:
    """What a curve is written with: `parameters` as text by their role, the observables, the range of the first."""

    density: Density
    parameters: Mapping[str, str]
    low: float
    high: float
    observables: tuple[str, ...] = ("x", "y")

    def __getitem__(self, role: str) -> str:
        return self.parameters[role]


Written = Callable[[Curve], str]


def _template(pattern: str) -> Written:
    """A formula with `{role}` in the place of parameters."""
    return lambda curve: pattern.format(**curve.parameters)


def _exponential(curve: Curve) -> str:
    return f"exp({curve['slope']}*(x - {_signed(curve.low)}))"


#: T6 and T7: how far the functions of ROOT 6.24 go is not known, those of 5.34 and 6.40 both know T0 to T5.
CHEBYSHEV_FROM_6 = ("(32*pow({y}, 6) - 48*pow({y}, 4) + 18*pow({y}, 2) - 1)", "(64*pow({y}, 7) - 112*pow({y}, 5) + 56*pow({y}, 3) - 7*{y})")


def _chebyshev(curve: Curve) -> str:
    order = len(curve.parameters)
    if order == 0:
        return "1"
    scaled = f"(2*x - {_signed(curve.low + curve.high)})/{curve.high - curve.low!r}"
    coefficients = list(curve.parameters.values())
    low = f"ROOT::Math::Chebyshev{min(order, 5)}({scaled}, 1, {', '.join(coefficients[:5])})"
    high = [f"{coefficient}*{polynomial.format(y=scaled)}" for coefficient, polynomial in zip(coefficients[5:], CHEBYSHEV_FROM_6, strict=False)]
    return f"({' + '.join((low, *high))})" if high else low


def _polynomial(curve: Curve) -> str:
    parts = [_power(coefficient, int(role[1:])) for role, coefficient in curve.parameters.items()]
    return "(" + " + ".join(parts if "c0" in curve.parameters else ["1", *parts]) + ")"


def _power(coefficient: str, power: int) -> str:
    return coefficient if power == 0 else f"{coefficient}*x" if power == 1 else f"{coefficient}*pow(x, {power})"


def _signed(value: float) -> str:
    return repr(value) if value >= 0 else f"({value!r})"


def _formula(curve: Curve) -> str:
    assert curve.density.formula is not None
    names = {name: curve.parameters[role] for role, name in curve.density.parameters}
    return text(curve.density.formula, names, curve.observables)


_BELOW = "ROOT::Math::crystalball_function(x, {alpha_low}, {n_low}, {sigma}, {mean})"
_ABOVE = "ROOT::Math::crystalball_function(x, -{alpha_high}, {n_high}, {sigma}, {mean})"
_INSIDE = "TMath::Max(0., 1 - pow(x/{endpoint}, 2))"
_NARROW, _WIDE = "{share}/{sigma}", "(1 - {share})/{sigma_wide}"

CURVES: Mapping[str, Written] = {
    "argus": _template(f"x/{{endpoint}}*pow({_INSIDE}, {{power}})*exp({{slope}}*{_INSIDE})*(x < {{endpoint}})"),
    "breit_wigner": _template("pow({width}, 2)/(4*pow(x - {mean}, 2) + pow({width}, 2))"),
    "chebyshev": _chebyshev,
    "crystal_ball": _template("ROOT::Math::crystalball_function(x, {alpha}, {n}, {sigma}, {mean})"),
    "double_crystal_ball": _template(f"((x < {{mean}})*{_BELOW} + (x >= {{mean}})*{_ABOVE})"),
    "double_gaussian": _template(f"({_NARROW}*exp(-0.5*pow((x - {{mean}})/{{sigma}}, 2)) + {_WIDE}*exp(-0.5*pow((x - {{mean}})/{{sigma_wide}}, 2)))/({_NARROW} + {_WIDE})"),
    "exponential": _exponential,
    "formula": _formula,
    "gaussian": _template("exp(-0.5*pow((x - {mean})/{sigma}, 2))"),
    "gaussian_2d": _template(
        "exp(-0.5*(pow((x - {mean_x})/{sigma_x}, 2) - 2*{correlation}*(x - {mean_x})*(y - {mean_y})/({sigma_x}*{sigma_y}) + pow((y - {mean_y})/{sigma_y}, 2))/(1 - pow({correlation}, 2)))"
    ),
    "polynomial": _polynomial,
    "relativistic_breit_wigner": _template("pow({mean}*{width}, 2)/(pow(x*x - {mean}*{mean}, 2) + pow({mean}*{width}, 2))"),
    "voigtian": _template("TMath::Voigt(x - {mean}, {sigma}, {width}, 4)/TMath::Voigt(0, {sigma}, {width}, 4)"),
}


def curve(density: Density, parameters: Mapping[str, str], low: float, high: float) -> str:
    """The text of a density as a curve: `parameters` are the texts by name."""
    roles = {role: parameters[name] for role, name in density.parameters}
    return CURVES[density.shape](Curve(density, roles, low, high))


def written_out(formula: Formula, parameters: Mapping[str, str]) -> str:
    """A parameter that follows others, in the place where it is used."""
    return f"({text(formula, parameters)})"
