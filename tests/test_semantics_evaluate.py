"""Whole programs through the judge: the tutorial selection on real and toy events, regions, optional fits, choices, sharing."""

from __future__ import annotations

import time
from math import inf

import numpy as np
import pytest
from semantics_records import recorded
from semantics_samples import (
    NUM,
    Maker,
    charged_tracks,
    compare,
    kinematic_fit,
    mass_of,
    outputs,
    overridden,
    photons,
    pid,
    product,
    program,
    rhopi,
    vertex_fit,
)
from test_semantics_reference import ten_events

from dsl4bes.events.toy import ToyOptions, random_batch, toy_events
from dsl4bes.ir.expr import FitQuantity, FitValue
from dsl4bes.ir.fits import Fitter, KinematicFit
from dsl4bes.ir.primitives import Cut, Require
from dsl4bes.ir.program import Block, Region
from dsl4bes.ir.types import Species
from dsl4bes.semantics.compare import compare as cross
from dsl4bes.semantics.evaluate import Evaluator, Outcome, evaluate
from dsl4bes.semantics.settings import Options

DECAY = "J/psi -> pi+ pi- pi0"


def flow(outcome: Outcome) -> dict[str, int]:
    return {
        column.cut.name: int(count) for column, count in zip(outcome.cuts, outcome.passed.sum(axis=0))
    }


def test_tutorial_cut_flow_of_the_ten_real_events():
    chosen = rhopi()
    wide = overridden(chosen, charged_tracks_cos=2.0, photons_time_low=-1e9, photons_time_high=1e9)
    outcome = evaluate(chosen, ten_events(), Options(overrides=wide))
    counted = flow(outcome)
    assert len(outcome.run) == 10
    assert counted["charged_tracks.net_charge"] == 8
    assert counted["photons.ngam"] == 7
    assert counted["pid.npip"] == counted["pid.npim"] == 7


def test_fitted_photons_of_real_events_make_a_pi0():
    outcome = evaluate(rhopi(fit5c=False), ten_events())
    masses = np.array(outcome.tuples["rhopi"].columns["m_gg"])
    assert len(masses) >= 4
    assert np.all(abs(masses - 0.135) < 0.02)


def test_fits_of_toy_events_have_the_right_chi2():
    quiet = ToyOptions(
        noise_showers=0.0, split_offs=0.0, beam_size=(0.0, 0.0, 0.0), energy_spread=0.0, efficiency=False
    )
    outcome = evaluate(rhopi(fit5c=False), toy_events(DECAY, 1500, 5, options=quiet))
    chi2 = np.array(outcome.tuples["rhopi"].columns["chi2"])
    assert len(chi2) > 800
    assert 3.0 < np.median(chi2) < 4.2  # four degrees of freedom: 3.36


@pytest.mark.parametrize("seed", range(4))
def test_flags_stop_at_the_first_failure_and_lists_respect_the_event(seed):
    batch = random_batch(seed, 150)
    outcome = evaluate(rhopi(), batch)
    assert np.all(np.diff(outcome.passed.astype(int), axis=1) <= 0)
    assert np.array_equal(outcome.accepted, outcome.passed[:, -1] == 1)
    for i, state in enumerate(outcome.states):
        charged = int(batch["event.n_charged"][i])
        assert all(position < charged for position in state.lists["good"])
        assert all(position >= charged for position in state.lists.get("gam", ()))


def test_batches_in_pieces_give_the_same():
    batch = toy_events(DECAY, 120, 6)
    chosen = rhopi()
    whole = evaluate(chosen, batch)
    pieces = [evaluate(chosen, piece) for piece in batch.split(37)]
    assert np.array_equal(whole.passed, np.concatenate([piece.passed for piece in pieces]))
    chi2 = [value for piece in pieces for value in piece.tuples["rhopi"].columns["chi2"]]
    assert np.allclose(chi2, whole.tuples["rhopi"].columns["chi2"])


def with_tracks(species: Species = Species.PI, names: tuple[str, str] = ("pip", "pim")):
    make = Maker()
    tracks, good = charged_tracks(make)
    showers, gam = photons(make)
    identified, plus, minus = pid(make, good, species, names)
    vertex_block, vertex = vertex_fit(make, plus, minus)
    return make, [tracks, showers, identified, vertex_block], vertex, gam


def test_no_candidate_uses_a_shower_twice_and_photons_are_named_by_energy():
    make, blocks, vertex, gam = with_tracks()
    block, fit = kinematic_fit(make, "fit4c", vertex, gam)
    outcome = evaluate(
        program(make, [*blocks, block]), toy_events(DECAY, 200, 7, options=ToyOptions(extra_photons=2.0))
    )
    fitted = [state for state in outcome.states if state.fits.get(fit)]
    assert len(fitted) > 50
    for state in fitted:
        candidate = state.fits[fit]
        assert len(set(candidate.positions)) == 4
        first, second = (state.p4(candidate.measured[name])[3] for name in ("gam1", "gam2"))
        assert first >= second


def test_all_pairs_are_tried_and_the_smallest_chi2_is_kept():
    make, blocks, vertex, gam = with_tracks()
    block, fit = kinematic_fit(make, "fit4c", vertex, gam)
    batch = toy_events(DECAY, 100, 8, options=ToyOptions(extra_photons=2.0))
    outcome = Evaluator(program(make, [*blocks, block]), Options()).run(batch, trace=True)
    several = 0
    for state in outcome.states:
        for item in state.trace or ():
            if getattr(item, "fit", None) is fit:
                n = len(state.lists["gam"])
                assert len(item.chi2) == n * (n - 1) // 2
                several += n > 2
                if state.fits[fit] is not None:
                    assert state.fits[fit].chi2 == min(c.chi2 for c in item.accepted)
    assert several > 10


def test_the_photon_cap_keeps_the_highest_energies():
    make, blocks, vertex, gam = with_tracks()
    block, fit = kinematic_fit(make, "fit4c", vertex, gam, photons_cap=3)
    batch = toy_events(DECAY, 150, 9, options=ToyOptions(extra_photons=6.0))
    outcome = evaluate(program(make, [*blocks, block]), batch)
    assert outcome.photon_overflow["fit4c"] > 50
    for state in outcome.states:
        if state.fits.get(fit):
            energies = sorted((state.detector.shower_p4[state.first + i][3] for i in state.lists["gam"]), reverse=True)
            used = [state.p4(state.fits[fit].measured[name])[3] for name in ("gam1", "gam2")]
            assert min(used) >= energies[:3][-1]


def test_cuts_before_the_choice_filter_candidates_and_cuts_after_act_on_the_chosen_one():
    """The same window before and after: before, an event lives if any pair fits; after, only if the best pair does."""
    batch = toy_events(DECAY, 400, 10, options=ToyOptions(extra_photons=2.0))
    counts = {}
    for where in ("before", "after"):
        make, blocks, vertex, gam = with_tracks()
        window = (0.3, 2.0)
        block, fit = kinematic_fit(
            make, "fit4c", vertex, gam, mass_before=window if where == "before" else None, ceiling=1e4, chi2=1e4
        )
        if where == "after":
            m = mass_of(product(fit, "gam1", False), product(fit, "gam2", False))
            cut = Require(cut=Cut("window"), condition=compare(m, ">=", make.number("window", window[0])))
            block = Block("fit4c", "kinematic_fit", (*block.steps, cut))
        outcome = evaluate(program(make, [*blocks, block]), batch)
        counts[where] = int(outcome.accepted.sum())
    assert counts["before"] > 2 * counts["after"] > 0


def test_an_optional_fit_never_rejects_and_its_chi2_is_infinite():
    make, blocks, vertex, gam = with_tracks()
    main, fit = kinematic_fit(make, "pions", vertex, gam)
    other, kaons = kinematic_fit(make, "kaons", vertex, gam, optional=True, species=Species.K)
    first, second = (FitValue(type=NUM, fit=f, quantity=FitQuantity.CHI2) for f in (fit, kaons))
    better = Require(cut=Cut("better"), condition=compare(first, "<", second))
    batch = toy_events(DECAY, 200, 11)
    outcome = evaluate(program(make, [*blocks, main, other, Block("better", "require", (better,))]), batch)
    passed = outcome.passed[:, [c.cut.name for c in outcome.cuts].index("pions.chi2")]
    assert [c.cut.block for c in outcome.cuts].count("kaons") == 0
    assert passed.sum() > 80
    absent = [s for s in outcome.states if s.fits.get(fit) and s.fits[kaons] is None]
    assert absent and all(state.alive for state in absent)
    assert outcome.accepted.sum() > 0.95 * passed.sum()


def test_another_species_repeats_the_vertex_fit_with_its_own_helices():
    """On K+ K- pi0 events the kaon hypothesis must fit, although the vertex fit before was made of pions."""
    make, blocks, vertex, gam = with_tracks()
    kaon_block, kaons = kinematic_fit(make, "kaons", vertex, gam, optional=True, species=Species.K)
    chosen = program(make, [*blocks, kaon_block])
    options = Options(overrides=overridden(chosen, pid_prob_cut=-1.0))
    batch = toy_events("J/psi -> K+ K- pi0", 300, 12)
    outcome = evaluate(chosen, batch, options)
    chi2 = [state.fits[kaons].chi2 for state in outcome.states if state.fits.get(kaons)]
    assert len(chi2) > 60 and np.median(chi2) < 10


def test_classic_and_kalman_fitter_agree_nearly():
    batch = toy_events(DECAY, 150, 13)
    chi2 = [
        evaluate(rhopi(fit5c=False, fitter=fitter), batch).tuples["rhopi"].columns["chi2"] for fitter in Fitter
    ]
    assert len(chi2[0]) == len(chi2[1]) > 60
    assert np.allclose(chi2[0], chi2[1], rtol=0.1, atol=0.3)
    assert not np.allclose(chi2[0], chi2[1], rtol=1e-6)


def test_the_ceiling_refuses():
    chosen = rhopi(fit5c=False)
    batch = toy_events(DECAY, 150, 14)
    tight = evaluate(chosen, batch, Options(overrides=overridden(chosen, fit4c_ceiling=5.0)))
    usual = evaluate(chosen, batch)
    assert 0 < tight.accepted.sum() < usual.accepted.sum()
    assert max(tight.tuples["rhopi"].columns["chi2"]) <= 5.0


def test_a_region_that_rejects_leaves_the_others_alone():
    make, blocks, vertex, gam = with_tracks()
    block, fit = kinematic_fit(make, "fit4c", vertex, gam)
    m = mass_of(product(fit, "gam1"), product(fit, "gam2"))

    def region(name: str, operator: str) -> Region:
        condition = compare(m, operator, make.number(f"{name}.mass", 0.135))
        cut = Require(cut=Cut("window"), condition=condition)
        return Region(name, None, (Block("window", "require", (cut,)),))

    regions = (region("below", "<"), region("above", ">="))
    chosen = program(make, [*blocks, block], outputs(make, fit, gam), regions)
    outcome = evaluate(chosen, toy_events(DECAY, 200, 15))
    below, above = outcome.regions["below"], outcome.regions["above"]
    assert below.sum() > 20 and above.sum() > 20
    assert not np.any(below & above) and np.array_equal(below | above, outcome.accepted)
    assert [c.region for c in outcome.cuts[-2:]] == ["below", "above"]
    assert len(outcome.tuples["rhopi"].events) == outcome.accepted.sum()


def test_a_run_without_an_interaction_point_passes_no_vertex_cut():
    outcome = evaluate(rhopi(), toy_events(DECAY, 20, 16), Options(vertex=None))
    assert not outcome.accepted.any()


def test_the_interaction_point_matters():
    chosen = rhopi()
    batch = toy_events(DECAY, 200, 17, options=ToyOptions(beam_spot=(2.0, 0.0, 0.0)))
    at_origin, at_spot = (
        evaluate(chosen, batch, Options(vertices=vertices)).accepted.sum()
        for vertices in ({}, {1000: (2.0, 0.0, 0.0)})
    )
    assert at_spot > 50 and at_origin < 0.3 * at_spot


def test_arrays_keep_the_highest_energies_and_count_what_they_lose():
    chosen = rhopi(fit5c=False)
    batch = toy_events(DECAY, 100, 18, options=ToyOptions(extra_photons=4.0))
    full = evaluate(chosen, batch).tuples["rhopi"]
    short = evaluate(chosen, batch, Options(overrides=overridden(chosen, rhopi_e_gam_max=2))).tuples["rhopi"]
    lost = 0
    for every, kept in zip(full.arrays["e_gam"], short.arrays["e_gam"]):
        expected = sorted(every)[-2:]
        assert [e for e in every if e in expected] == kept
        lost += len(every) - len(kept)
    assert lost == short.truncated["e_gam"] > 0


def test_histogram_counts_every_accepted_event_once():
    outcome = evaluate(rhopi(), toy_events(DECAY, 100, 19))
    histogram = outcome.histograms["m_gg"]
    assert sum(histogram.contents.values()) == outcome.accepted.sum() > 20
    inside = sum(content for (place,), content in histogram.contents.items() if 0 < place < 61)
    assert inside > 0.7 * outcome.accepted.sum()


def test_a_chi2_of_a_failed_fit_is_stored_as_9999():
    from dsl4bes.semantics.output import stored

    assert stored(inf) == 9999.0 and stored(float("nan")) == -999.0 and stored(True) == 1.0


def test_an_outcome_agrees_with_itself_and_not_with_another():
    batch, chosen = toy_events(DECAY, 150, 20), rhopi()
    judge = Evaluator(chosen, Options())
    outcome = judge.run(batch)
    assert cross(outcome, recorded(outcome), evaluator=judge).agrees
    other = evaluate(chosen, batch, Options(overrides=overridden(chosen, photons_time_high=20.0)))
    report = cross(outcome, recorded(other), evaluator=judge)
    assert not report.agrees and report.first is not None
    text = str(report.first)
    assert "photons.ngam" in text and "ticks" in text and "threshold 14" in text


def test_a_value_at_a_cut_within_the_fits_tolerance_is_reported_as_such():
    batch, chosen = toy_events(DECAY, 150, 21), rhopi(fit5c=False)
    judge = Evaluator(chosen, Options())
    chi2 = sorted(judge.run(batch).tuples["rhopi"].columns["chi2"])
    threshold = chi2[len(chi2) // 2] + 1e-6  # just above the chi2 of one event
    here = Evaluator(chosen, Options(overrides=overridden(chosen, fit4c_chi2=threshold)))
    there = evaluate(chosen, batch, Options(overrides=overridden(chosen, fit4c_chi2=threshold - 2e-6)))
    report = cross(here.run(batch), recorded(there), evaluator=here)
    assert report.agrees and len(report.tolerated) == 1
    assert "fit4c.chi2" in str(report.tolerated[0]) and "tolerance" in str(report.tolerated[0])


def test_speed():
    batch, chosen = toy_events(DECAY, 500, 22), rhopi()
    evaluate(chosen, batch.slice(0, 20))
    start = time.process_time()
    evaluate(chosen, batch)
    assert 500 / (time.process_time() - start) > 200


def test_every_fit_of_a_program_is_covered():
    """The sample really has what the tests above are about."""
    steps = [step for block in rhopi().blocks for step in block.steps]
    assert sum(isinstance(step, KinematicFit) for step in steps) == 2
