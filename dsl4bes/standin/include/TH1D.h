#ifndef STANDIN_TH1D_H
#define STANDIN_TH1D_H
#include "TH1.h"
#endif
