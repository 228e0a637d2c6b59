// Makes Pid known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "Pid/Pid.h"

DECLARE_ALGORITHM_FACTORY( Pid )

DECLARE_FACTORY_ENTRIES( Pid ) {
  DECLARE_ALGORITHM( Pid );
}
