// Vertex data base.
#include "runtime/VertexDb.h"

#include <algorithm>
#include <cstdlib>

namespace standin {

void VertexDb::set(int run, bool valid, const double position[3], const double sigma[3]) {
  Entry& entry = m_entries[run];
  entry.valid = valid;
  std::copy(position, position + 3, entry.position);
  std::copy(sigma, sigma + 3, entry.sigma);
  m_set = false;
}

void VertexDb::setRun(int run) {
  if (m_set && run == m_run) return;
  m_run = run;
  m_set = true;
  auto found = m_entries.find(run);
  if (found == m_entries.end()) found = m_entries.find(std::abs(run));
  if (found == m_entries.end()) found = m_entries.find(0);
  m_now = found == m_entries.end() ? Entry() : found->second;
}

}
