"""What a body may call: methods by the type they are called on, free functions, constants. One table for the policy, for prompts and for repair.

In: nothing. Out: signatures with a few words each, and what people write instead (`INSTEAD`). Sources: CLHEP 2.x ThreeVector.h and LorentzVector.h
(the same since 1.9, which BOSS has), ISO C++98. Names that mislead are left out on purpose, with the reason in `INSTEAD`. Nothing is checked here.
"""

from __future__ import annotations

from dataclasses import dataclass

from dsl4bes.unknown.policy.types import BOOL, DOUBLE, INT, LORENTZ, SIZE, THREE, VOID, Type


@dataclass(frozen=True, slots=True)
class Method:
    """One overload. `changes`: it changes its receiver, so it is a statement on a local variable."""

    name: str
    arguments: tuple[Type, ...]
    result: Type
    says: str = ""
    changes: bool = False

    def __str__(self) -> str:
        return f"{self.name}({', '.join(str(each) for each in self.arguments)})"


def _getters(result: Type, text: str) -> list[Method]:
    """Methods without arguments, one a line: name, then words."""
    return [Method(line.split(None, 1)[0], (), result, line.split(None, 1)[1]) for line in text.strip().splitlines()]


def _setters(text: str, arguments: tuple[Type, ...] = (DOUBLE,)) -> list[Method]:
    return [Method(name, arguments, VOID, "", changes=True) for name in text.split()]


_TURNS = [
    *_setters("rotateX rotateY rotateZ"),
    Method("rotateUz", (THREE,), VOID, "z axis to this unit vector", changes=True),
    Method("rotate", (DOUBLE, THREE), VOID, "by an angle about an axis", changes=True),
]

_LORENTZ = [
    *_getters(
        DOUBLE,
        """
        px x component
        py y component
        pz z component
        e energy
        x x component
        y y component
        z z component
        t time component, the energy
        m invariant mass, negative when spacelike
        m2 invariant mass squared
        rho magnitude of the three-momentum
        perp transverse momentum
        perp2 transverse momentum squared
        theta polar angle in rad
        cosTheta cosine of the polar angle
        phi azimuth in rad
        mt transverse mass
        mt2 transverse mass squared
        et transverse energy
        et2 transverse energy squared
        beta velocity
        gamma Lorentz factor
        rapidity rapidity along z
        pseudoRapidity pseudorapidity
        invariantMass invariant mass
        """,
    ),
    Method("vect", (), THREE, "three-momentum"),
    Method("boostVector", (), THREE, "velocity vector: boost(-p.boostVector()) goes to the rest frame"),
    Method("angle", (THREE,), DOUBLE, "angle to a direction in rad"),
    Method("perp", (THREE,), DOUBLE, "component transverse to a direction"),
    Method("dot", (LORENTZ,), DOUBLE, "product of four-vectors"),
    Method("invariantMass", (LORENTZ,), DOUBLE, "invariant mass of the sum"),
    Method("deltaR", (LORENTZ,), DOUBLE, "distance in azimuth and pseudorapidity"),
    Method("boost", (THREE,), VOID, "boosts by a velocity vector", changes=True),
    Method("boost", (DOUBLE, DOUBLE, DOUBLE), VOID, "boosts by a velocity", changes=True),
    *_setters("boostX boostY boostZ setPx setPy setPz setE setX setY setZ setT setTheta setPhi setRho setPerp"),
    *_setters("setVect", (THREE,)),
    Method("setVectM", (THREE, DOUBLE), VOID, "three-momentum and mass", changes=True),
    Method("set", (DOUBLE, DOUBLE, DOUBLE, DOUBLE), VOID, "px, py, pz, e", changes=True),
    *_TURNS,
]

_THREE = [
    *_getters(
        DOUBLE,
        """
        x x component
        y y component
        z z component
        mag magnitude
        mag2 magnitude squared
        r magnitude
        perp length in the transverse plane
        perp2 the same squared
        theta polar angle in rad
        cosTheta cosine of the polar angle
        phi azimuth in rad
        pseudoRapidity pseudorapidity
        """,
    ),
    Method("unit", (), THREE, "unit vector"),
    Method("orthogonal", (), THREE, "a vector orthogonal to it"),
    Method("dot", (THREE,), DOUBLE, "scalar product"),
    Method("cross", (THREE,), THREE, "vector product"),
    Method("angle", (THREE,), DOUBLE, "angle in rad, 0 to pi"),
    Method("cosTheta", (THREE,), DOUBLE, "cosine of the angle to a vector"),
    Method("perp", (THREE,), DOUBLE, "component transverse to a direction"),
    Method("project", (THREE,), THREE, "projection on a direction"),
    Method("perpPart", (THREE,), THREE, "part transverse to a direction"),
    Method("deltaPhi", (THREE,), DOUBLE, "azimuth of the argument minus its own, -pi to pi"),
    Method("deltaR", (THREE,), DOUBLE, "distance in azimuth and pseudorapidity"),
    *_setters("setX setY setZ setMag setPhi setTheta setPerp"),
    Method("set", (DOUBLE, DOUBLE, DOUBLE), VOID, "x, y, z", changes=True),
    *_TURNS,
]


def methods(of: Type) -> list[Method]:
    """All methods that may be called on a value of this type."""
    if of == LORENTZ:
        return _LORENTZ
    if of == THREE:
        return _THREE
    if of.name != "std::vector":
        return []
    element = of.arguments[0]
    return [
        Method("size", (), SIZE, "number of elements"),
        Method("empty", (), BOOL, "whether there is none"),
        Method("at", (INT,), element, "element, with a check of the index"),
        Method("front", (), element, "first element (there must be one)"),
        Method("back", (), element, "last element (there must be one)"),
        Method("push_back", (element,), VOID, "appends", changes=True),
        Method("clear", (), VOID, "removes all", changes=True),
        Method("resize", (INT,), VOID, "makes it this long", changes=True),
        Method("resize", (INT, element), VOID, "makes it this long", changes=True),
        Method("reserve", (INT,), VOID, "makes room", changes=True),
        Method("assign", (INT, element), VOID, "this many copies", changes=True),
    ]


#: Methods of a vector that change how many elements it has other than by adding one, and which argument says how many.
RESIZING = {"clear": None, "resize": 0, "assign": 0}

#: Functions of numbers: name → number of arguments. With `std::` or without.
MATHS: dict[str, int] = {
    **dict.fromkeys(["sqrt", "fabs", "exp", "log", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "floor", "ceil"], 1),
    **dict.fromkeys(("pow", "atan2", "fmod"), 2),
}
#: Functions of a number that only `std::` has safely: name → result.
STD_MATHS: dict[str, Type] = {"isnan": BOOL, "isinf": BOOL, "isfinite": BOOL}
#: Free functions with rules of their own (calls.py).
SPECIAL = ("abs", "min", "max", "swap", "sort", "make_pair")
ORDERS = ("less", "greater")
CONSTANTS: dict[str, Type] = {"M_PI": DOUBLE, "M_PI_2": DOUBLE, "DBL_MAX": DOUBLE}

#: Constructors of classes: arguments, besides copies.
CONSTRUCTORS: dict[Type, tuple[tuple[Type, ...], ...]] = {
    LORENTZ: ((), (DOUBLE, DOUBLE, DOUBLE, DOUBLE), (THREE, DOUBLE), (DOUBLE, DOUBLE, DOUBLE)),
    THREE: ((), (DOUBLE, DOUBLE, DOUBLE)),
}

#: What is written instead of a method of a type; a phrase with a blank is a reason and not a name.
INSTEAD: dict[Type, dict[str, str]] = {
    LORENTZ: {
        "pt": "perp", "p": "rho", "mom": "rho", "momentum": "rho", "mass": "m", "mass2": "m2", "energy": "e", "eta": "pseudoRapidity",
        "p3": "vect", "vec": "vect", "vector": "vect", "getmass": "m", "invariantmass2": "m2", "setpxpypze": "set", "restmass": "m",
        "mag": "of a four-vector that is the mass: write `.m()`, or `.rho()` for the momentum",
        "mag2": "of a four-vector that is the mass squared: write `.m2()`",
        "deltaphi": "write `.vect().deltaPhi(other.vect())`",
        "unit": "write `.vect().unit()`",
        "cross": "write `.vect().cross(other.vect())`",
        "findboosttocm": "write `-p.boostVector()`",
    },
    THREE: {
        "pt": "perp", "p": "mag", "px": "x", "py": "y", "pz": "z", "length": "mag", "eta": "pseudoRapidity", "norm": "mag",
        "rho": "of a three-vector that is the transverse length: write `.perp()`, or `.mag()` for the magnitude",
        "e": "a three-vector has no energy",
        "m": "a three-vector has no mass",
    },
}

#: Functions that people write and that are not allowed, with what to write.
INSTEAD_OF_FUNCTIONS: dict[str, str] = {
    "hypot": "write `std::sqrt(x * x + y * y)`",
    "round": "write `std::floor(x + 0.5)`",
    "lround": "write `static_cast<int>(std::floor(x + 0.5))`",
    "trunc": "write `static_cast<int>(x)`",
    "cbrt": "write `std::pow(x, 1.0 / 3.0)`",
    "fmin": "write `std::min(a, b)`",
    "fmax": "write `std::max(a, b)`",
    "log2": "write `std::log(x) / std::log(2.0)`",
    "accumulate": "write a `for` loop that adds",
    "count_if": "write a `for` loop that counts",
    "max_element": "write a `for` loop that keeps the largest",
    "min_element": "write a `for` loop that keeps the smallest",
    "find": "write a `for` loop that looks",
    "reverse": "write `std::sort(v.begin(), v.end(), std::greater<double>())` to sort in falling order",
    "stable_sort": "write `std::sort(v.begin(), v.end())`",
    "setjmp": "a body does not jump",
    "longjmp": "a body does not jump",
    "typeid": "types are known: no typeid",
}
