"""pi0, eta and V0 collections of the stand-in: against BOSS's own V0s, against NumPy, against the truth of toy events."""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pytest
from standin_collections import Probe
from standin_tools import DATA, have_toolchain

from dsl4bes.events.batch import Batch
from dsl4bes.events.columns import BY_NAME
from dsl4bes.events.dst import read_dst
from dsl4bes.events.toy import ToyOptions, toy_events
from dsl4bes.run.job import JobError

pytestmark = pytest.mark.skipif(not have_toolchain(), reason="no C++ compiler or CLHEP")
FILES = ("test_full_mc_evt_1", "test_cgem", "test_mrpc")
real = pytest.mark.skipif(
    not (DATA / f"{FILES[0]}.dst").exists(), reason="the real events (../shared/data) are not here"
)

_VEE_ITEMS = (
    "event",
    "id",
    "type",
    "chi2",
    "ndof",
    "mass",
    "pair0",
    "pair1",
    "tracks",
    "charge",
    "first",
    "second",
)
_VEES = (
    """SmartDataPtr<EvtRecVeeVertexCol> vees(eventSvc(), "/Event/EvtRec/EvtRecVeeVertexCol");
    for (unsigned int i = 0; i < vees->size(); ++i) {
      EvtRecVeeVertex* v = (*vees)[i];
      m_event = head->eventNumber(); m_id = v->vertexId(); m_type = v->vertexType(); m_chi2 = v->chi2(); m_ndof = v->ndof();
      m_mass = v->mass(); m_pair0 = v->pair(0); m_pair1 = v->pair().second; m_tracks = v->nTracks(); m_charge = v->nCharge();
      m_first = v->daughter(0)->trackId(); m_second = v->pairDaughters().second->trackId();
    """
    + "".join(f"m_w{i} = v->w()[{i}]; m_e{i} = v->Ew()[{i}][{i}]; " for i in range(7))
    + "m_e03 = v->Ew()[0][3]; m_e46 = v->Ew()[6][4]; m_tuple->write(); }"
)
_VEE_COLUMNS = (*_VEE_ITEMS, *(f"{x}{i}" for x in "we" for i in range(7)), "e03", "e46")
_IDENTITY = ("event", "id", "type", "ndof", "pair0", "pair1", "tracks", "charge", "first", "second")


@cache
def dst(name: str, *without: str) -> Batch:
    path = DATA / f"{name}.dst"
    return Batch.concatenate(list(read_dst(path, needs=[c for c in BY_NAME if c not in without])))


def vees(events: Batch, options: str = "") -> dict:
    with Probe(_VEES, *_VEE_COLUMNS, options=options) as probe:
        return probe.rows(events)


# --- V0s ---------------------------------------------------------------------------------------------------------


@real
@pytest.mark.parametrize("name", FILES)
def test_v0s_of_the_file_come_out_as_they_are(name):
    events = dst(name)
    found = vees(events)
    assert np.array_equal(found["id"], events["vee.id"]) and len(found["id"]) > 15
    assert np.array_equal(found["chi2"], events["vee.chi2"])
    assert np.array_equal(np.stack([found[f"w{i}"] for i in range(7)], axis=1), events["vee.w"])
    errors = events["vee.error"].reshape(-1, 7, 7)
    assert np.array_equal(found["e03"], errors[:, 0, 3]) and np.array_equal(found["e46"], errors[:, 6, 4])
    assert np.array_equal(np.stack([found["first"], found["second"]], axis=1), events["vee.daughter"])
    assert (np.diagonal(errors, axis1=1, axis2=2) > 0).all(), (
        "unpacked in another order the diagonal is not positive"
    )


@real
@pytest.mark.parametrize("name", FILES)
def test_ours_are_those_of_boss(name):
    """BOSS wrote its V0s into the files: same candidates in the same order; the real job had a field map, ours is 1 T."""
    boss, ours = vees(dst(name)), vees(dst(name, "vee"))
    for column in _IDENTITY:
        assert np.array_equal(boss[column], ours[column]), column
    assert np.allclose(ours["chi2"], boss["chi2"], rtol=2e-3, atol=1e-3)
    assert np.allclose(ours["mass"], boss["mass"], atol=1e-4)
    for i in range(7):
        sigma = np.sqrt(boss[f"e{i}"])
        assert (np.abs(ours[f"w{i}"] - boss[f"w{i}"]) < 0.03 * sigma).all(), i
        assert np.allclose(ours[f"e{i}"], boss[f"e{i}"], rtol=5e-3), i
    assert {310, 3122, -3122} == set(ours["id"]) and not set(ours["event"]) ^ set(boss["event"])


@real
def test_who_made_the_v0s_is_said_once():
    with Probe(_VEES, *_VEE_COLUMNS) as probe:
        probe.rows(dst(FILES[0]))
        assert not [line for line in probe.job.messages() if "made by the stand-in" in line]
    with Probe(_VEES, *_VEE_COLUMNS) as probe:
        for _ in range(2):
            probe.rows(dst(FILES[0], "vee"))
        said = [
            line
            for line in probe.job.messages()
            if "EvtRecVeeVertexCol: made by the stand-in, not by BOSS" in line
        ]
        assert len(said) == 1


@pytest.mark.parametrize(
    ("decay", "identity", "mass", "width", "least"),
    [
        ("J/psi -> (K_S0 -> pi+ pi-) K+ pi-", 310, 0.497611, 0.006, 0.6),
        ("J/psi -> (Lambda0 -> p+ pi-) (anti-Lambda0 -> anti-p- pi+)", 3122, 1.115683, 0.004, 0.4),
        ("J/psi -> (Lambda0 -> p+ pi-) (anti-Lambda0 -> anti-p- pi+)", -3122, 1.115683, 0.004, 0.4),
    ],
)
def test_true_v0s_are_found_at_their_mass(decay, identity, mass, width, least):
    found = vees(toy_events(decay, 400, 3))
    near = (found["id"] == identity) & (np.abs(found["mass"] - mass) < 5 * width)
    assert len(set(found["event"][near])) > least * 400
    assert abs(np.median(found["mass"][near]) - mass) < width / 5
    assert np.std(found["mass"][near]) < 2 * width


def test_v0_cuts_are_job_options():
    events = toy_events("J/psi -> (K_S0 -> pi+ pi-) K+ pi-", 100, 3)
    usual = vees(events)
    strict = vees(events, "KShortReconstruction.ChisqCut = 5.0;")
    cut = (usual["id"] != 310) | (usual["chi2"] <= 5)
    assert np.array_equal(strict["chi2"], usual["chi2"][cut]) and not cut.all()


# --- pi0 and eta --------------------------------------------------------------------------------------------------

_PAIR_COLUMNS = ("event", "kind", "mass", "chi2", "high", "low", "fit", "fithigh", "fitlow", "number")


def _pair_loop(kind: int, collection: str, mother: str) -> str:
    return f"""{{ SmartDataPtr<{collection}> all(eventSvc(), "/Event/EvtRec/{collection}");
    for (unsigned int i = 0; i < all->size(); ++i) {{
      {mother}* p = (*all)[i];
      m_event = head->eventNumber(); m_kind = {kind}; m_mass = p->unconMass(); m_chi2 = p->chisq(); m_number = all->size();
      m_high = p->hiEnGamma()->trackId(); m_low = p->loEnGamma()->trackId();
      m_fit = (p->hiPfit() + p->loPfit()).m(); m_fithigh = p->hiPfit().e(); m_fitlow = p->loPfit().e();
      m_tuple->write(); }} }}"""


_PAIRS = _pair_loop(0, "EvtRecPi0Col", "EvtRecPi0") + _pair_loop(1, "EvtRecEtaToGGCol", "EvtRecEtaToGG")
_WINDOWS = ((0.08, 0.18, 0.134976), (0.4, 0.7, 0.54784))


def pairs(events: Batch, options: str = "") -> dict:
    with Probe(_PAIRS, *_PAIR_COLUMNS, options=options) as probe:
        return probe.rows(events)


def expected_pairs(events: Batch, event: int, reject_endcaps: bool = False) -> list[list[tuple[int, int]]]:
    """Pairs (positions in `track`, the more energetic first) by mass window, from the columns."""
    rows, shower_rows = events.rows("track", event), events.rows("emc", event)
    charged = int(events["event.n_charged"][event])
    links = events["track.emc"][rows]
    columns = {name: events[f"emc.{name}"][shower_rows] for name in ("x", "y", "z", "energy", "time")}
    photons = []
    for place in range(charged, len(links)):
        shower = links[place]
        if shower < 0:
            continue
        x, y, z, energy, time = (columns[name][shower] for name in ("x", "y", "z", "energy", "time"))
        cosine = abs(z) / np.sqrt(x * x + y * y + z * z)
        placed = (cosine < 0.8 and energy > 0.025) or (0.86 < cosine < 0.92 and energy > 0.05)
        first = columns["time"][links[0]]
        in_time = 0 <= time <= 14 if charged else abs(time - first) <= 10
        if placed and in_time:
            direction = np.array([x, y, z]) / np.sqrt(x * x + y * y + z * z)
            photons.append((place, energy, direction, 0.86 < cosine < 0.92))
    found: list[list[tuple[int, int]]] = [[], []]
    for one, other in itertools.combinations(photons, 2):
        if reject_endcaps and one[3] and other[3]:
            continue
        mass = np.sqrt(2 * one[1] * other[1] * (1 - one[2] @ other[2]))
        ordered = (one[0], other[0]) if one[1] >= other[1] else (other[0], one[0])
        for kind, (low, high, _) in enumerate(_WINDOWS):
            if low < mass < high:
                found[kind].append(ordered)
    return found


@pytest.mark.parametrize("reject", [False, True])
@pytest.mark.parametrize(
    "decay",
    ["J/psi -> pi+ pi- (pi0 -> gam gam) (eta -> gam gam)", "J/psi -> gam (pi0 -> gam gam) (eta -> gam gam)"],
)
def test_pairs_are_those_of_the_columns(decay, reject):
    """Every pair in the window, in list order, unless its fit is refused; also in events without charged tracks."""
    events = toy_events(decay, 80, 5, options=ToyOptions(extra_photons=2.0, noise_showers=2.0))
    found = pairs(events, f"Pi0EtaToGGRecAlg.RejectBothInEndcap = {str(reject).lower()};")
    refused = 0
    for event in range(80):
        for kind, expected in enumerate(expected_pairs(events, event, reject)):
            here = (found["event"] == event) & (found["kind"] == kind)
            ours = list(zip(found["high"][here].astype(int), found["low"][here].astype(int), strict=True))
            kept = [pair for pair in expected if pair in ours]
            assert ours == kept
            refused += len(expected) - len(kept)
    assert len(found["event"]) > 100 and refused < 0.02 * len(found["event"])


def test_the_fit_puts_pairs_on_the_mass_and_says_how_far():
    events = toy_events("J/psi -> pi+ pi- (pi0 -> gam gam)", 500, 6)
    found = pairs(events)
    for kind, (low, high, mass) in enumerate(_WINDOWS):
        here = found["kind"] == kind
        assert ((found["mass"][here] > low) & (found["mass"][here] < high)).all()
        assert np.abs(found["fit"][here] - mass).max(initial=0) < 2e-3 and (found["chi2"][here] < 2500).all()
    pi0 = found["kind"] == 0
    best = pi0 & (found["chi2"] < 10)
    assert len(set(found["event"][best])) > 0.5 * 500
    assert abs(np.median(found["mass"][best]) - 0.135) < 0.003
    # one degree of freedom: about two thirds below 1
    assert 0.45 < np.mean(found["chi2"][pi0 & (found["chi2"] < 20)] < 1) < 0.85


def test_pi0_options_and_caps():
    events = toy_events("J/psi -> pi+ pi- (pi0 -> gam gam)", 100, 6, options=ToyOptions(extra_photons=8.0))
    usual = pairs(events)
    narrow = pairs(events, "Pi0EtaToGGRecAlg.Pi0MinMass = 0.12; Pi0EtaToGGRecAlg.Pi0ChisqCut = 10;")
    cut = (usual["kind"] == 1) | ((usual["mass"] > 0.12) & (usual["chi2"] < 10))
    assert np.array_equal(narrow["mass"], usual["mass"][cut]) and not cut.all()
    capped = pairs(events, "Pi0EtaToGGRecAlg.MaxNPi0 = 2;")
    assert set(capped["number"][capped["kind"] == 0]) <= {1, 2} and usual["number"].max() > 2
    assert np.array_equal(capped["mass"][capped["kind"] == 1], usual["mass"][usual["kind"] == 1])
    few = pairs(events, "Pi0EtaToGGRecAlg.MaxNGoodPhoton = 1;")
    assert len(few["event"]) == 0


def test_options_that_do_not_fit_are_said():
    with pytest.raises(JobError, match=r"Pi0EtaToGGRecAlg\.Pi0MinMass"):
        Probe(_PAIRS, *_PAIR_COLUMNS, options='Pi0EtaToGGRecAlg.Pi0MinMass = "x";')
    with Probe(_PAIRS, *_PAIR_COLUMNS, options="NeutralDReconstruction.ReadBeamEFromDB = true;") as probe:
        assert any("ReadBeamEFromDB has no effect" in line for line in probe.job.messages())


def test_nothing_is_made_for_a_program_that_does_not_ask():
    with Probe("m_event = head->eventNumber(); m_tuple->write();", "event") as probe:
        probe.rows(toy_events("J/psi -> pi+ pi- (pi0 -> gam gam)", 20, 6))
        assert not probe.job.messages()


_FIT = """SmartDataPtr<EvtRecTrackCol> tracks(eventSvc(), "/Event/EvtRec/EvtRecTrackCol"); SmartDataPtr<EvtRecEvent> event(eventSvc(), "/Event/EvtRec/EvtRecEvent");
    if (event->totalCharged() < 2) return StatusCode::SUCCESS;
    RecMdcKalTrack::setPidType(RecMdcKalTrack::kaon);
    KalmanKinematicFit* fit = KalmanKinematicFit::instance(); VertexFit* vertex = VertexFit::instance();
    fit->init(); vertex->init();
    for (int i = 0; i < 2; ++i) { RecMdcKalTrack* k = (*tracks)[i]->mdcKalTrack();
      fit->AddTrack(i, WTrackParameter(0.13957, k->getZHelix(), k->getZError())); vertex->AddTrack(i, WTrackParameter(0.13957, k->getZHelix(), k->getZError())); }
    ASK
    VertexParameter free; HepSymMatrix error(3, 0); for (int i = 0; i < 3; ++i) error[i][i] = 1e12; free.setEvx(error);
    vertex->AddVertex(0, free, 0, 1); vertex->Fit(0);
    fit->AddResonance(0, 3.0, 0, 1); fit->Fit();
    m_chi2 = fit->chisq(); m_vertex = vertex->chisq(0); m_pid = RecMdcKalTrack::getPidType(); m_tuple->write();"""


def test_fits_of_the_user_are_not_touched():
    """The collections are made in the middle of the user's fit here; in BOSS they are there before."""
    events = toy_events("psi(3770) -> (D0 -> K- pi+) (anti-D0 -> K+ pi- (pi0 -> gam gam))", 50, 1)
    results = []
    for ask in (
        "",
        'SmartDataPtr<EvtRecDTagCol> tags(eventSvc(), "/Event/EvtRec/EvtRecDTagCol"); if (!tags) return StatusCode::FAILURE;',
    ):
        with Probe(_FIT.replace("ASK", ask), "chi2", "vertex", "pid", vertex=True) as probe:
            results.append(probe.rows(events))
    for column in ("chi2", "vertex", "pid"):
        assert np.array_equal(results[0][column], results[1][column]) and len(results[0][column]) > 20
    assert set(results[0]["pid"]) == {3}
