"""What is known of a fit before any event: its degrees of freedom as BOSS 7.0.4 counts them, and the probability of a chi2.

In: a fit step; a chi2. Out: numbers. The same for every candidate; nothing is fitted here.
"""

from __future__ import annotations

import math

from dsl4bes.ir.fits import Fit, FourMomentum, KinematicFit, SecondaryVertexFit, ThreeMomentum


def degrees_of_freedom(step: Fit) -> int:
    """2N - 3 for a vertex of N tracks, 2 for a flight; for a kinematic fit the number of equations less that of the unknowns."""
    if isinstance(step, KinematicFit):
        return equations(step) - sum(1 if each.direction else 3 for each in step.unmeasured)
    return 2 if isinstance(step, SecondaryVertexFit) else 2 * len(step.symbol.roles) - 3


def equations(step: KinematicFit) -> int:
    """The number of equations its constraints make."""
    each = {FourMomentum: 4, ThreeMomentum: 3}
    return sum(each.get(type(constraint), 1) for constraint in step.constraints)


def chi2_probability(chi2: float, ndf: float) -> float:
    """Probability that chi2 with `ndf` degrees of freedom is larger, 0 of an infinite one (Abramowitz and Stegun 26.4.4, 26.4.5)."""
    if math.isnan(chi2):
        return math.nan
    half, count = chi2 / 2, 0 if math.isinf(chi2) else int(ndf)
    if count <= 0 or half > 700:
        return 0.0
    if half <= 0:
        return 1.0
    odd = count % 2
    term = math.exp(-half) * (math.sqrt(half / math.pi) * 2 if odd else 1.0)
    total, order = (math.erfc(math.sqrt(half)), 1.5) if odd else (0.0, 1.0)
    while order <= count / 2:
        total += term
        term *= half / order
        order += 1
    return total


def chi2_with_probability(probability: float, ndf: float) -> float:
    """The chi2 above which a part `probability` lies; to 1e-3."""
    low, high = 0.0, 1.0
    while chi2_probability(high, ndf) > probability and high < 1400:
        high *= 2
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (middle, high) if chi2_probability(middle, ndf) > probability else (low, middle)
    return high
