// Event store.
#include "runtime/EventStore.h"

#include "runtime/Log.h"

#include <stdexcept>

namespace standin {

EventStore::EventStore(VertexDb& vertices) : m_collections(m_loader, vertices) {
  m_getters["/Event"] = &EventStore::load<&Loader::root>;
  m_getters[EventModel::EventHeader] = &EventStore::load<&Loader::header>;
  m_getters[EventModel::EvtRec::EvtRecEvent] = &EventStore::load<&Loader::summary>;
  m_getters[EventModel::EvtRec::EvtRecTrackCol] = &EventStore::load<&Loader::tracks>;
  m_getters[EventModel::Recon::RecMdcTrackCol] = &EventStore::load<&Loader::mdcTracks>;
  m_getters[EventModel::Recon::RecMdcKalTrackCol] = &EventStore::load<&Loader::kalTracks>;
  m_getters[EventModel::Recon::RecMdcDedxCol] = &EventStore::load<&Loader::dedxs>;
  m_getters[EventModel::Recon::RecTofTrackCol] = &EventStore::load<&Loader::tofTracks>;
  m_getters[EventModel::Recon::RecEmcShowerCol] = &EventStore::load<&Loader::showers>;
  m_getters[EventModel::Recon::RecExtTrackCol] = &EventStore::load<&Loader::extTracks>;
  m_getters[EventModel::Recon::RecMucTrackCol] = &EventStore::load<&Loader::mucTracks>;
  m_getters[EventModel::MC::McParticleCol] = &EventStore::load<&Loader::mcParticles>;
  m_getters[EventModel::EvtRec::EvtRecPrimaryVertex] = &EventStore::load<&Loader::primaryVertex>;
  m_getters[EventModel::Trig::TrigData] = &EventStore::load<&Loader::trigger>;
  m_getters[EventModel::Navigator] = &EventStore::load<&Loader::navigator>;
  m_getters[EventModel::EvtRec::EvtRecVeeVertexCol] = &EventStore::make<&Collections::vees>;
  m_getters[EventModel::EvtRec::EvtRecPi0Col] = &EventStore::make<&Collections::pi0s>;
  m_getters[EventModel::EvtRec::EvtRecEtaToGGCol] = &EventStore::make<&Collections::etas>;
  m_getters[EventModel::EvtRec::EvtRecDTagCol] = &EventStore::make<&Collections::dTags>;
}

void EventStore::setEvent(std::int64_t event) {
  if (!m_registered.empty()) m_registered.clear();
  m_collections.newEvent();
  m_loader.setEvent(event);
}

StatusCode EventStore::registerObject(const std::string& path, DataObject* object) {
  if (!object || m_getters.count(path) || m_registered.count(path)) return StatusCode::FAILURE;
  m_registered[path].reset(object);
  return StatusCode::SUCCESS;
}

StatusCode EventStore::unregisterObject(const std::string& path) {
  const auto found = m_registered.find(path);
  if (found == m_registered.end()) return StatusCode::FAILURE;
  found->second.release();
  m_registered.erase(found);
  return StatusCode::SUCCESS;
}

// A path without a leading slash is relative to /Event.
StatusCode EventStore::retrieveObject(const std::string& path, DataObject*& object) {
  object = nullptr;
  if (path.empty()) return StatusCode::FAILURE;
  if (path[0] != '/') return retrieveObject("/Event/" + path, object);
  const auto getter = m_getters.find(path);
  if (getter != m_getters.end()) {
    object = (this->*getter->second)();
  } else {
    const auto registered = m_registered.find(path);
    if (registered != m_registered.end()) object = registered->second.get();
  }
  return object ? StatusCode::SUCCESS : StatusCode::FAILURE;
}

void nullDataPointer(const std::string& path) {
  throw std::runtime_error("SmartDataPtr to " + path + " is null and was used without a test (the real framework crashes here)");
}

}
