// Bases of everything in the event store, and the store paths.
#include "EventModel/EventModel.h"
#include "GaudiKernel/ContainedObject.h"
#include "GaudiKernel/DataObject.h"

namespace {
const CLID unknownClass = 0;
}

DataObject::~DataObject() {}
const CLID& DataObject::clID() const { return unknownClass; }
const CLID& DataObject::classID() { return unknownClass; }

ContainedObject::~ContainedObject() {}
const CLID& ContainedObject::clID() const { return unknownClass; }
const CLID& ContainedObject::classID() { return unknownClass; }

namespace EventModel {
std::string EventH = "/Event";
std::string EventHeader = "/Event/EventHeader";
std::string Navigator = "/Event/Navigator";
namespace MC {
std::string Event = "/Event/MC";
std::string McParticleCol = "/Event/MC/McParticleCol";
}
namespace Trig {
std::string Event = "/Event/Trig";
std::string TrigData = "/Event/Trig/TrigData";
}
namespace Recon {
std::string Event = "/Event/Recon";
std::string RecMdcTrackCol = "/Event/Recon/RecMdcTrackCol";
std::string RecMdcKalTrackCol = "/Event/Recon/RecMdcKalTrackCol";
std::string RecMdcDedxCol = "/Event/Recon/RecMdcDedxCol";
std::string RecTofTrackCol = "/Event/Recon/RecTofTrackCol";
std::string RecEmcShowerCol = "/Event/Recon/RecEmcShowerCol";
std::string RecMucTrackCol = "/Event/Recon/RecMucTrackCol";
std::string RecExtTrackCol = "/Event/Recon/RecExtTrackCol";
std::string RecEsTimeCol = "/Event/Recon/RecEsTimeCol";
}
namespace EvtRec {
std::string Event = "/Event/EvtRec";
std::string EvtRecEvent = "/Event/EvtRec/EvtRecEvent";
std::string EvtRecTrackCol = "/Event/EvtRec/EvtRecTrackCol";
std::string EvtRecPrimaryVertex = "/Event/EvtRec/EvtRecPrimaryVertex";
std::string EvtRecVeeVertexCol = "/Event/EvtRec/EvtRecVeeVertexCol";
std::string EvtRecPi0Col = "/Event/EvtRec/EvtRecPi0Col";
std::string EvtRecEtaToGGCol = "/Event/EvtRec/EvtRecEtaToGGCol";
std::string EvtRecDTagCol = "/Event/EvtRec/EvtRecDTagCol";
}
}
