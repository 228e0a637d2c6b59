// What all particle-identification classes share: the masks, the masses, the track and the cuts.
#ifndef STANDIN_PARTICLEID_PARTICLEIDBASE_H
#define STANDIN_PARTICLEID_PARTICLEIDBASE_H

#include "EvtRecEvent/EvtRecTrack.h"
#include <string>

class ParticleIDBase {
public:
  virtual ~ParticleIDBase();

  int useDedx() const { return 1; }
  int useTof1() const { return 2; }
  int useTof2() const { return 4; }
  int useTofE() const { return 8; }
  int useTofQ() const { return 16; }
  int useEmc() const { return 32; }
  int useMuc() const { return 64; }
  int useTof() const { return 128; }
  int useTofC() const { return 256; }
  int useTofCorr() const { return 512; }

  int onlyElectron() const { return 1; }
  int onlyMuon() const { return 2; }
  int onlyPion() const { return 4; }
  int onlyKaon() const { return 8; }
  int onlyProton() const { return 16; }
  int onlyPionKaon() const { return 12; }
  int onlyPionKaonProton() const { return 28; }
  int onlyPionKaonElectron() const { return 13; }
  int all() const { return 29; }  // without the muon, as in the real class

  int methodProbability() const { return 1; }
  int methodLikelihood() const { return 2; }
  int methodNeuronNetwork() const { return 4; }

  double chiMinCut() const { return m_chiMinCut; }
  void setChiMinCut(const double chi = 4) { m_chiMinCut = chi; }
  double chiMaxCut() const { return m_chiMaxCut; }
  void setChiMaxCut(const double chi = 6) { m_chiMaxCut = chi; }
  double pdfMinSigmaCut() const { return m_pdfMinSigmaCut; }
  void setPdfMinSigmaCut(const double pdf = 4) { m_pdfMinSigmaCut = pdf; }

  EvtRecTrack* PidTrk() const { return m_track; }
  void setRecTrack(EvtRecTrack* track) { m_track = track; }
  double getRunNo() const { return m_run; }
  void setRunNo(const double run = 8093) { m_run = run; }

  double p();
  double pt();
  double charge();
  double xmass(int n);  // GeV: 0.000511, 0.105658, 0.139570, 0.493677, 0.938272
  double velc();        // mm/ns
  double probCalculate(double chi2, int n);
  double pdfCalculate(double offset, double sigma);

protected:
  ParticleIDBase();
  EvtRecTrack* m_track;
  double m_chiMinCut, m_chiMaxCut, m_pdfMinSigmaCut, m_run;

private:
  ParticleIDBase(const ParticleIDBase&);
  ParticleIDBase& operator=(const ParticleIDBase&);
};

#endif
