// Selection of photons.
#include "collections/Showers.h"

#include <cmath>

namespace standin {
namespace {

const double maxTimeDifference = 10;  // ticks of 50 ns from the first shower, in events without charged tracks

bool inEndcap(double cosTheta, const PhotonCuts& cuts) {
  return std::fabs(cosTheta) > cuts.minCosEndcap && std::fabs(cosTheta) < cuts.maxCosEndcap;
}

bool inGoodRegion(double energy, double cosTheta, const PhotonCuts& cuts) {
  if (std::fabs(cosTheta) < cuts.maxCosBarrel) return true;
  return inEndcap(cosTheta, cuts) && energy > cuts.minEndcapEnergy;
}

bool inTime(const RecEmcShower& shower, EvtRecTrackCol& tracks, int charged, const PhotonCuts& cuts) {
  if (charged > 0) return !(shower.time() < cuts.minTime || shower.time() > cuts.maxTime);
  EvtRecTrack* first = *tracks.begin();
  return !first->isEmcShowerValid() || !(std::fabs(shower.time() - first->emcShower()->time()) > maxTimeDifference);
}

// Angle to the nearest extrapolated track above the limit, or no track reaches the calorimeter.
bool isolated(const RecEmcShower& shower, EvtRecTrackCol& tracks, int charged, const PhotonCuts& cuts) {
  const Hep3Vector position(shower.x(), shower.y(), shower.z());
  double nearest = 200;
  for (int i = 0; i < charged; ++i) {
    if (!tracks[i]->isExtTrackValid()) continue;
    RecExtTrack* extrapolation = tracks[i]->extTrack();
    if (extrapolation->emcVolumeNumber() == -1) continue;
    const double angle = extrapolation->emcPosition().angle(position);
    if (angle < nearest) nearest = angle;
  }
  return nearest == 200 || !(nearest * 180 / CLHEP::pi <= cuts.minAngle);
}

}

HepLorentzVector photonMomentum(const RecEmcShower& shower) {
  const double energy = shower.energy(), theta = shower.theta(), phi = shower.phi();
  return HepLorentzVector(energy * std::sin(theta) * std::cos(phi), energy * std::sin(theta) * std::sin(phi),
                          energy * std::cos(theta), energy);
}

std::vector<EvtRecTrack*> selectPhotons(EvtRecTrackCol& tracks, int charged, const PhotonCuts& cuts) {
  std::vector<EvtRecTrack*> photons;
  for (std::size_t i = charged; i < tracks.size(); ++i) {
    EvtRecTrack* track = tracks[i];
    if (!track->isEmcShowerValid()) continue;
    const RecEmcShower& shower = *track->emcShower();
    if (!(shower.energy() > cuts.minEnergy)) continue;
    const double cosTheta = photonMomentum(shower).vect().cosTheta();
    if (cuts.useBarrelEndcap && !inGoodRegion(shower.energy(), cosTheta, cuts)) continue;
    if (cuts.useTime && !inTime(shower, tracks, charged, cuts)) continue;
    if (cuts.useAngle && !isolated(shower, tracks, charged, cuts)) continue;
    photons.push_back(track);
  }
  return photons;
}

bool bothInEndcap(const HepLorentzVector& first, const HepLorentzVector& second, const PhotonCuts& cuts) {
  return inEndcap(first.vect().cosTheta(), cuts) && inEndcap(second.vect().cosTheta(), cuts);
}

}
