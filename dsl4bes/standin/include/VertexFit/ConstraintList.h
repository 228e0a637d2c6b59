// Particles with the constraints put on them: what both kinematic fitters share.
//
// In: particles (TrackPool), then constraints numbered 0, 1, 2, ... in the order of the calls (a wrong number
// is only reported on std::cout, as in BOSS), beam properties, limits of the iteration.  Out: nothing yet;
// the fitters below read it.  A momentum constraint acts on the particles present at its call.
#ifndef VertexFit_ConstraintList_H
#define VertexFit_ConstraintList_H

#include <vector>

#include "VertexFit/TrackPool.h"

class ConstraintList : public TrackPool {
 public:
  // Invariant mass of the listed particles (GeV).
  void AddResonance(int number, double mres, std::vector<int> tlis);
  void AddResonance(int number, double mres, int n1, int n2 = -1, int n3 = -1, int n4 = -1, int n5 = -1, int n6 = -1,
                    int n7 = -1, int n8 = -1, int n9 = -1, int n10 = -1, int n11 = -1, int n12 = -1);
  // Sum of their energies (GeV).
  void AddTotalEnergy(int number, double etot, std::vector<int> lis);
  void AddTotalEnergy(int number, double etot, int n1, int n2 = -1, int n3 = -1, int n4 = -1, int n5 = -1, int n6 = -1,
                      int n7 = -1, int n8 = -1, int n9 = -1, int n10 = -1, int n11 = -1, int n12 = -1);
  // Magnitude of the sum of their momenta (GeV).
  void AddTotalMomentum(int number, double ptot, std::vector<int> lis);
  void AddTotalMomentum(int number, double ptot, int n1, int n2 = -1, int n3 = -1, int n4 = -1, int n5 = -1, int n6 = -1,
                        int n7 = -1, int n8 = -1, int n9 = -1, int n10 = -1, int n11 = -1, int n12 = -1);
  // Momentum, or momentum and energy, of all particles added so far; a number alone = at rest with that energy.
  void AddThreeMomentum(int number, Hep3Vector p3);
  void AddFourMomentum(int number, HepLorentzVector p4);
  void AddFourMomentum(int number, double etot);
  // The two lists have the same invariant mass.
  void AddEqualMass(int number, std::vector<int> tlis1, std::vector<int> tlis2);

  void setFlag(const bool flag = 1) { m_flag = flag; }
  void setIterNumber(const int niter = 5) { m_niter = niter; }
  // The second argument is the tolerance on chi2: left out, it becomes 0.05 (init() has 0.005).
  void setChisqCut(const double chicut = 200, const double chiter = 0.05) {
    m_chicut = chicut;
    m_chiter = chiter;
  }
  // Energy spread of one beam (GeV) and half the crossing angle (rad); before AddFourMomentum.
  void setEspread(const double espread = 0.0009) { m_espread = espread; }
  void setCollideangle(const double collideangle = 11e-3) { m_collideangle = collideangle; }
  // Photon errors follow the fitted energy.
  void setDynamicerror(const bool dynamicerror = 1) { m_dynamicerror = dynamicerror; }
  double espread() const { return m_espread; }
  double collideangle() const { return m_collideangle; }
  bool dynamicerror() const { return m_dynamicerror; }

  double chisq() const { return m_chi; }
  double chisq(int n) const { return n < int(m_chisq.size()) ? m_chisq[n] : 9999.; }
  WTrackParameter origin(int n) const { return wTrackOrigin(n); }
  WTrackParameter infit(int n) const { return wTrackInfit(n); }  // brought up to date by pull(n)
  WTrackParameter wVirtualTrack(int n) const { return m_virtual[n]; }  // n counts the Build calls

 protected:
  struct Constraint {
    enum Kind { Mass, Energy, Momentum, ThreeMomentum, FourMomentum, EqualMass };
    Kind kind;
    std::vector<int> first;   // the particles, or the first of two lists
    std::vector<int> second;  // EqualMass only
    double target[4];
    double variance[4][4];
    explicit Constraint(Kind k);
    int rows() const { return kind == FourMomentum ? 4 : kind == ThreeMomentum ? 3 : 1; }
  };
  friend class ConstrainedFit;

  ConstraintList();
  ~ConstraintList();
  void resetConstraints();
  double& chisqOf(int n);

  std::vector<Constraint> m_constraints;
  std::vector<WTrackParameter> m_virtual;
  std::vector<double> m_chisq;
  double m_chi;
  int m_niter;
  double m_chicut;
  double m_chiter;
  double m_espread;
  double m_collideangle;
  bool m_dynamicerror;
  bool m_flag;

 private:
  Constraint& add(int number, Constraint::Kind kind);
  std::vector<int> everybody() const;
};

class ConstrainedFit;

#endif
