// Paths of the objects in the event store.
#ifndef STANDIN_EVENTMODEL_EVENTMODEL_H
#define STANDIN_EVENTMODEL_EVENTMODEL_H

#include <string>

namespace EventModel {
extern std::string EventH;
extern std::string EventHeader;
extern std::string Navigator;
namespace MC {
extern std::string Event;
extern std::string McParticleCol;
}
namespace Trig {
extern std::string Event;
extern std::string TrigData;
}
namespace Recon {
extern std::string Event;
extern std::string RecMdcTrackCol;
extern std::string RecMdcKalTrackCol;
extern std::string RecMdcDedxCol;
extern std::string RecTofTrackCol;
extern std::string RecEmcShowerCol;
extern std::string RecMucTrackCol;
extern std::string RecExtTrackCol;
extern std::string RecEsTimeCol;
}
namespace EvtRec {
extern std::string Event;
extern std::string EvtRecEvent;
extern std::string EvtRecTrackCol;
extern std::string EvtRecPrimaryVertex;
extern std::string EvtRecVeeVertexCol;
extern std::string EvtRecPi0Col;
extern std::string EvtRecEtaToGGCol;
extern std::string EvtRecDTagCol;
}
}

#endif
