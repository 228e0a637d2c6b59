"""Data for `six_tasks.bes`: `python examples/fits/six_tasks/data.py FOLDER` writes `tasks.root` and `points.txt` there and prints what they were made with."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import uproot

TRUTH = {
    "plane": {"signal.mean_x": 1.1, "signal.sigma_x": 1.2, "signal.mean_y": 3.05, "signal.sigma_y": 0.9, "signal.correlation": 0.3},
    "sidebands": {"signal.mean": 5.1, "signal.sigma": 0.45},
    "points": {"decays.a": 22.0, "decays.tau": 1.8, "decays.c": 4.5},
    "levels": {"signal.mean": 0.05, "signal.sigma": 0.95},
    "simultaneous": {"background.slope": -0.25, "signal.mean": 4.1, "signal.sigma": 0.55},
    "convolution": {"signal.mean": 1.0195, "signal.width": 0.0043, "signal.resolution.sigma": 0.0027},
}


def main(folder: Path, seed: int = 5) -> None:
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    at = {name: list(values.values()) for name, values in TRUTH.items()}
    with uproot.recreate(folder / "tasks.root") as file:
        mean_x, sigma_x, mean_y, sigma_y, correlation = at["plane"]
        covariance = [[sigma_x**2, correlation * sigma_x * sigma_y], [correlation * sigma_x * sigma_y, sigma_y**2]]
        x, y = rng.multivariate_normal([mean_x, mean_y], covariance, 50_000).T
        file["plane"] = np.histogram2d(x, y, bins=(40, 40), range=((-3, 5), (0, 6)))
        mean, sigma = at["sidebands"]
        line = rng.triangular(0, 10, 10, 12_000)  # rises by 2.4 entries per bin of 0.1
        file["peak"] = np.histogram(np.concatenate([line, rng.uniform(0, 10, 10_000), rng.normal(mean, sigma, 5_000)]), bins=100, range=(0, 10))
        file["levels"] = np.histogram(rng.normal(*at["levels"], 8_000), bins=60, range=(-3, 3))
        slope, mean, sigma = at["simultaneous"]
        control, under = (_falling(rng, slope, 10, events) for events in (12_000, 10_000))
        file["control"] = np.histogram(control, bins=50, range=(0, 10))
        file["signal"] = np.histogram(np.concatenate([under, rng.normal(mean, sigma, 1_500)]), bins=50, range=(0, 10))
        mean, width, sigma = at["convolution"]
        file["resonance"] = np.histogram(mean + 0.5 * width * rng.standard_cauchy(60_000) + rng.normal(0, sigma, 60_000), bins=160, range=(0.98, 1.06))
    a, tau, c = at["points"]
    x = np.linspace(0.1, 9.9, 30)
    right = a * np.exp(-x / tau) + c
    low, high = 0.05 * right, 0.1 * right
    up = rng.random(len(x)) < low / (low + high)
    y = right + np.abs(rng.normal(size=len(x))) * np.where(up, low, -high)  # a point above the curve is off by its lower error
    zero = np.zeros(len(x))
    np.savetxt(folder / "points.txt", np.column_stack([x, y, zero, zero, low, high]), fmt="%.6g")
    for name, values in TRUTH.items():
        print(name, values)


def _falling(rng: np.random.Generator, slope: float, high: float, events: int) -> np.ndarray:
    """An exponential between 0 and `high`."""
    return np.log1p(rng.random(events) * np.expm1(slope * high)) / slope


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
