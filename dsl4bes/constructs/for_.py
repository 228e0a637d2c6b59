"""`for`: blocks that run for every candidate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import FOR, REGION, SELECTION, Block, Example, Instance, LabelKind, LineKind
from dsl4bes.constructs.candidates import several
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.syntax import ast, foreign

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder

_PAIRS = (
    'analysis "Pairs" do\n    ecms 3.686 GeV\nend\n\nevent_selection do\n    charged_tracks do\n        vr < 1 cm\n        ngood >= 2\n    end\n    pid do\n'
    '        prob_cut 0.001\n        identify :pip\n        identify :pim\n    end\n    combine(:dipion) do\n        decay "dipion -> pi+ pi-"\n        recoil 3.0 GeV..3.2 GeV\n'
    "        keep :all\n    end\n"
)


class For(Block):
    """Runs the blocks inside for every candidate of a combination; a cut in there rejects the candidate, not the event.

    The event goes on with the candidates that are left, and is rejected if none is. Inside, the name of the combination is the candidate; lists, fits and values
    made inside are the candidate's own and end with the block. The cut flow shows events and candidates. A tuple inside has a row per candidate.
    """

    keyword = FOR
    parents = (SELECTION, REGION)
    label = LabelKind.NONE
    container = True
    holds = SELECTION
    main = "the combination"
    line = LineKind.NAME
    quiet = True

    examples = (
        Example(
            "Pairs of pions that recoil against a J/psi, without those that have a second good photon close by.",
            f'{_PAIRS}    for dipion do\n        require "back to back", angle(dipion.pip, dipion.pim) < 170 deg\n'
            '        ntuple("pairs") do\n            column m_rec: recoil(dipion)\n        end\n    end\nend\n',
        ),
        Example(
            "Photons counted for every candidate: those far from its pions.",
            f'{_PAIRS}    for dipion do\n        photons(:far) do\n            energy > 40 MeV\n            nfar >= 1\n        end\n'
            '        ntuple("with_photons") do\n            column m_rec: recoil(dipion), n: count(far)\n        end\n    end\nend\n',
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        if len(here.main) != 1 or not isinstance(here.main[0].value, (ast.Name, ast.Symbol)):
            help = f"write `for dipion do ... end`; else {foreign.LOOPS}"
            to.bag.add(codes.BAD_VALUE, "`for` goes through the candidates of one combination", here.head, help=help)
            return
        fit = several(here.main[0].value, to)
        if fit is None:
            return
        with to.each(fit.symbol, here.span):
            for child in here.children:
                to.desugar(child)
