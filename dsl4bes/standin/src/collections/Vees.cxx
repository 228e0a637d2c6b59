// K_S, Lambda and anti-Lambda: every pair of opposite charge that fits to a vertex, without identification and without
// a mass window, as the producer in BOSS 7.0.4 does it. Its conversions of photons are made by a program that is not
// part of BOSS 7.0.4, so none are made here.
#include "collections/Producers.h"

#include <cmath>

namespace standin {
namespace {

const double massPi = 0.13957, massP = 0.938272;  // GeV, of the real producer
const int pionHypothesis = 2, protonHypothesis = 4;

// What a vee is: identity, kind, hypothesis and mass of its positive and negative track.
struct VeeKind {
  int id, type, positive, negative;
};
const VeeKind veeKinds[3] = {{310, 0, pionHypothesis, pionHypothesis},
                             {3122, 1, protonHypothesis, pionHypothesis},
                             {-3122, 1, pionHypothesis, protonHypothesis}};

struct Charged {
  std::vector<EvtRecTrack*> positive, negative;
};

Charged selectCharged(const Ingredients& event, const VeeCuts& cuts) {
  Charged charged;
  for (int i = 0; i < event.charged; ++i) {
    EvtRecTrack* track = event.tracks[i];
    if (!track->isMdcTrackValid() || !track->isMdcKalTrackValid()) continue;
    RecMdcTrack* mdc = track->mdcTrack();
    if (!(std::fabs(std::cos(mdc->theta())) < cuts.cosTheta) || !(std::fabs(mdc->z()) < cuts.vz)) continue;
    if (mdc->charge() > 0) charged.positive.push_back(track);
    if (mdc->charge() < 0) charged.negative.push_back(track);
  }
  return charged;
}

WTrackParameter asParticle(EvtRecTrack* track, int hypothesis) {
  DstMdcKalTrack* kal = track->mdcKalTrack();
  return WTrackParameter(hypothesis == protonHypothesis ? massP : massPi, kal->getZHelix(hypothesis),
                         kal->getZError(hypothesis));
}

EvtRecVeeVertex* makeVee(const VeeKind& kind, EvtRecTrack* positive, EvtRecTrack* negative, VertexFit& fit) {
  const WTrackParameter particle = fit.wVirtualTrack(0);
  EvtRecVeeVertex* vee = new EvtRecVeeVertex;
  vee->setVertexId(kind.id);
  vee->setVertexType(kind.type);
  vee->setChi2(fit.chisq(0));
  vee->setNdof(1);
  vee->setMass(particle.p().m());
  vee->setW(particle.w());
  vee->setEw(particle.Ew());
  vee->setPair(std::make_pair(kind.positive + 1, kind.negative + 1));
  vee->setNCharge(0);
  vee->setNTracks(2);
  vee->addDaughter(positive, 0);
  vee->addDaughter(negative, 1);
  return vee;
}

}

VertexParameter unknownVertex() {
  HepSymMatrix error(3, 0);
  for (int i = 0; i < 3; ++i) error[i][i] = 1e12;
  VertexParameter vertex;
  vertex.setVx(HepPoint3D(0, 0, 0));
  vertex.setEvx(error);
  return vertex;
}

void makeVees(const Ingredients& event, EvtRecVeeVertexCol& made) {
  VertexFit& fit = event.fitters.vertex;
  const VertexParameter unknown = unknownVertex();
  for (const VeeKind& kind : veeKinds) {
    const VeeCuts& cuts = kind.type == 0 ? event.settings.ks : event.settings.lambda;
    const Charged charged = selectCharged(event, cuts);
    std::vector<WTrackParameter> second;
    for (EvtRecTrack* negative : charged.negative) second.push_back(asParticle(negative, kind.negative));
    for (EvtRecTrack* positive : charged.positive) {
      const WTrackParameter first = asParticle(positive, kind.positive);
      for (std::size_t i = 0; i < second.size(); ++i) {
        fit.init();
        fit.AddTrack(0, first);
        fit.AddTrack(1, second[i]);
        fit.AddVertex(0, unknown, 0, 1);
        if (!fit.Fit(0) || !(fit.chisq(0) <= cuts.maxChisq)) continue;
        fit.BuildVirtualParticle(0);
        made.push_back(makeVee(kind, positive, charged.negative[i], fit));
      }
    }
  }
}

}
