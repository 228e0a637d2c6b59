#ifndef STANDIN_TH1I_H
#define STANDIN_TH1I_H
#include "TH1.h"
#endif
