"""Four-momenta of a fit: sums, what recoils against them, masses and momenta.

In: meanings. Out: meanings, or None. Only what a kinematic fit made is here: a four-momentum that the code puts together itself depends on numbers that the language has from elsewhere.
"""

from __future__ import annotations

from dataclasses import replace

from dsl4bes.importing.meaning import Beam, Derived, Kinematic, Momentum
from dsl4bes.importing.state import State

_KINEMATIC = {
    "m": Kinematic.MASS, "mag": Kinematic.MASS, "invariantMass": Kinematic.MASS, "e": Kinematic.ENERGY, "rho": Kinematic.MOMENTUM, "perp": Kinematic.TRANSVERSE,
    "cosTheta": Kinematic.COS,
}  # fmt: skip
#: Methods that leave a four-momentum as it is.
CONST = {*_KINEMATIC, "px", "py", "pz", "x", "y", "z", "t", "m2", "mag2", "vect", "boostVector", "phi", "theta", "angle", "dot", "eta", "pseudoRapidity", "rapidity", "perp2"}


def sums(left: Momentum | Beam, operator: str, right: Momentum, state: State) -> Momentum | None:
    """Sum of two, or the beams less one; each particle once, all of one fit."""
    if right.recoil or set(right.members) & set(left.members if isinstance(left, Momentum) else ()):
        return None
    if isinstance(left, Beam):
        fit = state.fits.get(right.fit)
        return replace(right, recoil=True) if operator == "-" and fit is not None and fit.beam == left else None
    if left.fit != right.fit or operator != ("-" if left.recoil else "+"):
        return None
    return replace(left, members=tuple(sorted((*left.members, *right.members))))


def kinematic(of: Momentum, method: str) -> Derived | None:
    """A quantity of a sum."""
    kind = _KINEMATIC.get(method)
    return None if kind is None or (of.recoil and kind is not Kinematic.MASS) else Derived(kind, of)


def difference(left: Derived, operator: str, value: float) -> Derived | None:
    """`mass - 3.097`."""
    if left.absolute or operator not in ("+", "-"):
        return None
    return replace(left, offset=left.offset + (value if operator == "-" else -value))
