// Interface of the service that knows the interaction point of each run (cm).
//
// In: nothing.  Out: three coordinates, their three spreads, and whether the data base has the run.  Positions
// of an invalid run mean nothing: ask isVertexValid() first.  The guard is the one of BOSS 7.0.4, shared with
// IMdcTunningSvc.h: the header included second is skipped there, so it is skipped here.
#ifndef IMDCTUNNINGSVC_H_
#define IMDCTUNNINGSVC_H_

#include "GaudiKernel/IInterface.h"

static const InterfaceID IID_IVertexDbSvc("IVertexDbSvc", 1, 0);

class IVertexDbSvc : virtual public IInterface {
 public:
  static const InterfaceID& interfaceID() { return IID_IVertexDbSvc; }

  virtual double* PrimaryVertex() = 0;
  virtual double* SigmaPrimaryVertex() = 0;
  virtual bool isVertexValid() = 0;
};

#endif
