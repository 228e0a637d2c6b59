// Mathematical functions under their ROOT names.
#ifndef STANDIN_TMATH_H
#define STANDIN_TMATH_H

#include "Rtypes.h"
#include <algorithm>
#include <cmath>

namespace TMath {
inline Double_t Pi() { return 3.14159265358979323846; }
inline Double_t TwoPi() { return 2.0 * Pi(); }
inline Double_t PiOver2() { return Pi() / 2.0; }
inline Double_t E() { return 2.71828182845904523536; }
inline Double_t C() { return 2.99792458e8; }
inline Double_t DegToRad() { return Pi() / 180.0; }
inline Double_t RadToDeg() { return 180.0 / Pi(); }
inline Double_t Sin(Double_t x) { return std::sin(x); }
inline Double_t Cos(Double_t x) { return std::cos(x); }
inline Double_t Tan(Double_t x) { return std::tan(x); }
inline Double_t SinH(Double_t x) { return std::sinh(x); }
inline Double_t CosH(Double_t x) { return std::cosh(x); }
inline Double_t TanH(Double_t x) { return std::tanh(x); }
inline Double_t ASin(Double_t x) { return std::asin(x); }
inline Double_t ACos(Double_t x) { return std::acos(x); }
inline Double_t ATan(Double_t x) { return std::atan(x); }
inline Double_t ATan2(Double_t y, Double_t x) { return std::atan2(y, x); }
inline Double_t Sqrt(Double_t x) { return std::sqrt(x); }
inline Double_t Exp(Double_t x) { return std::exp(x); }
inline Double_t Log(Double_t x) { return std::log(x); }
inline Double_t Log10(Double_t x) { return std::log10(x); }
inline Double_t Power(Double_t x, Double_t y) { return std::pow(x, y); }
inline Double_t Power(Double_t x, Int_t y) { return std::pow(x, y); }
inline Double_t Hypot(Double_t x, Double_t y) { return std::sqrt(x * x + y * y); }
inline Double_t Ceil(Double_t x) { return std::ceil(x); }
inline Double_t Floor(Double_t x) { return std::floor(x); }
inline Int_t Nint(Double_t x) { return static_cast<Int_t>(std::floor(x + 0.5)); }
inline Short_t Abs(Short_t x) { return static_cast<Short_t>(x < 0 ? -x : x); }
inline Int_t Abs(Int_t x) { return x < 0 ? -x : x; }
inline Long_t Abs(Long_t x) { return x < 0 ? -x : x; }
inline Float_t Abs(Float_t x) { return x < 0 ? -x : x; }
inline Double_t Abs(Double_t x) { return x < 0 ? -x : x; }
inline Int_t Max(Int_t a, Int_t b) { return a >= b ? a : b; }
inline Double_t Max(Double_t a, Double_t b) { return a >= b ? a : b; }
inline Int_t Min(Int_t a, Int_t b) { return a <= b ? a : b; }
inline Double_t Min(Double_t a, Double_t b) { return a <= b ? a : b; }
Double_t Prob(Double_t chi2, Int_t ndf);       // upper tail of the chi-square distribution
Double_t Gamma(Double_t a, Double_t x);        // lower incomplete gamma function, normalised
Double_t Erf(Double_t x);
Double_t Erfc(Double_t x);
Double_t Gaus(Double_t x, Double_t mean = 0, Double_t sigma = 1, Bool_t norm = kFALSE);
}

#endif
