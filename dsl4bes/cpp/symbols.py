"""What the things of the IR are called in C++, and what of the support code they use.

In: lists, fits, values and parameters of a program, in order. Out: `Symbols`: C++ names for each, the set of used helpers and
headers. It is the one mutable thing of the lowering; it lives for one program. Expressions and steps are built elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping

from dsl4bes.cpp.helpers import HELPERS
from dsl4bes.cpp.names import Names, type_name
from dsl4bes.cpp.record import record
from dsl4bes.ir.candidates import (
    FitKind,
    FitSymbol,
    FromCandidate,
    FromList,
    FromPart,
    FromSecondary,
    FromTag,
    FromTagged,
    FromVertex,
    Missing,
)
from dsl4bes.ir.fits import BossList
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.primitives import Define, PidSpec
from dsl4bes.ir.reserved import ALGORITHM_MEMBERS
from dsl4bes.ir.truth import Process
from dsl4bes.ir.types import ListSymbol, Species

#: Fields of the generated Context that are not the user's (a list called `run` becomes `run_2`).
CONTEXT_FIELDS = (
    "records",
    "n_charged",
    "n_neutral",
    "run",
    "event",
    "ip",
    "ip_valid",
    "beam",
    "ecms_valid",
    "trigger",
    "first_time",
    "passed",
    "candidate",
    "at",
    "truth",
)

_OWN_METHODS = ("read_event", "select", "fill_outputs", "record", "book", "pass", "Context", "corrected_track", "HelixBin", "HELIX_BINS")
#: Fields of the result of a secondary vertex, by the quantities of `ir.expr.FitQuantity`, with comments.
SECONDARY_NUMBERS = {
    "vertex_chi2": "chi2 of the vertex of the products; +infinity: no fit",
    "length": "decay length (cm), negative behind the production vertex",
    "length_sigma": "its error (cm)",
    "ctau": "c tau (cm)",
}
#: Fields of a D tag: quantities of `ir.expr.FitQuantity` with type and comment, and the entries it uses.
TAG_NUMBERS = {
    "mbc": ("double", "beam-constrained mass (GeV)"),
    "delta_e": ("double", "energy in the centre of mass minus that of a beam (GeV)"),
    "mode": ("int", "number of the decay mode, EvtRecDTag::DecayMode"),
    "charm": ("int", "+1 D0, -1 anti-D0, 0 not known; of D+ and D_s+ the charge"),
    "charge": ("int", "charge of the tag"),
    "nominal_mass": ("double", "of the meson (GeV)"),
}
TAG_FIELDS = (*TAG_NUMBERS, "used", "entry", "hypotheses")
_HYPOTHESES = {
    Species.E: "electron", Species.MU: "muon", Species.PI: "pion", Species.K: "kaon", Species.P: "proton",
}  # fmt: skip


def hypothesis(species: Species | None) -> str:
    """The Kalman hypothesis of a species; a track without one is a pion (SEMANTICS rule 5)."""
    return f"RecMdcKalTrack::{_HYPOTHESES[species or Species.PI]}"


@record
class RoleNames:
    """Fields of one role, or of the decaying particle of a secondary vertex, in the struct of its fit."""

    position: str
    p4: str
    raw: str
    track: str
    radiated: str = ""  #: of an electron: the photons that belong to it


@record
class FitNames:
    """Names of a fit: its struct, its field of the context, the method that fits one candidate, the fields of its roles."""

    struct: str
    field: str
    attempt: str
    roles: Mapping[str, RoleNames]
    kept: str = ""  #: field of the context with the candidates, where several may be kept


def species_of(fit: FitSymbol, role: str) -> Species | None:
    """The species of a role, None if it is a composite particle."""
    return next(r.species for r in fit.roles if r.name == role)


def comes_from(source: ListSymbol | FromVertex | FromSecondary | FromCandidate | FromPart | FromTagged | FromTag | FromList | Missing) -> FitSymbol | None:
    """The fit whose one candidate a role comes from, None for a list, each of several candidates, an entry of the D-tag list or nothing."""
    one = isinstance(source, (FromVertex, FromSecondary, FromTagged)) or (isinstance(source, (FromCandidate, FromPart)) and not source.each)
    return source.fit if one else None  # type: ignore[union-attr]


class Symbols:
    """Names given so far and helpers used so far."""

    def __init__(self, algorithm: str) -> None:
        self.algorithm = algorithm
        self.methods = Names((*HELPERS, *ALGORITHM_MEMBERS, *_OWN_METHODS, algorithm))
        self.members = Names()
        self.context = Names((*CONTEXT_FIELDS, "Context"))
        self.types = self.methods  # types and methods are in one scope, that of the class
        self.constants = Names()
        self.lists: dict[ListSymbol, str] = {}
        self.fits: dict[FitSymbol, FitNames] = {}
        self.values: dict[str, str] = {}
        self.parameters: dict[str, tuple[Parameter, str, type]] = {}
        self.pids: dict[PidSpec, tuple[str, set[str]]] = {}
        self.used: set[str] = set()
        self.includes: set[str] = set()
        self.uses_vertex = False
        self.uses_vertex_error = False
        self.followed: set[FitSymbol] = set()  #: fits whose chain another one follows
        self.production: set[FitSymbol] = set()  #: vertex fits that are production vertices
        self.whole: set[FitSymbol] = set()  #: D tags of which every track and shower is a particle of a fit
        self.uses_beam = False
        self.uses_truth = False
        self.processes: dict[Process, str] = {}
        self.uses_trigger = False
        self.seen_limit = ""  #: how many events are remembered, where it is asked whether an event was met before
        self.boss_lists: set[BossList] = set()  #: lists of pi0, eta, V0s that are read
        self.tag_modes: set[int] = set()  #: modes of the D-tag list that are read

    def use(self, *helpers: str) -> None:
        """Note that these helpers are called."""
        self.used.update(helpers)

    def list(self, symbol: ListSymbol) -> str:
        """`ctx.<name>` of a list."""
        name = self.lists.get(symbol)
        if name is None:
            name = self.lists[symbol] = self.context.new(symbol.name)
        return f"ctx.{name}"

    def fit(self, symbol: FitSymbol) -> FitNames:
        """The names of a fit."""
        known = self.fits.get(symbol)
        if known is None:
            secondary = symbol.kind is FitKind.SECONDARY_VERTEX
            tag = symbol.kind in (FitKind.DTAG, FitKind.DOUBLE_TAG)
            listed = ("mass",) if symbol.kind is FitKind.LISTED else ()
            own = (*listed, *(SECONDARY_NUMBERS if secondary else ()), *(TAG_FIELDS if tag else ()))
            fields = Names(("passed", "chi2", "place", "number", "conjugate", *own))
            roles: dict[str, RoleNames] = {}
            radiating = {role.name for role in symbol.roles if role.radiated is not None}
            for role in (*(each.name for each in symbol.roles), *(each.name for each in symbol.sides), *((symbol.particle,) if symbol.particle else ())):
                stem = fields.new(role)
                if tag:  # a tag is as measured
                    p4 = fields.new(f"{stem}_p4")
                    roles[role] = RoleNames(stem, p4, p4, "")
                    continue
                p4, raw, track = (fields.new(f"{stem}_{word}") for word in ("p4", "raw", "track"))
                roles[role] = RoleNames(stem, p4, raw, track, fields.new(f"{stem}_radiated") if role in radiating else "")
            known = self.fits[symbol] = FitNames(
                self.types.new(f"{type_name(symbol.name)}Result"),
                self.context.new(symbol.name),
                self.methods.new(f"try_{symbol.name}"),
                roles,
                self.context.new(f"{symbol.name}_kept") if symbol.several else "",
            )
        return known

    def value(self, define: Define) -> str:
        """`ctx.<name>` of a value named by `let`."""
        name = self.values.get(define.name)
        if name is None:
            name = self.values[define.name] = self.context.new(define.name)
        return f"ctx.{name}"

    def process(self, process: Process) -> str:
        """`ctx.<name>` of a process: the positions of its particles."""
        name = self.processes.get(process)
        if name is None:
            name = self.processes[process] = self.context.new(process.name)
        return f"ctx.{name}"

    def parameter(self, parameter: Parameter, kind: type | None = None) -> str:
        """The member of a parameter. `kind` int where C++ needs an int, whatever the value; else a whole number of the resolver is an int."""
        known = self.parameters.get(parameter.name)
        if known is None:
            natural = type(parameter.value)
            known = (parameter, self.members.new(f"m_{parameter.property_name}"), kind or natural)
        elif kind is not None:
            known = (known[0], known[1], kind)
        self.parameters[parameter.name] = known
        return known[1]

    def pid(self, spec: PidSpec, quantity: str | None = None) -> str:
        """The method that runs ParticleID with these settings; notes which quantity of it is read."""
        known = self.pids.get(spec)
        if known is None:
            known = self.pids[spec] = (self.methods.new("identified"), set())
        if quantity:
            known[1].add(quantity)
        return known[0]

    def used_words(self) -> tuple[str, ...]:
        """Names of functions and methods that local variables must not hide."""
        return (
            *HELPERS,
            *(names.attempt for names in self.fits.values()),
            *(pid[0] for pid in self.pids.values()),
        )
