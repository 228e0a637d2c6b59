"""ParticleID against what BOSS 7.0.4 computed, and the quirks of its interface."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pytest
from standin_tools import DATA, batch, have_toolchain, helix_rows, open_job

REFERENCE = DATA / "boss_reference.jsonl.gz"
MRPC = DATA / "test_mrpc.dst"
pytestmark = pytest.mark.skipif(not have_toolchain(), reason="no C++ compiler or CLHEP")

_TRACK = """SmartDataPtr<EvtRecTrackCol> tracks(eventSvc(), EventModel::EvtRec::EvtRecTrackCol);
    for (unsigned int i = 0; i < tracks->size(); ++i) {
      EvtRecTrack* track = (*tracks)[i];"""
_SHOW = """
      m_valid = pid->IsPidInfoValid();
      for (int n = 0; n < 5; ++n) {
        m_prob[n] = pid->prob(n); m_pdf[n] = pid->pdf(n); m_lhf[n] = pid->lhf(n);
        m_tof1[n] = pid->chiTof1(n); m_tof2[n] = pid->chiTof2(n); m_tofe[n] = pid->chiTofE(n); m_dedx[n] = pid->chiDedx(n);
      }
      m_ndof = pid->ndof();
      m_type = RecMdcKalTrack::getPidType();
      m_tuple->write();
    }"""
_MEMBERS = """NTuple::Tuple* m_tuple; NTuple::Item<bool> m_valid; NTuple::Item<int> m_ndof, m_type;
  NTuple::Array<double> m_prob, m_pdf, m_lhf, m_tof1, m_tof2, m_tofe, m_dedx;
  int m_systems, m_hypotheses, m_method;"""
_CONSTRUCTOR = """declareProperty("Systems", m_systems = 6); declareProperty("Hypotheses", m_hypotheses = 28);
    declareProperty("Method", m_method = 1);"""
_INITIALIZE = """m_tuple = ntupleSvc()->book("FILE1/pid", CLID_ColumnWiseTuple, "pid");
    m_tuple->addItem("valid", m_valid); m_tuple->addItem("ndof", m_ndof); m_tuple->addItem("type", m_type);
    m_tuple->addItem("prob", 5, m_prob); m_tuple->addItem("pdf", 5, m_pdf); m_tuple->addItem("lhf", 5, m_lhf);
    m_tuple->addItem("tof1", 5, m_tof1); m_tuple->addItem("tof2", 5, m_tof2); m_tuple->addItem("tofe", 5, m_tofe);
    m_tuple->addItem("dedx", 5, m_dedx);"""
_STANDARD = (
    _TRACK
    + """
      ParticleID* pid = ParticleID::instance();
      pid->init();
      pid->setMethod(m_method);
      pid->setChiMinCut(4);
      pid->setRecTrack(track);
      if (m_systems) pid->usePidSys(m_systems);
      if (m_hypotheses) pid->identify(m_hypotheses);
      pid->calculate();"""
    + _SHOW
)


def run(events, options="", body=_STANDARD):
    with open_job(body, options, members=_MEMBERS, constructor=_CONSTRUCTOR, initialize=_INITIALIZE) as job:
        job.process(events)
        return job.tuples()["FILE1/pid"], job.messages()


def reference_tracks():
    """Every charged track of the reference that has TOF hits."""
    with gzip.open(REFERENCE, "rt") as file:
        for line in file:
            yield from (track for track in json.loads(line)["charged"] if track.get("tof"))


def as_batch(tracks):
    hits = [hit for track in tracks for hit in track["tof"]]
    counts = np.array([len(track["tof"]) for track in tracks])
    helices = np.array([track["helix_pi"] for track in tracks])
    numbers = np.arange(len(tracks))
    first = np.concatenate([[0], np.cumsum(counts)])[:-1]
    tof = {
        name: [hit[name] for hit in hits]
        for name in ("status", "path", "tof", "quality", "texp", "toffset", "sigma")
    }
    return batch(
        1,
        track={"mdc": numbers, "kal": numbers, "tof_first": first, "tof_count": counts},
        tof_link={"tof": np.arange(len(hits))},
        mdc={"helix": helices},
        kal=helix_rows(helices),
        tof=tof,
    )


@pytest.mark.skipif(not REFERENCE.exists(), reason="the BOSS reference is not here")
@pytest.mark.parametrize(
    ("method", "name", "column"), [(1, "pid_tof_probability", "prob"), (2, "pid_tof_likelihood", "pdf")]
)
def test_time_of_flight_equals_boss(method, name, column):
    tracks = list(reference_tracks())
    assert len(tracks) > 600
    rows, _ = run(as_batch(tracks), f"Probe.Method = {method};")
    compared = 0
    for i, track in enumerate(tracks):
        theirs = track[name]
        assert rows["valid"][i] == theirs["valid"], i
        if not theirs["valid"]:
            continue
        assert np.allclose(rows[column][i], theirs["value"], atol=1e-7, rtol=1e-6), i
        for layer in ("tof1", "tof2"):
            wanted = theirs.get(f"chi_{layer}")
            if wanted is not None:
                assert np.allclose(rows[layer][i], wanted, atol=1e-6), (i, layer)
                compared += 1
    assert compared > 600


def one_track(**more):
    helix = [[0.1, 0.3, 1.25, 0.2, 0.4]]
    rows = {
        "track": {"mdc": [0], "kal": [0], **more.pop("track", {})},
        "mdc": {"helix": helix},
        "kal": helix_rows(helix),
    }
    return batch(1, **rows, **more)


def dedx_row(chi, hits=20, norm=0.6):
    return {"chi": [chi], "good_hits": [hits], "norm_ph": [norm]}


def test_dedx_alone():
    from scipy.stats import chi2

    chi = [-2.0, 1.0, 0.5, -3.0, -9.0]
    rows, _ = run(one_track(track={"dedx": [0]}, dedx=dedx_row(chi)), "Probe.Systems = 1;")
    assert rows["valid"][0] and rows["ndof"][0] == 1
    assert np.allclose(rows["prob"][0], chi2.sf(np.square(chi), 1), rtol=1e-9)


@pytest.mark.parametrize(
    "row", [dedx_row([5, 5, 5, 5, 5]), dedx_row([0, 0, 0, 0, 0], hits=4), dedx_row([0, 0, 0, 0, 0], norm=31)]
)
def test_dedx_that_does_not_count(row):
    rows, _ = run(one_track(track={"dedx": [0]}, dedx=row), "Probe.Systems = 1;")
    assert not rows["valid"][0] and rows["ndof"][0] == 0
    assert rows["dedx"][0].tolist() == [99] * 5


def test_only_identified_hypotheses_make_a_system_count():
    """|chi| < 4 for the electron alone: counts if the electron is asked for, not if only pion and kaon are."""
    events = one_track(track={"dedx": [0]}, dedx=dedx_row([1.0, 6, 6, 6, 6]))
    assert run(events, "Probe.Systems = 1; Probe.Hypotheses = 13;")[0]["valid"][0]
    assert not run(events, "Probe.Systems = 1; Probe.Hypotheses = 12;")[0]["valid"][0]


def test_likelihood_is_zero_for_hypotheses_not_asked_for():
    events = one_track(track={"dedx": [0]}, dedx=dedx_row([0.5, 0.4, 0.3, 0.2, 0.1]))
    rows, _ = run(events, "Probe.Systems = 1; Probe.Hypotheses = 12; Probe.Method = 2;")
    assert rows["pdf"][0][[0, 1, 4]].tolist() == [0, 0, 0]
    assert rows["lhf"][0].sum() == pytest.approx(1)


def test_init_leaves_the_proton_of_the_previous_track():
    body = (
        _TRACK
        + """
      ParticleID* pid = ParticleID::instance();
      pid->init(); pid->setMethod(pid->methodProbability()); pid->setRecTrack(track);
      pid->usePidSys(pid->useDedx()); pid->identify(pid->all()); pid->calculate();
      pid->init();"""
        + _SHOW
    )
    events = one_track(track={"dedx": [0]}, dedx=dedx_row([0.5, 0.4, 0.3, 0.2, 0.1]))
    rows, _ = run(events, body=body)
    assert rows["prob"][0][:4].tolist() == [-1] * 4
    assert rows["prob"][0][4] == pytest.approx(0.9203443)


def test_uncalibrated_systems_never_count_and_say_so_once():
    events = one_track(
        track={"dedx": [0], "ext": [0], "emc": [0], "tof_first": [0], "tof_count": [1]},
        tof_link={"tof": [0]},
        tof={"status": [0]},
        dedx=dedx_row([0.0] * 5),
        ext={"emc_volume": [1]},
        emc={"energy": [0.5]},
    )
    rows, messages = run(events, "Probe.Systems = 513;")
    assert rows["ndof"][0] == 1 and rows["type"][0] == 4
    assert sum("useTofCorr()" in line and "WARNING" in line for line in messages) == 1
    rows, messages = run(events, "Probe.Systems = 33;")
    assert rows["ndof"][0] == 1 and rows["type"][0] == 0
    assert sum("useEmc()" in line for line in messages) == 1


@pytest.mark.skipif(not MRPC.exists(), reason="the MRPC events are not here")
def test_mrpc_end_cap_times_give_a_result():
    from dsl4bes.events.dst import read_dst

    for events in read_dst(MRPC):
        rows, _ = run(events, "Probe.Systems = 14; Probe.Hypotheses = 31;")
        has = np.any(rows["tofe"] != 99, axis=1)
        assert has.sum() >= 5
        best = np.min(np.abs(rows["tofe"][has]), axis=1)
        assert np.median(best) < 2
