// Event objects from columns: what the reconstruction wrote about the event as a whole, and the relation of generated
// and reconstructed particles. A file may lack each of them.
#include "runtime/Loader.h"
#include "runtime/Log.h"

#include <map>
#include <stdexcept>

namespace standin {
namespace {

HepVector vectorOf(const double* from, int size) {
  HepVector to(size);
  for (int i = 0; i < size; ++i) to[i] = from[i];
  return to;
}

HepSymMatrix symmetricOf(const double* from, int size) {
  HepSymMatrix to(size);
  for (int row = 0; row < size; ++row)
    for (int column = 0; column <= row; ++column) to.fast(row + 1, column + 1) = from[size * row + column];
  return to;
}

}

void Loader::fillVees(EvtRecVeeVertexCol& vees) {
  const VeeColumns& c = batch.vee;
  EvtRecTrackCol& all = static_cast<EvtRecTrackCol&>(*tracks());
  for (int i = 0; i < c.rows.count(m_event); ++i) {
    const std::int64_t row = c.rows.first(m_event) + i;
    EvtRecVeeVertex* vee = new EvtRecVeeVertex;
    vees.push_back(vee);
    vee->setVertexId(c.id[row]);
    vee->setVertexType(c.type[row]);
    vee->setChi2(c.chi2[row]);
    vee->setNdof(c.ndof[row]);
    vee->setMass(c.mass[row]);
    vee->setW(vectorOf(c.w + 7 * row, 7));
    vee->setEw(symmetricOf(c.error + 49 * row, 7));
    vee->setPair(std::make_pair(int(c.pair[2 * row]), int(c.pair[2 * row + 1])));
    vee->setNCharge(c.n_charge[row]);
    vee->setNTracks(c.n_tracks[row]);
    for (int k = 0; k < 2; ++k) {
      const int at = c.daughter[2 * row + k];
      if (at >= static_cast<int>(all.size()))
        throw std::out_of_range("damaged event: a V0 links to track number " + std::to_string(at) + " of " +
                                std::to_string(all.size()));
      if (at >= 0) vee->addDaughter(all[at], k);
    }
  }
}

// Photons that the event does not have are left out of the pair, as where BOSS reads a file.
template <class PAIR>
void Loader::fillPairs(const PairColumns& c, ObjectVector<PAIR>& list) {
  EvtRecTrackCol& all = static_cast<EvtRecTrackCol&>(*tracks());
  for (int i = 0; i < c.rows.count(m_event); ++i) {
    const std::int64_t row = c.rows.first(m_event) + i;
    PAIR* pair = new PAIR;
    list.push_back(pair);
    pair->setChisq(c.chi2[row]);
    pair->setUnconMass(c.mass[row]);
    const double* p4 = c.p4 + 8 * row;
    pair->setHiPfit(HepLorentzVector(p4[0], p4[1], p4[2], p4[3]));
    pair->setLoPfit(HepLorentzVector(p4[4], p4[5], p4[6], p4[7]));
    for (int k = 0; k < 2; ++k) {
      const int at = c.photon[2 * row + k];
      if (at >= static_cast<int>(all.size()))
        throw std::out_of_range("damaged event: a photon pair links to track number " + std::to_string(at) + " of " +
                                std::to_string(all.size()));
      if (at < 0) continue;
      if (k == 0) pair->setHiEnGamma(all[at]);
      else pair->setLoEnGamma(all[at]);
    }
  }
}
template void Loader::fillPairs(const PairColumns&, EvtRecPi0Col&);
template void Loader::fillPairs(const PairColumns&, EvtRecEtaToGGCol&);

DataObject* Loader::primaryVertex() {
  m_primaryVertex = EvtRecPrimaryVertex();
  const PrimaryVertexColumns& c = batch.primary_vertex;
  if (c.rows.count(m_event) == 0) {
    sayOnce("EventStore", "EvtRecPrimaryVertex: the file has none, isValid() is false");
    return &m_primaryVertex;
  }
  const std::int64_t row = c.rows.first(m_event);
  m_primaryVertex.setIsValid(c.valid[row] != 0);
  m_primaryVertex.setNTracks(c.n_tracks[row]);
  m_primaryVertex.setChi2(c.chi2[row]);
  m_primaryVertex.setNdof(c.ndof[row]);
  m_primaryVertex.setFitMethod(c.fit_method[row]);
  m_primaryVertex.setVertex(vectorOf(c.position + 3 * row, 3));
  m_primaryVertex.setErrorVertex(symmetricOf(c.error + 9 * row, 3));
  const std::int32_t* first = batch.primary_track.id + batch.primary_track.rows.first(m_event);
  m_primaryVertex.setTrackIdList(std::vector<int>(first, first + batch.primary_track.rows.count(m_event)));
  return &m_primaryVertex;
}

DataObject* Loader::trigger() {
  const TriggerColumns& c = batch.trigger;
  if (c.rows.count(m_event) == 0) return nullptr;
  const std::int64_t row = c.rows.first(m_event);
  m_trigger.setTrigCondition(c.condition + 48 * row);
  m_trigger.setTrigChannel(c.channel + 16 * row);
  m_trigger.setTimeWindow(c.window[row]);
  m_trigger.setTimingType(c.timing[row]);
  m_trigger.setPreScale(c.prescale[row] != 0);
  return &m_trigger;
}

DataObject* Loader::navigator() {
  const MatchColumns &mdc = batch.mdc_match, &emc = batch.emc_match;
  if (m_mc.count() == 0 || (mdc.rows.count(m_event) == 0 && emc.rows.count(m_event) == 0)) return nullptr;
  if (m_navigated) return &m_navigator;
  m_navigated = true;
  m_navigator.clear();
  m_navigator.setMdcCut(m_mdcCut);
  for (auto* particle : static_cast<Event::McParticleCol&>(*mcParticles())) m_navigator.add(particle);
  for (auto* track : static_cast<ObjectVector<RecMdcTrack>&>(*mdcTracks())) m_navigator.add(track);
  for (auto* track : static_cast<ObjectVector<RecMdcKalTrack>&>(*kalTracks())) m_navigator.add(track);
  for (std::int64_t row = mdc.rows.first(m_event), end = row + mdc.rows.count(m_event); row < end; ++row)
    m_navigator.matchTrack(mdc.mc[row], mdc.found[row], mdc.hits[row]);
  ObjectVector<RecEmcShower>& all = static_cast<ObjectVector<RecEmcShower>&>(*showers());
  for (std::int64_t row = emc.rows.first(m_event), end = row + emc.rows.count(m_event); row < end; ++row)
    if (emc.found[row] >= 0 && emc.found[row] < static_cast<int>(all.size()))
      m_navigator.matchShower(emc.mc[row], all[emc.found[row]], emc.hits[row]);
  return &m_navigator;
}

}
