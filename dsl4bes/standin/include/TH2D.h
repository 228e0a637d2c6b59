#ifndef STANDIN_TH2D_H
#define STANDIN_TH2D_H
#include "TH2.h"
#endif
