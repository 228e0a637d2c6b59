// Makes Topology known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "Topology/Topology.h"

DECLARE_ALGORITHM_FACTORY( Topology )

DECLARE_FACTORY_ENTRIES( Topology ) {
  DECLARE_ALGORITHM( Topology );
}
