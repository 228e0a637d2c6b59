// Helix of a particle from momentum and point.
//
// In the plane the point closest to the origin has the momentum (px + k y, py - k x), k the bend per cm, with
// the same magnitude along the helix; its length t over k and pT over k are the distances of the circle's centre.
#include "HelixState.h"

#include <cmath>

#include "Field.h"
#include "TrackState.h"

namespace vertexfit {

HelixState::HelixState(int charge, const double state[6], const Block<6, 6>& covariance) {
  const double kTwoPi = 6.283185307179586;
  const double k = bendPerCm(charge);
  const double px = state[0], py = state[1], pz = state[2], x = state[3], y = state[4];
  const double pt = std::sqrt(px * px + py * py), pt2 = pt * pt;
  const double ux = px + k * y, uy = py - k * x;
  const double t = std::sqrt(ux * ux + uy * uy), t2 = t * t;
  const double turn = std::asin(k * (x * px + y * py) / (t * pt));

  m_value[0] = (pt - t) / k;
  const double phi = std::atan2(-ux, uy);
  m_value[1] = phi < 0. ? phi + kTwoPi : phi;
  m_value[2] = charge / pt;
  m_value[3] = state[5] - pz / k * turn;
  m_value[4] = pz / pt;

  Block<5, 6> d;  // columns px, py, pz, x, y, z
  d[0][0] = (px / pt - ux / t) / k;
  d[0][1] = (py / pt - uy / t) / k;
  d[0][3] = uy / t;
  d[0][4] = -ux / t;
  d[1][0] = -uy / t2;
  d[1][1] = ux / t2;
  d[1][3] = -k * ux / t2;
  d[1][4] = -k * uy / t2;
  d[2][0] = -charge * px / (pt2 * pt);
  d[2][1] = -charge * py / (pt2 * pt);
  d[3][0] = pz / k * (py / pt2 - uy / t2);
  d[3][1] = -pz / k * (px / pt2 - ux / t2);
  d[3][2] = -turn / k;
  d[3][3] = -pz * ux / t2;
  d[3][4] = -pz * uy / t2;
  d[3][5] = 1.;
  d[4][0] = -px * pz / (pt2 * pt);
  d[4][1] = -py * pz / (pt2 * pt);
  d[4][2] = 1. / pt;
  const Block<5, 5> v = mapped(d, covariance);
  for (int i = 0; i < 5; ++i) m_variance[i] = v[i][i];
}

HelixState helixOf(const WTrackParameter& particle) {
  double state[6];
  Block<6, 6> covariance;
  TrackState::withoutEnergy(particle, state, covariance);
  return HelixState(particle.charge(), state, covariance);
}

}  // namespace vertexfit
