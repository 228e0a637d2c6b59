// Four-momentum and slopes for each choice of coordinates.
#include "Coordinates.h"

#include <cmath>

namespace vertexfit {

namespace {

void clear(double slope[][4], int n) {
  for (int k = 0; k < n; ++k)
    for (int i = 0; i < 4; ++i) slope[k][i] = 0.;
}

class Cartesian : public Coordinates {
 public:
  int size() const { return 3; }
  void momentum(const double* x, double mass, double p[4]) const {
    for (int i = 0; i < 3; ++i) p[i] = x[i];
    p[3] = std::sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2] + mass * mass);
  }
  void slopes(const double*, double, const double p[4], double slope[][4]) const {
    clear(slope, 3);
    for (int i = 0; i < 3; ++i) {
      slope[i][i] = 1.;
      slope[i][3] = p[i] / p[3];
    }
  }
};

class CartesianEnergy : public Coordinates {
 public:
  int size() const { return 4; }
  void momentum(const double* x, double, double p[4]) const {
    for (int i = 0; i < 4; ++i) p[i] = x[i];
  }
  void slopes(const double*, double, const double*, double slope[][4]) const {
    clear(slope, 4);
    for (int i = 0; i < 4; ++i) slope[i][i] = 1.;
  }
};

// What the polar ones share: the direction.  The magnitude of the momentum is theirs.
class Polar : public Coordinates {
 public:
  bool polar() const { return true; }

 protected:
  static void along(const double* x, double magnitude, double p[4]) {
    const double pt = magnitude / std::sqrt(1. + x[1] * x[1]);
    p[0] = pt * std::cos(x[0]);
    p[1] = pt * std::sin(x[0]);
    p[2] = pt * x[1];
  }
  // The slopes belong to the direction of the momentum itself: opposite to x when the magnitude went negative.
  static void turn(const double p[4], double slope[][4]) {
    const double pt = std::sqrt(p[0] * p[0] + p[1] * p[1]);
    const double cot = p[2] / pt, stretch = 1. + cot * cot;
    slope[0][0] = -p[1];
    slope[0][1] = p[0];
    slope[1][0] = -p[0] * cot / stretch;
    slope[1][1] = -p[1] * cot / stretch;
    slope[1][2] = pt / stretch;
  }
  static double square(const double p[4]) { return p[0] * p[0] + p[1] * p[1] + p[2] * p[2]; }
};

class PolarEnergy : public Polar {
 public:
  int size() const { return 3; }
  void momentum(const double* x, double mass, double p[4]) const {
    const double magnitude = std::sqrt(x[2] * x[2] - mass * mass);
    along(x, magnitude, p);
    p[3] = std::sqrt(magnitude * magnitude + mass * mass);
  }
  void slopes(const double*, double, const double p[4], double slope[][4]) const {
    clear(slope, 3);
    turn(p, slope);
    const double p2 = square(p);
    for (int i = 0; i < 3; ++i) slope[2][i] = p[3] * p[i] / p2;
    slope[2][3] = 1.;
  }
};

class PolarMassEnergy : public Polar {
 public:
  int size() const { return 4; }
  void momentum(const double* x, double, double p[4]) const {
    const double magnitude = std::sqrt(x[3] * x[3] - x[2] * x[2]);
    along(x, magnitude, p);
    p[3] = std::sqrt(magnitude * magnitude + x[2] * x[2]);
  }
  void slopes(const double* x, double, const double p[4], double slope[][4]) const {
    clear(slope, 4);
    turn(p, slope);
    const double p2 = square(p);
    for (int i = 0; i < 3; ++i) {
      slope[2][i] = -x[2] * p[i] / p2;
      slope[3][i] = p[3] * p[i] / p2;
    }
    slope[3][3] = 1.;
  }
};

class PolarMomentum : public Polar {
 public:
  int size() const { return 3; }
  void momentum(const double* x, double mass, double p[4]) const {
    along(x, x[2], p);
    p[3] = std::sqrt(x[2] * x[2] + mass * mass);
  }
  void slopes(const double*, double, const double p[4], double slope[][4]) const {
    clear(slope, 3);
    turn(p, slope);
    const double rho = std::sqrt(square(p));
    for (int i = 0; i < 3; ++i) slope[2][i] = p[i] / rho;
    slope[2][3] = rho / p[3];
  }
};

class Pointing : public Coordinates {
 public:
  int size() const { return 7; }
  void momentum(const double* x, double, double p[4]) const {
    double d[3];
    const double r = distance(x, d);
    for (int i = 0; i < 3; ++i) p[i] = x[3] * d[i] / r;
    p[3] = x[3];
  }
  void slopes(const double* x, double, const double*, double slope[][4]) const {
    clear(slope, 7);
    double d[3];
    const double r = distance(x, d);
    for (int k = 0; k < 3; ++k) {
      for (int i = 0; i < 3; ++i) {
        slope[k][i] = x[3] * ((i == k ? 1. : 0.) - d[i] * d[k] / (r * r)) / r;
        slope[4 + k][i] = -slope[k][i];
      }
      slope[3][k] = d[k] / r;
    }
    slope[3][3] = 1.;
  }

 private:
  static double distance(const double* x, double d[3]) {
    for (int i = 0; i < 3; ++i) d[i] = x[i] - x[4 + i];
    return std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
  }
};

}  // namespace

const Coordinates& cartesian() {
  static Cartesian it;
  return it;
}
const Coordinates& cartesianEnergy() {
  static CartesianEnergy it;
  return it;
}
const Coordinates& polarEnergy() {
  static PolarEnergy it;
  return it;
}
const Coordinates& polarMassEnergy() {
  static PolarMassEnergy it;
  return it;
}
const Coordinates& polarMomentum() {
  static PolarMomentum it;
  return it;
}
const Coordinates& pointing() {
  static Pointing it;
  return it;
}

}  // namespace vertexfit
