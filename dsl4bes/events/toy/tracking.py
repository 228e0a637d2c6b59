"""What the drift chamber measures: helices with covariances, one per hypothesis.

In: generated charged particles. Out: which are found, and their MDC and Kalman tracks.
The helix of the true hypothesis is the truth smeared with exactly the covariance that is reported; the other
hypotheses differ by the energy loss that their fit corrects and by their multiple scattering. Decays in
flight, fake and split tracks do not exist here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dsl4bes.events.toy.decay import TRACKED
from dsl4bes.events.toy.generate import Truth
from dsl4bes.events.toy.geometry import helix_at_origin
from dsl4bes.events.toy.options import ToyOptions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Rng = np.random.Generator

#: Masses (GeV) of the hypotheses e, mu, pi, K, p, as BOSS's ParticleID has them.
HYPOTHESIS_MASSES = (0.000511, 0.105658, 0.139570, 0.493677, 0.938272)
#: The chamber covers |cos theta| < 0.93 (NIM A 614 (2010) 345).
ACCEPTANCE = 0.93
#: Tracks made beyond this radius (cm) miss too many inner layers; below this p_T (GeV) they curl up inside.
_LAST_START, _LEAST_PT = 20.0, 0.05
#: Found above 0.3 GeV in more than 98 % of the cases; the loss towards low p_T follows published
#: efficiencies roughly.
_PLATEAU, _TURN_ON = 0.985, 0.04
#: Correlations of (drho, phi0, kappa, dz, tanl): Cholesky factor (rows are normalised), near those of real
#: fits.
_CORRELATION = (
    (1.00, 0.00, 0.00, 0.00, 0.00),
    (0.77, 0.64, 0.00, 0.00, 0.00),
    (-0.58, 0.29, 0.76, 0.00, 0.00),
    (0.12, -0.05, -0.06, 0.99, 0.00),
    (-0.07, 0.05, 0.09, -0.83, 0.53),
)
#: Energy loss (GeV) of a minimum-ionising particle in beam pipe and inner chamber wall, at right angles.
_LOSS = 0.0012
#: Width of the MDC fit beyond that of the Kalman fit, in units of the latter.
_MDC_EXTRA = 0.3


@dataclass(frozen=True, slots=True)
class Tracks:
    """Found tracks, sorted by event: `row` in the truth, `hypothesis` (true), Kalman `helix` (n, 5
    hypotheses, 5), `error` (n, 5, 5, 5), MDC `mdc_helix` (n, 5), `mdc_error` (n, 5, 5), true helix
    `true_helix` (n, 5)."""

    row: Ints
    event: Ints
    hypothesis: Ints
    helix: Floats
    error: Floats
    mdc_helix: Floats
    mdc_error: Floats
    true_helix: Floats

    def __len__(self) -> int:
        return len(self.row)

    def best(self) -> Floats:
        """Kalman helix of the true hypothesis, shape (n, 5)."""
        import numpy as np

        return self.helix[np.arange(len(self)), self.hypothesis]


def hypothesis_of(pdgid: Ints) -> Ints:
    """Index of the hypothesis (0 e .. 4 p) of PDG numbers, -1 for anything else."""
    import numpy as np

    found = np.full(len(pdgid), -1)
    for index, number in enumerate(TRACKED):
        found[np.abs(pdgid) == number] = index
    return found


def reconstruct(rng: Rng, truth: Truth, options: ToyOptions) -> Tracks:
    """The tracks that are found among the generated particles."""
    import numpy as np

    hypothesis = hypothesis_of(truth.pdgid)
    row = np.flatnonzero(truth.leaves & (hypothesis >= 0) & (truth.charge != 0))
    row = row[_found(rng, truth.select(row), options)]
    kind = hypothesis[row]
    true = helix_at_origin(truth.start[row, :3], truth.p4[row, :3], truth.charge[row].astype(float))
    shape = _correlations(rng, len(row))
    widths = np.stack([_widths(true, mass) for mass in HYPOTHESIS_MASSES], axis=1)
    error = np.einsum("nhi,nij,nhj->nhij", widths, shape, widths)
    error = (error + np.swapaxes(error, 2, 3)) / 2  # the same bits on both sides of the diagonal
    own = np.arange(len(row)), kind
    measured = true + _draw(rng, error[own])
    helix = measured[:, None, :] + _energy_loss_shift(true, kind, error)
    helix[:, :, 1] %= 2 * np.pi
    mdc = measured + _MDC_EXTRA * _draw(rng, error[own])
    mdc[:, 1] %= 2 * np.pi
    mdc_error = (1 + _MDC_EXTRA**2) * error[own]
    return Tracks(row, truth.event[row], kind, helix, error, mdc, mdc_error, true)


def _found(rng: Rng, particles: Truth, options: ToyOptions) -> NDArray[np.bool_]:
    import numpy as np

    pt = np.hypot(particles.p4[:, 0], particles.p4[:, 1])
    cos = particles.p4[:, 2] / np.maximum(np.hypot(pt, particles.p4[:, 2]), 1e-12)
    radius = np.hypot(particles.start[:, 0], particles.start[:, 1])
    inside = (np.abs(cos) < ACCEPTANCE) & (pt > _LEAST_PT) & (radius < _LAST_START)
    chance = _PLATEAU * (1 - np.exp(-(np.maximum(pt, _LEAST_PT) - _LEAST_PT) / _TURN_ON))
    drawn = rng.uniform(size=len(pt))
    return inside & (drawn < chance) if options.efficiency else inside


def _widths(helix: Floats, mass: float) -> Floats:
    """Standard deviations (n, 5) of the helix parameters for a mass.

    p_T: 0.32 % p_T from the hits and 0.37 % / beta from scattering, 0.5 % at 1 GeV and 1 T (NIM A 614
    (2010) 345); the others have the size that full-simulation tracks report, split in the same two parts.
    """
    import numpy as np

    pt = 1 / np.abs(helix[:, 2])
    stretch = np.sqrt(1 + helix[:, 4] ** 2)  # p = pT x this, path in matter likewise
    momentum = pt * stretch
    beta = momentum / np.hypot(momentum, mass)
    scatter = np.sqrt(stretch) / (momentum * beta)
    relative = np.hypot(0.0032 * pt, 0.0037 / beta)
    return np.stack(
        [
            np.hypot(0.0080, 0.0095 * scatter),
            np.hypot(0.0008, 0.0015 * scatter),
            relative / pt,
            np.hypot(0.12, 0.06 * scatter * stretch),
            np.hypot(0.0027, 0.0018 * scatter * stretch),
        ],
        axis=1,
    )


def _correlations(rng: Rng, count: int) -> Floats:
    """Correlation matrices (n, 5, 5), each a little different, positive definite by construction."""
    import numpy as np

    factor = np.array(_CORRELATION) + 0.08 * np.tril(rng.standard_normal((count, 5, 5)), -1)
    factor /= np.linalg.norm(factor, axis=2, keepdims=True)
    matrix = factor @ np.swapaxes(factor, 1, 2)
    index = np.arange(5)
    matrix[:, index, index] = 1.0
    return np.asarray((matrix + np.swapaxes(matrix, 1, 2)) / 2)


def _draw(rng: Rng, error: Floats) -> Floats:
    """Deviations with the covariances `error` (n, 5, 5)."""
    import numpy as np

    scale = np.sqrt(np.diagonal(error, axis1=1, axis2=2))
    factor = np.linalg.cholesky(error / (scale[:, :, None] * scale[:, None, :]))
    return np.asarray(scale * np.einsum("nij,nj->ni", factor, rng.standard_normal((len(error), 5))))


def _energy_loss_shift(helix: Floats, kind: Ints, error: Floats) -> Floats:
    """What the other hypotheses' fits do to the helix (n, 5 hypotheses, 5): zero for the true one.

    A heavier hypothesis is slower, so its fit adds more energy loss back and ends at a smaller kappa; the
    other parameters follow kappa with the covariance, as in a filter.
    """
    import numpy as np

    pt = 1 / np.abs(helix[:, 2])
    stretch = np.sqrt(1 + helix[:, 4] ** 2)
    momentum = (pt * stretch)[:, None]
    beta = momentum / np.hypot(momentum, np.array(HYPOTHESIS_MASSES)[None, :])
    # dp = dE / beta, dE ~ 1 / beta^2; never more than a tenth of the momentum
    gain = _LOSS * stretch[:, None] / beta**3 / momentum
    gain = gain / (1 + 10 * gain)
    relative = gain - gain[np.arange(len(kind)), kind][:, None]
    change = -helix[:, 2][:, None] * relative
    slope = error[:, :, :, 2] / error[:, :, 2, 2][:, :, None]
    return np.asarray(change[:, :, None] * slope)


def columns(rng: Rng, tracks: Tracks) -> dict[str, Any]:
    """The columns of `mdc` and `kal`, in the order of `tracks`."""
    import numpy as np

    count = len(tracks)
    hits = rng.integers(28, 44, count)
    ndof = rng.integers(22, 38, count)
    chi2 = rng.chisquare(np.repeat(ndof, 5).reshape(count, 5))
    return {
        "mdc.helix": tracks.mdc_helix,
        "mdc.error": tracks.mdc_error.reshape(count, 25),
        "mdc.stat": np.full(count, 100),
        "mdc.chi2": rng.chisquare(ndof),
        "mdc.ndof": ndof,
        "mdc.nster": rng.integers(12, 24, count),
        "mdc.nlayer": hits,
        "mdc.first_layer": np.zeros(count, int),
        "mdc.last_layer": np.minimum(hits - 1, 42),
        "kal.stat": np.zeros((count, 5), int),
        "kal.chi2": chi2,
        "kal.ndof": np.repeat(ndof, 5).reshape(count, 5),
        "kal.nlayer": np.repeat(hits, 5).reshape(count, 5),
        "kal.helix": tracks.helix.reshape(count, 25),
        "kal.error": tracks.error.reshape(count, 125),
    }
