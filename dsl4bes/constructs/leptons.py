"""`leptons`: electrons and muons by what they leave in the calorimeter and the muon counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.assign import separate
from dsl4bes.constructs.base import Block, Example, Instance, LabelKind
from dsl4bes.constructs.fields import Line, Sources

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder


class Leptons(Block):
    """Separates electrons and muons by E/p (`eop`), calorimeter energy (`emc_energy`) and what the muon counter says (`depth`, `muc_hits`,
    `muc_layers`, `muc_max_hits`, `muc_chi2`, `muc_dof`).

    Works as `assign`, on the tracks of one list: `identify :ep, eop > 0.8`. A quantity that a track does not have (no shower, no muon track)
    fails its cut.
    """

    keyword = "leptons"
    label = LabelKind.NAME
    counts = True

    from_ = Sources(doc="list of tracks to separate", many=False, usage="from good")
    identify = Line(
        required=True, repeats=True, keys=("as", "order"), words=("remaining",), doc="lists to make, and what their tracks fulfil",
        usage="identify :ep, eop > 0.8",
    )  # fmt: skip

    examples = (
        Example(
            "One electron by E/p and one muon by small calorimeter energy and depth in the muon counter.",
            "event_selection do\n    charged_tracks do\n        ngood == 2\n        net_charge 0\n    end\n    leptons do\n"
            "        identify :el, eop > 0.8\n        identify :mu, emc_energy < 0.4 GeV, depth > 30 cm\n        nel == 1\n        nmu == 1\n    end\nend\n",
        ),
        Example(
            "A muon pair.",
            "event_selection do\n    charged_tracks do\n        ngood == 2\n    end\n    leptons do\n        from     good\n"
            "        identify :mup, emc_energy in 0.1 GeV..0.3 GeV\n        identify :mum, emc_energy in 0.1 GeV..0.3 GeV\n"
            "        nmup == 1\n        nmum == 1\n    end\nend\n",
            "Energies are those of the shower that belongs to the track.",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        separate(here, to, here.get(cls.from_), here.all(cls.identify))
