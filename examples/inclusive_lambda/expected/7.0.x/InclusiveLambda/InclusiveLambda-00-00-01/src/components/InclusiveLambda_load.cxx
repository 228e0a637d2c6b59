// Loads the component library InclusiveLambda.
#include "GaudiKernel/LoadFactoryEntries.h"

LOAD_FACTORY_ENTRIES( InclusiveLambda )
