// Service that owns the ntuples; their logical path is FILE/tree.
#ifndef STANDIN_GAUDIKERNEL_INTUPLESVC_H
#define STANDIN_GAUDIKERNEL_INTUPLESVC_H

#include "GaudiKernel/IDataProviderSvc.h"
#include "GaudiKernel/NTuple.h"

class INTupleSvc : public IDataProviderSvc {
public:
  virtual NTuple::Tuple* book(const std::string& path, const CLID& type, const std::string& title) = 0;
  virtual StatusCode writeRecord(NTuple::Tuple* tuple) = 0;
};

#endif
