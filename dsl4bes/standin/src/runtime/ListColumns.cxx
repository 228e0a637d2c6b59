// Lists of pi0, eta and V0s as columns.
#include "runtime/ListColumns.h"

#include <stdexcept>

namespace standin {
namespace {

std::int32_t placeOf(const Places& places, const EvtRecTrack* entry) {
  const auto found = places.find(entry);
  return found == places.end() ? -1 : found->second;
}

}

void ListColumns::addParts(const Places& places, int id, const EvtRecTrack* first, const EvtRecTrack* second) {
  for (std::int32_t number : {static_cast<std::int32_t>(id), placeOf(places, first), placeOf(places, second)}) m_parts.push_back(number);
}

void ListColumns::addNumbers(double chi2, double mass) {
  m_numbers.push_back(chi2);
  m_numbers.push_back(mass);
}

void ListColumns::addMomentum(const HepLorentzVector& p4) {
  for (double part : {p4.px(), p4.py(), p4.pz(), p4.e()}) m_numbers.push_back(part);
}

void ListColumns::clear() {
  m_counts.clear();
  m_parts.clear();
  m_numbers.clear();
}

const void* ListColumns::data(int column, std::int64_t& bytes) const {
  switch (column) {
    case 0: return bytesOf(m_counts, bytes);
    case 1: return bytesOf(m_parts, bytes);
    case 2: return bytesOf(m_numbers, bytes);
  }
  throw std::out_of_range("lists of candidates have no such column");
}

}
