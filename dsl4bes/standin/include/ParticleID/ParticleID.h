// Particle identification by probability or likelihood from dE/dx and time of flight.
//
// In: a track (setRecTrack), the systems (usePidSys), the hypotheses (identify) and the method. Out: probabilities or
// likelihoods of e, mu, pi, K, p. Order per track: init, setMethod, setChiMinCut, setRecTrack, usePidSys, identify,
// calculate, IsPidInfoValid, read. The quirks of the real class are kept: init() leaves prob(4) of the previous track,
// all() has no muon, useTofCorr() leaves the Kalman track type at proton and useEmc() at electron.
// EMC, MUC, TofC and TofCorr need calibration tables or trained weights that are not public: they are never valid here
// (chi 99), and the log says so once. probMuc() has no definition in the real library and is not offered.
#ifndef STANDIN_PARTICLEID_PARTICLEID_H
#define STANDIN_PARTICLEID_PARTICLEID_H

#include "ParticleID/ParticleIDBase.h"

namespace standin {

class SimplePid;
void forgetIdentification();  // ParticleID as in a new process

// Result of one detector system: chi, offset and width of the five hypotheses.
struct PidSystem {
  PidSystem();
  void reset();
  bool valid;
  double chi[5], prob[5], offset[5], sigma[5];
};

}

class ParticleID : public ParticleIDBase {
public:
  static ParticleID* instance();
  ~ParticleID();

  void init();
  int getNhitCut() const { return m_hitCut; }
  void setNhitCut(const int hits = 5) { m_hitCut = hits; }
  void setMethod(const int method) { m_method |= method; }
  void usePidSys(const int systems) { m_systems |= systems; }
  void identify(const int hypotheses) { m_hypotheses |= hypotheses; }
  void calculate();

  bool IsPidInfoValid() const;
  double prob(int n) const { return m_prob[n]; }
  double probElectron() const { return m_prob[0]; }
  double probMuon() const { return m_prob[1]; }
  double probPion() const { return m_prob[2]; }
  double probKaon() const { return m_prob[3]; }
  double probProton() const { return m_prob[4]; }
  double pdf(int n) const { return m_pdf[n]; }
  double pdfElectron() const { return m_pdf[0]; }
  double pdfMuon() const { return m_pdf[1]; }
  double pdfPion() const { return m_pdf[2]; }
  double pdfKaon() const { return m_pdf[3]; }
  double pdfProton() const { return m_pdf[4]; }
  double lhf(int n) const { return m_fraction[n]; }
  double chi(int n) const { return m_chisq[n]; }  // summed chi^2, despite the name
  int ndof() const { return m_ndof; }
  int discard() const { return m_discard; }
  int neuronStat() const { return IsPidInfoValid(); }
  double neuronVal() const;

  bool IsDedxInfoValid() const { return m_dedx.valid; }
  bool IsTofInfoValid() const { return m_tof.valid; }
  bool IsTofEInfoValid() const { return m_tofE.valid; }
  bool IsTofQInfoValid() const { return m_tofQ.valid; }
  bool IsTofCInfoValid() const { return false; }
  bool IsTofCorrInfoValid() const { return false; }
  bool IsEmcInfoValid() const { return false; }
  bool IsMucInfoValid() const { return false; }

  double chiDedx(int n) const { return m_dedx.valid ? m_dedx.chi[n] : 99; }
  double chiTof(int n) const { return m_tof.valid ? m_tof.chi[n] : 99; }
  double chiTof1(int n) const { return m_tof.valid && m_tof1.valid ? m_tof1.chi[n] : 99; }
  double chiTof2(int n) const { return m_tof.valid && m_tof2.valid ? m_tof2.chi[n] : 99; }
  double chiTofE(int n) const { return m_tofE.valid ? m_tofE.chi[n] : 99; }
  double chiTofQ(int n) const { return m_tofQ.valid ? m_tofQ.chi[n] : 99; }
  double chiTofC(int) const { return 99; }
  double chiTofCorr(int) const { return 99; }
  double chiEmc(int) const { return 99; }
  double chiMuc(int) const { return 99; }

  double probDedx(int n) const { return m_dedx.valid ? m_dedx.prob[n] : -1; }
  double probTof(int n) const { return m_tof.valid ? m_tof.prob[n] : -1; }
  double probTofE(int n) const { return m_tofE.valid ? m_tofE.prob[n] : -1; }
  double probTofQ(int n) const { return m_tofQ.valid ? m_tofQ.prob[n] : -1; }
  double probTofC(int) const { return -1; }
  double probTofCorr(int) const { return -1; }
  double probEmc(int) const { return -1; }

  double pdfDedx(int n) { return pdfCalculate(chiDedx(n), 1); }
  double pdfTof(int n) { return pdfOf(m_tof, n); }
  double pdfTofE(int n) { return pdfOf(m_tofE, n); }
  double pdfTofQ(int) { return 0; }
  double pdfTofC(int) { return pdfCalculate(99, 1); }
  double pdfTofCorr(int) { return pdfCalculate(99, 1); }
  double pdfEmc(int) { return -1; }
  double pdfMuc(int) { return -1; }

private:
  friend class standin::SimplePid;  // has one of its own
  friend void standin::forgetIdentification();
  ParticleID();
  bool used(int mask) const { return (m_systems & mask) == mask; }
  bool identified(int n) const { return ((m_hypotheses >> n) & 1) != 0; }
  bool tofUsed() const { return used(useTof()) || used(useTof1()) || used(useTof2()); }
  double pdfOf(const standin::PidSystem& system, int n) {
    return system.valid ? pdfCalculate(system.offset[n], system.sigma[n]) : pdfCalculate(99, 1);
  }
  void calculateDedx();
  void calculateTofLayer(unsigned int layer, standin::PidSystem& result);
  void calculateTof();
  void calculateTofEndcap();
  void calculateTofCharge();
  void touchUncalibrated();
  void judge(standin::PidSystem& result, bool withCuts);
  bool combineProbability();
  bool combineLikelihood();
  bool addChi(const standin::PidSystem& system, double chisq[5]);
  bool multiplyPdf(const standin::PidSystem& system, double (ParticleID::*density)(int), double product[5]);

  static ParticleID* m_instance;
  standin::PidSystem m_dedx, m_tof, m_tof1, m_tof2, m_tofE, m_tofQ;
  double m_chisq[5], m_prob[5], m_pdf[5], m_fraction[5], m_total;
  int m_hitCut, m_ndof, m_systems, m_hypotheses, m_method, m_discard;
};

#endif
