// Loads the component library ManyPhotons.
#include "GaudiKernel/LoadFactoryEntries.h"

LOAD_FACTORY_ENTRIES( ManyPhotons )
