// Drift-chamber and Kalman tracks: storage only. Values come from the loader or from the setters; nothing is computed.
#include "MdcRecEvent/RecMdcKalTrack.h"
#include "MdcRecEvent/RecMdcTrack.h"

#include <cmath>
#include <sstream>
#include <stdexcept>

DstMdcTrack::DstMdcTrack()
    : m_trackId(-1), m_charge(0), m_stat(-1), m_ndof(0), m_nster(0), m_firstLayer(0), m_lastLayer(0), m_nlayer(0),
      m_chi2(0), m_pxy(0), m_px(0), m_py(0), m_pz(0), m_p(0), m_theta(0), m_phi(0), m_x(0), m_y(0), m_z(0), m_r(0),
      m_packed(), m_helix(5, 0), m_error(5, 0) {}

DstMdcTrack::~DstMdcTrack() {}

const HepLorentzVector DstMdcTrack::p4(const double mass) const {
  const Hep3Vector momentum = p3();
  return HepLorentzVector(momentum, std::sqrt(momentum.mag2() + mass * mass));
}

void DstMdcTrack::setHelix(double helix[5]) {
  for (int i = 0; i < 5; ++i) m_helix[i] = helix[i];
}

void DstMdcTrack::setError(double packed[15]) {
  int k = 0;
  for (int row = 0; row < 5; ++row)
    for (int column = row; column < 5; ++column, ++k) {
      m_packed[k] = packed[k];
      m_error[column][row] = packed[k];
    }
}

void DstMdcTrack::setError(const HepSymMatrix& error) {
  m_error = error;
  int k = 0;
  for (int row = 0; row < 5; ++row)
    for (int column = row; column < 5; ++column, ++k) m_packed[k] = m_error[column][row];
}

RecMdcTrack::RecMdcTrack() : m_pivot(0, 0, 0), m_fiTerm(0), m_nhits(0) {}

RecMdcTrack::RecMdcTrack(const DstMdcTrack& track) : DstMdcTrack(track), m_pivot(0, 0, 0), m_fiTerm(0), m_nhits(0) {}

RecMdcTrack& RecMdcTrack::operator=(const DstMdcTrack& track) {
  DstMdcTrack::operator=(track);
  m_pivot = HepPoint3D(0, 0, 0);
  m_fiTerm = 0;
  m_nhits = 0;
  return *this;
}

RecMdcTrack::~RecMdcTrack() {}

DstMdcKalTrack::PidType DstMdcKalTrack::m_pidType = DstMdcKalTrack::pion;

DstMdcKalTrack::Hypothesis::Hypothesis()
    : mass(1), pxy(0), px(0), py(0), pz(0), p(0), theta(0), phi(0), x(0), y(0), z(0), r(0), chisq(), charge(1), stat(),
      nster(), firstLayer(), lastLayer(), ndf(), nhits(0), nlayer(0), zhelix(5, 0), fhelix(5, 0), lhelix(5, 0),
      zerror(5, 0), ferror(5, 0), lerror(5, 0) {}

DstMdcKalTrack::DstMdcKalTrack() : m_trackId(-1) {}

DstMdcKalTrack::~DstMdcKalTrack() {}

const HepLorentzVector DstMdcKalTrack::p4() const { return p4(mass()); }

const HepLorentzVector DstMdcKalTrack::p4(double mass) const {
  const Hypothesis& h = now();
  return HepLorentzVector(h.px, h.py, h.pz, std::sqrt(mass * mass + h.p * h.p));
}

void DstMdcKalTrack::refuse(int pid) {
  std::ostringstream text;
  text << "RecMdcKalTrack was read with particle hypothesis " << pid
       << "; call RecMdcKalTrack::setPidType(electron..proton) or use 0 e, 1 mu, 2 pi, 3 K, 4 p";
  throw std::out_of_range(text.str());
}

void DstMdcKalTrack::copyVector(const double* from, HepVector& to) {
  for (int i = 0; i < 5; ++i) to[i] = from[i];
}

void DstMdcKalTrack::copyTriangle(const double* from, HepSymMatrix& to) {
  for (int row = 0, k = 0; row < 5; ++row)
    for (int column = 0; column <= row; ++column, ++k) to[row][column] = from[k];
}

RecMdcKalTrack::RecMdcKalTrack() : m_mass(), m_length(), m_tof() {
  for (int pid = 0; pid < 5; ++pid) {
    Hypothesis& h = of(pid);
    for (int i = 0; i < 2; ++i) {
      h.stat[i] = -1;
      h.nster[i] = -1;
      h.lastLayer[i] = 43;
      h.chisq[i] = 999;
    }
  }
}

RecMdcKalTrack::RecMdcKalTrack(const DstMdcKalTrack& track) : DstMdcKalTrack(track), m_mass(), m_length(), m_tof() {}

RecMdcKalTrack& RecMdcKalTrack::operator=(const DstMdcKalTrack& track) {
  DstMdcKalTrack::operator=(track);
  for (int pid = 0; pid < 5; ++pid) m_length[pid] = m_tof[pid] = 0;
  return *this;
}

RecMdcKalTrack::~RecMdcKalTrack() {}
