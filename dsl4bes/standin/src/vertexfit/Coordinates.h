// The coordinates in which a particle enters a kinematic fit, and the way from them to its four-momentum.
//
// In: the values of the coordinates (and a fixed mass where they need one).  Out: (px, py, pz, E) in GeV and its
// slopes.  Which coordinates are measured is not known here.  Polar ones begin with azimuth and cot(theta).
#ifndef vertexfit_Coordinates_H
#define vertexfit_Coordinates_H

namespace vertexfit {

const int kMostCoordinates = 7;
const int kMostMeasured = 4;  // of them

class Coordinates {
 public:
  virtual ~Coordinates() {}
  virtual int size() const = 0;
  virtual bool polar() const { return false; }
  virtual void momentum(const double* x, double mass, double p[4]) const = 0;
  // slope[k] = derivative of p with coordinate k, at x where momentum() gave p.
  virtual void slopes(const double* x, double mass, const double p[4], double slope[][4]) const = 0;
};

const Coordinates& cartesian();          // px, py, pz; fixed mass
const Coordinates& cartesianEnergy();    // px, py, pz, E
const Coordinates& polarEnergy();        // phi, cot theta, E; fixed mass
const Coordinates& polarMassEnergy();    // phi, cot theta, mass, E
const Coordinates& polarMomentum();      // phi, cot theta, |p|; fixed mass
const Coordinates& pointing();           // shower point x, y, z (cm), E; vertex x, y, z; no mass

}  // namespace vertexfit

#endif
