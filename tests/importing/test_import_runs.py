"""Drafts on events: three hand-written algorithms, built as they stand and run on toy events; their drafts select the same events."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("tree_sitter_cpp")
pytest.importorskip("numpy")
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from standin_tools import algorithm, have_toolchain

from dsl4bes.api import run
from dsl4bes.events.toy import toy_batches
from dsl4bes.importing.api import imported
from dsl4bes.run.job import Job
from dsl4bes.standin.build import build_library, build_package

pytestmark = [pytest.mark.slow, pytest.mark.cpp, pytest.mark.skipif(not have_toolchain(), reason="no C++ compiler or CLHEP")]

EVENTS = 1500
_START = """
    SmartDataPtr<Event::EventHeader> header(eventSvc(), "/Event/EventHeader");
    SmartDataPtr<EvtRecEvent> evtRecEvent(eventSvc(), EventModel::EvtRec::EvtRecEvent);
    SmartDataPtr<EvtRecTrackCol> evtRecTrkCol(eventSvc(), EventModel::EvtRec::EvtRecTrackCol);
    Hep3Vector origin(0, 0, 0);
    IVertexDbSvc* vertices;
    Gaudi::svcLocator()->service("VertexDbSvc", vertices);
    if (vertices->isVertexValid()) {
      double* v = vertices->PrimaryVertex();
      origin.setX(v[0]); origin.setY(v[1]); origin.setZ(v[2]);
    }
"""
_TRACKS = """
    std::vector<int> iGood;
    int nCharge = 0;
    for (int i = 0; i < evtRecEvent->totalCharged(); i++) {
      EvtRecTrackIterator itTrk = evtRecTrkCol->begin() + i;
      if (!(*itTrk)->isMdcTrackValid()) continue;
      if (!(*itTrk)->isMdcKalTrackValid()) continue;
      RecMdcTrack* mdcTrk = (*itTrk)->mdcTrack();
      VFHelix helix(HepPoint3D(0., 0., 0.), mdcTrk->helix(), mdcTrk->err());
      helix.pivot(HepPoint3D(origin[0], origin[1], origin[2]));
      HepVector a = helix.a();
      if (fabs(a[3]) >= m_vz0cut || fabs(a[0]) >= 0.3) continue;
      if (fabs(cos(mdcTrk->theta())) > 0.9) continue;
      iGood.push_back(i);
      nCharge += mdcTrk->charge();
    }
    int nGood = iGood.size();
    if (nGood != 2 || nCharge != 0) return StatusCode::SUCCESS;
"""
_NEAREST = """
      Hep3Vector position(emcTrk->x(), emcTrk->y(), emcTrk->z());
      double dang = 200.;
      for (int j = 0; j < evtRecEvent->totalCharged(); j++) {
        EvtRecTrackIterator jtTrk = evtRecTrkCol->begin() + j;
        if (!(*jtTrk)->isExtTrackValid()) continue;
        if ((*jtTrk)->extTrack()->emcVolumeNumber() == -1) continue;
        double angle = (*jtTrk)->extTrack()->emcPosition().angle(position);
        if (angle < dang) dang = angle;
      }
      if (dang * 180 / M_PI < 12) continue;
"""
_PHOTONS = f"""
    std::vector<int> iGam;
    for (int i = evtRecEvent->totalCharged(); i < evtRecEvent->totalTracks(); i++) {{
      EvtRecTrackIterator itTrk = evtRecTrkCol->begin() + i;
      if (!(*itTrk)->isEmcShowerValid()) continue;
      RecEmcShower* emcTrk = (*itTrk)->emcShower();
      double eraw = emcTrk->energy();
      if (eraw < 0.06) continue;
{_NEAREST}
      iGam.push_back(i);
    }}
    int nGam = iGam.size();
    if (nGam < 2) return StatusCode::SUCCESS;
"""
_MODULES = f"""
    std::vector<int> iGam;
    for (int i = evtRecEvent->totalCharged(); i < evtRecEvent->totalTracks(); i++) {{
      EvtRecTrackIterator itTrk = evtRecTrkCol->begin() + i;
      if ((*itTrk)->isEmcShowerValid()) {{
        RecEmcShower* emcTrk = (*itTrk)->emcShower();
        double c = fabs(cos(emcTrk->theta())), e = emcTrk->energy();
        int m = emcTrk->module();
        if (m == 1 && (c > 0.8 || e < 0.1)) continue;
        if ((m == 0 || m == 2) && (c > 0.92 || c < 0.86 || e < 0.2)) continue;
{_NEAREST}
        iGam.push_back(i);
      }}
    }}
    int nGam = iGam.size();
"""
_PIONS = """
    std::vector<int> ipip, ipim;
    ParticleID* pid = ParticleID::instance();
    for (int i = 0; i < nGood; i++) {
      EvtRecTrackIterator itTrk = evtRecTrkCol->begin() + iGood[i];
      pid->init();
      pid->setMethod(pid->methodProbability());
      pid->setChiMinCut(4);
      pid->setRecTrack(*itTrk);
      pid->usePidSys(pid->useDedx() | pid->useTof1() | pid->useTof2());
      pid->identify(pid->onlyPion() | pid->onlyKaon());
      pid->calculate();
      if (!(pid->IsPidInfoValid())) continue;
      if (pid->probPion() < 0.01 || pid->probPion() < pid->probKaon()) continue;
      if ((*itTrk)->mdcTrack()->charge() > 0) ipip.push_back(iGood[i]); else ipim.push_back(iGood[i]);
    }
    int npip = ipip.size(), npim = ipim.size();
    if (npip * npim != 1) return StatusCode::SUCCESS;
"""
_FIT = """
    RecMdcKalTrack* pipTrk = (*(evtRecTrkCol->begin() + ipip[0]))->mdcKalTrack();
    RecMdcKalTrack* pimTrk = (*(evtRecTrkCol->begin() + ipim[0]))->mdcKalTrack();
    WTrackParameter wpip(0.13957, pipTrk->getZHelix(), pipTrk->getZError());
    WTrackParameter wpim(0.13957, pimTrk->getZHelix(), pimTrk->getZError());
    KalmanKinematicFit* kmfit = KalmanKinematicFit::instance();
    HepLorentzVector ecms(0.034067, 0, 0, 3.097);
    double chisq = 9999.;
    int ig1 = -1, ig2 = -1;
    for (int i = 0; i < nGam - 1; i++) {
      RecEmcShower* g1Trk = (*(evtRecTrkCol->begin() + iGam[i]))->emcShower();
      for (int j = i + 1; j < nGam; j++) {
        RecEmcShower* g2Trk = (*(evtRecTrkCol->begin() + iGam[j]))->emcShower();
        kmfit->init();
        kmfit->AddTrack(0, wpip);
        kmfit->AddTrack(1, wpim);
        kmfit->AddTrack(2, 0.0, g1Trk);
        kmfit->AddTrack(3, 0.0, g2Trk);
        kmfit->AddFourMomentum(0, ecms);
        bool oksq = kmfit->Fit();
        if (oksq) {
          double chi2 = kmfit->chisq();
          if (chi2 < chisq) { chisq = chi2; ig1 = iGam[i]; ig2 = iGam[j]; }
        }
      }
    }
    if (chisq > 60) return StatusCode::SUCCESS;
    kmfit->init();
    kmfit->AddTrack(0, wpip);
    kmfit->AddTrack(1, wpim);
    kmfit->AddTrack(2, 0.0, (*(evtRecTrkCol->begin() + ig1))->emcShower());
    kmfit->AddTrack(3, 0.0, (*(evtRecTrkCol->begin() + ig2))->emcShower());
    kmfit->AddFourMomentum(0, ecms);
    if (!kmfit->Fit()) return StatusCode::SUCCESS;
    HepLorentzVector ppi0 = kmfit->pfit(2) + kmfit->pfit(3);
    if (fabs(ppi0.m() - 0.135) > 0.012) return StatusCode::SUCCESS;
    if ((ecms - kmfit->pfit(0)).m() < 1.2) return StatusCode::SUCCESS;
    m_mgg = ppi0.m();
    m_ppip = kmfit->pfit(0).rho();
"""
_WRITE = "    m_event = header->eventNumber();\n    m_ngam = nGam;\n    m_tuple->write();\n"
#: The statements of `execute` of each algorithm, a word that its draft must say.
STYLES = {
    "Counting": (_START + _TRACKS + _MODULES + "    if (nGam < 1) return StatusCode::SUCCESS;\n" + _WRITE, "endcap cos in 0.86..0.92, energy >= 200 MeV"),
    "Identified": (_START + _TRACKS + _PHOTONS + _PIONS + _WRITE, 'identify :pip, "from_kaon"'),
    "Fitted": (_START + _TRACKS + _PHOTONS + _PIONS + _FIT + _WRITE, 'require "recoil mass", recoil(fit4c.pip) >= 1.2 GeV'),
}


@pytest.fixture(scope="module")
def events():
    return list(toy_batches("J/psi -> rho(770)0 pi0", EVENTS, 3))


_INCLUDES = '#include "VertexFit/Helix.h"\n#include "VertexFit/KalmanKinematicFit.h"\n#include "EventModel/EventHeader.h"\n'


def text_of(name):
    members = "double m_vz0cut; NTuple::Tuple* m_tuple; NTuple::Item<int> m_event; NTuple::Item<long> m_ngam; NTuple::Item<double> m_mgg, m_ppip;"
    items = "".join(f'm_tuple->addItem("{each}", m_{each}); ' for each in ("event", "ngam", "mgg", "ppip"))
    booked = f'm_tuple = ntupleSvc()->book("FILE1/kept", CLID_ColumnWiseTuple, "kept"); {items}'
    return _INCLUDES + algorithm(STYLES[name][0], members=members, constructor='declareProperty("Vz0cut", m_vz0cut = 8.0);', initialize=booked, name=name)


def by_hand(name, text, events):
    """The rows of the tuple of the C++ as it stands."""
    with Job(build_library()) as job:
        job.load(build_package({f"src/{name}.cxx": text}))
        job.options(f'ApplicationMgr.TopAlg += {{"{name}"}};\n')
        job.vertex(0, True, (0, 0, 0), (0.01, 0.01, 0.1))
        job.initialize()
        for batch in events:
            job.process(batch)
        made = next(iter(job.tuples().values()))
        job.finalize()
    return {key: np.asarray(value) for key, value in made.items()}


@pytest.mark.parametrize("name", STYLES)
def test_the_draft_selects_the_events_of_the_code(name, events):
    text = text_of(name)
    draft = imported(f"{name}.cxx", text)
    assert draft.valid and not [hole for hole in draft.holes if "branches" not in hole.why], (draft.errors, draft.holes)
    assert STYLES[name][1] in draft.text
    expected = by_hand(name, text, events)
    table = run(draft.text, events, "draft.bes", processes=1, systematics=False).tables["kept"]
    assert 20 < len(expected["event"]) < 0.9 * EVENTS
    assert table.columns["event"].tolist() == expected["event"].tolist()
    assert table.columns["ngam"].tolist() == expected["ngam"].tolist()
    if name == "Fitted":
        for column in ("mgg", "ppip"):
            np.testing.assert_allclose(table.columns[column], expected[column], rtol=2e-5)
