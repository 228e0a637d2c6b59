// Loads the component library RhoPi.
#include "GaudiKernel/LoadFactoryEntries.h"

LOAD_FACTORY_ENTRIES( RhoPi )
