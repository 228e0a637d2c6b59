// Loads the component library PsipRecoil.
#include "GaudiKernel/LoadFactoryEntries.h"

LOAD_FACTORY_ENTRIES( PsipRecoil )
