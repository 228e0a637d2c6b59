// Loads the component library InclusivePhi.
#include "GaudiKernel/LoadFactoryEntries.h"

LOAD_FACTORY_ENTRIES( InclusivePhi )
