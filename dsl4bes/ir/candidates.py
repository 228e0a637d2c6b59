"""Candidates: what a fit or a combination is called, which products it has, where each of them comes from, and which candidate is kept.

In: nothing. Out: frozen descriptions, `FitSymbol` the name that others refer to. What is done with them is in `fits.py`; what of the event a candidate
uses is found in `uses.py`. Nothing of a fitter is known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from dsl4bes.ir.expr import Expr
from dsl4bes.ir.node import node
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.types import ListSymbol, Species

if TYPE_CHECKING:
    from dsl4bes.ir.primitives import Cut



@dataclass(frozen=True, eq=False)
class FitSymbol:
    """The name and products of a fit; compared by identity. `composites` are sums of roles (an intermediate resonance). `twins`: pairs of
    composites that are identical (two pi0 from the same photons): only combinations in which the first has the larger measured laboratory
    energy are tried, ties by position of their first role, so that an assignment is tried once and names follow the energy (SEMANTICS rule 10).
    `particle`: name of the decaying particle itself where it has a four-momentum of its own (a secondary vertex, a combination). `several`: more
    than one candidate may be kept; then each is one for itself, in a `Scope` (SEMANTICS rule 2)."""

    name: str
    kind: FitKind
    roles: tuple[Role, ...]
    composites: tuple[Composite, ...] = ()
    optional: bool = False
    twins: tuple[tuple[Composite, Composite], ...] = ()
    particle: str = ""
    several: bool = False
    lacking: tuple[tuple[str, str], ...] = ()  #: products that a mode of a D tag lacks, and which mode
    sides: tuple[FitSymbol, ...] = ()  #: the two D tags of a pair; where one candidate of it is meant, so is one of each of them

    @property
    def both_chains(self) -> bool:
        """Whether the charge-conjugate decay is tried as well, so that a candidate may be of either."""
        return any(role.conjugate is not None or role.follows or role.exchanged is not None for role in self.roles)


class FitKind(Enum):
    VERTEX = "vertex"
    KINEMATIC = "kinematic"
    SECONDARY_VERTEX = "secondary vertex"
    COMBINATION = "combination"
    DTAG = "D tag"
    DOUBLE_TAG = "double tag"
    LISTED = "candidate of BOSS"


@node
class FromVertex:
    """A role's particle is that of a vertex fit: its fitted track parameters (after Swim). If `species` of the role differs
    from that of the vertex fit's role, the vertex fit is repeated with the other species (SEMANTICS rule 13)."""

    fit: FitSymbol
    role: str


@node
class FromSecondary:
    """A role's particle is the decaying particle of a secondary vertex: its parameters after the second fit (`wpar()`)."""

    fit: FitSymbol


@node
class FromCandidate:
    """A role's particle is the one that a candidate of an earlier combination or secondary vertex makes, with the momentum it has there: its only candidate
    or the one that is gone through, or with `each` every one that is left, in the order in which they were kept."""

    fit: FitSymbol
    each: bool


@node
class FromPart:
    """A role's particle is a track or shower of a candidate of an earlier block, at `path` (`gam1`, `pi0.gam1`), as measured. Roles of one `unit` are of one
    candidate: the only one, or with `each` every one that is left; group and chain are those of the candidate."""

    fit: FitSymbol
    each: bool
    unit: str
    path: str


@node
class Missing:
    """A role of which nothing is measured: it has no track, no shower and no momentum as measured (`Unmeasured` of its fit has the mass)."""


@node
class FromTag:
    """A role's particle is a track or shower of an entry of the D-tag list; without a species: a four-momentum that belongs to the tag."""


@node
class FromList:
    """A role's particle is a track or shower of an entry of one of BOSS's lists of candidates; `among`: it must be an entry of this list of the program, in
    the charge-conjugate chain of `conjugate`."""

    among: ListSymbol | None = None
    conjugate: ListSymbol | None = None


@node
class FromTagged:
    """A role's particle is a D tag that was made before: as a whole, every track and shower of it a measured particle of the fit (`part` empty, no
    species), or the track or shower with the role `part` there. `charm`: that of the tag in the decay as written, +1 or -1, in the conjugate chain the
    opposite one; a tag of which BOSS does not know the charm (0) is of either. 0: any tag will do. No other role uses what the tag is made of."""

    fit: FitSymbol
    part: str = ""
    charm: int = 0


@node
class Role:
    """One product. `source`: the list its candidates come from, a vertex fit, a secondary vertex, a D tag or nothing (`species` is
    then None for a secondary vertex, a whole tag and nothing). Roles with equal
    `group` (>= 0) are identical particles from one list: every unordered combination is tried once and named by falling measured laboratory
    energy, ties by index. `conjugate`: the list of the charge-conjugate chain, for all roles of a fit that have a list or for none: the chain as
    written is tried first, then its conjugate as a whole (SEMANTICS rule 11). `momenta`: the list holds particles of this fit, and the four-momenta
    it gave them count (rule 13). `follows`: the decay is tried in both chains, and the particle of an earlier candidate that may be of either is taken in
    the chain that is tried; with `opposite` the role is the antiparticle of what that candidate's decay says, and the other chain is meant. Candidates of which
    `each` is tried are of the right chain in every decay. Roles of one group may be candidates of one block: each set of them is tried once, named by
    falling energy of their products as measured, ties by their order. `exchanged`: the secondary vertex of the conjugate
    chain, of a particle whose antiparticle is another product. `radiated`: the showers of this list belong to the particle, all of them: each is a measured photon
    of the fit, and the particle is their sum with the track; `radiated_conjugate`: those of the conjugate chain."""

    name: str
    species: Species | None
    charge: int
    source: ListSymbol | FromVertex | FromSecondary | FromCandidate | FromPart | Missing | FromTag | FromTagged | FromList
    group: int = -1
    conjugate: ListSymbol | None = None
    momenta: FitSymbol | None = None
    follows: bool = False
    opposite: bool = False
    exchanged: FromSecondary | None = None
    radiated: ListSymbol | None = None
    radiated_conjugate: ListSymbol | None = None


@node
class Composite:
    """`pi0` in `J/psi -> pi+ pi- (pi0 -> gam gam)`: four-momentum = sum of its roles (composites within it flattened)."""

    name: str
    roles: tuple[str, ...]


class Choice(Enum):
    """Which candidate is kept if several remain. ONLY: the resolver has proved that there is at most one. ALL: every one, each for itself."""

    MINIMUM = "min"
    MAXIMUM = "max"
    ONLY = "only"
    ALL = "all"


@node
class Choose:
    """Keep the candidate with the smallest/largest `key` (ties: the first tried). `key` refers to the candidate by `Product`
    and `FitValue` of the fit's own symbol. `per_chain`: one of the decay as written and one of its conjugate."""

    choice: Choice
    key: Expr | None = None
    per_chain: bool = False


@node
class CandidateCut:
    """A condition on a candidate of a fit; its expressions refer to the candidate by the fit's own symbol."""

    cut: Cut
    condition: Expr


@node
class FitSettings:
    """Settings every fitter has: `ceiling` = chi2 above which the fitter refuses (SEMANTICS rule 14)."""

    iterations: Parameter
    tolerance: Parameter
    ceiling: Parameter
