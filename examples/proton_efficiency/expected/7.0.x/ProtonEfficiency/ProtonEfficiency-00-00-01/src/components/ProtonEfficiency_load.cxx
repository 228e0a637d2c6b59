// Loads the component library ProtonEfficiency.
#include "GaudiKernel/LoadFactoryEntries.h"

LOAD_FACTORY_ENTRIES( ProtonEfficiency )
