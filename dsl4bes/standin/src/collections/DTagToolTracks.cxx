// D-tag tool: momenta, and what kind of track, shower and event it is.
#include "DTagTool/DTagTool.h"

#include "DstEvent/TofHitStatus.h"
#include "GaudiKernel/Bootstrap.h"
#include "VertexFit/Helix.h"
#include "VertexFit/IVertexDbSvc.h"

#include <cmath>

namespace {

const double toolMass[5] = {0.000511, 0.105658, 0.139570, 0.493677, 0.938272};  // GeV: e, mu, pi, K, p
const double maxVr = 1, maxVz = 10, maxCosTrack = 0.93;                         // cm, cm
const double maxCosmicDifference = 5;                                           // ns
const double minApart = 20;                                                     // degrees

HepLorentzVector photonPair(DTagTool& tool, const EvtRecTrack* high, const EvtRecTrack* low) {
  return tool.p4shower(const_cast<EvtRecTrack*>(high)->emcShower()) +
         tool.p4shower(const_cast<EvtRecTrack*>(low)->emcShower());
}

// Time of the last cluster record; false if there is none.
bool clusterTime(EvtRecTrack* track, double& time) {
  if (!track->isTofTrackValid()) return false;
  bool found = false;
  SmartRefVector<RecTofTrack> records = track->tofTrack();
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!TofHitStatus::is_cluster(records[i]->status())) continue;
    time = records[i]->tof();
    found = true;
  }
  return found;
}

}

HepLorentzVector DTagTool::pi0p4(EvtRecPi0Col::iterator pi0Itr, bool isconstrain) {
  if (isconstrain) return (*pi0Itr)->hiPfit() + (*pi0Itr)->loPfit();
  return photonPair(*this, (*pi0Itr)->hiEnGamma(), (*pi0Itr)->loEnGamma());
}

HepLorentzVector DTagTool::etap4(EvtRecEtaToGGCol::iterator etaItr, bool isconstrain) {
  if (isconstrain) return (*etaItr)->hiPfit() + (*etaItr)->loPfit();
  return photonPair(*this, (*etaItr)->hiEnGamma(), (*etaItr)->loEnGamma());
}

HepLorentzVector DTagTool::p4shower(RecEmcShower* shower) {
  const double energy = shower->energy(), theta = shower->theta(), phi = shower->phi();
  return HepLorentzVector(energy * std::sin(theta) * std::cos(phi), energy * std::sin(theta) * std::sin(phi),
                          energy * std::cos(theta), energy);
}

HepLorentzVector DTagTool::p4(RecMdcKalTrack* mdcKalTrack, int pid) {
  const int hypothesis = pid < 0 || pid > 3 ? 4 : pid;
  const HepVector& helix = mdcKalTrack->DstMdcKalTrack::getZHelix(hypothesis);
  const double transverse = helix[2] != 0 ? 1 / std::fabs(helix[2]) : 0, pz = transverse * helix[4];
  const double mass = toolMass[hypothesis];
  return HepLorentzVector(-transverse * std::sin(helix[1]), transverse * std::cos(helix[1]), pz,
                          std::sqrt(transverse * transverse + pz * pz + mass * mass));
}

bool DTagTool::isElectron(EvtRecTrack* trk) {
  m_simplePid->preparePID(trk);
  return m_simplePid->iselectron(true);
}

bool DTagTool::isMuon(EvtRecTrack* trk) {
  const double chi = trk->isMdcDedxValid() ? trk->mdcDedx()->chiMu() : -99;
  const double momentum = trk->isMdcKalTrackValid() ? trk->mdcKalTrack()->p() : -99;
  const double energy = trk->isEmcShowerValid() ? trk->emcShower()->energy() : 0;
  const double depth = trk->isMucTrackValid() ? trk->mucTrack()->depth() : -99;
  return std::fabs(chi) < 5 && std::fabs(energy) > 0.15 && std::fabs(energy) < 0.3 &&
         (depth >= 80 * momentum - 60 || depth > 40);
}

bool DTagTool::isGoodTrack(EvtRecTrack* trk) {
  if (!trk->isMdcKalTrackValid()) return false;
  HepPoint3D point(0, 0, 0);
  IVertexDbSvc* vertices = 0;
  if (Gaudi::svcLocator()->service("VertexDbSvc", vertices).isSuccess() && vertices->isVertexValid()) {
    const double* vertex = vertices->PrimaryVertex();
    point = HepPoint3D(vertex[0], vertex[1], vertex[2]);
  }
  RecMdcKalTrack* kal = trk->mdcKalTrack();
  RecMdcKalTrack::setPidType(RecMdcKalTrack::pion);
  VFHelix helix(HepPoint3D(0, 0, 0), kal->getZHelix(), kal->getZError());
  helix.pivot(point);
  return std::fabs(helix.a()[0]) < maxVr && std::fabs(helix.a()[3]) < maxVz &&
         std::fabs(std::cos(kal->theta())) < maxCosTrack;
}

bool DTagTool::isGoodShower(EvtRecTrack* trk) {
  if (!trk->isEmcShowerValid()) return false;
  RecEmcShower* shower = trk->emcShower();
  const double cosTheta = std::fabs(std::cos(shower->theta())), energy = shower->energy();
  const bool placed = (cosTheta < 0.80 && energy > 0.025) || (cosTheta > 0.86 && energy > 0.05);
  return placed && shower->time() > 0 && shower->time() < 14;
}

bool DTagTool::cosmic(EvtRecTrack* first, EvtRecTrack* second) {
  double time1 = 0, time2 = 0;
  return clusterTime(first, time1) && clusterTime(second, time2) && std::fabs(time1 - time2) > maxCosmicDifference;
}

bool DTagTool::showerApart(EvtRecTrack* first, EvtRecTrack* second) {
  for (EvtRecTrackIterator it = m_chargedEnd; it != m_showerEnd; ++it) {
    if (!(*it)->isEmcShowerValid()) continue;
    RecEmcShower* shower = (*it)->emcShower();
    if (!(shower->energy() > 0.05 && shower->time() > 0 && shower->time() < 14)) continue;
    if (angleShowerwithTrack(*it, first) > minApart && angleShowerwithTrack(*it, second) > minApart) return true;
  }
  return false;
}

bool DTagTool::cosmicandleptonVeto(bool emc) {
  std::vector<EvtRecTrack*> good;
  for (EvtRecTrackIterator it = m_chargedBegin; it != m_chargedEnd; ++it)
    if (isGoodTrack(*it)) good.push_back(*it);
  if (good.size() != 2) return true;
  if (cosmic(good[0], good[1])) return false;
  if (isElectron(good[0]) && isElectron(good[1])) return false;
  if (isMuon(good[0]) && isMuon(good[1])) return false;
  return !emc || showerApart(good[0], good[1]);
}

double DTagTool::angleShowerwithTrack(EvtRecTrack* shower, EvtRecTrack* track) {
  const double notReached = -100;
  RecEmcShower* emc = shower->emcShower();
  if (!track->isExtTrackValid() || track->extTrack()->emcVolumeNumber() == -1) return notReached;
  const Hep3Vector point = track->extTrack()->emcPosition();
  if (point == Hep3Vector(-99, -99, -99)) return notReached;
  return point.angle(Hep3Vector(emc->x(), emc->y(), emc->z())) * 180 / CLHEP::pi;
}
