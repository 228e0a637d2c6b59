"""Decays that are assumed for particles written without one, and how often they happen.

In: a PDG number. Out: the products and the branching fraction, or None. One decay a particle, the most frequent one that toy events can show
(for the eta the one with photons); a particle without one dominant decay (D, psi(2S), chi_cJ) is not here: its decay must be written.
Fractions: as remembered from the PDG's tables, not yet compared with an edition line by line (they are only told, no event depends on them);
for rho and K* the isospin factor is in them.
"""

from __future__ import annotations

from dataclasses import dataclass

#: What a note names as the origin of a fraction; an edition is named once the table was compared with it.
SOURCE = "PDG, not compared with an edition"


@dataclass(frozen=True, slots=True)
class Branching:
    """PDG numbers of the products and the fraction (0..1) of all decays."""

    products: tuple[int, ...]
    fraction: float


_BRANCHINGS = {
    111: Branching((22, 22), 0.98823),  # pi0
    221: Branching((22, 22), 0.3936),  # eta
    331: Branching((211, -211, 221), 0.425),  # eta' -> pi+ pi- eta
    113: Branching((211, -211), 1.0),  # rho0
    213: Branching((211, 111), 1.0),  # rho+
    223: Branching((211, -211, 111), 0.892),  # omega
    333: Branching((321, -321), 0.491),  # phi
    313: Branching((321, -211), 0.665),  # K*0, two of three to the charged kaon
    323: Branching((321, 111), 0.333),  # K*+, as often as K_S0 pi+
    310: Branching((211, -211), 0.6920),  # K_S0
    3122: Branching((2212, -211), 0.641),  # Lambda0
    3212: Branching((3122, 22), 1.0),  # Sigma0
    3222: Branching((2212, 111), 0.5147),  # Sigma+
    3112: Branching((2112, -211), 0.99848),  # Sigma-
    3312: Branching((3122, -211), 0.99887),  # Xi-
    3322: Branching((3122, 111), 0.99524),  # Xi0
}  # fmt: skip
_SELF_CONJUGATE = frozenset({22, 111, 113, 221, 223, 310, 331, 333})


def branching(pdgid: int) -> Branching | None:
    """The decay assumed for a particle; that of an antiparticle is the conjugate one.

    >>> branching(-3122)
    Branching(products=(-2212, 211), fraction=0.641)
    """
    if pdgid in _BRANCHINGS:
        return _BRANCHINGS[pdgid]
    other = _BRANCHINGS.get(-pdgid)
    if other is None or -pdgid in _SELF_CONJUGATE:
        return None
    return Branching(tuple(_conjugate(product) for product in other.products), other.fraction)


def _conjugate(pdgid: int) -> int:
    return pdgid if pdgid in _SELF_CONJUGATE else -pdgid
