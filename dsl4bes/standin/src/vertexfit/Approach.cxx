// Conditions of a line and of a helix through a vertex.
#include "Approach.h"

#include <algorithm>
#include <cmath>

namespace vertexfit {

namespace {

// Keeps the sine of the turning angle inside its range: 1e-4 from the ends, as BOSS does.
double insideUnit(double s) { return std::max(-1. + 1.e-4, std::min(1. - 1.e-4, s)); }

// Only the displacement of the vertex from the track's point enters the conditions.
void completeTrackSlopes(Approach& at) {
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j) at.track[i][3 + j] = -at.vertex[i][j];
}

}  // namespace

Approach lineApproach(const double state[6], const double vertex[3]) {
  const double* p = state;
  const double dx = vertex[0] - state[3], dy = vertex[1] - state[4], dz = vertex[2] - state[5];
  Approach at;
  at.value[0] = p[2] * dx - p[0] * dz;
  at.value[1] = p[2] * dy - p[1] * dz;
  at.track[0][0] = at.track[1][1] = -dz;
  at.track[0][2] = dx;
  at.track[1][2] = dy;
  at.vertex[0][0] = at.vertex[1][1] = p[2];
  at.vertex[0][2] = -p[0];
  at.vertex[1][2] = -p[1];
  completeTrackSlopes(at);
  return at;
}

Approach helixApproach(const double state[6], const double vertex[3], double bend) {
  const double* p = state;
  const double dx = vertex[0] - state[3], dy = vertex[1] - state[4], dz = vertex[2] - state[5];
  const double pt2 = p[0] * p[0] + p[1] * p[1];
  const double along = (dx * p[0] + dy * p[1]) / pt2;
  const double sine = insideUnit(bend * along), turn = std::asin(sine);
  const double slope = p[2] / (std::sqrt(1. - sine * sine) * pt2);
  Approach at;
  at.value[0] = dy * p[0] - dx * p[1] - 0.5 * bend * (dx * dx + dy * dy);
  at.value[1] = dz - p[2] / bend * turn;
  at.track[0][0] = dy;
  at.track[0][1] = -dx;
  at.vertex[0][0] = -p[1] - bend * dx;
  at.vertex[0][1] = p[0] - bend * dy;
  at.track[1][0] = -slope * (dx - 2. * p[0] * along);
  at.track[1][1] = -slope * (dy - 2. * p[1] * along);
  at.track[1][2] = -turn / bend;
  at.vertex[1][0] = -slope * p[0];
  at.vertex[1][1] = -slope * p[1];
  at.vertex[1][2] = 1.;
  completeTrackSlopes(at);
  return at;
}

}  // namespace vertexfit
