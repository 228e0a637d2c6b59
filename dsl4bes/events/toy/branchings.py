"""Decays that are assumed for particles written without one, and how often they happen.

In: a PDG number. Out: the products and the branching fraction, or None. One decay a particle, the most frequent one that toy events can show
(for the eta the one with photons); a particle without one dominant decay (D, psi(2S), chi_cJ) is not here: its decay must be written.
Fractions: the Particle Data Group's edition of 2026 (Int. J. Mod. Phys. A 41, 2630011), each compared with the entry named beside it, as its data
base has it (release 2026.0 of the package `pdg`). They are only told: no event depends on them.
"""

from __future__ import annotations

from dataclasses import dataclass

#: What a note names as the origin of a fraction.
SOURCE = "PDG 2026"


@dataclass(frozen=True, slots=True)
class Branching:
    """PDG numbers of the products and the fraction (0..1) of all decays; `entry`: its PDG identifier."""

    products: tuple[int, ...]
    fraction: float
    entry: str


#: The PDG gives K*(892) -> K pi for all charges together: isospin makes two of three K pi pairs those with the charged pion.
_CHARGED_PION, _NEUTRAL_PION = 2 / 3, 1 / 3
_BRANCHINGS = {
    111: Branching((22, 22), 0.98823, "S009.1"),  # pi0, +- 0.00034
    221: Branching((22, 22), 0.3936, "S014.1"),  # eta, +- 0.0018
    331: Branching((211, -211, 221), 0.425, "M002.1"),  # eta' -> pi+ pi- eta, +- 0.005
    113: Branching((211, -211), 1.0, "M009.12"),  # rho0, "~100 %"
    213: Branching((211, 111), 1.0, "M009.11"),  # rho+, "~100 %"
    223: Branching((211, -211, 111), 0.892, "M001.1"),  # omega, +- 0.007
    333: Branching((321, -321), 0.501, "M004.1"),  # phi, +- 0.006
    313: Branching((321, -211), _CHARGED_PION * 0.99753, "M018.12"),  # K*0, (K pi)0 +- 0.00021
    323: Branching((321, 111), _NEUTRAL_PION * 0.99896, "M018.11"),  # K*+, as often as K_S0 pi+; (K pi)+ +- 0.00010
    310: Branching((211, -211), 0.6920, "S012.1"),  # K_S0, +- 0.0005
    3122: Branching((2212, -211), 0.641, "S018.1"),  # Lambda0, +- 0.005
    3212: Branching((3122, 22), 1.0, "S021.1"),  # Sigma0, "100 %"
    3222: Branching((2212, 111), 0.5147, "S019.1"),  # Sigma+, +- 0.0030
    3112: Branching((2112, -211), 0.99848, "S020.1"),  # Sigma-, +- 0.00005
    3312: Branching((3122, -211), 0.99887, "S022.1"),  # Xi-, +- 0.00035
    3322: Branching((3122, 111), 0.99517, "S023.1"),  # Xi0, +- 0.00012
}  # fmt: skip
_SELF_CONJUGATE = frozenset({22, 111, 113, 221, 223, 310, 331, 333})


def branching(pdgid: int) -> Branching | None:
    """The decay assumed for a particle; that of an antiparticle is the conjugate one.

    >>> branching(-3122)
    Branching(products=(-2212, 211), fraction=0.641, entry='S018.1')
    """
    if pdgid in _BRANCHINGS:
        return _BRANCHINGS[pdgid]
    other = _BRANCHINGS.get(-pdgid)
    if other is None or -pdgid in _SELF_CONJUGATE:
        return None
    return Branching(tuple(_conjugate(product) for product in other.products), other.fraction, other.entry)


def _conjugate(pdgid: int) -> int:
    return pdgid if pdgid in _SELF_CONJUGATE else -pdgid
