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
  VertexParameter() : m_vx(), m_Evx() {}

  void setVx(const HepPoint3D& vx) {
    m_vx[0] = vx.x();
    m_vx[1] = vx.y();
    m_vx[2] = vx.z();
  }
  void setVx(const HepVector& vx) {
    for (int i = 0; i < 3; ++i) m_vx[i] = vx[i];
  }
  void setEvx(const HepSymMatrix& eVx) {
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) m_Evx[i][j] = eVx[i][j];
  }

  HepPoint3D vx() const { return HepPoint3D(m_vx[0], m_vx[1], m_vx[2]); }
  HepVector Vx() const {
    HepVector vx(3, 0);
    for (int i = 0; i < 3; ++i) vx[i] = m_vx[i];
    return vx;
  }
  HepSymMatrix Evx() const {
    HepSymMatrix eVx(3, 0);
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j <= i; ++j) eVx[i][j] = m_Evx[i][j];
    return eVx;
  }

 private:
  double m_vx[3];      // arrays, as in WTrackParameter: a matrix of CLHEP lives on the heap
  double m_Evx[3][3];
};

#endif
