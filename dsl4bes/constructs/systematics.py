"""`systematics` and `vary`: the same selection with other numbers, beside the nominal one.

In: blocks as written. Out: `Variations`: what is varied, by which values, in words of the program. Whether a number exists, and what rests on it,
is known when the program is resolved (`resolve/variations.py`); nothing is emitted here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dsl4bes.constructs.base import TOP, Block, Chosen, Example, Instance, LabelKind
from dsl4bes.constructs.fields import Flag, Line
from dsl4bes.constructs.words import public_name
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.diagnostics.model import Label
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.diagnostics.model import Bag

SYSTEMATICS = "systematics"

_PHOTONS = (
    "event_selection do\n    charged_tracks do\n        vr < 1 cm\n        vz < 10 cm\n        ngood == 2\n        net_charge 0\n    end\n"
    "    photons do\n        energy > 40 MeV\n        time 0..14\n        ngam >= 2\n    end\n"
    '    require "hard photon", e(gam1) > 0.5 GeV\nend\n\n'
)


class Systematics(Block):
    """Variations of numbers of the program, each a further instance of the algorithm: no new build, and one pass over the events for all of them.

    A line `vary` is one or more variations. The package has their job options in a file of its own, which the job includes; `dsl4bes run` runs them
    together with the nominal selection and reports how the yield changes, with the statistical error of events that only one of the two selects. Instances count
    for themselves and fill nothing else; with `outputs: true` each also fills tuples and histograms under its own name (property `write_outputs`).
    """

    keyword = SYSTEMATICS
    parents = (TOP,)
    container = True
    quiet = True

    outputs = Flag(
        doc="variations fill their tuples and histograms, not only the cut flow", usage="systematics(outputs: true) do"
    )

    examples = (
        Example(
            "How the yield depends on the photon energy and on a window in time.",
            f"{_PHOTONS}systematics do\n    vary \"photon energy\", photons.energy, 30 MeV, 50 MeV\n"
            '    vary "photon time",   photons.time, 0..20\nend\n',
            "Three variations: photon_energy_1, photon_energy_2 and photon_time_1.",
        ),
        Example(
            "The distribution of a column for each variation.",
            f"{_PHOTONS}ntuple(\"photons\") do\n    column e_max: e(gam1)\nend\n\n"
            'systematics(outputs: true) do\n    vary "photon energy", photons.energy, 50 MeV\nend\n',
        ),
    )


class Vary(Block):
    """One variation for each value of a number: `vary "name", block.field, value, value`. Values stand for the number written in the program, with the
    same comparison and a unit of the same kind.

    Numbers are named as the job options name them, with dots: `photons.energy`, `photons.barrel.energy`, `proton_recoil_1` (of `require "proton recoil"`),
    `signal.pi0_1` in a region, `kinematic_fit.ceiling`. A range is varied as a whole, `photons.time, 0..20`, or at one end, `photons.time.high, 20`. In a
    body several numbers change together: the first value of each line is the first variation, and so on; a line of one value is for all of them.

    `without: fit5c.chi2` switches a cut off: a property `fit5c_chi2_off` of the package makes its comparison (or both of a range) hold for every track,
    shower, candidate or event; `require`, `veto` and counts are then not asked. What a fitter refuses stays refused (`kinematic_fit.ceiling` is a number).
    A number on which other parts of the program rest (`npip == 1` where `pip` is used as one particle) cannot be varied.
    """

    keyword = "vary"
    parents = (SYSTEMATICS,)
    label = LabelKind.TITLE
    label_required = True
    main = "block.field, values"
    quiet = True

    without = Line(repeats=True, doc="cuts that are switched off, by block and field or by title (`without: \"hard photon\"`)", usage="without: fit5c.chi2")
    free = Line(doc="values of a number, for the body of `vary`", name="block.field")

    examples = (
        Example(
            "A looser and a tighter cut, and none.",
            f"{_PHOTONS}systematics do\n    vary \"hard photon\", hard_photon_1, 0.4 GeV, 0.6 GeV\n"
            '    vary "no hard photon", without: hard_photon\nend\n',
            "The number of `require` is named after the cut.",
        ),
        Example(
            "Two numbers at once.",
            f"{_PHOTONS}systematics do\n    vary \"tight\" do\n        photons.energy     50 MeV\n        photons.time.high  10\n    end\nend\n",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        """No step: variations are made when the program is resolved."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A number (or range, or switch) and its values, one per variation or one for all."""

    target: ast.Word
    values: tuple[ast.Expr, ...]


@dataclass(frozen=True, slots=True)
class Variations:
    """One `vary`: its name, the numbers it sets, the cuts it switches off."""

    name: Chosen
    settings: tuple[Setting, ...]
    without: tuple[ast.Word, ...]
    here: Instance

    @property
    def count(self) -> int:
        """How many variations it is."""
        return max((len(setting.values) for setting in self.settings), default=1)


def read(here: Instance, bag: Bag) -> Variations | None:
    """What a `vary` says, or None after a diagnostic."""
    if here.label is None:
        return None
    settings: list[Setting] = []
    without: list[ast.Word] = []
    if here.main:
        target = dotted(here.main[0].value)
        if target is None or here.main[0].key is not None:
            _bad("a number, `block.field`, after its name", here.main[0].value, bag)
            return None
        settings.append(Setting(target, tuple(argument.value for argument in here.main[1:])))
    for entry in here.entries:
        if entry.field is Vary.without:
            for argument in entry.value:
                target = _titled(argument.value) or dotted(argument.value)
                if target is None or argument.key is not None:
                    _bad("names of cuts in `without`", argument.value, bag)
                    return None
                without.append(target)
        else:
            settings.append(Setting(entry.key, tuple(argument.value for argument in entry.value)))
    keyed = next((argument for argument in here.main if argument.key is not None), None)
    if keyed is not None and keyed.key is not None:
        bag.add(codes.UNEXPECTED_ARGUMENT, f"`vary` has no `{keyed.key.name}:`", keyed.key.span, help="it knows `without:`")
        return None
    found = Variations(here.label, tuple(settings), tuple(without), here)
    return found if _complete(found, bag) else None


def dotted(value: ast.Expr) -> ast.Word | None:
    """`photons.barrel.energy`, `proton_recoil_1` or a named constant as one word; None for anything else."""
    if isinstance(value, ast.Number) and value.constant is not None:
        return ast.Word(value.constant.public, value.span)
    if isinstance(value, (ast.Name, ast.Symbol)):
        return ast.Word(value.name, value.span)
    if isinstance(value, ast.Attribute):
        owner = dotted(value.owner)
        return None if owner is None else ast.Word(f"{owner.name}.{value.name.name}", value.span)
    return None


def _titled(value: ast.Expr) -> ast.Word | None:
    """The cut of a title, `without: "back to back"`, as the word that names it (SEMANTICS rule 21)."""
    return ast.Word(public_name(value.value), value.span) if isinstance(value, ast.String) and value.value else None


def _bad(wanted: str, value: ast.Expr, bag: Bag) -> None:
    help = 'write `vary "photon energy", photons.energy, 30 MeV, 50 MeV` or `vary "name", without: fit5c.chi2`'
    bag.add(codes.BAD_VALUE, f"`vary` takes {wanted}", value.span, help=help)


def _complete(found: Variations, bag: Bag) -> bool:
    """Whether there is something to vary, with as many values for each number, and none twice."""
    if not found.settings and not found.without:
        help = 'write `vary "photon energy", photons.energy, 30 MeV, 50 MeV`'
        bag.add(codes.BAD_VALUE, f"`vary` does not say what `{found.name.name}` varies", found.here.head, help=help)
        return False
    for setting in found.settings:
        if not setting.values:
            help = f"write `{setting.target.name}` and one or more values"
            bag.add(codes.BAD_VALUE, f"`{setting.target.name}` is given no value", setting.target.span, help=help)
            return False
        if len(setting.values) not in (1, found.count):
            message = f"`{setting.target.name}` has {len(setting.values)} values, and another number has {found.count}"
            bag.add(codes.BAD_VALUE, message, setting.target.span, help="give one value for all variations, or one for each")
            return False
    seen: dict[str, ast.Word] = {}
    for word in (*(setting.target for setting in found.settings), *found.without):
        if word.name in seen:
            related = (Label(seen[word.name].span, "first here"),)
            bag.add(codes.DUPLICATE_FIELD, f"`{word.name}` is varied twice in one variation", word.span, related=related)
            return False
        seen[word.name] = word
    return True
