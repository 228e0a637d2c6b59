"""Data sets of every shape, drawn with NumPy, and the `fit` block that fits them.

In: nothing. Out: `CASES`: word → how the entries are drawn and what is written. No density of the package is used in drawing: entries come from transformations of uniform and normal numbers, or by rejection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.fitting.judging import histogram, tree

Draw = Callable[[np.random.Generator], np.ndarray]


def rejected(low: float, high: float, count: int, height: Callable[[np.ndarray], np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Entries of a height that is at most 1, by rejection."""
    x = rng.uniform(low, high, 40 * count)
    kept = x[rng.random(len(x)) < height(x)]
    assert len(kept) >= count
    return kept[:count]


def ball(rng: np.random.Generator, both_sides: bool) -> np.ndarray:
    def height(x: np.ndarray) -> np.ndarray:
        t = (x - 6) / 0.5
        low = np.where(t < -1.2, np.exp(-0.72) * (3 / 1.2) ** 3 / (3 / 1.2 - 1.2 - np.minimum(t, -1.2)) ** 3, np.exp(-0.5 * t**2))
        return np.where(t > 1.6, np.exp(-1.28) * (4 / 1.6) ** 4 / (4 / 1.6 - 1.6 + np.maximum(t, 1.6)) ** 4, low) if both_sides else low

    return rejected(0, 10, 6000, height, rng)


def uniform(rng: np.random.Generator, count: int) -> np.ndarray:
    return rng.uniform(0, 10, count)


@dataclass(frozen=True)
class Case:
    """Entries, and the terms of the model; the range is 0..10 unless said."""

    draw: Draw
    terms: str
    range: str = "0..10"
    more: Callable[[Path, np.random.Generator], None] | None = None

    def text(self, folder: Path, extra: str = "", seed: int = 11) -> str:
        """Write the data, and give the program."""
        rng = np.random.default_rng(seed)
        tree(folder, m=self.draw(rng))
        if self.more is not None:
            self.more(folder, rng)
        return f'fit("a") do\n    data "data.root", tree: "t", branch: "m"\n    range {self.range}\n{extra}{self.terms}end\n'


FLAT = "    background polynomial do\n        order 0\n    end\n"


def _templates(folder: Path, rng: np.random.Generator) -> None:
    histogram(folder, rng.gamma(4, 1, 50000), np.linspace(0, 10, 41), "template.root")
    tree(folder, "keys.root", m=rng.gamma(4, 1, 1500))


def _on_flat(signal: Draw, count: int = 2000) -> Draw:
    return lambda rng: np.concatenate([signal(rng), uniform(rng, count)])


CASES: dict[str, Case] = {
    "gaussian": Case(_on_flat(lambda rng: rng.normal(5, 0.4, 3000)), "    signal gaussian do\n        mean 5\n        sigma 0.5\n    end\n" + FLAT),
    "double_gaussian": Case(
        _on_flat(lambda rng: np.concatenate([rng.normal(5, 0.3, 6000), rng.normal(5, 0.9, 3000)])),
        "    signal double_gaussian do\n        mean 5, range: 4..6\n        sigma 0.3, range: 0.1..0.6\n        sigma_wide 1, range: 0.6..2\n        share 0.6\n    end\n" + FLAT,
    ),
    "breit_wigner": Case(
        lambda rng: np.concatenate([(5 + 0.3 * rng.standard_cauchy(5000)), uniform(rng, 3000)]), "    signal breit_wigner do\n        mean 5, range: 4..6\n        width 0.5, range: 0.05..3\n    end\n" + FLAT
    ),
    "relativistic_breit_wigner": Case(
        _on_flat(lambda rng: rejected(0, 10, 5000, lambda x: 9 / ((x**2 - 25) ** 2 + 9), rng)),
        "    signal relativistic_breit_wigner do\n        mean 5, range: 4..6\n        width 0.5, range: 0.05..3\n    end\n" + FLAT,
    ),
    "voigtian": Case(
        _on_flat(lambda rng: 5 + 0.2 * rng.standard_cauchy(6000) + rng.normal(0, 0.3, 6000)),
        "    signal voigtian do\n        mean 5, range: 4..6\n        width 0.4, range: 0.05..3\n        sigma 0.3, range: 0.05..2\n    end\n" + FLAT,
    ),
    "crystal_ball": Case(
        lambda rng: ball(rng, False), "    signal crystal_ball do\n        mean 6, range: 5..7\n        sigma 0.5, range: 0.1..2\n        alpha 1.2, range: 0.3..4\n        n 3, range: 1.1..30\n    end\n"
    ),
    "double_crystal_ball": Case(
        lambda rng: ball(rng, True),
        "    signal double_crystal_ball do\n        mean 6, range: 5..7\n        sigma 0.5, range: 0.1..2\n        alpha_low 1.2, range: 0.3..4\n        n_low 3, fixed: true\n        alpha_high 1.6, range: 0.3..4\n        n_high 4, fixed: true\n    end\n",
    ),
    "polynomial": Case(lambda rng: rejected(0, 10, 5000, lambda x: (1 + 0.1 * x + 0.02 * x**2) / 4, rng), "    background polynomial do\n        order 2\n    end\n"),
    "chebyshev": Case(lambda rng: rejected(0, 10, 5000, lambda x: (1 - 0.4 * (x / 5 - 1) + 0.1 * (2 * (x / 5 - 1) ** 2 - 1)) / 1.5, rng), "    background chebyshev do\n        order 3\n    end\n"),
    "argus": Case(
        lambda rng: rejected(1, 10, 5000, lambda x: np.where(x < 9, x / 9 * np.sqrt(np.maximum(0, 1 - (x / 9) ** 2)) * np.exp(-3 * np.maximum(0, 1 - (x / 9) ** 2)) * 2.9, 0), rng),
        "    background argus do\n        endpoint 9, fixed: true\n        slope -2\n    end\n", range="1..10",
    ),  # fmt: skip
    "exponential": Case(lambda rng: rng.exponential(3, 6000), "    background exponential do\n        slope -0.5\n    end\n"),
    "formula": Case(
        _on_flat(lambda rng: rejected(0, 10, 4000, lambda x: np.sqrt(x) * np.exp(-0.7 * x), rng)),
        "    signal formula do\n        density sqrt(x) * exp(-k * x)\n        k 0.5, range: 0.1..2\n    end\n" + FLAT,
    ),
    "histogram_pdf": Case(_on_flat(lambda rng: rng.gamma(4, 1, 3000)), '    signal histogram_pdf do\n        data "template.root", histogram: "h"\n        interpolation 2\n    end\n' + FLAT, more=_templates),
    "keys_pdf": Case(_on_flat(lambda rng: rng.gamma(4, 1, 3000)), '    signal keys_pdf do\n        data "keys.root", tree: "t", branch: "m"\n    end\n' + FLAT, more=_templates),
}  # fmt: skip
