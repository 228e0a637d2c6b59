// Loads the component library InclusiveKstar.
#include "GaudiKernel/LoadFactoryEntries.h"

LOAD_FACTORY_ENTRIES( InclusiveKstar )
