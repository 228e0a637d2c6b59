"""Whether a fit is unbiased and its errors are right: samples are generated and fitted many times, and the pulls are looked at.

In: a random number generator. Out: no data, as the program makes its own with a fixed seed. Printed are `pull_mean` and `pull_width`.
"""

from __future__ import annotations

from dsl4bes.benchmark.tasks.base import pick
from dsl4bes.dataset.fits.family import FUNCTIONS, Drawn, Rng, Style, short


class ToyPulls:
    name = "toy_pulls"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        decay = bool(rng.random() < 0.5)
        toys, events, seed = int(rng.choice((200, 250, 300, 400))), int(rng.choice((400, 500, 600, 800, 1000))), int(rng.integers(1, 5000))
        function, bins = pick(rng, FUNCTIONS), int(rng.choice((40, 50, 60)))
        if decay:
            events, bins = 4 * events, 2 * bins  # the bias of a lifetime goes with 1/sqrt(events), that of the bins with their width
            tau = float(rng.choice((0.4, 1.5, 2.2, 2.6, 8.9, 80, 410)))
            low, high, true = "0", short(tau * float(rng.choice((4, 5, 6))), 2), short(tau)
            model = {"PARAMETER": "tau", "FORMULA": "exp(-x/tau)", "TRUE": true, "SETTING": f"tau = {true}"}
            values = {"tau": true, "short": short(tau / 5), "long": short(tau * 5)}
        else:
            mean, sigma = float(rng.choice((0.135, 0.548, 1.02, 1.865, 3.097, 5.28, 91.2))), float(rng.choice((0.004, 0.01, 0.025, 0.05)))
            low, high, true = short(mean - 5 * sigma, 4), short(mean + 5 * sigma, 4), short(mean, 4)
            model = {"PARAMETER": "mean", "FORMULA": "exp(-0.5*((x-mean)/sigma)^2)", "TRUE": true, "SETTING": f"mean = {true}, sigma = {short(sigma)}"}
            values = {"mean": true, "sigma": short(sigma), "narrow": short(sigma / 5), "wide": short(sigma * 5)}
        words = {"FUNCTION": function, "TOYS": str(toys), "EVENTS": str(events), "SEED": str(seed), "LOW": low, "HIGH": high, "BINS": str(bins), **model}
        values |= {"function": function, "toys": str(toys), "events": str(events), "seed": str(seed), "low": low, "high": high, "bins": str(bins)}
        return Drawn(words, values | {"decay": decay}, {"pull_mean": 0.0, "pull_width": 1.0})


FAMILY = ToyPulls()
