// Access to the service locator of the running job.
#ifndef STANDIN_GAUDIKERNEL_BOOTSTRAP_H
#define STANDIN_GAUDIKERNEL_BOOTSTRAP_H

#include "GaudiKernel/ISvcLocator.h"

namespace Gaudi {
ISvcLocator* svcLocator();
}

#endif
