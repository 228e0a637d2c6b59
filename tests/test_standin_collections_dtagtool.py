"""DTagTool and the identification behind D tags: what they answer, against the tags and the truth of toy events."""

from __future__ import annotations

import numpy as np
import pytest
from standin_collections import BEAM, D0, Probe, chain, ks_chain
from standin_tools import have_toolchain

from dsl4bes.events.toy import toy_events
from dsl4bes.run.job import JobError

pytestmark = pytest.mark.skipif(not have_toolchain(), reason="no C++ compiler or CLHEP")

_TOOL = """DTagTool tool; DTagTool loose; loose.setPID(false);
    m_event = head->eventNumber(); m_size = tool.modes_end() - tool.modes_begin(); m_empty = tool.isDTagListEmpty();
    m_lists = tool.D0modes().size() + tool.Dpmodes().size() + tool.Dsmodes().size(); m_mode = tool.mode(EvtRecDTag::kD0toKPi).size(); m_lmode = loose.mode(0).size();
    m_s = tool.findSTag(EvtRecDTag::kD0toKPi, 1); m_de = m_s > 0 ? (*tool.stag())->deltaE() : -9; m_best = -9; double smallest = 1;
    for (DTagToolIterator it = tool.modes_begin(); it != tool.modes_end(); ++it) if ((*it)->decayMode() == 0 && (*it)->charm() == 1 && (*it)->type() == 1 && fabs((*it)->deltaE()) < smallest) { smallest = fabs((*it)->deltaE()); m_best = (*it)->deltaE(); }
    m_anti = tool.findSTag(EvtRecDTag::kD0toKPi, -1); m_any = tool.findSTag(EvtRecDTag::kD0toKPi);
    m_d = tool.findDTag(EvtRecDTag::kD0toKPi, EvtRecDTag::kD0toKPiPi0); m_shared = -1; m_pi0 = -1; m_charms = 0; m_sum = -1; m_pi0e = -1;
    if (m_d > 0) { m_shared = tool.shareTracks(tool.dtag1(), tool.dtag2()); m_charms = (*tool.dtag1())->charm() * (*tool.dtag2())->charm();
      m_sum = 0.5 * ((*tool.dtag1())->mBC() + (*tool.dtag2())->mBC());
      vector<int> id = tool.pi0Id(tool.dtag2()); m_pi0 = id.size(); pi0Iterator p = tool.pi0_begin() + id[0];
      m_pi0e = tool.pi0p4(p).e() - ((*p)->hiPfit() + (*p)->loPfit()).e() + (tool.pi0p4(p, false).m() - (*p)->unconMass());
      m_piok = 0; m_pions = 0; SmartRefVector<EvtRecTrack> t = (*tool.dtag1())->tracks(); m_kaon = tool.isKaon(t[0]) && !tool.isPion(t[0]); m_pion = tool.isPion(t[1]) && !tool.isKaon(t[1]);
      m_p4 = (tool.p4(t[0]->mdcKalTrack(), 3) + tool.p4(t[1]->mdcKalTrack(), 2) - (*tool.dtag1())->p4()).rho(); }
    m_all = tool.findADTag(EvtRecDTag::kD0toKPi, 1, EvtRecDTag::kD0toKPiPi0, -1) ? tool.vdtag1().size() : 0; m_bestsum = 9;
    for (unsigned int i = 0; i < tool.vdtag1().size(); ++i) { double v = 0.5 * ((*tool.vdtag1()[i])->mBC() + (*tool.vdtag2()[i])->mBC()); if (fabs(v - 1.8645) < fabs(m_bestsum - 1.8645)) m_bestsum = v; }
    m_kept = tool.cosmicandleptonVeto(); m_tuple->write();"""
_TOOL_COLUMNS = ("event", "size", "empty", "lists", "mode", "lmode", "s", "de", "best", "anti", "any", "d", "shared", "pi0", "charms", "sum", "pi0e", "piok", "pions",
                 "kaon", "pion", "p4", "all", "bestsum", "kept")  # fmt: skip


def test_the_tool_on_a_double_tag_sample():
    with Probe(_TOOL, *_TOOL_COLUMNS, options=BEAM, vertex=True) as probe:
        found = probe.rows(chain())
    assert len(found["event"]) == 400
    assert np.array_equal(found["empty"] == 1, found["size"] == 0) and np.array_equal(
        found["lists"], found["size"]
    )
    assert (found["lmode"] >= found["mode"]).all() and found["lmode"].sum() > found["mode"].sum()
    assert np.array_equal(found["de"], found["best"]) and found["s"].mean() > 0.7
    assert found["anti"].mean() < 0.1 and (found["any"] >= found["s"]).all()
    double = found["d"] == 1
    assert double.mean() > 0.35
    assert (
        set(found["shared"][double]) == {0}
        and set(found["charms"][double]) == {-1}
        and set(found["pi0"][double]) == {1}
    )
    assert np.abs(found["pi0e"][double]).max() < 1e-9 and np.abs(found["p4"][double]).max() < 1e-9
    assert set(found["kaon"][double]) == {1} and set(found["pion"][double]) == {1}
    assert np.allclose(found["sum"][double], found["bestsum"][double]) and (found["all"][double] >= 1).all()
    assert abs(np.median(found["sum"][double]) - D0) < 3e-4


_KS_TOOL = """DTagTool tool; m_ks = -1; m_same = -1;
    if (tool.findSTag(EvtRecDTag::kD0toKsPiPi)) { vector<int> id = tool.ksId(tool.stag()); m_ks = id.size(); ksIterator k = tool.ks_begin() + id[0];
      m_same = (*k)->daughter(0) == (*tool.stag())->tracks()[0] && (*k)->daughter(1) == (*tool.stag())->tracks()[1] && (*k)->mass() == (*tool.stag())->vKsMass()[0]; }
    m_tuple->write();"""


def test_the_tool_finds_the_ks_of_a_tag():
    with Probe(_KS_TOOL, "ks", "same", options=BEAM, vertex=True) as probe:
        found = probe.rows(ks_chain())
    tagged = found["ks"] >= 0
    assert tagged.mean() > 0.3 and set(found["ks"][tagged]) == {1} and set(found["same"][tagged]) == {1}


@pytest.mark.parametrize(
    ("decay", "low", "high"),
    [
        ("J/psi -> e+ e-", 0, 0.3),
        ("J/psi -> mu+ mu-", 0, 0.35),
        ("J/psi -> pi+ pi+ pi- pi- (pi0 -> gam gam)", 0.8, 1),
    ],
)
def test_lepton_pairs_are_vetoed(decay, low, high):
    with Probe(
        "DTagTool tool; m_kept = tool.cosmicandleptonVeto(); m_tuple->write();", "kept", vertex=True
    ) as probe:
        assert low <= probe.rows(toy_events(decay, 200, 7))["kept"].mean() <= high


@pytest.mark.parametrize(
    ("call", "words"),
    [("tool.pi0Id(tool.modes_begin(), 4);", "fewer pi0"), ("tool.isPion(0);", "without D tags")],
)
def test_what_ends_the_real_job_is_an_error(call, words):
    decay = "psi(3770) -> (D0 -> K- pi+) (anti-D0 -> K+ pi-)" if "pi0" in call else "J/psi -> e+ e-"
    guard = "if (!tool.isDTagListEmpty())" if "pi0" in call else ""
    with (
        Probe(f"DTagTool tool; {guard} {call}", "none", vertex=True) as probe,
        pytest.raises(JobError, match=words),
    ):
        probe.rows(toy_events(decay, 30, 8))


_PID = """ISimplePIDSvc* pid = 0; if (Gaudi::svcLocator()->service("SimplePIDSvc", pid).isFailure()) return StatusCode::FAILURE;
    SmartDataPtr<EvtRecTrackCol> all(eventSvc(), "/Event/EvtRec/EvtRecTrackCol"); SmartDataPtr<EvtRecEvent> sum(eventSvc(), "/Event/EvtRec/EvtRecEvent");
    for (int i = 0; i < sum->totalCharged(); ++i) { EvtRecTrack* t = (*all)[i]; pid->preparePID(t); m_event = head->eventNumber(); m_track = i;
      m_pion = pid->ispion(); m_kaon = pid->iskaon(); m_electron = pid->iselectron(); m_e2 = pid->iselectron(true); m_ppi = pid->probPion(); m_pk = pid->probKaon(); m_pe = pid->probElectron(); m_pp = pid->probProton();
      m_dedx = pid->getdEdxChi(2); m_tof = pid->getTOFChi(2); m_chi2 = pid->getChi2(2); m_like = pid->getElectronLikelihood(); m_emc = pid->getEmcE(); m_type = RecMdcKalTrack::getPidType(); m_tuple->write(); }"""
_PID_COLUMNS = (
    "event",
    "track",
    "pion",
    "kaon",
    "electron",
    "e2",
    "ppi",
    "pk",
    "pe",
    "pp",
    "dedx",
    "tof",
    "chi2",
    "like",
    "emc",
    "type",
)


def test_identification_is_by_the_larger_probability():
    from scipy.stats import chi2

    batch = toy_events("J/psi -> K+ K- pi+ pi-", 150, 9)
    with Probe(_PID, *_PID_COLUMNS) as probe:
        found = probe.rows(batch)
    assert np.array_equal(found["pion"] == 1, (found["ppi"] > 0) & (found["ppi"] > found["pk"]))
    assert np.array_equal(found["kaon"] == 1, (found["pk"] > 0) & (found["pk"] > found["ppi"]))
    both = (found["dedx"] != -99) & (found["tof"] != -99)
    assert both.sum() > 100 and np.allclose(found["chi2"], found["dedx"] ** 2 + found["tof"] ** 2)
    assert np.allclose(found["ppi"][both], chi2.sf(found["chi2"][both], 2), atol=1e-12)
    one = (found["dedx"] != -99) & (found["tof"] == -99)
    assert np.allclose(found["ppi"][one], chi2.sf(found["dedx"][one] ** 2, 1), atol=1e-12)
    dedx = batch["dedx.chi"][:, 2]
    assert np.isin(found["dedx"][found["dedx"] != -99], dedx).all() and set(found["type"]) == {4}
    positions = batch.offsets["mc"][found["event"].astype(int)]
    matched = {
        (int(e), int(t)): int(m)
        for e, m, t in zip(
            np.repeat(np.arange(150), batch.counts("mdc_match")),
            batch["mdc_match.mc"],
            batch["mdc_match.mdc"],
            strict=True,
        )
    }
    true = np.array(
        [
            abs(batch["mc.pdgid"][first + matched[int(e), int(t)]])
            for e, t, first in zip(found["event"], found["track"], positions, strict=True)
        ]
    )
    assert found["kaon"][true == 321].mean() > 0.8 and found["pion"][true == 211].mean() > 0.8
    assert found["kaon"][true == 211].mean() < 0.15


def test_electrons_by_their_share_among_e_pi_k():
    with Probe(_PID, *_PID_COLUMNS) as probe:
        found = probe.rows(toy_events("J/psi -> e+ e-", 100, 9))
        strict = found["like"]
    with Probe(_PID, *_PID_COLUMNS, options="SimplePIDSvc.EidRatio = 0.999;") as probe:
        tighter = probe.rows(toy_events("J/psi -> e+ e-", 100, 9))
    shower = found["emc"] > 0
    share = np.maximum(found["pe"], 0) / np.maximum(
        np.maximum(found["pe"], 0) + np.maximum(found["ppi"], 0) + np.maximum(found["pk"], 0), 1e-300
    )
    known = shower & (found["pe"] > 0)
    assert np.allclose(strict[known], share[known]) and np.array_equal(
        found["e2"][known] == 1, share[known] > 0.8
    )
    assert found["e2"].mean() > 0.7 and tighter["e2"].sum() < found["e2"].sum()


_TIGHT = """DTagTool tool;
    for (DTagToolIterator it = tool.modes_begin(); it != tool.modes_end(); ++it) {
      if ((*it)->decayMode() != EvtRecDTag::kD0toKPi && (*it)->decayMode() != EvtRecDTag::kD0toKPiPi0) continue;
      m_mode = (*it)->decayMode(); m_type = (*it)->type(); SmartRefVector<EvtRecTrack> t = (*it)->tracks();
      m_identified = tool.isKaon(t[0]) && tool.isPion(t[1]); m_mass = 0.135;
      if (m_mode > 0) m_mass = (*(tool.pi0_begin() + tool.pi0Id(it)[0]))->unconMass();
      m_tuple->write(); }"""


def test_tight_is_identification_and_the_narrow_pi0():
    with Probe(_TIGHT, "mode", "type", "identified", "mass", vertex=True) as probe:
        found = probe.rows(chain())
    tight = (found["identified"] == 1) & (found["mass"] >= 0.115) & (found["mass"] <= 0.150)
    assert np.array_equal(found["type"] == 1, tight)
    wide = (found["identified"] == 1) & ~tight
    assert wide.sum() > 5 and tight.sum() > 200 and (found["identified"] == 0).sum() > 50
