"""Types of the intermediate representation: what kind of thing a value is, its dimension, origin and presence.

In: nothing. Out: `Type` and its parts (SEMANTICS rule 1: shape, dimension, source, presence), particle species and lists.
Pure data shared by the resolver, the C++ back end and the NumPy judge; knows no construct, no template, no syntax.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a value is made of."""

    NUMBER = "number"
    FLAG = "yes or no"
    TEXT = "text"
    PARTICLE = "particle"
    P4 = "four-momentum"
    VECTOR = "direction"
    P4S = "set of four-momenta"
    GENERATED = "generated particle"


class Shape(Enum):
    """EVENT: one per event; CANDIDATE: one per entry of a loop or candidate; LIST: many."""

    EVENT = "event value"
    CANDIDATE = "candidate value"
    LIST = "list of values"


@dataclass(frozen=True, slots=True)
class Dimension:
    """Exponents of the BESIII base units GeV, cm, ns and rad (c = 1: mass and momentum are energies)."""

    energy: float = 0
    length: float = 0
    time: float = 0
    angle: float = 0

    def __mul__(self, other: Dimension) -> Dimension:
        return Dimension(
            self.energy + other.energy, self.length + other.length, self.time + other.time, self.angle + other.angle
        )

    def __pow__(self, power: float) -> Dimension:
        return Dimension(self.energy * power, self.length * power, self.time * power, self.angle * power)

    def __truediv__(self, other: Dimension) -> Dimension:
        return self * other**-1


NUMBER = Dimension()
ENERGY = Dimension(energy=1)
LENGTH = Dimension(length=1)
TIME = Dimension(time=1)
ANGLE = Dimension(angle=1)


class Origin(Enum):
    """Where a value comes from."""

    CONSTANT = "constant"
    MEASURED = "measured"
    FITTED = "fitted"
    GENERATED = "generated"


@dataclass(frozen=True, slots=True)
class Type:
    """The type of an expression. `maybe`: the value can be absent (SEMANTICS rule 3); absent is NaN in both back ends."""

    kind: Kind
    dimension: Dimension = NUMBER
    shape: Shape = Shape.EVENT
    origin: Origin = Origin.CONSTANT
    maybe: bool = False


class Species(Enum):
    """Particle species a list or role can have; `index` is the BOSS hypothesis number of charged ones."""

    E, MU, PI, K, P = "e", "mu", "pi", "k", "p"
    GAMMA = "gam"

    @property
    def index(self) -> int:
        """BOSS hypothesis: 0 e, 1 mu, 2 pi, 3 K, 4 p; -1 for a photon."""
        return -1 if self is Species.GAMMA else ("e", "mu", "pi", "k", "p").index(self.value)


class ListKind(Enum):
    """What the entries of a list are."""

    TRACKS = "charged tracks"
    SHOWERS = "showers"
    CANDIDATES = "candidates"


class View(Enum):
    """Which reconstruction of a charged track is meant: MDC fit, or Kalman fit with the species' hypothesis."""

    MDC = "mdc"
    KALMAN = "kalman"


def own_name(*words: str) -> str:
    """The name of a list of the compiler's own.

    >>> own_name("good", "plus")
    'good~plus'
    """
    return "~".join(words)


@dataclass(frozen=True, slots=True)
class ListSymbol:
    """A list of the event: entries are positions in EvtRecTrackCol, in its order. Names of lists that the compiler makes for itself have a `~`
    (`own_name`), which no name in a program can have: `good~plus` is none of the user's.

    `species` None means not identified (a pion in every four-momentum); `charge` 0 means either.
    """

    name: str
    kind: ListKind
    species: Species | None = None
    charge: int = 0

    @property
    def title(self) -> str:
        """The name for people."""
        return self.name.replace("~", " ")
