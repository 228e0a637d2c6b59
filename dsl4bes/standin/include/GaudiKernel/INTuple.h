#ifndef STANDIN_GAUDIKERNEL_INTUPLE_H
#define STANDIN_GAUDIKERNEL_INTUPLE_H
#include "GaudiKernel/NTuple.h"
#endif
