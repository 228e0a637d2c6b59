// Makes InclusiveLambda known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "InclusiveLambda/InclusiveLambda.h"

DECLARE_ALGORITHM_FACTORY( InclusiveLambda )

DECLARE_FACTORY_ENTRIES( InclusiveLambda ) {
  DECLARE_ALGORITHM( InclusiveLambda );
}
