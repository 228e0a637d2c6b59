// Properties are kept by the algorithm itself; this header exists for packages that include it.
#ifndef STANDIN_GAUDIKERNEL_PROPERTYMGR_H
#define STANDIN_GAUDIKERNEL_PROPERTYMGR_H
#include "GaudiKernel/Property.h"
#endif
