"""The table of shapes in numbers, by their words.

In: `ir.fitting.Density`. Out: an object with `height` and `integral`, smeared where the density has a resolution. A test fails while a shape of `constructs/shapes` is not here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from dsl4bes.fitting.densities.base import Judged
from dsl4bes.fitting.densities.from_data import HistogramPdf, KeysPdf
from dsl4bes.fitting.densities.gaussian_2d import Gaussian2d
from dsl4bes.fitting.densities.own_formula import OwnFormula
from dsl4bes.fitting.densities.peaks import BreitWigner, CrystalBall, DoubleCrystalBall, DoubleGaussian, Gaussian, RelativisticBreitWigner, Voigtian
from dsl4bes.fitting.densities.smeared import Smeared
from dsl4bes.fitting.densities.smooth import Argus, Chebyshev, Exponential, Polynomial
from dsl4bes.ir import fitting as ir

TABLE: Mapping[str, type[Judged]] = {
    "argus": Argus,
    "breit_wigner": BreitWigner,
    "chebyshev": Chebyshev,
    "crystal_ball": CrystalBall,
    "double_crystal_ball": DoubleCrystalBall,
    "double_gaussian": DoubleGaussian,
    "exponential": Exponential,
    "formula": OwnFormula,
    "gaussian": Gaussian,
    "gaussian_2d": Gaussian2d,
    "histogram_pdf": HistogramPdf,
    "keys_pdf": KeysPdf,
    "polynomial": Polynomial,
    "relativistic_breit_wigner": RelativisticBreitWigner,
    "voigtian": Voigtian,
}


def judged(density: ir.Density, axes: Sequence[ir.Axis], folder: Path) -> Judged | Smeared:
    """A density of a fit in numbers; `folder` is where its files lie."""
    inner = TABLE[density.shape](density, axes, folder)
    if density.resolution is None:
        return inner
    return Smeared(inner, TABLE[density.resolution.shape](density.resolution, axes, folder))


def roles(density: ir.Density) -> tuple[tuple[str, str], ...]:
    """The roles of a density's parameters and their names, those of the resolution under `resolution.`."""
    of_resolution = density.resolution.parameters if density.resolution is not None else ()
    return (*density.parameters, *((f"resolution.{role}", name) for role, name in of_resolution))
