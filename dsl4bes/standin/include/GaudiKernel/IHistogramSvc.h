// Histogram service of the framework (AIDA histograms are not offered locally: book through ITHistSvc).
#ifndef STANDIN_GAUDIKERNEL_IHISTOGRAMSVC_H
#define STANDIN_GAUDIKERNEL_IHISTOGRAMSVC_H

#include "GaudiKernel/IDataProviderSvc.h"

class IHistogramSvc : public IDataProviderSvc {};

#endif
