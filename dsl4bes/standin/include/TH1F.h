#ifndef STANDIN_TH1F_H
#define STANDIN_TH1F_H
#include "TH1.h"
#endif
