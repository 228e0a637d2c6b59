// The kinematic fit in Cartesian momenta.
#include "VertexFit/KinematicFit.h"

#include <cmath>

#include "ConstrainedFit.h"
#include "HelixState.h"
#include "ShowerShape.h"

using namespace vertexfit;

KinematicFit* KinematicFit::instance() {
  static KinematicFit* theOne = new KinematicFit();
  return theOne;
}

KinematicFit::KinematicFit() : m_fit(new ConstrainedFit()), m_kalman(0) {}

void KinematicFit::init() {
  resetConstraints();
  m_kalman = 0;
}

void KinematicFit::load() {
  m_fit->clear();
  resetInfit();
  for (int i = 0; i < numberWTrack(); ++i) {
    const HepVector w = asAdded(i).w();
    const double p[3] = {w[0], w[1], w[2]};
    m_fit->add(cartesian(), asAdded(i).mass(), p, 3, fromHep<3>(asAdded(i).Ew())[0]);
  }
}

bool KinematicFit::settle(int only, double& chi2) {
  load();
  // This fitter knows the constraints as exact: the spread of the beams has no effect.
  std::vector<Constraint> exact;
  for (int i = 0; i < int(m_constraints.size()); ++i)
    if (only < 0 || i == only) {
      exact.push_back(m_constraints[i]);
      for (int k = 0; k < 4; ++k)
        for (int l = 0; l < 4; ++l) exact.back().variance[k][l] = 0.;
    }
  for (unsigned int i = 0; i < exact.size(); ++i) m_fit->add(exact[i]);
  m_fit->start();
  double before = 0.;
  for (int it = 0; it < m_niter; ++it) {
    chi2 = m_fit->step();
    if (m_dynamicerror && only < 0) followEnergies();
    if (it > 0 && std::fabs(chi2 - before) < m_chiter) break;
    before = chi2;
  }
  return !(chi2 >= m_chicut);
}

bool KinematicFit::Fit() { return settle(-1, m_chi); }

bool KinematicFit::Fit(int n) {
  if (n < 0 || n >= int(m_constraints.size())) return false;
  return settle(n, chisqOf(n));
}

// Photon errors for the next step, from the fitted energies.
void KinematicFit::followEnergies() {
  for (int i = 0; i < numberWTrack(); ++i) {
    if (asAdded(i).type() != 2) continue;
    const Start& s = start(i);
    const double* p = m_fit->fitted(i);
    const double error = showerEnergyError(s.shower[0], p[3]);
    const double pt = std::sqrt(p[0] * p[0] + p[1] * p[1]), rho = std::sqrt(pt * pt + p[2] * p[2]);
    Block<3, 3> d, v;  // columns azimuth, polar angle, energy
    d[0][0] = -p[1];
    d[1][0] = p[0];
    d[0][1] = p[0] * p[2] / pt;
    d[1][1] = p[1] * p[2] / pt;
    d[2][1] = -pt;
    for (int k = 0; k < 3; ++k) d[k][2] = p[k] / rho;
    v[0][0] = s.shower[1] * s.shower[1];
    v[1][1] = s.shower[2] * s.shower[2];
    v[2][2] = error * error;
    const Block<3, 3> momentum = mapped(d, v);
    for (int k = 0; k < 3; ++k)
      for (int l = 0; l <= k; ++l) m_fit->setOriginalError(i, k, l, momentum[k][l]);
  }
}

HepLorentzVector KinematicFit::pfit(int n) const {
  const double* p = m_fit->fitted(n);
  return HepLorentzVector(p[0], p[1], p[2], p[3]);
}

HepLorentzVector KinematicFit::pfit1(int n) const {
  double p[4];
  m_fit->original(n, p);
  return HepLorentzVector(p[0], p[1], p[2], p[3]);
}

// Fitted w and Ew of all particles; the position keeps its value and has no error.
void KinematicFit::updateTracks() {
  m_fit->covariance();
  for (int i = 0; i < numberWTrack(); ++i) {
    const double* p = m_fit->fitted(i);
    HepVector w = asAdded(i).w();
    Block<7, 3> d;
    Block<3, 3> v;
    for (int k = 0; k < 3; ++k) {
      d[k][k] = 1.;
      d[3][k] = p[k] / p[3];
      for (int l = 0; l < 3; ++l) v[k][l] = m_fit->error(i, k, i, l);
    }
    for (int k = 0; k < 4; ++k) w[k] = p[k];
    asFitted(i).setW(w);
    asFitted(i).setEw(toHep(mapped(d, v)));
  }
}

HepVector KinematicFit::pull(int n) {
  updateTracks();
  const WTrackParameter before = asAdded(n);
  const HepVector w0 = before.w();
  const HepSymMatrix e0 = before.Ew();
  WTrackParameter& after = asFitted(n);
  const HepVector w = after.w();
  HepSymMatrix e = after.Ew();
  if (before.charge() == 0) {
    HepVector out(3, 0);
    for (int k = 0; k < 3; ++k) out[k] = (w0[k] - w[k]) / std::sqrt(std::fabs(e0[k][k] - e[k][k]));
    return out;
  }
  // A track gets the position errors back that it had, without a correlation to the momentum.
  for (int k = 4; k < 7; ++k)
    for (int l = 4; l <= k; ++l) e[k][l] = e0[k][l];
  after.setEw(e);
  const HelixState h0 = helixOf(before), h1 = helixOf(after);
  HepVector out(11, 0);
  for (int k = 0; k < 5; ++k)
    out[k] = (h0.value(k) - h1.value(k)) / std::sqrt(std::fabs(h0.variance(k) - h1.variance(k)));
  for (int k = 0; k < 4; ++k) out[5 + k] = (w0[k] - w[k]) / std::sqrt(std::fabs(e0[k][k] - e[k][k]));
  return out;
}

// The sum of the particles of constraint n at the origin; their errors added as if they were independent.
void KinematicFit::BuildVirtualParticle(int number) {
  updateTracks();
  const Constraint& c = m_constraints[number];
  std::vector<int> members = c.first;
  members.insert(members.end(), c.second.begin(), c.second.end());
  HepVector w(7, 0);
  HepSymMatrix ew(7, 0);
  int charge = 0;
  for (unsigned int i = 0; i < members.size(); ++i) {
    charge += asFitted(members[i]).charge();
    ew += asFitted(members[i]).Ew();
    for (int k = 0; k < 4; ++k) w[k] += asFitted(members[i]).w()[k];
  }
  WTrackParameter particle;
  particle.setCharge(charge);
  particle.setW(w);
  particle.setEw(ew);
  m_virtual.push_back(particle);
}
