// A helix in a uniform field along z: drho (cm), phi0 (rad), kappa = charge/pT (1/GeV), dz (cm), tan(lambda).
//
// In: the parameters with respect to a pivot, or a point with momentum and charge.  Out: points and momenta
// along the helix, the parameters and their covariance with respect to any other pivot.  Nothing is fitted.  BESIII's
// field points along -z, so radius() has the sign opposite to kappa; drho + radius() leads to the centre.
#ifndef VertexFit_VFHelix_H
#define VertexFit_VFHelix_H

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

class VFHelix {
 public:
  VFHelix(const HepPoint3D& pivot, const HepVector& a, const HepSymMatrix& Ea);
  VFHelix(const HepPoint3D& pivot, const HepVector& a);
  VFHelix(const HepPoint3D& position, const Hep3Vector& momentum, double charge);
  virtual ~VFHelix();

  const HepPoint3D& pivot() const { return m_pivot; }
  const HepPoint3D& center() const { return m_center; }  // of the circle, z = 0
  double radius() const { return m_radius; }             // signed, see above
  double curv() const { return m_radius; }
  double dr() const { return m_a[0]; }
  double phi0() const { return m_a[1]; }
  double kappa() const { return m_a[2]; }
  double dz() const { return m_a[3]; }
  double tanl() const { return m_a[4]; }
  double sinPhi0() const { return m_sin; }
  double cosPhi0() const { return m_cos; }
  const HepVector& a() const { return m_a; }
  const HepSymMatrix& Ea() const { return m_Ea; }

  // Point, direction and momentum after turning by dPhi from the point closest to the pivot.
  HepPoint3D x(double dPhi = 0.) const;
  HepPoint3D x(double dPhi, HepSymMatrix& Ex) const;
  Hep3Vector direction(double dPhi = 0.) const;
  Hep3Vector momentum(double dPhi = 0.) const;
  Hep3Vector momentum(double dPhi, HepSymMatrix& Em) const;
  HepLorentzVector momentum(double dPhi, double mass) const;

  // Moves the pivot: parameters and covariance follow.
  const HepPoint3D& pivot(const HepPoint3D& newPivot);
  const HepVector& a(const HepVector& newA);
  const HepSymMatrix& Ea(const HepSymMatrix& newEa);
  void set(const HepPoint3D& pivot, const HepVector& a, const HepSymMatrix& Ea);
  void ignoreErrorMatrix();

  // The field along z in kG (default -10).
  double bFieldZ(double kiloGauss);
  double bFieldZ() const { return m_field; }

 private:
  void refresh();

  HepPoint3D m_pivot;
  HepPoint3D m_center;
  HepVector m_a;
  HepSymMatrix m_Ea;
  bool m_hasErrors;
  double m_field;
  double m_radius;
  double m_sin;
  double m_cos;
};

#endif
