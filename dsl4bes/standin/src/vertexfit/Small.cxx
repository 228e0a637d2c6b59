// Inverse of small symmetric matrices.
#include "Small.h"

#include <cmath>

namespace vertexfit {

namespace {
const int kLargest = 96;  // rows held on the stack: 24 particles with four coordinates
}

bool invertSymmetric(double* m, int n) {
  if (n == 0) return true;
  double onStack[kLargest];
  std::vector<double> onHeap;
  double* pivot = onStack;
  if (n > kLargest) {
    onHeap.resize(n);
    pivot = &onHeap[0];
  }
  std::vector<double> wide;
  double lowStack[16 * 16];
  double* low = lowStack;
  if (n > 16) {
    wide.resize(n * n);
    low = &wide[0];
  }
  // m = L D L^t with unit lower L; low holds L.
  for (int j = 0; j < n; ++j) {
    double d = m[j * n + j];
    for (int k = 0; k < j; ++k) d -= low[j * n + k] * low[j * n + k] * pivot[k];
    if (d == 0.) return false;
    pivot[j] = d;
    for (int i = j + 1; i < n; ++i) {
      double s = m[i * n + j];
      for (int k = 0; k < j; ++k) s -= low[i * n + k] * low[j * n + k] * pivot[k];
      low[i * n + j] = s / d;
    }
  }
  // L is replaced by its inverse, column by column, downwards.
  for (int j = 0; j < n; ++j) {
    low[j * n + j] = 1.;
    for (int i = j + 1; i < n; ++i) {
      double s = 0.;
      for (int k = j; k < i; ++k) s -= low[i * n + k] * low[k * n + j];
      low[i * n + j] = s;
    }
  }
  // The inverse is L^-t D^-1 L^-1.
  for (int i = 0; i < n; ++i)
    for (int j = 0; j <= i; ++j) {
      double s = 0.;
      for (int k = i; k < n; ++k) s += low[k * n + i] * low[k * n + j] / pivot[k];
      m[i * n + j] = m[j * n + i] = s;
    }
  return true;
}

}  // namespace vertexfit
