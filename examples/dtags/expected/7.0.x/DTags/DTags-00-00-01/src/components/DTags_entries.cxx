// Makes DTags known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "DTags/DTags.h"

DECLARE_ALGORITHM_FACTORY( DTags )

DECLARE_FACTORY_ENTRIES( DTags ) {
  DECLARE_ALGORITHM( DTags );
}
