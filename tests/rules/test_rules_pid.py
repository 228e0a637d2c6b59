"""Rule 7: who is identified as what. dE/dx alone is used, whose probability is one line of arithmetic; its chi are made up, so that all cases occur.

The time-of-flight part of ParticleID is compared with BOSS elsewhere (tests of the stand-in).
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from plain import MU, NAN, PI, E, Event, K, P, mass_of, near, size
from running import Ran, diagnostics, run

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, toy_events

NAMES = {"e": E, "mu": MU, "pi": PI, "k": K, "p": P}


@cache
def made_up() -> Batch:
    """Toy events whose dE/dx deviations are random for every hypothesis; some with few hits."""
    batch = toy_events("J/psi -> p+ anti-p- pi+ pi-", 150, 9, options=ToyOptions(efficiency=False))
    rng = np.random.default_rng(4)
    rows = len(batch["dedx.chi"])
    columns = dict(batch.columns)
    columns["dedx.chi"] = rng.normal(0, 3.5, (rows, 5))
    columns["dedx.good_hits"] = np.where(rng.uniform(size=rows) < 0.1, rng.integers(0, 8, rows), 30).astype(
        np.int32
    )
    columns["track.dedx"] = np.where(
        rng.uniform(size=len(batch["track.dedx"])) < 0.1, -1, batch["track.dedx"]
    ).astype(np.int32)
    return replace(batch, columns=columns)


class Identified:
    """Probabilities of one track by dE/dx alone, for the hypotheses handed to `identify`."""

    def __init__(self, e: Event, track: int, hypotheses: tuple[int, ...], likelihood: bool = False) -> None:
        row = e.link(track, "dedx")
        self.value = [NAN] * 5
        if row < 0:
            return
        chi = e.of("dedx.chi", row)
        # ParticleID's own conditions: five good hits, a sensible pulse height, at most 5 GeV, one of all hypotheses within chiMinCut = 4; the
        # probability asks that of the hypotheses that were handed over (BOSS 7.0.4)
        sensible = (
            int(e.of("dedx.good_hits", row)) >= 5
            and 0 <= e.of("dedx.norm_ph", row) <= 30
            and size(e.mdc_p4(track)) <= 5
        )
        if not sensible or min(abs(chi)) > 4 or not (likelihood or any(abs(chi[h]) < 4 for h in hypotheses)):
            return
        if likelihood:
            density = [math.exp(-0.5 * chi[h] ** 2) if h in hypotheses else 0.0 for h in range(5)]
            self.value = [value / sum(density) for value in density]
        else:
            self.value = [math.erfc(abs(chi[h]) / math.sqrt(2)) for h in range(5)]  # of one degree of freedom


PROGRAM = """event_selection do
    charged_tracks do
        vr < 2 cm
    end
    pid(:three) do
        systems :dedx
        prob_cut 0.01
        identify :pip, as: :pip_plain
        identify :kp, "from_pion", as: :kp_told
        identify :pi, "from_kaon_and_proton", as: :pi_told
        identify :prm, prob_p(x) / (prob_p(x) + prob_pi(x) + prob_k(x)) > 0.5, as: :prm_share
    end
    pid(:electrons) do
        from good
        systems :dedx
        identify :el, "from_pion", as: :el_told
        identify :ka, prob_k(x) > prob_pi(x), chi_dedx(x, "k") < 1.5, as: :ka_formula
    end
    pid(:plain) do
        from good
        systems :dedx
        prob_cut < 0.5
        identify :ka, as: :ka_below
    end
    pid(:lhf) do
        from good
        method :likelihood
        systems :dedx
        identify :pi, :ka, :pr, as: :most_probable
    end
    pid_flag(:proton_flag) do
        from pr
        as :proton
        systems :dedx
        prob_cut 0.3
    end
end
ntuple("lists") do
    array :i_pip_plain, index(pip_plain), max: 20
    array :i_kp_told, index(kp_told), max: 20
    array :i_pi_told, index(pi_told), max: 20
    array :i_prm_share, index(prm_share), max: 20
    array :i_el_told, index(el_told), max: 20
    array :i_ka_formula, index(ka_formula), max: 20
    array :i_ka_below, index(ka_below), max: 20
    array :i_pi, index(pi), max: 20
    array :i_ka, index(ka), max: 20
    array :i_pr, index(pr), max: 20
    array :lhf_k, lhf_k(good), max: 20
    array :p_ka_below, p(ka_below), max: 20
    array :p_pi, p(pi), max: 20
    array :e_told, e(el_told), max: 20
    column flag: proton_flag
    column pairs: count(m(pi, ka) < 1.2)
end
"""


def three(e: Event, t: int) -> list[float]:
    return Identified(e, t, (PI, K, P)).value


def electrons(e: Event, t: int) -> list[float]:
    return Identified(e, t, (E, PI, K)).value


def plain(e: Event, t: int) -> list[float]:
    return Identified(e, t, (PI, K)).value


def lhf(e: Event, t: int) -> list[float]:
    return Identified(e, t, (PI, K, P), likelihood=True).value


def chi(e: Event, t: int, h: int) -> float:
    return float(e.of("dedx.chi", e.link(t, "dedx"))[h])


LISTS = {
    "pip_plain": lambda e, t: e.charge(t) > 0 and three(e, t)[PI] > 0.01,
    "kp_told": lambda e, t: e.charge(t) > 0 and three(e, t)[K] > 0.01 and three(e, t)[K] > three(e, t)[PI],
    "pi_told": lambda e, t: three(e, t)[PI] > max(0.01, three(e, t)[K], three(e, t)[P]),
    "prm_share": lambda e, t: e.charge(t) < 0
    and three(e, t)[P] > 0.01
    and three(e, t)[P] / (three(e, t)[P] + three(e, t)[PI] + three(e, t)[K]) > 0.5,
    "el_told": lambda e, t: electrons(e, t)[E] > electrons(e, t)[PI],
    "ka_formula": lambda e, t: electrons(e, t)[K] > electrons(e, t)[PI] and chi(e, t, K) < 1.5,
    "ka_below": lambda e, t: plain(e, t)[K] < 0.5,
    "pi": lambda e, t: lhf(e, t)[PI] > max(lhf(e, t)[K], lhf(e, t)[P]),
    "ka": lambda e, t: lhf(e, t)[K] > max(lhf(e, t)[PI], lhf(e, t)[P]),
    "pr": lambda e, t: lhf(e, t)[P] > max(lhf(e, t)[K], lhf(e, t)[PI]),
}  # fmt: skip


@pytest.fixture(scope="module")
def ran() -> Ran:
    return run(PROGRAM, [made_up()])


def good(e: Event) -> list[int]:
    return [t for t in e.tracks() if abs(e.approach(e.mdc_helix(t))[0]) < 2]


@pytest.mark.cpp
@pytest.mark.parametrize("name", LISTS)
def test_identified(ran: Ran, name: str):
    kept = 0
    for e, entries in zip(ran.events(), ran.tables["lists"][f"i_{name}"], strict=True):
        wanted = [t for t in good(e) if LISTS[name](e, t)]
        kept += len(wanted)
        assert [int(t) for t in entries] == wanted, (name, e.number)
    assert kept > 30


def test_the_hypotheses_matter():
    """There are tracks that only the electron's hypothesis, or only the proton's, makes valid: the sample tests what is handed over."""
    events = [Event(made_up(), number) for number in range(150)]
    tracks = [(e, t) for e in events for t in good(e)]
    only_e = [1 for e, t in tracks if math.isnan(plain(e, t)[PI]) and not math.isnan(electrons(e, t)[PI])]
    only_p = [1 for e, t in tracks if math.isnan(plain(e, t)[PI]) and not math.isnan(three(e, t)[PI])]
    assert len(only_e) > 5 and len(only_p) > 5


@pytest.mark.cpp
def test_momenta_follow_the_species(ran: Ran):
    """Kaons have the kaon's helix and mass, pions the pion's, electrons the electron's (rule 5)."""
    table = ran.tables["lists"]
    for name, column, hypothesis, number in (
        ("ka_below", "p_ka_below", K, size), ("pi", "p_pi", PI, size), ("el_told", "e_told", E, lambda p4: p4[3])
    ):  # fmt: skip
        compared = 0
        for e, entries, values in zip(ran.events(), table[f"i_{name}"], table[column], strict=True):
            for t, got in zip(entries, values, strict=True):
                assert near(number(e.p4(int(t), hypothesis)), float(got), 1e-7)
                compared += abs(number(e.p4(int(t), hypothesis)) - number(e.p4(int(t), P))) > 1e-5
        assert compared > 50, "helices must differ by hypothesis"


@pytest.mark.cpp
def test_likelihood_fractions_flag_and_pairs(ran: Ran):
    table = ran.tables["lists"]
    flags = 0
    for n, e in enumerate(ran.events()):
        for t, got in zip(good(e), table["lhf_k"][n], strict=True):
            assert near(lhf(e, t)[K], float(got), 1e-6)
        protons = [t for t in good(e) if LISTS["pr"](e, t)]
        wanted = any(three(e, t)[P] > max(0.3, three(e, t)[PI], three(e, t)[K]) for t in protons)
        flags += wanted
        assert bool(table["flag"][n]) == wanted
        pions, kaons = ([t for t in good(e) if LISTS[name](e, t)] for name in ("pi", "ka"))
        assert table["pairs"][n] == sum(
            mass_of(e.p4(a, PI) + e.p4(b, K)) < 1.2 for a in pions for b in kaons if a != b
        )
    assert 10 < flags < 140


def test_two_lists_that_share_a_track_are_warned_of():
    text = "event_selection.pid do\nprob_cut 0.001\nidentify :pip{a}\nidentify :kp{b}\nend\n"
    overlapping = diagnostics(text.format(a="", b=""))
    one_sided = diagnostics(text.format(a="", b=', "from_pion"'))
    apart = diagnostics(text.format(a=', "from_kaon"', b=', "from_pion"'))
    code = (set(overlapping) - set(apart)).pop()
    assert "one track can be in" in overlapping[code]
    assert code in one_sided
    assert code not in diagnostics("event_selection.pid do\nidentify :pip, :kp, as: :most_probable\nend\n")
