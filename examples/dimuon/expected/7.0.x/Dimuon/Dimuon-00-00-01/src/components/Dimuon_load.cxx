// Loads the component library Dimuon.
#include "GaudiKernel/LoadFactoryEntries.h"

LOAD_FACTORY_ENTRIES( Dimuon )
