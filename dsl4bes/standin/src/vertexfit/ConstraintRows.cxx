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
  const int n = q.coordinates->size();
  double out[kMostCoordinates];
  for (int k = 0; k < n; ++k) {
    out[k] = 0.;
    for (int i = 0; i < 4; ++i) out[k] += gradient[i] * q.slope[k][i];
  }
  if (q.coordinates->polar()) {
    const double* g = gradient;
    const double scale = q.cPtScale;
    const bool freeEnergy = q.measured < n && q.measured > 0;
    const double z = g[2] * q.slope[1][2];
    switch (c.kind) {
      case Constraint::Mass:
      case Constraint::EqualMass:
        out[1] *= scale;
        break;
      case Constraint::ThreeMomentum:
        out[1] = (out[1] - z) * scale + z;
        break;
      case Constraint::FourMomentum:
        if (freeEnergy) out[1] = (out[1] - z) * scale + z;
        break;
      case Constraint::Momentum:
        out[0] = g[0] * (q.slope[0][0] + q.slope[0][1]);
        for (int k = 2; k < n; ++k)
          if (q.coordinates != &polarMomentum()) out[k] = g[0] * (q.slope[k][0] + q.slope[k][1] + q.slope[k][2]);
        break;
      case Constraint::Energy:
        break;
    }
  }
  for (int k = 0; k < n; ++k) {
    if (k < q.measured)
      m_slopeMeasured[row][q.firstMeasured + k] = out[k];
    else if (q.coordinates == &pointing())
      m_slopeFree[row][k - q.measured] += out[k];
    else
      m_slopeFree[row][q.firstFree + k - q.measured] = out[k];
  }
}

void ConstrainedFit::constraintRows(const Constraint& c, int row) {
  Sum first, second;
  for (unsigned int i = 0; i < c.first.size(); ++i) first.add(m_particles[c.first[i]].p);
  for (unsigned int i = 0; i < c.second.size(); ++i) second.add(m_particles[c.second[i]].p);

  double gradient[4][4] = {{0., 0., 0., 0.}, {0., 0., 0., 0.}, {0., 0., 0., 0.}, {0., 0., 0., 0.}};
  switch (c.kind) {
    case Constraint::Mass:
    case Constraint::EqualMass:
      m_residual[row] = first.mass2() - (c.kind == Constraint::Mass ? c.target[0] * c.target[0] : second.mass2());
      for (int i = 0; i < 4; ++i) gradient[0][i] = (i < 3 ? -2. : 2.) * first.p[i];
      break;
    case Constraint::Energy:
      m_residual[row] = first.p[3] - c.target[0];
      gradient[0][3] = 1.;
      break;
    case Constraint::Momentum:
      m_residual[row] = first.magnitude() - c.target[0];
      for (int i = 0; i < 3; ++i) gradient[0][i] = first.p[i] / first.magnitude();
      break;
    case Constraint::ThreeMomentum:
    case Constraint::FourMomentum:
      for (int i = 0; i < c.rows(); ++i) {
        m_residual[row + i] = first.p[i] - c.target[i];
        gradient[i][i] = 1.;
      }
      break;
  }
  for (unsigned int i = 0; i < c.first.size(); ++i)
    for (int k = 0; k < c.rows(); ++k) chain(c, row + k, gradient[k], m_particles[c.first[i]]);
  if (c.kind != Constraint::EqualMass) return;
  for (int i = 0; i < 4; ++i) gradient[0][i] = (i < 3 ? 2. : -2.) * second.p[i];
  for (unsigned int i = 0; i < c.second.size(); ++i) chain(c, row, gradient[0], m_particles[c.second[i]]);
}
