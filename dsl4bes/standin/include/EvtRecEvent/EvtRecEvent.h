// Numbers of charged tracks, neutral showers and composite particles of the event.
#ifndef STANDIN_EVTRECEVENT_EVTRECEVENT_H
#define STANDIN_EVTRECEVENT_EVTRECEVENT_H

#include "EventModel/EventModel.h"
#include "GaudiKernel/DataObject.h"

using namespace EventModel;

class EvtRecEvent : public DataObject {
public:
  EvtRecEvent() : m_total(0), m_charged(0), m_neutral(0), m_vee(0), m_pi0(0), m_dtag(0) {}
  virtual ~EvtRecEvent();

  int totalTracks() const { return m_total; }
  int totalCharged() const { return m_charged; }
  int totalNeutral() const { return m_neutral; }
  int numberOfVee() const { return m_vee; }
  int numberOfPi0() const { return m_pi0; }
  int numberOfDTag() const { return m_dtag; }

  void setTotalTracks(const int value) { m_total = value; }
  void setTotalCharged(const int value) { m_charged = value; }
  void setTotalNeutral(const int value) { m_neutral = value; }
  void setNumberOfVee(const int value) { m_vee = value; }
  void setNumberOfPi0(const int value) { m_pi0 = value; }
  void setNumberOfDTag(const int value) { m_dtag = value; }

private:
  int m_total, m_charged, m_neutral, m_vee, m_pi0, m_dtag;
};

#endif
