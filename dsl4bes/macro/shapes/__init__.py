"""Shapes in the words of RooFit, one entry each: `DENSITIES[word]` makes the statements of a density.

In: a density, the observable, names. Out: statements, the last of which makes an object of the density's name. A test fails while a shape of `constructs/shapes` has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from dsl4bes.ir.fitting import Density
from dsl4bes.macro.formulas import text
from dsl4bes.macro.model import (
    Argument,
    Call,
    Do,
    Enumerator,
    Make,
    Many,
    Number,
    Option,
    Ref,
    Statement,
    Take,
    Text,
    Whole,
)
from dsl4bes.macro.names import Names


@dataclass(slots=True)
class Here:
    """What a shape is printed with: the observables' names, the identifiers of its parameters."""

    name: str
    density: Density
    observables: tuple[str, ...]
    names: Names
    support: set[str] = field(default_factory=set)

    @property
    def x(self) -> Ref:
        return Ref(self.observables[0])

    def __getitem__(self, role: str) -> Ref:
        return Ref(self.names(dict(self.density.parameters)[role]))

    @property
    def all(self) -> tuple[Ref, ...]:
        return tuple(Ref(self.names(name)) for _, name in self.density.parameters)


Lowered = list[Statement]
Lowering = Callable[[Here], Lowered]


def make(here: Here, of: str, *arguments: Argument, name: str = "") -> Make:
    """An object of RooFit: name and title come first."""
    own = name or here.name
    return Make(own, of, (Text(own), Text(own.replace("_", " ")), *arguments))


def _plain(of: str, *roles: str) -> Lowering:
    return lambda here: [make(here, of, here.x, *(here[role] for role in roles))]


def _double_crystal_ball(here: Here) -> Lowered:
    roles = ("mean", "sigma", "alpha_low", "n_low", "alpha_high", "n_high")
    return [make(here, "RooCrystalBall", here.x, here["mean"], here["sigma"], here["sigma"], *(here[role] for role in roles[2:]))]


def _generic(expression: str) -> Lowering:
    """A formula of the observable (`@0`) and the parameters (`@1`, ...)."""
    return lambda here: [make(here, "RooGenericPdf", Text(expression), Many((here.x, *here.all)))]


def _series(of: str) -> Lowering:
    return lambda here: [make(here, of, here.x, Many(here.all))]


def _formula(here: Here) -> Lowered:
    assert here.density.formula is not None
    places = {name: f"@{number}" for number, (_, name) in enumerate(here.density.parameters, len(here.observables))}
    observables = tuple(f"@{number}" for number in range(len(here.observables)))
    expression = text(here.density.formula, places, observables)
    return [make(here, "RooGenericPdf", Text(expression), Many((*(Ref(name) for name in here.observables), *here.all)))]


def _histogram(here: Here) -> Lowered:
    here.support.add("read_template")
    where = dict(here.density.setting("data"))
    held = here.names.fresh(f"{here.name}_template")
    call = Call("", "read_template", (Text(where["file"]), Text(where["histogram"]), here.x))
    return [Take(held, "RooDataHist", call), make(here, "RooHistPdf", Many((here.x,), "RooArgSet"), Ref(held), Whole(here.density.setting("interpolation", 0)))]


def _keys(here: Here) -> Lowered:
    here.support.add("read_tree")
    where = dict(here.density.setting("data"))
    held = here.names.fresh(f"{here.name}_template")
    call = Call("", "read_tree", (Text(where["file"]), Text(where["tree"]), Text(where["branch"]), Text(""), here.x))
    return [Take(held, "RooDataSet", call), make(here, "RooKeysPdf", here.x, Ref(held), Enumerator("RooKeysPdf", "NoMirror"), Number(here.density.setting("smoothness", 1.0)))]


DENSITIES: Mapping[str, Lowering] = {
    "argus": _plain("RooArgusBG", "endpoint", "slope", "power"),
    "breit_wigner": _plain("RooBreitWigner", "mean", "width"),
    "chebyshev": _series("RooChebychev"),
    "crystal_ball": _plain("RooCBShape", "mean", "sigma", "alpha", "n"),
    "double_crystal_ball": _double_crystal_ball,
    # no RooAddPdf, which would take the share after each Gaussian is cut to the range, and would be smeared anew for every entry
    "double_gaussian": _generic("@4 * exp(-0.5 * (@0 - @1)*(@0 - @1) / (@2*@2)) / @2 + (1 - @4) * exp(-0.5 * (@0 - @1)*(@0 - @1) / (@3*@3)) / @3"),
    "exponential": _plain("RooExponential", "slope"),
    "formula": _formula,
    "gaussian": _plain("RooGaussian", "mean", "sigma"),
    "histogram_pdf": _histogram,
    "keys_pdf": _keys,
    "polynomial": _series("RooPolynomial"),
    "relativistic_breit_wigner": _generic("1 / ((@0*@0 - @1*@1)*(@0*@0 - @1*@1) + @1*@1*@2*@2)"),
    "voigtian": _plain("RooVoigtian", "mean", "width", "sigma"),
}


def density(here: Here) -> Lowered:
    """The statements of a density and, where it is smeared, of its resolution and the convolution."""
    resolution = here.density.resolution
    if resolution is None:
        return DENSITIES[here.density.shape](here)
    inner = Here(here.names.fresh(f"{here.name}_before"), here.density, here.observables, here.names, here.support)
    x = here.observables[0]
    offset, centre = here.names.fresh(f"{here.name}_offset"), f"{resolution.name} centre"
    moved = replace(resolution, parameters=tuple((role, centre if role == "mean" else name) for role, name in resolution.parameters))
    smear = Here(here.names(resolution.name), moved, here.observables, here.names, here.support)
    mean = Ref(here.names(dict(resolution.parameters)["mean"]))
    here.support.add("fft_offset")
    return [
        *DENSITIES[here.density.shape](inner),
        Do(Call(x, "setBins", (Whole(FFT_POINTS), Text("cache")))),
        Take(offset, "double", Call("", "fft_offset", (here.x,)), plain=True),
        make(here, "RooFormulaVar", Text("@0 - @1"), Many((mean, Option("RooConst", (Ref(offset),)))), name=here.names(centre)),
        *DENSITIES[resolution.shape](smear),
        make(here, "RooFFTConvPdf", here.x, Ref(inner.name), Ref(smear.name)),
        Do(Call(here.name, "setBufferFraction", (Number(FFT_BUFFER),))),
    ]


FFT_POINTS = 10000  #: of the observable in a convolution: far below any resolution of interest
FFT_BUFFER = 0.5  #: of the range, half of it beyond either end, so that what is smeared over one end does not come in at the other
