// What a fit knows about one particle: w = (px, py, pz, E, x, y, z) and its 7x7 covariance (GeV, cm).
//
// In: a helix of the drift chamber (drho, phi0, kappa, dz, tan lambda; pivot at the origin) with its mass,
// or a direction and energy measured by the calorimeter.  Out: w, Ew, charge, mass.  A mass hypothesis is
// never guessed here: helix and mass must belong to the same hypothesis, which the caller chooses.
#ifndef VertexFit_WTrackParameter_H
#define VertexFit_WTrackParameter_H

#include <cmath>

#include "CLHEP/Geometry/Point3D.h"
#include "CLHEP/Matrix/Matrix.h"
#include "CLHEP/Matrix/SymMatrix.h"
#include "CLHEP/Matrix/Vector.h"
#include "CLHEP/Vector/LorentzVector.h"
#include "CLHEP/Vector/ThreeVector.h"

using CLHEP::Hep3Vector;
using CLHEP::HepLorentzVector;
using CLHEP::HepMatrix;
using CLHEP::HepSymMatrix;
using CLHEP::HepVector;
#ifndef ENABLE_BACKWARDS_COMPATIBILITY
typedef HepGeom::Point3D<double> HepPoint3D;
#endif

namespace vertexfit { class TrackState; }

class WTrackParameter {
 public:
  // A particle at rest at the origin without errors, type 1, charge 0.
  WTrackParameter();

  // Charged track from its helix; err is the 5x5 covariance, or its upper triangle row by row (15 numbers).
  WTrackParameter(const double mass, const HepVector& helix, const HepSymMatrix& err);
  WTrackParameter(const double mass, const HepVector& helix, const double err[]);

  // Charged track from charge, four-momentum and the point closest to the z axis; err as above.
  WTrackParameter(const int charge, const HepLorentzVector& p, const HepPoint3D& x, const HepSymMatrix& err);
  WTrackParameter(const int charge, const HepLorentzVector& p, const HepPoint3D& x, const double err[]);

  // Neutral particle that reached the calorimeter at x; errors of azimuth, polar angle (rad), energy (GeV).
  WTrackParameter(const HepPoint3D& x, const HepLorentzVector& p, const double dphi, const double dtheta,
                  const double dE);
  WTrackParameter(const HepLorentzVector& p, const double dphi, const double dtheta, const double dE);

  // setW(w) also sets the mass to sqrt(E^2 - p^2); the single-element form leaves it alone.
  void setW(const HepVector& w);
  void setW(const int n, const double w) { m_w[n] = w; }
  void setEw(const HepSymMatrix& Ew);
  void setCharge(const int charge) { m_charge = charge; }
  void setMass(const double mass) { m_mass = mass; }
  void setType(const int type) { m_type = type; }

  int type() const { return m_type; }  // 1 charged or composed, 2 shower
  int charge() const { return m_charge; }
  double mass() const { return m_mass; }
  HepVector w() const;
  HepSymMatrix Ew() const;
  HepLorentzVector p() const { return HepLorentzVector(m_w[0], m_w[1], m_w[2], m_w[3]); }
  HepSymMatrix Ep() const { return Ew().sub(1, 4); }
  HepPoint3D x() const { return HepPoint3D(m_w[4], m_w[5], m_w[6]); }
  HepVector X() const { return w().sub(5, 7); }
  HepSymMatrix Ex() const { return Ew().sub(5, 7); }

 private:
  friend class vertexfit::TrackState;  // the fitters read and write the numbers themselves
  void fromHelix(const double mass, const double helix[5], const HepSymMatrix& err);

  // Arrays of fixed size: fits copy particles all the time, and CLHEP's matrices live on the heap.
  double m_w[7];
  double m_Ew[7][7];
  int m_rows;  // of Ew: four for a shower that a kinematic fit took, else seven
  int m_charge;
  int m_type;
  double m_mass;
};

#endif
