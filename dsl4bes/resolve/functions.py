"""The functions of formulas: what may be called, on what, and what it becomes.

In: a call of the surface. Out: typed nodes on resolved arguments: `m(a, b)` is `m` of a sum, `frame: :cm` a boost, `recoil(x)` the mass
of beam minus x, `any(...)` a reduction. Every entry has a line of help, which the reference page shows.
No list is looked up here but through `names.py`; the functions of the IR themselves are in `ir/functions.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsl4bes.constructs.words import did_you_mean, listed, respelled
from dsl4bes.diagnostics.codes import names as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir import nodes
from dsl4bes.ir.functions import FUNCTIONS as TABLE
from dsl4bes.ir.types import Kind, View
from dsl4bes.resolve import data_taking, makers, probability, shapes, sums, tracks, truth
from dsl4bes.resolve.arguments import (
    check_detector,
    p4_total,
)
from dsl4bes.source import Span
from dsl4bes.syntax import ast, foreign

if TYPE_CHECKING:
    from dsl4bes.resolve.typer import Typer


@dataclass(frozen=True, slots=True)
class Surface:
    """A function of the language. `most` None: any number of arguments."""

    name: str
    least: int
    most: int | None
    make: Callable[[Typer, ast.Call], ir.Expr]
    usage: str
    doc: str
    keys: tuple[str, ...] = ()


def call(typer: Typer, value: ast.Call) -> ir.Expr:
    """A call of a formula."""
    wanted = value.function.name
    surface = FUNCTIONS.get(wanted)
    if surface is None:
        known = [*FUNCTIONS]
        instead = foreign.function(wanted)
        help = instead or did_you_mean(wanted, known, "the reference lists all functions")
        fixes = () if instead else respelled(wanted, value.function.span, known)
        typer.fail(
            codes.UNKNOWN_FUNCTION,
            f"no function is called `{wanted}`",
            value.function.span,
            help=help,
            fixes=fixes,
        )
    _counted(typer, surface, value)
    return surface.make(typer, value)


def _counted(typer: Typer, surface: Surface, value: ast.Call) -> None:
    plain = [argument for argument in value.arguments if argument.key is None]
    for argument in value.arguments:
        if argument.key is not None and argument.key.name not in surface.keys:
            help = (
                f"it knows {listed(f'{key}:' for key in surface.keys)}"
                if surface.keys
                else f"write `{surface.usage}`"
            )
            message = f"`{surface.name}` has no `{argument.key.name}:`"
            typer.fail(codes.WRONG_ARGUMENTS, message, argument.key.span, help=help)
    if len(plain) < surface.least or (surface.most is not None and len(plain) > surface.most):
        if surface.least == surface.most:
            wanted = f"{surface.least} argument{'s' * (surface.least != 1)}"
        elif surface.most is None:
            wanted = f"at least {surface.least} argument{'s' * (surface.least != 1)}"
        else:
            wanted = f"{surface.least} to {surface.most} arguments"
        message = f"`{surface.name}` takes {wanted}, not {len(plain)}"
        typer.fail(codes.WRONG_ARGUMENTS, message, value.span, help=f"write `{surface.usage}`: {surface.doc}")


# --- the subject of a block --------------------------------------------------------------------------------------------


def of_subject(typer: Typer, name: str, span: Span) -> ir.Expr:
    """`charge`, `p`, `prob_k` without an argument: of the particle the block speaks of."""
    assert typer.subject is not None
    if name in _PROBABILITIES:
        quantity, species = _PROBABILITIES[name]
        return makers.pid_value(typer, typer.subject, quantity, makers.SPECIES[species], span, span)
    check_detector(typer, name, typer.subject, span)
    if TABLE[name].arguments == (Kind.P4,):
        return nodes.call(name, (nodes.p4_of(typer.subject, span),), span)
    return nodes.call(name, (typer.subject,), span, View.KALMAN)


# --- the table ------------------------------------------------------------------------------------------------------------


_PROBABILITIES = {
    **{f"prob_{s}": (ir.PidQuantity.PROBABILITY, s) for s in makers.SPECIES},
    **{f"lhf_{s}": (ir.PidQuantity.FRACTION, s) for s in makers.SPECIES},
}  # fmt: skip

_P4_NAMES = ["m", "m2", "e", "p", "pt", "px", "py", "pz", "theta", "phi"]
_PARTICLE_NAMES = [
    "charge",
    "vr",
    "vz",
    "emc_energy",
    "eop",
    "depth",
    "muc_layers",
    "muc_hits",
    "muc_chi2",
    "muc_dof",
    "muc_max_hits",
    "tof",
    "has_tof",
    "has_emc",
    "has_muc",
    "has_dedx",
    "dedx",
    "chi2_track",
    "time",
    "ticks",
    "module",
    "e3x3",
    "e5x5",
    "eseed",
    "second_moment",
    "lat_moment",
    "a20_moment",
    "a42_moment",
    "emc_hits",
    "isolation",
    "index",
]

OF_SUBJECT = frozenset([*_P4_NAMES, "cos", *_PARTICLE_NAMES, *_PROBABILITIES])


def _doc(name: str) -> str:
    return TABLE[name].doc


_SHAPE = " In the centre of mass, of `gam` and `good` unless particles or lists are named."


def _table() -> dict[str, Surface]:
    rows: list[Surface] = []
    for name in _P4_NAMES:
        make = makers.make_of_direction(name) if name in ("theta", "phi") else makers.make_of_p4(name)
        rows.append(
            Surface(name, 1, None, make, f"{name}(a, ...)", _doc(name), ("frame",))
        )
    rows.append(
        Surface(
            "cos",
            1,
            None,
            makers.make_cos,
            "cos(a, ...)",
            "Cosine of the polar angle, or of an angle.",
            ("frame",),
        )
    )
    for name in _PARTICLE_NAMES:
        rows.append(Surface(name, 1, 1, makers.make_of_particle(name), f"{name}(a)", _doc(name)))
    for name in ("conversion_gap", "conversion_radius"):
        rows.append(Surface(name, 2, 2, tracks.make_of_tracks(name), f"{name}(ep, em)", _doc(name)))
    rows.append(
        Surface(
            "prob_ratio",
            2,
            None,
            tracks.make_prob_ratio,
            'prob_ratio(a, "e", "pi", "k")',
            "Probability (or likelihood) of the first hypothesis over the sum of those named, itself included. In `identify` the track is understood: "
            '`prob_ratio("e", "pi", "k")`.',
        )
    )
    for name in ("angle", "dphi"):
        rows.append(Surface(name, 2, 2, makers.make_of_pair(name), f"{name}(a, b)", _doc(name), ("frame",)))
    for name in ("abs", "sqrt", "log", "exp", "acos", "asin"):
        rows.append(Surface(name, 1, 1, makers.make_of_number(name), f"{name}(x)", _doc(name)))
    for name in ("sin", "tan"):
        rows.append(Surface(name, 1, 1, makers.make_sine(name), f"{name}(x)", _doc(name)))
    for name in ("atan2", "mod"):
        rows.append(Surface(name, 2, 2, makers.make_two_numbers(name), f"{name}(a, b)", _doc(name)))
    for name, (quantity, species) in _PROBABILITIES.items():
        what = "Probability" if quantity is ir.PidQuantity.PROBABILITY else "Likelihood fraction"
        rows.append(
            Surface(
                name,
                1,
                1,
                makers.make_prob(quantity, species),
                f"{name}(a)",
                f"{what} of the {species} hypothesis.",
            )
        )
    for quantity in (
        ir.PidQuantity.CHI_DEDX,
        ir.PidQuantity.CHI_TOF1,
        ir.PidQuantity.CHI_TOF2,
        ir.PidQuantity.CHI_TOFE,
        ir.PidQuantity.CHI_TOF,
    ):
        name = f"chi_{quantity.value}"
        rows.append(
            Surface(
                name,
                1,
                2,
                makers.make_chi(quantity),
                f'{name}(a, "pi")',
                f"Deviation in sigma of {quantity.value} from a hypothesis. In `identify` the track is understood: `{name}(\"pi\")`.",
            )
        )
    rows += [
        Surface(
            "min",
            1,
            None,
            makers.make_extreme("min2", ir.Reduction.MIN),
            "min(a, b)",
            "Smallest of numbers, or of a list.",
        ),
        Surface(
            "max",
            1,
            None,
            makers.make_extreme("max2", ir.Reduction.MAX),
            "max(a, b)",
            "Largest of numbers, or of a list.",
        ),
        Surface(
            "any",
            1,
            1,
            makers.make_reduction(ir.Reduction.ANY),
            "any(condition)",
            "Whether one entry of a list fulfils it.",
        ),
        Surface(
            "all",
            1,
            1,
            makers.make_reduction(ir.Reduction.ALL),
            "all(condition)",
            "Whether every entry of a list fulfils it.",
        ),
        Surface(
            "sum",
            1,
            1,
            makers.make_reduction(ir.Reduction.SUM),
            "sum(x)",
            "Sum over a list; absent entries are skipped.",
        ),
        Surface(
            "count",
            1,
            1,
            makers.make_count,
            "count(gam)",
            "Number of entries, or of entries that fulfil a condition.",
        ),
        Surface("mass", 1, 1, makers.make_mass, 'mass("pi0")', "Nominal mass of a particle (PDG table)."),
        Surface(
            "recoil",
            1,
            None,
            makers.make_recoil("m"),
            "recoil(a, ...)",
            "Mass of the beam minus these particles.",
        ),
        Surface(
            "recoil2", 1, None, makers.make_recoil("m2"), "recoil2(a, ...)", "Squared recoil mass, signed."
        ),
        Surface(
            "recoil_p4",
            1,
            None,
            makers.make_recoil_p4,
            "recoil_p4(a, ...)",
            "Four-momentum of the beam minus these particles.",
        ),
        Surface("p4", 1, None, p4_total, "p4(a, ...)", "Four-momentum, the sum of several.", ("frame",)),
        Surface(
            "boost",
            2,
            2,
            makers.make_boost,
            "boost(a, frame)",
            "Four-momentum as seen in the rest frame of the second.",
        ),
        Surface(
            "helicity", 1, 1, makers.make_helicity, "helicity(a, of: b)", _doc("helicity"), ("of", "parent")
        ),
        Surface(
            "missing_e",
            1,
            None,
            makers.make_missing_e,
            "missing_e(a, ...)",
            "Missing energy in the centre of mass: ecms minus the energies there. A D tag enters here and in `missing_p`, `missing_m2` with the energy of a beam and the momentum of its nominal mass.",
        ),
        Surface(
            "missing_p",
            1,
            None,
            makers.make_missing_p,
            "missing_p(a, ...)",
            "Missing momentum in the centre of mass.",
        ),
        Surface(
            "missing_m2",
            1,
            None,
            makers.make_missing_m2,
            "missing_m2(a, ...)",
            "Missing mass squared: missing_e squared minus missing_p squared.",
        ),
        Surface("decay_plane", 4, 4, makers.make_decay_plane, "decay_plane(a, b, c, d)", _doc("decay_plane")),
        Surface(
            "sigma",
            1,
            1,
            makers.make_sigma,
            "sigma(m(a, ...))",
            "Error of a mass (or recoil mass) of measured particles, from energy and angle errors of showers and the helix covariance of "
            "tracks; correlations between particles are neglected.",
        ),
        Surface(
            "nth",
            2,
            2,
            makers.make_nth,
            "nth(gam, 2)",
            "Entry of a list by falling energy or momentum, counted from 1; absent if the list is shorter.",
        ),
        *(
            Surface(name, 0, None, shapes.make_shape(name), f"{name}(a, ...)", _doc(name) + _SHAPE, ("frame",))
            for name in shapes.SHAPES
        ),
        Surface(
            "fox_wolfram",
            1,
            None,
            shapes.make_fox_wolfram,
            "fox_wolfram(2, a, ...)",
            "Fox-Wolfram moment of a number over the zeroth." + _SHAPE,
            ("frame",),
        ),
        Surface(
            "first",
            1,
            1,
            makers.make_first,
            "first(gam)",
            "Entry of highest energy or momentum; absent of an empty list.",
        ),
        Surface(
            "rest",
            2,
            None,
            makers.make_rest,
            "rest(good, pip, pim)",
            "Entries of the first list that are in none of the others; those may be particles of fits (`ks.pip`, `fit.pi0`) and whole candidates (`ks`), too.",
        ),
        Surface(
            "truth",
            1,
            1,
            truth.make_truth,
            "truth(a)",
            "The generated particle that a track or shower comes from, absent if none matches (`mc_truth` says how).",
        ),
        Surface(
            "mother", 1, 1, truth.make_mother, "mother(truth(a))", "The generated particle that a generated one was made by; absent of the first."
        ),
        Surface("pdgid", 1, 1, truth.make_pdgid, "pdgid(truth(a))", _doc("pdgid")),
        Surface(
            "matched",
            1,
            None,
            truth.make_matched,
            "matched(fit4c)",
            "Whether all products of a fit or combination (or all these particles) are matched to different generated particles of their species that "
            "come from one decay, its intermediate particles included; the products of an invented particle (`dipion`) have the same mother.",
        ),
        *(
            Surface(name, 1, 1, makers.make_of_number(name), f"{name}(2)", _doc(name))
            for name in ("trigger_channel", "trigger_condition")
        ),
        Surface(
            "in_runs",
            1,
            None,
            data_taking.make_in_runs,
            "in_runs(9947..10878, 27255)",
            _doc("in_runs"),
        ),
        Surface(
            "blinded",
            2,
            None,
            data_taking.make_blinded,
            "blinded(x, a..b)",
            "The number, but absent in real data where it lies in one of the windows: neither tuples nor histograms show it there. Simulation is "
            "not hidden. The property `unblind` set to true shows everything.",
        ),
        Surface("passed", 1, 1, makers.make_passed, "passed(fit)", "Whether an optional fit passed."),
        Surface(
            "prob",
            1,
            1,
            probability.make_probability,
            "prob(fit)",
            "Probability of a larger chi2 than that of the fit; 0 where an optional fit failed. That of a hypothesis of a track is `prob_pi(x)`.",
        ),
        Surface(
            "property",
            2,
            2,
            makers.make_property,
            'property("Name", true)',
            "A property of the algorithm with its default.",
        ),
    ]
    return {surface.name: surface for surface in rows}


FUNCTIONS: dict[str, Surface] = _table()


def _of_event(name: str) -> Callable[[Typer, Span], ir.Expr]:
    return lambda typer, span: nodes.call(name, (), span)


#: Names without arguments.
EVENT: dict[str, Callable[[Typer, Span], ir.Expr]] = {
    "ecms": lambda typer, span: typer.builder.ecms(span),
    **{
        name: _of_event(name)
        for name in ("run", "event", "n_charged", "n_neutral", "has_trigger", "event_fraction")
    },
    "simulated": data_taking.is_simulated,
    "visible_energy": sums.visible_energy,
    "balance_z": sums.balance_z,
    "balance_t": sums.balance_t,
    **{name: shapes.bare_shape(name) for name in shapes.SHAPES},
}
