// The constraints as equations: their values at the present momenta and their slopes, row by row.
//
// The slope of a constraint with cot(theta) of a shower is not the exact one everywhere in BOSS 7.0.4.  Fits
// there end where *its* slopes lead, so they are used here too (FITTERS.md, "Slopes in cot theta"):
//   mass, equal mass                  too steep by sqrt(1 + cot^2), in all components;
//   three-momentum                    too steep by that factor in x and y;
//   four-momentum, measured energy    exact;
//   four-momentum, free energy        too steep by that factor in x and y;
//   magnitude of the momentum         the x component of its direction stands for all components.
// And the slopes in a vertex shared by photons add up over the photons, as they must, but over the iterations too.
#include <cmath>

#include "ConstrainedFit.h"

using namespace vertexfit;

namespace {

struct Sum {
  double p[4];
  Sum() { p[0] = p[1] = p[2] = p[3] = 0.; }
  void add(const double q[4]) {
    for (int i = 0; i < 4; ++i) p[i] += q[i];
  }
  double mass2() const { return p[3] * p[3] - p[0] * p[0] - p[1] * p[1] - p[2] * p[2]; }
  double magnitude() const { return std::sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]); }
};

}  // namespace

void ConstrainedFit::chain(const Constraint& c, int row, const double gradient[4], const Particle& q) {
  double out[kMostCoordinates];
  for (int k = 0; k < q.size; ++k) {
    out[k] = 0.;
    for (int i = 0; i < 4; ++i) out[k] += gradient[i] * q.slope[k][i];
  }
  if (q.polar) {
    const double* g = gradient;
    if (c.kind == Constraint::Mass || c.kind == Constraint::EqualMass) out[1] *= q.steepness;
    if (c.kind == Constraint::Momentum) {
      out[0] = g[0] * (q.slope[0][0] + q.slope[0][1]);
      for (int k = 2; k < q.size; ++k)
        if (q.coordinates != &polarMomentum()) out[k] = g[0] * (q.slope[k][0] + q.slope[k][1] + q.slope[k][2]);
    }
  }
  setSlopes(row, out, q);
}

// A constraint on the components of the momentum: the slopes are the particle's own, component by component.
void ConstrainedFit::momentumRows(const Constraint& c, int row, const Particle& q) {
  const bool freeEnergy = q.measured < q.size && q.measured > 0;
  const bool steep = q.polar && (c.kind == Constraint::ThreeMomentum || freeEnergy);
  const int rows = c.rows();
  for (int i = 0; i < rows; ++i) {
    double out[kMostCoordinates];
    for (int k = 0; k < q.size; ++k) out[k] = q.slope[k][i];
    if (steep && i < 2) out[1] *= q.steepness;
    setSlopes(row + i, out, q);
  }
}

void ConstrainedFit::setSlopes(int row, const double slope[], const Particle& q) {
  double* measured = m_slopeMeasured[row] + q.firstMeasured;
  for (int k = 0; k < q.measured; ++k) measured[k] = slope[k];
  for (int k = q.measured; k < q.size; ++k) {
    if (q.coordinates == &pointing())
      m_slopeFree[row][k - q.measured] += slope[k];
    else
      m_slopeFree[row][q.firstFree + k - q.measured] = slope[k];
  }
}

void ConstrainedFit::constraintRows(const Constraint& c, int row) {
  Sum first, second;
  for (unsigned int i = 0; i < c.first.size(); ++i) first.add(m_particles[c.first[i]].p);
  for (unsigned int i = 0; i < c.second.size(); ++i) second.add(m_particles[c.second[i]].p);

  double gradient[4] = {0., 0., 0., 0.};
  switch (c.kind) {
    case Constraint::Mass:
    case Constraint::EqualMass:
      m_residual[row] = first.mass2() - (c.kind == Constraint::Mass ? c.target[0] * c.target[0] : second.mass2());
      for (int i = 0; i < 4; ++i) gradient[i] = (i < 3 ? -2. : 2.) * first.p[i];
      break;
    case Constraint::Energy:
      m_residual[row] = first.p[3] - c.target[0];
      gradient[3] = 1.;
      break;
    case Constraint::Momentum:
      m_residual[row] = first.magnitude() - c.target[0];
      for (int i = 0; i < 3; ++i) gradient[i] = first.p[i] / first.magnitude();
      break;
    case Constraint::ThreeMomentum:
    case Constraint::FourMomentum:
      for (int i = 0; i < c.rows(); ++i) m_residual[row + i] = first.p[i] - c.target[i];
      for (unsigned int i = 0; i < c.first.size(); ++i) momentumRows(c, row, m_particles[c.first[i]]);
      return;
  }
  for (unsigned int i = 0; i < c.first.size(); ++i) chain(c, row, gradient, m_particles[c.first[i]]);
  if (c.kind != Constraint::EqualMass) return;
  for (int i = 0; i < 4; ++i) gradient[i] = (i < 3 ? 2. : -2.) * second.p[i];
  for (unsigned int i = 0; i < c.second.size(); ++i) chain(c, row, gradient, m_particles[c.second[i]]);
}
