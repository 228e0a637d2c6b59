// Makes TwoClusters known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "TwoClusters/TwoClusters.h"

DECLARE_ALGORITHM_FACTORY( TwoClusters )

DECLARE_FACTORY_ENTRIES( TwoClusters ) {
  DECLARE_ALGORITHM( TwoClusters );
}
