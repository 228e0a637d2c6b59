"""Numbers with the unit a physicist writes: 25 MeV, 10 degrees, 0.4 cm, 700 ns.

In: values in base units (GeV, cm, ns, rad) with their dimension. Out: LaTeX. Two limits of one window share their unit. A value keeps twelve digits; nothing is rounded to
look nicer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.types import ANGLE, ENERGY, LENGTH, NUMBER, TIME, Dimension

#: Words of a parameter whose number counts ticks of the calorimeter's clock, and their length (BOSS: `RecEmcShower::time()`).
TICKS = "ticks of 50 ns"
TICK = 50.0


class Flavour(Enum):
    """What an energy is: the speed of light is written with masses and momenta."""

    ENERGY = ""
    MOMENTUM = "/c"
    MASS = "/c^{2}"
    MASS_SQUARED = "/c^{4}"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what it measures."""

    value: float
    dimension: Dimension = NUMBER
    unit: str = ""

    @property
    def ticks(self) -> bool:
        return self.unit == TICKS


def of(parameter: Parameter) -> Quantity:
    """The value of a parameter with its unit."""
    return Quantity(float(parameter.value), parameter.dimension, parameter.unit)


def digits(value: float) -> str:
    """A number as short as twelve digits allow, powers of ten as in LaTeX.

    >>> digits(0.025 * 1000), digits(200.0), digits(1e6), digits(2.5e-8)
    ('25', '200', '1000000', '2.5\\\\times10^{-8}')
    """
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    short = f"{value:.12g}"
    mantissa, e, exponent = short.partition("e")
    if not e and not (short.lstrip("-").startswith("0.0000")):
        return short
    if not e:
        mantissa, _, exponent = f"{value:.11e}".partition("e")
        mantissa = mantissa.rstrip("0").rstrip(".")
    if 0 <= int(exponent) <= 12:
        return f"{value:.0f}"
    return f"{mantissa}\\times10^{{{int(exponent)}}}"


def written(quantities: Sequence[Quantity], flavour: Flavour = Flavour.ENERGY) -> list[tuple[str, str]]:
    """Digits and unit (LaTeX, empty for a pure number) of quantities that share one unit."""
    first = quantities[0]
    if first.ticks:
        return [(digits(each.value * TICK), r"\mathrm{ns}") for each in quantities]
    factor, unit = _unit(first.dimension, [abs(each.value) for each in quantities], flavour)
    return [(digits(each.value * factor), unit) for each in quantities]


def latex(quantity: Quantity, flavour: Flavour = Flavour.ENERGY) -> str:
    """One quantity.

    >>> latex(Quantity(0.025, ENERGY)), latex(Quantity(0.17453292519943295, ANGLE))
    ('25~\\\\mathrm{MeV}', '10^{\\\\circ}')
    """
    ((number, unit),) = written([quantity], flavour)
    return together(number, unit)


def together(number: str, unit: str) -> str:
    return number + ("" if not unit else unit if unit.startswith("^") else f"~{unit}")


def _unit(dimension: Dimension, sizes: list[float], flavour: Flavour) -> tuple[float, str]:
    known = [size for size in sizes if size and math.isfinite(size)]
    largest = max(known, default=0.0)
    if dimension == ENERGY:
        light = flavour.value if flavour is not Flavour.MASS_SQUARED else ""
        return (1.0, rf"\mathrm{{GeV}}{light}") if largest >= 1 or not largest else (1e3, rf"\mathrm{{MeV}}{light}") if largest >= 1e-4 else (1e6, rf"\mathrm{{keV}}{light}")
    if dimension == ENERGY**2:
        return 1.0, r"\mathrm{GeV}^{2}" + (Flavour.MASS_SQUARED.value if flavour in (Flavour.MASS_SQUARED, Flavour.MASS) else "")
    if dimension == LENGTH:
        return (1.0, r"\mathrm{cm}") if largest >= 0.1 or not largest else (10.0, r"\mathrm{mm}") if largest >= 0.01 else (1e4, r"\mu\mathrm{m}")
    if dimension == TIME:
        return (1.0, r"\mathrm{ns}") if largest >= 0.1 or not largest else (1e3, r"\mathrm{ps}")
    if dimension == ANGLE:
        return _angle(known)
    return 1.0, _compound(dimension)


def _angle(sizes: list[float]) -> tuple[float, str]:
    """Degrees, milliradians or radians: whichever needs the fewest digits, in this order."""
    units = ((180 / math.pi, r"^{\circ}"), (1e3, r"~\mathrm{mrad}"), (1.0, r"~\mathrm{rad}"))
    lengths = [max((len(digits(size * factor)) for size in sizes), default=0) for factor, _ in units]
    factor, unit = units[lengths.index(min(lengths))]
    return factor, unit.lstrip("~")


def _compound(dimension: Dimension) -> str:
    parts = []
    for word, power in (("GeV", dimension.energy), ("cm", dimension.length), ("ns", dimension.time), ("rad", dimension.angle)):
        if power:
            parts.append(rf"\mathrm{{{word}}}" + (f"^{{{power:g}}}" if power != 1 else ""))
    return r"\,".join(parts)
