// ParticleID: combination of the systems by probability (sum of chi^2) or likelihood (product of densities).
#include "ParticleID/ParticleID.h"
#include "TMath.h"

#include <cmath>
#include <stdexcept>

namespace {
const double mass[5] = {0.000511, 0.105658, 0.139570, 0.493677, 0.938272};  // GeV, those of the real class
const double noTrack = 999;
}

ParticleIDBase::ParticleIDBase() : m_track(0), m_chiMinCut(4), m_chiMaxCut(6), m_pdfMinSigmaCut(99), m_run(8093) {}
ParticleIDBase::~ParticleIDBase() {}

double ParticleIDBase::xmass(int n) { return n < 0 || n > 4 ? 0 : mass[n]; }
double ParticleIDBase::velc() { return 299.792458; }
double ParticleIDBase::probCalculate(double chi2, int n) { return chi2 < 0 ? -1 : TMath::Prob(chi2, n); }

double ParticleIDBase::pdfCalculate(double offset, double sigma) {
  const double z = offset / sigma;
  return std::exp(-0.5 * z * z) / (sigma * std::sqrt(TMath::TwoPi()));
}

double ParticleIDBase::p() { return m_track && m_track->isMdcTrackValid() ? m_track->mdcTrack()->p() : noTrack; }
double ParticleIDBase::pt() { return m_track && m_track->isMdcTrackValid() ? m_track->mdcTrack()->pxy() : noTrack; }
double ParticleIDBase::charge() {
  return m_track && m_track->isMdcTrackValid() ? m_track->mdcTrack()->charge() : noTrack;
}

ParticleID* ParticleID::m_instance = 0;

ParticleID* ParticleID::instance() {
  if (!m_instance) m_instance = new ParticleID();
  return m_instance;
}

ParticleID::ParticleID()
    : m_chisq(), m_prob(), m_pdf(), m_fraction(), m_total(0), m_hitCut(5), m_ndof(0), m_systems(0), m_hypotheses(0),
      m_method(0), m_discard(1) {}

ParticleID::~ParticleID() {}

void standin::forgetIdentification() {
  delete ParticleID::m_instance;
  ParticleID::m_instance = 0;
}

// Index 4 (proton) of prob and chi keeps the previous track's value: the real class resets 0..3 only.
void ParticleID::init() {
  if (used(useDedx())) m_dedx.reset();
  if (tofUsed()) m_tof.reset();
  m_systems = m_hypotheses = m_method = 0;
  m_total = 0;
  m_discard = 1;
  m_ndof = 0;
  m_hitCut = 5;
  setChiMinCut(4);
  setChiMaxCut(6);
  for (int n = 0; n < 4; ++n) {
    m_chisq[n] = 9999;
    m_prob[n] = -1;
  }
}

void ParticleID::calculate() {
  if (!m_track) throw std::logic_error("ParticleID::calculate() without setRecTrack()");
  if (m_systems == 0)
    m_systems = useDedx() | useTof() | useTofE() | useEmc() | useMuc() | useTofQ() | useTofC() | useTofCorr();
  if (m_hypotheses == 0) m_hypotheses = all();
  if (used(useDedx())) calculateDedx();
  if (tofUsed() && !used(useTofC())) calculateTof();
  if (used(useTofQ())) calculateTofCharge();
  if (used(useTofE()) && !used(useTofCorr())) calculateTofEndcap();
  touchUncalibrated();
  if ((m_method & methodProbability()) && !combineProbability()) m_ndof = 0;
  if ((m_method & methodLikelihood()) && !combineLikelihood()) m_discard = 0;
  if ((m_method & methodNeuronNetwork()) && !combineLikelihood()) m_discard = 0;
}

bool ParticleID::IsPidInfoValid() const {
  if ((m_method & methodProbability()) && m_ndof > 0) return true;
  return (m_method & methodLikelihood()) && m_discard > 0;
}

// The value of the first hypothesis with a likelihood fraction above 2 %, in the coding of the real class.
double ParticleID::neuronVal() const {
  const double code[5] = {1.0, 8.5, 2.0, 4.0, 5.0};
  for (int n = 0; n < 5; ++n)
    if (m_fraction[n] > 0.02) return code[n];
  return 0;
}

// Adds a system's chi^2 of all five hypotheses if one of the identified ones is near enough.
bool ParticleID::addChi(const standin::PidSystem& system, double chisq[5]) {
  bool near = false;
  for (int n = 0; n < 5; ++n) near = near || (identified(n) && std::fabs(system.chi[n]) < chiMinCut());
  if (!near) return false;
  for (int n = 0; n < 5; ++n) chisq[n] += system.chi[n] * system.chi[n];
  ++m_ndof;
  return true;
}

bool ParticleID::combineProbability() {
  if (!m_dedx.valid && !m_tof.valid && !m_tofE.valid && !m_tofQ.valid) return false;
  double chisq[5] = {0, 0, 0, 0, 0};
  if (used(useDedx()) && m_dedx.valid) addChi(m_dedx, chisq);
  if (tofUsed() && !used(useTofC())) {
    if (m_tof.valid) addChi(m_tof, chisq);
    if (used(useTofE()) && m_tofE.valid) addChi(m_tofE, chisq);
  }
  if (used(useTofQ()) && m_tofQ.valid) addChi(m_tofQ, chisq);
  if (m_ndof <= 0) return false;
  for (int n = 0; n < 5; ++n) {
    m_chisq[n] = chisq[n];
    m_prob[n] = probCalculate(chisq[n], m_ndof);
  }
  return true;
}

bool ParticleID::multiplyPdf(const standin::PidSystem& system, double (ParticleID::*density)(int), double product[5]) {
  bool near = false;
  const double floor = pdfCalculate(pdfMinSigmaCut(), 1.5);
  for (int n = 0; n < 5; ++n) near = near || (identified(n) && pdfCalculate(system.chi[n], 1) > floor);
  if (!near) return false;
  for (int n = 0; n < 5; ++n) product[n] *= (this->*density)(n);
  ++m_ndof;
  return true;
}

// The end-cap times do not enter the likelihood, and a valid pulse-height system sets it to zero: so in the real class.
bool ParticleID::combineLikelihood() {
  if (!m_dedx.valid && !m_tof.valid && !m_tofE.valid && !m_tofQ.valid) return false;
  double product[5];
  for (int n = 0; n < 5; ++n) product[n] = identified(n) ? 1 : 0;
  if (used(useDedx()) && m_dedx.valid) multiplyPdf(m_dedx, &ParticleID::pdfDedx, product);
  if (tofUsed() && !used(useTofC()) && m_tof.valid) multiplyPdf(m_tof, &ParticleID::pdfTof, product);
  if (m_tofQ.valid)
    for (int n = 0; n < 5; ++n) product[n] *= pdfTofQ(n);
  if (m_ndof <= 0) return false;
  for (int n = 0; n < 5; ++n) {
    m_pdf[n] = product[n];
    m_total += product[n];
  }
  for (int n = 0; n < 5; ++n) m_fraction[n] = product[n] / m_total;
  return true;
}
