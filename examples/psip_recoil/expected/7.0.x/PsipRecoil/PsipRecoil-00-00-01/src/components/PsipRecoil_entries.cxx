// Makes PsipRecoil known to Gaudi.
#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/DeclareFactoryEntries.h"

#include "PsipRecoil/PsipRecoil.h"

DECLARE_ALGORITHM_FACTORY( PsipRecoil )

DECLARE_FACTORY_ENTRIES( PsipRecoil ) {
  DECLARE_ALGORITHM( PsipRecoil );
}
