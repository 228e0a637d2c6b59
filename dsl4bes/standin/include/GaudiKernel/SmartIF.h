// Pointer to a service interface. The services live as long as the job.
#ifndef STANDIN_GAUDIKERNEL_SMARTIF_H
#define STANDIN_GAUDIKERNEL_SMARTIF_H

#include "GaudiKernel/IInterface.h"

template <class TYPE>
class SmartIF {
public:
  SmartIF(TYPE* service = 0) : m_service(service) {}
  bool isValid() const { return m_service != 0; }
  operator TYPE*() const { return m_service; }
  TYPE* operator->() const { return m_service; }
  TYPE& operator*() const { return *m_service; }
  TYPE* get() const { return m_service; }
  void reset(TYPE* service = 0) { m_service = service; }

private:
  TYPE* m_service;
};

#endif
