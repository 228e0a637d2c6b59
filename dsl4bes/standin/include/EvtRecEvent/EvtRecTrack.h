// One entry of the event's track list: a charged track or an isolated shower, with links to the sub-detectors.
#ifndef STANDIN_EVTRECEVENT_EVTRECTRACK_H
#define STANDIN_EVTRECEVENT_EVTRECTRACK_H

#include "EmcRecEventModel/RecEmcShower.h"
#include "ExtEvent/RecExtTrack.h"
#include "MdcRecEvent/RecMdcDedx.h"
#include "MdcRecEvent/RecMdcKalTrack.h"
#include "MdcRecEvent/RecMdcTrack.h"
#include "MucRecEvent/RecMucTrack.h"
#include "TofRecEvent/RecTofTrack.h"

namespace standin { class Loader; }

// The getters are not const, as in the real class. The runtime fills a linked object when it is asked for first.
// partId starts at -1, so isElectron() .. isProton() are all true until the track is tagged.
class EvtRecTrack : public ContainedObject {
public:
  EvtRecTrack();
  ~EvtRecTrack();

  int trackId() const { return m_trackId; }
  int partId() const { return m_partId; }
  int quality() const { return m_quality; }
  bool isElectron() const { return (m_partId & 0x01) != 0; }
  bool isMuon() const { return (m_partId & 0x02) != 0; }
  bool isPion() const { return (m_partId & 0x04) != 0; }
  bool isKaon() const { return (m_partId & 0x08) != 0; }
  bool isProton() const { return (m_partId & 0x10) != 0; }

  bool isMdcTrackValid() { return m_mdcTrack != 0; }
  bool isMdcKalTrackValid() { return m_mdcKalTrack != 0; }
  bool isMdcDedxValid() { return m_mdcDedx != 0; }
  bool isTofTrackValid() { return !m_tofTrack.empty(); }
  bool isEmcShowerValid() { return m_emcShower != 0; }
  bool isMucTrackValid() { return m_mucTrack != 0; }
  bool isExtTrackValid() { return m_extTrack != 0; }

  RecMdcTrack* mdcTrack() { complete(1); return m_mdcTrack; }
  RecMdcKalTrack* mdcKalTrack() { complete(2); return m_mdcKalTrack; }
  RecMdcDedx* mdcDedx() { complete(4); return m_mdcDedx; }
  RecExtTrack* extTrack() { complete(8); return m_extTrack; }
  SmartRefVector<RecTofTrack> tofTrack() { complete(16); return m_tofTrack; }
  RecEmcShower* emcShower() { complete(32); return m_emcShower; }
  RecMucTrack* mucTrack() { complete(64); return m_mucTrack; }

  void setTrackId(const int value) { m_trackId = value; }
  void setPartId(const int value) { m_partId = value; }
  void setQuality(const int value) { m_quality = value; }
  void tagElectron() { m_partId |= 0x01; }
  void tagMuon() { m_partId |= 0x02; }
  void tagPion() { m_partId |= 0x04; }
  void tagKaon() { m_partId |= 0x08; }
  void tagProton() { m_partId |= 0x10; }
  void setMdcTrack(const RecMdcTrack* value) { m_mdcTrack = const_cast<RecMdcTrack*>(value); }
  void setMdcKalTrack(const RecMdcKalTrack* value) { m_mdcKalTrack = const_cast<RecMdcKalTrack*>(value); }
  void setMdcDedx(const RecMdcDedx* value) { m_mdcDedx = const_cast<RecMdcDedx*>(value); }
  void setExtTrack(const RecExtTrack* value) { m_extTrack = const_cast<RecExtTrack*>(value); }
  void setTofTrack(const SmartRefVector<RecTofTrack> value) { m_tofTrack = value; }
  void addTofTrack(const SmartRef<RecTofTrack> value) { m_tofTrack.push_back(value); }
  void setEmcShower(const RecEmcShower* value) { m_emcShower = const_cast<RecEmcShower*>(value); }
  void setMucTrack(const RecMucTrack* value) { m_mucTrack = const_cast<RecMucTrack*>(value); }

private:
  friend class standin::Loader;
  void complete(unsigned int which) {
    if (m_pending & which) load(which);
  }
  void load(unsigned int which);  // fills the linked object from the event's columns

  int m_trackId, m_partId, m_quality;
  RecMdcTrack* m_mdcTrack;
  RecMdcKalTrack* m_mdcKalTrack;
  RecMdcDedx* m_mdcDedx;
  RecExtTrack* m_extTrack;
  SmartRefVector<RecTofTrack> m_tofTrack;
  RecEmcShower* m_emcShower;
  RecMucTrack* m_mucTrack;
  standin::Loader* m_loader;   // 0 for a track built by hand
  unsigned int m_pending;      // linked objects not yet filled
  int m_row;                   // position in the event's track list
};

typedef ObjectVector<EvtRecTrack> EvtRecTrackCol;
typedef EvtRecTrackCol::iterator EvtRecTrackIterator;

#endif
