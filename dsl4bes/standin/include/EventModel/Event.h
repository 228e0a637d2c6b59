// The root of the event store.
#ifndef STANDIN_EVENTMODEL_EVENT_H
#define STANDIN_EVENTMODEL_EVENT_H

#include "EventModel/EventModel.h"
#include "GaudiKernel/DataObject.h"
#include <iostream>

namespace Event {

class EventH : public DataObject {
public:
  EventH() {}
  virtual ~EventH();
};

}

#endif
