// Service that owns the histograms of a job under /STREAM/path/name.
#ifndef STANDIN_GAUDIKERNEL_ITHISTSVC_H
#define STANDIN_GAUDIKERNEL_ITHISTSVC_H

#include "GaudiKernel/IInterface.h"
#include <vector>

class TH1;
class TH2;

class ITHistSvc : public IInterface {
public:
  virtual StatusCode regHist(const std::string& name, TH1* histogram) = 0;
  virtual StatusCode regHist(const std::string& name, TH2* histogram) = 0;
  virtual StatusCode getHist(const std::string& name, TH1*& histogram) const = 0;
  virtual StatusCode getHist(const std::string& name, TH2*& histogram) const = 0;
  virtual std::vector<std::string> getHists() const = 0;
};

#endif
