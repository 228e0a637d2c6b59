// Finds services by name.
#ifndef STANDIN_GAUDIKERNEL_ISVCLOCATOR_H
#define STANDIN_GAUDIKERNEL_ISVCLOCATOR_H

#include "GaudiKernel/IInterface.h"
#include "GaudiKernel/SmartIF.h"

class ISvcLocator : public IInterface {
public:
  template <class T>
  StatusCode service(const std::string& name, T*& service, bool createIf = true) {
    service = dynamic_cast<T*>(find(name, createIf));
    return StatusCode(service ? StatusCode::SUCCESS : StatusCode::FAILURE);
  }
  template <class T>
  SmartIF<T> service(const std::string& name, bool createIf = true) {
    return SmartIF<T>(dynamic_cast<T*>(find(name, createIf)));
  }

protected:
  virtual IInterface* find(const std::string& name, bool required) = 0;
};

#endif
