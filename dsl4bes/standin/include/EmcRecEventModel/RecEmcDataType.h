// Number types of the calorimeter reconstruction.
#ifndef STANDIN_EMCRECEVENTMODEL_RECEMCDATATYPE_H
#define STANDIN_EMCRECEVENTMODEL_RECEMCDATATYPE_H

#include "CLHEP/Units/PhysicalConstants.h"
#include "CLHEP/Units/SystemOfUnits.h"
#include "Identifier/Identifier.h"
#include <map>
#include <vector>

typedef Identifier RecEmcID;
typedef double RecEmcEnergy;
typedef double RecEmcTime;
typedef double RecEmcAngle;
typedef std::vector<RecEmcID> RecEmcIDVector;

#endif
