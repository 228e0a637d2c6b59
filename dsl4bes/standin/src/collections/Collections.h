// The collections that BOSS algorithms put into the event before the user's algorithm runs.
//
// In: the event. Out: pi0, eta, V0 and D-tag collections, the event's V0s from the file if it has them. Each is made
// when the event store is asked for it, at most once an event, and said to be ours in the log once a job.
#ifndef STANDIN_COLLECTIONS_COLLECTIONS_H
#define STANDIN_COLLECTIONS_COLLECTIONS_H

#include "collections/Producers.h"
#include "runtime/Loader.h"
#include "runtime/VertexDb.h"

#include <memory>

namespace standin {

class Collections {
public:
  Collections(Loader& loader, VertexDb& vertices);

  void newEvent() {
    if (m_made) clear();
  }
  DataObject* pi0s();
  DataObject* etas();
  DataObject* vees();
  DataObject* dTags();

  SimplePid& pid() { return m_pid; }
  Settings& settings() { return m_settings; }

private:
  enum Made { kPi0s = 1, kEtas = 2, kVees = 4, kDTags = 8 };
  bool claim(Made which);  // true the first time in an event
  void clear();
  Ingredients ingredients();

  Loader& m_loader;
  VertexDb& m_vertices;
  Settings m_settings;
  SimplePid m_pid;
  std::unique_ptr<Fitters> m_fitters;
  unsigned int m_made = 0;
  EvtRecPi0Col m_pi0s;
  EvtRecEtaToGGCol m_etas;
  EvtRecVeeVertexCol m_vees;
  EvtRecDTagCol m_dTags;
};

}

#endif
