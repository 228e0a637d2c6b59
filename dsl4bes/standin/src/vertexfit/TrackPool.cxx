// Bookkeeping of the particles of a fit, and how a calorimeter shower is turned into a measured direction.
#include "VertexFit/TrackPool.h"

#include <cmath>
#include <iostream>

#include "EmcRecEventModel/RecEmcShower.h"
#include "MdcRecEvent/RecMdcTrack.h"
#include "ShowerPoint.h"
#include "TrackState.h"

using vertexfit::Block;
using vertexfit::fromHep;
using vertexfit::fromLower;
using vertexfit::mapped;
using vertexfit::pointSlopes;
using vertexfit::TrackState;

namespace {

const double kUnknown = 1.e6;         // error of what a shower does not measure (rad, GeV)
const double kMissingVariance = 1.e6; // of the momentum components of a missing particle (GeV^2)
const double kMissingStart = 0.2;     // and where they start (GeV)

const double kHalfTurn = 3.1415926;   // added by BOSS to the arc tangent for points at negative x

double azimuth(double x, double y) { return std::atan(y / x) + (x < 0. ? kHalfTurn : 0.); }

// Azimuth and cot(theta) of a point seen from another one.
struct Direction {
  double phi;
  double cotTheta;
  double varPhi;
  double varCotTheta;
};

// Direction of the shower seen from the beam; its errors are those of shower position and beam position.  The
// correlation that the beam introduces between the two angles is left out, as in BOSS.
Direction seenFrom(const HepPoint3D& beam, const Block<3, 3>& beamError, const RecEmcShower& shower) {
  const HepPoint3D at(shower.x(), shower.y(), shower.z());
  Block<2, 2> measured;
  measured[0][0] = shower.dphi() * shower.dphi();
  measured[1][1] = shower.dtheta() * shower.dtheta();
  const double dx = at.x() - beam.x(), dy = at.y() - beam.y(), dz = at.z() - beam.z();
  const double r2 = dx * dx + dy * dy, r = std::sqrt(r2);
  Block<2, 3> d;
  d[0][0] = -dy / r2;
  d[0][1] = dx / r2;
  d[1][0] = -dx * dz / (r2 * r);
  d[1][1] = -dy * dz / (r2 * r);
  d[1][2] = 1. / r;
  Block<3, 3> v = fromLower(mapped(pointSlopes(at), measured));
  v += beamError;
  const Block<2, 2> angles = mapped(d, v);
  Direction out = {azimuth(dx, dy), dz / r, angles[0][0], angles[1][1]};
  return out;
}

// The shower as the calorimeter gives it: direction from the origin, momentum equal to the energy deposit.
WTrackParameter measuredShower(const RecEmcShower* trk, double momentum, double energy, double energyError) {
  const double theta = trk->theta(), phi = trk->phi();
  const HepLorentzVector p4(momentum * std::sin(theta) * std::cos(phi), momentum * std::sin(theta) * std::sin(phi),
                            momentum * std::cos(theta), energy);
  return WTrackParameter(HepPoint3D(trk->x(), trk->y(), trk->z()), p4, trk->dphi(), trk->dtheta(), energyError);
}

void setMomentum(WTrackParameter& wtrk, const Direction& to, double momentum, double energy) {
  const double pt = momentum / std::sqrt(1. + to.cotTheta * to.cotTheta);
  wtrk.setW(0, pt * std::cos(to.phi));
  wtrk.setW(1, pt * std::sin(to.phi));
  wtrk.setW(2, pt * to.cotTheta);
  wtrk.setW(3, energy);
}

// Covariance of (px, py, pz, E) from the variances of direction and energy.
Block<4, 4> momentumError(const WTrackParameter& wtrk, const double variance[3]) {
  const HepLorentzVector p = wtrk.p();
  const double pt = p.perp(), e2 = p.e() * p.e();
  Block<4, 3> d;
  d[0][0] = -p.py();
  d[1][0] = p.px();
  d[0][1] = -p.pz() * p.px() * pt / e2;
  d[1][1] = -p.pz() * p.py() * pt / e2;
  d[2][1] = pt * pt * pt / e2;
  d[0][2] = p.px() / p.e();
  d[1][2] = p.py() / p.e();
  d[2][2] = p.pz() / p.e();
  d[3][2] = 1.;
  Block<3, 3> v;
  for (int k = 0; k < 3; ++k) v[k][k] = variance[k];
  return mapped(d, v);
}

}  // namespace

TrackPool::Start::Start() : knowledge(MomentumMeasured), mass(0.), described(true) {
  for (int i = 0; i < 4; ++i) value[i] = variance[i] = shower[i] = 0.;
  for (int i = 0; i < 3; ++i) point[i] = 0.;
}

TrackPool::TrackPool() : m_beam(0., 0., 0.), m_beamError(3, 0) {}

void TrackPool::forgetBeam() {
  m_beam = HepPoint3D(0., 0., 0.);
  for (int i = 1; i <= 3; ++i)
    for (int j = 1; j <= i; ++j) m_beamError.fast(i, j) = 0.;
}

void TrackPool::clearTracks() {
  m_origin.clear();
  m_infit.clear();
  m_start.clear();
}

void TrackPool::keep(int number, const WTrackParameter& wtrk, const Start& start) {
  m_origin.push_back(wtrk);
  m_start.push_back(start);
  if (!m_infit.empty()) m_infit.push_back(asAdded(numberWTrack() - 1));
  if (number != numberWTrack() - 1)
    std::cout << "TrackPool: wrong track index " << number << " , " << numberWTrack() << std::endl;
}

void TrackPool::describe(int n) const {
  m_origin[n] = showerParticle(m_start[n]);
  m_start[n].described = true;
}

const std::vector<WTrackParameter>& TrackPool::allAsAdded() const {
  for (int n = 0; n < numberWTrack(); ++n) asAdded(n);
  return m_origin;
}

void TrackPool::AddTrack(const int number, const WTrackParameter wtrk) {
  Start start;
  start.mass = wtrk.mass();
  for (int i = 0; i < 3; ++i) start.value[i] = TrackState::w(wtrk)[i];
  keep(number, wtrk, start);
}

void TrackPool::AddTrack(const int number, const double mass, const RecMdcTrack* trk) {
  HepVector helix(5, 0);
  double error[15];
  for (int i = 0; i < 5; ++i) helix[i] = trk->helix(i);
  for (int i = 0; i < 15; ++i) error[i] = trk->err(i);
  AddTrack(number, WTrackParameter(mass, helix, error));
}

void TrackPool::AddTrack(const int number, const double mass, const RecEmcShower* trk) {
  const double momentum = trk->energy(), energy = std::sqrt(momentum * momentum + mass * mass);
  const Direction to = seenFrom(m_beam, fromHep<3>(m_beamError), *trk);
  Start start;
  start.knowledge = ShowerMeasured;
  start.mass = mass;
  start.value[0] = to.phi;
  start.value[1] = to.cotTheta;
  start.value[2] = energy;
  start.variance[0] = to.varPhi;
  start.variance[1] = to.varCotTheta;
  start.variance[2] = trk->dE() * trk->dE();
  start.shower[0] = energy;
  start.shower[1] = trk->dphi();
  start.shower[2] = trk->dtheta();
  start.shower[3] = momentum;
  start.point[0] = trk->x();
  start.point[1] = trk->y();
  start.point[2] = trk->z();
  start.described = false;
  keep(number, WTrackParameter(), start);
}

// The particle that AddTrack() with a shower stands for.
WTrackParameter TrackPool::showerParticle(const Start& start) {
  const Direction to = {start.value[0], start.value[1], start.variance[0], start.variance[1]};
  WTrackParameter wtrk;
  setMomentum(wtrk, to, start.shower[3], start.value[2]);
  for (int i = 0; i < 3; ++i) wtrk.setW(4 + i, start.point[i]);
  TrackState::setError(wtrk, momentumError(wtrk, start.variance));  // four rows: the position has no error from here on
  wtrk.setMass(start.mass);
  wtrk.setType(2);
  return wtrk;
}

void TrackPool::AddMissTrack(const int number, const double mass) {
  HepVector w(7, 0);
  HepSymMatrix error(7, 0);
  for (int i = 0; i < 3; ++i) {
    w[i] = kMissingStart;
    error[i][i] = kMissingVariance;
  }
  w[3] = std::sqrt(3. * kMissingStart * kMissingStart + mass * mass);
  WTrackParameter wtrk;
  wtrk.setW(w);
  wtrk.setEw(error);
  AddTrack(number, wtrk);
}

void TrackPool::AddMissTrack(const int number, const double mass, const HepLorentzVector p4) {
  WTrackParameter wtrk(p4, kUnknown, kUnknown, kUnknown);
  wtrk.setType(1);
  Start start;
  start.knowledge = MassKnown;
  start.mass = mass;
  start.value[0] = azimuth(p4.px(), p4.py());
  start.value[1] = p4.pz() / p4.perp();
  start.value[2] = p4.e();
  keep(number, wtrk, start);
}

void TrackPool::AddMissTrack(const int number, const HepLorentzVector p4) {
  WTrackParameter wtrk(p4, kUnknown, kUnknown, kUnknown);
  HepSymMatrix error(7, 0);
  for (int i = 0; i < 7; ++i) error[i][i] = kMissingVariance;
  wtrk.setEw(error);
  wtrk.setType(1);
  Start start;
  start.knowledge = NothingKnown;
  for (int i = 0; i < 4; ++i) start.value[i] = p4[i];
  keep(number, wtrk, start);
}

void TrackPool::AddMissTrack(const int number, const double mass, const RecEmcShower* trk) {
  addPointing(number, mass, trk, DirectionMassKnown);
}

void TrackPool::AddMissTrack(const int number, const RecEmcShower* trk) {
  addPointing(number, 0., trk, DirectionKnown);
}

void TrackPool::addPointing(int number, double mass, const RecEmcShower* trk, Knowledge knowledge) {
  const double momentum = trk->energy(), energy = std::sqrt(momentum * momentum + mass * mass);
  WTrackParameter wtrk = measuredShower(trk, energy, energy, kUnknown);
  const Direction to = seenFrom(m_beam, fromHep<3>(m_beamError), *trk);
  setMomentum(wtrk, to, momentum, energy);
  wtrk.setMass(mass);
  wtrk.setType(1);
  Start start;
  start.knowledge = knowledge;
  start.mass = mass;
  start.value[0] = to.phi;
  start.value[1] = to.cotTheta;
  start.variance[0] = to.varPhi;
  start.variance[1] = to.varCotTheta;
  if (knowledge == DirectionKnown) {
    start.value[2] = mass;
    start.value[3] = energy;
  } else {
    start.value[2] = momentum;
  }
  keep(number, wtrk, start);
}

void TrackPool::AddTrackVertex(const int number, const double mass, const RecEmcShower* trk) {
  const double momentum = trk->energy(), energy = std::sqrt(momentum * momentum + mass * mass);
  const WTrackParameter wtrk = measuredShower(trk, momentum, energy, trk->dE());
  Start start;
  start.knowledge = ShowerAndVertex;
  start.mass = mass;
  for (int i = 0; i < 3; ++i) start.value[i] = TrackState::w(wtrk)[4 + i];
  start.value[3] = energy;
  start.shower[0] = energy;
  start.shower[1] = trk->dphi();
  start.shower[2] = trk->dtheta();
  keep(number, wtrk, start);
}

std::vector<int> TrackPool::AddList(int n1, int n2, int n3, int n4, int n5, int n6, int n7, int n8, int n9, int n10,
                                    int n11, int n12) {
  const int all[12] = {n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12};
  int size = 1;
  while (size < 12 && all[size] >= 0) ++size;
  return std::vector<int>(all, all + size);
}
