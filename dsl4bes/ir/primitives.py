"""The primitives: the few things a selection can do. Blocks are many and desugar into these; both back ends know only these.

In: nothing. Out: frozen steps with resolved references. Each has one template (templates/primitives/<stem>.cxx.j2), one
lowering in `cpp/` and one evaluator in `semantics/`, matched by name in a test. Steps run in order within the method of their
block; a step with a `cut` can reject the event (inside a region: the region). Nothing of the surface language is left here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from dsl4bes.ir.expr import Binder, Expr, FitQuantity
from dsl4bes.ir.node import keyword_node, node
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.truth import Process
from dsl4bes.ir.types import ListSymbol, Species
from dsl4bes.source import Span

if TYPE_CHECKING:
    from dsl4bes.ir.program import Block


@node
class Cut:
    """One atomic line of the cut flow: `block` alone, or `block.part` (`pid.npip`, `fit4c.fit`)."""

    block: str
    part: str = ""

    @property
    def name(self) -> str:
        return f"{self.block}.{self.part}" if self.part else self.block

    @property
    def key(self) -> str:
        """The name in `expect` and `vary`: every other character than letters and digits becomes `_`, the dot stays."""
        words = (self.block, self.part) if self.part else (self.block,)
        return ".".join("".join(c if c.isascii() and c.isalnum() else "_" for c in word) for word in words)


@keyword_node
class Primitive:
    """Base of all steps."""

    span: Span | None = field(default=None, compare=False, repr=False)


# --- lists ---------------------------------------------------------------------------------------------------------


class Source(Enum):
    """What a collection reads: CHARGED = the event's charged tracks with a valid MDC and a valid Kalman track (SEMANTICS
    rule 5); NEUTRAL = the entries behind the charged ones with a valid shower."""

    CHARGED = "charged"
    NEUTRAL = "neutral"


@keyword_node
class Collection(Primitive):
    """Fill `target` with every entry of the source, in the event's order."""

    target: ListSymbol
    source: Source


@keyword_node
class Select(Primitive):
    """Fill `target` with the entries of `source` for which `condition` (over `binder`) is true; order kept. Never rejects.
    The species of `target` may differ from that of `source` (identification); charge of `target` is documentation."""

    target: ListSymbol
    source: ListSymbol
    binder: Binder
    condition: Expr


@keyword_node
class Merge(Primitive):
    """Fill `target` with the entries of all `sources`, in the event's order, each once (`good` of either charge, `rest`)."""

    target: ListSymbol
    sources: tuple[ListSymbol, ...]


@keyword_node
class Products(Primitive):
    """Fill `target` with the tracks or showers that are these roles of a fit, or of candidates it is made of (`pi0.gam1`), in the event's order; with none if
    the fit is absent."""

    target: ListSymbol
    fit: FitSymbol
    roles: tuple[str, ...]


# --- identification ------------------------------------------------------------------------------------------------


class PidMethod(Enum):
    PROBABILITY = "probability"
    LIKELIHOOD = "likelihood"


class PidSystem(Enum):
    """Subsystems of ParticleID by their `use...()` call (BOSS 7.0.4)."""

    DEDX, TOF1, TOF2, TOFE, TOFQ, TOFC, TOFCORR, TOF, EMC, MUC = (
        "dedx", "tof1", "tof2", "tofe", "tofq", "tofc", "tofcorr", "tof", "emc", "muc",
    )  # fmt: skip


@node
class PidSpec:
    """How ParticleID is run: compared by its settings, so that equal settings share one calculation per track."""

    method: PidMethod
    systems: tuple[PidSystem, ...]
    hypotheses: tuple[Species, ...]


@keyword_node
class Identify(Primitive):
    """Run ParticleID with `spec` for every track of `source`; `PidValue` expressions of that spec may follow for them."""

    source: ListSymbol
    spec: PidSpec


# --- values and cuts -----------------------------------------------------------------------------------------------


@keyword_node
class Define(Primitive):
    """Name a value (`let`): computed once where it stands. NUMBER, FLAG, P4 or VECTOR of event shape."""

    name: str
    value: Expr


@keyword_node
class Require(Primitive):
    """Reject unless `condition` is true; with `veto`, reject if it is true. `when` (a flag parameter or condition): the cut is
    applied only where it is true."""

    cut: Cut
    condition: Expr
    veto: bool = False
    when: Expr | None = None


# --- fits ----------------------------------------------------------------------------------------------------------


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


# --- probes --------------------------------------------------------------------------------------------------------


@keyword_node
class Match(Primitive):
    """Fill `target` with at most one entry: the one of `source` whose direction (pion hypothesis, or its species) is nearest to
    the P4 `to`, if `condition` (over `binder`) holds for it. Never rejects unless `cut` is given (`required`, SEMANTICS rule 19)."""

    target: ListSymbol
    source: ListSymbol
    to: Expr
    binder: Binder
    condition: Expr
    cut: Cut | None = None


# --- truth ---------------------------------------------------------------------------------------------------------


@keyword_node
class ReadTruth(Primitive):
    """Read the generated particles of the event and look for the processes. On real data (run > 0) the steps of the block end here. Stands in
    `Program.always` only: it is done for every event, before the first cut."""

    processes: tuple[Process, ...]


@keyword_node
class FillTruth(Primitive):
    """Write one row of the tuple `name` per simulated event: run, event, `n_generated`, a flag per process, `columns` (generated quantities only)
    and, with `root`, the arrays `pdgid` and `motheridx` over `indexmc`: the first particle of that PDG number from the generator that is no primary
    one (if there is none, the first primary one), and all that came of it in the generator, in the order of the event; `motheridx` is the place of the nearest mother in the array, -1 for
    the first. Above `maximum` the rest is left out and counted."""

    name: str
    root: int
    maximum: Parameter | None
    processes: tuple[Process, ...]
    columns: tuple[Column, ...] = ()


# --- output --------------------------------------------------------------------------------------------------------


@node
class Column:
    """One branch. Numbers as double (absent: -999, +infinity: 9999), flags as 0/1; `unit` of the values for the title."""

    name: str
    value: Expr
    unit: str = ""


@node
class ArrayColumn:
    """A branch with one entry per element of `values` (an `Each`), with its own index item `n_<name>`; above `maximum` the entries of
    highest energy are kept, in list order, and the truncation is counted."""

    name: str
    values: Expr
    maximum: Parameter
    unit: str = ""


@keyword_node
class FillTuple(Primitive):
    """Write one row: per event, or one per entry of `per.list`. run, event are added to every row, and `candidate` with `per` and in a
    `Scope` (`candidate`: number of the scope's candidate among those that its combination kept)."""

    name: str
    columns: tuple[Column, ...]
    arrays: tuple[ArrayColumn, ...] = ()
    per: Binder | None = None
    candidate: bool = False


@node
class Axis:
    bins: int
    low: float
    high: float
    title: str = ""


@keyword_node
class FillHistogram(Primitive):
    """Fill a histogram with `values` (one number, or every element of an `Each`), one expression per axis; absent is not filled."""

    name: str
    title: str
    axes: tuple[Axis, ...]
    values: tuple[Expr, ...]
    weight: Expr | None = None
