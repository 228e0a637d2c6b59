// Products of D decays: cuts of the real selectors, momenta of the Kalman tracks (no vertex fit), of the fitted photon
// pairs, of the K_S vertex as it was fitted.
#include "collections/DTagLists.h"

#include "VertexFit/Helix.h"
#include "collections/Showers.h"
#include "runtime/Log.h"

#include <cmath>

namespace standin {
namespace {

const double massOfPion = 0.139570, massOfKaon = 0.493677;  // GeV, of the real candidates
const double massOfFlightPion = 0.13957018;                 // GeV, of the real fit of the K_S
const double narrowKs[2] = {0.487, 0.511}, narrowPi0[2] = {0.115, 0.150};
const double windowEta3Pi[2] = {0.40, 0.70}, windowEtap[2] = {0.938, 0.978}, windowRho[2] = {0.5, 1.0};

HepLorentzVector helixMomentum(const HepVector& helix, double mass) {
  const double transverse = helix[2] != 0 ? 1 / std::fabs(helix[2]) : 0, pz = transverse * helix[4];
  return HepLorentzVector(-transverse * std::sin(helix[1]), transverse * std::cos(helix[1]), pz,
                          std::sqrt(transverse * transverse + pz * pz + mass * mass));
}

bool within(double value, const double window[2]) { return !(value < window[0]) && !(value > window[1]); }

}

DTagLists::DTagLists(const Ingredients& event, EvtRecPi0Col& pi0s, EvtRecEtaToGGCol& etas, EvtRecVeeVertexCol& vees,
                     SimplePid& pid, IVertexDbSvc& vertices)
    : m_event(event), m_pid(pid), m_vertices(vertices) {
  for (std::size_t i = 0; i < event.tracks.size(); ++i) m_places[event.tracks[i]] = i;
  if (event.tracks.size() > Footprint().size())
    sayOnce("DTagAlg", "entries of the track list beyond the 256th are not used for D tags");
  addTracks();
  for (EvtRecVeeVertex* vee : vees) addKs(vee);
  for (EvtRecPi0* pi0 : pi0s) addMeson(pi0, event.settings.tagPi0, kPi0);
  for (EvtRecEtaToGG* eta : etas) addMeson(eta, event.settings.tagEta, kEta);
}

const CandidateList& DTagLists::list(ProductList which) {
  if (!m_made[which]) {
    m_made[which] = true;
    if (which == kEtap) makeEtap();
    if (which == kEtapRho) makeEtapRho();
    if (which == kEta3Pi) makeEta3Pi();
    if (which == kEtap3Pi) makeEtap3Pi();
  }
  return m_lists[which];
}

Footprint DTagLists::footprint(const EvtRecTrack* track) const {
  Footprint used;
  used.set(m_places.at(track));
  return used;
}

void DTagLists::addTracks() {
  for (int i = 0; i < m_event.charged && i < static_cast<int>(Footprint().size()); ++i) {
    EvtRecTrack* track = m_event.tracks[i];
    if (!track->isMdcKalTrackValid()) continue;
    m_pid.prepare(track);
    addTrack(track, true);
    addTrack(track, false);
  }
}

void DTagLists::addTrack(EvtRecTrack* track, bool kaon) {
  const Settings& settings = m_event.settings;
  const int hypothesis = kaon ? 3 : 2;
  DstMdcKalTrack* kal = track->mdcKalTrack();
  const HepVector& helix = kal->getZHelix(hypothesis);
  if (std::fabs(helix[2]) <= 1e-10 || !nearOrigin(track, hypothesis, kaon ? settings.kaon : settings.pion)) return;
  Candidate candidate;
  candidate.charge = helix[2] > 0 ? 1 : -1;
  candidate.tight = kaon ? m_pid.iskaon() : m_pid.ispion();
  candidate.p4 = helixMomentum(helix, kaon ? massOfKaon : massOfPion);
  candidate.used = footprint(track);
  candidate.tracks.push_back(track);
  (kaon ? candidate.kaon : candidate.pion) = true;
  if (candidate.tight) (kaon ? m_tightKaons : m_tightPions).push_back(track);
  const int list = (kaon ? kKPlus : kPiPlus) + (candidate.charge > 0 ? 0 : 1);
  m_lists[list].push_back(candidate);
}

// Closest approach to the interaction point, or to the origin if the data base has none for the run.
bool DTagLists::nearOrigin(EvtRecTrack* track, int hypothesis, const TrackCuts& cuts) const {
  DstMdcKalTrack* kal = track->mdcKalTrack();
  HepPoint3D point(0, 0, 0);
  if (m_vertices.isVertexValid()) {
    const double* vertex = m_vertices.PrimaryVertex();
    point = HepPoint3D(vertex[0], vertex[1], vertex[2]);
  }
  const HepVector& measured = kal->getZHelix(hypothesis);
  VFHelix helix(HepPoint3D(0, 0, 0), measured, kal->getZError(hypothesis));
  helix.pivot(point);
  const double cosTheta = measured[4] / std::sqrt(1 + measured[4] * measured[4]);
  return std::fabs(helix.a()[0]) < cuts.vr && std::fabs(helix.a()[3]) < cuts.vz && std::fabs(cosTheta) < cuts.cosTheta;
}

void DTagLists::addKs(EvtRecVeeVertex* vee) {
  const KsCuts& cuts = m_event.settings.tagKs;
  if (vee->vertexId() != 310 || !(vee->mass() > cuts.mass.minMass && vee->mass() < cuts.mass.maxMass)) return;
  if (!(vee->chi2() < cuts.mass.maxChisq)) return;
  EvtRecTrack *positive = vee->daughter(0), *negative = vee->daughter(1);
  if (!positive || !negative || !positive->isMdcKalTrackValid() || !negative->isMdcKalTrackValid()) return;
  if (m_places.at(positive) >= Footprint().size() || m_places.at(negative) >= Footprint().size()) return;
  const KsFlight flight = fitFlight(vee);
  if (cuts.useFlight && (flight.chisq == -999 || !(flight.chisq <= cuts.maxFlightChisq) ||
                         flight.length < cuts.minSignificance * flight.error))
    return;
  m_flights[vee] = flight;
  Candidate candidate;
  candidate.tight = within(vee->mass(), narrowKs);
  const HepVector& w = vee->w();
  candidate.p4.setVectM(Hep3Vector(w[0], w[1], w[2]), vee->mass());
  candidate.used = footprint(positive) | footprint(negative);
  candidate.tracks.push_back(positive);
  candidate.tracks.push_back(negative);
  candidate.ks = vee;
  m_lists[kKs].push_back(candidate);
}

KsFlight DTagLists::fitFlight(EvtRecVeeVertex* vee) const {
  KsFlight flight;
  if (!m_vertices.isVertexValid()) {
    sayOnce("DTagAlg", "no interaction point for the run: the K_S of D tags have no flight length");
    return flight;
  }
  VertexFit& pair = m_event.fitters.vertex;
  pair.init();
  for (int i = 0; i < 2; ++i) {
    RecMdcKalTrack* kal = vee->daughter(i)->mdcKalTrack();
    pair.AddTrack(i, WTrackParameter(massOfFlightPion, kal->getZHelix(), kal->getZError()));
  }
  pair.AddVertex(0, unknownVertex(), 0, 1);
  pair.Fit(0);
  pair.BuildVirtualParticle(0);
  const double *vertex = m_vertices.PrimaryVertex(), *sigma = m_vertices.SigmaPrimaryVertex();
  HepSymMatrix error(3, 0);
  for (int i = 0; i < 3; ++i) error[i][i] = sigma[i] * sigma[i];
  VertexParameter origin;
  origin.setVx(HepPoint3D(vertex[0], vertex[1], vertex[2]));
  origin.setEvx(error);
  SecondVertexFit& second = m_event.fitters.second;
  second.init();
  second.setPrimaryVertex(origin);
  second.setVpar(pair.vpar(0));
  second.AddTrack(0, pair.wVirtualTrack(0));
  if (!second.Fit()) return flight;
  flight.chisq = second.chisq();
  flight.length = second.decayLength();
  flight.error = second.decayLengthError();
  return flight;
}

template <class MESON>
void DTagLists::addMeson(MESON* meson, const MassCuts& cuts, ProductList which) {
  const double mass = meson->unconMass();
  if (!(mass > cuts.minMass && mass < cuts.maxMass) || !(meson->chisq() < cuts.maxChisq)) return;
  Candidate candidate;
  candidate.tight = which == kEta || within(mass, narrowPi0);
  candidate.p4 = meson->hiPfit() + meson->loPfit();
  for (const EvtRecTrack* photon : {meson->hiEnGamma(), meson->loEnGamma()}) {
    if (m_places.at(photon) >= Footprint().size()) return;
    candidate.used |= footprint(photon);
    candidate.showers.push_back(const_cast<EvtRecTrack*>(photon));
  }
  m_lists[which].push_back(candidate);
}

// A composed candidate counts as tight whatever its products are: so in the real selectors.
void DTagLists::compose(const std::vector<ProductList>& products, double minMass, double maxMass, CandidateList& to) {
  std::vector<const CandidateList*> lists;
  for (ProductList product : products) lists.push_back(&list(product));
  combine(lists, [&](const std::vector<const Candidate*>& chosen) {
    Candidate sum;
    for (const Candidate* one : chosen) sum.p4 += one->p4;
    if (!(sum.p4.m() >= minMass && sum.p4.m() <= maxMass)) return;
    for (const Candidate* one : chosen) {
      sum.used |= one->used;
      sum.tracks.insert(sum.tracks.end(), one->tracks.begin(), one->tracks.end());
      sum.showers.insert(sum.showers.end(), one->showers.begin(), one->showers.end());
    }
    to.push_back(sum);
  });
}

void DTagLists::makeEtap() { compose({kPiPlus, kPiMinus, kEta}, windowEtap[0], windowEtap[1], m_lists[kEtap]); }
void DTagLists::makeEta3Pi() { compose({kPiPlus, kPiMinus, kPi0}, windowEta3Pi[0], windowEta3Pi[1], m_lists[kEta3Pi]); }
void DTagLists::makeEtap3Pi() { compose({kPiPlus, kPiMinus, kEta3Pi}, windowEtap[0], windowEtap[1], m_lists[kEtap3Pi]); }

void DTagLists::makeEtapRho() {
  CandidateList rhos, photons;
  compose({kPiPlus, kPiMinus}, windowRho[0], windowRho[1], rhos);
  for (EvtRecTrack* track : selectPhotons(m_event.tracks, m_event.charged, m_event.settings.tagPhoton)) {
    if (m_places.at(track) >= Footprint().size()) continue;
    Candidate photon;
    photon.p4 = photonMomentum(*track->emcShower());
    photon.used = footprint(track);
    photon.showers.push_back(track);
    photons.push_back(photon);
  }
  combine({&rhos, &photons}, [&](const std::vector<const Candidate*>& chosen) {
    Candidate sum = *chosen[0];
    sum.p4 += chosen[1]->p4;
    if (!within(sum.p4.m(), windowEtap)) return;
    sum.used |= chosen[1]->used;
    sum.showers = chosen[1]->showers;
    m_lists[kEtapRho].push_back(sum);
  });
}

}
