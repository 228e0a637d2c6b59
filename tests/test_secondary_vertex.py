"""Particles that fly: compiled packages against the judge, the rules of SEMANTICS about them, and mistakes that must be found."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from cross_check_tools import Compiled, assert_agree, built, compiled, cross_check
from flight_programs import BEAMS, KAON, KAONS, LAMBDA, LAMBDAS, flying
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dsl4bes.driver import compile_source
from dsl4bes.events.toy import toy_events
from dsl4bes.ir.fits import SecondaryVertexFit
from dsl4bes.semantics.evaluate import Outcome, evaluate
from dsl4bes.semantics.settings import Options
from dsl4bes.source import SourceFile

CASES = {"kaons": (KAONS, KAON), "lambdas": (LAMBDAS, LAMBDA)}
POINT = Options(vertex=(0.0, 0.0, 0.0), sigma=BEAMS.runs[1000].sigma)


@lru_cache(maxsize=4)
def made(name: str) -> Compiled:
    return compiled(CASES[name][0])


@lru_cache(maxsize=4)
def judged(name: str) -> Outcome:
    return evaluate(made(name).program, flying(CASES[name][1]), POINT)


def steps(made: Compiled) -> dict[str, SecondaryVertexFit]:
    return {
        step.symbol.name: step
        for block in made.program.blocks
        for step in block.steps
        if isinstance(step, SecondaryVertexFit)
    }


# --- both roads --------------------------------------------------------------------------------------------------------


@pytest.mark.cpp
@pytest.mark.parametrize("stress", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_package_and_judge_select_the_same_events(name, stress):
    batch = flying(CASES[name][1], stress=stress)
    report = cross_check(made(name), [batch], table=BEAMS)
    assert_agree(report)
    assert judged(name).accepted.sum() > 50


@pytest.mark.cpp
@settings(max_examples=6, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10_000),
    chi2=st.floats(0.5, 1000),
    vertex_chi2=st.floats(0.1, 100),
    low=st.floats(0.3, 0.49),
    ceiling=st.floats(1, 2000),
)
def test_agreement_under_random_settings(seed, chi2, vertex_chi2, low, ceiling):
    batch = toy_events(KAON, 80, seed)
    overrides = {
        "ks_chi2": chi2, "ks_vertex_chi2": vertex_chi2, "ks_mass_low": low, "secondary_vertex_fit_ceiling": ceiling,
    }  # fmt: skip
    assert_agree(cross_check(made("kaons"), [batch], overrides, _selection("kaons"), BEAMS), 0.05)


@lru_cache(maxsize=2)
def _selection(name: str):
    return built(made(name))


# --- rules -------------------------------------------------------------------------------------------------------------


def test_lengths_and_masses_are_those_of_the_particle():
    """Mean c tau of the K_S is 2.68 cm, its mass 497.6 MeV; pulls of the flight have no bias to speak of."""
    rows = judged("kaons").tuples["t"].columns
    mass, ctau = np.array(rows["m"]), np.array(rows["ct"])
    assert np.median(mass) == pytest.approx(0.4976, abs=1e-3)
    assert 1.8 < np.mean(ctau) < 3.6
    assert np.median(np.array(rows["vchi2"])) < 2 and set(rows["n"]) == {2.0}


def test_the_conjugate_chain_is_taken_as_a_whole():
    """Rule 11: the product called `prp` is the antiproton in the conjugate, and its pion has the other charge."""
    rows = judged("lambdas").tuples["t"].columns
    charges = list(zip(rows["q"], rows["qpi"]))
    assert {(1.0, -1.0), (-1.0, 1.0)} == set(charges)
    assert 0.25 < sum(q > 0 for q, _ in charges) / len(charges) < 0.75


def test_a_self_conjugate_decay_is_tried_once():
    assert all(role.conjugate is None for step in steps(made("kaons")).values() for role in step.symbol.roles)
    both = steps(made("lambdas"))
    assert all(role.conjugate is not None for role in both["either"].symbol.roles)
    assert all(role.conjugate is None for role in both["lam"].symbol.roles)


def test_no_track_is_used_twice():
    """Rule 4: not in the production vertex and the decay, not inside a composite particle and beside it."""
    found = 0
    for state in judged("kaons").states:
        ks, fit, primary = (_candidate(state, name) for name in ("ks", "fit4c", "primary"))
        if ks is None or primary is None:
            continue
        inside = {p.position for p in ks.measured.values()}
        assert not inside & {p.position for p in primary.measured.values()}
        if fit is not None:
            found += 1
            assert not inside & {p.position for p in fit.measured.values() if p.position >= 0}
    assert found > 50


def _candidate(state, name):
    return next((candidate for symbol, candidate in state.fits.items() if symbol.name == name), None)


def test_ceilings_follow_the_cuts():
    """Rule 14: 500 for flights and 1000 for vertices, or twice the largest number a chi2 of the kind is compared with."""
    ks = steps(made("kaons"))["ks"]
    assert (ks.settings.ceiling.value, ks.vertex.ceiling.value) == (800.0, 6000.0)
    lam = steps(made("lambdas"))["lam"]
    assert (lam.settings.ceiling.value, lam.vertex.ceiling.value) == (500.0, 1000.0)


def test_a_fit_of_a_composite_particle_conserves_momentum():
    made_ = made("lambdas")
    for state in evaluate(made_.program, flying(LAMBDA), POINT).states:
        fit = _candidate(state, "fit4c")
        if fit is not None:
            total = np.sum(list(fit.fitted.values()), axis=0)
            assert np.allclose(total, [3.0969 * 0.011, 0, 0, 3.0969], atol=2e-4)


# --- what is refused ---------------------------------------------------------------------------------------------------

_WRONG = {
    "BES0407": ('production  primary', "production  loose"),
    "BES0425": ("        conjugate false\n        choose    :min_chi2\n        length    > 0.1 cm\n    end\n    secondary_vertex(:alam)",
                "        choose    :min_chi2\n        length    > 0.1 cm\n    end\n    secondary_vertex(:alam)"),
    "BES0405": ("        choose      :nearest_mass\n", ""),
}  # fmt: skip


def codes(text: str) -> set[str]:
    return {diagnostic.code.id for diagnostic in compile_source(SourceFile("x.bes", text)).bag}


@pytest.mark.parametrize("code", _WRONG)
def test_mistakes_have_their_codes(code):
    old, new = _WRONG[code]
    text = next(text for text, _ in CASES.values() if old in text)
    assert code in codes(text.replace(old, new)) and code not in codes(text)


def test_a_product_that_flies_itself_is_refused():
    text = KAONS.replace('"K_S0 -> pi+ pi-"\n        production  primary', '"D+ -> (K_S0 -> pi+ pi-) pi+"\n        conjugate false\n        production  primary')
    assert "BES0407" in codes(text)


def test_photons_are_no_tracks():
    assert "BES0402" in codes(KAONS.replace('"K_S0 -> pi+ pi-"\n        mass', '"K_S0 -> pi+ pi- gam"\n        mass'))


# --- mutants -------------------------------------------------------------------------------------------------------------

_MUTANTS = {
    "production vertex of the last fit": ("kaons", "  flight->setPrimaryVertex(ctx.primary.place);\n", ""),
    "unsigned length": ("kaons", "flight->decayLength();", "std::fabs(flight->decayLength()) + 0.05;"),
    "chi2 of the vertex for that of the flight": ("kaons", "candidate.chi2 = flight->chisq();", "candidate.chi2 = fit->chisq(0);"),
    "conjugate forgotten": ("lambdas", "chain < 2", "chain < 1"),
    "conjugate counted as written": ("lambdas", "chain == 0 ? ctx.pim : ctx.pip", "ctx.pim"),
    "interaction point without errors": ("lambdas", "production.setEvx(ctx.ip_error);", "production.setEvx(HepSymMatrix(3, 0));"),
    "tracks shared": ("kaons", "if (pim == ctx.primary.pim) continue;", ""),
}  # fmt: skip


@pytest.mark.cpp
@pytest.mark.slow
@pytest.mark.parametrize("mutant", _MUTANTS)
def test_mutant_is_found(mutant):
    name, old, new = _MUTANTS[mutant]
    right = made(name)
    text = right.files[right.source]
    assert old in text, "the generated code has changed: plant the mutant elsewhere"
    wrong = Compiled(right.program, {**right.files, right.source: text.replace(old, new)})
    assert not cross_check(wrong, [flying(CASES[name][1])], table=BEAMS).agrees, "the mutant lives"
