// The flight of a particle between two vertices: three conditions, one unknown (c tau).
//
// production - decay + flight(c tau, p/m) = 0, where flight is a line for neutral and a helix for charged
// particles.  The slopes of the conditions in the two vertices are constant, those in the momentum are not
// used (as in BOSS): what the flight direction says about the momentum comes through the correlations alone.
#include "VertexFit/SecondVertexFit.h"

#include <cmath>

#include "Field.h"
#include "TrackState.h"

using namespace vertexfit;

namespace {

struct Flight {
  double path[3];   // displacement back from the decay to the production vertex
  double slope[3];  // its derivative with c tau
};

Flight flightOf(const HepLorentzVector& p, double ctau, double bend) {
  const double m = p.m();
  const double u[3] = {p.px() / m, p.py() / m, p.pz() / m};
  Flight f;
  f.path[2] = u[2] * ctau;
  f.slope[2] = u[2];
  if (bend == 0.) {
    for (int i = 0; i < 2; ++i) {
      f.path[i] = u[i] * ctau;
      f.slope[i] = u[i];
    }
    return f;
  }
  const double angle = bend * ctau / m, c = std::cos(angle), s = std::sin(angle);
  f.path[0] = (p.px() * s + p.py() * (1. - c)) / bend;
  f.path[1] = (p.py() * s - p.px() * (1. - c)) / bend;
  f.slope[0] = u[0] * c + u[1] * s;
  f.slope[1] = u[1] * c - u[0] * s;
  return f;
}

// Iterates c tau; the state follows the distance between the vertices through `gain`.
class FlightFit {
 public:
  // state (px, py, pz, E, x, y, z) at the decay with its covariance; production vertex with its covariance.
  FlightFit(const double state[7], const Block<7, 7>& error, const HepVector& production,
            const Block<3, 3>& productionError, double bend)
      : ctau(0.), variance(0.), chi2(999.), m_bend(bend), m_weight(productionError) {
    for (int i = 0; i < 7; ++i) {
      now[i] = m_start[i] = state[i];
      for (int j = 0; j < 3; ++j) m_gain[i][j] = -error[i][4 + j];
    }
    for (int i = 0; i < 3; ++i) {
      m_production[i] = production[i];
      for (int j = 0; j < 3; ++j) m_weight[i][j] += error[4 + i][4 + j];
    }
    invertSymmetric(m_weight);
  }

  void step() {
    const Flight f = flightOf(HepLorentzVector(now[0], now[1], now[2], now[3]), ctau, m_bend);
    double distance[3], force[3], information = 0., projected = 0.;
    for (int i = 0; i < 3; ++i) distance[i] = m_production[i] - m_start[4 + i] + f.path[i];
    for (int i = 0; i < 3; ++i) {
      force[i] = m_along[i] = 0.;
      for (int j = 0; j < 3; ++j) {
        force[i] += m_weight[i][j] * distance[j];
        m_along[i] += m_weight[i][j] * f.slope[j];
      }
      information += m_along[i] * f.slope[i];
      projected += f.slope[i] * force[i];
    }
    variance = 1. / information;
    const double move = -variance * projected;
    ctau += move;
    chi2 = 0.;
    for (int i = 0; i < 3; ++i) {
      force[i] += m_along[i] * move;
      chi2 += force[i] * distance[i];
    }
    for (int i = 0; i < 7; ++i) {
      now[i] = m_start[i];
      for (int j = 0; j < 3; ++j) now[i] -= m_gain[i][j] * force[j];
    }
  }

  // What the fit takes away from the covariance of the state.
  Block<7, 7> gained() const {
    Block<3, 3> kept = m_weight;  // weight of what c tau could not absorb
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) kept[i][j] -= variance * m_along[i] * m_along[j];
    return mapped(m_gain, kept);
  }

  double now[7];
  double ctau;
  double variance;
  double chi2;

 private:
  double m_bend;
  Block<3, 3> m_weight;  // of the distance between the vertices
  Block<7, 3> m_gain;
  double m_start[7], m_production[3], m_along[3];
};

}  // namespace

SecondVertexFit* SecondVertexFit::instance() {
  static SecondVertexFit* theOne = new SecondVertexFit();
  return theOne;
}

SecondVertexFit::SecondVertexFit() : m_ctau(0.), m_ctauError(0.) {
  HepSymMatrix error(3, 0);
  error[0][0] = error[1][1] = 0.1 * 0.1;
  error[2][2] = 1.5 * 1.5;
  m_production.setEvx(error);
  init();
}

void SecondVertexFit::init() {
  clearTracks();
  m_niter = 10;
  m_chicut = 500.;
  m_chiter = 1.0e-2;
  m_factor = 1.;
  m_chisq = 9999.;
  m_length = m_lengthError = 0.;
  for (int i = 0; i < 3; ++i) m_point[i] = 0.;
  m_p4 = HepLorentzVector(0., 0., 0., 0.);
  m_particle = WTrackParameter();
  m_decay = VertexParameter();
}

Hep3Vector SecondVertexFit::crossVector() const {
  const HepVector from = m_production.Vx();
  return Hep3Vector(m_point[0] - from[0], m_point[1] - from[1], m_point[2] - from[2]);
}

bool SecondVertexFit::Fit() {
  const WTrackParameter& particle = asAdded(0);
  const Block<7, 7> error = TrackState::error<7>(particle);
  FlightFit fit(TrackState::w(particle), error, m_production.Vx(), fromHep<3>(m_production.Evx()),
                m_factor * bendPerCm(particle.charge()));
  double before = 0.;
  for (int it = 0; it < m_niter; ++it) {
    fit.step();
    if (it > 0 && std::fabs(fit.chi2 - before) < m_chiter) break;
    before = fit.chi2;
  }
  if (fit.chi2 < 0. || fit.chi2 > m_chicut) return false;

  m_p4 = HepLorentzVector(fit.now[0], fit.now[1], fit.now[2], fit.now[3]);
  const double betaGamma = m_p4.rho() / m_p4.m();
  m_ctau = fit.ctau;
  m_ctauError = std::sqrt(fit.variance);
  m_length = m_ctau * betaGamma;
  m_lengthError = m_ctauError * betaGamma;
  m_chisq = fit.chi2;
  for (int i = 0; i < 3; ++i) m_point[i] = fit.now[4 + i];
  Block<7, 7> after = fit.gained();
  for (int i = 0; i < 7; ++i)
    for (int j = 0; j < 7; ++j) after[i][j] = error[i][j] - after[i][j];
  TrackState::setW(m_particle, fit.now);
  TrackState::setError(m_particle, after);
  m_particle.setCharge(particle.charge());
  return true;
}
