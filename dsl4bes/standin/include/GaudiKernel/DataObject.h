// Anything the event store can hold.
#ifndef STANDIN_GAUDIKERNEL_DATAOBJECT_H
#define STANDIN_GAUDIKERNEL_DATAOBJECT_H

#include "GaudiKernel/Kernel.h"
#include <string>

class DataObject {
public:
  DataObject() {}
  virtual ~DataObject();
  virtual const CLID& clID() const;
  static const CLID& classID();
};

#endif
