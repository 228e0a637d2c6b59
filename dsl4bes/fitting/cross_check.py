"""`--cross-check` of a fit: what ROOT found beside what the judge finds in the same data.

In: a located `Fit` and its `FitResult`. Out: `FitCheck`: parameter by parameter both results, the minimum of both, what differs, what was not judged and why. Values may differ by 0.02 of an error, errors by 2 %, chi2 by 0.001 (`compare.py`
says why). Likelihoods differ by constants that depend on nothing, so that of the judge is also taken at ROOT's parameters: it may not lie above the judge's minimum by more than differences of that size explain. No number of ROOT is used in the judge's fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl4bes.fitting.compare import ERRORS, VALUES, Difference, differences
from dsl4bes.fitting.results import FitResult, Fitted
from dsl4bes.ir import fitting as ir

if TYPE_CHECKING:
    from dsl4bes.fitting.independent import Estimate

#: RooKeysPdf fills a table whose Gaussians are displaced (`tests/fitting/test_shapes_agree.py`): values agree to 0.05 of an error.
ROUGH = {"keys_pdf": 0.05}
CHI2 = 1e-3  #: by which chi2 of the two may differ, absolutely or of itself times 1e-5
#: By how much of what makes one error the judge's objective may be larger at ROOT's parameters. 0.02 errors of each of ten parameters, all in one direction, are 0.004.
RISE = 0.01
_DETAILS = ("edm", "fixed", "picture")  #: of a result that say how, and not what
_NEEDED = ("numpy", "scipy", "iminuit", "uproot")


@dataclass(frozen=True, slots=True)
class Compared:
    """A parameter in both fits. `differs`: in words; empty where they agree."""

    macro: Fitted
    judge: Fitted
    difference: Difference
    differs: str


@dataclass(frozen=True, slots=True)
class Minimum:
    """The minimum of both, and how much larger the judge's objective is at ROOT's parameters, in what makes one error. `same`: whether the numbers themselves are to agree, as those of chi2 are."""

    macro: float
    judge: float
    rise: float
    same: bool


@dataclass(frozen=True, slots=True)
class FitCheck:
    """`not_made`: why nothing was compared; `left`: what else the result says and nobody judged; `values`: the tolerance, in errors."""

    name: str
    not_made: str = ""
    parameters: tuple[Compared, ...] = ()
    minimum: Minimum | None = None
    differences: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    values: float = VALUES

    @property
    def agrees(self) -> bool:
        """Whether it was made and nothing differs."""
        return not self.not_made and not self.differences


def cross_check(fit: ir.Fit, result: FitResult | None, folder: Path = Path()) -> FitCheck:
    """The judge's fit held against ROOT's; relative names of files are those in `folder`."""
    if result is None or not result.valid:
        return FitCheck(fit.name, "ROOT has no valid result")
    if missing := [name for name in _NEEDED if find_spec(name) is None]:
        return FitCheck(fit.name, f'the judge needs {", ".join(missing)}: python -m pip install "dsl4bes[fits]"')
    from dsl4bes.fitting.data import NotJudged
    from dsl4bes.fitting.independent import independent_fit

    try:
        judge = independent_fit(fit, folder)
    except NotJudged as problem:
        return FitCheck(fit.name, str(problem))
    if not judge.valid:
        return FitCheck(fit.name, f"the judge finds no valid minimum{_limits([each.name for each in judge.parameters if each.at_limit])}")
    try:
        found = differences(result, judge)
    except ValueError as other:
        return FitCheck(fit.name, differences=(str(other),), left=_left(result))
    room = max([VALUES, *(ROUGH.get(term.density.shape, 0.0) for term in fit.terms)])
    compared = tuple(_compared(result[each.name], each, difference, room) for each, difference in zip(judge.parameters, found, strict=True))
    up = 1.0 if fit.method is ir.Method.CHI2 else 0.5
    rise = (judge.objective({each.name: each.value for each in result.parameters}) - judge.minimum) / up
    minimum = Minimum(result.minimum, judge.minimum, rise, fit.method is ir.Method.CHI2)
    return FitCheck(fit.name, "", compared, minimum, (*(each.differs for each in compared if each.differs), *_minima(minimum, room)), _left(result), room)


def _compared(macro: Fitted, estimate: Estimate, difference: Difference, room: float) -> Compared:
    judge = Fitted(macro.name, estimate.value, estimate.error, macro.unit, estimate.low, estimate.high)
    differs = "" if difference.small(room) else str(difference)
    for side, theirs, ours in (("lower", macro.error_low, judge.error_low), ("upper", macro.error_high, judge.error_high)):
        if not differs and theirs is not None and ours is not None and not abs(theirs / ours - 1) <= ERRORS:  # written so that nan differs
            differs = f"{macro.name}: the {side} errors differ by {100 * (theirs / ours - 1):+.3g} %"
    return Compared(macro, judge, difference, differs)


def _minima(minimum: Minimum, room: float) -> list[str]:
    if minimum.same and not abs(minimum.macro - minimum.judge) <= max(CHI2, 1e-5 * abs(minimum.judge)):
        return [f"the minimum of chi2 is {minimum.macro:.7g} in ROOT and {minimum.judge:.7g} here"]
    if not minimum.rise <= RISE * (room / VALUES) ** 2:
        return [f"at ROOT's parameters the judge's {'chi2' if minimum.same else 'likelihood'} is worse by {minimum.rise:.3g} of what makes one error"]
    return []


def _left(result: FitResult) -> tuple[str, ...]:
    """What was asked of a result beyond its parameters, in words: the judge has no part in it."""
    return tuple(dict.fromkeys(key.partition(" ")[0].replace("_", " ") for key in result.more if key not in _DETAILS))


def _limits(names: list[str]) -> str:
    return f": {', '.join(names)} at a limit" if names else ""


def as_json(check: FitCheck) -> dict[str, Any]:
    """Plain data for JSON."""
    return {
        "made": not check.not_made,
        "not_made": check.not_made,
        "agrees": check.agrees,
        "tolerance": {"value": check.values, "error": ERRORS},
        "parameters": {
            each.macro.name: {
                "root": {"value": each.macro.value, "error": each.macro.error}, "judge": {"value": each.judge.value, "error": each.judge.error},
                "value_off": each.difference.value, "error_off": each.difference.error, "agrees": not each.differs,
            } for each in check.parameters
        },
        "minimum": None if check.minimum is None else {"root": check.minimum.macro, "judge": check.minimum.judge, "rise": check.minimum.rise, "comparable": check.minimum.same},
        "differences": list(check.differences),
        "not_judged": list(check.left),
    }  # fmt: skip
