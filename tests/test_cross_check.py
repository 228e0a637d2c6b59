"""Two roads, one result: compiled packages and the judge select the same events, event by event.

Every example on toy, busy, random and real events; a selection with everything under random settings (job options against overrides of
the judge, without a rebuild); and mutants planted in the generated C++, each of which the comparison must find.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest
from cross_check_programs import PROGRAMS
from cross_check_tools import Compiled, assert_agree, built, compiled, cross_check, example, vertices
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from semantics_reference import DATA

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, random_batch, toy_events
from dsl4bes.run.errors import RunError
from dsl4bes.run.runner import Selection, Settings
from dsl4bes.run.session import JobSession
from dsl4bes.semantics.compare import CrossCheck, Report
from dsl4bes.semantics.settings import Options

#: Example → decay of its toy events.
_EXAMPLES = {
    "rhopi": "J/psi -> pi+ pi- pi0",
    "pi0_regions": "J/psi -> pi+ pi- pi0",
    "pid": "J/psi -> p+ anti-p- pi+ pi-",
    "proton_efficiency": "J/psi -> p+ anti-p- pi+ pi-",
    "bhabha": "J/psi -> e+ e-",
    "dimuon": "J/psi -> mu+ mu-",
    "two_clusters": "J/psi -> gamma gamma",
    "hadrons": "J/psi -> pi+ pi- pi+ pi- pi0",
    "inclusive_ks": "J/psi -> K_S0 K+ pi-",
    "inclusive_lambda": "J/psi -> Lambda0 anti-Lambda0",
    "inclusive_kstar": "J/psi -> (K*(892)0 -> K+ pi-) (anti-K*(892)0 -> K- pi+)",
    "inclusive_phi": "J/psi -> (phi(1020) -> K+ K-) pi+ pi-",
    "psip_recoil": "psi(2S) -> pi+ pi- (J/psi -> mu+ mu-)",
    "many_photons": "psi(2S) -> pi+ pi- pi0 pi0 pi0",
}

#: A selection in which every rule has work: kaons (other helices than pions), candidate cuts before the choice, regions, optional fits.
EVERYTHING = """
analysis "Everything" do
    ecms            3.097 GeV
    crossing_angle  22 mrad
end

event_selection do
    charged_tracks do
        vr          < 1 cm
        vz          < 10 cm
        cos         < 0.93
        ngood       == 2
        net_charge  0
    end
    photons do
        energy      > 40 MeV
        isolation   > 20 deg
        time        0..14
        ngam        >= 2
    end
    pid do
        systems     :dedx, :tof1, :tof2
        prob_cut    0.001
        identify    :kp
        identify    :km
        nkp         == 1
        nkm         == 1
    end
    vertex_fit(:vertex) do
        from        kp, km
    end
    kinematic_fit(:fit4c) do
        decay       "J/psi -> K+ K- (pi0 -> gam gam)"
        from        vertex, gam
        constrain   :four_momentum
        mass        pi0: 0.05..0.3
        choose      :min_chi2
        chi2        < 200
    end
    kinematic_fit(:pions) do
        decay       "J/psi -> pi+ pi- gam gam"
        from        pip: kp, pim: km, gam
        constrain   :four_momentum
        choose      :min_chi2
        optional
    end
    let t_kp = tof(kp)
    require "time of flight", abs(t_kp - tof(km)) < 4 ns
    veto "pions fit better", pions.chi2 < fit4c.chi2
end

ntuple("kk") do
    column          chi2: fit4c.chi2, chi2_pions: pions.chi2
    column          m_gg: m(fit4c.gam1, fit4c.gam2), m_kk: m(fit4c.kp, fit4c.km)
    column          cos_kp: cos(kp), p_kp: p(kp), cos_cm: cos(kp, frame: :cm)
    column          eop_kp: emc_energy(kp) / p(kp), best: min(e(gam))
    array           :e_gam, e(gam), max: 50
end
"""


@lru_cache(maxsize=16)
def toys(decay: str, seed: int = 41) -> tuple[Batch, ...]:
    """Usual and busy events of a decay, and random ones."""
    busy = ToyOptions(stress=True, extra_photons=3.0, tof_missing=0.3)
    return (
        toy_events(decay, 300, seed),
        toy_events(decay, 120, seed + 1, options=busy),
        random_batch(seed, 200),
    )


@lru_cache(maxsize=1)
def real_events() -> tuple[Batch, ...]:
    from dsl4bes.events.sources import open_events

    paths = [str(DATA / name) for name in ("test_full_mc_evt_1.dst", "test_mrpc.dst")]
    if not all((DATA / path).exists() for path in paths):
        return ()
    return tuple(open_events(paths, 100))


@pytest.mark.parametrize("name", list(_EXAMPLES))
def test_examples(name):
    report = cross_check(example(name), [*toys(_EXAMPLES[name]), *real_events()])
    assert report.events >= 600
    assert_agree(report)


@pytest.mark.parametrize("name", list(PROGRAMS))
def test_programs(name):
    batches = [*toys("J/psi -> p+ anti-p- pi+ pi-"), *toys("J/psi -> pi+ pi- pi0"), *real_events()]
    assert_agree(cross_check(compiled(PROGRAMS[name], f"{name}.bes"), batches))


@lru_cache(maxsize=1)
def everything() -> Compiled:
    return compiled(EVERYTHING)


def test_everything():
    made = everything()
    batches = [
        toy_events("J/psi -> K+ K- pi0", 800, 51), *toys("J/psi -> pi+ pi- pi0"), *toys("J/psi -> K_S0 K+ pi-"),
    ]  # fmt: skip
    assert_agree(cross_check(made, batches))


@pytest.mark.parametrize("method", ["probability", "likelihood"])
@pytest.mark.parametrize("systems", [":dedx", ":tof1, :tof2", ":dedx, :tof1, :tof2, :tofe", ":tof1, :tofe"])
def test_identification(method, systems):
    text = f"""
event_selection.pid(method="{method}") do
    systems     {systems}
    identify    :pip, from: :kaon_and_proton
    identify    :km, from: :pion
    identify    :prp, from: :kaon_and_pion
end
ntuple("lists") do
    column      n_pi: count(pip), n_k: count(km), n_p: count(prp)
end
"""
    text = text.replace("from: :kaon_and_proton", '"from_kaon_and_proton"')
    text = text.replace("from: :kaon_and_pion", '"from_kaon_and_pion"').replace("from: :pion", '"from_pion"')
    batches = [*toys("J/psi -> p+ anti-p- pi+ pi-"), *toys("J/psi -> K+ K- pi0"), *real_events()]
    assert_agree(cross_check(compiled(text), batches))


_SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "charged_tracks_vr": st.floats(0.05, 3),
        "charged_tracks_vz": st.floats(0.5, 20),
        "charged_tracks_cos": st.floats(0.3, 1),
        "photons_energy": st.sampled_from([0.0, 0.025, 0.04, 0.05, 0.1]),
        "photons_isolation": st.floats(0, 1.5),
        "photons_time_low": st.sampled_from([-1.0, 0.0, 1.0, 7.0]),
        "photons_time_high": st.sampled_from([7.0, 13.0, 14.0, 15.0, 60.0]),
        "photons_ngam": st.integers(0, 4),
        "pid_prob_cut": st.sampled_from([-1.0, 0.0, 0.001, 0.1, 0.5]),
        "kinematic_fit_max_photons": st.integers(2, 8),
        "kinematic_fit_ceiling": st.sampled_from([20.0, 200.0, 1000.0]),
        "fit4c_chi2": st.floats(5, 500),
        "crossing_angle": st.sampled_from([0.0, 0.022]),
        "time_of_flight_1": st.floats(0.1, 5),
    },
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(overrides=_SETTINGS, seed=st.integers(0, 1000))
def test_random_settings_on_random_and_toy_events(overrides, seed):
    made = everything()
    options = ToyOptions(extra_photons=1.0, stress=seed % 2 == 0)
    batches = [toy_events("J/psi -> K+ K- pi0", 150, seed, options=options), random_batch(seed, 100)]
    assert_agree(cross_check(made, batches, overrides, selection=built(made)), tolerated=0.05)


#: Draws in which BOSS's fits stop before their minimum: the judge has to stop with them.
_EARLY_STOP = {
    "chi2 of the fit after it": (lambda: toy_events("J/psi -> K+ K- pi0", 150, 427, options=ToyOptions(extra_photons=1.0)), {"photons_energy": 0.0}),
    "fit after it refused": (lambda: random_batch(334, 100), {"photons_isolation": 1.5}),
}  # fmt: skip


@pytest.mark.parametrize("name", _EARLY_STOP)
def test_fits_that_stop_early(name):
    batch, overrides = _EARLY_STOP[name]
    tight = {"vertex_fit_tolerance": 1e-9, "vertex_fit_iterations": 50, "kinematic_fit_tolerance": 1e-9, "kinematic_fit_iterations": 50}
    for settings_of_fits in ({}, tight):
        assert_agree(cross_check(everything(), [batch()], {**overrides, **settings_of_fits}, selection=built(everything())))


# --- mutants of the generated code -----------------------------------------------------------------------------------

#: What goes wrong: text of the generated source → what it becomes.
MUTANTS: dict[str, tuple[tuple[str, str], ...]] = {
    "kaon helix under the pion hypothesis": (
        ("case RecMdcKalTrack::kaon: return track->getZHelixK();", "case RecMdcKalTrack::kaon: return track->getZHelix();"),
    ),
    "covariance of another hypothesis": (
        ("case RecMdcKalTrack::kaon: return track->getZErrorK();", "case RecMdcKalTrack::kaon: return track->getZErrorP();"),
    ),
    "isolation from the first track only": (("for (int i = 0; i < n_charged; ++i) {\n    EvtRecTrack* charged", "for (int i = 0; i < n_charged && i < 1; ++i) {\n    EvtRecTrack* charged"),),
    "ticks taken for ns": (("double(track->emcShower()->time())", "50. * track->emcShower()->time()"),),
    "stale pid type": (("  RecMdcKalTrack::setPidType(RecMdcKalTrack::PidType(hypothesis));\n", ""),),
    "unsigned cos": (("RecMdcKalTrack::kaon).cosTheta())", "RecMdcKalTrack::kaon).cosTheta() * (kalman_p4(ctx.at(only_entry(ctx.kp)), RecMdcKalTrack::kaon).z() < 0. ? -1. : 1.))"),),
    "a shower used twice": (("j = i + 1; j < ordered_gam.size()", "j = i; j < ordered_gam.size()"),),
    "chi2 ceiling left at the default": (("fit->setChisqCut(m_kinematic_fit_ceiling, m_kinematic_fit_tolerance);", "fit->setChisqCut(60., m_kinematic_fit_tolerance);"),),
    "crossing angle halved": (("m_crossing_angle / 2.", "m_crossing_angle / 4."),),
    "absent time of flight passing": (("record->tof() == 9999. || ", ""), ("return endcap;", "return endcap == endcap ? endcap : 0.;")),
    "one step of the fit": (("fit->setIterNumber(m_kinematic_fit_iterations);", "fit->setIterNumber(1);"),),
    "vertex fit without swim": (("  fit->Swim(0);", "  //"),),
    "cut on the candidate after the choice": ((" const double key = candidate.chi2;", " const double key = -candidate.chi2;"),),
    "closed window open": (("m_charged_tracks_cos)) continue;", "m_charged_tracks_cos - 0.1)) continue;"),),
    "net charge of the wrong sign only": (("if (!(sum == m_charged_tracks_net_charge)) return false;", ""),),
}  # fmt: skip


def mutated(made: Compiled, changes: tuple[tuple[str, str], ...]) -> Selection:
    text = made.files[made.source]
    for before, after in changes:
        assert before in text, f"the generated source no longer has: {before}"
        text = text.replace(before, after)
    return built(replace(made, files={**made.files, made.source: text}))


@lru_cache(maxsize=1)
def for_mutants() -> tuple[Batch, ...]:
    options = ToyOptions(extra_photons=1.0, tof_missing=0.3, split_offs=0.4, noise_showers=2.0)
    return (
        toy_events("J/psi -> K+ K- pi0", 300, 61, options=options),
        toy_events("J/psi -> K_S0 K+ pi-", 200, 62, options=options),
        random_batch(63, 200),
    )


def test_the_right_package_agrees_where_mutants_are_looked_for():
    assert_agree(cross_check(everything(), for_mutants()))


@pytest.mark.parametrize("name", list(MUTANTS))
def test_mutant_of_the_generated_code_is_found(name):
    made = everything()
    report = cross_check(made, for_mutants(), selection=mutated(made, MUTANTS[name]))
    assert not report.agrees, f"nothing noticed: {name}"


# --- two instances in one job ----------------------------------------------------------------------------------------

_FIRST, _SECOND = {"charged_tracks_vr": 1.0}, {"charged_tracks_vr": 0.05, "fit4c_chi2": 30.0}


def two_instances(made: Compiled, chosen: Selection) -> list[Report]:
    """A job with a second instance under other settings: what each recorded, against the judge with its settings."""
    batches = [toy_events("J/psi -> K+ K- pi0", 300, 71)]
    table = vertices(batches)
    points = {run: vertex.xyz for run, vertex in table.runs.items()}
    lines = ['ApplicationMgr.TopAlg += { "Everything/Second" };', "Second.record_events = true;"]
    lines += [f"Second.{name} = {value!r};" for name, value in _SECOND.items()]
    reports = []
    for instance, overrides in (("Everything", _FIRST), ("Second", _SECOND)):
        selection = replace(chosen, options="\n".join([chosen.options, *lines]))
        session = JobSession(selection, Settings(vertex=table))
        session._instance = instance  # whose tuples are read
        judge = CrossCheck(made.program, Options(vertex=None, vertices=points, overrides=overrides))
        try:
            for batch in batches:
                judge.check(batch, session.process(batch))
        finally:
            session.close()
        reports.append(judge.report)
    return reports


def test_two_instances_in_one_job():
    made = everything()
    for report in two_instances(made, built(made)):
        assert_agree(report)


def test_the_second_instance_writing_into_the_tuple_of_the_first_is_found():
    """Counters and tuples under a name that both instances share: the job refuses it or the comparison sees it."""
    made = everything()
    shared = mutated(made, (('"FILE1/" + name() + "_kk"', '"FILE1/Everything_kk"'),))
    try:
        reports = two_instances(made, shared)
    except RunError:
        return
    assert not all(report.agrees for report in reports)
