// Trigger decision. Local events carry none: the store path holds no object, test the pointer.
#ifndef STANDIN_TRIGEVENT_TRIGDATA_H
#define STANDIN_TRIGEVENT_TRIGDATA_H

#include "GaudiKernel/DataObject.h"
#include <string>

class TrigData : public DataObject {
public:
  TrigData();
  virtual ~TrigData();

  int getTrigChannel(int i) const { return m_channel[i]; }
  int getTrigCondition(int i) const { return m_condition[i]; }
  const std::string getTrigCondName(int i) const;
  int getTimeWindow() const { return m_timeWindow; }
  int getTimingType() const { return m_timingType; }
  bool getPreScale() const { return m_preScale; }

private:
  int m_channel[16], m_condition[48], m_timeWindow, m_timingType;
  bool m_preScale;
};

#endif
