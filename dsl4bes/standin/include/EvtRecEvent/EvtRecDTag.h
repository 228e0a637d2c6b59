// Tagged D meson: decay mode, masses, and the tracks and showers it uses.
#ifndef STANDIN_EVTRECEVENT_EVTRECDTAG_H
#define STANDIN_EVTRECEVENT_EVTRECDTAG_H

#include "EvtRecEvent/EvtRecTrack.h"

// Decay modes: D0 0-199, D+ 200-399, D_s 400 and above.
class EvtRecDTag : public ContainedObject {
public:
  EvtRecDTag();
  ~EvtRecDTag();

  enum SelType { Loose, Tight, Default };
  enum DecayMode {
    kD0toKPi = 0, kD0toKPiPi0 = 1, kD0toKPiPi0Pi0 = 2, kD0toKPiPiPi = 3, kD0toKPiPiPiPi0 = 4, kD0toKPiEta = 5,
    kD0toKsKPi = 50, kD0toKsKPiPi0 = 51, kD0toKsPiPi = 100, kD0toKsPiPiPi0 = 101, kD0toKsPi0 = 102,
    kD0toPiPiPi0 = 103, kD0toPiPi = 104, kD0toKK = 105, kD0toKKPi0 = 106, kD0toPi0Pi0 = 107, kD0toKsKs = 108,
    kD0toKsKsPi0 = 109, kD0toKsPi0Pi0 = 110, kD0toKsKK = 111, kD0toKsEta = 112, kD0toPi0Pi0Pi0 = 113,
    kD0toKsKsKs = 114, kD0toPiPiPiPi = 115, kD0toPiPiPi0Pi0 = 116, kD0toKKPiPi = 117, kD0toKKPi0Pi0 = 118,
    kD0toKsKsPiPi = 119, kD0toPiPiPiPiPi0 = 120, kD0toKsPiPiPiPi = 121, kD0toKKPiPiPi0 = 122, kD0toKsPi0Eta = 123,
    kD0toKsEPPiPiEta = 124, kD0toKsEPRhoGam = 125, kD0toKsPi0Pi0Pi0 = 126, kDptoKPiPi = 200, kDptoKPiPiPi0 = 201,
    kDptoKsPi = 202, kDptoKsPiPi0 = 203, kDptoKsPiPiPi = 204, kDptoKKPi = 205, kDptoPiPi0 = 206, kDptoKPi0 = 207,
    kDptoKsK = 208, kDptoPiPiPi = 209, kDptoPiPi0Pi0 = 210, kDptoKsKsPi = 211, kDptoKsKPi0 = 212, kDptoKsKsK = 213,
    kDptoPiPiPiPi0 = 214, kDptoKsPiPi0Pi0 = 215, kDptoKsKplusPiPi = 216, kDptoKsKminusPiPi = 217,
    kDptoKKPiPi0 = 218, kDptoPiPiPiPiPi = 219, kDptoKPiPiPiPi = 220, kDptoPiEta = 221, kDptoKsPiEta = 222,
    kDstoKsK = 400, kDstoKKPi = 401, kDstoKsKPi0 = 402, kDstoKsKsPi = 403, kDstoKKPiPi0 = 404,
    kDstoKsKplusPiPi = 405, kDstoKsKminusPiPi = 406, kDstoKKPiPiPi = 407, kDstoPiPi0 = 420, kDstoPiPiPi = 421,
    kDstoPiPiPiPi0 = 422, kDstoPiPiPiPiPi = 423, kDstoPiPiPiPiPiPi0 = 424, kDstoPiPiPiPi0Pi0 = 425,
    kDstoPiEta = 440, kDstoPiPi0Eta = 441, kDstoPiPiPiEta = 442, kDstoPiEtaPiPiPi0 = 450,
    kDstoPiPi0EtaPiPiPi0 = 451, kDstoPiPiPiEtaPiPiPi0 = 452, kDstoPiEPPiPiEta = 460, kDstoPiPi0EPPiPiEta = 461,
    kDstoPiEPPiPiEtaPiPiPi0 = 470, kDstoPiPi0EPPiPiEtaPiPiPi0 = 471, kDstoPiEPRhoGam = 480,
    kDstoPiPi0EPRhoGam = 481, kDstoKsPi = 500, kDstoKsPiPi0 = 501, kDstoKPiPi = 502, kDstoKPiPiPi0 = 503,
    kDstoKKK = 504, kUnknown = 10000
  };

  DecayMode decayMode() const { return m_decayMode; }
  SelType type() const { return m_type; }
  double beamE() const { return m_beamE; }
  double mass() const { return m_mass; }
  double mBC() const { return m_mBC; }
  double deltaE() const { return m_deltaE; }
  int charge() const { return m_charge; }
  int charm() const { return m_charm; }
  int numOfChildren() const { return m_numOfChildren; }
  HepLorentzVector p4() const { return m_p4; }
  vector<double> vKsMass() const { return m_ksMass; }
  vector<double> vFitChi2() const { return m_fitChi2; }
  vector<double> vFitDecayLength() const { return m_fitLength; }
  vector<double> vFitDecayLengthError() const { return m_fitLengthError; }
  SmartRefVector<EvtRecTrack> tracks() { return m_tracks; }
  SmartRefVector<EvtRecTrack> showers() { return m_showers; }
  SmartRefVector<EvtRecTrack> otherTracks() { return m_otherTracks; }
  SmartRefVector<EvtRecTrack> otherShowers() { return m_otherShowers; }
  SmartRefVector<EvtRecTrack> pionId() { return m_pionId; }
  SmartRefVector<EvtRecTrack> kaonId() { return m_kaonId; }

  void setdecayMode(DecayMode value) { m_decayMode = value; }
  void settype(SelType value) { m_type = value; }
  void setbeamE(double value) { m_beamE = value; }
  void setmass(double value) { m_mass = value; }
  void setmBC(double value) { m_mBC = value; }
  void setdeltaE(double value) { m_deltaE = value; }
  void setcharge(int value) { m_charge = value; }
  void setcharm(int value) { m_charm = value; }
  void setnumOfChildren(int value) { m_numOfChildren = value; }
  void setp4(HepLorentzVector value) { m_p4 = value; }
  void addToFitInfo(double ksMass, double chi2, double length, double error);
  void addTrack(const SmartRef<EvtRecTrack> value) { m_tracks.push_back(value); }
  void addShower(const SmartRef<EvtRecTrack> value) { m_showers.push_back(value); }
  void addOtherTrack(const SmartRef<EvtRecTrack> value) { m_otherTracks.push_back(value); }
  void addOtherShower(const SmartRef<EvtRecTrack> value) { m_otherShowers.push_back(value); }
  void addPionId(const SmartRef<EvtRecTrack> value) { m_pionId.push_back(value); }
  void addKaonId(const SmartRef<EvtRecTrack> value) { m_kaonId.push_back(value); }

private:
  DecayMode m_decayMode;
  SelType m_type;
  double m_beamE, m_mass, m_mBC, m_deltaE;
  int m_charge, m_charm, m_numOfChildren;
  HepLorentzVector m_p4;
  vector<double> m_ksMass, m_fitChi2, m_fitLength, m_fitLengthError;
  SmartRefVector<EvtRecTrack> m_tracks, m_showers, m_otherTracks, m_otherShowers, m_pionId, m_kaonId;
};

typedef ObjectVector<EvtRecDTag> EvtRecDTagCol;
typedef EvtRecDTagCol::iterator EvtRecDTagIterator;

#endif
