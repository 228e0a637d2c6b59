"""The judge of fits: the same fit by NumPy and iminuit, without ROOT.

In: a `Fit` of densities, the folder of its files. Out: `IndependentResult`: values, errors, asymmetric errors, the minimum; or `NotJudged`.
It reads the data, builds the objective and minimises it on its own; no macro and no result of ROOT is looked at. iminuit comes with the extra `[fits]`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dsl4bes.fitting.data import NotJudged, Ranges
from dsl4bes.fitting.densities.table import roles
from dsl4bes.fitting.objective import Objective, Part, count, read
from dsl4bes.ir import fitting as ir

TOLERANCE = 1e-3  #: of Minuit: the minimum is found to 1e-6 of what makes an error


@dataclass(frozen=True, slots=True)
class Estimate:
    """A floating parameter at the minimum, under its name in the program; asymmetric errors where they were asked for."""

    name: str
    value: float
    error: float
    low: float | None = None
    high: float | None = None
    at_limit: bool = False


@dataclass(frozen=True, slots=True)
class IndependentResult:
    """`minimum`: of the objective, which in a likelihood lacks constant terms. `valid`: the minimum was found, its covariance is accurate, and no parameter is at a limit. `objective`: what was minimised, by the parameters' names."""

    parameters: tuple[Estimate, ...]
    minimum: float
    valid: bool
    held: Mapping[str, float]  #: shapes of backgrounds that stay as the side bands give them
    objective: Callable[[Mapping[str, float]], float] = field(compare=False, repr=False)

    def __getitem__(self, name: str) -> Estimate:
        """The parameter `name` (`signal.mean`)."""
        return next(parameter for parameter in self.parameters if parameter.name == name)


def independent_fit(fit: ir.Fit, folder: Path) -> IndependentResult:
    """The result of a fit of densities whose files lie in `folder`. Raises `NotJudged`."""
    if fit.curve:
        raise NotJudged("curves and surfaces have no density")
    parts = read(fit, folder)
    starts = _starts(fit, parts)
    held: dict[str, float] = {}
    if fit.sidebands is not None:
        starts, held = _from_sidebands(fit, parts, starts, folder)
        fit = replace(fit, parameters=tuple(replace(each, fixed=True, value=held[each.name]) if each.name in held else each for each in fit.parameters))
    found = _minimum(fit, parts, fit.axes[0].ranges, starts, folder, fit.minos)
    return replace(found, held={fit.parameter(name).written: value for name, value in held.items()})


@dataclass(frozen=True, slots=True)
class _Start:
    value: float
    low: float | None
    high: float | None


def _starts(fit: ir.Fit, parts: tuple[Part, ...]) -> dict[str, _Start]:
    """Starts and limits of what floats, shares of entries made numbers of them."""
    owner = {term.amount: part for part in parts for term in part.terms if term.amount}
    found: dict[str, _Start] = {}
    for parameter in fit.parameters:
        if parameter.floats:
            scale = count(owner[parameter.name].data) if parameter.per_entry else 1.0
            found[parameter.name] = _Start(parameter.value * scale, *(None if limit is None else limit * scale for limit in (parameter.low, parameter.high)))
    return found


def _from_sidebands(fit: ir.Fit, parts: tuple[Part, ...], starts: dict[str, _Start], folder: Path) -> tuple[dict[str, _Start], dict[str, float]]:
    """Starts after the fit of the backgrounds alone, and their shapes where these stay."""
    assert fit.sidebands is not None
    backgrounds = tuple(term for term in parts[0].terms if term.role is ir.Role.BACKGROUND)
    if fit.method is ir.Method.LIKELIHOOD:
        if len(backgrounds) > 1:
            raise NotJudged("of several backgrounds with fractions, side bands give ratios only")
        backgrounds = tuple(replace(term, amount="") for term in backgrounds)
    alone = Part(parts[0].name, backgrounds, parts[0].data)
    used = [name for term in backgrounds for _, name in roles(term.density)] + [term.amount for term in backgrounds if term.amount]
    needed = {name for each in used for name in _needs(fit, each)}
    first = _minimum(fit, (alone,), fit.sidebands.ranges, {name: start for name, start in starts.items() if name in needed}, folder, minos=False)
    values = {name: first[fit.parameter(name).written].value for name in starts if name in needed}
    moved = {name: replace(start, value=values.get(name, start.value)) for name, start in starts.items()}
    amounts = {term.amount for term in backgrounds}
    return moved, {name: value for name, value in values.items() if name not in amounts} if fit.sidebands.fixed else {}


def _needs(fit: ir.Fit, name: str) -> set[str]:
    """The parameters that a parameter is made of: itself, or those in its formula and in theirs."""
    formula = fit.parameter(name).formula
    return {name} if formula is None else {other for use in ir.used(formula) for other in _needs(fit, use)}


def _minimum(fit: ir.Fit, parts: tuple[Part, ...], ranges: Ranges, starts: Mapping[str, _Start], folder: Path, minos: bool) -> IndependentResult:
    try:
        from iminuit import Minuit
    except ImportError:
        raise NotJudged('the independent fit needs iminuit: python -m pip install "dsl4bes[fits]"') from None
    objective = Objective(fit, parts, ranges, folder)
    names = [parameter.name for parameter in fit.parameters if parameter.floats and parameter.name in starts]
    begin = {name: starts[name] for name in names}

    def at(values: object) -> float:
        return objective(dict(zip(names, values, strict=True)))  # type: ignore[call-overload]

    minuit = Minuit(at, [begin[name].value for name in names], name=names)
    minuit.errordef = 1.0 if objective.chi2 else 0.5
    minuit.tol = TOLERANCE
    for name, start in begin.items():
        if start.low is not None or start.high is not None:
            minuit.limits[name] = (start.low, start.high)
        if start.low is not None and start.high is not None:
            minuit.errors[name] = 0.1 * (start.high - start.low)
    for strategy in (1, 2):
        minuit.strategy = strategy
        minuit.migrad(ncall=20000)
        minuit.hesse()
        if minuit.valid and minuit.accurate:
            break
    if minos and minuit.valid:
        minuit.minos()
    found = tuple(_estimate(fit, minuit, name, begin[name]) for name in names)
    written = {fit.parameter(name).written: name for name in names}
    return IndependentResult(
        found, float(minuit.fval), bool(minuit.valid and minuit.accurate) and not any(each.at_limit for each in found), {}, lambda values: objective({written[name]: value for name, value in values.items()})
    )


def _estimate(fit: ir.Fit, minuit: Any, name: str, start: _Start) -> Estimate:
    value, error = float(minuit.values[name]), float(minuit.errors[name])
    low, high = (float(minuit.merrors[name].lower), float(minuit.merrors[name].upper)) if name in minuit.merrors else (None, None)
    near = any(limit is not None and abs(value - limit) < 0.02 * error for limit in (start.low, start.high))
    return Estimate(fit.parameter(name).written, value, error, low, high, near)
