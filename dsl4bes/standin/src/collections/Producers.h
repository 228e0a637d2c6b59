// What the producers of composite particles share: the event, the fits, the cuts.
#ifndef STANDIN_COLLECTIONS_PRODUCERS_H
#define STANDIN_COLLECTIONS_PRODUCERS_H

#include "EvtRecEvent/EvtRecDTag.h"
#include "EvtRecEvent/EvtRecEtaToGG.h"
#include "EvtRecEvent/EvtRecPi0.h"
#include "EvtRecEvent/EvtRecVeeVertex.h"
#include "VertexFit/IVertexDbSvc.h"
#include "collections/Fitters.h"
#include "collections/Settings.h"
#include "collections/SimplePid.h"

namespace standin {

// The event as a producer sees it; nothing is owned.
struct Ingredients {
  EvtRecTrackCol& tracks;
  int charged;  // the first entries of `tracks`
  Fitters& fitters;
  const Settings& settings;
};

void makePi0s(const Ingredients& event, EvtRecPi0Col& made);
void makeEtas(const Ingredients& event, EvtRecEtaToGGCol& made);
void makeVees(const Ingredients& event, EvtRecVeeVertexCol& made);
void makeDTags(const Ingredients& event, EvtRecPi0Col& pi0s, EvtRecEtaToGGCol& etas, EvtRecVeeVertexCol& vees,
               SimplePid& pid, IVertexDbSvc& vertices, EvtRecDTagCol& made);

}

#endif
