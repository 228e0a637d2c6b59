"""Candidates of earlier blocks on both roads: random settings, mutants, another order of the event, the conjugate event, real events.

The programs hold omegas and D mesons made of pi0 candidates, and what is made of those in turn; candidates of BOSS's own lists; fits of candidates.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from cross_check_tools import Compiled, assert_agree, built, compiled, cross_check
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from symmetry_tools import conjugate, permuted
from test_symmetries import VERTEX, assert_same_rows, rows_of

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, random_batch, toy_events
from dsl4bes.semantics.evaluate import evaluate

OMEGAS = """analysis "Om" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks do
        vr < 1 cm
        vz < 10 cm
        ngood >= 2
    end
    photons do
        energy > 25 MeV
        time 0..14
    end
    pid do
        identify :pip
        identify :pim
    end
    combine(:pi0) do
        decay "pi0 -> gam gam"
        mass  0.115 GeV..0.150 GeV
        constrain :mass
        chi2 < 50
        keep :all
        optional
    end
    combine(:om) do
        decay "omega(782) -> pi+ pi- pi0"
        from  pip, pim, pi0
        mass  0.5 GeV..1.2 GeV
        require "chi2 of the pi0", pi0.chi2 < 40 and e(pi0.gam1) > 30 MeV
        keep  :all
    end
    combine(:two) do
        decay "two -> pi0 pi0"
        from pi0
        choose min: (m(pi0_1.raw.pi0) - mass("pi0"))**2 + (m(raw.pi0_2) - mass("pi0"))**2
        optional
    end
    combine(:b) do
        decay "b -> omega(782) pi0"
        from om, pi0
        choose min: abs(m(omega) - mass("omega(782)"))
        optional
    end
end
ntuple("om", per: om) do
    column m: m(om), p: p(om.pi0), g: index(om.pi0.gam1), chi2: om.pi0.chi2, mr: m(om.raw.pi0), n: count(om), e: e(om.pi0.raw.gam2)
end
ntuple("two") do
    column p: passed(two), m: m(two), a: m(two.pi0_1), g1: index(two.pi0_1.gam1), g2: index(two.pi0_2.gam1), c: two.pi0_2.chi2
    column b: m(b), bg: index(b.omega.pi0.gam1), bh: index(b.pi0.gam1), bp: index(b.omega.pip)
end
"""
CHARM = """analysis "Dd" do
    ecms 3.773 GeV
end
event_selection do
    charged_tracks(:loose) do
        vr < 10 cm
        vz < 50 cm
        nloose >= 2
    end
    photons do
        energy > 25 MeV
        time 0..14
    end
    pid do
        from loose
        prob_cut 0.001
        identify :pip, :pim, as: :most_probable
        identify :kp, :km, as: :most_probable
    end
    combine(:pi0) do
        decay "pi0 -> gam gam"
        mass  0.115 GeV..0.150 GeV
        keep :all
        optional
    end
    combine(:d0) do
        decay "D0 -> K- pi+ pi0"
        from  km, kp, pip, pim, pi0
        mass  1.7 GeV..2.0 GeV
        keep  :all
        optional
    end
    combine(:pair) do
        decay "psi(3770) -> D0 anti-D0"
        from d0
        choose min: abs(m(d0) - m(d0bar)) + 0.3 * abs(m(pair) - 3.773)
        optional
    end
    combine(:dst) do
        decay "D*(2007)0 -> D0 pi0"
        from d0, pi0
        max_candidates 4
        choose :nearest_mass, per: :charge_state
        optional
    end
    for d0 do
        combine(:ds) do
            decay "D*(2010)+ -> D0 pi+"
            conjugate
            from d0, pip, pim
            keep :all
            optional
        end
        ntuple("ds") do
            column n: count(ds), q: charge(d0.km), m: m(d0)
        end
        for ds do
            ntuple("dsin") do
                column m: m(ds), q: charge(ds.pip), k: index(ds.d0.km)
            end
        end
    end
end
ntuple("dst", per: dst) do
    column m: m(dst), q: charge(dst.d0.km), g: index(dst.d0.pi0.gam1), h: index(dst.pi0.gam2)
end
ntuple("pair") do
    column m: m(pair), a: index(pair.d0.km), b: index(pair.d0bar.km), qa: charge(pair.d0.km), qb: charge(pair.d0bar.km), ok: passed(pair)
end
"""
#: Every list of BOSS, with and without lists of the program; candidates of candidates.
LISTS = """analysis "Lists" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks(:loose) do
        vr < 10 cm
        vz < 50 cm
    end
    photons do
        energy > 30 MeV
        time 0..14
    end
    pid do
        from loose
        prob_cut 0.001
        identify :pip, :pim, as: :most_probable
        identify :prp, :prm, as: :most_probable
    end
    combine(:pi0) do
        decay "pi0 -> gam gam"
        from EvtRecPi0Col, gam
        mass 0.115 GeV..0.150 GeV
        chi2 < 50
        cos_decay < 0.98
        keep :all
        optional
    end
    combine(:best) do
        decay "pi0 -> gam gam"
        from EvtRecPi0Col
        choose :min_chi2
        optional
    end
    combine(:eta) do
        decay "eta -> gam gam"
        from EvtRecEtaToGGCol, gam
        reject_both_endcap
        choose :nearest_mass
        optional
    end
    combine(:ks) do
        decay "K_S0 -> pi+ pi-"
        from EvtRecVeeVertexCol, pip, pim
        mass_window 30 MeV
        keep :all
        optional
    end
    combine(:lam) do
        decay "Lambda0 -> p+ pi-"
        from EvtRecVeeVertexCol
        choose :nearest_mass, per: :charge_state
        optional
    end
    combine(:lamid) do
        decay "Lambda0 -> pi- p+"
        from EvtRecVeeVertexCol, prp, prm, pip, pim
        mass_window 30 MeV
        keep :all
        optional
    end
    combine(:om) do
        decay "omega(782) -> pi+ pi- pi0"
        from pip, pim, pi0
        keep :all
        optional
    end
    combine(:sig) do
        decay "Sigma0 -> Lambda0 gam"
        from lamid, gam
        choose :nearest_mass, per: :charge_state
        optional
    end
end
ntuple("pi0", per: pi0) do
    column m: pi0.mass, c: pi0.chi2, a: index(pi0.gam1), b: index(pi0.gam2), mm: m(pi0), p: p(pi0.gam1), r: m(pi0.raw.pi0)
end
ntuple("om", per: om) do
    column m: m(om), a: index(om.pi0.gam1), c: om.pi0.chi2, pm: om.pi0.mass
end
ntuple("ks", per: ks) do
    column m: ks.mass, c: ks.chi2, a: index(ks.pip), b: index(ks.pim), e: e(ks), r: m(ks.raw.ks)
end
ntuple("lam", per: lam) do
    column m: lam.mass, a: index(lam.prp), b: index(lam.pim), q: charge(lam.prp), e: e(lam)
end
ntuple("ev") do
    column n: count(lamid), bc: best.chi2, bm: best.mass, em: m(eta), ec: eta.chi2
end
ntuple("sig", per: sig) do
    column m: m(sig), q: charge(sig.lambda.prp), p: p(sig.lambda), c: sig.lambda.chi2
end
"""

#: Fits whose products are candidates: tracks and showers of each, as measured.
FITS = """analysis "Fits" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks do
        vr < 10 cm
        vz < 50 cm
        ngood >= 2
    end
    photons do
        energy > 25 MeV
        time 0..14
    end
    pid do
        prob_cut 0.001
        identify :pip, :pim, as: :most_probable
        identify :kp, :km, as: :most_probable
    end
    combine(:pi0) do
        decay "pi0 -> gam gam"
        mass  0.115 GeV..0.150 GeV
        constrain :mass
        keep :all
        optional
    end
    combine(:best) do
        decay "eta -> gam gam"
        mass 0.1 GeV..0.9 GeV
        choose :nearest_mass
    end
    kinematic_fit(:two) do
        decay "J/psi -> pi+ pi- pi0 pi0"
        from pip, pim, pi0
        constrain :four_momentum
        require "close", abs(m(pi0_1) - mass("pi0")) < 40 MeV
        choose :min_chi2
        optional
    end
    combine(:om) do
        decay "omega(782) -> pi+ pi- pi0"
        from pip, pim, pi0
        constrain :mass, :pi0
        mass 0.6 GeV..0.95 GeV
        keep :all
        optional
    end
    kinematic_fit(:ompi) do
        decay "J/psi -> omega(782) pi0 pi0"
        from om, pi0
        constrain :four_momentum
        max_candidates 6
        choose :min_chi2
        optional
    end
    combine(:kst) do
        decay "K*(892)+ -> K+ pi0"
        from kp, km, pi0
        keep :all
        optional
    end
    kinematic_fit(:kk) do
        decay "J/psi -> K*(892)+ K- pi0"
        from kst, kp, km, pi0
        constrain :four_momentum
        choose :min_chi2, per: :charge_state
        optional
    end
    combine(:y) do
        decay "y -> omega(782) omega(782)"
        from om
        keep :all
        optional
    end
    kinematic_fit(:z) do
        decay "J/psi -> eta pi+ pi-"
        from eta: best, pip, pim
        constrain :four_momentum, :eta
        choose :min_chi2
        optional
    end
    kinematic_fit(:w) do
        decay "J/psi -> (omega(782) -> pi+ pi- pi0) (b1 -> gam pi0)"
        from pip, pim, pi0, gam
        constrain :four_momentum
        max_photons 4
        choose :min_chi2
        optional
    end
end
ntuple("ev") do
    column two: two.chi2, a: index(two.gam1), b: index(two.gam3), n2: passed(two)
    column ompi: ompi.chi2, c: index(ompi.gam1), d: index(ompi.gam3), e: index(ompi.gam6)
    column z: z.chi2, zg: index(z.gam1), mz: m(z.eta), w: w.chi2, wg: index(w.gam3)
end
ntuple("om", per: om) do
    column m: m(om), c: om.chi2, r: m(om.raw.om), p: m(om.pi0), a: index(om.gam1), b: index(om.pip)
end
ntuple("kk", per: kk) do
    column c: kk.chi2, k: index(kk.kp), q: charge(kk.kp), a: index(kk.gam1), b: index(kk.gam3)
end
"""

PROGRAMS = {"omegas": OMEGAS, "charm": CHARM, "lists": LISTS, "fits": FITS}
DECAYS = {
    "fits": "J/psi -> (K*(892)+ -> K+ pi0) K- pi0",
    "lists": "J/psi -> (Sigma0 -> Lambda0 gamma) (anti-Lambda0 -> anti-p- pi+)",
    "omegas": "J/psi -> (omega(782) -> pi+ pi- pi0) pi0 pi0",
    "charm": "psi(3770) -> (D0 -> K- pi+ pi0) (anti-D0 -> K+ pi- pi0)",
}
BUSY = ToyOptions(extra_photons=1.0)


@lru_cache(maxsize=4)
def program(name: str) -> Compiled:
    return compiled(PROGRAMS[name], f"{name}.bes")


@lru_cache(maxsize=4)
def batches(name: str) -> tuple[Batch, ...]:
    stress = ToyOptions(stress=True, extra_photons=2.0)
    return (toy_events(DECAYS[name], 100, 3, options=BUSY), toy_events(DECAYS[name], 60, 4, options=stress), random_batch(9, 150))


@pytest.mark.parametrize("name", PROGRAMS)
def test_both_roads_agree(name):
    made_over = [permuted(batches(name)[0], 1), conjugate(batches(name)[0])] if name == "lists" else []
    assert_agree(cross_check(program(name), [*batches(name), *made_over]))


_SETTINGS = {
    "omegas": st.fixed_dictionaries({}, optional={
        "photons_energy": st.sampled_from([0.0, 0.025, 0.05]),
        "combine_max_photons": st.integers(2, 9),
        "combine_max_candidates": st.integers(1, 12),
        "pi0_mass_low": st.floats(0.05, 0.13),
        "pi0_chi2": st.floats(0.5, 60),
        "om_mass_high": st.floats(0.6, 1.5),
        "kinematic_fit_ceiling": st.sampled_from([5.0, 200.0]),
    }),
    "charm": st.fixed_dictionaries({}, optional={
        "loose_vr": st.floats(0.05, 10),
        "pid_prob_cut": st.sampled_from([0.0, 0.001, 0.1]),
        "combine_max_photons": st.integers(2, 8),
        "combine_max_candidates": st.integers(1, 12),
        "dst_max_candidates": st.integers(1, 6),
        "d0_mass_low": st.floats(1.0, 1.8),
    }),
    "fits": st.fixed_dictionaries({}, optional={
        "combine_max_photons": st.integers(2, 8),
        "kinematic_fit_max_candidates": st.integers(1, 8),
        "ompi_max_candidates": st.integers(1, 8),
        "kinematic_fit_ceiling": st.sampled_from([20.0, 200.0]),
        "pi0_mass_low": st.floats(0.05, 0.13),
        "best_mass_low": st.floats(0.1, 0.5),
    }),
    "lists": st.fixed_dictionaries({}, optional={
        "photons_energy": st.sampled_from([0.0, 0.025, 0.05]),
        "loose_vr": st.floats(0.05, 10),
        "pid_prob_cut": st.sampled_from([0.0, 0.001, 0.1]),
        "pi0_mass_low": st.floats(0.08, 0.13),
        "pi0_chi2": st.floats(0.5, 2500),
        "ks_mass_window": st.floats(0.001, 0.3),
        "combine_max_candidates": st.integers(1, 5),
    }),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), seed=st.integers(0, 1000))
def test_random_settings(name, data, seed):
    overrides = data.draw(_SETTINGS[name])
    made = program(name)
    events = [toy_events(DECAYS[name], 60, seed, options=BUSY), random_batch(seed, 60)]
    assert_agree(cross_check(made, events, overrides, selection=built(made)), tolerated=0.05)


#: What goes wrong: the program, and text of the generated source → what it becomes.
MUTANTS: dict[str, tuple[str, str, str]] = {
    "photons of one pi0 in another": ("omegas", "ctx.pi0_kept[pi0_2].gam1 == ctx.pi0_kept[pi0_1].gam2 || ", ""),
    "photons of an omega's pi0 in another": ("omegas", " || ctx.pi0_kept[pi0].gam2 == ctx.om_kept[omega].pi0.gam2", ""),
    "measured momentum of a fitted pi0": ("omegas", "candidate.pi0_p4 = candidate.pi0.pi0_p4;", "candidate.pi0_p4 = candidate.pi0.pi0_raw;"),
    "identical ones not numbered by energy": ("omegas", "candidates_by_energy(ctx.pi0_kept, &Pi0Result::pi0_raw, some_pi0)", "some_pi0"),
    "the last candidate is never tried": ("omegas", "k < some_pi0.size()", "k + 1 < some_pi0.size()"),
    "another candidate than the one tried": ("charm", "candidate.d0bar = ctx.d0_kept[d0bar];", "candidate.d0bar = ctx.d0_kept[d0];"),
    "a candidate in the other chain": ("charm", "if (ctx.d0_kept[d0].conjugate != (chain == 1)) continue;", "if (ctx.d0_kept[d0].conjugate == (chain == 1)) continue;"),
    "any candidate as the antiparticle": ("charm", "if (!ctx.d0_kept[d0bar].conjugate || ", "if ("),
    "any photon of BOSS's pi0": ("lists", "if (!contains(ctx.gam, candidate.gam2)) return false;", ""),
    "fitted photons exchanged": ("lists", "candidate.gam1_p4 = entry->hiPfit();", "candidate.gam1_p4 = entry->loPfit();"),
    "daughters exchanged": ("lists", "candidate.prp = place_in(ctx.records, chain == 0 ? entry->daughter(0) : entry->daughter(1));", "candidate.prp = place_in(ctx.records, entry->daughter(1));"),
    "any Lambda for a Lambda": ("lists", "if (entry->vertexId() != (chain == 0 ? 3122 : -3122)) return false;", "if (entry->vertexId() == 310) return false;"),
    "the chain of a Lambda that is taken": ("lists", "if (ctx.lamid_kept[lambda].conjugate != (chain == 1)) continue;", ""),
    "a photon of another candidate": ("fits", "candidate.gam2 = ctx.kst_kept[kstp].pi0.gam2;", "candidate.gam2 = ctx.kst_kept[kstp].pi0.gam1;"),
    "a K* in the other chain": ("fits", "ctx.kst_kept[kstp].conjugate != (chain == 1)", "ctx.kst_kept[kstp].conjugate == (chain == 1)"),
    "the limit does not bind": ("charm", "&D0Result::d0_raw, m_dst_max_candidates,", "&D0Result::d0_raw, 1000,"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", list(MUTANTS))
def test_mutant_is_found(name):
    which, before, after = MUTANTS[name]
    made = program(which)
    text = made.files[made.source]
    assert before in text, f"the generated source no longer has: {before}"
    wrong = replace(made, files={**made.files, made.source: text.replace(before, after, 1)})
    assert not cross_check(made, batches(which), selection=built(wrong)).agrees


#: Columns that are positions in the event, or tell which of two candidates of the same numbers was first.
PLACES = ("g", "h", "k", "a", "b", "g1", "g2", "bg", "bh", "bp")
CHARGES = {"charm": ("q", "qa", "qb"), "omegas": ()}


@pytest.mark.parametrize("name", ["omegas", "charm"])
def test_order_of_the_event_and_charge_conjugation(name):
    """The same rows in permuted events; in conjugate ones with the charges flipped, D0 and anti-D0 of a pair exchanged."""
    batch = toy_events(DECAYS[name], 100, 8, options=BUSY)
    made = program(name).program
    before = evaluate(made, batch, VERTEX)
    assert sum(len(rows.events) for rows in before.tuples.values()) > 60
    after = evaluate(made, permuted(batch, 1), VERTEX)
    np.testing.assert_array_equal(after.passed, before.passed)
    assert_same_rows(filled(rows_of(after, unseen=PLACES)), filled(rows_of(before, unseen=PLACES)))
    other = evaluate(made, conjugate(batch), VERTEX)
    np.testing.assert_array_equal(other.accepted, before.accepted)
    unseen = (*PLACES, *(column for column in CHARGES[name] if column != "q"))
    flipped = {column: (column, 1) for rows in before.tuples.values() for column in rows.columns} | {"q": ("q", -1)}
    expected = rows_of(before, None if name == "omegas" else flipped, unseen)
    assert_same_rows(filled(rows_of(other, unseen=unseen)), filled(expected))


def filled(tables: dict[str, list[tuple]]) -> dict[str, list[tuple]]:
    return {name: rows for name, rows in tables.items() if rows}
