// Makes Pi0Systematics known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "Pi0Systematics/Pi0Systematics.h"

DECLARE_ALGORITHM_FACTORY( Pi0Systematics )

DECLARE_FACTORY_ENTRIES( Pi0Systematics ) {
  DECLARE_ALGORITHM( Pi0Systematics );
}
