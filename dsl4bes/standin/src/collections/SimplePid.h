// The identification service of the D-tag programs.
//
// chi of dE/dx as stored, chi of the time of flight as ParticleID has it (both barrel layers, or the end-cap). The real
// service replaces the times by calibrated ones and weighs electrons with shower shapes, for psi(3770) runs of 2010 and
// 2011 only, from tables that are not public: here it has neither, and says so.
#ifndef STANDIN_COLLECTIONS_SIMPLEPID_H
#define STANDIN_COLLECTIONS_SIMPLEPID_H

#include "ParticleID/ParticleID.h"
#include "SimplePIDSvc/ISimplePIDSvc.h"
#include "collections/Settings.h"

namespace standin {

class SimplePid : public ISimplePIDSvc {
public:
  explicit SimplePid(Settings& settings);

  // Leaves the Kalman track type at proton, as the real service does.
  void preparePID(EvtRecTrack* track) override;
  // The same without that side effect.
  void prepare(EvtRecTrack* track);

  void setdedxminchi(double x) override { m_settings.dedxChi = x; }
  void settofminchi(double x) override { m_settings.tofChi = x; }
  void seteidratio(double x) override { m_settings.electronRatio = x; }
  bool iselectron(bool emc = false) override;
  bool ispion() override { return m_prob[2] > 0 && m_prob[2] > m_prob[3]; }
  bool iskaon() override { return m_prob[3] > 0 && m_prob[3] > m_prob[2]; }
  double probElectron() override { return m_prob[0]; }
  double probMuon() override { return m_prob[1]; }
  double probPion() override { return m_prob[2]; }
  double probKaon() override { return m_prob[3]; }
  double probProton() override { return m_prob[4]; }
  double getdEdxChi(int i) override { return m_dedx[i]; }
  double getTOFChi(int i) override { return m_tof[i]; }
  double getChi2(int i) override { return m_dedx[i] * m_dedx[i] + m_tof[i] * m_tof[i]; }
  double getEmcLikelihood(int) override { return unknown; }
  double getTofDt(int m, int n) override { return m_times.difference[m][n]; }
  double getTofPh(int n) override { return m_times.pulse[n]; }
  double getTofZR(int n) override { return m_times.position[n]; }
  int getTofCounter(int n) override { return m_times.counter[n]; }
  int getTofBarrel() override { return m_times.barrel; }
  double getEmcE() override { return m_shower.energy; }
  double getEmcE13() override { return m_shower.seedOver3x3; }
  double getEmcE35() override { return m_shower.e3x3Over5x5; }
  double getEmcLatMoment() override { return m_shower.lateral; }
  double getEmcSecMoment() override { return m_shower.second; }
  double getElectronLikelihood() override { return m_electron; }

private:
  static constexpr double unknown = -99;
  // Records by place: 0..3 single readouts, 4 and 5 barrel layers, 6 both layers, 7 end-cap.
  struct Times {
    double difference[8][5], pulse[8], position[2];
    int counter[2], barrel;  // barrel: 1 barrel, 0 end-cap, -1 none
  };
  struct Shower {
    double energy, seedOver3x3, e3x3Over5x5, lateral, second;
  };
  void readTimes(EvtRecTrack& track);
  void readTime(RecTofTrack& record, RecExtTrack& extrapolation);
  void readShower(EvtRecTrack& track);
  void computeChi(EvtRecTrack& track);
  void computeProbabilities();

  Settings& m_settings;
  ParticleID m_pid;
  double m_dedx[5], m_tof[5], m_prob[5], m_electron;
  Times m_times;
  Shower m_shower;
};

}

#endif
