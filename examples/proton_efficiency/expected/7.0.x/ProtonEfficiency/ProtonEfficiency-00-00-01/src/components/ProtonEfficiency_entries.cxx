// Makes ProtonEfficiency known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "ProtonEfficiency/ProtonEfficiency.h"

DECLARE_ALGORITHM_FACTORY( ProtonEfficiency )

DECLARE_FACTORY_ENTRIES( ProtonEfficiency ) {
  DECLARE_ALGORITHM( ProtonEfficiency );
}
