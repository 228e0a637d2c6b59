"""What the reconstruction says of the event as a whole: truth matching, trigger, primary vertex; and the top of the truth."""

from __future__ import annotations

import collections
import dataclasses

import numpy as np
import pytest
from standin_collections import INCLUDES, Probe
from standin_tools import DATA, algorithm, batch, have_toolchain

from dsl4bes.events.batch import Batch, BatchError
from dsl4bes.events.columns import BY_NAME, OPTIONAL
from dsl4bes.events.dst import read_dst
from dsl4bes.events.store import read_events, write_events
from dsl4bes.events.toy import ToyOptions, toy_events
from dsl4bes.run.runner import needed_collections
from dsl4bes.standin.build import syntax_check
from dsl4bes.standin.toolchain import toolchain

pytestmark = pytest.mark.skipif(not have_toolchain(), reason="no C++ compiler or CLHEP")
RHOPI, GUN = DATA / "test_full_mc_evt_1.dst", DATA / "test_mrpc.dst"
real = pytest.mark.skipif(not RHOPI.exists(), reason="the real events (../shared/data) are not here")


def whole(path, **keywords) -> Batch:
    return Batch.concatenate(list(read_dst(path, **keywords)))


# --- truth matching -----------------------------------------------------------------------------------------------

_MATCH = """SmartDataPtr<EventNavigator> nav(eventSvc(), "/Event/Navigator");
    if (!nav) { m_event = head->eventNumber(); m_kind = -1; m_tuple->write(); return StatusCode::SUCCESS; }
    SmartDataPtr<EvtRecTrackCol> all(eventSvc(), "/Event/EvtRec/EvtRecTrackCol");
    for (unsigned int i = 0; i < all->size(); ++i) {
      EvtRecTrack* t = (*all)[i];
      for (int kind = 0; kind < 3; ++kind) {
        McParticleVector found; std::vector<int> hits; int back = 0;
        if (kind == 0 && t->isMdcTrackValid()) found = nav->getMcParticles(t->mdcTrack());
        if (kind == 1 && t->isMdcKalTrackValid()) found = nav->getMcParticles(t->mdcKalTrack());
        if (kind == 2 && t->isEmcShowerValid()) found = nav->getMcParticles(t->emcShower());
        for (unsigned int k = 0; k < found.size(); ++k) {
          const Event::McParticle* p = found[k];
          RecMdcTrackVector m = nav->getMdcTracks(p); RecMdcKalTrackVector kal = nav->getMdcKalTracks(p); RecEmcShowerVector s = nav->getEmcRecShowers(p);
          if (kind == 0) back = std::count(m.begin(), m.end(), t->mdcTrack());
          if (kind == 1) back = std::count(kal.begin(), kal.end(), t->mdcKalTrack());
          if (kind == 2) back = std::count(s.begin(), s.end(), t->emcShower());
          m_hits = kind == 0 ? nav->getMcParticleRelevance(t->mdcTrack(), p) : kind == 1 ? nav->getMcParticleRelevance(t->mdcKalTrack(), p) : nav->getMcParticleRelevance(t->emcShower(), p);
          m_event = head->eventNumber(); m_kind = kind; m_entry = i; m_id = p->particleProperty(); m_index = p->trackIndex(); m_back = back;
          m_same = nav->getMcParticle(p->trackIndex()) == p; m_energy = p->initialFourMomentum().e(); m_measured = kind == 2 ? t->emcShower()->energy() : t->mdcTrack()->p();
          m_momentum = p->initialFourMomentum().rho(); m_charge = kind == 2 ? 0 : t->mdcTrack()->charge();
          m_tuple->write();
        }
      }
    }"""
_MATCH_COLUMNS = (
    "event",
    "kind",
    "entry",
    "id",
    "index",
    "hits",
    "back",
    "same",
    "energy",
    "measured",
    "momentum",
    "charge",
)


def matches(events: Batch, options: str = "") -> dict:
    with Probe(_MATCH, *_MATCH_COLUMNS, options=options) as probe:
        return probe.rows(events)


@real
@pytest.mark.parametrize("path", [RHOPI, GUN], ids=["rhopi", "gun"])
def test_matches_are_those_of_the_file(path):
    """Against the multimaps as uproot reads them: every entry is a common hit, tracks need more than seven."""
    import pybes3  # noqa: F401
    import uproot

    events = whole(path)
    found = matches(events)
    tree = uproot.open(path)["Event"]
    stored = {
        name: tree[f"EventNavigator/{name}"].array().tolist()
        for name in ("m_mcMdcTracks", "m_mcEmcRecShowers")
    }
    numbers = events["event.number"].tolist()
    for event, number in enumerate(numbers):
        generated = set(events["mc.index"][events.rows("mc", event)].tolist())
        tracks, rows = events.rows("track", event), found["event"] == number
        ids = events["mdc.id"][events.rows("mdc", event)]
        cells = events["emc.cell"][events.rows("emc", event)]
        pairs = collections.Counter((p["key"], p["val"]) for p in stored["m_mcMdcTracks"][event])
        links = dict(zip(ids[events["track.mdc"][tracks][: len(ids)]], range(len(ids)), strict=True))
        expected = {
            (0, links[track], key, n)
            for (key, track), n in pairs.items()
            if n > 7 and key in generated and track in links
        }
        showers = collections.Counter((p["key"], p["val"]) for p in stored["m_mcEmcRecShowers"][event])
        for entry, link in enumerate(events["track.emc"][tracks]):
            expected |= {
                (2, entry, key, n)
                for (key, cell), n in showers.items()
                if link >= 0 and cells[link] == cell and key in generated
            }
        mine = {
            tuple(int(found[c][row]) for c in ("kind", "entry", "index", "hits"))
            for row in np.flatnonzero(rows & (found["kind"] != 1))
        }
        assert mine == expected
        kalman = {
            tuple(int(found[c][row]) for c in ("entry", "index", "hits"))
            for row in np.flatnonzero(rows & (found["kind"] == 1))
        }
        assert kalman <= {item[1:] for item in mine if item[0] == 0}
    matched = found["kind"] >= 0
    assert matched.sum() > 60 and (found["back"][matched] == 1).all() and (found["same"][matched] == 1).all()
    track = found["kind"] == 0
    assert np.median(np.abs(found["measured"][track] / found["momentum"][track] - 1)) < 0.02


def test_toy_truth_is_exact():
    events = toy_events("J/psi -> K+ K- (pi0 -> gam gam)", 100, 3, options=ToyOptions(noise_showers=3.0))
    found = matches(events)
    track, shower = found["kind"] == 0, found["kind"] == 2
    assert set(np.abs(found["id"][track])) == {321} and np.array_equal(
        found["charge"][track], np.sign(found["id"][track])
    )
    assert track.sum() == np.sum(events["event.n_charged"]) == np.sum(found["kind"] == 1)
    assert np.abs(found["measured"][track] / found["momentum"][track] - 1).max() < 0.1
    photons = shower & (found["id"] == 22)
    assert (
        photons.sum() > 120
        and abs(np.median(found["measured"][photons] / found["energy"][photons]) - 1) < 0.02
    )
    unmatched = events.offsets["emc"][-1] - shower.sum()
    assert unmatched > 100, "noise has no partner"
    assert (found["back"] == 1).all()


def test_the_number_of_common_hits_is_a_job_option():
    events = toy_events("J/psi -> K+ K-", 20, 3)
    assert not (matches(events, "EventNavigator.MdcCut = 43;")["kind"] < 2).any()
    assert (matches(events, "EventNavigator.MdcCut = 42;")["kind"] == 0).any()


def test_without_stored_matches_there_is_no_navigator():
    events = toy_events("J/psi -> K+ K-", 20, 3)
    bare = Batch.build(
        20,
        {name: offsets for name, offsets in events.offsets.items() if not name.endswith("_match")},
        {name: values for name, values in events.columns.items() if "_match." not in name},
    )
    assert set(matches(bare)["kind"]) == {-1}


# --- trigger ------------------------------------------------------------------------------------------------------

_TRIGGER = """SmartDataPtr<TrigData> t(eventSvc(), "/Event/Trig/TrigData");
    m_there = t.ptr() != 0; m_channels = m_conditions = m_window = m_timing = m_prescale = m_name = 0;
    if (t) { for (int i = 0; i < 16; ++i) m_channels = m_channels + i * t->getTrigChannel(i); for (int i = 0; i < 48; ++i) m_conditions = m_conditions + i * t->getTrigCondition(i);
      m_window = t->getTimeWindow(); m_timing = t->getTimingType(); m_prescale = t->getPreScale(); m_name = t->getTrigCondName(25) == "25: NCTrk >= 1"; }
    m_tuple->write();"""
_TRIGGER_COLUMNS = ("there", "channels", "conditions", "window", "timing", "prescale", "name")


def test_trigger_of_the_columns_or_none():
    channel, condition = np.zeros((1, 16), int), np.zeros((1, 48), int)
    channel[0, [3, 11]], condition[0, [0, 40, 47]] = 1, 1
    data = batch(
        3, trigger={"channel": channel, "condition": condition, "window": [5], "timing": [3], "prescale": [1]}
    )
    with Probe(_TRIGGER, *_TRIGGER_COLUMNS) as probe:
        found, none = probe.rows(data), probe.rows(batch(2))
    assert (
        found["there"].tolist() == [1] * 3
        and found["channels"].tolist() == [14] * 3
        and found["conditions"].tolist() == [87] * 3
    )
    assert (
        found["window"][0] == 5
        and found["timing"][0] == 3
        and found["prescale"][0] == 1
        and found["name"][0] == 1
    )
    assert none["there"].tolist() == [0, 0]


class _Branch:
    """A branch of real data as uproot would decode it, by the members of the class; no public file has one."""

    name = "m_trigData"

    def __init__(self, entries):
        self.entries = entries

    def array(self, entry_start, entry_stop, library):
        import awkward as ak

        assert library == "ak"
        return ak.Array(self.entries)[entry_start:entry_stop] if self.entries else int("no such class")


def test_trigger_of_a_file():
    from dsl4bes.events.composites import add_single

    one = {
        "m_preScale": True,
        "m_trigcond": list(range(48)),
        "m_trigChan": list(range(16)),
        "m_timeWindow": 7,
        "m_Timing": 2,
    }
    offsets, columns = {}, {}
    add_single("trigger", _Branch([one, one, one]), 1, 3, offsets, columns)
    read = Batch.build(2, {**offsets, "event": np.arange(3)}, columns)
    read.validate()
    with Probe(_TRIGGER, *_TRIGGER_COLUMNS) as probe:
        found = probe.rows(read)
    assert found["conditions"].tolist() == [sum(i * i for i in range(48))] * 2 and found[
        "window"
    ].tolist() == [7, 7]
    assert found["prescale"].tolist() == [1, 1] and found["timing"].tolist() == [2, 2]
    with pytest.warns(UserWarning, match="m_trigData: not decoded .* taken as absent"):
        add_single("trigger", _Branch([]), 0, 1, offsets := {}, {})
    assert not offsets


# --- primary vertex -----------------------------------------------------------------------------------------------

_VERTEX = """SmartDataPtr<EvtRecPrimaryVertex> v(eventSvc(), "/Event/EvtRec/EvtRecPrimaryVertex");
    m_valid = v->isValid(); m_n = v->nTracks(); m_ids = v->trackIdList().size(); m_last = m_ids > 0 ? v->trackIdList().back() : -1; m_chi2 = v->chi2(); m_ndof = v->ndof(); m_method = v->fitMethod();
    m_x = v->vertex()[0]; m_z = v->vertex()[2]; m_xx = v->errorVertex()[0][0]; m_xz = v->errorVertex()[2][0]; m_zz = v->errorVertex()[2][2]; m_tuple->write();"""
_VERTEX_COLUMNS = ("valid", "n", "ids", "last", "chi2", "ndof", "method", "x", "z", "xx", "xz", "zz")


@real
def test_primary_vertex_of_the_file():
    import pybes3  # noqa: F401
    import uproot

    with Probe(_VERTEX, *_VERTEX_COLUMNS) as probe:
        found = probe.rows(whole(GUN, needs=list(BY_NAME)))
        assert not probe.job.messages()
        missing = probe.rows(whole(GUN))
        assert not missing["valid"].any() and any(
            "EvtRecPrimaryVertex" in line for line in probe.job.messages()
        )
    stored = uproot.open(GUN)["Event/TEvtRecObject/m_evtRecPrimaryVertex"].array().tolist()
    assert found["valid"].tolist() == [v["m_isValid"] for v in stored] and found["valid"].sum() > 5
    assert found["ids"].tolist() == [len(v["m_trackIdList"]) for v in stored]
    assert found["last"].tolist() == [(v["m_trackIdList"] or [-1])[-1] for v in stored]
    for column, value in (
        ("chi2", "m_chi2"),
        ("ndof", "m_ndof"),
        ("n", "m_nTracks"),
        ("method", "m_fitMethod"),
    ):
        assert found[column].tolist() == [v[value] for v in stored]
    assert found["z"].tolist() == [v["m_vtx"][2] for v in stored]
    packed = {"xx": 0, "xz": 2, "zz": 5}  # upper triangle by rows
    for column, place in packed.items():
        assert found[column].tolist() == [v["m_Evtx"][place] for v in stored]


# --- generated particles ------------------------------------------------------------------------------------------


@real
def test_the_top_particle_is_its_own_mother():
    body = """SmartDataPtr<Event::McParticleCol> mc(eventSvc(), "/Event/MC/McParticleCol");
    for (Event::McParticleCol::iterator it = mc->begin(); it != mc->end(); ++it) {
      m_index = (*it)->trackIndex(); m_mother = (*it)->mother().trackIndex(); m_self = &(*it)->mother() == *it; m_daughters = (*it)->daughterList().size(); m_tuple->write(); }"""
    events = whole(RHOPI)
    with Probe(body, "index", "mother", "self", "daughters") as probe:
        found = probe.rows(events)
    stored = events["mc.mother"]
    top = stored == -99
    assert np.array_equal(found["self"] == 1, top) and 10 <= top.sum() < len(top)
    assert np.array_equal(found["mother"][~top], stored[~top]) and np.array_equal(
        found["mother"][top], found["index"][top]
    )
    assert found["daughters"].sum() == (~top).sum()


# --- columns ------------------------------------------------------------------------------------------------------


def test_programs_read_only_what_they_name():
    plain = needed_collections("RecMdcTrack RecEmcShower")
    assert not plain & OPTIONAL
    assert needed_collections("RecMdcTrack", everything=True) == set(BY_NAME) - OPTIONAL
    assert needed_collections("") is None
    assert {"vee", "dedx", "tof", "ext"} <= needed_collections("DTagTool tool;")
    assert {"mdc_match", "emc_match", "mc"} <= needed_collections("EventNavigator* n;")
    assert "trigger" in needed_collections("TrigData* t;")
    assert "ext" in needed_collections("EvtRecPi0Col")


def test_event_files_keep_the_new_collections_and_may_lack_them(tmp_path):
    import zipfile

    events = toy_events("J/psi -> K+ K-", 20, 3)
    path, old = tmp_path / "a.bes-events", tmp_path / "old.bes-events"
    write_events(path, [events], "a test")
    again = Batch.concatenate(list(read_events(path)))
    assert np.array_equal(again["mdc_match.mc"], events["mdc_match.mc"]) and len(again["mdc_match.mc"]) > 20
    with zipfile.ZipFile(path) as new, zipfile.ZipFile(old, "w") as archive:
        for member in new.namelist():
            if member.split("/")[-1].split(".")[0] not in OPTIONAL:
                archive.writestr(member, new.read(member))
    without = Batch.concatenate(list(read_events(old)))
    assert np.array_equal(without["mdc.helix"], events["mdc.helix"]) and len(without["mdc_match.mc"]) == 0


def test_a_v0_must_link_to_tracks_of_its_event():
    track = {"id": [0, 1], "mdc": [-1, -1]}
    good = batch(1, track=track, vee={"id": [310], "daughter": [[0, 1]]})
    good.validate()
    bad = dataclasses.replace(good, columns={**good.columns, "vee.daughter": np.array([[0, 2]], np.int32)})
    with pytest.raises(BatchError, match=r"vee\.daughter: row 0 points to 2 of 2"):
        bad.validate()


# --- language -----------------------------------------------------------------------------------------------------

_CALLS = """DTagTool tool; tool.setPID(true); tool.setdtagDE(0.01, 0.02);
    if (tool.findSTag(EvtRecDTag::kD0toKPi, 1) || tool.findSTag(3) || tool.findSTag(3, -1)) { DTagToolIterator it = tool.stag(); EvtRecDTag* d = *it; HepLorentzVector p = d->p4(); (void)p; }
    if (tool.findDTag(EvtRecDTag::kD0toKPi, EvtRecDTag::kD0toKPiPi0, "de") || tool.findDTag(0, 1, 1, -1, "inv") || tool.findDTag(0, 1)) { DTagToolIterator a = tool.dtag1(), b = tool.dtag2(); tool.shareTracks(a, b); tool << a; }
    if (tool.findADTag(EvtRecDTag::kDptoKPiPi, EvtRecDTag::kDptoKPiPi) || tool.findADTag(200, 1, 200, -1)) { vector<DTagToolIterator> v = tool.vdtag1(); (void)v; }
    vector<int> all = tool.D0modes(), some = tool.mode(EvtRecDTag::kD0toKPi), ids = tool.pi0Id(tool.stag(), 1), ks = tool.ksId(tool.stag()), etas = tool.etaId(tool.stag());
    pi0Iterator pi0 = tool.pi0_begin(); etaIterator eta = tool.eta_begin(); ksIterator kit = tool.ks_begin(); HepLorentzVector sum = tool.pi0p4(pi0) + tool.etap4(eta, false);
    EvtRecTrack* t = 0; bool kept = tool.cosmicandleptonVeto(false) && tool.isGoodTrack(t) && tool.isGoodShower(t) && tool.isPion(t) && tool.isKaon(t) && tool.isElectron(t) && tool.isMuon(t) && tool.isDTagListEmpty();
    ISimplePIDSvc* pid = 0; if (Gaudi::svcLocator()->service("SimplePIDSvc", pid).isSuccess()) { pid->preparePID(t); kept = pid->ispion() && pid->iskaon() && pid->iselectron(true) && pid->probKaon() > pid->getTOFChi(2); }
    EventNavigator* nav = 0; const Event::McParticle* mc = 0; RecEmcShower* shower = 0; RecMdcTrack* mdc = 0; McParticleVector found = nav->getMcParticles(shower); int hits = nav->getMcParticleRelevance(mdc, mc);
    RecEmcShowerVector showers = nav->getEmcRecShowers(mc); RecMdcKalTrackVector kals = nav->getMdcKalTracks(mc);
    TrigData* trig = 0; bool fired = trig->getTrigChannel(1) && trig->getTrigCondition(2) && trig->getTrigCondName(3).empty() && trig->getTimingType() == 1 && trig->getPreScale();
    EvtRecVeeVertex* vee = *kit; SmartRef<EvtRecTrack> daughter = vee->daughter(0); const HepVector& w = vee->w(); const std::pair<int, int>& pair = vee->pair();
    (void)all; (void)some; (void)ids; (void)ks; (void)etas; (void)sum; (void)kept; (void)hits; (void)fired; (void)daughter; (void)w; (void)pair;"""


@pytest.mark.parametrize("standard", ["c++98", "c++17"])
def test_the_calls_compile_strictly(standard):
    if standard == "c++98" and toolchain().standard != "gnu++98":
        pytest.skip("this CLHEP does not accept C++98")
    assert not [m for m in syntax_check(INCLUDES + algorithm(_CALLS), standard) if m.severity == "error"]


@pytest.mark.parametrize("header", ["DTagTool/DTagTool.h", "SimplePIDSvc/ISimplePIDSvc.h", "EventNavigator/EventNavigator.h", "TrigEvent/TrigData.h", "GaudiKernel/IService.h"])  # fmt: skip
def test_each_header_stands_alone(header):
    assert not syntax_check(f'#include "{header}"\n', "c++17")
