// Makes InclusiveKs known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "InclusiveKs/InclusiveKs.h"

DECLARE_ALGORITHM_FACTORY( InclusiveKs )

DECLARE_FACTORY_ENTRIES( InclusiveKs ) {
  DECLARE_ALGORITHM( InclusiveKs );
}
