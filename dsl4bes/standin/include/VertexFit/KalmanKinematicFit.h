// Kinematic fit in the measured quantities: momenta of tracks; azimuth, cot(theta) and energy of photons.
//
// In: particles and constraints (ConstraintList).  Out: chi2, fitted four-momenta, covariances.  Fit() is
// false when chi2 did not settle within the iterations, or is above the cut; then pfit() has no meaning.
// infit(n) and getCInfit(n) are those of the fit only after pull(n).  One object for the job.
#ifndef VertexFit_KalmanKinematicFit_H
#define VertexFit_KalmanKinematicFit_H

#include "VertexFit/ConstraintList.h"

class TGraph2D;

namespace standin { class Fitters; }

class KalmanKinematicFit : public ConstraintList {
 public:
  static KalmanKinematicFit* instance();

  // Forgets particles and constraints; 10 iterations, chi2 cut 200, tolerance 0.005, no beam spread.
  void init();
  void setTgraph(TGraph2D* graph2d) { m_graph2d = graph2d; }

  bool Fit();
  bool Fit(int n);  // constraint n alone
  void BuildVirtualParticle(int number);

  HepLorentzVector pfit(int n) const;
  HepLorentzVector pfit1(int n);  // before the fit
  HepVector pull(int n);
  HepVector xfit();  // fitted origin of the photons added by AddTrackVertex
  HepSymMatrix getCOrigin(int i) const;
  HepSymMatrix getCInfit(int i) const;

 private:
  friend class standin::Fitters;  // has one of its own
  KalmanKinematicFit();
  KalmanKinematicFit(const KalmanKinematicFit&);
  KalmanKinematicFit& operator=(const KalmanKinematicFit&);

  void load();
  bool settle(int only, double& chi2, bool& settled);
  void followEnergies();
  HepSymMatrix measuredPart(int i, bool fitted) const;
  HepVector trackPull(int n);

  ConstrainedFit* m_fit;
  TGraph2D* m_graph2d;
};

#endif
