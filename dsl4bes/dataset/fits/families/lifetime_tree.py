"""An exponential decay time, unbinned, from a branch of a tree; with or without a flag that selects, above a lowest time or from zero.

In: a random number generator. Out: a `TTree` in a ROOT file. Printed is the lifetime, under a name that is drawn.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.benchmark.tasks.base import pick
from dsl4bes.dataset.fits.data import tree_file
from dsl4bes.dataset.fits.family import FILES, FUNCTIONS, TREES, Drawn, Rng, Style, rounded

SCALES = {"ps": (0.3, 2.5), "ns": (0.8, 26.0), "us": (1.5, 3.0), "fs": (150.0, 1100.0)}
TIMES = ("t", "dt", "time", "t_decay", "tdec", "proper_time", "tp")
FLAGS = ("", "", "good", "sel", "isSignal", "pass", "quality")
LIFETIMES = ("tau", "lifetime", "tau0", "tau_fit")


class LifetimeTree:
    name = "lifetime_tree"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        unit = pick(rng, tuple(SCALES))
        tau = rng.uniform(*SCALES[unit])
        low, high = rounded(tau * float(rng.choice((0, 0, 0.1, 0.3, 0.5))), 1), rounded(tau * rng.uniform(4, 8))
        count, flag = int(rng.integers(2000, 12000)), pick(rng, FLAGS)
        times, good = rng.exponential(tau, count), np.ones(count, dtype=np.int32)
        if flag:
            other = int(0.4 * count)
            times, good = np.append(times, rng.exponential(0.4 * tau, other)), np.append(good, np.zeros(other, dtype=np.int32))
        order = rng.permutation(len(times))
        file, tree, branch, function, result = pick(rng, FILES), pick(rng, TREES), pick(rng, TIMES), pick(rng, FUNCTIONS), pick(rng, LIFETIMES)
        branches = {branch: times[order]} | ({flag: good[order]} if flag else {})
        cut = f"{branch} > {low} && {branch} < {high}" + (f" && {flag} == 1" if flag else "")
        start = rounded(tau * rng.uniform(0.7, 1.4))
        words = {"FILE": file, "TREE": tree, "BRANCH": branch, "FUNCTION": function, "TAU": result, "UNIT": unit, "LOW": low, "HIGH": high, "START": start}
        words |= {"WHICH_EN": f"the entries with {flag} == 1" if flag else "all entries", "WHICH_ZH": f"满足 {flag} == 1 的事例" if flag else "全部事例"}
        values = {"file": file, "tree": tree, "branch": branch, "function": function, "result": result, "unit": unit, "flag": flag, "cut": cut}
        values |= {"low": low, "high": high, "start": start, "least": rounded(tau / 20, 1), "most": rounded(tau * 20, 1)}
        return Drawn(words, values, {result: tau}, {file: tree_file(tree, branches)})


FAMILY = LifetimeTree()
