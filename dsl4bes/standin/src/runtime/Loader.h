// Makes the event objects of one event from the columns of a batch, each only when it is asked for.
#ifndef STANDIN_RUNTIME_LOADER_H
#define STANDIN_RUNTIME_LOADER_H

#include "EventModel/Event.h"
#include "EventModel/EventHeader.h"
#include "EvtRecEvent/EvtRecEvent.h"
#include "EventNavigator/EventNavigator.h"
#include "EvtRecEvent/EvtRecPrimaryVertex.h"
#include "EvtRecEvent/EvtRecTrack.h"
#include "EvtRecEvent/EvtRecEtaToGG.h"
#include "EvtRecEvent/EvtRecPi0.h"
#include "EvtRecEvent/EvtRecVeeVertex.h"
#include "McTruth/McParticle.h"
#include "TrigEvent/TrigData.h"
#include "runtime/Batch.h"
#include "runtime/Pool.h"

namespace standin {

class Loader {
public:
  Batch batch;

  void setEvent(std::int64_t event);  // position within the batch
  int run() const { return batch.event.run[m_row]; }
  int number() const { return batch.event.number[m_row]; }

  // What the event store hands out. A collection that is asked for is filled completely.
  DataObject* root() { return &m_root; }
  DataObject* header() { return &m_header; }
  DataObject* summary() { return &m_summary; }
  DataObject* tracks();
  DataObject* mdcTracks();
  DataObject* kalTracks();
  DataObject* dedxs();
  DataObject* tofTracks();
  DataObject* showers();
  DataObject* extTracks();
  DataObject* mucTracks();
  DataObject* mcParticles();
  DataObject* primaryVertex();  // not valid if the file has none
  DataObject* trigger();        // null if the file has none
  DataObject* navigator();      // null if the file has none
  void setMdcCut(int hits) { m_mdcCut = hits; }  // tracks with no more common hits are no match

  int charged() const { return batch.event.n_charged[m_row]; }
  bool hasVees() const { return batch.vee.rows.count(m_event) > 0; }
  void fillVees(EvtRecVeeVertexCol& vees);
  bool hasPi0s() const { return batch.pi0.rows.count(m_event) > 0; }
  void fillPi0s(EvtRecPi0Col& pi0s) { fillPairs(batch.pi0, pi0s); }
  bool hasEtas() const { return batch.eta.rows.count(m_event) > 0; }
  void fillEtas(EvtRecEtaToGGCol& etas) { fillPairs(batch.eta, etas); }

  // Fills the object(s) behind one link of a track (see EvtRecTrack).
  void complete(EvtRecTrack& track, unsigned int which);

private:
  template <class PAIR>
  void fillPairs(const PairColumns& columns, ObjectVector<PAIR>& list);
  template <class T>
  T* link(Pool<T>& pool, int position, const char* what);
  void link(EvtRecTrack& track, std::int64_t row);
  void fill(RecMdcTrack& object, std::int64_t row);
  void fill(RecMdcKalTrack& object, std::int64_t row);
  void fill(RecMdcDedx& object, std::int64_t row);
  void fill(RecTofTrack& object, std::int64_t row);
  void fill(RecEmcShower& object, std::int64_t row);
  void fill(RecExtTrack& object, std::int64_t row);
  void fill(RecMucTrack& object, std::int64_t row);
  void fill(Event::McParticle& object, std::int64_t row);
  template <class T, class COLUMNS>
  void need(Pool<T>& pool, const COLUMNS& columns, int i) {
    if (pool.claim(i)) fill(pool.object(i), columns.rows.first(m_event) + i);
  }
  template <class T, class COLUMNS>
  ObjectVector<T>& all(Pool<T>& pool, const COLUMNS& columns) {
    for (int i = 0; i < pool.count(); ++i) need(pool, columns, i);
    return pool.vector();
  }

  std::int64_t m_event = 0, m_row = 0;
  Event::EventH m_root;
  Event::EventHeader m_header;
  EvtRecEvent m_summary;
  Pool<EvtRecTrack> m_tracks;
  Pool<RecMdcTrack> m_mdc;
  Pool<RecMdcKalTrack> m_kal;
  Pool<RecMdcDedx> m_dedx;
  Pool<RecTofTrack> m_tof;
  Pool<RecEmcShower> m_emc;
  Pool<RecExtTrack> m_ext;
  Pool<RecMucTrack> m_muc;
  Pool<Event::McParticle> m_mc;
  bool m_tracksLinked = false, m_familyLinked = false, m_navigated = false;
  EvtRecPrimaryVertex m_primaryVertex;
  TrigData m_trigger;
  EventNavigator m_navigator;
  int m_mdcCut = 7;
};

}

#endif
