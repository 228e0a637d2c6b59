"""Typed expressions: one tree, printed to C++, to NumPy and to LaTeX.

In: nothing. Out: frozen nodes with a `type` and a `span`. Names are resolved (references are objects), units converted,
frames explicit (`Boost`), particle arguments turned into four-momenta (`P4Of`, `P4Sum`), lists into loops (`Each`, `Reduce`).
`not` never stands over a comparison: the resolver pushes it inwards (SEMANTICS rule 3: absent compares false, also under
`not`); a `Not` node is only over flags that are always present. Nothing is evaluated or rendered here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from dsl4bes.ir.functions import Function
from dsl4bes.ir.node import keyword_node
from dsl4bes.ir.parameters import Parameter
from dsl4bes.ir.types import ListSymbol, Species, Type, View
from dsl4bes.source import Span

if TYPE_CHECKING:
    from dsl4bes.ir.candidates import FitSymbol
    from dsl4bes.ir.primitives import Define, PidSpec


@keyword_node
class Expr:
    """Base of all nodes."""

    type: Type
    span: Span | None = field(default=None, compare=False, repr=False)


# --- leaves ------------------------------------------------------------------------------------------------------


@keyword_node
class Constant(Expr):
    """A number that nobody varies (a factor 2, a mass from the table)."""

    value: float | bool | str


@keyword_node
class ParameterRef(Expr):
    """The current value of a parameter."""

    parameter: Parameter


@keyword_node
class ValueRef(Expr):
    """A value named by `let`."""

    define: Define


@keyword_node
class Variable(Expr):
    """The bound particle of an enclosing loop (`Each`, `Select`, a tuple's `per`): `binder` is the same object there."""

    binder: Binder


@keyword_node
class Pick(Expr):
    """One particle of a list: `rank` None = its only entry; 0, 1, ... = n-th by falling energy (showers) or momentum
    (tracks; of the track's own hypothesis), ties by index."""

    list: ListSymbol
    rank: int | None


@keyword_node
class Product(Expr):
    """A particle of a fit by its role. `fitted` False: as measured (`fit4c.raw.pip`). A composite role, the decaying particle of a
    secondary vertex and a role that comes from one or from an earlier candidate are P4s only. `within`: the candidate of `fit` is the one that is this
    product of another combination (`omega.pi0.gam1`)."""

    fit: FitSymbol
    role: str
    fitted: bool
    within: Product | None = None


class FitQuantity(Enum):
    CHI2 = "chi2"
    NDF = "ndf"
    PASSED = "passed"
    CANDIDATES = "candidates"  #: how many are left, where several may be kept
    # of a secondary vertex (SEMANTICS rule 15)
    VERTEX_CHI2 = "vertex_chi2"
    LENGTH = "length"
    LENGTH_SIGMA = "length_sigma"
    CTAU = "ctau"
    MASS = "mass"  #: of a candidate of BOSS's lists
    # of a D tag
    MBC = "mbc"
    DELTA_E = "delta_e"
    MODE = "mode"
    CHARM = "charm"
    CHARGE = "charge"
    NOMINAL_MASS = "nominal_mass"  #: of the meson, by the mode


@keyword_node
class FitValue(Expr):
    """A number of a fit; chi2 and vertex_chi2 are +infinity where the fit failed, PASSED is a flag, CANDIDATES is 0, NDF is always known, all else is
    absent there. `within` as in `Product`."""

    fit: FitSymbol
    quantity: FitQuantity
    within: Product | None = None


@keyword_node
class Beam(Expr):
    """P = ecms (sin-free convention: crossing_angle/2, 0, 0, 1), the beams' four-momentum in the laboratory."""


@keyword_node
class ListSize(Expr):
    """Number of entries of a list."""

    list: ListSymbol


# --- arithmetic and logic -----------------------------------------------------------------------------------------


class Arithmetic(Enum):
    ADD, SUB, MUL, DIV, POW = "+", "-", "*", "/", "**"


class Comparison(Enum):
    LT, LE, GT, GE, EQ, NE = "<", "<=", ">", ">=", "==", "!="


@keyword_node
class Minus(Expr):
    operand: Expr


@keyword_node
class Binary(Expr):
    """Arithmetic on two numbers (or sum/difference of two P4s)."""

    operator: Arithmetic
    left: Expr
    right: Expr


@keyword_node
class Compare(Expr):
    """False when either side is absent (NaN), whatever the operator, `!=` included."""

    operator: Comparison
    left: Expr
    right: Expr


@keyword_node
class And(Expr):
    operands: tuple[Expr, ...]


@keyword_node
class Or(Expr):
    operands: tuple[Expr, ...]


@keyword_node
class Not(Expr):
    """Over an always-present flag only (see the module's text)."""

    operand: Expr


# --- functions -----------------------------------------------------------------------------------------------------


@keyword_node
class Call(Expr):
    """A function of the table in `ir.functions` on resolved arguments."""

    function: Function
    arguments: tuple[Expr, ...]
    view: View = View.KALMAN  #: for functions of a track that both reconstructions have (vr, vz)


@keyword_node
class P4Of(Expr):
    """Four-momentum of one particle in the laboratory: Kalman track of its hypothesis (pion if none), shower from the
    origin, or the fit's result for a fitted `Product`. View MDC: MDC momentum with the pion mass."""

    particle: Expr
    view: View = View.KALMAN
    assigned: tuple[ListSymbol, ...] = ()  #: if the track is an entry of one of these, that list's species (first wins)


@keyword_node
class P4Sum(Expr):
    terms: tuple[Expr, ...]


@keyword_node
class Momenta(Expr):
    """Several four-momenta, one after the other: a P4 gives one, a `Group` one per entry. Any absent one makes what is computed of them absent."""

    terms: tuple[Expr, ...]


@keyword_node
class Group(Expr):
    """`p4` for every entry of the binder's list that fulfils `condition` (a flag; None: all). Stands only in `Momenta`."""

    binder: Binder
    p4: Expr
    condition: Expr | None = None


@keyword_node
class Boost(Expr):
    """`p4` seen in the rest frame of `frame` (a P4; `Beam` for the centre of mass)."""

    p4: Expr
    frame: Expr


class PidQuantity(Enum):
    PROBABILITY = "prob"  # prob(species) of the block's method; likelihood: pdf
    FRACTION = "lhf"
    CHI_DEDX, CHI_TOF1, CHI_TOF2, CHI_TOFE, CHI_TOF = "dedx", "tof1", "tof2", "tofe", "tof"


@keyword_node
class PidValue(Expr):
    """A quantity of ParticleID for a track: absent if IsPidInfoValid() is false or the subsystem has no value (99)."""

    spec: PidSpec
    particle: Expr
    quantity: PidQuantity
    species: Species


@keyword_node
class Among(Expr):
    """Flag: the particle's track or shower is one of these lists' entries."""

    particle: Expr
    lists: tuple[ListSymbol, ...]


# --- loops over lists ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Binder:
    """A loop variable over a list. Compared by identity. `after`: this variable runs only over later entries than that one
    (pairs i < j of one list)."""

    name: str
    list: ListSymbol
    after: Binder | None = None


@keyword_node
class Each(Expr):
    """List of the values of `body` for every combination of the binders that uses no track or shower twice, first binder slowest."""

    binders: tuple[Binder, ...]
    body: Expr


class Reduction(Enum):
    ANY, ALL, COUNT, MIN, MAX, SUM = "any", "all", "count", "min", "max", "sum"


@keyword_node
class Reduce(Expr):
    """One value of a list. Absent entries are skipped; MIN and MAX of nothing are absent, SUM and COUNT of nothing are 0,
    ALL of nothing is true, ANY of nothing false; COUNT of flags counts the true ones, of numbers the present ones."""

    reduction: Reduction
    over: Each


@keyword_node
class IfElse(Expr):
    """`condition` (always-present flag) ? `then` : `otherwise` (used for `when:`)."""

    condition: Expr
    then: Expr
    otherwise: Expr
