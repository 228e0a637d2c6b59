// The few functions of TMath that are not inline.
#include "TMath.h"

#include <limits>

namespace {

const double tiny = std::numeric_limits<double>::min();
const double precision = 1e-15;

double lowerBySeries(double a, double x, double logFactor) {
  double term = 1 / a, sum = term, n = a;
  for (int i = 0; i < 1000; ++i) {
    n += 1;
    term *= x / n;
    sum += term;
    if (std::fabs(term) < std::fabs(sum) * precision) break;
  }
  return sum * std::exp(logFactor);
}

// Continued fraction of the upper function, evaluated by the modified Lentz method.
double upperByFraction(double a, double x, double logFactor) {
  double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d;
  for (int i = 1; i < 1000; ++i) {
    const double an = -i * (i - a);
    b += 2;
    d = an * d + b;
    if (std::fabs(d) < tiny) d = tiny;
    c = b + an / c;
    if (std::fabs(c) < tiny) c = tiny;
    d = 1 / d;
    h *= d * c;
    if (std::fabs(d * c - 1) < precision) break;
  }
  return h * std::exp(logFactor);
}

}

Double_t TMath::Gamma(Double_t a, Double_t x) {
  if (a <= 0 || x <= 0) return 0;
  const double logFactor = a * std::log(x) - x - std::lgamma(a);
  return x < a + 1 ? lowerBySeries(a, x, logFactor) : 1 - upperByFraction(a, x, logFactor);
}

Double_t TMath::Prob(Double_t chi2, Int_t ndf) {
  if (ndf <= 0) return 0;
  if (chi2 <= 0) return chi2 < 0 ? 0 : 1;
  if (ndf == 1) return std::erfc(std::sqrt(0.5 * chi2));
  const double a = 0.5 * ndf, x = 0.5 * chi2;
  const double logFactor = a * std::log(x) - x - std::lgamma(a);
  return x < a + 1 ? 1 - lowerBySeries(a, x, logFactor) : upperByFraction(a, x, logFactor);
}

Double_t TMath::Erf(Double_t x) { return std::erf(x); }
Double_t TMath::Erfc(Double_t x) { return std::erfc(x); }

Double_t TMath::Gaus(Double_t x, Double_t mean, Double_t sigma, Bool_t norm) {
  if (sigma == 0) return 1e30;
  const double z = (x - mean) / sigma;
  const double value = std::exp(-0.5 * z * z);
  return norm ? value / (std::sqrt(TwoPi()) * sigma) : value;
}
