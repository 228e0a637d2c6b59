// Lists of the products of D decays in one event: pions and kaons, K_S, pi0, eta, and eta, eta' from more particles.
#ifndef STANDIN_COLLECTIONS_DTAGLISTS_H
#define STANDIN_COLLECTIONS_DTAGLISTS_H

#include "collections/Candidates.h"
#include "collections/DTagModes.h"
#include "collections/Producers.h"

#include <map>

namespace standin {

// Result of the fit of a K_S to the interaction point; these values if there is none.
struct KsFlight {
  double chisq = -999, length = -999, error = 999;
};

class DTagLists {
public:
  DTagLists(const Ingredients& event, EvtRecPi0Col& pi0s, EvtRecEtaToGGCol& etas, EvtRecVeeVertexCol& vees, SimplePid& pid,
            IVertexDbSvc& vertices);

  const CandidateList& list(ProductList which);  // made when it is asked for first
  const KsFlight& flight(const EvtRecVeeVertex* ks) const { return m_flights.at(ks); }
  // Tracks that pass the cuts and the identification, in the order of the event.
  const std::vector<EvtRecTrack*>& tightKaons() const { return m_tightKaons; }
  const std::vector<EvtRecTrack*>& tightPions() const { return m_tightPions; }

private:
  void addTracks();
  void addTrack(EvtRecTrack* track, bool kaon);
  bool nearOrigin(EvtRecTrack* track, int hypothesis, const TrackCuts& cuts) const;
  void addKs(EvtRecVeeVertex* vee);
  KsFlight fitFlight(EvtRecVeeVertex* vee) const;
  template <class MESON>
  void addMeson(MESON* meson, const MassCuts& cuts, ProductList which);
  void makeEtap();
  void makeEtapRho();
  void makeEta3Pi();
  void makeEtap3Pi();
  void compose(const std::vector<ProductList>& products, double minMass, double maxMass, CandidateList& to);
  Footprint footprint(const EvtRecTrack* track) const;

  const Ingredients& m_event;
  SimplePid& m_pid;
  IVertexDbSvc& m_vertices;
  CandidateList m_lists[kProductLists];
  bool m_made[kProductLists] = {};
  std::map<const EvtRecTrack*, std::size_t> m_places;
  std::map<const EvtRecVeeVertex*, KsFlight> m_flights;
  std::vector<EvtRecTrack*> m_tightKaons, m_tightPions;
};

}

#endif
