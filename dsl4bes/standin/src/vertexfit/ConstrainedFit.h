// Least squares with constraints, the engine of both kinematic fitters.
//
// In: particles (coordinates, start values, covariance of the measured ones; the others are free), constraints
// on sums of their four-momenta, which may themselves have a spread.  Out: chi2 of one step at a time, fitted
// coordinates, four-momenta, covariances.  When to stop and what to accept is not decided here.
//
// With m the measured and f the free coordinates, r the constraints at the present values, J_m and J_f their
// slopes, V the spread of the constraints and C the covariance of m, a step solves, from the start values,
//   W = (V + J_m C J_m^t)^-1,  F = prior + J_f^t W J_f,  df = -F^-1 J_f^t W g,  dm = -C J_m^t W (g + J_f df),
//   g = r + J_m (m_start - m) + J_f (f_start - f),  chi2 = g W g - df F df.
#ifndef vertexfit_ConstrainedFit_H
#define vertexfit_ConstrainedFit_H

#include <vector>

#include "Coordinates.h"
#include "Small.h"
#include "VertexFit/ConstraintList.h"

class ConstrainedFit {
 public:
  typedef ConstraintList::Constraint Constraint;

  ConstrainedFit();

  // Begins anew: no particles, no constraints, no shared vertex.
  void clear();
  // A particle with the first `measured` of its coordinates measured (covariance row-major, measured x measured).
  void add(const vertexfit::Coordinates& coordinates, double mass, const double* start, int measured,
           const double* covariance);
  // The vertex of particles in pointing() coordinates: three free numbers that they share, with prior knowledge.
  void setVertex(const double position[3], const vertexfit::Block<3, 3>& covariance);
  void add(const Constraint& constraint) { m_constraints.push_back(&constraint); }

  void start();   // after the last add
  double step();  // chi2; not a number when the constraints are degenerate
  void covariance();

  int size() const { return m_size; }
  bool covarianceKnown() const { return m_known; }
  const double* fitted(int i) const { return m_particles[i].p; }
  void original(int i, double p[4]) const;
  double value(int i, int k) const;          // coordinate k of particle i, fitted
  double originalValue(int i, int k) const;
  double vertex(int k) const { return m_free[k]; }
  bool hasVertex() const { return m_sharedVertex; }
  // Covariance between measured coordinates of two particles after the fit; zero before covariance().
  double error(int i, int k, int j, int l) const;
  double originalError(int i, int k, int l) const;
  void setOriginalError(int i, int k, int l, double variance);
  int measured(int i) const { return m_particles[i].measured; }

 private:
  struct Particle {
    const vertexfit::Coordinates* coordinates;
    double mass;
    int size;      // of the coordinates
    int measured;  // the first of them
    int firstMeasured;
    int firstFree;
    bool polar;
    double c[vertexfit::kMostMeasured][vertexfit::kMostMeasured];
    double p[4];  // at the present values of the coordinates
    double slope[vertexfit::kMostCoordinates][4];
    double steepness;  // sqrt(1 + cot^2 theta) of polar coordinates
  };

  const double* values(const Particle& q, const std::vector<double>& measured, const std::vector<double>& free,
                       double room[vertexfit::kMostCoordinates]) const;
  void linearise();
  void chain(const Constraint& c, int row, const double gradient[4], const Particle& q);
  void momentumRows(const Constraint& c, int row, const Particle& q);
  void setSlopes(int row, const double slope[], const Particle& q);
  void constraintRows(const Constraint& c, int row);
  bool weigh();
  template <int MEASURED>
  void weigh(const Particle& q);
  void applyWeight();
  double moveFree();

  std::vector<Particle> m_particles;  // of which m_size are in use
  int m_size;
  std::vector<const Constraint*> m_constraints;
  std::vector<double> m_start, m_measured, m_freeStart, m_free, m_residual, m_scratch, m_force, m_move;
  vertexfit::Grid m_slopeMeasured;  // constraints x measured
  vertexfit::Grid m_slopeFree;      // constraints x free
  vertexfit::Grid m_spread;         // V
  vertexfit::Grid m_weight;         // W
  vertexfit::Grid m_prior;          // of the free ones
  vertexfit::Grid m_information;    // F
  vertexfit::Grid m_freeError;      // F^-1
  vertexfit::Grid m_gain;           // C J_m^t, measured x constraints
  vertexfit::Grid m_gainWeight;     // gain W
  vertexfit::Grid m_freeGain;       // gain W J_f
  vertexfit::Grid m_error;          // covariance of the measured after the fit
  bool m_sharedVertex;
  bool m_known;
};

#endif
