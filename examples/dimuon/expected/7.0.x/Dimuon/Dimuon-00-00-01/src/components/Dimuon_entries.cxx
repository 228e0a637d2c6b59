// Makes Dimuon known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "Dimuon/Dimuon.h"

DECLARE_ALGORITHM_FACTORY( Dimuon )

DECLARE_FACTORY_ENTRIES( Dimuon ) {
  DECLARE_ALGORITHM( Dimuon );
}
