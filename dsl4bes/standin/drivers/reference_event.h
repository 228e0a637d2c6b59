// One event of the reference schema, read from standard input token by token.
//
// In: numbers in the order in which tests/reference/driver.py writes them.  Out: helices, showers, TOF hits and the
// fits to do.  When the input ends early the program stops with status 2.
#ifndef reference_event_H
#define reference_event_H

#include <map>
#include <string>
#include <vector>

#include "EmcRecEventModel/RecEmcShower.h"
#include "VertexFit/WTrackParameter.h"
#include "reference_pid.h"

struct Charged {
  int index;
  HepVector helix[5];
  HepSymMatrix error[5];
  std::vector<TofHit> tof;
};

struct FitJob {
  std::string kind;
  std::vector<int> hypotheses, tracks, showers;
};

struct Event {
  HepPoint3D ip;
  HepSymMatrix ipError;
  HepLorentzVector ecms;
  std::vector<Charged> charged;
  std::map<int, RecEmcShower> showers;
  std::vector<FitJob> jobs;
};

// The number of events that follow, and one event after the other.
int nextCount();
Event nextEvent();

#endif
