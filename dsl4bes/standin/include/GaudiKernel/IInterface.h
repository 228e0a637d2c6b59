// Root of all service interfaces; makes `return SUCCESS;` possible inside algorithms.
#ifndef STANDIN_GAUDIKERNEL_IINTERFACE_H
#define STANDIN_GAUDIKERNEL_IINTERFACE_H

#include "GaudiKernel/Kernel.h"
#include "GaudiKernel/StatusCode.h"
#include <string>

// Identifier of an interface and its version. Services are found by their C++ type here, so it is only carried along.
class InterfaceID {
public:
  InterfaceID(const char* name, unsigned long major, unsigned long minor) : m_id(0), m_major(major), m_minor(minor) {
    for (; *name; ++name) m_id = (m_id << 1) ^ static_cast<unsigned long>(static_cast<unsigned char>(*name));
  }
#if defined(GAUDI_V20_COMPAT)
  InterfaceID(unsigned long id, unsigned long major, unsigned long minor) : m_id(id), m_major(major), m_minor(minor) {}
#endif
  unsigned long id() const { return m_id; }
  unsigned long majorVersion() const { return m_major; }
  unsigned long minorVersion() const { return m_minor; }

private:
  unsigned long m_id, m_major, m_minor;
};

class IInterface {
public:
  enum Status { FAILURE = 0, SUCCESS = 1, NO_INTERFACE, VERSMISMATCH };
  virtual ~IInterface();
};

#endif
