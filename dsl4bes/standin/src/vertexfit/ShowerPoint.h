// How the point of a calorimeter shower (cm) moves with azimuth and polar angle (rad), at its radius.
#ifndef vertexfit_ShowerPoint_H
#define vertexfit_ShowerPoint_H

#include "CLHEP/Geometry/Point3D.h"
#include "Small.h"

namespace vertexfit {

inline Block<3, 2> pointSlopes(const HepGeom::Point3D<double>& x) {
  const double r = x.perp();
  Block<3, 2> d;
  d[0][0] = -x.y();
  d[1][0] = x.x();
  d[2][1] = r > 0. ? -x.mag2() / r : 0.;  // z = r cot(theta); at the origin there is nothing to move
  return d;
}

}  // namespace vertexfit

#endif
