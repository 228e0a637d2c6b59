// Element of an event-store collection; knows the collection it belongs to.
#ifndef STANDIN_GAUDIKERNEL_CONTAINEDOBJECT_H
#define STANDIN_GAUDIKERNEL_CONTAINEDOBJECT_H

#include "GaudiKernel/DataObject.h"

class ObjectContainerBase;

class ContainedObject {
public:
  ContainedObject() : m_parent(0) {}
  ContainedObject(const ContainedObject&) : m_parent(0) {}
  ContainedObject& operator=(const ContainedObject&) { return *this; }
  virtual ~ContainedObject();
  virtual const CLID& clID() const;
  static const CLID& classID();
  const ObjectContainerBase* parent() const { return m_parent; }
  void setParent(ObjectContainerBase* value) { m_parent = value; }

private:
  ObjectContainerBase* m_parent;
};

#endif
