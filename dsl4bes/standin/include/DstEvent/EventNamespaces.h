// What every event header brings into scope: the point typedef and the namespaces CLHEP, std and EventModel.
// Packages for the real framework rely on these names being visible, so they are visible here too.
#ifndef STANDIN_DSTEVENT_EVENTNAMESPACES_H
#define STANDIN_DSTEVENT_EVENTNAMESPACES_H

#include "EventModel/EventModel.h"
#include "GaudiKernel/ContainedObject.h"
#include "GaudiKernel/ObjectVector.h"

#include "CLHEP/Geometry/Point3D.h"
#include "CLHEP/Matrix/SymMatrix.h"
#include "CLHEP/Matrix/Vector.h"
#include "CLHEP/Vector/LorentzVector.h"
#include "CLHEP/Vector/ThreeVector.h"
#include <iostream>
#include <string>
#include <vector>

#ifndef ENABLE_BACKWARDS_COMPATIBILITY
typedef HepGeom::Point3D<double> HepPoint3D;
#endif

using namespace CLHEP;
using namespace std;
using namespace EventModel;

#endif
