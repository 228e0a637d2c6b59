// BOSS's lists of pi0, eta and V0s of the events of a batch as flat columns, for whoever checks what an algorithm made of them.
//
// In: a list and the places of the tracks of one event after the other. Out: columns; positions count in the event's track list, -1 is not there.
#ifndef STANDIN_RUNTIME_LISTCOLUMNS_H
#define STANDIN_RUNTIME_LISTCOLUMNS_H

#include "runtime/Columns.h"

#include <cstdint>
#include <vector>

namespace standin {

class ListColumns {
public:
  // Photon pairs: EvtRecPi0Col, EvtRecEtaToGGCol.
  template <class LIST>
  void addPairs(LIST& list, const Places& places) {
    for (auto* entry : list) {
      addParts(places, 0, entry->hiEnGamma(), entry->loEnGamma());
      addNumbers(entry->chisq(), entry->unconMass());
      addMomentum(entry->hiPfit());
      addMomentum(entry->loPfit());
    }
    m_counts.push_back(static_cast<std::int64_t>(list.size()));
  }
  template <class LIST>
  void addVees(LIST& list, const Places& places) {
    for (auto* entry : list) {
      addParts(places, entry->vertexId(), entry->daughter(0).data(), entry->daughter(1).data());
      addNumbers(entry->chi2(), entry->mass());
      const HepVector& w = entry->w();
      addMomentum(HepLorentzVector(w[0], w[1], w[2], w[3]));
      addMomentum(HepLorentzVector());
    }
    m_counts.push_back(static_cast<std::int64_t>(list.size()));
  }
  void clear();

  // 0 entries per event; of each entry 1 identity and positions of its two parts, 2 chi^2, mass and two four-momenta.
  const void* data(int column, std::int64_t& bytes) const;

private:
  void addParts(const Places& places, int id, const EvtRecTrack* first, const EvtRecTrack* second);
  void addNumbers(double chi2, double mass);
  void addMomentum(const HepLorentzVector& p4);

  std::vector<std::int64_t> m_counts;
  std::vector<std::int32_t> m_parts;
  std::vector<double> m_numbers;
};

}

#endif
