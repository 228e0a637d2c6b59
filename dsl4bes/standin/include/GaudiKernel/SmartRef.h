// Reference to an element of another collection; behaves as a pointer.
#ifndef STANDIN_GAUDIKERNEL_SMARTREF_H
#define STANDIN_GAUDIKERNEL_SMARTREF_H

#include "GaudiKernel/ContainedObject.h"

template <class TYPE>
class SmartRef {
public:
  typedef TYPE entry_type;

  SmartRef() : m_target(0) {}
  SmartRef(TYPE* object) : m_target(object) {}
  SmartRef(const TYPE* object) : m_target(const_cast<TYPE*>(object)) {}

  TYPE* data() { return m_target; }
  const TYPE* data() const { return m_target; }
  TYPE* target() { return m_target; }
  const TYPE* target() const { return m_target; }

  bool operator==(const SmartRef& other) const { return m_target == other.m_target; }
  bool operator!=(const SmartRef& other) const { return m_target != other.m_target; }
  SmartRef& operator=(TYPE* object) { m_target = object; return *this; }
  SmartRef& operator=(const TYPE* object) { m_target = const_cast<TYPE*>(object); return *this; }

  TYPE& operator*() { return *m_target; }
  const TYPE& operator*() const { return *m_target; }
  TYPE* operator->() { return m_target; }
  const TYPE* operator->() const { return m_target; }
  operator TYPE*() { return m_target; }
  operator const TYPE*() const { return m_target; }

private:
  TYPE* m_target;
};

#endif
