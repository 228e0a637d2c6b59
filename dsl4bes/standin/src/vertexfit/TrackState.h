// The numbers of a WTrackParameter for the fitters, without matrices of CLHEP (which live on the heap) in between.
//
// In: a particle, or its numbers.  Out: w = (px, py, pz, E, x, y, z) and its covariance.  Nothing is computed here but the
// mass that belongs to w, as setW() does.
#ifndef vertexfit_TrackState_H
#define vertexfit_TrackState_H

#include <cmath>

#include "Small.h"
#include "VertexFit/WTrackParameter.h"

namespace vertexfit {

class TrackState {
 public:
  static const double* w(const WTrackParameter& track) { return track.m_w; }

  // N x N of the covariance from row and column `from` on; rows that it lacks are zero.
  template <int N>
  static Block<N, N> error(const WTrackParameter& track, int from = 0) {
    Block<N, N> out;
    for (int i = 0; i < N; ++i)
      for (int j = 0; j < N; ++j) out[i][j] = track.m_Ew[from + i][from + j];
    return out;
  }

  // (px, py, pz, x, y, z) with its covariance: the energy follows from the momentum.
  static void withoutEnergy(const WTrackParameter& track, double state[6], Block<6, 6>& covariance) {
    for (int i = 0; i < 6; ++i) {
      const int row = i < 3 ? i : i + 1;
      state[i] = track.m_w[row];
      for (int j = 0; j < 6; ++j) covariance[i][j] = track.m_Ew[row][j < 3 ? j : j + 1];
    }
  }

  static void setW(WTrackParameter& track, const double w[7]) {
    for (int i = 0; i < 7; ++i) track.m_w[i] = w[i];
    track.m_mass = std::sqrt(w[3] * w[3] - w[2] * w[2] - w[1] * w[1] - w[0] * w[0]);
  }

  // The lower triangle counts, as in a symmetric matrix of CLHEP.
  template <int N>
  static void setError(WTrackParameter& track, const Block<N, N>& error) {
    track.m_rows = N;
    for (int i = 0; i < 7; ++i)
      for (int j = 0; j <= i; ++j) track.m_Ew[i][j] = track.m_Ew[j][i] = i < N ? error[i][j] : 0.;
  }
};

}  // namespace vertexfit

#endif
