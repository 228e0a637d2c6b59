// Bookkeeping of the constraints of a kinematic fit.
#include "VertexFit/ConstraintList.h"

#include <cmath>
#include <iostream>

ConstraintList::Constraint::Constraint(Kind k) : kind(k) {
  for (int i = 0; i < 4; ++i) {
    target[i] = 0.;
    for (int j = 0; j < 4; ++j) variance[i][j] = 0.;
  }
}

ConstraintList::ConstraintList() { resetConstraints(); }
ConstraintList::~ConstraintList() {}

void ConstraintList::resetConstraints() {
  clearTracks();
  forgetBeam();
  m_constraints.clear();
  m_virtual.clear();
  m_chisq.clear();
  m_chi = 9999.;
  m_niter = 10;
  m_chicut = 200.;
  m_chiter = 0.005;
  m_espread = 0.;
  m_collideangle = 11e-3;
  m_dynamicerror = false;
  m_flag = false;
}

double& ConstraintList::chisqOf(int n) {
  if (m_chisq.size() < m_constraints.size()) m_chisq.resize(m_constraints.size(), 9999.);
  return m_chisq[n];
}

ConstraintList::Constraint& ConstraintList::add(int number, Constraint::Kind kind) {
  m_constraints.push_back(Constraint(kind));
  if (number != int(m_constraints.size()) - 1) std::cout << "wrong kinematic constraints index" << std::endl;
  return m_constraints.back();
}

std::vector<int> ConstraintList::everybody() const {
  std::vector<int> out(numberWTrack());
  for (int i = 0; i < numberWTrack(); ++i) out[i] = i;
  return out;
}

void ConstraintList::AddResonance(int number, double mres, std::vector<int> tlis) {
  Constraint& c = add(number, Constraint::Mass);
  c.first.swap(tlis);
  c.target[0] = mres;
}

void ConstraintList::AddTotalEnergy(int number, double etot, std::vector<int> lis) {
  Constraint& c = add(number, Constraint::Energy);
  c.first.swap(lis);
  c.target[0] = etot;
}

void ConstraintList::AddTotalMomentum(int number, double ptot, std::vector<int> lis) {
  Constraint& c = add(number, Constraint::Momentum);
  c.first.swap(lis);
  c.target[0] = ptot;
}

void ConstraintList::AddResonance(int number, double mres, int n1, int n2, int n3, int n4, int n5, int n6, int n7,
                                  int n8, int n9, int n10, int n11, int n12) {
  AddResonance(number, mres, AddList(n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12));
}

void ConstraintList::AddTotalEnergy(int number, double etot, int n1, int n2, int n3, int n4, int n5, int n6, int n7,
                                    int n8, int n9, int n10, int n11, int n12) {
  AddTotalEnergy(number, etot, AddList(n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12));
}

void ConstraintList::AddTotalMomentum(int number, double ptot, int n1, int n2, int n3, int n4, int n5, int n6, int n7,
                                      int n8, int n9, int n10, int n11, int n12) {
  AddTotalMomentum(number, ptot, AddList(n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12));
}

void ConstraintList::AddThreeMomentum(int number, Hep3Vector p3) {
  Constraint& c = add(number, Constraint::ThreeMomentum);
  c.first = everybody();
  for (int i = 0; i < 3; ++i) c.target[i] = p3[i];
}

void ConstraintList::AddFourMomentum(int number, HepLorentzVector p4) {
  Constraint& c = add(number, Constraint::FourMomentum);
  c.first = everybody();
  for (int i = 0; i < 4; ++i) c.target[i] = p4[i];
  if (m_espread != 0.) {
    // Two beams of independent spread; a change of energy moves px along with it.
    const double variance = 2. * m_espread * m_espread, tilt = std::sin(m_collideangle);
    c.variance[0][0] = variance * tilt * tilt;
    c.variance[0][3] = c.variance[3][0] = variance * tilt;
    c.variance[3][3] = variance;
  }
}

void ConstraintList::AddFourMomentum(int number, double etot) {
  Constraint& c = add(number, Constraint::FourMomentum);
  c.first = everybody();
  c.target[3] = etot;
  c.variance[3][3] = 2. * m_espread * m_espread;
}

void ConstraintList::AddEqualMass(int number, std::vector<int> tlis1, std::vector<int> tlis2) {
  Constraint& c = add(number, Constraint::EqualMass);
  c.first.swap(tlis1);
  c.second.swap(tlis2);
}
