// The event store: paths to the objects of the current event, and objects that algorithms register themselves.
#ifndef STANDIN_RUNTIME_EVENTSTORE_H
#define STANDIN_RUNTIME_EVENTSTORE_H

#include "GaudiKernel/IDataProviderSvc.h"
#include "collections/Collections.h"
#include "runtime/Loader.h"

#include <memory>
#include <unordered_map>

namespace standin {

class EventStore : public IDataProviderSvc {
public:
  explicit EventStore(VertexDb& vertices);
  Loader& loader() { return m_loader; }
  Collections& collections() { return m_collections; }
  void setEvent(std::int64_t event);

  StatusCode registerObject(const std::string& path, DataObject* object) override;
  StatusCode unregisterObject(const std::string& path) override;
  StatusCode retrieveObject(const std::string& path, DataObject*& object) override;
  StatusCode findObject(const std::string& path, DataObject*& object) override { return retrieveObject(path, object); }

private:
  typedef DataObject* (EventStore::*Getter)();
  template <DataObject* (Loader::*GET)()>
  DataObject* load() { return (m_loader.*GET)(); }
  template <DataObject* (Collections::*GET)()>
  DataObject* make() { return (m_collections.*GET)(); }

  Loader m_loader;
  Collections m_collections;
  std::unordered_map<std::string, Getter> m_getters;
  std::unordered_map<std::string, std::unique_ptr<DataObject>> m_registered;  // of the current event
};

}

#endif
