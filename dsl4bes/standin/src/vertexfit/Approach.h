// The two conditions that a track passes through a vertex, with their slopes.
//
// In: state of the track (px, py, pz, x, y, z) in GeV and cm, the vertex (cm), the bend of the track (GeV/cm).
// Out: both conditions, zero when the track passes through the vertex, linearised in track and vertex.
#ifndef vertexfit_Approach_H
#define vertexfit_Approach_H

#include "Small.h"

namespace vertexfit {

struct Approach {
  double value[2];
  Block<2, 6> track;
  Block<2, 3> vertex;
};

// A neutral particle: its momentum and the way to the vertex are parallel (x against z, y against z).
Approach lineApproach(const double state[6], const double vertex[3]);

// A charged particle: the chord to the vertex fits the circle, and the turning angle the climb along z.
Approach helixApproach(const double state[6], const double vertex[3], double bend);

}  // namespace vertexfit

#endif
