"""The primitives that make candidates: combinations, tags, BOSS's own lists, vertex, secondary-vertex and kinematic fits; and the loop over candidates.

In: nothing. Out: frozen steps, like those of `primitives.py`, and the constraints of fits. Which products a step has, and where they come from, is in `candidates.py`.
Nothing of the surface language is left here.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from dsl4bes.ir.candidates import CandidateCut, Choose, FitSettings, FitSymbol
from dsl4bes.ir.expr import FitQuantity
from dsl4bes.ir.node import keyword_node, node
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Cut, Primitive
from dsl4bes.ir.types import ListSymbol, Species

if TYPE_CHECKING:
    from dsl4bes.ir.program import Block



@keyword_node
class Combination(Primitive):
    """Particles put together: try every combination of the roles' candidates that uses nothing twice, drop those a fitter refuses
    (none left: `cut`, the line `<block>.fit`), then those failing `before`, choose, then apply `after` to what was chosen (each rejects
    the event if nothing is left). With `symbol.optional` nothing rejects: the combination is then absent, its chi2 +infinity."""

    symbol: FitSymbol
    cut: Cut
    before: tuple[CandidateCut, ...] = ()
    choose: Choose
    after: tuple[CandidateCut, ...] = ()
    max_candidates: Parameter | None = None  #: of an earlier block that are tried where each is: those of highest energy as measured, the rest is counted


@keyword_node
class Combine(Combination):
    """The sum of the roles' measured four-momenta is the particle: no fit, no refusal, no chi2. `max_photons` as in `KinematicFit`."""

    max_photons: Parameter


@node
class TagPart:
    """A track or shower of a tag, its role and the hypothesis of its four-momentum."""

    role: str
    species: Species


@node
class TagMode:
    """A mode of the D-tag list: its number, its text, the nominal mass of its meson (GeV). `charm`: only tags of this charm (0: of either). `products`: identical ones together; each is the parts of
    one, tracks before showers. The tag's tracks and showers follow this order; identical products are then named by falling measured energy, ties by
    position, and so are the photons within one (SEMANTICS rule 10)."""

    code: int
    text: str
    mass: float
    products: tuple[tuple[tuple[TagPart, ...], ...], ...]
    charm: int = 0

    def parts(self) -> tuple[TagPart, ...]:
        """Every track and shower."""
        return tuple(part for group in self.products for product in group for part in product)


@keyword_node
class Tags(Combination):
    """Entries of EvtRecDTagCol of these modes, those that BOSS calls identified (`identified` true) or all. m_BC and delta E are calculated from the
    entry's four-momentum with the program's beams, not read: the producer's beam energy is another option of the job. `groups`: of the candidates
    that agree in these quantities one is kept, in the order in which the groups are met. The role `nominal` is the tag with energy ecms/2 and momentum
    sqrt(ecms^2/4 - m_D^2) along its measured direction in the centre of mass (SEMANTICS rule 18), in the laboratory."""

    modes: tuple[TagMode, ...]
    identified: Parameter
    groups: tuple[FitQuantity, ...] = ()


#: Role of a tag with the energy of the beam.
NOMINAL = "nominal"


@keyword_node
class Pairs(Combination):
    """Two candidates, one of each of `symbol.sides`, that use no track or shower in common, are of the same meson (its modes' hundreds), have
    opposite charges and not the same charm (0: BOSS does not know it). A pair that both orders make is taken where its first is the earlier of the
    two in the list. `groups`: of the pairs whose sides agree in this quantity one is kept. m_BC is the mean of both."""

    groups: tuple[FitQuantity, ...] = ()


class BossList(Enum):
    """Lists of candidates that producers of BOSS make before the user's algorithm runs, by their names there."""

    PI0 = "EvtRecPi0Col"
    ETA = "EvtRecEtaToGGCol"
    VEES = "EvtRecVeeVertexCol"


@keyword_node
class Listed(Combination):
    """Entries of one of BOSS's lists, in its order; with both chains those of the decay as written first. Of V0s those of identity `pdgid`, of the conjugate
    chain -`pdgid`: the first daughter is the positive one. Photons are in the order of falling energy that BOSS gave them. What BOSS says is read: chi2,
    mass (of photons before the fit), the momentum of the particle, and of photons theirs; tracks have theirs as measured. An entry with a track
    or shower that is not in the event is no candidate, nor is one of the same two and identity as an earlier one: producers append to what a file had."""

    entries: BossList
    pdgid: int


@keyword_node
class Others(Primitive):
    """Fill `target` with the entries of `source` that the current candidate of a D tag, or of a pair of them, does not use."""

    target: ListSymbol
    source: ListSymbol
    fit: FitSymbol


@keyword_node
class Fit(Combination):
    """Common part of the fits: a combination whose candidates a fitter of BOSS changes or refuses."""

    settings: FitSettings


@keyword_node
class VertexFit(Fit):
    """Tracks to one common vertex, free or constrained by `error` (cm) in x, y, z around the mean closest approach (BOSS: 1e6)."""

    error: Parameter


@node
class InteractionPoint:
    """The vertex data base's point of the run with its errors."""


@node
class FittedVertex:
    """The vertex that a vertex fit found, with its covariance."""

    fit: FitSymbol


Production = InteractionPoint | FittedVertex


@keyword_node
class SecondaryVertexFit(Fit):
    """A particle that flies before it decays: its products to a common vertex (settings `vertex`, start error `error`), their sum as one
    particle, whose flight from `production` to that vertex is then fitted (`settings`; SEMANTICS rule 15). Tracks of a production vertex
    are not products (rule 4). chi2 is that of the second fit, with two degrees of freedom."""

    production: Production
    vertex: FitSettings
    error: Parameter


class Fitter(Enum):
    KALMAN = "KalmanKinematicFit"
    CLASSIC = "KinematicFit"


@node
class FourMomentum:
    """Sum of all roles = `Beam`: four constraints."""


@node
class ThreeMomentum:
    """Momentum sum of all roles = that of `Beam`."""


@node
class TotalEnergy:
    """Energy sum of `roles` = that of `Beam`."""

    roles: tuple[str, ...]


@node
class Mass:
    """Invariant mass of `roles` = `mass`."""

    roles: tuple[str, ...]
    mass: Parameter


@node
class EqualMass:
    first: tuple[str, ...]
    second: tuple[str, ...]


@node
class Unmeasured:
    """What is not measured of a role: its whole momentum (the source is then `Missing`) or, with `direction`, its magnitude: of the shower
    the role is, the direction alone counts. Its mass is known (GeV)."""

    role: str
    mass: Parameter
    direction: bool = False


Constraint = FourMomentum | ThreeMomentum | TotalEnergy | Mass | EqualMass


@keyword_node
class KinematicFit(Fit):
    """Constrained fit of the roles; constraints in the order they are added. `max_photons`: of every photon list only so many
    of highest energy take part (SEMANTICS rule 17), what is above is counted. `unmeasured`: roles of which less is known than of a track or
    a photon. `energy_spread` (GeV): of each beam, in the four-momentum constraint. `follow_energies`: photon errors follow the fitted energies."""

    fitter: Fitter
    constraints: tuple[Constraint, ...]
    max_photons: Parameter
    unmeasured: tuple[Unmeasured, ...] = ()
    energy_spread: Parameter | None = None
    follow_energies: bool = False


@keyword_node
class Scope(Primitive):
    """Run `blocks` for every candidate of `symbol` that is left, each in a copy of what is known (SEMANTICS rule 2): a cut in there rejects the
    candidate, the event goes on with those left and is rejected if the blocks cut and none is. What they make is not seen afterwards."""

    symbol: FitSymbol
    blocks: tuple[Block, ...]
