// Conversion of measured quantities to (px, py, pz, E, x, y, z) with first-order errors.
#include "VertexFit/WTrackParameter.h"

#include "ShowerPoint.h"
#include "TrackState.h"

using vertexfit::Block;
using vertexfit::fromHep;
using vertexfit::mapped;
using vertexfit::pointSlopes;
using vertexfit::TrackState;

namespace {

// The upper triangle of a 5x5 matrix, row by row.
HepSymMatrix unpack(const double err[]) {
  HepSymMatrix out(5, 0);
  int next = 0;
  for (int i = 0; i < 5; ++i)
    for (int j = i; j < 5; ++j) out[j][i] = err[next++];
  return out;
}

// Derivatives of (px, py, pz, E, x, y, z) with respect to the helix.
Block<7, 5> helixSlopes(const double helix[5], double mass) {
  const double sinPhi = std::sin(helix[1]), cosPhi = std::cos(helix[1]);
  const double pt = 1. / std::fabs(helix[2]), tanl = helix[4];
  const double dPtDKappa = -pt / helix[2];
  const double energy = std::sqrt(pt * pt * (1. + tanl * tanl) + mass * mass);
  Block<7, 5> d;
  d[0][1] = -pt * cosPhi;
  d[0][2] = -sinPhi * dPtDKappa;
  d[1][1] = -pt * sinPhi;
  d[1][2] = cosPhi * dPtDKappa;
  d[2][2] = tanl * dPtDKappa;
  d[2][4] = pt;
  d[3][2] = pt * (1. + tanl * tanl) / energy * dPtDKappa;
  d[3][4] = pt * pt * tanl / energy;
  d[4][0] = cosPhi;
  d[4][1] = -helix[0] * sinPhi;
  d[5][0] = sinPhi;
  d[5][1] = helix[0] * cosPhi;
  d[6][3] = 1.;
  return d;
}

}  // namespace

WTrackParameter::WTrackParameter() : m_w(), m_Ew(), m_rows(7), m_charge(0), m_type(1), m_mass(0.) {}

WTrackParameter::WTrackParameter(const double mass, const HepVector& helix, const HepSymMatrix& err)
    : m_rows(7), m_charge(0), m_type(1), m_mass(mass) {
  const double a[5] = {helix[0], helix[1], helix[2], helix[3], helix[4]};
  fromHelix(mass, a, err);
}

WTrackParameter::WTrackParameter(const double mass, const HepVector& helix, const double err[])
    : m_rows(7), m_charge(0), m_type(1), m_mass(mass) {
  const double a[5] = {helix[0], helix[1], helix[2], helix[3], helix[4]};
  fromHelix(mass, a, unpack(err));
}

void WTrackParameter::fromHelix(const double mass, const double helix[5], const HepSymMatrix& err) {
  const double pt = 1. / std::fabs(helix[2]);
  m_w[0] = -pt * std::sin(helix[1]);
  m_w[1] = pt * std::cos(helix[1]);
  m_w[2] = pt * helix[4];
  m_w[3] = std::sqrt(pt * pt * (1. + helix[4] * helix[4]) + mass * mass);
  m_w[4] = helix[0] * std::cos(helix[1]);
  m_w[5] = helix[0] * std::sin(helix[1]);
  m_w[6] = helix[3];
  m_charge = helix[2] > 0 ? 1 : -1;
  TrackState::setError(*this, mapped(helixSlopes(helix, mass), fromHep<5>(err)));
}

WTrackParameter::WTrackParameter(const int charge, const HepLorentzVector& p, const HepPoint3D& x,
                                 const HepSymMatrix& err)
    : m_rows(7), m_charge(charge), m_type(1), m_mass(p.m()) {
  for (int i = 0; i < 4; ++i) m_w[i] = p[i];
  for (int i = 0; i < 3; ++i) m_w[4 + i] = x[i];
  const double phi0 = std::atan2(-p.px(), p.py());
  const double cosPhi = std::cos(phi0);
  // BOSS 7.0.4 propagates the errors with E/pT in the place of pz/pT; covariances made this way agree with it.
  const double helix[5] = {cosPhi != 0. ? x.x() / cosPhi : x.y() / std::sin(phi0), phi0, charge / p.perp(), x.z(),
                           p.e() / p.perp()};
  TrackState::setError(*this, mapped(helixSlopes(helix, m_mass), fromHep<5>(err)));
}

WTrackParameter::WTrackParameter(const int charge, const HepLorentzVector& p, const HepPoint3D& x, const double err[]) {
  *this = WTrackParameter(charge, p, x, unpack(err));
}

WTrackParameter::WTrackParameter(const HepLorentzVector& p, const double dphi, const double dtheta, const double dE) {
  *this = WTrackParameter(HepPoint3D(0., 0., 0.), p, dphi, dtheta, dE);
}

WTrackParameter::WTrackParameter(const HepPoint3D& x, const HepLorentzVector& p, const double dphi, const double dtheta,
                                 const double dE)
    : m_rows(7), m_charge(0), m_type(2), m_mass(p.m()) {
  for (int i = 0; i < 4; ++i) m_w[i] = p[i];
  for (int i = 0; i < 3; ++i) m_w[4 + i] = x[i];
  const double pt = p.perp(), rho = p.rho();
  Block<7, 3> d;  // columns: azimuth, polar angle, energy
  d[0][0] = -p.py();
  d[1][0] = p.px();
  d[0][1] = p.px() * p.pz() / pt;
  d[1][1] = p.py() * p.pz() / pt;
  d[2][1] = -pt;
  const Block<3, 2> point = pointSlopes(x);
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 2; ++j) d[4 + i][j] = point[i][j];
  d[0][2] = p.px() / rho;
  d[1][2] = p.py() / rho;
  d[2][2] = p.pz() / rho;
  d[3][2] = rho / p.e();
  Block<3, 3> v;
  v[0][0] = dphi * dphi;
  v[1][1] = dtheta * dtheta;
  v[2][2] = dE * dE;
  TrackState::setError(*this, mapped(d, v));
}

void WTrackParameter::setW(const HepVector& w) {
  double all[7];
  for (int i = 0; i < 7; ++i) all[i] = w[i];
  TrackState::setW(*this, all);
}

void WTrackParameter::setEw(const HepSymMatrix& Ew) {
  TrackState::setError(*this, fromHep<7>(Ew));
  if (Ew.num_row() < 7) m_rows = Ew.num_row();
}

HepVector WTrackParameter::w() const {
  HepVector out(7, 0);
  for (int i = 0; i < 7; ++i) out[i] = m_w[i];
  return out;
}

HepSymMatrix WTrackParameter::Ew() const {
  HepSymMatrix out(m_rows, 0);
  for (int i = 0; i < m_rows; ++i)
    for (int j = 0; j <= i; ++j) out.fast(i + 1, j + 1) = m_Ew[i][j];
  return out;
}
