// Interface of the service that knows the measured centre-of-mass energy of each run (GeV), and the beams' momentum in the laboratory.
//
// In: a run number.  Out: numbers, and whether there is a measurement.  Those of an invalid run mean nothing: ask isGetEcmsValid()
// first.  Runs are positive: a simulated run asks for the one it imitates.
#ifndef Utilities_IMeasuredEcmsSvc_H
#define Utilities_IMeasuredEcmsSvc_H

#include "GaudiKernel/IService.h"

static const InterfaceID IID_IMeasuredEcmsSvc("IMeasuredEcmsSvc", 1, 0);

class IMeasuredEcmsSvc : virtual public IService {
 public:
  static const InterfaceID& interfaceID() { return IID_IMeasuredEcmsSvc; }
  virtual ~IMeasuredEcmsSvc() {}

  virtual double getPx(int run) = 0;
  virtual double getPy(int run) = 0;
  virtual double getPz(int run) = 0;
  virtual double getEcms(int run) = 0;
  virtual bool isGetEcmsValid(int run) = 0;
};

#endif
