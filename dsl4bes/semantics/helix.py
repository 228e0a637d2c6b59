"""Helices for the fits: those of simulated tracks smeared as the program's correction says.

In: rows of tracks with their hypotheses, a `HelixCorrection`. Out: helices. The random numbers depend on run, event, track, parameter and seed
alone, so that the package and a second run have the same. Nothing but fits looks at these helices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.semantics.dispatch import Context

if TYPE_CHECKING:
    import numpy as np

    from dsl4bes.ir.program import HelixBin, HelixShift
    from dsl4bes.semantics.detector import Detector


def fit_helices(detector: Detector, context: Context, rows: np.ndarray, hypothesis: np.ndarray | int) -> np.ndarray:
    """Helices (..., 5) of tracks (rows of `track`) under hypotheses, as they enter a fit."""
    import numpy as np

    helix = detector.kalman_helix[rows, hypothesis].copy()
    correction = context.program.helix
    if correction is None:
        return helix
    error = detector.kalman_error[rows, hypothesis]
    events = detector.event_of_row[rows]
    run, number = (np.asarray(detector.batch[f"event.{name}"])[events].astype(np.int64) for name in ("run", "number"))
    position = rows - np.asarray(detector.first)[events]
    charge, kind = np.where(helix[..., 2] > 0, 1, -1), np.broadcast_to(hypothesis, rows.shape)
    seed = int(context.options.value(correction.seed))
    momentum = np.hypot(1.0, helix[..., 4]) / abs(helix[..., 2])
    cosine = helix[..., 4] / np.hypot(1.0, helix[..., 4])
    measured = helix.copy()

    def move(each: HelixShift | HelixBin, mean: float, width: float, there: np.ndarray) -> None:
        i = each.parameter
        moved = mean + np.sqrt(width * width - 1) * normal(seed, run, number, position, i)
        of_kind = there & (run < 0) & (kind == each.species.index) & (charge == each.charge)
        helix[..., i] = np.where(of_kind, measured[..., i] + moved * np.sqrt(error[..., i, i]), helix[..., i])

    for shift in correction.shifts:
        move(shift, float(context.options.value(shift.mean)), float(context.options.value(shift.width)), np.ones(rows.shape, bool))
    for each in correction.bins:
        there = (abs(run) >= each.runs[0]) & (abs(run) <= each.runs[1])
        there = there & (momentum >= each.p[0]) & (momentum < each.p[1]) & (cosine >= each.cos[0]) & (cosine < each.cos[1])
        move(each, each.mean, each.width, there)
    return helix


def normal(seed: int, *numbers: np.ndarray | int) -> np.ndarray:
    """A normal random number for these whole numbers: the same for the same, without any memory (Box and Muller 1958)."""
    import numpy as np

    state = _mixed(np.uint32(0), np.asarray(seed))
    for value in numbers:
        state = _mixed(state, np.asarray(value))
    first, second = ((_mixed(state, np.asarray(i)) + 0.5) / 2.0**32 for i in (1, 2))
    return np.asarray(np.sqrt(-2 * np.log(first)) * np.cos(2 * np.pi * second))


def _mixed(state: np.ndarray, value: np.ndarray) -> np.ndarray:
    """32 bits of which each depends on all of `state` and `value` (the last steps of MurmurHash3, public domain)."""
    import numpy as np

    mask = np.uint64(0xFFFFFFFF)
    h = (state.astype(np.uint64) ^ (value.astype(np.int64) & 0xFFFFFFFF).astype(np.uint64)) & mask
    h ^= h >> np.uint64(16)
    h = (h * np.uint64(0x85EBCA6B)) & mask
    h ^= h >> np.uint64(13)
    h = (h * np.uint64(0xC2B2AE35)) & mask
    h ^= h >> np.uint64(16)
    return (h + np.uint64(0x9E3779B9)) & mask
