// Message stream and message service.
#include "runtime/Messages.h"

#include "GaudiKernel/MsgStream.h"
#include "runtime/Job.h"
#include "runtime/Log.h"

#include <cstdio>

namespace {

const char* const levelName[] = {"NIL", "VERBOSE", "DEBUG", "INFO", "WARNING", "ERROR", "FATAL", "ALWAYS"};
const std::size_t mostLines = 200000;  // between two reads; an algorithm that prints per event must not fill the memory

}

namespace standin {

int Messages::outputLevel(const std::string& source) const {
  if (m_levels.empty()) return m_level;
  const auto found = m_levels.find(source);
  return found == m_levels.end() || found->second == MSG::NIL ? m_level : found->second;
}

void Messages::reportMessage(const std::string& source, int type, const std::string& message) {
  if (m_count >= mostLines) {
    ++m_dropped;
    return;
  }
  ++m_count;
  std::string column = source;
  column.resize(column.size() < 20 ? 20 : column.size() + 1, ' ');
  char level[16];
  std::snprintf(level, sizeof level, "%7s ", levelName[type < 0 || type > 7 ? 0 : type]);
  m_lines += column + level + message + '\n';
}

void Messages::once(const std::string& source, const std::string& message) {
  if (m_said.insert(source + message).second) reportMessage(source, MSG::WARNING, message);
}

const char* Messages::take() {
  if (m_dropped) m_lines += "MessageSvc          WARNING " + std::to_string(m_dropped) + " further lines not kept\n";
  m_taken.swap(m_lines);
  m_lines.clear();
  m_count = m_dropped = 0;
  return m_taken.c_str();
}

void sayOnce(const char* source, const char* text) {
  if (Job* job = Job::current())
    job->messages().once(source, text);
  else
    std::fprintf(stderr, "%s: %s\n", source, text);
}

}

IInterface::~IInterface() {}

MsgStream::MsgStream(IMessageSvc* service, int)
    : m_service(service), m_stream(0), m_threshold(static_cast<MSG::Level>(service ? service->outputLevel() : MSG::INFO)),
      m_current(MSG::NIL), m_active(false) {}

MsgStream::MsgStream(IMessageSvc* service, const std::string& source, int)
    : m_service(service), m_source(source), m_stream(0),
      m_threshold(static_cast<MSG::Level>(service ? service->outputLevel(source) : MSG::INFO)), m_current(MSG::NIL),
      m_active(false) {}

MsgStream::MsgStream(const MsgStream& other)
    : m_service(other.m_service), m_source(other.m_source), m_stream(0), m_threshold(other.m_threshold),
      m_current(other.m_current), m_active(other.m_active) {}

MsgStream::~MsgStream() { delete m_stream; }

void MsgStream::open() { m_stream = new std::ostringstream; }

MsgStream& MsgStream::doOutput() {
  if (m_active && m_stream) {
    if (m_service)
      m_service->reportMessage(m_source, m_current, m_stream->str());
    else
      std::fprintf(stderr, "%s\n", m_stream->str().c_str());
    m_stream->str("");
  }
  return *this;
}
