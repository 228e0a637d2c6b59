// Makes InclusivePhi known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "InclusivePhi/InclusivePhi.h"

DECLARE_ALGORITHM_FACTORY( InclusivePhi )

DECLARE_FACTORY_ENTRIES( InclusivePhi ) {
  DECLARE_ALGORITHM( InclusivePhi );
}
