// Calorimeter showers: storage only.
#include "EmcRecEventModel/RecEmcShower.h"

#include <cmath>

DstEmcShower::DstEmcShower()
    : m_trackId(-1), m_numHits(0), m_status(0), m_cellId(0), m_module(1), m_dTheta(0), m_dPhi(0), m_energy(0), m_dE(0),
      m_eSeed(0), m_e3x3(0), m_e5x5(0), m_time(0), m_secondMoment(0), m_latMoment(0), m_a20Moment(0), m_a42Moment(0),
      m_errorMatrix(3, 0) {}

DstEmcShower::~DstEmcShower() {}

// A negative variance gives the width 99, as the real class does.
double DstEmcShower::width(int axis) const {
  const double variance = m_errorMatrix[axis][axis];
  return variance >= 0 ? std::sqrt(variance) : 99.;
}

std::ostream& operator<<(std::ostream& out, const DstEmcShower& shower) {
  return out << "shower " << shower.trackId() << ": energy " << shower.energy() << " GeV at " << shower.position()
             << ", time " << shower.time() << " ticks";
}

RecEmcShower::RecEmcShower() { Clear(); }

RecEmcShower::RecEmcShower(const DstEmcShower& shower) : DstEmcShower(shower) {
  Clear();
  m_showerId = RecEmcID(shower.cellId());
}

RecEmcShower& RecEmcShower::operator=(const DstEmcShower& shower) {
  DstEmcShower::operator=(shower);
  Clear();
  m_showerId = RecEmcID(shower.cellId());
  return *this;
}

RecEmcShower::~RecEmcShower() {}

void RecEmcShower::Clear() {
  m_showerId.clear();
  m_clusterId.clear();
  m_eAll = m_eTof2x1 = m_eTof2x3 = 0;
  m_thetaGap = m_phiGap = 0;
}
