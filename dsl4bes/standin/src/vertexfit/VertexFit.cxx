// The common-vertex fit: per track two conditions, that its helix passes through the vertex.
//
// With v the vertex, (p, x) momentum and point of a track, r the conditions at the linearisation point and
// A, B their slopes in (p, x) and v, every iteration solves
//     A (p - p_measured) + B (v - v_given) + r = 0     at least chi2,
// always measured from the start values.  Tracks couple only through v, so each needs a 2x2 inverse, the
// vertex one 3x3 inverse.
#include "VertexFit/VertexFit.h"

#include <cmath>
#include <iostream>

#include "Approach.h"
#include "Field.h"
#include "HelixState.h"
#include "TrackState.h"

using namespace vertexfit;

namespace {

double energyOf(double mass, const double p[3]) {
  return std::sqrt(mass * mass + p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
}

// (px, py, pz, x, y, z) covariance to (px, py, pz, E, x, y, z), E depending on the momentum alone.
Block<7, 7> withEnergy(const Block<6, 6>& v, const double p[3], double energy) {
  double slope[3];
  for (int i = 0; i < 3; ++i) slope[i] = p[i] / energy;
  Block<7, 7> out;
  for (int i = 0; i < 6; ++i) {
    const int row = i < 3 ? i : i + 1;
    for (int j = 0; j < 6; ++j) out[row][j < 3 ? j : j + 1] = v[i][j];
    for (int k = 0; k < 3; ++k) {
      out[3][row] += slope[k] * v[k][i];
      out[row][3] += v[i][k] * slope[k];
    }
  }
  for (int k = 0; k < 3; ++k) out[3][3] += out[3][k] * slope[k];
  return out;
}

// Momentum at the vertex from momentum and point of the track: p + bend (y - vy, vx - x); the point is the vertex.
Block<6, 6> toVertexFromTrack(double bend) {
  Block<6, 6> t;
  t[0][0] = t[1][1] = t[2][2] = 1.;
  t[0][4] = bend;
  t[1][3] = -bend;
  return t;
}

Block<6, 3> toVertexFromVertex(double bend) {
  Block<6, 3> t;
  t[3][0] = t[4][1] = t[5][2] = 1.;
  t[0][1] = -bend;
  t[1][0] = bend;
  return t;
}

}  // namespace

// One track inside the fit: state (px, py, pz, x, y, z).
struct VertexFit::Leg {
  double start[6];
  double now[6];
  Block<6, 6> measured;   // covariance before
  Block<6, 6> own;        // covariance after, without the part that comes through the vertex
  Block<2, 6> a;
  Block<2, 3> b;
  Block<6, 2> gain;       // measured a^t
  Block<2, 2> weight;
  Block<6, 3> withVertex; // covariance between the fitted track and the vertex
  double residual[2];
  double mass;
  int charge;
};

struct VertexFit::Solution {
  std::vector<Leg> legs;
  double given[3];
  double vertex[3];
  Block<3, 3> prior;      // inverse covariance of the given vertex
  Block<3, 3> information;
  Block<3, 3> covariance;
  bool tracksKnown;       // covariance of the tracks was asked for
};

VertexFit* VertexFit::instance() {
  static VertexFit* theOne = new VertexFit();
  return theOne;
}

VertexFit::VertexFit() : m_solution(new Solution()) { init(); }

void VertexFit::init() {
  clearTracks();
  m_vertices.clear();
  m_given.clear();
  m_fitted.clear();
  m_virtual.clear();
  m_chisq.clear();
  m_chi = 9999.;
  m_niter = 10;
  m_chicut = 1000.;
  m_chiter = 1.0e-3;
  m_factor = 1.;
}

void VertexFit::AddVertex(int number, VertexParameter vpar, std::vector<int> lis) {
  double mean[3];
  for (int j = 0; j < 3; ++j) {
    mean[j] = 0.;
    for (unsigned int i = 0; i < lis.size(); ++i) mean[j] += TrackState::w(asAdded(lis[i]))[4 + j];
    mean[j] /= double(lis.size());
  }
  vpar.setVx(HepPoint3D(mean[0], mean[1], mean[2]));
  m_vertices.push_back(Vertex());
  m_vertices.back().tracks.swap(lis);
  m_vertices.back().common = true;
  m_given.push_back(vpar);
  m_fitted.push_back(vpar);
  m_virtual.push_back(WTrackParameter());
  if (number != int(m_vertices.size()) - 1) std::cout << "wrong kinematic constraints index" << std::endl;
}

void VertexFit::AddVertex(int number, VertexParameter vpar, int n1, int n2, int n3, int n4, int n5, int n6, int n7,
                          int n8, int n9, int n10, int n11, int n12) {
  AddVertex(number, vpar, AddList(n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12));
}

void VertexFit::AddBeamFit(int number, VertexParameter vpar, int n) {
  const Vertex vertex = {AddList(n), false};
  m_vertices.push_back(vertex);
  m_given.push_back(vpar);
  m_fitted.push_back(vpar);
  m_virtual.push_back(WTrackParameter());
  if (number != int(m_vertices.size()) - 1) std::cout << "wrong kinematic constraints index" << std::endl;
}

double VertexFit::bend(const Leg& leg) const { return m_factor * bendPerCm(leg.charge); }

void VertexFit::begin(int n) {
  Solution& s = *m_solution;
  s.legs.assign(numberWTrack(), Leg());
  resetInfit();
  for (int i = 0; i < numberWTrack(); ++i) {
    Leg& leg = s.legs[i];
    const WTrackParameter& track = asAdded(i);
    TrackState::withoutEnergy(track, leg.start, leg.measured);
    for (int j = 0; j < 6; ++j) leg.now[j] = leg.start[j];
    leg.residual[0] = leg.residual[1] = 0.;
    leg.mass = track.mass();
    leg.charge = track.charge();
  }
  const HepPoint3D given = m_given[n].vx();
  for (int j = 0; j < 3; ++j) s.given[j] = s.vertex[j] = given[j];
  s.prior = fromHep<3>(m_given[n].Evx());
  invertSymmetric(s.prior);  // a vertex without errors (all zero) stays without weight: free
  s.tracksKnown = false;
  m_fitted[n] = m_given[n];
  if (m_chisq.size() < m_vertices.size()) m_chisq.resize(m_vertices.size(), 9999.);
}

void VertexFit::linearise(Leg& leg) {
  const Solution& s = *m_solution;
  const Approach at = leg.charge == 0 ? lineApproach(leg.now, s.vertex) : helixApproach(leg.now, s.vertex, bend(leg));
  leg.a = at.track;
  leg.b = at.vertex;
  const Block<2, 6> am = leg.a * leg.measured;
  leg.weight = am * transposed(leg.a);
  leg.gain = transposed(am);
  invertSymmetric(leg.weight);
  for (int i = 0; i < 2; ++i) {
    leg.residual[i] = at.value[i];
    for (int j = 0; j < 6; ++j) leg.residual[i] += leg.a[i][j] * (leg.start[j] - leg.now[j]);
    for (int j = 0; j < 3; ++j) leg.residual[i] += leg.b[i][j] * (s.given[j] - s.vertex[j]);
  }
}

// Vertex, tracks and chi2 from the linearised conditions.
void VertexFit::update(int n) {
  Solution& s = *m_solution;
  const std::vector<int>& tracks = m_vertices[n].tracks;
  s.information = s.prior;
  double pull[3] = {0., 0., 0.}, chi2 = 0.;
  for (unsigned int i = 0; i < tracks.size(); ++i) {
    const Leg& leg = s.legs[tracks[i]];
    const Block<3, 2> bw = transposed(leg.b) * leg.weight;
    s.information += bw * leg.b;
    for (int j = 0; j < 3; ++j) pull[j] += bw[j][0] * leg.residual[0] + bw[j][1] * leg.residual[1];
    for (int j = 0; j < 2; ++j)
      for (int k = 0; k < 2; ++k) chi2 += leg.residual[j] * leg.weight[j][k] * leg.residual[k];
  }
  s.covariance = s.information;
  invertSymmetric(s.covariance);
  double step[3];
  for (int j = 0; j < 3; ++j) {
    step[j] = 0.;
    for (int k = 0; k < 3; ++k) step[j] -= s.covariance[j][k] * pull[k];
    s.vertex[j] = s.given[j] + step[j];
  }
  for (int j = 0; j < 3; ++j)
    for (int k = 0; k < 3; ++k) chi2 -= step[j] * s.information[j][k] * step[k];
  for (unsigned int i = 0; i < tracks.size(); ++i) {
    Leg& leg = s.legs[tracks[i]];
    double rest[2], force[2];
    for (int j = 0; j < 2; ++j) {
      rest[j] = leg.residual[j];
      for (int k = 0; k < 3; ++k) rest[j] += leg.b[j][k] * step[k];
    }
    for (int j = 0; j < 2; ++j) force[j] = leg.weight[j][0] * rest[0] + leg.weight[j][1] * rest[1];
    for (int j = 0; j < 6; ++j) leg.now[j] = leg.start[j] - leg.gain[j][0] * force[0] - leg.gain[j][1] * force[1];
  }
  m_chisq[n] = chi2;
}

// Covariances between the fitted tracks and the vertex, after the last update().
void VertexFit::vertexCovariance(int n) {
  const std::vector<int>& tracks = m_vertices[n].tracks;
  for (unsigned int i = 0; i < tracks.size(); ++i) {
    Leg& leg = m_solution->legs[tracks[i]];
    leg.withVertex = (leg.gain * leg.weight) * (leg.b * m_solution->covariance);
    for (int j = 0; j < 6; ++j)
      for (int k = 0; k < 3; ++k) leg.withVertex[j][k] = -leg.withVertex[j][k];
  }
}

bool VertexFit::Fit(int n) {
  if (n < 0 || n >= int(m_vertices.size())) return false;
  begin(n);
  const Vertex& vertex = m_vertices[n];
  double before = 0.;
  for (int it = 0; it < m_niter; ++it) {
    if (vertex.common)
      for (unsigned int i = 0; i < vertex.tracks.size(); ++i) linearise(m_solution->legs[vertex.tracks[i]]);
    update(n);
    if (it > 0 && std::fabs(m_chisq[n] - before) < m_chiter) break;
    before = m_chisq[n];
  }
  if (m_chisq[n] >= m_chicut) return false;
  const double* at = m_solution->vertex;
  m_fitted[n].setVx(HepPoint3D(at[0], at[1], at[2]));
  m_fitted[n].setEvx(toHep(m_solution->covariance));
  return true;
}

bool VertexFit::Fit() {
  double sum = 0.;
  for (unsigned int n = 0; n < m_vertices.size(); ++n) {
    Fit(int(n));
    if (m_chisq[n] >= m_chicut) return false;
    vertexCovariance(int(n));
    moveToVertex(int(n));
    sum += m_chisq[n];
  }
  m_chi = sum;
  return true;
}

// The fit to a fixed point changes nothing in BOSS 7.0.4; its answer is whether an earlier chi2 is below the cut.
bool VertexFit::BeamFit(int n) {
  if (n < 0 || n >= int(m_vertices.size())) return false;
  if (m_chisq.size() < m_vertices.size()) m_chisq.resize(m_vertices.size(), 9999.);
  return !(m_chisq[n] >= m_chicut);
}

void VertexFit::trackCovariance(int n) {
  vertexCovariance(n);
  const std::vector<int>& tracks = m_vertices[n].tracks;
  for (unsigned int i = 0; i < tracks.size(); ++i) {
    Leg& leg = m_solution->legs[tracks[i]];
    const Block<6, 6> gained = mapped(leg.gain, leg.weight);
    for (int j = 0; j < 6; ++j)
      for (int k = 0; k < 6; ++k) leg.own[j][k] = leg.measured[j][k] - gained[j][k];
  }
  m_solution->tracksKnown = true;
}

void VertexFit::Swim(int n) {
  trackCovariance(n);
  moveToVertex(n);
}

void VertexFit::moveToVertex(int n) {
  const Solution& s = *m_solution;
  const std::vector<int>& tracks = m_vertices[n].tracks;
  for (unsigned int i = 0; i < tracks.size(); ++i) {
    const Leg& leg = s.legs[tracks[i]];
    const double k = bend(leg);
    const Block<6, 6> fromTrack = toVertexFromTrack(k);
    const Block<6, 3> fromVertex = toVertexFromVertex(k);
    const double p[3] = {leg.now[0] + k * (leg.now[4] - s.vertex[1]), leg.now[1] + k * (s.vertex[0] - leg.now[3]),
                         leg.now[2]};
    const double w[7] = {p[0], p[1], p[2], energyOf(leg.mass, p), s.vertex[0], s.vertex[1], s.vertex[2]};
    // Without trackCovariance() only the vertex contributes: Fit() alone leaves such covariances in BOSS too.
    Block<6, 6> error;
    if (s.tracksKnown) {
      Block<6, 6> inner = mapped(leg.withVertex, s.information);
      inner += leg.own;
      error = mapped(fromTrack, inner);
    }
    error += mapped(fromVertex, s.covariance);
    const Block<6, 6> cross = (fromTrack * leg.withVertex) * transposed(fromVertex);
    error += cross;
    error += transposed(cross);
    WTrackParameter& moved = asFitted(tracks[i]);
    moved = asAdded(tracks[i]);
    TrackState::setW(moved, w);
    TrackState::setError(moved, withEnergy(error, p, w[3]));
  }
}

void VertexFit::BuildVirtualParticle(int n) {
  trackCovariance(n);
  const Solution& s = *m_solution;
  const std::vector<int>& tracks = m_vertices[n].tracks;
  int charge = 0;
  double p[3] = {0., 0., 0.}, energy = 0.;
  Block<6, 6> error;
  Block<6, 3> withVertex, fromVertex;
  for (unsigned int i = 0; i < tracks.size(); ++i) {
    const Leg& leg = s.legs[tracks[i]];
    const double k = bend(leg);
    charge += leg.charge;
    energy += TrackState::w(asAdded(tracks[i]))[3];  // energies before the fit, as in BOSS
    p[0] += leg.now[0] + k * (leg.now[4] - s.vertex[1]);
    p[1] += leg.now[1] + k * (s.vertex[0] - leg.now[3]);
    p[2] += leg.now[2];
    const Block<6, 6> fromTrack = toVertexFromTrack(k);
    error += mapped(fromTrack, leg.own);
    withVertex += fromTrack * leg.withVertex;
    fromVertex += toVertexFromVertex(k);
  }
  for (int j = 0; j < 3; ++j)
    for (int c = 0; c < 3; ++c) fromVertex[3 + j][c] = j == c ? 1. : 0.;  // one vertex, however many tracks
  error += mapped(withVertex, s.information);
  error += mapped(fromVertex, s.covariance);
  const Block<6, 6> cross = withVertex * transposed(fromVertex);
  error += cross;
  error += transposed(cross);
  const double w[7] = {p[0], p[1], p[2], energy, s.vertex[0], s.vertex[1], s.vertex[2]};
  m_virtual[n] = WTrackParameter();
  m_virtual[n].setCharge(charge);
  TrackState::setW(m_virtual[n], w);
  TrackState::setError(m_virtual[n], withEnergy(error, p, energy));
}

bool VertexFit::pull(int n, int itk, HepVector& p) {
  trackCovariance(n);
  const Leg& leg = m_solution->legs[itk];
  Block<6, 6> after = mapped(leg.withVertex, m_solution->information);
  after += leg.own;
  const HelixState before(leg.charge, leg.start, leg.measured), fitted(leg.charge, leg.now, after);
  for (int i = 0; i < 5; ++i) {
    const double gained = before.variance(i) - fitted.variance(i);
    if (gained == 0.) return false;
    p[i] = (before.value(i) - fitted.value(i)) / std::sqrt(std::fabs(gained));
  }
  return true;
}
