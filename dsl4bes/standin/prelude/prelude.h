// What packages include, in one header that is compiled once: a preview is built many times an hour.
//
// The templates that every package uses are instantiated once, in a library that is made of this header with
// STANDIN_PRELUDE_MADE_HERE; a package sees them as `extern` and leaves them out, which is a quarter of the compiler's
// work. Nothing here changes what a package means.
#ifndef STANDIN_PRELUDE_H
#define STANDIN_PRELUDE_H

#include "CLHEP/Geometry/Point3D.h"
#include "CLHEP/Vector/LorentzVector.h"
#include "CLHEP/Vector/ThreeVector.h"
#include "EventModel/EventHeader.h"
#include "EventModel/EventModel.h"
#include "EvtRecEvent/EvtRecEvent.h"
#include "EvtRecEvent/EvtRecTrack.h"
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/Algorithm.h"
#include "GaudiKernel/Bootstrap.h"
#include "GaudiKernel/IDataProviderSvc.h"
#include "GaudiKernel/INTupleSvc.h"
#include "GaudiKernel/ISvcLocator.h"
#include "GaudiKernel/ITHistSvc.h"
#include "GaudiKernel/MsgStream.h"
#include "GaudiKernel/NTuple.h"
#include "GaudiKernel/SmartDataPtr.h"
#include "McTruth/McParticle.h"
#include "ParticleID/ParticleID.h"
#include "TH1.h"
#include "VertexFit/Helix.h"
#include "VertexFit/IVertexDbSvc.h"
#include "VertexFit/KalmanKinematicFit.h"
#include "VertexFit/VertexFit.h"
#include "VertexFit/VertexParameter.h"
#include "VertexFit/WTrackParameter.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#ifdef STANDIN_PRELUDE_MADE_HERE
#define STANDIN_MADE_ELSEWHERE
#else
#define STANDIN_MADE_ELSEWHERE extern
#endif

STANDIN_MADE_ELSEWHERE template class std::vector<int>;
STANDIN_MADE_ELSEWHERE template class std::vector<double>;
STANDIN_MADE_ELSEWHERE template class std::vector<CLHEP::HepLorentzVector>;
STANDIN_MADE_ELSEWHERE template class std::vector<long>;
STANDIN_MADE_ELSEWHERE template class std::vector<std::pair<double, int> >;
STANDIN_MADE_ELSEWHERE template class std::vector<std::vector<int> >;
STANDIN_MADE_ELSEWHERE template class std::vector<const Event::McParticle*>;
STANDIN_MADE_ELSEWHERE template class std::map<int, int>;
STANDIN_MADE_ELSEWHERE template class std::map<const Event::McParticle*, int>;

STANDIN_MADE_ELSEWHERE template class SmartDataPtr<Event::EventHeader>;
STANDIN_MADE_ELSEWHERE template class SmartDataPtr<Event::McParticleCol>;
STANDIN_MADE_ELSEWHERE template class SmartDataPtr<EvtRecEvent>;
STANDIN_MADE_ELSEWHERE template class SmartDataPtr<EvtRecTrackCol>;

#define STANDIN_PROPERTY(T)                              \
  STANDIN_MADE_ELSEWHERE template class standin::BoundProperty<T >; \
  STANDIN_MADE_ELSEWHERE template Property* Algorithm::declareProperty<T >(const std::string&, T&, const std::string&) const;
STANDIN_PROPERTY(bool)
STANDIN_PROPERTY(int)
STANDIN_PROPERTY(double)
STANDIN_PROPERTY(std::string)
#undef STANDIN_PROPERTY

#define STANDIN_ITEM(T)                              \
  STANDIN_MADE_ELSEWHERE template class NTuple::Item<T >; \
  STANDIN_MADE_ELSEWHERE template StatusCode NTuple::Tuple::addItem<T >(const std::string&, NTuple::Item<T >&);
STANDIN_ITEM(int)
STANDIN_ITEM(long)
STANDIN_ITEM(double)
#undef STANDIN_ITEM
STANDIN_MADE_ELSEWHERE template class NTuple::Array<int>;
STANDIN_MADE_ELSEWHERE template class NTuple::Array<double>;

#undef STANDIN_MADE_ELSEWHERE
#endif
