#ifndef STANDIN_TH2F_H
#define STANDIN_TH2F_H
#include "TH2.h"
#endif
