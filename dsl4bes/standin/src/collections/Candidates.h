// Candidates for the products of a decay, and all their combinations without a shared track or shower.
#ifndef STANDIN_COLLECTIONS_CANDIDATES_H
#define STANDIN_COLLECTIONS_CANDIDATES_H

#include "EvtRecEvent/EvtRecTrack.h"
#include "EvtRecEvent/EvtRecVeeVertex.h"

#include <bitset>
#include <vector>

namespace standin {

// Entries of the event's track list that a candidate is made of.
typedef std::bitset<256> Footprint;

struct Candidate {
  int charge = 0;
  bool tight = true;  // passes identification, or the narrow mass window
  HepLorentzVector p4;
  Footprint used;
  std::vector<EvtRecTrack*> tracks, showers;
  EvtRecVeeVertex* ks = nullptr;
  bool kaon = false, pion = false;
};
typedef std::vector<Candidate> CandidateList;

// Calls `found` with every combination of one entry a list, first list slowest. Equal lists (by address) give each set
// of entries once, in rising order.
template <class FOUND>
class Combiner {
public:
  Combiner(const std::vector<const CandidateList*>& lists, FOUND& found)
      : m_lists(lists), m_found(found), m_chosen(lists.size()), m_at(lists.size()) {}

  void run() {
    for (const CandidateList* list : m_lists)
      if (list->empty()) return;
    choose(0, Footprint());
  }

private:
  void choose(std::size_t place, const Footprint& used) {
    if (place == m_lists.size()) {
      m_found(m_chosen);
      return;
    }
    const CandidateList& list = *m_lists[place];
    for (std::size_t i = begin(place); i < list.size(); ++i) {
      if ((list[i].used & used).any()) continue;
      m_at[place] = i;
      m_chosen[place] = &list[i];
      choose(place + 1, used | list[i].used);
    }
  }
  std::size_t begin(std::size_t place) const {
    for (std::size_t before = place; before-- > 0;)
      if (m_lists[before] == m_lists[place]) return m_at[before] + 1;
    return 0;
  }

  const std::vector<const CandidateList*>& m_lists;
  FOUND& m_found;
  std::vector<const Candidate*> m_chosen;
  std::vector<std::size_t> m_at;
};

template <class FOUND>
void combine(const std::vector<const CandidateList*>& lists, FOUND found) {
  Combiner<FOUND>(lists, found).run();
}

}

#endif
