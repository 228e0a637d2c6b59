// Loads the component library Pi0Systematics.
#include "GaudiKernel/LoadFactoryEntries.h"

LOAD_FACTORY_ENTRIES( Pi0Systematics )
