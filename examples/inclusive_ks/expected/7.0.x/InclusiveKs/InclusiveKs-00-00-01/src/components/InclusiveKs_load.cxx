// Loads the component library InclusiveKs.
#include "GaudiKernel/LoadFactoryEntries.h"

LOAD_FACTORY_ENTRIES( InclusiveKs )
