// Root of all service interfaces; makes `return SUCCESS;` possible inside algorithms.
#ifndef STANDIN_GAUDIKERNEL_IINTERFACE_H
#define STANDIN_GAUDIKERNEL_IINTERFACE_H

#include "GaudiKernel/Kernel.h"
#include "GaudiKernel/StatusCode.h"
#include <string>

class IInterface {
public:
  enum Status { FAILURE = 0, SUCCESS = 1, NO_INTERFACE, VERSMISMATCH };
  virtual ~IInterface();
};

#endif
