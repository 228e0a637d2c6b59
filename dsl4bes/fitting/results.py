"""What came of a fit: the JSON that its macro wrote, as data.

In: the text of `<name>.json`. Out: `FitResult`. Numbers are those of ROOT; a result that is not valid says why, and its numbers are shown as those of no fit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


class Unreadable(ValueError):
    """The file is not what a macro of ours writes."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A parameter at the minimum: `name` as the program writes it (`signal.mean`); asymmetric errors where they were asked for."""

    name: str
    value: float
    error: float
    unit: str
    error_low: float | None = None
    error_high: float | None = None
    at_limit: bool = False


@dataclass(frozen=True, slots=True)
class FitResult:
    """`valid`: the minimum was found, its covariance is accurate, no parameter is at a limit. `more`: everything else the macro wrote, by its key."""

    name: str
    valid: bool
    status: int
    covariance_quality: int
    minimum: float
    parameters: tuple[Fitted, ...]
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def at_limit(self) -> tuple[str, ...]:
        return tuple(parameter.name for parameter in self.parameters if parameter.at_limit)

    @property
    def no_signal(self) -> tuple[str, ...]:
        """The yields that ended at 0, if nothing else keeps the fit from a result and the upper limit of each was asked for and found: then that limit is what the fit says."""
        limits = {key.partition(" ")[2]: value["limit"] for key, value in self.more.items() if key.startswith("upper_limit ") and value["limit"] is not None}
        at_zero = all(name in limits and self[name].value < 0.1 * limits[name] for name in self.at_limit)  # a yield at its upper end lies above its limit
        return self.at_limit if self.status == 0 and self.covariance_quality == 3 and at_zero else ()

    @property
    def answers(self) -> bool:
        """Whether the fit says what was asked: its parameters, or how small a signal is that is not there."""
        return self.valid or bool(self.no_signal)

    def __getitem__(self, name: str) -> Fitted:
        """The parameter `name` (`signal.mean`)."""
        return next(parameter for parameter in self.parameters if parameter.name == name)


_OWN = ("fit", "valid", "status", "covariance_quality", "minimum", "parameters")


def read(text: str) -> FitResult:
    """The result in the words of the macro. Raises `Unreadable`."""
    try:
        found = json.loads(text)
        return FitResult(
            str(found["fit"]), bool(found["valid"]), int(found["status"]), int(found["covariance_quality"]), _number(found["minimum"]),
            tuple(parameter_of(name, values) for name, values in found["parameters"].items()), {key: value for key, value in found.items() if key not in _OWN},
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(str(error)) from error


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def parameter_of(name: str, values: dict[str, Any]) -> Fitted:
    """A parameter as the macro writes it."""
    low, high = values.get("error_low"), values.get("error_high")
    return Fitted(name, _number(values["value"]), _number(values["error"]), str(values["unit"]), None if low is None else float(low), None if high is None else float(high), bool(values["at_limit"]))
