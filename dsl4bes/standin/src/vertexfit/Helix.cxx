// A helix and its transport from one pivot to another.
//
// With rho = alpha / kappa the signed radius, the circle's centre is pivot + (drho + rho)(cos phi0, sin phi0); it
// does not move with the pivot, which fixes the new drho and phi0; dz changes by the arc times tan(lambda).
#include "VertexFit/Helix.h"

#include <cfloat>
#include <cmath>

#include "Field.h"
#include "Small.h"

using namespace vertexfit;

namespace {

const double kTwoPi = 6.283185307179586;

// phi in [0, 2 pi) and in (-pi, pi].
double positive(double phi) {
  const double r = std::fmod(phi, kTwoPi);
  return r < 0. ? r + kTwoPi : r;
}
double around(double phi) {
  const double r = positive(phi);
  return r > 0.5 * kTwoPi ? r - kTwoPi : r;
}

// Where a helix of radius rho is after the angle phi, and how that depends on its parameters.
Block<3, 5> pointSlopes(const HepVector& a, double rho, double phi) {
  const double c0 = std::cos(a[1]), s0 = std::sin(a[1]), c = std::cos(a[1] + phi), s = std::sin(a[1] + phi);
  Block<3, 5> d;
  d[0][0] = c0;
  d[0][1] = -a[0] * s0 - rho * (s0 - s);
  d[0][2] = -rho / a[2] * (c0 - c);
  d[1][0] = s0;
  d[1][1] = a[0] * c0 + rho * (c0 - c);
  d[1][2] = -rho / a[2] * (s0 - s);
  d[2][2] = rho / a[2] * a[4] * phi;
  d[2][3] = 1.;
  d[2][4] = -rho * phi;
  return d;
}

Block<3, 5> momentumSlopes(const HepVector& a, double phi) {
  const double c = std::cos(a[1] + phi), s = std::sin(a[1] + phi), pt = 1. / std::fabs(a[2]);
  Block<3, 5> d;
  d[0][1] = -pt * c;
  d[0][2] = s * pt / a[2];
  d[1][1] = -pt * s;
  d[1][2] = -c * pt / a[2];
  d[2][2] = -a[4] * pt / a[2];
  d[2][4] = pt;
  return d;
}

}  // namespace

VFHelix::VFHelix(const HepPoint3D& pivot, const HepVector& a, const HepSymMatrix& Ea)
    : m_pivot(pivot), m_a(a), m_Ea(Ea), m_hasErrors(true), m_field(10. * fieldTesla()) {
  refresh();
}

VFHelix::VFHelix(const HepPoint3D& pivot, const HepVector& a)
    : m_pivot(pivot), m_a(a), m_Ea(5, 0), m_hasErrors(false), m_field(10. * fieldTesla()) {
  refresh();
}

VFHelix::VFHelix(const HepPoint3D& position, const Hep3Vector& momentum, double charge)
    : m_pivot(position), m_a(5, 0), m_Ea(5, 0), m_hasErrors(false), m_field(10. * fieldTesla()) {
  const double pt = momentum.perp();
  m_a[1] = positive(std::atan2(-momentum.x(), momentum.y()));
  m_a[2] = pt != 0. ? charge / pt : charge * DBL_MAX;
  m_a[4] = pt != 0. ? momentum.z() / pt : (momentum.z() >= 0. ? DBL_MAX : -DBL_MAX);
  refresh();
}

VFHelix::~VFHelix() {}

void VFHelix::refresh() {
  m_sin = std::sin(m_a[1]);
  m_cos = std::cos(m_a[1]);
  // kG and cm: 10 kG are 1 T.
  m_radius = m_a[2] != 0. ? 1. / (0.1 * m_field * momentumPerTeslaCm()) / m_a[2] : DBL_MAX;
  m_center = HepPoint3D(m_pivot.x() + (m_a[0] + m_radius) * m_cos, m_pivot.y() + (m_a[0] + m_radius) * m_sin, 0.);
}

double VFHelix::bFieldZ(double kiloGauss) {
  m_field = kiloGauss;
  refresh();
  return m_field;
}

HepPoint3D VFHelix::x(double dPhi) const {
  const double phi = m_a[1] + dPhi;
  return HepPoint3D(m_pivot.x() + m_a[0] * m_cos + m_radius * (m_cos - std::cos(phi)),
                    m_pivot.y() + m_a[0] * m_sin + m_radius * (m_sin - std::sin(phi)),
                    m_pivot.z() + m_a[3] - m_radius * m_a[4] * dPhi);
}

HepPoint3D VFHelix::x(double dPhi, HepSymMatrix& Ex) const {
  Ex = m_hasErrors ? toHep(mapped(pointSlopes(m_a, m_radius, dPhi), fromHep<5>(m_Ea))) : m_Ea;
  return x(dPhi);
}

Hep3Vector VFHelix::direction(double dPhi) const { return momentum(dPhi).unit(); }

Hep3Vector VFHelix::momentum(double dPhi) const {
  const double pt = m_a[2] != 0. ? 1. / std::fabs(m_a[2]) : DBL_MAX, phi = m_a[1] + dPhi;
  return Hep3Vector(-pt * std::sin(phi), pt * std::cos(phi), pt * m_a[4]);
}

Hep3Vector VFHelix::momentum(double dPhi, HepSymMatrix& Em) const {
  Em = m_hasErrors ? toHep(mapped(momentumSlopes(m_a, dPhi), fromHep<5>(m_Ea))) : m_Ea;
  return momentum(dPhi);
}

HepLorentzVector VFHelix::momentum(double dPhi, double mass) const {
  const Hep3Vector p = momentum(dPhi);
  return HepLorentzVector(p, std::sqrt(p.mag2() + mass * mass));
}

const HepPoint3D& VFHelix::pivot(const HepPoint3D& newPivot) {
  const double away = m_a[0] + m_radius;  // of the centre
  double phi = 0.;
  const double toX = m_pivot.x() + away * m_cos - newPivot.x(), toY = m_pivot.y() + away * m_sin - newPivot.y();
  if (toX != 0. || toY != 0.) phi = m_radius > 0. ? std::atan2(toY, toX) : std::atan2(-toY, -toX);
  const double c = std::cos(phi), s = std::sin(phi), turn = around(phi - m_a[1]);

  HepVector moved(5);
  // Not distance minus radius, which would lose the digits of drho.
  moved[0] = (m_pivot.x() - newPivot.x() + m_a[0] * m_cos + m_radius * (m_cos - c)) * c +
             (m_pivot.y() - newPivot.y() + m_a[0] * m_sin + m_radius * (m_sin - s)) * s;
  moved[1] = positive(phi);
  moved[2] = m_a[2];
  moved[3] = m_pivot.z() - newPivot.z() + m_a[3] - m_radius * m_a[4] * turn;
  moved[4] = m_a[4];

  if (m_hasErrors) {
    const double ratio = 1. / (m_radius + moved[0]), perKappa = m_radius / m_a[2], tanl = m_a[4];
    const double ct = std::cos(turn), st = std::sin(turn);
    Block<5, 5> d;
    d[0][0] = ct;
    d[0][1] = away * st;
    d[0][2] = perKappa * (1. - ct);
    d[1][0] = -ratio * st;
    d[1][1] = away * ratio * ct;
    d[1][2] = perKappa * ratio * st;
    d[2][2] = 1.;
    d[3][0] = m_radius * ratio * tanl * st;
    d[3][1] = m_radius * tanl * (1. - away * ratio * ct);
    d[3][2] = perKappa * tanl * (turn - m_radius * ratio * st);
    d[3][3] = 1.;
    d[3][4] = -m_radius * turn;
    d[4][4] = 1.;
    m_Ea = toHep(mapped(d, fromHep<5>(m_Ea)));
  }
  m_a = moved;
  m_pivot = newPivot;
  refresh();
  return m_pivot;
}

const HepVector& VFHelix::a(const HepVector& newA) {
  m_a = newA;
  refresh();
  return m_a;
}

const HepSymMatrix& VFHelix::Ea(const HepSymMatrix& newEa) {
  m_Ea = newEa;
  return m_Ea;
}

void VFHelix::set(const HepPoint3D& pivot, const HepVector& a, const HepSymMatrix& Ea) {
  m_pivot = pivot;
  m_a = a;
  m_Ea = Ea;
  m_hasErrors = true;
  refresh();
}

void VFHelix::ignoreErrorMatrix() {
  m_hasErrors = false;
  m_Ea = HepSymMatrix(m_Ea.num_row(), 0);
}
