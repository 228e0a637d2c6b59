"""The turn-on curve of a trigger or a cut: an error function fitted to the ratio of two histograms.

In: a random number generator. Out: histograms of all and of accepted events in a ROOT file. Printed are `threshold`, `width`, `plateau`.
"""

from __future__ import annotations

from math import erf, sqrt

import numpy as np

from dsl4bes.benchmark.tasks.base import pick, root_file
from dsl4bes.dataset.fits.family import FILES, FUNCTIONS, Drawn, Rng, Style, short

PAIRS = (("passed", "total"), ("h_pass", "h_all"), ("pt_trig", "pt_ref"), ("num", "den"), ("accepted", "offered"), ("hTriggered", "hAll"), ("e_sel", "e_gen"))
QUANTITIES = (("pT", "GeV"), ("E", "GeV"), ("E", "MeV"), ("p", "GeV/c"), ("HV", "V"), ("U", "mV"), ("ET", "GeV"))
CLASSES = ("TEfficiency", "TGraphAsymmErrors")


class TurnOn:
    name = "turn_on"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        threshold = float(rng.choice((0.1, 0.5, 2, 10, 30, 150, 600))) * rng.uniform(0.8, 1.6)
        width, plateau = threshold * rng.uniform(0.12, 0.26), rng.uniform(0.75, 0.96)
        high, bins = float(short(threshold * rng.uniform(2.4, 3.4), 2)), int(rng.choice((40, 50, 60, 80)))
        drawn = rng.exponential(high * rng.uniform(0.6, 1.5), 10 * int(rng.integers(15_000, 50_000)))
        drawn = drawn[drawn < high][: len(drawn) // 10]
        chance = [0.5 * plateau * (1 + erf((each - threshold) / (sqrt(2) * width))) for each in drawn]
        total, edges = np.histogram(drawn, bins=bins, range=(0, high))
        passed, _ = np.histogram(drawn[rng.random(len(drawn)) < chance], bins=bins, range=(0, high))
        file, function, (accepted, everything) = pick(rng, FILES), pick(rng, FUNCTIONS), PAIRS[int(rng.integers(len(PAIRS)))]
        quantity, unit = QUANTITIES[int(rng.integers(len(QUANTITIES)))]
        start = {"THRESHOLD": short(threshold, 2), "WIDTH": short(width * rng.uniform(0.8, 1.3), 1), "PLATEAU": pick(rng, ("0.8", "0.85", "0.9"))}
        words = {"FILE": file, "PASSED": accepted, "TOTAL": everything, "FUNCTION": function, "HIGH": short(high), "QUANTITY": quantity, "UNIT": unit, **start}
        values = {"file": file, "passed": accepted, "total": everything, "function": function, "high": short(high), "wide": short(threshold, 2)}
        values |= {name.lower(): text for name, text in start.items()} | {"narrow": short(width / 10, 1), "class": pick(rng, CLASSES)}
        files = {file: root_file({accepted: (passed.astype(float), edges), everything: (total.astype(float), edges)})}
        return Drawn(words, values, {"threshold": threshold, "width": width, "plateau": plateau}, files)


FAMILY = TurnOn()
