"""`analysis`: names, beams, files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dsl4bes.constructs.base import TOP, Block, Chosen, Example, Instance, LabelKind, Measure
from dsl4bes.constructs.fields import Choice, Number, Text
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.program import Analysis as Settings
from dsl4bes.ir.reserved import names_no_class
from dsl4bes.ir.types import ANGLE, ENERGY

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.diagnostics.model import Bag

DATABASE = "database"  #: `ecms :database`
CROSSING_ANGLE = 0.022  #: full crossing angle of the beams (rad), the collaboration's convention
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


class Analysis(Block):
    """Name of the package and its algorithm, energy and crossing angle of the beams, files of the job.

    Without this block the package takes the file's name; anything that needs the beams is then an error.
    """

    keyword = "analysis"
    parents = (TOP,)
    label = LabelKind.TITLE
    label_required = True
    main = ""

    ecms = Number(
        dimension=ENERGY, bare="GeV", low=1, high=6, words=(DATABASE,), usage="ecms 3.097 GeV",
        doc="centre-of-mass energy, or `:database`: the measured one of each run (of |run| for simulation; runs without one are rejected and counted)",
    )  # fmt: skip
    crossing_angle = Number(
        default="22 mrad", source="the machine; BOSS takes half of it, `setCollideangle`",
        dimension=ANGLE,
        bare="rad",
        low=0,
        high=0.1,
        doc="full crossing angle of the beams, 22 mrad if not said",
        usage="crossing_angle 22 mrad",
    )
    profile = Choice(default='`"7.0.x"`', options=("7.0.x", "8"), doc="BOSS version the package is for", usage='profile "7.0.x"')
    algorithm = Text(default="the name of the analysis", doc="name of the algorithm, that of the analysis if not said", usage='algorithm "RhoPi"')
    input = Text(many=True, doc="event files", usage='input "jpsi/*.dst"')
    output = Text(default="`<algorithm>.root`", doc="file for tuples and histograms", usage='output "rhopi.root"')
    events = Number(
        default="all",
        whole=True, low=-1, doc="number of events to process, all if not said", usage="events 10000"
    )

    examples = (
        Example(
            "Two hard photons in the centre of mass, with the energy of the beams as it was measured in each run.",
            'analysis "Scan" do\n    ecms :database\nend\n\nevent_selection do\n    photons do\n        ngam >= 2\n    end\n'
            '    require "hard photons", e(gam1, frame: :cm) > 0.4 * ecms and e(gam2, frame: :cm) > 0.4 * ecms\nend\n',
            "A local run takes the energies from `--beam FILE`, lines `run ecms` (GeV).",
        ),
        Example(
            "An analysis at the J/psi.",
            'analysis "RhoPi" do\n    ecms           3.097 GeV\n    crossing_angle 22 mrad\n    input          "jpsi/*.dst"\n'
            '    output         "rhopi.root"\nend\n\nevent_selection do\n    charged_tracks do\n        ngood == 2\n    end\nend\n',
        ),
        Example(
            "The same names, for BOSS 8, with ten thousand events.",
            'analysis "RhoPi" do\n    ecms    3.097 GeV\n    profile "8"\n    events  10000\nend\n\nevent_selection do\n'
            "    charged_tracks do\n        ngood == 2\n    end\nend\n",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        """No step: `settings` reads the block before all others."""


def settings(here: Instance | None, file_name: str, bag: Bag) -> Settings:
    """What the block says, or the defaults with the file's name."""
    angle = Parameter("crossing_angle", CROSSING_ANGLE, ANGLE, "rad", "full crossing angle of the beams")
    if here is None:
        name = package_name(file_name)
        return Settings(name, name, "7.0.x", None, angle)
    name = _named(here.label, "Analysis", bag)
    ecms: Measure | Chosen | None = here.get(Analysis.ecms)
    crossing: Measure | None = here.get(Analysis.crossing_angle)
    if crossing is not None:
        angle = Parameter(
            "crossing_angle", crossing.value, ANGLE, "rad", "full crossing angle of the beams", crossing.span
        )
    energy = (
        None
        if not isinstance(ecms, Measure)
        else Parameter("ecms", ecms.value, ENERGY, "GeV", "centre-of-mass energy", ecms.span)
    )
    profile: Chosen | None = here.get(Analysis.profile)
    algorithm: Chosen | None = here.get(Analysis.algorithm)
    output: Chosen | None = here.get(Analysis.output)
    events: Measure | None = here.get(Analysis.events)
    return Settings(
        package=name,
        algorithm=name if algorithm is None else _named(algorithm, name, bag),
        profile=profile.name if profile else "7.0.x",
        ecms=energy,
        crossing_angle=angle,
        inputs=tuple(text.name for text in here.get(Analysis.input, ())),
        output=output.name if output else "",
        events=int(events.value) if events else -1,
        measured_ecms=isinstance(ecms, Chosen),
    )


def _named(word: Chosen | None, default: str, bag: Bag) -> str:
    if word is None:
        return default
    if not _IDENTIFIER.match(word.name) or not word.name.isascii() or len(word.name) > 100:
        help = "letters, digits and `_`, beginning with a letter: it names a C++ class and a folder"
        bag.add(codes.BAD_NAME, f"`{word.name}` cannot name a package", word.span, help=help)
        return default
    if names_no_class(word.name):
        help = "C++ or BOSS has this name for something else; take another, such as the name of the decay"
        bag.add(codes.BAD_NAME, f"`{word.name}` cannot name a package", word.span, help=help)
        return default
    return word.name


def package_name(file_name: str) -> str:
    """`my-rho_pi.bes` as `MyRhoPi`."""
    stem = re.split(r"[/\\]", file_name)[-1]
    stem = stem.split(".")[0]
    words = [word for word in re.split(r"[^A-Za-z0-9]+", stem) if word]
    name = "".join(word[:1].upper() + word[1:] for word in words)
    return name if _IDENTIFIER.match(name) and not names_no_class(name) else f"Analysis{name}"
