// The event store: paths to the objects of the current event, and objects that algorithms register themselves.
#ifndef STANDIN_RUNTIME_EVENTSTORE_H
#define STANDIN_RUNTIME_EVENTSTORE_H

#include "EvtRecEvent/EvtRecDTag.h"
#include "EvtRecEvent/EvtRecEtaToGG.h"
#include "EvtRecEvent/EvtRecPi0.h"
#include "EvtRecEvent/EvtRecPrimaryVertex.h"
#include "EvtRecEvent/EvtRecVeeVertex.h"
#include "GaudiKernel/IDataProviderSvc.h"
#include "runtime/Loader.h"

#include <memory>
#include <unordered_map>

namespace standin {

class EventStore : public IDataProviderSvc {
public:
  EventStore();
  Loader& loader() { return m_loader; }
  void setEvent(std::int64_t event);

  StatusCode registerObject(const std::string& path, DataObject* object) override;
  StatusCode unregisterObject(const std::string& path) override;
  StatusCode retrieveObject(const std::string& path, DataObject*& object) override;
  StatusCode findObject(const std::string& path, DataObject*& object) override { return retrieveObject(path, object); }

private:
  typedef DataObject* (EventStore::*Getter)();
  template <DataObject* (Loader::*GET)()>
  DataObject* load() { return (m_loader.*GET)(); }
  DataObject* primaryVertex();
  DataObject* veeVertices();
  DataObject* pi0s();
  DataObject* etas();
  DataObject* dTags();

  Loader m_loader;
  std::unordered_map<std::string, Getter> m_getters;
  std::unordered_map<std::string, std::unique_ptr<DataObject>> m_registered;  // of the current event
  EvtRecPrimaryVertex m_primaryVertex;
  EvtRecVeeVertexCol m_veeVertices;
  EvtRecPi0Col m_pi0s;
  EvtRecEtaToGGCol m_etas;
  EvtRecDTagCol m_dTags;
};

}

#endif
