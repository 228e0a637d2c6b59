// The response of the calorimeter to a photon, parametrised by relative width, tail and mean of the logarithm.
//
// Source of the numbers: the line shape that BOSS 7.0.4 uses under setDynamicerror().
#include "ShowerShape.h"

#include <cmath>

namespace vertexfit {

namespace {
const double kFloor = 1.e-7;      // below, the logarithm is replaced
const double kLogAtFloor = 15.;
const double kNearPeak = 1.e-3;

double cubic(double a, double b, double c, double d, double x) { return a + x * (b + x * (c + x * d)); }
}  // namespace

double showerEnergyError(double measured, double peak) {
  const double tail = cubic(-0.7931, 0.8026, -0.6694, 0.1476, peak);
  const double mean = cubic(-0.7984, 0.7759, -0.6356, 0.1476, peak);
  const double width = 0.002496 / std::sqrt(peak) + 0.01861 + 0.0001788 * peak;
  const double half = tail * std::sqrt(std::log(4.));
  const double sharpness = std::sinh(half) / half;
  const double off = measured - peak;
  if (std::fabs(off / width * sharpness * tail) <= kNearPeak) return width / (sharpness * tail);
  const double argument = 1. + tail * off / peak / width * sharpness;
  const double pull = argument < kFloor ? kLogAtFloor : std::log(argument) / tail;
  return off / (pull - mean);
}

}  // namespace vertexfit
