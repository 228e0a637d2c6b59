"""Lambda0 of either chain as particles of kinematic fits: which combinations there are, both roads, charge conjugation, and chi2 from plain NumPy.

The particle that flew is put together here from helices, vertex and interaction point at once, and the fits are those of `rules/leastsquares.py`.
"""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from cross_check_tools import Compiled, assert_agree, built, compiled, cross_check
from flight_programs import BEAMS
from hyperon_programs import PROGRAMS, events
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from symmetry_tools import conjugate

from dsl4bes.diagnostics.model import Severity
from dsl4bes.driver import check_source, compile_source
from dsl4bes.events.toy import random_batch, toy_events
from dsl4bes.semantics.evaluate import Outcome, evaluate
from dsl4bes.semantics.settings import Options
from dsl4bes.source import SourceFile

sys.path.append(str(Path(__file__).parent / "rules"))
from leastsquares import Measured, fit, track
from plain import CURVE, MASS, PI, Event, K, P, beams, mass_of
from running import run

BEAM = beams(3.0969)
VERTEX = Options(vertex=(0.0, 0.0, 0.0), sigma=BEAMS.runs[1000].sigma)


@lru_cache(maxsize=16)
def made(name: str) -> Compiled:
    return compiled(PROGRAMS[name], f"{name}.bes")


@lru_cache(maxsize=64)
def judged(name: str, number: int, *, mirrored: bool = False) -> Outcome:
    batch = events(name)[number]
    return evaluate(made(name).program, conjugate(batch) if mirrored else batch, VERTEX)


def columns(outcome: Outcome, name: str = "t") -> dict[str, np.ndarray]:
    return {column: np.array(values, float) for column, values in outcome.tuples[name].columns.items()}


# --- both roads ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(PROGRAMS))
def test_package_and_judge_agree(name):
    report = cross_check(made(name), events(name))
    assert_agree(report, tolerated=0.01)


_SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "loose_vr": st.floats(0.5, 30), "kinematic_fit_ceiling": st.sampled_from([20.0, 200.0, 2000.0]), "kinematic_fit_iterations": st.sampled_from([3, 10, 30]),
        "second_vertex_fit_ceiling": st.sampled_from([50.0, 500.0]), "photons_energy": st.sampled_from([0.025, 0.06]), "ecms": st.floats(3.09, 3.11), "crossing_angle": st.sampled_from([0.0, 0.022]),
    },
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=(Phase.explicit, Phase.generate))
@given(name=st.sampled_from(["either", "opposite", "sigma_written", "sigma", "pair", "xi", "all", "two"]), overrides=_SETTINGS, seed=st.integers(0, 1000))
def test_random_programs_and_settings(name, overrides, seed):
    known = {parameter.property_name for parameter in made(name).program.parameters}
    decay = {"xi": "J/psi -> Lambda0 K- anti-Xi+", "either": "J/psi -> p+ K- anti-Lambda0", "opposite": "J/psi -> anti-p- K+ Lambda0", "all": "J/psi -> p+ K- anti-Lambda0"}
    batches = [toy_events(decay.get(name, "J/psi -> anti-Lambda0 (Sigma0 -> Lambda0 gam)"), 40, seed), random_batch(seed, 30)]
    chosen = {key: value for key, value in overrides.items() if key in known}
    assert_agree(cross_check(made(name), batches, chosen, selection=built(made(name))), tolerated=0.05)


# --- chains -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["either", "anti", "opposite"])
def test_a_lambda_stands_beside_an_antiproton(name):
    """Baryon number: the proton of the Lambda0 and the kaon have one charge, whichever chain the two blocks are written in."""
    seen = 0
    for number in range(3):
        table = columns(judged(name, number))
        fitted = table["chi2"] < 9000
        if "qk" in table:
            assert np.array_equal(table["q"][fitted], table["qk"][fitted])
            assert set(table["q"][fitted]) <= {1.0, -1.0}
        seen += int(fitted.sum())
    assert seen > 40


@pytest.mark.parametrize("number", [0, 1, 2])
def test_it_does_not_matter_which_chain_is_written(number):
    """Three programs that mean the same: Lambda0 or anti-Lambda0 in the vertex, one decay or its conjugate in the fit."""
    either, anti, opposite = (columns(judged(name, number)) for name in ("either", "anti", "opposite"))
    for other in (anti, opposite):
        assert np.allclose(either["chi2"], other["chi2"], rtol=1e-6)
        assert np.array_equal(either["k"], other["k"]) and np.array_equal(either["p"], other["p"])


def test_conjugate_false_takes_one_chain_and_the_two_together_are_both():
    counts = []
    for number in range(2):
        both, written = (columns(judged(name, number)) for name in ("either", "written"))
        fitted = written["chi2"] < 9000
        assert set(written["q"][fitted]) == set(written["qk"][fitted]) == {1.0}
        counts.append(int(fitted.sum()))
        assert (both["chi2"] < 9000).sum() >= fitted.sum()
    assert counts[0] > 3 * counts[1]  # the second sample is the conjugate one


def test_in_the_conjugate_decay_the_two_lambdas_change_places():
    """J/psi -> Lambda0 anti-Sigma0 with one block for each Lambda: the photon of a Sigma0 goes with the Lambda0, that of an anti-Sigma0 with the other."""
    found = [columns(judged("sigma_written", number)) for number in (1, 2)]
    for table, conjugated in zip(found, (False, True), strict=True):
        good = table["both"] < 9000
        assert good.sum() > 10 and np.array_equal(table["both"], table["named"])
        assert np.all(table["both"] <= table["f"] + 1e-9)
        assert np.allclose(table["m"][good], 1.192642, atol=1e-4)
        written = (table["f"][good] - table["both"][good]) < 1e-6
        assert (written.mean() < 0.3) if conjugated else (written.mean() > 0.7)


def test_one_of_two_that_change_places_is_refused_where_its_tracks_are_meant():
    """`rest` and `matched` would take the tracks of the decay as written in the conjugate one."""

    def codes(columns: str) -> set[str]:
        text = PROGRAMS["sigma_written"]
        assert text.count("column f: f.chi2") == 1
        text = text.replace("column f: f.chi2", f"column {columns}, f: f.chi2") + "mc_truth do\nend\n"
        return {item.code.name for item in compile_source(SourceFile("hyperons.bes", text)).bag.items if item.severity is Severity.ERROR}

    assert codes("left: count(rest(loose, both.lambda))") == {"wrong-kind"}
    assert codes("right: matched(both)") == {"not-measured"}
    fine = "left: count(rest(loose, both)), gam: count(rest(gam, both.gam)), written: count(rest(loose, f.lambda)), right: matched(f), two: matched(lam)"
    assert not codes(fine)


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in ("written",)])
def test_the_conjugate_event_gives_the_conjugate_result(name):
    """Every number of the mirrored event of antiparticles, but for the charges and for what is written in one chain."""
    one_chain = {"f", "g", "h", "p", "a", "m"} if name in ("pair", "sigma_written") else set()
    checked = 0
    for number in range(2):
        before, after = judged(name, number), judged(name, number, mirrored=True)
        assert abs(int(before.accepted.sum()) - int(after.accepted.sum())) <= 0
        for table in before.tuples:
            one, two = columns(before, table), columns(after, table)
            assert one["event"].size == two["event"].size
            for column in one:
                if column in one_chain - ({"m", "p"} if name == "sigma_written" else set()):
                    continue
                a, b = (np.array(sorted(zip(rows["event"], np.abs(rows[column]), strict=True))) for rows in (one, two))
                if not a.size:
                    continue
                close = np.isclose(a[:, 1], b[:, 1], rtol=2e-3, atol=2e-3)
                assert close.mean() > (0.9 if name in ("missing", "two", "xi", "alone") else 0.999), (column, a[~close][:3], b[~close][:3])
                checked += len(a)
    assert checked > 100


# --- plain NumPy ---------------------------------------------------------------------------------------------------------------------------


def momentum(helix: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Momentum where the track passes nearest to a place in xy: along the tangent of its circle."""
    drho, phi0, kappa, _, tanl = helix
    turn, radius, pt = math.copysign(1.0, kappa), 1.0 / (CURVE * abs(kappa)), 1.0 / abs(kappa)
    out = np.array([math.cos(phi0), math.sin(phi0)])
    ray = place[:2] - (drho - turn * radius) * out
    ray /= np.linalg.norm(ray)
    return pt * np.array([-turn * ray[1], turn * ray[0], tanl])


def flown(e: Event, proton: int, pion: int) -> Measured:
    """A Lambda: two helices through one vertex, and the line from the interaction point to it along their momentum; everything at once."""
    kinds = ((proton, P), (pion, PI))
    helices = np.concatenate([e.helix(t, h) for t, h in kinds])
    start = np.concatenate([helices, np.zeros(3), BEAMS.runs[1000].xyz])
    covariance = np.zeros((16, 16))
    for n, (t, h) in enumerate(kinds):
        covariance[5 * n : 5 * n + 5, 5 * n : 5 * n + 5] = e.of("kal.error", e.link(t, "kal")).reshape(5, 5, 5)[h]
    covariance[10:13, 10:13] = 1e4 * np.eye(3)
    covariance[13:, 13:] = np.diag(np.square(BEAMS.runs[1000].sigma))

    def total(a: np.ndarray) -> np.ndarray:
        return momentum(a[:5], a[10:13]) + momentum(a[5:10], a[10:13])

    def off(a: np.ndarray) -> np.ndarray:
        passes = [value for n in (0, 1) for value in replace(e, ip=tuple(a[10:13])).approach(a[5 * n : 5 * n + 5])]
        way, direction = a[10:13] - a[13:], total(a) / np.linalg.norm(total(a))
        across = np.cross(direction, np.array([0.0, 0.0, 1.0]))
        across /= np.linalg.norm(across)
        return np.array([*passes, way @ across, way @ np.cross(direction, across)])

    def slope(function, a: np.ndarray) -> np.ndarray:
        steps = 1e-6 * np.maximum(np.abs(a), 0.1)
        return np.array([(function(a + h * u) - function(a - h * u)) / (2 * h) for u, h in zip(np.eye(16), steps, strict=True)]).T

    at_vertex: np.ndarray = start.copy()
    at_vertex[10:13] = [*(start[0] * np.array([math.cos(start[1]), math.sin(start[1])])), start[3]]
    for conditions in (lambda a: off(a)[:4], off):  # the vertex alone, then with the flight
        a = at_vertex.copy()
        for _ in range(12):
            g = slope(conditions, a)
            gain = covariance @ g.T @ np.linalg.inv(g @ covariance @ g.T)
            a = start - gain @ (conditions(a) + g @ (start - a))
        if conditions is not off:
            at_vertex = a
    j, before, after = slope(total, a), total(at_vertex), total(a)
    # as BOSS has it, the energy is that of the tracks as measured, and follows the momentum in the flight
    measured = sum(math.hypot(np.linalg.norm(momentum(start[5 * n : 5 * n + 5], np.zeros(3))), MASS[h]) for n, (_, h) in enumerate(kinds))
    energy = measured + before @ (after - before) / measured
    return Measured(after, j @ (covariance - gain @ g @ covariance) @ j.T, mass_of(np.array([*after, energy])), cartesian=True)


CHECKED = PROGRAMS["opposite"].replace("column chi2", "column vertex: lam.vertex_chi2, flight: lam.chi2, prp: index(lam.prp), pim: index(lam.pim), lm: m(lam), lp: p(lam), chi2")


@pytest.mark.slow
@pytest.mark.cpp
def test_chi2_of_a_fit_with_a_lambda():
    ran = run(CHECKED, [toy_events("J/psi -> anti-p- K+ Lambda0", 60, 97), toy_events("J/psi -> p+ K- anti-Lambda0", 60, 98)], table=BEAMS, tolerated=0.02)
    table, seen, apart = ran.tables["t"], {1: 0, -1: 0}, []
    found = [e for e, kept in zip(ran.events(), ran.accepted(), strict=True) if kept]
    assert len(found) == len(table["chi2"])
    for n, e in enumerate(found):
        proton, pion, kaon, other = (int(table[name][n]) for name in ("prp", "pim", "k", "p"))
        if not (table["chi2"][n] < 60 and table["vertex"][n] < 4 and table["flight"][n] < 3):
            continue  # BOSS takes the steps one after the other, which differs where the tracks are far from each other
        lam = flown(e, proton, pion)
        assert abs(np.linalg.norm(lam.values) - table["lp"][n]) < 2e-3 and abs(lam.mass - table["lm"][n]) < 2e-5
        assert e.charge(proton) == -e.charge(pion) == e.charge(kaon) == -e.charge(other)
        chi2, _ = fit([lam, track(e, kaon, K), track(e, other, P)], BEAM)
        apart.append(abs(chi2 - table["chi2"][n]) / (1 + chi2))
        assert apart[-1] < 0.35, (chi2, table["chi2"][n])
        seen[e.charge(proton)] += 1
    assert min(seen.values()) > 8 and np.median(apart) < 0.05, (seen, np.median(apart))


# --- mutants, and what cannot be meant ------------------------------------------------------------------------------------------------------

MUTANTS: dict[str, tuple[str, str, str]] = {
    "the Lambda of the other chain": ("opposite", "if (ctx.lam.conjugate == (chain == 1)) continue;", "if (ctx.lam.conjugate != (chain == 1)) continue;"),
    "one chain only": ("either", "chain < 2", "chain < 1"),
    "no change of places": ("sigma_written", "candidate.lambda_track = chain == 0 ? ctx.lam.lam_track : ctx.alam.alam_track;", "candidate.lambda_track = ctx.lam.lam_track;"),
    "tracks of a cascade used again": ("xi", "kp == ctx.lam.prp", "kp == -7"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(MUTANTS))
def test_mutant_is_found(name):
    which, before, after = MUTANTS[name]
    text = made(which).files[made(which).source]
    assert before in text, f"the generated source no longer has: {before}"
    wrong = replace(made(which), files={**made(which).files, made(which).source: text.replace(before, after)})
    batches = [*events(which), *(toy_events("J/psi -> anti-Lambda0 Lambda0", 150, 5),) * (which == "xi")]
    assert not cross_check(made(which), batches, selection=built(wrong)).agrees


def errors(text: str) -> list[str]:
    return [item.code.name for item in check_source(text, verify=True).bag if item.severity.value == "error"]


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("either", ("lam, prm, prp, kp, km\n        constrain", "lam, prm, prp, kp, km\n        conjugate false\n        constrain"), "conjugate-unsaid"),
        ("written", ("prm, kp\n        conjugate false\n", "prm, kp, prp, km\n"), "no-source"),
        ("pair", ("from lam, alam\n        constrain", "from lam\n        constrain"), "no-source"),
        ("pair", ("from lam, alam\n        constrain", "from lambda: alam, lambdabar: lam\n        constrain"), "source-not-usable"),
        ("sigma", ("from lam, other, gam", "from lam, gam"), "no-source"),
        ("alone", ("constrain :four_momentum", "constrain :four_momentum\n        choose :min_chi2"), ""),
        ("anti", ("J/psi -> p+ K- anti-Lambda0", "J/psi -> p+ K- anti-Sigma0"), "no-source"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant(name, change, code):
    assert change[0] in PROGRAMS[name]
    assert errors(PROGRAMS[name].replace(*change))[:1] == ([code] if code else [])


def test_a_particle_of_another_block_is_not_taken_in_silence():
    """Written with the Lambda0 of one block, in the conjugate chain with the anti-Lambda0 of another."""
    text = PROGRAMS["pair"].replace('decay "J/psi -> Lambda0 anti-Lambda0"\n        from lam, alam', 'decay "J/psi -> anti-p- K+ Lambda0"\n        from lam, alam, prm, prp, kp, km', 1)
    text = text.replace("column f: f.chi2", "column x: f.chi2").replace(", p: p(f.lambda), a: p(f.lambdabar), m: m(f.lambda)", "")
    assert errors(text) == ["conjugate-unsaid"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sigma_written", "two", "xi"])
def test_the_packages_are_cpp98_and_cpp17(name):
    from dsl4bes.standin.build import syntax_check
    from dsl4bes.standin.toolchain import ToolchainError

    for profile, standard in (("7.0.x", "c++98"), ("8", "c++17")):
        files = compile_source(PROGRAMS[name], profile=profile).files
        inside = {path.split("/", 2)[2]: text for path, text in files.items()}
        for path, text in inside.items():
            if path.endswith(".cxx"):
                try:
                    assert not [str(m) for m in syntax_check(text, standard, files=inside, name=path)]
                except ToolchainError as error:
                    pytest.skip(str(error).splitlines()[0])
