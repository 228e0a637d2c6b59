// Fitters of the producers' own: a collection that is made while the user's algorithm runs must not touch the fits the
// user has under way (in BOSS the producers run before).
#ifndef STANDIN_COLLECTIONS_FITTERS_H
#define STANDIN_COLLECTIONS_FITTERS_H

#include "VertexFit/KalmanKinematicFit.h"
#include "VertexFit/SecondVertexFit.h"
#include "VertexFit/VertexFit.h"

namespace standin {

class Fitters {
public:
  VertexFit vertex;
  SecondVertexFit second;
  KalmanKinematicFit kinematic;
};

// A vertex whose position is not known: error 1e6 cm on each axis.
VertexParameter unknownVertex();

}

#endif
