// TOF identification of one track through ParticleID, as JSON members; nothing for a track without hits.
#ifndef reference_pid_H
#define reference_pid_H

#include <vector>

#include "CLHEP/Matrix/Vector.h"

struct TofHit {
  unsigned int status;
  int quality;
  double path, tof, texp[5], toffset[6], sigma[6];
};

// The hits of the track and its pion helix.
void writePid(const std::vector<TofHit>& hits, const CLHEP::HepVector& helix);

#endif
