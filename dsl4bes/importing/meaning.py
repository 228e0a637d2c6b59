"""What an expression of an algorithm is, in the words of the field: the values that the walk through the code calculates with.

In: nothing. Out: frozen values: numbers, tracks of a list, measured quantities, counts, fits. What is none of these is None everywhere: not understood. No C++ is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

#: Lists that an event begins with.
ALL_TRACKS, ALL_SHOWERS = "all tracks", "all showers"


class Quantity(Enum):
    """What is measured of a track or a shower; the value is the name for people."""

    VR = "closest approach in the transverse plane"
    VZ = "closest approach along the beam"
    COS = "cosine of the polar angle"
    THETA = "polar angle"
    P = "momentum"
    PT = "transverse momentum"
    CHARGE = "charge"
    ENERGY = "energy"
    TIME = "time"
    ISOLATION = "angle to the nearest charged track"
    MODULE = "part of the calorimeter (1: barrel, 0 and 2: end-caps)"
    PROB_E, PROB_MU, PROB_PI, PROB_K, PROB_P = "probability of e", "probability of mu", "probability of pi", "probability of K", "probability of p"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number."""

    value: float


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a list: that of the loop `loop`, or the n-th (`number`); `best`: that at which this fit had its smallest chi2."""

    list: str
    loop: int = 0
    number: int = -1
    best: str = ""


@dataclass(frozen=True, slots=True)
class Counter:
    """The variable of a loop over a list: `after`, if it begins behind the variable of another loop over the same list."""

    list: str
    loop: int
    after: int = 0


@dataclass(frozen=True, slots=True)
class Track:
    """An entry of the event's tracks and showers, as one of its records (`mdc`, `kal`, `shower`, `ext`; empty: the entry itself)."""

    place: Place
    record: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """A quantity of an entry: `absolute` its absolute value, times `factor` in the compiler's units (GeV, cm, rad; time in ticks of 50 ns)."""

    quantity: Quantity
    place: Place
    absolute: bool = False
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Helix:
    """A helix of a track; `moved`: its pivot is the interaction point."""

    place: Place
    moved: bool = False
    species: str = ""  #: of a Kalman helix (`zhelix`)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a shower is, or where a track comes to the calorimeter (`extrapolated`)."""

    place: Place
    extrapolated: bool = False


@dataclass(frozen=True, slots=True)
class Angle:
    """The angle between a shower and where a track comes to the calorimeter (rad)."""

    shower: Place
    track: Place


@dataclass(frozen=True, slots=True)
class Vertex:
    """The interaction point of the run; `axis`: one of its coordinates."""

    axis: int = -1


@dataclass(frozen=True, slots=True)
class Size:
    """How many entries a list has."""

    list: str
    less: int = 0


@dataclass(frozen=True, slots=True)
class NetCharge:
    list: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """A track for a fit: a list's first entry under a hypothesis, as measured or from the vertex fit `fit`."""

    place: Place
    species: str
    fit: str = ""


@dataclass(frozen=True, slots=True)
class Chi2:
    """chi2 of a fit; `best`: the smallest of its candidates, which is known behind their loop, too."""

    fit: str
    best: bool = False


@dataclass(frozen=True, slots=True)
class Passed:
    """Whether a fit passed."""

    fit: str


@dataclass(frozen=True, slots=True)
class Beam:
    """The four-momentum of the beams, GeV."""

    px: float
    energy: float


@dataclass(frozen=True, slots=True)
class Momentum:
    """A sum of fitted four-momenta of one fit, by their numbers there; `recoil`: the four-momentum of the beams without them."""

    fit: str
    members: tuple[int, ...]
    recoil: bool = False


class Kinematic(Enum):
    """What is taken of a four-momentum in the laboratory; the value is the function of the language."""

    MASS = "m"
    ENERGY = "e"
    MOMENTUM = "p"
    TRANSVERSE = "pt"
    COS = "cos"


@dataclass(frozen=True, slots=True)
class Derived:
    """A quantity of a sum of fitted particles less `offset`; `absolute`: the absolute value of that. GeV."""

    kind: Kinematic
    of: Momentum
    offset: float = 0.0
    absolute: bool = False


@dataclass(frozen=True, slots=True)
class Fitter:
    """An object that fits: `kind` is the class of BOSS."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Thing:
    """Something with a role and no number: the event (`event`), its tracks (`tracks`), ParticleID (`pid`), the vertex service (`vertices`)."""

    role: str


Meaning = Fixed | Place | Counter | Track | Measured | Helix | Position | Angle | Vertex | Size | NetCharge | Fitted | Chi2 | Passed | Beam | Momentum | Derived | Fitter | Thing
