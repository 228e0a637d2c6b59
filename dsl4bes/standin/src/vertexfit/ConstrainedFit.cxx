// One Gauss-Newton step of a least-squares fit with constraints.
#include "ConstrainedFit.h"

#include <cmath>
#include <limits>

using namespace vertexfit;

ConstrainedFit::ConstrainedFit() { clear(); }

void ConstrainedFit::clear() {
  m_size = 0;
  m_constraints.clear();
  m_start.clear();
  m_freeStart.clear();
  m_prior.shape(0, 0);
  m_sharedVertex = false;
  m_known = false;
}

void ConstrainedFit::setVertex(const double position[3], const Block<3, 3>& covariance) {
  m_freeStart.insert(m_freeStart.begin(), position, position + 3);
  m_sharedVertex = true;
  m_prior.shape(3, 3);
  Block<3, 3> prior = covariance;
  if (!invertSymmetric(prior)) prior = Block<3, 3>();  // without an error: free
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) m_prior[i][j] = prior[i][j];
}

void ConstrainedFit::add(const Coordinates& coordinates, double mass, const double* start, int measured,
                         const double* covariance) {
  if (m_size == int(m_particles.size())) m_particles.push_back(Particle());
  Particle& q = m_particles[m_size++];
  q.coordinates = &coordinates;
  q.mass = mass;
  q.size = coordinates.size();
  q.measured = measured;
  q.polar = coordinates.polar();
  q.firstMeasured = int(m_start.size());
  for (int i = 0; i < measured; ++i) {
    m_start.push_back(start[i]);
    for (int j = 0; j < measured; ++j) q.c[i][j] = covariance[i * measured + j];
  }
  if (&coordinates == &pointing()) {
    q.firstFree = 0;
    return;
  }
  q.firstFree = int(m_freeStart.size());
  for (int i = measured; i < q.size; ++i) m_freeStart.push_back(start[i]);
}

// All coordinates of a particle: where they are, or copied into `room` when some are free.
const double* ConstrainedFit::values(const Particle& q, const std::vector<double>& measured,
                                     const std::vector<double>& free, double room[kMostCoordinates]) const {
  if (q.measured == q.size) return &measured[q.firstMeasured];
  for (int k = 0; k < q.size; ++k)
    room[k] = k < q.measured ? measured[q.firstMeasured + k] : free[q.firstFree + k - q.measured];
  return room;
}

void ConstrainedFit::start() {
  m_measured = m_start;
  m_free = m_freeStart;
  int rows = 0;
  for (unsigned int i = 0; i < m_constraints.size(); ++i) rows += m_constraints[i]->rows();
  const int measured = int(m_measured.size()), free = int(m_free.size());
  m_slopeMeasured.shape(rows, measured);
  m_slopeFree.shape(rows, free);
  m_residual.assign(rows, 0.);
  m_scratch.assign(rows, 0.);
  m_force.assign(rows, 0.);
  m_move.assign(free, 0.);
  m_spread.shape(rows, rows);
  m_weight.shape(rows, rows);
  m_gain.shape(measured, rows);
  m_information.shape(free, free);
  m_freeError.shape(free, free);
  int row = 0;
  for (unsigned int i = 0; i < m_constraints.size(); ++i) {
    const Constraint& c = *m_constraints[i];
    for (int k = 0; k < c.rows(); ++k)
      for (int l = 0; l < c.rows(); ++l) m_spread[row + k][row + l] = c.variance[k][l];
    row += c.rows();
  }
  for (int i = 0; i < size(); ++i) original(i, m_particles[i].p);
  m_known = false;
}

// start() and step() leave the momenta at the present values.
void ConstrainedFit::linearise() {
  double room[kMostCoordinates];
  for (int i = 0; i < size(); ++i) {
    Particle& q = m_particles[i];
    q.coordinates->slopes(values(q, m_measured, m_free, room), q.mass, q.p, q.slope);
    if (!q.polar) continue;
    const double cot = q.p[2] / std::sqrt(q.p[0] * q.p[0] + q.p[1] * q.p[1]);
    q.steepness = std::sqrt(1. + cot * cot);
  }
  int row = 0;
  for (unsigned int i = 0; i < m_constraints.size(); ++i) {
    constraintRows(*m_constraints[i], row);
    row += m_constraints[i]->rows();
  }
}

// What the errors of one particle add: C J_m^t to the gain, J_m C J_m^t to the inverse weight.
template <int MEASURED>
void ConstrainedFit::weigh(const Particle& q) {
  const int rows = m_weight.rows();
  double* gain = m_gain[q.firstMeasured];
  for (int i = 0; i < rows; ++i) {
    const double* slope = m_slopeMeasured[i] + q.firstMeasured;
    for (int k = 0; k < MEASURED; ++k) {
      double sum = 0.;
      for (int l = 0; l < MEASURED; ++l) sum += q.c[k][l] * slope[l];
      gain[k * rows + i] = sum;
    }
    for (int j = 0; j <= i; ++j) {
      double sum = m_weight[i][j];
      for (int k = 0; k < MEASURED; ++k)
        if (slope[k] != 0.) sum += slope[k] * gain[k * rows + j];
      m_weight[i][j] = sum;
    }
  }
}

bool ConstrainedFit::weigh() {
  const int rows = m_weight.rows();
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < rows; ++j) m_weight[i][j] = m_spread[i][j];
  for (int n = 0; n < size(); ++n) {
    const Particle& q = m_particles[n];
    switch (q.measured) {
      case 2: weigh<2>(q); break;
      case 3: weigh<3>(q); break;
      case 4: weigh<4>(q); break;
    }
  }
  for (int i = 0; i < rows; ++i)
    for (int j = i + 1; j < rows; ++j) m_weight[i][j] = m_weight[j][i];
  return invertSymmetric(m_weight.data(), rows);
}

double ConstrainedFit::step() {
  linearise();
  if (!weigh()) return std::numeric_limits<double>::quiet_NaN();
  const int rows = m_weight.rows(), measured = int(m_measured.size()), free = int(m_free.size());
  std::vector<double>& g = m_scratch;
  for (int i = 0; i < rows; ++i) {
    const double *slope = m_slopeMeasured[i], *slopeFree = m_slopeFree[i];
    double sum = m_residual[i];
    for (int k = 0; k < measured; ++k) sum += slope[k] * (m_start[k] - m_measured[k]);
    for (int k = 0; k < free; ++k) sum += slopeFree[k] * (m_freeStart[k] - m_free[k]);
    g[i] = sum;
  }
  applyWeight();
  double chi2 = 0.;
  for (int i = 0; i < rows; ++i) chi2 += g[i] * m_force[i];
  if (free > 0) chi2 -= moveFree();
  for (int k = 0; k < measured; ++k) {
    const double* gain = m_gain[k];
    double moved = m_start[k];
    for (int i = 0; i < rows; ++i) moved -= gain[i] * m_force[i];
    m_measured[k] = moved;
  }
  double room[kMostCoordinates];
  for (int i = 0; i < size(); ++i) {
    Particle& q = m_particles[i];
    q.coordinates->momentum(values(q, m_measured, m_free, room), q.mass, q.p);
  }
  return chi2;
}

// force = W g.
void ConstrainedFit::applyWeight() {
  const int rows = m_weight.rows();
  for (int i = 0; i < rows; ++i) {
    const double* weight = m_weight[i];
    double sum = 0.;
    for (int j = 0; j < rows; ++j) sum += weight[j] * m_scratch[j];
    m_force[i] = sum;
  }
}

// Moves the free coordinates to where chi2 is least and the force with them; the result is what chi2 loses.
double ConstrainedFit::moveFree() {
  const int rows = m_weight.rows(), free = int(m_free.size());
  for (int k = 0; k < free; ++k)
    for (int l = 0; l < free; ++l) {
      double sum = k < m_prior.rows() && l < m_prior.cols() ? m_prior[k][l] : 0.;
      for (int i = 0; i < rows; ++i)
        for (int j = 0; j < rows; ++j) sum += m_slopeFree[i][k] * m_weight[i][j] * m_slopeFree[j][l];
      m_information[k][l] = m_freeError[k][l] = sum;
    }
  if (!invertSymmetric(m_freeError.data(), free)) return std::numeric_limits<double>::quiet_NaN();
  for (int k = 0; k < free; ++k) {
    m_move[k] = 0.;
    for (int l = 0; l < free; ++l)
      for (int i = 0; i < rows; ++i) m_move[k] -= m_freeError[k][l] * m_slopeFree[i][l] * m_force[i];
    m_free[k] = m_freeStart[k] + m_move[k];
  }
  double loss = 0.;
  for (int k = 0; k < free; ++k) {
    for (int l = 0; l < free; ++l) loss += m_move[k] * m_information[k][l] * m_move[l];
    for (int i = 0; i < rows; ++i) m_scratch[i] += m_slopeFree[i][k] * m_move[k];
  }
  applyWeight();
  return loss;
}

// Weights and slopes are those of the last step; the covariance of the start may have been changed since.
void ConstrainedFit::covariance() {
  const int rows = m_weight.rows(), measured = int(m_measured.size()), free = int(m_free.size());
  m_gainWeight.shape(measured, rows);
  m_freeGain.shape(measured, free);
  m_error.shape(measured, measured);
  for (int n = 0; n < size(); ++n) {
    const Particle& q = m_particles[n];
    for (int k = 0; k < q.measured; ++k) {
      for (int i = 0; i < rows; ++i) {
        double sum = 0.;
        for (int l = 0; l < q.measured; ++l) sum += q.c[k][l] * m_slopeMeasured[i][q.firstMeasured + l];
        m_gain[q.firstMeasured + k][i] = sum;
      }
      for (int l = 0; l < q.measured; ++l) m_error[q.firstMeasured + k][q.firstMeasured + l] = q.c[k][l];
    }
  }
  for (int k = 0; k < measured; ++k) {
    for (int i = 0; i < rows; ++i)
      for (int j = 0; j < rows; ++j) m_gainWeight[k][i] += m_gain[k][j] * m_weight[j][i];
    for (int l = 0; l < free; ++l)
      for (int i = 0; i < rows; ++i) m_freeGain[k][l] += m_gainWeight[k][i] * m_slopeFree[i][l];
  }
  for (int k = 0; k < measured; ++k)
    for (int l = 0; l < measured; ++l) {
      for (int i = 0; i < rows; ++i) m_error[k][l] -= m_gainWeight[k][i] * m_gain[l][i];
      for (int a = 0; a < free; ++a)
        for (int b = 0; b < free; ++b) m_error[k][l] += m_freeGain[k][a] * m_freeError[a][b] * m_freeGain[l][b];
    }
  m_known = true;
}

void ConstrainedFit::original(int i, double p[4]) const {
  const Particle& q = m_particles[i];
  double room[kMostCoordinates];
  q.coordinates->momentum(values(q, m_start, m_freeStart, room), q.mass, p);
}

double ConstrainedFit::value(int i, int k) const {
  double room[kMostCoordinates];
  return values(m_particles[i], m_measured, m_free, room)[k];
}

double ConstrainedFit::originalValue(int i, int k) const {
  double room[kMostCoordinates];
  return values(m_particles[i], m_start, m_freeStart, room)[k];
}

double ConstrainedFit::error(int i, int k, int j, int l) const {
  if (!m_known) return 0.;
  return m_error[m_particles[i].firstMeasured + k][m_particles[j].firstMeasured + l];
}

double ConstrainedFit::originalError(int i, int k, int l) const { return m_particles[i].c[k][l]; }

void ConstrainedFit::setOriginalError(int i, int k, int l, double variance) {
  m_particles[i].c[k][l] = m_particles[i].c[l][k] = variance;
}
