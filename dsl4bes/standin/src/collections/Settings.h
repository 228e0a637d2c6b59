// The cuts of the producers, with the defaults of BOSS 7.0.4, and the job options that change them.
//
// In: options `Owner.Property = value` with the owners and properties of the real producers. Out: plain numbers.
#ifndef STANDIN_COLLECTIONS_SETTINGS_H
#define STANDIN_COLLECTIONS_SETTINGS_H

#include "runtime/Options.h"

#include <map>
#include <string>

namespace standin {

// GeV, ticks of 50 ns, degrees.
struct PhotonCuts {
  double minEnergy = 0.025, minEndcapEnergy = 0.050;
  bool useBarrelEndcap = true;
  double maxCosBarrel = 0.80, minCosEndcap, maxCosEndcap = 0.92;
  bool useTime = true;
  double minTime = 0, maxTime = 14;
  bool useAngle;
  double minAngle = 20;
};

struct MassCuts {
  double minMass, maxMass, maxChisq;
};

// Closest approach to the interaction point, cm.
struct TrackCuts {
  double vr = 1, vz = 10, cosTheta = 0.93;
};

struct KsCuts {
  MassCuts mass = {0.470, 0.528, 100};
  bool useFlight = false;
  double maxFlightChisq = 100, minSignificance = 2;
};

struct DCuts {
  double beamEnergy;
  bool useMbc, useDeltaE, useDeltaMass;
  double minMbc, maxMbc, minDeltaE, maxDeltaE, minDeltaMass, maxDeltaMass;
  double nominalMass;
};

struct VeeCuts {
  double vz = 20, cosTheta = 0.93, maxChisq = 100;
};

class Settings {
public:
  Settings();

  // Pi0EtaToGGRecAlg
  PhotonCuts pairPhoton;
  MassCuts pairPi0 = {0.08, 0.18, 2500}, pairEta = {0.4, 0.7, 2500};
  bool rejectBothInEndcap = false;
  int maxPhotons = 50, maxPi0s = 100;

  // VeeVertexAlg
  VeeCuts ks, lambda;

  // DTagAlg
  TrackCuts pion, kaon;
  KsCuts tagKs;
  MassCuts tagPi0 = {0.098, 0.165, 2500}, tagEta = {0.40, 0.70, 2500};
  PhotonCuts tagPhoton;
  DCuts d0, dPlus, dS;

  // SimplePIDSvc
  double dedxChi = 4, tofChi = 4, electronRatio = 0.80;

  // EventNavigator: fewer common hits are no match.
  int mdcCut = 7;

  // Takes an option of one of the owners above; false if the owner is none of them or lacks the property. Throws
  // std::runtime_error for a value of the wrong type.
  bool set(const Option& option);
  bool owns(const std::string& owner) const { return m_owners.count(owner) != 0; }

private:
  struct Place {
    double* number = nullptr;
    int* count = nullptr;
    bool* flag = nullptr;
  };
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;
  void name(const std::string& owner, const std::string& property, double& number);
  void name(const std::string& owner, const std::string& property, int& count);
  void name(const std::string& owner, const std::string& property, bool& flag);
  void namePhoton(const std::string& owner, const std::string& prefix, const std::string& minEnergy, PhotonCuts& cuts);
  void namePairs();
  void nameTagLists();
  void nameD(const std::string& owner, const std::string& selector, DCuts& cuts);

  std::map<std::string, Place> m_places;
  std::map<std::string, bool> m_owners;
};

}

#endif
