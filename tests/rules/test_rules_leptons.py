"""What separates leptons and what they leave: muon counter, conversions, radiated photons, pairs with the mass of a pi0, ratios of probabilities.

Each against plain NumPy; `run` compares with the judge as well, and at the end mistakes are planted in the generated C++.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from mutants import differences
from plain import CURVE, PI0, Event, angle_between, mass_of, near
from running import anything, diagnostics, rhopi, run, sample

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, toy_events

pytestmark = pytest.mark.cpp

E, PI = 0, 2
DEG = math.pi / 180


@cache
def pairs() -> Batch:
    """Electron pairs with photons beside them: noise everywhere, and fragments near the tracks."""
    options = ToyOptions(extra_photons=3.0, split_offs=0.8, noise_showers=2.0)
    return toy_events("J/psi -> e+ e- gamma", 200, 21, options=options)


# --- muon counter ----------------------------------------------------------------------------------------------------


def test_muon_counter():
    text = (
        "event_selection do\n    charged_tracks do\n    end\nend\n"
        'ntuple("muc") do\n    array :chi2, muc_chi2(good), max: 50\n    array :dof, muc_dof(good), max: 50\n'
        "    array :most, muc_max_hits(good), max: 50\n    array :hits, muc_hits(good), max: 50\nend\n"
    )
    batches = [toy_events("J/psi -> mu+ mu-", 80, 4), anything()]
    ran = run(text, batches)
    seen = 0
    events = {(e.run, int(e.batch["event.number"][e.number])): e for e in ran.events()}
    table = ran.tables["muc"]
    for row, key in enumerate(zip(table["run"].tolist(), table["event"].tolist(), strict=True)):
        e = events[key]
        for name, column in (("chi2", "chi2"), ("dof", "dof"), ("most", "max_hits"), ("hits", "hits")):
            rows = [e.link(t, "muc") for t in e.tracks() if len(table["chi2"][row]) == len(e.tracks())]
            wanted = [float(e.of(f"muc.{column}", link)) if link >= 0 else -999.0 for link in rows]
            if rows:
                assert table[name][row].tolist() == wanted
                seen += sum(value != -999 for value in wanted)
    assert seen > 200


# --- conversions -----------------------------------------------------------------------------------------------------


def circle(e: Event, track: int, hypothesis: int) -> tuple[np.ndarray, float]:
    """Centre and radius in xy: from where the track is nearest to the origin, the centre lies across its momentum."""
    drho, phi0, kappa = (float(value) for value in e.helix(track, hypothesis)[:3])
    radius = 1.0 / (CURVE * abs(kappa))
    start = np.array([drho * math.cos(phi0), drho * math.sin(phi0)])
    forward = np.array([-math.sin(phi0), math.cos(phi0)])
    left = np.array([-forward[1], forward[0]])  # seen from +z, positive tracks turn to the left
    return start + math.copysign(radius, kappa) * left, radius


def conversion(e: Event, a: int, b: int, hypothesis: int) -> tuple[float, float]:
    (one, r1), (two, r2) = circle(e, a, hypothesis), circle(e, b, hypothesis)
    apart = float(np.linalg.norm(two - one))
    towards = (two - one) / apart
    return apart - r1 - r2, float(np.linalg.norm((one + r1 * towards + two - r2 * towards) / 2))


LEPTONS = """event_selection do
    charged_tracks do
        ngood == 2
        net_charge 0
    end
    photons do
        energy > 20 MeV
    end
    assign do
        identify :ep, charge > 0
        identify :em, charge < 0
        nep == 1
        nem == 1
    end
{}end
"""


def test_conversion_of_two_tracks():
    text = LEPTONS.format("") + 'ntuple("ee") do\n    column gap: conversion_gap(ep, em), r: conversion_radius(em, ep)\nend\n'
    ran = run(text, [pairs(), rhopi(), sample("test_full_mc_evt_1.dst")])
    table = ran.tables["ee"]
    chosen = [e for e, passed in zip(ran.events(), ran.accepted(), strict=True) if passed]
    assert len(chosen) == len(table["run"]) > 60
    for row, e in enumerate(chosen):
        plus, minus = ([t for t in e.tracks() if e.charge(t) == sign] for sign in (1, -1))
        if len(plus) == len(minus) == 1:
            gap, radius = conversion(e, plus[0], minus[0], E)
            assert near(gap, table["gap"][row], 1e-6) and near(radius, table["r"][row], 1e-6)


def test_conversion_point_of_a_pair_that_is_made():
    """Two circles that touch at a known place: the gap is 0 and the radius the place's distance from the axis."""
    batch = pairs()
    columns = {name: np.array(values) for name, values in batch.columns.items()}
    where, heading = np.array([2.6, 1.7]), 0.7
    for number in range(batch.n_events):
        e = Event(batch, number)
        tracks = e.tracks()
        if len(tracks) != 2:
            continue
        first = int(batch.offsets["kal"][number])
        for t in tracks:
            kappa = e.charge(t) * (1.1 + 0.3 * t)
            radius = 1.0 / (CURVE * abs(kappa))
            forward = np.array([math.cos(heading), math.sin(heading)])
            centre = where + math.copysign(radius, kappa) * np.array([-forward[1], forward[0]])
            # the helix: the point of the circle nearest to the origin, drho with the sign of the definition
            away = centre / np.linalg.norm(centre)
            rho = -math.copysign(radius, kappa)
            phi0 = math.atan2(-math.copysign(1, kappa) * away[1], -math.copysign(1, kappa) * away[0])
            drho = float(centre @ np.array([math.cos(phi0), math.sin(phi0)])) - rho
            helix = columns["kal.helix"][first + e.link(t, "kal")].reshape(5, 5)
            helix[:, 0], helix[:, 1], helix[:, 2] = drho, phi0 % (2 * math.pi), kappa
    made = Batch.build(batch.n_events, batch.offsets, columns)
    text = LEPTONS.format("") + 'ntuple("ee") do\n    column gap: conversion_gap(ep, em), r: conversion_radius(em, ep)\nend\n'
    table = run(text, [made]).tables["ee"]
    assert len(table["gap"]) > 50
    assert np.abs(table["gap"]).max() < 1e-9
    assert np.abs(table["r"] - np.linalg.norm(where)).max() < 1e-9


# --- radiated photons ------------------------------------------------------------------------------------------------

RADIATED = LEPTONS.format("    bremsstrahlung(:others) do\n        from ep, em\n        angle < 100 deg\n    end\n") + (
    'ntuple("ee") do\n    column n: count(gam), left: count(others), m: m(ep_recovered, em_recovered), e: e(ep_recovered), p: p(em_recovered)\n'
    "    column bare: e(ep)\nend\n"
)


def test_bremsstrahlung():
    ran = run(RADIATED, [pairs(), anything()])
    table = ran.tables["ee"]
    chosen = [e for e, passed in zip(ran.events(), ran.accepted(), strict=True) if passed]
    recovered = both = 0
    for row, e in enumerate(chosen):
        plus, minus = ([t for t in e.tracks() if e.charge(t) == sign] for sign in (1, -1))
        if len(plus) != 1 or len(minus) != 1:
            continue
        totals = [e.p4(plus[0], E), e.p4(minus[0], E)]
        tracks = [total.copy() for total in totals]
        left = 0
        for s in e.showers():
            gamma = e.gamma(s)
            if not gamma[3] > 0.02:
                continue
            angles = [angle_between(gamma, track) for track in tracks]
            nearest = int(np.argmin(angles))
            if angles[nearest] < 100 * DEG:
                totals[nearest] = totals[nearest] + gamma
                recovered += 1
                both += max(angles) < 100 * DEG
            else:
                left += 1
        assert table["left"][row] == left
        assert near(mass_of(totals[0] + totals[1]), table["m"][row], 1e-7)
        assert near(float(totals[0][3]), table["e"][row]) and near(float(np.linalg.norm(totals[1][:3])), table["p"][row])
    assert recovered > 100 and both > 20


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("from ep, em", "BES0203"),
        ("from good\n angle < 5 deg", "BES0311"),
        ("from gam1\n angle < 5 deg", "BES0308"),
        ("from ep\n photons em\n angle < 5 deg", "BES0304"),
        ("from ep\n angle < 5", "BES0306"),
        ("from ep, em\n angle < 5 cm", "BES0216"),
    ],
)
def test_bremsstrahlung_that_means_nothing(lines, code):
    assert code in diagnostics(LEPTONS.format(f"bremsstrahlung do\n{lines}\nend\n"))


# --- vetoes ----------------------------------------------------------------------------------------------------------

VETO = """event_selection do
    photons do
        energy > 40 MeV
        ngam >= 2
    end
    photons(:soft) do
        energy > 20 MeV
    end
    {} do
        photon      gam1, gam2
        with        soft
        mass_window {}
    end
end
"""


@pytest.mark.parametrize(("block", "window", "mass"), [("pi0_veto", "15 MeV", PI0), ("eta_veto", "0.1", 0.547862)])
def test_photons_of_a_pair(block, window, mass):
    ran = run(VETO.format(block, window), [rhopi(), pairs()])
    limit = 0.015 if "MeV" in window else 0.1
    there = ran.flag("photons.ngam")
    rejected = 0
    for e, asked, kept in zip(ran.events(), there, ran.flag(block), strict=True):
        if not asked:
            continue
        gammas = {s: e.gamma(s) for s in e.showers()}
        hard = sorted((s for s, g in gammas.items() if g[3] > 0.04), key=lambda s: (-gammas[s][3], s))[:2]
        masses = [
            mass_of(gammas[own] + g)
            for own in hard
            for s, g in gammas.items()
            if g[3] > 0.02 and s not in hard
        ]
        assert kept == (not any(abs(m - mass) < limit for m in masses))
        rejected += not kept
    assert 5 < rejected < there.sum() - 5


def test_photons_of_a_fit_are_taken_as_measured():
    text = """analysis "A" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks do
        ngood == 2
        net_charge 0
    end
    photons do
        energy > 25 MeV
        ngam >= 2
    end
    pid do
        identify :pip, :pim
        npip == 1
        npim == 1
    end
    kinematic_fit(:fit) do
        decay "J/psi -> pi+ pi- gam gam"
        constrain :four_momentum
        choose :min_chi2
    end
    pi0_veto do
        photon fit.gam1
        mass_window 50 MeV
    end
    veto "by hand", any(index(gam) != index(fit.gam1) and abs(m(fit.raw.gam1, gam) - mass("pi0")) < 50 MeV)
end
"""
    ran = run(text, [rhopi()])
    there = ran.flag("fit.fit")
    assert there.sum() > 20 and (there & ~ran.flag("pi0_veto")).any()
    assert (ran.flag("by hand") == ran.flag("pi0_veto")).all()


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("photon gam1", "BES0203"),
        ("photon gam1\n mass_window 15 cm", "BES0216"),
        ("photon good\n mass_window 15 MeV", "BES0311"),
        ("photon gam1\n with good\n mass_window 15 MeV", "BES0304"),
    ],
)
def test_vetoes_that_mean_nothing(lines, code):
    text = f"event_selection do\n    photons do\n        ngam >= 2\n    end\n    pi0_veto do\n{lines}\nend\nend\n"
    assert code in diagnostics(text)


# --- ratios ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["probability", "likelihood"])
def test_ratio_of_probabilities(method):
    text = (
        f'event_selection do\n    charged_tracks do\n    end\n    pid(method="{method}") do\n        systems :dedx, :tof1, :tof2\n'
        "        identify :el, :pi, :ka, as: :most_probable\n    end\nend\n"
        'ntuple("r") do\n    array :r, prob_ratio(good, "k", "pi", "e"), max: 50\n    array :k, prob_k(good), max: 50\n'
        "    array :pi, prob_pi(good), max: 50\n    array :e, prob_e(good), max: 50\nend\n"
    )
    table = run(text, [rhopi(), anything()]).tables["r"]
    ratio, k, pi, e = (np.concatenate(table[name]) for name in ("r", "k", "pi", "e"))
    total = k + pi + e
    known = (k != -999) & (total > 0)
    assert known.sum() > 100
    assert np.allclose(ratio[known], k[known] / total[known], rtol=1e-9)
    assert (ratio[~known] == -999).all()


def test_the_track_that_is_identified_is_understood():
    text = (
        "event_selection do\n    charged_tracks do\n    end\n    pid do\n        systems :dedx, :tof1\n"
        '        identify :pi, chi_dedx("pi") in -2..2\n        identify :ka, prob_ratio("k", "pi") > 0.7\n    end\nend\n'
        'ntuple("r") do\n    column pi: count(pi), ka: count(ka)\n    array :chi, chi_dedx(good, "pi"), max: 50\n'
        '    array :ratio, prob_ratio(good, "k", "pi"), max: 50\nend\n'
    )
    table = run(text, [rhopi(), anything()]).tables["r"]
    assert (table["pi"] == [(np.abs(each) <= 2).sum() for each in table["chi"]]).all() and table["pi"].any()
    assert (table["ka"] == [(each > 0.7).sum() for each in table["ratio"]]).all() and table["ka"].any()


@pytest.mark.parametrize("formula", ['chi_dedx("pi")', 'chi_dedx(pip)', 'prob_ratio(pip, "k")', 'prob_ratio("k", "pi")'])
def test_a_track_is_needed_where_none_is_understood(formula):
    text = f'event_selection do\n    pid do\n        identify :pip\n        npip == 1\n    end\nend\nntuple("r") do\n    column r: {formula}\nend\n'
    assert {"BES0303", "BES0304"} & set(diagnostics(text))


@pytest.mark.parametrize("arguments", ['good, "k", "k"', 'good, "k", "gamma"', 'good, "k", "xyz"'])
def test_ratios_that_mean_nothing(arguments):
    text = (
        "event_selection do\n    pid do\n        identify :pip\n        npip == 1\n    end\nend\n"
        f'ntuple("r") do\n    column r: prob_ratio({arguments.replace("good", "pip")})\nend\n'
    )
    assert "BES0315" in diagnostics(text)


# --- mutants ---------------------------------------------------------------------------------------------------------

ALL = RADIATED.replace(
    "    column bare",
    "    column gap: conversion_gap(ep, em), r: conversion_radius(ep, em), c: muc_chi2(ep), h: muc_max_hits(ep)\n    column bare",
).replace("end\nntuple", '    pi0_veto "pairs" do\n        photon first(gam)\n        mass_window 15 MeV\n    end\nend\nntuple')

MUTANTS = {
    "radius of the pion's helix": ("kalman_helix(first->mdcKalTrack(), first_hypothesis)", "kalman_helix(first->mdcKalTrack(), RecMdcKalTrack::pion)"),
    "unsigned radius": ("(a.dr() + a.radius())", "(a.dr() + std::fabs(a.radius()))"),
    "one edge of the gap": ("0.5 * found[0]", "found[0]"),
    "hits for the largest number": ("mucTrack()->maxHitsInLayer()", "mucTrack()->numHits()"),
    "half a window": ("std::fabs((shower_p4", "((shower_p4"),
    "a photon for both": ("<= shower_p4(ctx.at(x)).vect().angle(kalman_p4(ctx.at(only_entry(ctx.em)), RecMdcKalTrack::electron).vect())", "<= 4.0"),
    "the track alone": ("momenta.push_back(shower_p4(ctx.at(x)));", ""),
    "photons that are used up left over": ("if (!(shower_p4(ctx.at(x)).vect().angle(kalman_p4(ctx.at(only_entry(ctx.em)), RecMdcKalTrack::electron).vect()) >= m_others_angle)) continue;", ""),
}


def events() -> list[Batch]:
    return [pairs(), toy_events("J/psi -> mu+ mu- pi0", 60, 8, options=ToyOptions(extra_photons=2.0))]


def test_without_mutant_both_roads_agree():
    assert differences(ALL, events(), None) == 0


@pytest.mark.parametrize("name", list(MUTANTS))
def test_mutant_is_found(name):
    assert differences(ALL, events(), MUTANTS[name]) > 0, f"nothing noticed: {name}"
