// Macros of the entries file of a package.
#ifndef STANDIN_GAUDIKERNEL_DECLAREFACTORYENTRIES_H
#define STANDIN_GAUDIKERNEL_DECLAREFACTORYENTRIES_H

#include "GaudiKernel/AlgFactory.h"

#define DECLARE_ALGORITHM_FACTORY(X) \
  static const bool standin_registered_##X = standin::registerAlgorithm(#X, &standin::AlgorithmFactory<X>::make);
#define DECLARE_NAMESPACE_ALGORITHM_FACTORY(N, X) \
  static const bool standin_registered_##N##_##X = \
      standin::registerAlgorithm(#N "::" #X, &standin::AlgorithmFactory<N::X>::make);

#define DECLARE_FACTORY_ENTRIES(LIBRARY) \
  extern "C" void LIBRARY##_entries();   \
  void LIBRARY##_entries()
#define DECLARE_ALGORITHM(X) (void)standin_registered_##X;
#define DECLARE_NAMESPACE_ALGORITHM(N, X) (void)standin_registered_##N##_##X;

#endif
