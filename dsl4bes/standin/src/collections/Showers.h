// Photons as the producers take them from the event's isolated showers.
#ifndef STANDIN_COLLECTIONS_SHOWERS_H
#define STANDIN_COLLECTIONS_SHOWERS_H

#include "EvtRecEvent/EvtRecTrack.h"
#include "collections/Settings.h"

#include <vector>

namespace standin {

// Four-momentum of a photon from the origin with the shower's energy (GeV).
HepLorentzVector photonMomentum(const RecEmcShower& shower);

// The isolated showers (positions from `charged` on) that pass the cuts, in the order of the list.
std::vector<EvtRecTrack*> selectPhotons(EvtRecTrackCol& tracks, int charged, const PhotonCuts& cuts);

// True if both showers lie in an end-cap.
bool bothInEndcap(const HepLorentzVector& first, const HepLorentzVector& second, const PhotonCuts& cuts);

}

#endif
