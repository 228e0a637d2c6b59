// Run number, event number and flags of the event; a negative run number marks simulation.
#ifndef STANDIN_EVENTMODEL_EVENTHEADER_H
#define STANDIN_EVENTMODEL_EVENTHEADER_H

#include "EventModel/EventModel.h"
#include "GaudiKernel/DataObject.h"
#include <iostream>

namespace Event {

class EventHeader : public DataObject {
public:
  EventHeader() : m_event(-1), m_run(-1), m_time(0), m_tag(0), m_flag1(0), m_flag2(0) {}
  virtual ~EventHeader();

  int eventNumber() const { return m_event; }
  int runNumber() const { return m_run; }
  unsigned int time() const { return m_time; }
  unsigned int eventTag() { return m_tag; }
  unsigned int flag1() { return m_flag1; }
  unsigned int flag2() { return m_flag2; }

  void setEventNumber(int value) { m_event = value; }
  void setRunNumber(int value) { m_run = value; }
  void setTime(int value) { m_time = value; }
  void setEventTag(unsigned int value) { m_tag = value; }
  void setFlag1(unsigned int value) { m_flag1 = value; }
  void setFlag2(unsigned int value) { m_flag2 = value; }

private:
  int m_event, m_run;
  unsigned int m_time, m_tag, m_flag1, m_flag2;
};

}

#endif
