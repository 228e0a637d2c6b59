// Loads the component library Pi0Regions.
#include "GaudiKernel/LoadFactoryEntries.h"

LOAD_FACTORY_ENTRIES( Pi0Regions )
