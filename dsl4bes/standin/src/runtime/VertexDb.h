// The interaction point per run, as the vertex data base would give it.
#ifndef STANDIN_RUNTIME_VERTEXDB_H
#define STANDIN_RUNTIME_VERTEXDB_H

#include "VertexFit/IVertexDbSvc.h"

#include <map>

namespace standin {

class VertexDb : public IVertexDbSvc {
public:
  // Run 0 stands for every run without an entry of its own. Units cm.
  void set(int run, bool valid, const double position[3], const double sigma[3]);
  void setRun(int run);  // of the current event; a simulated run falls back to the entry of |run|

  double* PrimaryVertex() override { return m_now.position; }
  double* SigmaPrimaryVertex() override { return m_now.sigma; }
  bool isVertexValid() override { return m_now.valid; }

private:
  struct Entry {
    bool valid = false;
    double position[3] = {0, 0, 0}, sigma[3] = {0, 0, 0};
  };
  std::map<int, Entry> m_entries;
  Entry m_now;
  int m_run = 0;
  bool m_set = false;
};

}

#endif
