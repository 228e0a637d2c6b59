// The log of a job: lines kept until the runner reads them.
#ifndef STANDIN_RUNTIME_MESSAGES_H
#define STANDIN_RUNTIME_MESSAGES_H

#include "GaudiKernel/IMessageSvc.h"

#include <cstddef>
#include <map>
#include <set>
#include <string>

namespace standin {

class Messages : public IMessageSvc {
public:
  void reportMessage(const std::string& source, int type, const std::string& message) override;
  int outputLevel() const override { return m_level; }
  int outputLevel(const std::string& source) const override;
  void setOutputLevel(int level) override { m_level = level; }
  void setOutputLevel(const std::string& source, int level) override { m_levels[source] = level; }

  void once(const std::string& source, const std::string& message);
  const char* take();  // the lines since the last call; valid until the next one

private:
  int m_level = MSG::INFO;
  std::map<std::string, int> m_levels;
  std::set<std::string> m_said;
  std::string m_lines, m_taken;
  std::size_t m_count = 0, m_dropped = 0;
};

}

#endif
