// Loads the component library Bhabha.
#include "GaudiKernel/LoadFactoryEntries.h"

LOAD_FACTORY_ENTRIES( Bhabha )
