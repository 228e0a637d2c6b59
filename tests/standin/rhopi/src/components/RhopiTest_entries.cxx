#include "GaudiKernel/DeclareFactoryEntries.h"
#include "RhopiTest/RhopiTest.h"

DECLARE_ALGORITHM_FACTORY( RhopiTest )
DECLARE_FACTORY_ENTRIES( RhopiTest ) {
  DECLARE_ALGORITHM( RhopiTest );
}
