// What the columns of D tags and of lists of candidates share: where a track is in its list, and how a column is handed out.
//
// In: the track list of an event; the values of a column. Out: positions in that list; the address of the values and how many bytes they are.
#ifndef STANDIN_RUNTIME_COLUMNS_H
#define STANDIN_RUNTIME_COLUMNS_H

#include "EvtRecEvent/EvtRecTrack.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace standin {

typedef std::unordered_map<const EvtRecTrack*, std::int32_t> Places;

inline Places placesOf(EvtRecTrackCol& tracks) {
  Places places;
  for (std::size_t i = 0; i < tracks.size(); ++i) places[tracks[i]] = static_cast<std::int32_t>(i);
  return places;
}

template <class VALUE>
const void* bytesOf(const std::vector<VALUE>& values, std::int64_t& bytes) {
  bytes = static_cast<std::int64_t>(values.size() * sizeof(VALUE));
  return values.data();
}

}

#endif
