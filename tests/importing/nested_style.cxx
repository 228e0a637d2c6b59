// psi(3686) -> gamma K+ K- in the style of nested ifs and functions: what is selected is what comes through.
#include "KKAlg.h"

KKAlg::KKAlg(const std::string& name, ISvcLocator* locator) : Algorithm(name, locator), m_barrel(0.8) {
  declareProperty("RCut", m_rcut = 1.0);
  declareProperty("ZCut", m_zcut = 10.0);
  declareProperty("MinGamma", m_mingamma = 1);
}

StatusCode KKAlg::execute() {
  SmartDataPtr<EvtRecEvent> recEvent(eventSvc(), EventModel::EvtRec::EvtRecEvent);
  SmartDataPtr<EvtRecTrackCol> tracks(eventSvc(), EventModel::EvtRec::EvtRecTrackCol);
  if (!selectTracks(recEvent, tracks)) return StatusCode::SUCCESS;
  if (!selectPhotons(recEvent, tracks)) return StatusCode::SUCCESS;
  m_passed++;
  return StatusCode::SUCCESS;
}

bool KKAlg::selectTracks(SmartDataPtr<EvtRecEvent> recEvent, SmartDataPtr<EvtRecTrackCol> tracks) {
  CLHEP::Hep3Vector origin(0, 0, 0);
  IVertexDbSvc* vertices;
  Gaudi::svcLocator()->service("VertexDbSvc", vertices);
  if (vertices->isVertexValid()) {
    double* v = vertices->PrimaryVertex();
    origin.setX(v[0]);
    origin.setY(v[1]);
    origin.setZ(v[2]);
  }
  int total = 0;
  m_good.clear();
  for (int i = 0; i < recEvent->totalCharged(); ++i) {
    EvtRecTrackIterator it = tracks->begin() + i;
    if ((*it)->isMdcTrackValid() && (*it)->isMdcKalTrackValid()) {
      RecMdcTrack* track = (*it)->mdcTrack();
      VFHelix helix(HepPoint3D(0., 0., 0.), track->helix(), track->err());
      helix.pivot(HepPoint3D(origin[0], origin[1], origin[2]));
      HepVector a = helix.a();
      double cost = cos(track->theta());
      if (fabs(a[0]) < m_rcut && fabs(a[3]) < m_zcut && fabs(cost) < 0.93 && track->p() < 2.0) {
        m_good.push_back(i);
        total += track->charge();
      }
    }
  }
  if (!(m_good.size() == 2 && total == 0)) return false;
  return true;
}

bool KKAlg::selectPhotons(SmartDataPtr<EvtRecEvent> recEvent, SmartDataPtr<EvtRecTrackCol> tracks) {
  m_gamma.clear();
  for (int i = recEvent->totalCharged(); i < recEvent->totalTracks(); ++i) {
    EvtRecTrackIterator it = tracks->begin() + i;
    if (!(*it)->isEmcShowerValid()) continue;
    RecEmcShower* shower = (*it)->emcShower();
    if (shower->time() < 0 || shower->time() > 14) continue;
    double absCos = fabs(cos(shower->theta()));
    double energy = shower->energy();
    if (absCos < m_barrel) {
      if (energy < 0.025) continue;
    } else if (absCos > 0.86 && absCos < 0.92) {
      if (energy < 0.05) continue;
    } else {
      continue;
    }
    Hep3Vector position(shower->x(), shower->y(), shower->z());
    double nearest = 1000.0;
    for (int j = 0; j < recEvent->totalCharged(); ++j) {
      EvtRecTrackIterator jt = tracks->begin() + j;
      if (!(*jt)->isExtTrackValid()) continue;
      RecExtTrack* ext = (*jt)->extTrack();
      if (ext->emcVolumeNumber() == -1) continue;
      double angle = ext->emcPosition().angle(position);
      if (angle < nearest) nearest = angle;
    }
    if (nearest * 180.0 / M_PI <= 10.0) continue;
    m_gamma.push_back(i);
  }
  int n = m_gamma.size();
  return n >= m_mingamma;
}
