"""A result in words: a table for a terminal, with everything that was asked.

In: `FitResult`. Out: text. A fit without a valid minimum is headed by why, one whose signal is not there by that.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, isfinite, log10
from typing import Any

from dsl4bes.fitting.results import FitResult, Fitted, parameter_of

_STATUS = "the minimiser ended with status {status} (0 is a minimum)"
_COVARIANCE = "the covariance is of quality {covariance_quality} (3 is accurate)"


def reasons(result: FitResult) -> list[str]:
    """Why a fit has no valid result; empty for one that has."""
    found = []
    if result.status != 0:
        found.append(_STATUS.format(status=result.status))
    if result.covariance_quality != 3:
        found.append(_COVARIANCE.format(covariance_quality=result.covariance_quality))
    if result.at_limit:
        found.append(f"at a limit: {', '.join(result.at_limit)}")
    return found


def text(result: FitResult) -> str:
    """The table of a result."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: FitResult) -> Iterator[str]:
    if result.no_signal:
        yield f"{result.name}: NO SIGNAL ({', '.join(result.no_signal)} at its limit 0: the upper limit is the result)"
    else:
        yield result.name + ("" if result.valid else f": NO RESULT ({'; '.join(reasons(result)) or 'see the macro'})")
    width = max((len(parameter.name) for parameter in result.parameters), default=0)
    for parameter in result.parameters:
        yield f"  {parameter.name:<{width}}  {with_error(parameter)}{'  AT A LIMIT' if parameter.at_limit else ''}"
    for key, value in result.more.items():
        if key.startswith("goodness"):
            yield f"  {_of(key)}chi2/ndf = {_as(value['chi2'], '.1f')}/{value['ndf']}, probability {_as(value['probability'], '.3g')}"
        elif key.startswith("significance"):
            yield f"  significance of {_of(key).rstrip(': ')}: {_as(value['sigma'], '.2f')} sigma"
        elif key.startswith("upper_limit"):
            yield f"  upper limit of {_of(key).rstrip(': ')}: " + (f"{value['limit']:.4g} at {value['level']:.4g}" if value["limit"] is not None else "none, as the likelihood does not fall")
        elif key.startswith("branching_fraction"):
            yield f"  branching fraction of {_of(key).rstrip(': ')}: {_as(value['value'], '.5g')} ± {_as(value['error'], '.2g')} (yield) ± {_as(value['error_efficiency'], '.2g')} (efficiency)"
        elif key == "sidebands":
            yield "  in the side bands"
            yield from (f"    {name:<{width}}  {with_error(parameter_of(name, values))}" for name, values in value["parameters"].items())
        elif key.startswith("yields"):
            yield from (f"  {_of(key)}{name}.yield  {with_error(Fitted(name, each['value'], each['error'], ''))}" for name, each in value.items())
        elif key == "at" or key.startswith("at "):
            yield from _at(_of(key), value)
        elif key == "intervals":
            yield from _intervals(value, width)
        elif key == "toys":
            yield f"  {value['converged']} of {value['drawn']} toys converged"
            yield from (f"    {name:<{width}}  pulls {pull['mean']:+.3f} ± {pull['mean_error']:.3f}, width {pull['width']:.3f} ± {pull['width_error']:.3f}" for name, pull in value.items() if isinstance(pull, dict))


def _as(value: float | None, form: str) -> str:
    """A number of the JSON, where null stands for what is none.

    >>> _as(None, ".2f"), _as(1.0, ".2f")
    ('nan', '1.00')
    """
    return format(float("nan") if value is None else value, form)


def _at(sample: str, places: list[dict[str, Any]]) -> Iterator[str]:
    for each in places:
        yield f"  {sample}model at {each['at']:.6g}: {with_error(Fitted('', each['value'], each['error'], ''))}"
        yield from (f"    {100 * float(level):.4g} %  [{ends[0]:.6g}, {ends[1]:.6g}]" for level, ends in each.items() if isinstance(ends, list))


def _of(key: str) -> str:
    name = key.partition(" ")[2]
    return f"{name}: " if name else ""


def _intervals(found: dict[str, dict[str, list[float]]], width: int) -> Iterator[str]:
    for level, parameters in found.items():
        yield f"  intervals at {100 * float(level):.4g} %"
        yield from (f"    {name:<{width}}  [{low:.6g}, {high:.6g}]" for name, (low, high) in parameters.items())


def with_error(parameter: Fitted) -> str:
    """A value and its error, both to the second digit of the error, with the unit.

    >>> with_error(Fitted("m", 0.1350695, 0.00014811, "GeV"))
    '0.13507 ± 0.00015 GeV'
    """
    digits = _digits(parameter.error)
    unit = f" {parameter.unit}" if parameter.unit else ""
    if parameter.error_low is not None and parameter.error_high is not None:
        return f"{parameter.value:.{digits}f} +{parameter.error_high:.{digits}f} -{abs(parameter.error_low):.{digits}f}{unit}"
    return f"{parameter.value:.{digits}f} ± {parameter.error:.{digits}f}{unit}"


def _digits(error: float) -> int:
    if not isfinite(error) or error <= 0:
        return 4
    return max(0, 1 - floor(log10(error)))
