// Registration of algorithm classes under their name.
#ifndef STANDIN_GAUDIKERNEL_ALGFACTORY_H
#define STANDIN_GAUDIKERNEL_ALGFACTORY_H

#include "GaudiKernel/Algorithm.h"

namespace standin {

typedef Algorithm* (*AlgorithmMaker)(const std::string& name, ISvcLocator* locator);
bool registerAlgorithm(const std::string& type, AlgorithmMaker maker);

template <class T>
struct AlgorithmFactory {
  static Algorithm* make(const std::string& name, ISvcLocator* locator) { return new T(name, locator); }
};

}

#endif
