"""What a right program must print: values with errors, bounds of intervals, chi2 over degrees of freedom.

In: numbers that were printed (`printed.py`). Out: what is not among them, in words. A `Group` is a list of ways to be right, each a list of checks; one way must hold in everything. A check knows how its
quantity may be labelled: a number whose label names another one is not taken, a number without a label is. Nothing is run here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from dsl4bes.fitting.asked.macros.printed import Number

_ERROR_FACTOR = 1.5  #: the covariance that Migrad builds up on its way is up to a third off without Hesse
_CHI2 = r"chi|χ|卡方|ndf|ndof|n\.?d\.?f|dof|自由度|fcn"
_REACH = 3  #: lines below a value in which its error is looked for


@dataclass(frozen=True, slots=True)
class Naming:
    """How the members of a family are called in print: parameters of a fit, or levels of confidence. The last name before a number is its name."""

    patterns: Mapping[str, str]

    def named(self, label: str) -> str | None:
        """The member that a label names last; None if it names none. Of names that end at the same place the longest counts."""
        best: tuple[int, int, str] | None = None
        for name, pattern in self.patterns.items():
            for match in re.finditer(pattern, label, re.IGNORECASE):
                found = (match.end(), match.end() - match.start(), name)
                if match.end() > match.start() and (best is None or found[:2] > best[:2]):
                    best = found
        return best[2] if best else None

    def allows(self, label: str, own: str) -> bool:
        return self.named(label) in (None, own)


class Check(Protocol):
    """`missing` is what a printed text lacks, in words; empty if nothing."""

    def missing(self, printed: Sequence[Number]) -> str: ...


@dataclass(frozen=True, slots=True)
class Value:
    """A value with its error; `forms` are equal ways to say it (height or events), each value, error. `tolerance` is in errors."""

    name: str
    naming: Naming
    forms: tuple[tuple[float, float], ...]
    tolerance: float = 0.2
    error_factor: float = _ERROR_FACTOR

    def missing(self, printed: Sequence[Number]) -> str:
        seen = False
        for at, number in enumerate(printed):
            for value, error in self.forms:
                # the comparison of numbers comes first: a program may print many, and names are looked for by patterns
                if not near(number, value, self.tolerance * error, error) or not self.naming.allows(number.label, self.name):
                    continue
                seen = True
                if any(self._is_error(other, error) for other in self._errors(printed, at)):
                    return ""
        return f"{self.name}: no error is printed with it, or one that is not its own" if seen else f"{self.name} is not among what is printed"

    def _errors(self, printed: Sequence[Number], at: int) -> Iterator[Number]:
        """Numbers that may be the error of that at `at`: those that follow on its line and on the next three, up to a line that names other parameters and not this one."""
        for line, row in groupby(printed[at + 1 :], key=lambda other: other.line):
            numbers = list(row)
            names = {self.naming.named(other.label) for other in numbers} - {None}
            if line > printed[at].line + _REACH or (line > printed[at].line and names and self.name not in names):
                return
            yield from numbers

    def _is_error(self, number: Number, error: float) -> bool:
        """A printed error of few digits may be off by its rounding; one that is all rounding (0, 0.0) is none."""
        size = abs(number.value)
        slack = min(number.resolution, 0.25 * error)
        return error / self.error_factor - slack <= size <= error * self.error_factor + slack and self.naming.allows(number.label, self.name)

    def holds(self, value: float, error: float) -> bool:
        """Whether a result would pass, with twice the tolerance: for decoys."""
        return any(
            abs(value - right) < 2 * self.tolerance * sigma and sigma / self.error_factor < error * 1.1 and error < 1.1 * sigma * self.error_factor for right, sigma in self.forms
        )


@dataclass(frozen=True, slots=True)
class Bounds:
    """An interval: lower and upper bound one after the other, or the middle and half the width. `error` is one standard deviation; a half width may be off by 6 % (Student's t, profiles)."""

    name: str
    level: str
    names: Naming
    levels: Naming
    low: float
    high: float
    error: float
    tolerance: float = 0.2
    slack: float = 0.06

    def missing(self, printed: Sequence[Number]) -> str:
        middle, half = (self.low + self.high) / 2, (self.high - self.low) / 2
        room = self.tolerance * self.error + self.slack * half
        for at, number in enumerate(printed):
            first, middling = near(number, self.low, room, self.error), near(number, middle, self.tolerance * self.error, self.error)
            if not (first or middling) or not self._may_be(number):
                continue
            for other in printed[at + 1 : at + 3]:
                if not self.names.allows(other.label, self.name):
                    continue
                width = other.value - number.value
                bounds = first and near(other, self.high, room, self.error) and abs(width - 2 * half) <= 2 * self.slack * half + _rounding(other, self.error)
                around = middling and abs(abs(other.value) - half) <= self.slack * half + _rounding(other, self.error)
                if bounds or (around and self._may_be(other)):
                    return ""
        return f"the {self.level} interval of {self.name} is not among what is printed"

    def _may_be(self, number: Number) -> bool:
        return self.names.allows(number.label, self.name) and self.levels.allows(number.label, self.level)


@dataclass(frozen=True, slots=True)
class Chi2:
    """chi2 over degrees of freedom, as a quotient or as both numbers; `pairs` are (chi2, ndf) by the ways it may be calculated. The line, or the one before, must say what it is.

    At parameters that are off by a fifth of their errors, as `Value` allows, chi2 of 400 bins is larger by 0.0005 of itself; there are many forms, so each has little room.
    """

    pairs: tuple[tuple[float, int], ...]
    slack: float = 0.002

    def missing(self, printed: Sequence[Number]) -> str:
        said = [each for each in printed if re.search(_CHI2, each.label, re.IGNORECASE)]
        for chi2, ndf in self.pairs:
            if any(near(each, chi2 / ndf, self.slack * chi2 / ndf, chi2 / ndf) for each in said):
                return ""
            # two numbers, and not one that is both: where chi2 is about ndf, ndf alone would say it
            if any(near(each, chi2, self.slack * chi2, chi2) and any(other.value == ndf for other in printed if other is not each) for each in said):
                return ""
        return "chi2 over degrees of freedom is not among what is printed"


@dataclass(frozen=True, slots=True)
class Group:
    """Numbers of one fit: `ways` are the reference fits by their methods."""

    name: str
    ways: Mapping[str, tuple[Check, ...]]

    def missing(self, printed: Sequence[Number]) -> list[str]:
        """What lacks by the method that lacks least; of equals that by which most values are there."""
        return min((self._by(way, printed) for way in self.ways.values()), key=lambda lacking: (len(lacking), sum("not among" in each for each in lacking)))

    @staticmethod
    def _by(way: tuple[Check, ...], printed: Sequence[Number]) -> list[str]:
        return [words for words in (check.missing(printed) for check in way) if words]


def near(number: Number, value: float, room: float, scale: float) -> bool:
    """Whether a printed number is this value: within `room` and the rounding of what is printed, which counts up to a quarter of `scale`."""
    return abs(number.value - value) <= room + _rounding(number, scale)


def _rounding(number: Number, scale: float) -> float:
    return min(number.resolution, 0.25 * scale)
