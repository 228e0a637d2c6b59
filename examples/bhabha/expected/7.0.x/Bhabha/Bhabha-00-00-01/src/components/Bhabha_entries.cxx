// Makes Bhabha known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "Bhabha/Bhabha.h"

DECLARE_ALGORITHM_FACTORY( Bhabha )

DECLARE_FACTORY_ENTRIES( Bhabha ) {
  DECLARE_ALGORITHM( Bhabha );
}
