// Trigger decision: 16 channels, 48 conditions. Simulated and toy events carry none: the store path holds no object then,
// test the pointer.
#ifndef STANDIN_TRIGEVENT_TRIGDATA_H
#define STANDIN_TRIGEVENT_TRIGDATA_H

#include "GaudiKernel/DataObject.h"
#include <string>

class TrigData : public DataObject {
public:
  TrigData();
  TrigData(int window, int timing, const int* conditions, const int* channels, bool preScale);
  virtual ~TrigData();

  int getTrigChannel(int i) const { return m_channel[i]; }
  const int* getTrigChannel() const { return m_channel; }
  int getTrigCondition(int i) const { return m_condition[i]; }
  const int* getTrigCondition() const { return m_condition; }
  const std::string getTrigCondName(int i) const;  // "00: NCluster >= 1"; empty outside 0..47
  int getTimeWindow() const { return m_timeWindow; }
  int getTimingType() const { return m_timingType; }  // 0 none, 1 TOF, 2 MDC, 3 EMC
  bool getPreScale() const { return m_preScale; }

  void setTrigCondition(int i, int j) { m_condition[i] = j; }
  void setTrigCondition(const int* conditions);
  void setTrigChannel(int i, int j) { m_channel[i] = j; }
  void setTrigChannel(const int* channels);
  void setTimeWindow(int value) { m_timeWindow = value; }
  void setTimingType(int value) { m_timingType = value; }
  void setPreScale(bool value) { m_preScale = value; }
  void print() const;  // the conditions that are met, on std::cout

private:
  int m_channel[16], m_condition[48], m_timeWindow, m_timingType;
  bool m_preScale;
};

#endif
