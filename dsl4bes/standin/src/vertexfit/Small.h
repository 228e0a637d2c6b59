// Small dense algebra on the stack and on reused storage, without allocations in the loops of the fits.
//
// In: row-major arrays.  Out: products, inverses of symmetric matrices.  Sizes are those of the caller: nothing
// is checked here beyond a pivot that vanishes.
#ifndef vertexfit_Small_H
#define vertexfit_Small_H

#include <vector>

#include "CLHEP/Matrix/SymMatrix.h"

namespace vertexfit {

// Matrix with compile-time shape, all elements zero at first.
template <int R, int C>
struct Block {
  double e[R][C];
  Block() {
    for (int i = 0; i < R; ++i)
      for (int j = 0; j < C; ++j) e[i][j] = 0.;
  }
  double* operator[](int i) { return e[i]; }
  const double* operator[](int i) const { return e[i]; }
};

template <int R, int K, int C>
Block<R, C> operator*(const Block<R, K>& a, const Block<K, C>& b) {
  Block<R, C> out;
  for (int i = 0; i < R; ++i)
    for (int k = 0; k < K; ++k) {
      const double aik = a[i][k];
      if (aik == 0.) continue;
      for (int j = 0; j < C; ++j) out[i][j] += aik * b[k][j];
    }
  return out;
}

template <int R, int C>
Block<R, C>& operator+=(Block<R, C>& a, const Block<R, C>& b) {
  for (int i = 0; i < R; ++i)
    for (int j = 0; j < C; ++j) a[i][j] += b[i][j];
  return a;
}

template <int R, int C>
Block<C, R> transposed(const Block<R, C>& a) {
  Block<C, R> out;
  for (int i = 0; i < R; ++i)
    for (int j = 0; j < C; ++j) out[j][i] = a[i][j];
  return out;
}

// T V T^t: a covariance seen through the linear map T.
template <int R, int C>
Block<R, R> mapped(const Block<R, C>& t, const Block<C, C>& v) {
  return (t * v) * transposed(t);
}

// The lower triangle on both sides: rounding makes the two differ in the last digit.
template <int N>
Block<N, N> fromLower(const Block<N, N>& m) {
  Block<N, N> out(m);
  for (int i = 0; i < N; ++i)
    for (int j = 0; j < i; ++j) out[j][i] = m[i][j];
  return out;
}

// Inverts a symmetric n x n matrix in place through its L D L^t factors, which also carries matrices that
// rounding made slightly indefinite.  False, and the matrix untouched, when a pivot vanishes.
bool invertSymmetric(double* m, int n);

template <int N>
bool invertSymmetric(Block<N, N>& m) {
  return invertSymmetric(&m.e[0][0], N);
}

// The leading N x N part of a CLHEP matrix from row and column `from` on; what it lacks is zero.
template <int N>
Block<N, N> fromHep(const CLHEP::HepSymMatrix& m, int from = 0) {
  Block<N, N> out;
  for (int i = 0; i < N && from + i < m.num_row(); ++i)
    for (int j = 0; j <= i; ++j) out[i][j] = out[j][i] = m.fast(from + i + 1, from + j + 1);
  return out;
}

// The lower triangle as a CLHEP matrix.
template <int N>
CLHEP::HepSymMatrix toHep(const Block<N, N>& m) {
  CLHEP::HepSymMatrix out(N, 0);
  for (int i = 0; i < N; ++i)
    for (int j = 0; j <= i; ++j) out[i][j] = m[i][j];
  return out;
}

// Matrix whose shape is known at run time; reshaping keeps its storage and sets all elements to zero.
class Grid {
 public:
  Grid() : m_rows(0), m_cols(0), m_first(0) {}
  void shape(int rows, int cols) {
    m_rows = rows;
    m_cols = cols;
    m_e.assign(rows * cols, 0.);
    m_first = m_e.empty() ? 0 : &m_e[0];
  }
  double* operator[](int i) { return m_first + i * m_cols; }
  const double* operator[](int i) const { return m_first + i * m_cols; }
  double* data() { return m_first; }
  int rows() const { return m_rows; }
  int cols() const { return m_cols; }

 private:
  Grid(const Grid&);
  Grid& operator=(const Grid&);

  int m_rows;
  int m_cols;
  double* m_first;
  std::vector<double> m_e;
};

}  // namespace vertexfit

#endif
