// D tags as columns.
#include "runtime/TagColumns.h"

#include <stdexcept>

namespace standin {

void TagColumns::add(EvtRecDTagCol& tags, const Places& places) {
  for (EvtRecDTag* tag : tags) {
    const SmartRefVector<EvtRecTrack> own = tag->tracks(), photons = tag->showers();
    for (int number : {static_cast<int>(tag->decayMode()), tag->charm(), tag->charge(), static_cast<int>(tag->type()),
                       static_cast<int>(own.size()), static_cast<int>(photons.size())})
      m_numbers.push_back(number);
    const HepLorentzVector p4 = tag->p4();
    for (double part : {p4.px(), p4.py(), p4.pz(), p4.e()}) m_momenta.push_back(part);
    for (const EvtRecTrack* track : own) m_positions.push_back(places.at(track));
    for (const EvtRecTrack* track : photons) m_positions.push_back(places.at(track));
  }
  m_counts.push_back(static_cast<std::int64_t>(tags.size()));
}

void TagColumns::clear() {
  m_counts.clear();
  m_numbers.clear();
  m_momenta.clear();
  m_positions.clear();
}

const void* TagColumns::data(int column, std::int64_t& bytes) const {
  switch (column) {
    case 0: return bytesOf(m_counts, bytes);
    case 1: return bytesOf(m_numbers, bytes);
    case 2: return bytesOf(m_momenta, bytes);
    case 3: return bytesOf(m_positions, bytes);
  }
  throw std::out_of_range("D tags have no such column");
}

}
