"""`helix_correction`: the helices of simulated tracks, smeared so that their pulls are as wide as those of data.

In: for a kind of track the shift and the width of its pulls, by parameter of the helix, on lines or in a table. Out: `HelixCorrection` of the
program; fits look at it, nothing else does. The numbers come from a control sample of the user: none is known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import TOP, Block, Chosen, Entry, Example, Instance, Measure
from dsl4bes.constructs.fields import Line, Number, Text
from dsl4bes.constructs.measures import measure
from dsl4bes.constructs.pull_table import PARAMETERS, read_table
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Label
from dsl4bes.ir.program import HelixCorrection, HelixShift
from dsl4bes.ir.types import NUMBER
from dsl4bes.physics.particles import SHORT_NAMES, by_pdgid
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

_SHIFT = Number(low=-10, high=10, doc="shift in units of the error", name="helix_correction", usage="pip phi0: [0.05, 1.19]")
_WIDTH = Number(low=1, high=10, doc="width of the pulls of data over that of simulation", name="helix_correction", usage="pip phi0: [0.05, 1.19]")

_FIT = (
    'analysis "Example" do\n    ecms 3.097 GeV\nend\n\nevent_selection do\n    charged_tracks do\n        ngood == 2\n        net_charge 0\n    end\n'
    "    photons do\n        ngam >= 2\n    end\n    pid do\n        prob_cut 0.001\n        identify :pip\n        identify :pim\n        npip == 1\n        npim == 1\n    end\n"
    '    kinematic_fit(:fit4c) do\n        decay     "J/psi -> pi+ pi- gam gam"\n        constrain :four_momentum\n        choose    :min_chi2\n        chi2      < 200\n    end\nend\n'
)


def _line(name: str) -> Line:
    particle = by_pdgid(SHORT_NAMES[name])
    written = name if particle is None else particle.evtgen_name
    return Line(keys=tuple(PARAMETERS), repeats=True, doc=f"shift and width of the pulls of {written}", usage=f"{name} phi0: [0.05, 1.19]")


class HelixCorrectionBlock(Block):
    """Corrects the helices of simulated tracks before they enter vertex and kinematic fits, so that chi2 is distributed as in data.

    A line is a kind of track with, for `phi0`, `kappa` and `tanl`, the shift of the pulls in units of the error and the ratio of their widths in
    data and simulation (at least 1), as a control sample gives them: the parameter moves by shift * error + sqrt(ratio^2 - 1) * error * g with a
    normal random number g; the error matrix stays. The same run, event, track, parameter and `seed` give the same g, in BOSS as in a local run.
    Tracks of data, and momenta outside of fits, stay as they are.

    `table "pulls.csv"` reads the numbers from a text file beside the program instead; they become part of the package. Its first line names the
    columns, separated by commas: `particle` (`pip`, `K-`, `pi` for either charge), `parameter` (`phi0`, `kappa`, `tanl`), `shift` and `width` as above
    and, for bins, `p_min`, `p_max` (momentum in GeV, or `p_min [MeV]`), `cos_min`, `cos_max` (cosine of the polar angle), `run_min`, `run_max` (runs without sign,
    both included). An empty cell is no limit; the lower edge belongs to a bin, the upper one to the next; momentum and angle are those of the track as measured.
    Bins of a parameter must neither overlap nor leave a gap; ranges of runs may be apart, bins of momentum belong to one range of runs and
    bins of the angle to one of momenta. `#` begins a comment. What lies outside of all bins is not corrected, and the package counts such events.
    """

    keyword = "helix_correction"
    parents = (TOP,)

    table = Text(ending=".csv", doc="file with shifts and widths by kind of track, momentum, angle and run", usage='table "pulls.csv"')
    seed = Number(default="1", whole=True, low=0, high=1_000_000_000, doc="another seed gives other random numbers; 1 if not said", usage="seed 1")
    ep, em, mup, mum, pip, pim, kp, km, prp, prm = (
        _line(name) for name in ("ep", "em", "mup", "mum", "pip", "pim", "kp", "km", "prp", "prm")
    )

    examples = (
        Example(
            "Pions of simulation with the pulls of data.",
            "helix_correction do\n    pip phi0: [0.05, 1.19], kappa: [-0.02, 1.26], tanl: [0.01, 1.17]\n"
            f"    pim phi0: [0.03, 1.18], kappa: [0.04, 1.25], tanl: [0.02, 1.16]\nend\n\n{_FIT}",
            "The numbers are an example: take those of your data set.",
        ),
        Example(
            "The curvature alone, with another series of random numbers.",
            f"helix_correction do\n    seed 7\n    pip kappa: [0, 1.2]\n    pim kappa: [0, 1.2]\nend\n\n{_FIT}",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        shifts: list[HelixShift] = []
        for entry in here.entries:
            if isinstance(entry.field, Line):
                shifts += _shifts(here, entry, {(shift.species, shift.charge, shift.parameter) for shift in shifts}, to)
        table: Chosen | None = here.get(cls.table)
        bins = () if table is None or table.file is None else read_table(table.file, to.bag)
        for entry in here.entries:
            if table is not None and isinstance(entry.field, Line):
                help = "write the numbers into the table, or leave the table out"
                related = (Label(table.span, "the table"),)
                to.bag.add(codes.DUPLICATE_FIELD, f"`{entry.field.name}` is corrected by a line beside a table", entry.key.span, related=related, help=help)
                break
        if table is None and not any(isinstance(entry.field, Line) for entry in here.entries):
            help = 'write a line such as `pip phi0: [0.05, 1.19]`, or `table "pulls.csv"`'
            to.bag.add(codes.MISSING_FIELD, "this corrects no track", here.head, help=help)
            return
        seed: Measure | None = here.get(cls.seed)
        number = 1 if seed is None else int(seed.value)
        parameter = to.parameter("helix_correction.seed", number, cls.seed.doc, span=None if seed is None else seed.span)
        to.correct_helices(HelixCorrection(parameter, tuple(shifts), bins, "" if table is None else table.name), here.head)


def _shifts(here: Instance, entry: Entry, seen: set[tuple[object, int, int]], to: Builder) -> list[HelixShift]:
    """The corrections of one line; those that are wrong are reported and left out."""
    found: list[HelixShift] = []
    particle = by_pdgid(SHORT_NAMES[entry.field.name])
    assert particle is not None and particle.species is not None
    for argument in entry.value:
        key, value = argument.key, argument.value
        if key is None or not isinstance(value, ast.ListOf) or len(value.items) != 2:
            message = f"`{entry.field.name}` takes a shift and a width for a parameter of the helix"
            to.bag.add(codes.BAD_VALUE, message, argument.span, help=f"write for example `{entry.field.usage}`")
            continue
        place = (particle.species, particle.charge, PARAMETERS[key.name])
        if place in seen:
            to.bag.add(codes.DUPLICATE_FIELD, f"`{key.name}` of `{entry.field.name}` is given twice", key.span, help="keep one of the two")
            continue
        shift, width = (measure(field, item, to.bag) for field, item in zip((_SHIFT, _WIDTH), value.items, strict=True))
        if shift is None or width is None:
            continue
        seen.add(place)
        name, doc = f"helix_correction.{entry.field.name}.{key.name}", f"of {key.name} of {entry.field.name}"
        found.append(HelixShift(
            *place,
            to.parameter(f"{name}.shift", shift.value, f"shift {doc} in units of its error", dimension=NUMBER, span=shift.span),
            to.parameter(f"{name}.width", width.value, f"width of the pull {doc}: data over simulation", dimension=NUMBER, span=width.span),
        ))  # fmt: skip
    return found
