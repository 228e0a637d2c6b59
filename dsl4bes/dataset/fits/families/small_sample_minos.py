"""A lifetime from few decays: an unbinned likelihood whose errors are not symmetric.

In: a random number generator. Out: a tree with some tens of entries. Printed are `tau`, and its `lower` and `upper` errors from MINOS, without a `+/-`.
"""

from __future__ import annotations

from dsl4bes.benchmark.tasks.base import pick
from dsl4bes.dataset.fits.data import tree_file
from dsl4bes.dataset.fits.family import FILES, FUNCTIONS, TREES, Drawn, Rng, Style, short

TIMES = ("t", "dt", "ct", "tau_rec", "time", "decayTime", "len")
UNITS = ("ps", "ns", "us", "mm", "cm", "fs", "s", "min")


class SmallSampleMinos:
    name = "small_sample_minos"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        tau = float(rng.choice((0.3, 1, 1.5, 2.6, 12, 70, 410))) * rng.uniform(0.75, 1.3)
        entries = int(rng.integers(14, 70))
        file, tree, branch, function = pick(rng, FILES), pick(rng, TREES), pick(rng, TIMES), pick(rng, FUNCTIONS)
        start = short(tau * rng.uniform(0.8, 1.25), 2)
        words = {"FILE": file, "TREE": tree, "BRANCH": branch, "FUNCTION": function, "ENTRIES": str(entries), "TAU": start, "UNIT": pick(rng, UNITS)}
        values = {"file": file, "tree": tree, "branch": branch, "function": function, "tau": start}
        values |= {"short": short(tau / 50, 1), "long": short(20 * tau, 1), "end": short(100 * tau, 1)}
        return Drawn(words, values, {"tau": tau}, {file: tree_file(tree, {branch: rng.exponential(tau, entries)})})


FAMILY = SmallSampleMinos()
