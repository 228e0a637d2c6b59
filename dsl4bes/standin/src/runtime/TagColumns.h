// The D-tag list of the events of a batch as flat columns, for whoever checks what an algorithm made of it.
//
// In: the list and the places of the tracks of one event after the other. Out: columns; positions count in the event's track list.
#ifndef STANDIN_RUNTIME_TAGCOLUMNS_H
#define STANDIN_RUNTIME_TAGCOLUMNS_H

#include "EvtRecEvent/EvtRecDTag.h"
#include "runtime/Columns.h"

#include <cstdint>
#include <vector>

namespace standin {

class TagColumns {
public:
  void add(EvtRecDTagCol& tags, const Places& places);
  void clear();

  // 0 tags per event, 1 integers (mode, charm, charge, type, tracks, showers of each tag), 2 four-momenta, 3 positions of tracks and showers.
  const void* data(int column, std::int64_t& bytes) const;

private:
  std::vector<std::int64_t> m_counts;
  std::vector<std::int32_t> m_numbers, m_positions;
  std::vector<double> m_momenta;
};

}

#endif
