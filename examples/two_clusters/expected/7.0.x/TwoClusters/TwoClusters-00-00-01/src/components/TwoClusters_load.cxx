// Loads the component library TwoClusters.
#include "GaudiKernel/LoadFactoryEntries.h"

LOAD_FACTORY_ENTRIES( TwoClusters )
