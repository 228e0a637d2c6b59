// The kinematic fit in measured quantities.
#include "VertexFit/KalmanKinematicFit.h"

#include <cmath>

#include "ConstrainedFit.h"
#include "HelixState.h"
#include "ShowerShape.h"
#include "TrackState.h"

using namespace vertexfit;

namespace {

// The covariance handed out has a row for the mass, always zero: (phi, cot, mass, E) and (px, py, pz, mass).
const int kShowerRow[3] = {0, 1, 3};

HepLorentzVector toHep4(const double p[4]) { return HepLorentzVector(p[0], p[1], p[2], p[3]); }

}  // namespace

KalmanKinematicFit* KalmanKinematicFit::instance() {
  static KalmanKinematicFit* theOne = new KalmanKinematicFit();
  return theOne;
}

KalmanKinematicFit::KalmanKinematicFit() : m_fit(new ConstrainedFit()), m_graph2d(0) {}

void KalmanKinematicFit::init() {
  resetConstraints();
  m_graph2d = 0;
}

// The particles in the coordinates in which they were measured.
void KalmanKinematicFit::load() {
  ConstrainedFit& fit = *m_fit;
  fit.clear();
  resetInfit();
  bool shared = false;
  for (int i = 0; i < numberWTrack(); ++i) shared = shared || start(i).knowledge == ShowerAndVertex;
  if (shared) {
    const HepPoint3D beam = getBeamPosition();
    const double at[3] = {beam.x(), beam.y(), beam.z()};
    fit.setVertex(at, fromHep<3>(getVBeamPosition()));
  }
  for (int i = 0; i < numberWTrack(); ++i) {
    const Start& s = start(i);
    const double direction[4] = {s.variance[0], 0., 0., s.variance[1]};
    switch (s.knowledge) {
      case MomentumMeasured:
        fit.add(cartesian(), s.mass, s.value, 3, TrackState::error<3>(asAdded(i))[0]);
        break;
      case ShowerMeasured: {
        Block<3, 3> shower;
        for (int k = 0; k < 3; ++k) shower[k][k] = s.variance[k];
        fit.add(polarEnergy(), s.mass, s.value, 3, shower[0]);
        break;
      }
      case NothingKnown:
        fit.add(cartesianEnergy(), s.mass, s.value, 0, 0);
        break;
      case MassKnown:
        fit.add(polarEnergy(), s.mass, s.value, 0, 0);
        break;
      case DirectionKnown:
        fit.add(polarMassEnergy(), s.mass, s.value, 2, direction);
        break;
      case DirectionMassKnown:
        fit.add(polarMomentum(), s.mass, s.value, 2, direction);
        break;
      case ShowerAndVertex: {
        const Block<3, 3> position = TrackState::error<3>(asAdded(i), 4);
        Block<4, 4> all;
        for (int k = 0; k < 3; ++k)
          for (int l = 0; l < 3; ++l) all[k][l] = position[k][l];
        all[3][3] = TrackState::error<1>(asAdded(i), 3)[0][0];
        fit.add(pointing(), s.mass, s.value, 4, all[0]);
        break;
      }
    }
  }
}

// Iterates all constraints, or one; the result is chi2 and whether it settled.
bool KalmanKinematicFit::settle(int only, double& chi2, bool& settled) {
  load();
  for (int i = 0; i < int(m_constraints.size()); ++i)
    if (only < 0 || i == only) m_fit->add(m_constraints[i]);
  m_fit->start();
  settled = false;
  double before = 0.;
  for (int it = 0; it < m_niter; ++it) {
    chi2 = m_fit->step();
    if (m_dynamicerror) followEnergies();
    if (it > 0 && std::fabs(chi2 - before) < m_chiter) {
      settled = true;
      break;
    }
    before = chi2;
  }
  return settled;
}

bool KalmanKinematicFit::Fit() {
  bool settled;
  settle(-1, m_chi, settled);
  return settled && !(m_chi > m_chicut);
}

bool KalmanKinematicFit::Fit(int n) {
  if (n < 0 || n >= int(m_constraints.size())) return false;
  bool settled;
  settle(n, chisqOf(n), settled);
  return !(m_chisq[n] >= m_chicut);
}

// Photon errors for the next step, from the fitted energies.
void KalmanKinematicFit::followEnergies() {
  for (int i = 0; i < numberWTrack(); ++i) {
    const Start& s = start(i);
    if (s.knowledge != ShowerAndVertex && s.knowledge != ShowerMeasured) continue;
    double before[4];
    m_fit->original(i, before);
    const double error = showerEnergyError(s.shower[0], m_fit->fitted(i)[3]);
    if (s.knowledge == ShowerAndVertex) {
      m_fit->setOriginalError(i, 3, 3, error * error);
    } else {
      const double sine2 = (before[0] * before[0] + before[1] * before[1]) / (before[3] * before[3]);
      m_fit->setOriginalError(i, 0, 0, s.shower[1] * s.shower[1]);
      m_fit->setOriginalError(i, 1, 1, s.shower[2] * s.shower[2] / (sine2 * sine2));
      m_fit->setOriginalError(i, 2, 2, error * error);
    }
  }
}

HepLorentzVector KalmanKinematicFit::pfit(int n) const { return toHep4(m_fit->fitted(n)); }

HepLorentzVector KalmanKinematicFit::pfit1(int n) {
  double p[4];
  m_fit->original(n, p);
  return toHep4(p);
}

HepVector KalmanKinematicFit::xfit() {
  HepVector out(3, 0);
  if (m_fit->hasVertex())
    for (int k = 0; k < 3; ++k) out[k] = m_fit->vertex(k);
  return out;
}

HepSymMatrix KalmanKinematicFit::measuredPart(int i, bool fitted) const {
  const Knowledge knowledge = start(i).knowledge;
  const int n = m_fit->measured(i);
  const bool shower = knowledge == ShowerMeasured;
  int rows = n;
  if (shower || knowledge == MomentumMeasured) rows = 4;
  if (knowledge == DirectionMassKnown) rows = 3;
  if (knowledge == MassKnown) rows = 1;
  HepSymMatrix out(rows, 0);
  for (int k = 0; k < n; ++k)
    for (int l = 0; l <= k; ++l) {
      const double v = fitted ? m_fit->error(i, k, i, l) : m_fit->originalError(i, k, l);
      out[shower ? kShowerRow[k] : k][shower ? kShowerRow[l] : l] = v;
    }
  return out;
}

HepSymMatrix KalmanKinematicFit::getCOrigin(int i) const { return measuredPart(i, false); }
HepSymMatrix KalmanKinematicFit::getCInfit(int i) const { return measuredPart(i, true); }

HepVector KalmanKinematicFit::pull(int n) {
  m_fit->covariance();
  const Knowledge knowledge = start(n).knowledge;
  if (knowledge == MomentumMeasured) return trackPull(n);
  // Measured coordinates of a shower: direction, and energy where it is measured.
  const int count = knowledge == ShowerMeasured ? 3 : knowledge == DirectionMassKnown ? 2 : 0;
  HepVector out(count, 0);
  for (int k = 0; k < count; ++k)
    out[k] = (m_fit->originalValue(n, k) - m_fit->value(n, k)) /
             std::sqrt(m_fit->originalError(n, k, k) - m_fit->error(n, k, n, k));
  return out;
}

// Fitted w and Ew of a track, five helix pulls and four of (px, py, pz, E).
HepVector KalmanKinematicFit::trackPull(int n) {
  const WTrackParameter before = asAdded(n);
  const HepVector w0 = before.w();
  const HepSymMatrix e0 = before.Ew();
  const double* p = m_fit->fitted(n);
  HepVector w(7, 0);
  // Momentum and mass are replaced; what the start knew of momentum with position stays as it was.
  Block<7, 7> inner = fromHep<7>(e0), d;
  for (int k = 0; k < 7; ++k) w[k] = k < 4 ? p[k] : w0[k];
  for (int k = 0; k < 4; ++k)
    for (int l = 0; l < 4; ++l) inner[k][l] = k < 3 && l < 3 ? m_fit->error(n, k, n, l) : 0.;
  for (int k = 0; k < 7; ++k) d[k][k] = 1.;
  for (int k = 0; k < 3; ++k) d[3][k] = p[k] / p[3];
  d[3][3] = toHep4(p).m() / p[3];
  const HepSymMatrix e = toHep(mapped(d, inner));
  WTrackParameter& after = asFitted(n);
  after = before;
  after.setW(w);
  after.setEw(e);

  const HelixState h0 = helixOf(before), h1 = helixOf(after);
  HepVector out(9, 0);
  for (int k = 0; k < 5; ++k)
    out[k] = (h0.value(k) - h1.value(k)) / std::sqrt(std::fabs(h0.variance(k) - h1.variance(k)));
  for (int k = 0; k < 4; ++k) out[5 + k] = (w0[k] - w[k]) / std::sqrt(std::fabs(e0[k][k] - e[k][k]));
  return out;
}

// The sum of the particles of constraint n.  Its errors follow BOSS 7.0.4, which takes the summed coordinates of
// the first particles as those of one shower and keeps the variances alone: use the momentum, not the errors.
void KalmanKinematicFit::BuildVirtualParticle(int number) {
  m_fit->covariance();
  const Constraint& c = m_constraints[number];
  std::vector<int> members = c.first;
  members.insert(members.end(), c.second.begin(), c.second.end());
  HepVector w(7, 0);
  int charge = 0;
  for (unsigned int i = 0; i < members.size(); ++i) {
    charge += asFitted(members[i]).charge();
    for (int k = 0; k < 4; ++k) w[k] += m_fit->fitted(members[i])[k];
  }
  Block<4, 4> sum;
  const int first = int(members.size());
  for (int i = 0; i < first; ++i)
    for (int j = 0; j < first; ++j)
      for (int k = 0; k < m_fit->measured(i); ++k)
        for (int l = 0; l < m_fit->measured(j); ++l) {
          const int row = start(i).knowledge == ShowerMeasured ? kShowerRow[k] : k;
          const int col = start(j).knowledge == ShowerMeasured ? kShowerRow[l] : l;
          if (row < 4 && col < 4) sum[row][col] += m_fit->error(i, k, j, l);
        }
  const double pt2 = w[0] * w[0] + w[1] * w[1], pt = std::sqrt(pt2), p2 = pt2 + w[2] * w[2];
  const double mass = std::sqrt(w[3] * w[3] - p2);
  Block<4, 4> d;  // columns phi, cot theta, mass, E
  d[0][0] = -w[1];
  d[1][0] = w[0];
  d[0][1] = -w[2] * w[0] * pt / p2;
  d[1][1] = -w[2] * w[1] * pt / p2;
  d[2][1] = pt2 * pt / p2;
  for (int k = 0; k < 3; ++k) {
    d[k][2] = -mass * w[k] / p2;
    d[k][3] = w[3] * w[k] / p2;
  }
  d[3][3] = 1.;
  const Block<4, 4> error = mapped(d, sum);
  HepSymMatrix ew(7, 0);
  for (int k = 0; k < 4; ++k) ew[k][k] = error[k][k];
  WTrackParameter particle;
  particle.setCharge(charge);
  particle.setW(w);
  particle.setEw(ew);
  particle.setMass(mass);
  m_virtual.push_back(particle);
}
