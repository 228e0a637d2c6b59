// Helix parameters with errors of a particle given by momentum and point: what the pulls are made of.
#ifndef vertexfit_HelixState_H
#define vertexfit_HelixState_H

#include "Small.h"
#include "VertexFit/WTrackParameter.h"

namespace vertexfit {

class HelixState {
 public:
  // state = (px, py, pz, x, y, z) in GeV and cm with its covariance; helix with respect to the origin.
  HelixState(int charge, const double state[6], const Block<6, 6>& covariance);
  double value(int i) const { return m_value[i]; }        // drho, phi0, kappa, dz, tan(lambda)
  double variance(int i) const { return m_variance[i]; }

 private:
  double m_value[5];
  double m_variance[5];
};

// The helix of a particle in a fit.
HelixState helixOf(const WTrackParameter& particle);

}  // namespace vertexfit

#endif
