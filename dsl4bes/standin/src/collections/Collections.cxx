// Collections made on demand.
#include "collections/Collections.h"

#include "runtime/Log.h"

#include <algorithm>

namespace standin {

Collections::Collections(Loader& loader, VertexDb& vertices)
    : m_loader(loader), m_vertices(vertices), m_pid(m_settings) {}

bool Collections::claim(Made which) {
  const bool first = (m_made & which) == 0;
  m_made |= which;
  return first;
}

// D tags first: they point to the others.
void Collections::clear() {
  m_dTags.clear();
  m_vees.clear();
  m_etas.clear();
  m_pi0s.clear();
  m_made = 0;
}

Ingredients Collections::ingredients() {
  if (!m_fitters) m_fitters.reset(new Fitters);
  EvtRecTrackCol& tracks = static_cast<EvtRecTrackCol&>(*m_loader.tracks());
  const int charged = std::min(m_loader.charged(), static_cast<int>(tracks.size()));
  return Ingredients{tracks, charged, *m_fitters, m_settings};
}

DataObject* Collections::pi0s() {
  if (claim(kPi0s)) {
    if (m_loader.hasPi0s()) {
      m_loader.fillPi0s(m_pi0s);
    } else {
      sayOnce("EventStore", "EvtRecPi0Col: made by the stand-in, not by BOSS");
      makePi0s(ingredients(), m_pi0s);
    }
  }
  return &m_pi0s;
}

DataObject* Collections::etas() {
  if (claim(kEtas)) {
    if (m_loader.hasEtas()) {
      m_loader.fillEtas(m_etas);
    } else {
      sayOnce("EventStore", "EvtRecEtaToGGCol: made by the stand-in, not by BOSS");
      makeEtas(ingredients(), m_etas);
    }
  }
  return &m_etas;
}

// As for pi0 and eta: an event without V0s in the file either has none, or the file was written without their producer: ours is the same
// computation, so it is done for both.
DataObject* Collections::vees() {
  if (claim(kVees)) {
    if (m_loader.hasVees()) {
      m_loader.fillVees(m_vees);
    } else {
      makeVees(ingredients(), m_vees);
      if (!m_vees.empty()) sayOnce("EventStore", "EvtRecVeeVertexCol: made by the stand-in, not by BOSS");
    }
  }
  return &m_vees;
}

DataObject* Collections::dTags() {
  if (claim(kDTags)) {
    sayOnce("EventStore", "EvtRecDTagCol: made by the stand-in, not by BOSS");
    pi0s();
    etas();
    vees();
    makeDTags(ingredients(), m_pi0s, m_etas, m_vees, m_pid, m_vertices, m_dTags);
  }
  return &m_dTags;
}

}
