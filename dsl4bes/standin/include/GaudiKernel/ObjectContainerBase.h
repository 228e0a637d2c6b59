// Common base of the collections in the event store.
#ifndef STANDIN_GAUDIKERNEL_OBJECTCONTAINERBASE_H
#define STANDIN_GAUDIKERNEL_OBJECTCONTAINERBASE_H

#include "GaudiKernel/ContainedObject.h"
#include "GaudiKernel/DataObject.h"

class ObjectContainerBase : public DataObject {
public:
  typedef unsigned long size_type;
  virtual size_type numberOfObjects() const = 0;
};

namespace standin { template <class T> class Pool; }  // the runtime's recycled collections

#endif
