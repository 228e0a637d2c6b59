// pi0 and eta from two photons: mass window, fit with the mass constraint.
//
// Masses, windows, iterations and the order of the candidates are those of the producer in BOSS 7.0.4.
#include "collections/Producers.h"
#include "collections/Showers.h"

namespace standin {
namespace {

const double massPi0 = 0.134976, massEta = 0.54784;  // GeV, of the real producer
const int pairIterations = 5;

struct Pair {
  double mass, chisq;
  EvtRecTrack *high, *low;  // by measured energy
  HepLorentzVector highFit, lowFit;
};

// chi^2 of the fit of two photons to a mass, and their fitted momenta; false if the fit gives no acceptable chi^2.
bool fitPair(KalmanKinematicFit& fit, EvtRecTrack* first, EvtRecTrack* second, double mass, double maxChisq, Pair& pair) {
  fit.init();
  fit.setIterNumber(pairIterations);
  fit.AddTrack(0, 0.0, first->emcShower());
  fit.AddTrack(1, 0.0, second->emcShower());
  fit.AddResonance(0, mass, 0, 1);
  fit.Fit(0);
  pair.chisq = fit.chisq(0);
  if (!(pair.chisq < maxChisq)) return false;
  pair.highFit = fit.pfit(0);
  pair.lowFit = fit.pfit(1);
  return true;
}

template <class VISITOR>
void forEachPair(const Ingredients& event, const MassCuts& cuts, double mass, VISITOR keep) {
  const Settings& settings = event.settings;
  const std::vector<EvtRecTrack*> photons = selectPhotons(event.tracks, event.charged, settings.pairPhoton);
  if (static_cast<int>(photons.size()) > settings.maxPhotons) return;
  std::vector<HepLorentzVector> momenta;
  for (EvtRecTrack* photon : photons) momenta.push_back(photonMomentum(*photon->emcShower()));
  for (std::size_t i = 0; i < photons.size(); ++i)
    for (std::size_t j = i + 1; j < photons.size(); ++j) {
      if (settings.rejectBothInEndcap && bothInEndcap(momenta[i], momenta[j], settings.pairPhoton)) continue;
      Pair pair;
      pair.mass = (momenta[i] + momenta[j]).m();
      if (!(pair.mass > cuts.minMass && pair.mass < cuts.maxMass)) continue;
      if (!fitPair(event.fitters.kinematic, photons[i], photons[j], mass, cuts.maxChisq, pair)) continue;
      const bool ordered = momenta[i].e() >= momenta[j].e();
      pair.high = photons[ordered ? i : j];
      pair.low = photons[ordered ? j : i];
      if (!ordered) std::swap(pair.highFit, pair.lowFit);
      keep(pair);
    }
}

template <class MESON>
MESON* meson(const Pair& pair) {
  MESON* made = new MESON;
  made->setUnconMass(pair.mass);
  made->setChisq(pair.chisq);
  made->setHiPfit(pair.highFit);
  made->setLoPfit(pair.lowFit);
  made->setHiEnGamma(pair.high);
  made->setLoEnGamma(pair.low);
  return made;
}

}

// An event with too many candidates keeps none of them.
void makePi0s(const Ingredients& event, EvtRecPi0Col& made) {
  forEachPair(event, event.settings.pairPi0, massPi0, [&](const Pair& pair) { made.push_back(meson<EvtRecPi0>(pair)); });
  if (static_cast<int>(made.size()) > event.settings.maxPi0s) made.clear();
}

void makeEtas(const Ingredients& event, EvtRecEtaToGGCol& made) {
  forEachPair(event, event.settings.pairEta, massEta,
              [&](const Pair& pair) { made.push_back(meson<EvtRecEtaToGG>(pair)); });
}

}
