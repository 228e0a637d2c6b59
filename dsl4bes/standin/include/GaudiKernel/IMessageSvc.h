// Message levels and the service that collects the log.
#ifndef STANDIN_GAUDIKERNEL_IMESSAGESVC_H
#define STANDIN_GAUDIKERNEL_IMESSAGESVC_H

#include "GaudiKernel/IInterface.h"

namespace MSG {
enum Level { NIL = 0, VERBOSE, DEBUG, INFO, WARNING, ERROR, FATAL, ALWAYS, NUM_LEVELS };
}

class IMessageSvc : public IInterface {
public:
  virtual void reportMessage(const std::string& source, int type, const std::string& message) = 0;
  virtual int outputLevel() const = 0;
  virtual int outputLevel(const std::string& source) const = 0;
  virtual void setOutputLevel(int level) = 0;
  virtual void setOutputLevel(const std::string& source, int level) = 0;
};

#endif
