// J/psi -> pi+ pi- gamma gamma, in the order of steps of the collaboration's tutorial.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/Bootstrap.h"
#include "GaudiKernel/IDataProviderSvc.h"
#include "GaudiKernel/IHistogramSvc.h"
#include "GaudiKernel/INTupleSvc.h"
#include "GaudiKernel/ISvcLocator.h"
#include "GaudiKernel/MsgStream.h"
#include "GaudiKernel/NTuple.h"
#include "GaudiKernel/PropertyMgr.h"
#include "GaudiKernel/SmartDataPtr.h"

#include "DstEvent/TofHitStatus.h"
#include "EventModel/Event.h"
#include "EventModel/EventHeader.h"
#include "EventModel/EventModel.h"
#include "EvtRecEvent/EvtRecEvent.h"
#include "EvtRecEvent/EvtRecTrack.h"
#include "TMath.h"

#include "CLHEP/Geometry/Point3D.h"
#include "CLHEP/Vector/LorentzVector.h"
#include "CLHEP/Vector/ThreeVector.h"
#include "CLHEP/Vector/TwoVector.h"
using CLHEP::Hep2Vector;
using CLHEP::Hep3Vector;
using CLHEP::HepLorentzVector;
#ifndef ENABLE_BACKWARDS_COMPATIBILITY
typedef HepGeom::Point3D<double> HepPoint3D;
#endif

#include "RhopiTest/RhopiTest.h"

#include "ParticleID/ParticleID.h"
#include "VertexFit/Helix.h"
#include "VertexFit/IVertexDbSvc.h"
#include "VertexFit/KalmanKinematicFit.h"
#include "VertexFit/VertexFit.h"

#include <vector>

const double mpi = 0.13957;
typedef std::vector<int> Vint;
typedef std::vector<HepLorentzVector> Vp4;

RhopiTest::RhopiTest(const std::string& name, ISvcLocator* pSvcLocator)
    : Algorithm(name, pSvcLocator), m_counts(), m_tuple1(0), m_tuple2(0), m_tuple3(0) {
  declareProperty("Vr0cut", m_vr0cut = 1.0);
  declareProperty("Vz0cut", m_vz0cut = 10.0);
  declareProperty("EnergyThreshold", m_energyThreshold = 0.04);
  declareProperty("GammaAngleCut", m_gammaAngleCut = 20.0);
  declareProperty("ProbCut", m_probCut = 0.001);
  declareProperty("Ecms", m_ecms = 3.097);
  declareProperty("Fit", m_fit = true);
}

StatusCode RhopiTest::initialize() {
  MsgStream log(msgSvc(), name());
  log << MSG::INFO << "in initialize()" << endreq;
  StatusCode status = book();
  if (status.isFailure()) log << MSG::ERROR << "cannot book the ntuples" << endmsg;
  return status;
}

StatusCode RhopiTest::book() {
  const std::string file = "FILE1/" + name();
  NTuplePtr nt1(ntupleSvc(), file + "_vxyz");
  if (nt1) {
    m_tuple1 = nt1;
  } else {
    m_tuple1 = ntupleSvc()->book(file + "_vxyz", CLID_ColumnWiseTuple, "charged tracks");
    if (!m_tuple1) return StatusCode::FAILURE;
    StatusCode status = m_tuple1->addItem("event", m_event1);
    status = m_tuple1->addItem("vx0", m_vx0);
    status = m_tuple1->addItem("vy0", m_vy0);
    status = m_tuple1->addItem("vr0", m_vr0);
    status = m_tuple1->addItem("vz0", m_vz0);
    if (status.isFailure()) return status;
  }
  m_tuple2 = ntupleSvc()->book(file + "_pid", CLID_ColumnWiseTuple, "identified tracks");
  if (!m_tuple2) return StatusCode::FAILURE;
  m_tuple2->addItem("ptrk", m_ptrk);
  m_tuple2->addItem("cost", m_cost);
  m_tuple2->addItem("tof1", m_chi1);
  m_tuple2->addItem("tof2", m_chi2);
  m_tuple2->addItem("tofe", m_chie);
  m_tuple2->addItem("prob", m_probpi);
  m_tuple3 = ntupleSvc()->book(file + "_fit4c", CLID_ColumnWiseTuple, "selected events");
  if (!m_tuple3) return StatusCode::FAILURE;
  m_tuple3->addItem("run", m_run);
  m_tuple3->addItem("event", m_event);
  m_tuple3->addItem("ngam", m_ngam, 0, 20);
  m_tuple3->addIndexedItem("egam", m_ngam, m_egam);
  m_tuple3->addItem("chi2", m_chisq);
  m_tuple3->addItem("mgg", m_mgg);
  return m_tuple3->addItem("mpipi", m_mpipi);
}

bool RhopiTest::identify(EvtRecTrack* track) {
  ParticleID* pid = ParticleID::instance();
  pid->init();
  pid->setMethod(pid->methodProbability());
  pid->setChiMinCut(4);
  pid->setRecTrack(track);
  pid->usePidSys(pid->useDedx() | pid->useTof1() | pid->useTof2() | pid->useTofE());
  pid->identify(pid->onlyPion() | pid->onlyKaon());
  pid->calculate();
  if (!pid->IsPidInfoValid()) return false;
  RecMdcTrack* mdcTrk = track->mdcTrack();
  m_ptrk = mdcTrk->p();
  m_cost = cos(mdcTrk->theta());
  m_chi1 = pid->chiTof1(2);
  m_chi2 = pid->chiTof2(2);
  m_chie = pid->chiTofE(2);
  m_probpi = pid->probPion();
  m_tuple2->write();
  return pid->probPion() >= m_probCut;
}

StatusCode RhopiTest::execute() {
  MsgStream log(msgSvc(), name());
  SmartDataPtr<Event::EventHeader> eventHeader(eventSvc(), "/Event/EventHeader");
  if (!eventHeader) return StatusCode::FAILURE;
  log << MSG::DEBUG << "run, event = " << eventHeader->runNumber() << " , " << eventHeader->eventNumber() << endreq;
  ++m_counts[0];
  SmartDataPtr<EvtRecEvent> evtRecEvent(eventSvc(), EventModel::EvtRec::EvtRecEvent);
  SmartDataPtr<EvtRecTrackCol> evtRecTrkCol(eventSvc(), EventModel::EvtRec::EvtRecTrackCol);
  if (!evtRecEvent || !evtRecTrkCol) return StatusCode::FAILURE;

  Hep3Vector xorigin(0, 0, 0);
  IVertexDbSvc* vtxsvc;
  Gaudi::svcLocator()->service("VertexDbSvc", vtxsvc);
  if (vtxsvc->isVertexValid()) {
    double* dbv = vtxsvc->PrimaryVertex();
    xorigin.setX(dbv[0]);
    xorigin.setY(dbv[1]);
    xorigin.setZ(dbv[2]);
  }

  Vint iGood;
  int nCharge = 0;
  for (int i = 0; i < evtRecEvent->totalCharged(); i++) {
    EvtRecTrackIterator itTrk = evtRecTrkCol->begin() + i;
    if (!(*itTrk)->isMdcTrackValid()) continue;
    if (!(*itTrk)->isMdcKalTrackValid()) continue;
    RecMdcTrack* mdcTrk = (*itTrk)->mdcTrack();
    HepVector a = mdcTrk->helix();
    HepSymMatrix Ea = mdcTrk->err();
    HepPoint3D point0(0., 0., 0.);
    HepPoint3D IP(xorigin[0], xorigin[1], xorigin[2]);
    VFHelix helixip(point0, a, Ea);
    helixip.pivot(IP);
    HepVector vecipa = helixip.a();
    double Rvxy0 = fabs(vecipa[0]);
    double Rvz0 = vecipa[3];
    m_event1 = eventHeader->eventNumber();
    m_vx0 = mdcTrk->x();
    m_vy0 = mdcTrk->y();
    m_vr0 = Rvxy0;
    m_vz0 = Rvz0;
    m_tuple1->write();
    if (fabs(Rvz0) >= m_vz0cut) continue;
    if (Rvxy0 >= m_vr0cut) continue;
    iGood.push_back(i);
    nCharge += mdcTrk->charge();
  }
  if (iGood.size() != 2 || nCharge != 0) return StatusCode::SUCCESS;
  ++m_counts[1];

  Vint iGam;
  for (int i = evtRecEvent->totalCharged(); i < evtRecEvent->totalTracks(); i++) {
    EvtRecTrackIterator itTrk = evtRecTrkCol->begin() + i;
    if (!(*itTrk)->isEmcShowerValid()) continue;
    RecEmcShower* emcTrk = (*itTrk)->emcShower();
    Hep3Vector emcpos(emcTrk->x(), emcTrk->y(), emcTrk->z());
    double dang = 200.;
    for (int j = 0; j < evtRecEvent->totalCharged(); j++) {
      EvtRecTrackIterator jtTrk = evtRecTrkCol->begin() + j;
      if (!(*jtTrk)->isExtTrackValid()) continue;
      RecExtTrack* extTrk = (*jtTrk)->extTrack();
      if (extTrk->emcVolumeNumber() == -1) continue;
      double angd = extTrk->emcPosition().angle(emcpos) * 180 / CLHEP::pi;
      if (angd < dang) dang = angd;
    }
    if (emcTrk->energy() < m_energyThreshold) continue;
    if (dang < m_gammaAngleCut) continue;
    iGam.push_back(i);
  }
  if (iGam.size() < 2) return StatusCode::SUCCESS;
  ++m_counts[2];

  Vint ipip, ipim;
  for (unsigned int i = 0; i < iGood.size(); i++) {
    EvtRecTrack* track = *(evtRecTrkCol->begin() + iGood[i]);
    if (!identify(track)) continue;
    RecMdcKalTrack* kalTrk = track->mdcKalTrack();
    RecMdcKalTrack::setPidType(RecMdcKalTrack::pion);
    if (kalTrk->charge() > 0)
      ipip.push_back(iGood[i]);
    else
      ipim.push_back(iGood[i]);
  }
  if (ipip.size() * ipim.size() != 1) return StatusCode::SUCCESS;
  ++m_counts[3];
  if (!m_fit) return StatusCode::SUCCESS;

  RecMdcKalTrack* pipTrk = (*(evtRecTrkCol->begin() + ipip[0]))->mdcKalTrack();
  RecMdcKalTrack* pimTrk = (*(evtRecTrkCol->begin() + ipim[0]))->mdcKalTrack();
  WTrackParameter wvpipTrk = WTrackParameter(mpi, pipTrk->getZHelix(), pipTrk->getZError());
  WTrackParameter wvpimTrk = WTrackParameter(mpi, pimTrk->getZHelix(), pimTrk->getZError());
  HepPoint3D vx(0., 0., 0.);
  HepSymMatrix Evx(3, 0);
  Evx[0][0] = Evx[1][1] = Evx[2][2] = 1e6 * 1e6;
  VertexParameter vxpar;
  vxpar.setVx(vx);
  vxpar.setEvx(Evx);
  VertexFit* vtxfit = VertexFit::instance();
  vtxfit->init();
  vtxfit->AddTrack(0, wvpipTrk);
  vtxfit->AddTrack(1, wvpimTrk);
  vtxfit->AddVertex(0, vxpar, 0, 1);
  if (!vtxfit->Fit(0)) return StatusCode::SUCCESS;
  vtxfit->Swim(0);
  WTrackParameter wpip = vtxfit->wtrk(0), wpim = vtxfit->wtrk(1);
  ++m_counts[4];

  KalmanKinematicFit* kmfit = KalmanKinematicFit::instance();
  HepLorentzVector ecms(0.011 * m_ecms, 0, 0, m_ecms);
  double chisq = 9999.;
  int ig1 = -1, ig2 = -1;
  for (unsigned int i = 0; i < iGam.size() - 1; i++) {
    RecEmcShower* g1Trk = (*(evtRecTrkCol->begin() + iGam[i]))->emcShower();
    for (unsigned int j = i + 1; j < iGam.size(); j++) {
      RecEmcShower* g2Trk = (*(evtRecTrkCol->begin() + iGam[j]))->emcShower();
      kmfit->init();
      kmfit->AddTrack(0, wpip);
      kmfit->AddTrack(1, wpim);
      kmfit->AddTrack(2, 0.0, g1Trk);
      kmfit->AddTrack(3, 0.0, g2Trk);
      kmfit->AddFourMomentum(0, ecms);
      if (!kmfit->Fit()) continue;
      if (kmfit->chisq() < chisq) {
        chisq = kmfit->chisq();
        ig1 = iGam[i];
        ig2 = iGam[j];
      }
    }
  }
  if (chisq >= 200) return StatusCode::SUCCESS;
  RecEmcShower* g1Trk = (*(evtRecTrkCol->begin() + ig1))->emcShower();
  RecEmcShower* g2Trk = (*(evtRecTrkCol->begin() + ig2))->emcShower();
  kmfit->init();
  kmfit->AddTrack(0, wpip);
  kmfit->AddTrack(1, wpim);
  kmfit->AddTrack(2, 0.0, g1Trk);
  kmfit->AddTrack(3, 0.0, g2Trk);
  kmfit->AddFourMomentum(0, ecms);
  if (!kmfit->Fit()) return StatusCode::SUCCESS;
  ++m_counts[5];
  m_run = eventHeader->runNumber();
  m_event = eventHeader->eventNumber();
  m_ngam = iGam.size() < 20 ? iGam.size() : 20;
  for (int i = 0; i < m_ngam; i++) m_egam[i] = (*(evtRecTrkCol->begin() + iGam[i]))->emcShower()->energy();
  m_chisq = kmfit->chisq();
  m_mgg = (kmfit->pfit(2) + kmfit->pfit(3)).m();
  m_mpipi = (kmfit->pfit(0) + kmfit->pfit(1)).m();
  m_tuple3->write();
  return StatusCode::SUCCESS;
}

StatusCode RhopiTest::finalize() {
  MsgStream log(msgSvc(), name());
  log << MSG::INFO << "cut flow";
  for (int i = 0; i < 6; i++) log << " " << m_counts[i];
  log << endmsg;
  return StatusCode::SUCCESS;
}
