"""Task 3: points with asymmetric errors in y, fitted through a `TGraphAsymmErrors` that uses them.

In: a random number generator. Out: a text file of six columns as the constructor of `TGraphAsymmErrors` reads it; three parameters of an exponential over a constant, with errors, and chi2/ndf are asked for.
A point above the curve is held against its lower error, one below it against its upper error, as ROOT does and as the points are made. Decoys: the average of the errors, the upper or the lower ones alone, none, upper and lower exchanged.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.benchmark.checks import Check, Chi2, Group, Naming, Value
from dsl4bes.benchmark.reference.fit import Array, Fit, minimised
from dsl4bes.benchmark.tasks.base import Instance, Layout, Rng, far, number, passes, pick

NAMES = ("a", "tau", "c")
NAMING = Naming(
    {
        "a": r"\ba\b|amp\w*|幅度",
        "tau": r"tau|lifetime|decay\w*|τ|寿命|衰减\w*",
        "c": r"\bc\b|\bconst\w*|offset|background|\bbkg|常数|本底",
    }
)


class Asymmetric:
    name, number, title = "asymmetric", 3, "fit to a TGraphAsymmErrors"

    def layout(self, rng: Rng) -> Layout:
        tau = float(rng.uniform(0.8, 3))
        scale = float(pick(rng, (5, 20, 80)))
        points = int(pick(rng, (25, 30, 40)))
        words = {"FILE": pick(rng, ("points.txt", "graph.dat", "xsec.txt", "scan.txt", "measured.dat")), "POINTS": str(points), "A": number(round(scale, 1)), "TAU": f"{tau:.1g}", "C": number(scale / 5)}
        words |= {"LOW": "0", "HIGH": number(round(6 * tau, 1))}
        return Layout(words, {"tau": tau, "scale": scale, "points": points, "high": round(6 * tau, 1)})

    def instance(self, layout: Layout, rng: Rng) -> Instance | None:
        at = layout.numbers
        truth = {"a": at["scale"] * rng.uniform(0.8, 1.25), "tau": at["tau"] * rng.uniform(0.8, 1.25), "c": at["scale"] * rng.uniform(0.14, 0.28)}
        x = np.round(np.linspace(0.01, 0.99, at["points"]) * at["high"], 4)
        right = _curve(x, np.array([truth[name] for name in NAMES]))
        size = 0.07 * right * rng.uniform(0.7, 1.4, len(x))
        skew = rng.uniform(1.6, 2.6, len(x))
        low, high = size / np.sqrt(skew), size * np.sqrt(skew)
        up = rng.random(len(x)) < low / (low + high)  # the density has no step at the curve
        away = np.abs(rng.normal(size=len(x)))
        y = right + np.where(up, away * low, -away * high)
        y, low, high = (np.round(each, 5) for each in (y, low, high))
        fit = _fit(x, y, low, high, truth)
        if fit is None or far([fit], truth):
            return None
        ways = {"asymmetric errors": _checks(fit, len(x))}
        even, one = (low + high) / 2, np.full(len(x), float(np.mean(size)))
        for lower, upper in ((even, even), (np.sqrt(low * high),) * 2, (low, low), (high, high), (high, low), (one, one)):
            wrong = _fit(x, y, lower, upper, truth)
            if wrong is not None and passes({name: wrong.estimate(name) for name in NAMES}, ways.values()):
                return None
        zero = np.zeros(len(x))
        table = "".join(f"{' '.join(f'{each:.6g}' for each in row)}\n" for row in zip(x, y, zero, zero, low, high, strict=True))
        return Instance({layout.words["FILE"]: table.encode()}, (Group("fit", ways),), truth)


def _curve(x: Array, p: Array) -> Array:
    return np.asarray(p[0] * np.exp(-x / p[1]) + p[2])


def _fit(x: Array, y: Array, low: Array, high: Array, start: dict[str, float]) -> Fit | None:
    def chi2(p: Array) -> float:
        away = y - _curve(x, p)
        return float(np.sum((away / np.where(away > 0, low, high)) ** 2))

    return minimised(chi2, NAMES, start)


def _checks(fit: Fit, points: int) -> tuple[Check, ...]:
    return (*(Value(name, NAMING, (fit.estimate(name),)) for name in NAMES), Chi2(((fit.cost, points - len(NAMES)),), slack=0.01))  # of 25 points chi2 moves by 0.5 % within the room of the values
