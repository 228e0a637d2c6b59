// Base of service interfaces.
#ifndef STANDIN_GAUDIKERNEL_ISERVICE_H
#define STANDIN_GAUDIKERNEL_ISERVICE_H

#include "GaudiKernel/IInterface.h"

class IService : virtual public IInterface {};

#endif
