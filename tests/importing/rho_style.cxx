// A selection of J/psi -> pi+ pi- gamma gamma in the style of a first analysis: cuts reject with `continue` and `return`.
#include "MyRho/MyRho.h"

const double mpi = 0.13957;
const double xmass[5] = {0.000511, 0.105658, 0.139570, 0.493677, 0.938272};
typedef std::vector<int> Vint;

MyRho::MyRho(const std::string& name, ISvcLocator* locator) : Algorithm(name, locator) {
  declareProperty("Vr0cut", m_vr0cut = 1.0);
  declareProperty("Vz0cut", m_vz0cut = 10.0);
  declareProperty("EnergyThreshold", m_energyThreshold = 0.04);
  declareProperty("GammaAngleCut", m_gammaAngleCut = 20.0);
  declareProperty("Debug", m_debug = 0);
}

StatusCode MyRho::initialize() {
  m_tuple = ntupleSvc()->book("FILE1/fit4c", CLID_ColumnWiseTuple, "fit");
  m_tuple->addItem("chi2", m_chi2);
  return StatusCode::SUCCESS;
}

StatusCode MyRho::execute() {
  MsgStream log(msgSvc(), name());
  SmartDataPtr<EvtRecEvent> evtRecEvent(eventSvc(), EventModel::EvtRec::EvtRecEvent);
  SmartDataPtr<EvtRecTrackCol> evtRecTrkCol(eventSvc(), EventModel::EvtRec::EvtRecTrackCol);
  Hep3Vector xorigin(0, 0, 0);
  IVertexDbSvc* vtxsvc;
  Gaudi::svcLocator()->service("VertexDbSvc", vtxsvc);
  if (vtxsvc->isVertexValid()) {
    double* dbv = vtxsvc->PrimaryVertex();
    xorigin.setX(dbv[0]);
    xorigin.setY(dbv[1]);
    xorigin.setZ(dbv[2]);
  }
  Vint iGood, ipip, ipim;
  iGood.clear();
  int nCharge = 0;
  for (int i = 0; i < evtRecEvent->totalCharged(); i++) {
    EvtRecTrackIterator itTrk = evtRecTrkCol->begin() + i;
    if (!(*itTrk)->isMdcTrackValid()) continue;
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
    if (fabs(Rvz0) >= m_vz0cut) continue;
    if (fabs(Rvxy0) >= m_vr0cut) continue;
    if (fabs(cos(mdcTrk->theta())) > 0.93) continue;
    iGood.push_back(i);
    nCharge += mdcTrk->charge();
  }
  int nGood = iGood.size();
  if ((nGood != 2) || (nCharge != 0)) {
    return StatusCode::SUCCESS;
  }
  Ncut1++;

  Vint iGam;
  for (int i = evtRecEvent->totalCharged(); i < evtRecEvent->totalTracks(); i++) {
    EvtRecTrackIterator itTrk = evtRecTrkCol->begin() + i;
    if (!(*itTrk)->isEmcShowerValid()) continue;
    RecEmcShower* emcTrk = (*itTrk)->emcShower();
    Hep3Vector emcpos(emcTrk->x(), emcTrk->y(), emcTrk->z());
    double dthe = 200., dang = 200.;
    for (int j = 0; j < evtRecEvent->totalCharged(); j++) {
      EvtRecTrackIterator jtTrk = evtRecTrkCol->begin() + j;
      if (!(*jtTrk)->isExtTrackValid()) continue;
      RecExtTrack* extTrk = (*jtTrk)->extTrack();
      if (extTrk->emcVolumeNumber() == -1) continue;
      Hep3Vector extpos = extTrk->emcPosition();
      double angd = extpos.angle(emcpos);
      double thed = extpos.theta() - emcpos.theta();
      if (angd < dang) {
        dang = angd;
        dthe = thed;
      }
    }
    if (dang >= 200) continue;
    double eraw = emcTrk->energy();
    dthe = dthe * 180 / (CLHEP::pi);
    dang = dang * 180 / (CLHEP::pi);
    if (eraw < m_energyThreshold) continue;
    if (fabs(dang) < m_gammaAngleCut) continue;
    iGam.push_back(i);
  }
  int nGam = iGam.size();
  if (nGam < 2) return StatusCode::SUCCESS;

  ParticleID* pid = ParticleID::instance();
  for (int i = 0; i < nGood; i++) {
    EvtRecTrackIterator itTrk = evtRecTrkCol->begin() + iGood[i];
    pid->init();
    pid->setMethod(pid->methodProbability());
    pid->setChiMinCut(4);
    pid->setRecTrack(*itTrk);
    pid->usePidSys(pid->useDedx() | pid->useTof1() | pid->useTof2() | pid->useTofE());
    pid->identify(pid->onlyPion() | pid->onlyKaon());
    pid->calculate();
    if (!(pid->IsPidInfoValid())) continue;
    RecMdcTrack* mdcTrk = (*itTrk)->mdcTrack();
    if (pid->probPion() < 0.001) continue;
    if (pid->probPion() < pid->probKaon()) continue;
    RecMdcKalTrack* mdcKalTrk = (*itTrk)->mdcKalTrack();
    RecMdcKalTrack::setPidType(RecMdcKalTrack::pion);
    if (mdcTrk->charge() > 0) {
      ipip.push_back(iGood[i]);
    } else {
      ipim.push_back(iGood[i]);
    }
  }
  int npip = ipip.size();
  int npim = ipim.size();
  if (npip * npim != 1) return SUCCESS;
  if (npip != 1 || npim != 1) return StatusCode::SUCCESS;

  RecMdcKalTrack* pipTrk = (*(evtRecTrkCol->begin() + ipip[0]))->mdcKalTrack();
  RecMdcKalTrack* pimTrk = (*(evtRecTrkCol->begin() + ipim[0]))->mdcKalTrack();
  WTrackParameter wvpipTrk, wvpimTrk;
  wvpipTrk = WTrackParameter(mpi, pipTrk->getZHelix(), pipTrk->getZError());
  wvpimTrk = WTrackParameter(xmass[2], pimTrk->getZHelix(), pimTrk->getZError());
  HepPoint3D vx(0., 0., 0.);
  HepSymMatrix Evx(3, 0);
  VertexParameter vxpar;
  vxpar.setVx(vx);
  VertexFit* vtxfit = VertexFit::instance();
  vtxfit->init();
  vtxfit->AddTrack(0, wvpipTrk);
  vtxfit->AddTrack(1, wvpimTrk);
  vtxfit->AddVertex(0, vxpar, 0, 1);
  if (!vtxfit->Fit(0)) return SUCCESS;
  vtxfit->Swim(0);
  WTrackParameter wpip = vtxfit->wtrk(0);
  WTrackParameter wpim = vtxfit->wtrk(1);

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
        if (chi2 < chisq) {
          chisq = chi2;
          ig1 = iGam[i];
          ig2 = iGam[j];
        }
      }
    }
  }
  if (chisq > 200) return StatusCode::SUCCESS;
  m_chi2 = chisq;
  m_tuple->write();
  return StatusCode::SUCCESS;
}
