// The event store.
#ifndef STANDIN_GAUDIKERNEL_IDATAPROVIDERSVC_H
#define STANDIN_GAUDIKERNEL_IDATAPROVIDERSVC_H

#include "GaudiKernel/IInterface.h"

class DataObject;

class IDataProviderSvc : public IInterface {
public:
  virtual StatusCode registerObject(const std::string& path, DataObject* object) = 0;
  virtual StatusCode unregisterObject(const std::string& path) = 0;
  virtual StatusCode retrieveObject(const std::string& path, DataObject*& object) = 0;
  virtual StatusCode findObject(const std::string& path, DataObject*& object) = 0;
};

#endif
