// Interface of an algorithm.
#ifndef STANDIN_GAUDIKERNEL_IALGORITHM_H
#define STANDIN_GAUDIKERNEL_IALGORITHM_H

#include "GaudiKernel/IInterface.h"

class IAlgorithm : public IInterface {
public:
  virtual const std::string& name() const = 0;
  virtual StatusCode initialize() = 0;
  virtual StatusCode execute() = 0;
  virtual StatusCode finalize() = 0;
};

#endif
