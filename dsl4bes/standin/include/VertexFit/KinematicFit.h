// Kinematic fit in the Cartesian momenta of all particles, photons included.
//
// In: particles and constraints (ConstraintList); the beam spread is not used by this fitter.  Out: chi2,
// fitted four-momenta, covariances.  Fit() is false only when chi2 is not below the cut; then pfit() has no
// meaning.  infit() is that of the fit only after pull().  One object for the job.
#ifndef VertexFit_KinematicFit_H
#define VertexFit_KinematicFit_H

#include "VertexFit/ConstraintList.h"

class KinematicFit : public ConstraintList {
 public:
  static KinematicFit* instance();

  // Forgets particles and constraints; 10 iterations, chi2 cut 200, tolerance 0.005.
  void init();
  void setKalman(const int kalman) { m_kalman = kalman; }

  bool Fit();
  bool Fit(int n);  // constraint n alone
  void BuildVirtualParticle(int number);

  HepLorentzVector pfit(int n) const;
  HepLorentzVector pfit1(int n) const;  // before the fit
  HepVector pull(int n);

 private:
  KinematicFit();
  KinematicFit(const KinematicFit&);
  KinematicFit& operator=(const KinematicFit&);

  void load();
  bool settle(int only, double& chi2);
  void followEnergies();
  void updateTracks();

  ConstrainedFit* m_fit;
  int m_kalman;
};

#endif
