// Names and defaults of the producers' properties.
#include "collections/Settings.h"

#include "GaudiKernel/Property.h"

#include <stdexcept>

namespace standin {

Settings::Settings()
    // Beam energy, which cuts count, their limits, mass (GeV) that the mass difference is taken from.
    : d0{1.8865, true, true, false, 1.83, 10, -0.1, 0.1, -0.085, 0.085, 1.8648},
      dPlus{1.8865, true, true, false, 1.83, 10, -0.1, 0.1, -0.085, 0.085, 1.8693},
      dS{2.015, true, false, true, 1.93, 10, -0.1, 0.1, -0.085, 0.085, 1.9685} {
  pairPhoton.minCosEndcap = 0.86;
  pairPhoton.useAngle = false;
  tagPhoton.minCosEndcap = 0.84;
  tagPhoton.useAngle = true;
  namePairs();
  for (const char* owner : {"KShortReconstruction", "LambdaReconstruction"}) {
    VeeCuts& cuts = owner[0] == 'K' ? ks : lambda;
    name(owner, "Vz0Cut", cuts.vz);
    name(owner, "CosThetaCut", cuts.cosTheta);
    name(owner, "ChisqCut", cuts.maxChisq);
  }
  nameTagLists();
  nameD("NeutralDReconstruction", "NeutralDSelector", d0);
  nameD("ChargedDReconstruction", "ChargedDSelector", dPlus);
  nameD("DsReconstruction", "DsSelector", dS);
  name("SimplePIDSvc", "DedxChiCut", dedxChi);
  name("SimplePIDSvc", "TofChiCut", tofChi);
  name("SimplePIDSvc", "EidRatio", electronRatio);
  name("EventNavigator", "MdcCut", mdcCut);
}

void Settings::namePairs() {
  const std::string owner = "Pi0EtaToGGRecAlg";
  namePhoton(owner, "Photon", "PhotonMinEnergy", pairPhoton);
  name(owner, "RejectBothInEndcap", rejectBothInEndcap);
  name(owner, "Pi0MinMass", pairPi0.minMass);
  name(owner, "Pi0MaxMass", pairPi0.maxMass);
  name(owner, "Pi0ChisqCut", pairPi0.maxChisq);
  name(owner, "EtaMinMass", pairEta.minMass);
  name(owner, "EtaMaxMass", pairEta.maxMass);
  name(owner, "EtaChisqCut", pairEta.maxChisq);
  name(owner, "MaxNGoodPhoton", maxPhotons);
  name(owner, "MaxNPi0", maxPi0s);
}

void Settings::nameTagLists() {
  for (const char* owner : {"LocalPionSelector", "LocalKaonSelector"}) {
    TrackCuts& cuts = owner[5] == 'P' ? pion : kaon;
    name(owner, "RxyCut", cuts.vr);
    name(owner, "Vz0Cut", cuts.vz);
    name(owner, "CosThetaCut", cuts.cosTheta);
  }
  name("LocalKsSelector", "KsMinMassCut", tagKs.mass.minMass);
  name("LocalKsSelector", "KsMaxMassCut", tagKs.mass.maxMass);
  name("LocalKsSelector", "KsMaxChisq", tagKs.mass.maxChisq);
  name("LocalKsSelector", "DoSecondaryVFit", tagKs.useFlight);
  name("LocalKsSelector", "KsMaxVFitChisq", tagKs.maxFlightChisq);
  name("LocalKsSelector", "KsMinFlightSig", tagKs.minSignificance);
  name("LocalPi0Selector", "Pi0MinMassCut", tagPi0.minMass);
  name("LocalPi0Selector", "Pi0MaxMassCut", tagPi0.maxMass);
  name("LocalPi0Selector", "Pi0MaxChisqCut", tagPi0.maxChisq);
  name("LocalEtatoGGSelector", "EtaMinMassCut", tagEta.minMass);
  name("LocalEtatoGGSelector", "EtaMaxMassCut", tagEta.maxMass);
  name("LocalEtatoGGSelector", "EtaMaxChisqCut", tagEta.maxChisq);
  namePhoton("LocalPhotonSelector", "", "MinEnergy", tagPhoton);
}

void Settings::namePhoton(const std::string& owner, const std::string& prefix, const std::string& minEnergy,
                          PhotonCuts& cuts) {
  name(owner, minEnergy, cuts.minEnergy);
  name(owner, prefix + "InBarrelOrEndcap", cuts.useBarrelEndcap);
  name(owner, prefix + "MaxCosThetaBarrel", cuts.maxCosBarrel);
  name(owner, prefix + "MinCosThetaEndcap", cuts.minCosEndcap);
  name(owner, prefix + "MaxCosThetaEndcap", cuts.maxCosEndcap);
  name(owner, prefix + "MinEndcapEnergy", cuts.minEndcapEnergy);
  name(owner, prefix + "ApplyTimeCut", cuts.useTime);
  name(owner, prefix + "MinTime", cuts.minTime);
  name(owner, prefix + "MaxTime", cuts.maxTime);
  name(owner, prefix + "ApplyDangCut", cuts.useAngle);
  name(owner, prefix + "MinDang", cuts.minAngle);
}

void Settings::nameD(const std::string& owner, const std::string& selector, DCuts& cuts) {
  name(owner, "BeamE", cuts.beamEnergy);
  name(selector, "UseMbcCuts", cuts.useMbc);
  name(selector, "UseDeltaECuts", cuts.useDeltaE);
  name(selector, "UseDeltaMassCuts", cuts.useDeltaMass);
  name(selector, "DMbcMinCut", cuts.minMbc);
  name(selector, "DMbcMaxCut", cuts.maxMbc);
  name(selector, "DDeltaEMinCut", cuts.minDeltaE);
  name(selector, "DDeltaEMaxCut", cuts.maxDeltaE);
  name(selector, "DDeltaMassMinCut", cuts.minDeltaMass);
  name(selector, "DDeltaMassMaxCut", cuts.maxDeltaMass);
}

void Settings::name(const std::string& owner, const std::string& property, double& number) {
  m_places[owner + "." + property].number = &number;
  m_owners[owner] = true;
}
void Settings::name(const std::string& owner, const std::string& property, int& count) {
  m_places[owner + "." + property].count = &count;
  m_owners[owner] = true;
}
void Settings::name(const std::string& owner, const std::string& property, bool& flag) {
  m_places[owner + "." + property].flag = &flag;
  m_owners[owner] = true;
}

bool Settings::set(const Option& option) {
  const auto found = m_places.find(option.owner + "." + option.property);
  if (found == m_places.end()) return false;
  const Place& place = found->second;
  const bool fine = place.number  ? readValue(option.value, *place.number)
                    : place.count ? readValue(option.value, *place.count)
                                  : readValue(option.value, *place.flag);
  if (!fine)
    throw std::runtime_error("job options: " + option.owner + "." + option.property + " cannot take the value " + option.value);
  return true;
}

}
