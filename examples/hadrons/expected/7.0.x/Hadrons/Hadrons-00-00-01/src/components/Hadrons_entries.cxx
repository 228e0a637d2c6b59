// Makes Hadrons known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "Hadrons/Hadrons.h"

DECLARE_ALGORITHM_FACTORY( Hadrons )

DECLARE_FACTORY_ENTRIES( Hadrons ) {
  DECLARE_ALGORITHM( Hadrons );
}
