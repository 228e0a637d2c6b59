// Makes RhoPi known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "RhoPi/RhoPi.h"

DECLARE_ALGORITHM_FACTORY( RhoPi )

DECLARE_FACTORY_ENTRIES( RhoPi ) {
  DECLARE_ALGORITHM( RhoPi );
}
