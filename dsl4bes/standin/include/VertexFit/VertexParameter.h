// A vertex: position (cm) and its 3x3 covariance (cm^2); both zero until they are set.
#ifndef VertexFit_VertexParameter_H
#define VertexFit_VertexParameter_H

#include "CLHEP/Geometry/Point3D.h"
#include "CLHEP/Matrix/SymMatrix.h"
#include "CLHEP/Matrix/Vector.h"

using CLHEP::HepSymMatrix;
using CLHEP::HepVector;
#ifndef ENABLE_BACKWARDS_COMPATIBILITY
typedef HepGeom::Point3D<double> HepPoint3D;
#endif

class VertexParameter {
 public:
  VertexParameter() : m_vx(3, 0), m_Evx(3, 0) {}

  void setVx(const HepPoint3D& vx) {
    m_vx[0] = vx.x();
    m_vx[1] = vx.y();
    m_vx[2] = vx.z();
  }
  void setVx(const HepVector& vx) { m_vx = vx; }
  void setEvx(const HepSymMatrix& eVx) { m_Evx = eVx; }

  HepPoint3D vx() const { return HepPoint3D(m_vx[0], m_vx[1], m_vx[2]); }
  HepVector Vx() const { return m_vx; }
  HepSymMatrix Evx() const { return m_Evx; }

 private:
  HepVector m_vx;
  HepSymMatrix m_Evx;
};

#endif
