// Stream into the log. A message below the output level costs nothing but the test.
#ifndef STANDIN_GAUDIKERNEL_MSGSTREAM_H
#define STANDIN_GAUDIKERNEL_MSGSTREAM_H

#include "GaudiKernel/IMessageSvc.h"
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>

class MsgStream {
public:
  MsgStream(IMessageSvc* service, int buffer_length = 128);
  MsgStream(IMessageSvc* service, const std::string& source, int buffer_length = 128);
  MsgStream(const MsgStream& other);
  virtual ~MsgStream();

  MsgStream& report(int level) {
    m_current = static_cast<MSG::Level>(level);
    m_active = level >= m_threshold;
    return *this;
  }
  virtual MsgStream& doOutput();
  void setLevel(int level) { m_threshold = static_cast<MSG::Level>(level); m_active = m_current >= m_threshold; }
  MSG::Level level() { return m_threshold; }
  MSG::Level currentLevel() { return m_current; }
  bool isActive() const { return m_active; }
  std::ostringstream& stream() {
    if (!m_stream) open();
    return *m_stream;
  }
  MsgStream& flush() { return *this; }
  long flags() { return m_active ? stream().flags() : 0; }
  int width(int value) { return m_active ? static_cast<int>(stream().width(value)) : 0; }
  int precision(int value) { return m_active ? static_cast<int>(stream().precision(value)) : 0; }
  long setf(std::ios_base::fmtflags value) { return m_active ? stream().setf(value) : 0; }
  long setf(std::ios_base::fmtflags value, std::ios_base::fmtflags mask) {
    return m_active ? stream().setf(value, mask) : 0;
  }
  char fill(char value) { return m_active ? stream().fill(value) : value; }

  MsgStream& operator<<(MsgStream& (*manipulator)(MsgStream&)) {
    return m_active ? manipulator(*this) : *this;
  }
  MsgStream& operator<<(std::ostream& (*manipulator)(std::ostream&)) {
    if (m_active) manipulator(stream());
    return *this;
  }
  MsgStream& operator<<(std::ios& (*manipulator)(std::ios&)) {
    if (m_active) manipulator(stream());
    return *this;
  }
  MsgStream& operator<<(std::ios_base& (*manipulator)(std::ios_base&)) {
    if (m_active) manipulator(stream());
    return *this;
  }
  MsgStream& operator<<(MSG::Level level) { return report(level); }

private:
  MsgStream& operator=(const MsgStream&);
  void open();
  IMessageSvc* m_service;
  std::string m_source;
  std::ostringstream* m_stream;  // made by the first active message
  MSG::Level m_threshold, m_current;
  bool m_active;
};

inline MsgStream& endmsg(MsgStream& stream) { return stream.doOutput(); }
#if defined(GAUDI_V20_COMPAT)
#define endreq endmsg
#endif

template <class T>
MsgStream& operator<<(MsgStream& out, const T& value) {
  if (out.isActive()) out.stream() << value;
  return out;
}

namespace MSG {
inline MsgStream& endmsg(MsgStream& stream) { return stream.doOutput(); }
}

#endif
