// Inverse of small symmetric matrices.
#include "Small.h"

namespace vertexfit {

namespace {

// The size is N, which lets the compiler unroll the loops, or `size` for N = 0.  low has room for n x n, pivot for n.
template <int N>
bool invert(double* m, int size, double* low, double* pivot) {
  const int n = N > 0 ? N : size;
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

template <int N>
bool invertOnStack(double* m) {
  double low[N * N], pivot[N];
  return invert<N>(m, N, low, pivot);
}

}  // namespace

bool invertSymmetric(double* m, int n) {
  switch (n) {
    case 0: return true;
    case 1: return invertOnStack<1>(m);
    case 2: return invertOnStack<2>(m);
    case 3: return invertOnStack<3>(m);
    case 4: return invertOnStack<4>(m);
    case 5: return invertOnStack<5>(m);
    case 6: return invertOnStack<6>(m);
  }
  std::vector<double> room(n * n + n);
  return invert<0>(m, n, &room[0], &room[n * n]);
}

}  // namespace vertexfit
