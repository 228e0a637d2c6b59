// Makes ManyPhotons known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "ManyPhotons/ManyPhotons.h"

DECLARE_ALGORITHM_FACTORY( ManyPhotons )

DECLARE_FACTORY_ENTRIES( ManyPhotons ) {
  DECLARE_ALGORITHM( ManyPhotons );
}
