// Makes InclusiveKstar known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "InclusiveKstar/InclusiveKstar.h"

DECLARE_ALGORITHM_FACTORY( InclusiveKstar )

DECLARE_FACTORY_ENTRIES( InclusiveKstar ) {
  DECLARE_ALGORITHM( InclusiveKstar );
}
