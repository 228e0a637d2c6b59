// Pointer to an object of the event store; null if it does not exist or has another type.
#ifndef STANDIN_GAUDIKERNEL_SMARTDATAPTR_H
#define STANDIN_GAUDIKERNEL_SMARTDATAPTR_H

#include "GaudiKernel/DataObject.h"
#include "GaudiKernel/IDataProviderSvc.h"
#include "GaudiKernel/SmartIF.h"

namespace standin {
void nullDataPointer(const std::string& path);  // throws: names the store path that held nothing
}

template <class TYPE>
class SmartDataPtr {
public:
  SmartDataPtr(IDataProviderSvc* service, const std::string& path) : m_path(path), m_object(0) {
    DataObject* object = 0;
    if (service && service->retrieveObject(path, object).isSuccess()) m_object = dynamic_cast<TYPE*>(object);
  }

  TYPE* ptr() { return m_object; }
  const TYPE* ptr() const { return m_object; }
  operator TYPE*() { return m_object; }
  operator const TYPE*() const { return m_object; }
  bool operator!() { return m_object == 0; }
  bool operator!() const { return m_object == 0; }
  const std::string& path() const { return m_path; }

  // The real class dereferences null here; the stand-in stops the job with the path instead.
  TYPE* operator->() { return checked(); }
  const TYPE* operator->() const { return checked(); }
  TYPE& operator*() { return *checked(); }
  const TYPE& operator*() const { return *checked(); }
  template <class OTHER>
  SmartDataPtr& operator=(OTHER* object) {
    m_object = dynamic_cast<TYPE*>(object);
    return *this;
  }

private:
  TYPE* checked() const {
    if (!m_object) standin::nullDataPointer(m_path);
    return m_object;
  }
  std::string m_path;
  TYPE* m_object;
};

#endif
