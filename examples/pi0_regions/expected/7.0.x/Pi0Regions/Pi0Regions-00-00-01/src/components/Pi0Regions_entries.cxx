// Makes Pi0Regions known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "Pi0Regions/Pi0Regions.h"

DECLARE_ALGORITHM_FACTORY( Pi0Regions )

DECLARE_FACTORY_ENTRIES( Pi0Regions ) {
  DECLARE_ALGORITHM( Pi0Regions );
}
