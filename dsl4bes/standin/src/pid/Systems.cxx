// The detector systems behind ParticleID: chi of e, mu, pi, K, p from the stored dE/dx and time-of-flight records.
//
// Sources of the numbers: the behaviour of BOSS 7.0.4 (ParticleID package): widths of the TOF records (the electron
// width, 1.2 times that for pi, K, p), correlation of the two barrel layers 0.041 ns, widths of the MRPC strips.
#include "DstEvent/TofHitStatus.h"
#include "ParticleID/ParticleID.h"
#include "runtime/Log.h"

#include <cmath>

namespace {

const double commonSigma = 0.041;   // ns: start-time jitter shared by the two barrel layers
const double defaultBarrel = 0.110; // ns: barrel record without a stored width
const double defaultEndcap = 0.12;  // ns: scintillator end-cap record without a stored width
const double heavyFactor = 1.2;     // pi, K, p against e, mu
const double defaultMrpc = 0.065;   // ns: MRPC hit without a strip number

// Width of an MRPC strip = constant + slope / p, p not below 0.05 GeV.
struct StripWidth {
  double constant, slope;
};
const StripWidth stripWidth[12] = {
    {0.16, 0.0},           {0.051094, 0.019467}, {0.056019, 0.012964}, {0.043901, 0.015933},
    {0.049750, 0.010473},  {0.048345, 0.008545}, {0.046518, 0.009038}, {0.048803, 0.007251},
    {0.047523, 0.008434},  {0.042187, 0.010307}, {0.050337, 0.005951}, {0.054740, 0.005629}};

double scintillatorSigma(double stored, double fallback, int hypothesis) {
  if (stored == 0) return fallback;
  return hypothesis < 2 ? stored : heavyFactor * stored;
}

double mrpcSigma(int strip, double momentum) {
  if (strip < 0 || strip > 11) return defaultMrpc;
  const StripWidth& width = stripWidth[strip];
  return width.constant + width.slope / (momentum < 0.05 ? 0.05 : momentum);
}

}

standin::PidSystem::PidSystem() : valid(false) { reset(); }

void standin::PidSystem::reset() {
  valid = false;
  for (int n = 0; n < 5; ++n) {
    chi[n] = offset[n] = 99;
    prob[n] = -1;
    sigma[n] = 1;
  }
}

// A system counts if its best hypothesis is near enough; then each hypothesis gets a probability.
void ParticleID::judge(standin::PidSystem& result, bool withCuts) {
  if (withCuts) {
    double smallest = 99, density = 0;
    for (int n = 0; n < 5; ++n) {
      const double distance = std::fabs(result.chi[n]);
      if (distance < smallest) smallest = distance;
      const double value = pdfCalculate(result.chi[n], 1);
      if (value > density) density = value;
    }
    if (density < pdfCalculate(pdfMinSigmaCut(), 1) || smallest > chiMinCut()) return;
  }
  for (int n = 0; n < 5; ++n) result.prob[n] = probCalculate(result.chi[n] * result.chi[n], 1);
  result.valid = true;
}

void ParticleID::calculateDedx() {
  m_dedx.reset();
  if (!m_track->isMdcTrackValid() || m_track->mdcTrack()->p() > 5) return;
  if (!m_track->isMdcDedxValid()) return;
  RecMdcDedx* dedx = m_track->mdcDedx();
  if (dedx->normPH() > 30 || dedx->normPH() < 0) return;
  if (dedx->numGoodHits() < m_hitCut) return;
  for (int n = 0; n < 5; ++n) {
    m_dedx.chi[n] = dedx->chi(n);
    m_dedx.offset[n] = 0;
    m_dedx.sigma[n] = 1;
  }
  judge(m_dedx, true);
}

// One barrel layer: exactly one single-counter record of that layer.
void ParticleID::calculateTofLayer(unsigned int layer, standin::PidSystem& result) {
  result.reset();
  if (!m_track->isMdcTrackValid() || !m_track->isTofTrackValid()) return;
  const double momentum = m_track->mdcTrack()->p();
  SmartRefVector<RecTofTrack> records = m_track->tofTrack();
  RecTofTrack* hit = 0;
  int found = 0;
  for (SmartRefVector<RecTofTrack>::iterator it = records.begin(); it != records.end(); ++it) {
    const unsigned int status = (*it)->status();
    if (!TofHitStatus::is_barrel(status) || !TofHitStatus::is_counter(status)) continue;
    if (TofHitStatus::layer(status) != layer) continue;
    hit = *it;
    ++found;
  }
  if (found != 1) return;
  const double tof = hit->tof();
  if (!(tof > 0)) return;
  const double beta = hit->path() * 10 / velc() / tof;  // path in cm, velocity in mm/ns
  const double massSquared = momentum * momentum * (1 / (beta * beta) - 1);
  if (massSquared > 20 || massSquared < -1) return;
  for (int n = 0; n < 5; ++n) {
    result.offset[n] = tof - hit->texp(n) - hit->toffset(n);
    result.sigma[n] = scintillatorSigma(hit->sigma(0), defaultBarrel, n);
    result.chi[n] = result.offset[n] / result.sigma[n];
  }
  judge(result, true);
}

// Both barrel layers: weighted mean of the offsets with the correlation of the two times.
void ParticleID::calculateTof() {
  m_tof.reset();
  calculateTofLayer(1, m_tof1);
  calculateTofLayer(2, m_tof2);
  if (!m_tof1.valid && !m_tof2.valid) return;
  const double common = commonSigma * commonSigma;
  for (int n = 0; n < 5; ++n) {
    if (m_tof1.valid && m_tof2.valid) {
      const double first = m_tof1.sigma[n] * m_tof1.sigma[n], second = m_tof2.sigma[n] * m_tof2.sigma[n];
      const double sum = first + second - 2 * common;
      const double weight = (second - common) / sum;
      m_tof.offset[n] = weight * m_tof1.offset[n] + (1 - weight) * m_tof2.offset[n];
      m_tof.sigma[n] = std::sqrt((first * second - common * common) / sum);
      m_tof.chi[n] = m_tof.offset[n] / m_tof.sigma[n];
    } else {
      const standin::PidSystem& only = m_tof1.valid ? m_tof1 : m_tof2;
      m_tof.offset[n] = only.offset[n];
      m_tof.sigma[n] = only.sigma[n];
      m_tof.chi[n] = only.chi[n];
    }
  }
  judge(m_tof, true);
}

// End-cap: one record, or the three of an MRPC (two ends and their combination, which is used). The real class does not
// ask whether a single record is of the end-cap, nor applies a chi cut here; neither is done here.
void ParticleID::calculateTofEndcap() {
  m_tofE.reset();
  if (!m_track->isMdcTrackValid() || !m_track->isTofTrackValid()) return;
  SmartRefVector<RecTofTrack> records = m_track->tofTrack();
  RecTofTrack* hit = 0;
  bool mrpc = false;
  if (records.size() == 1) {
    const unsigned int status = records[0]->status();
    if (TofHitStatus::is_raw(status)) return;
    mrpc = TofHitStatus::is_mrpc(status);
    if (TofHitStatus::is_readout(status) && TofHitStatus::is_counter(status) && TofHitStatus::is_cluster(status))
      hit = records[0];
  } else if (records.size() == 3) {
    for (SmartRefVector<RecTofTrack>::iterator it = records.begin(); it != records.end(); ++it) {
      const unsigned int status = (*it)->status();
      if (TofHitStatus::is_raw(status)) continue;
      mrpc = TofHitStatus::is_mrpc(status);
      if (!mrpc) return;
      if (!TofHitStatus::is_readout(status) && TofHitStatus::is_counter(status) && TofHitStatus::is_cluster(status))
        hit = *it;
    }
  }
  if (!hit || !(hit->tof() > 0)) return;
  const double momentum = m_track->mdcTrack()->p();
  for (int n = 0; n < 5; ++n) {
    m_tofE.offset[n] = hit->tof() - hit->texp(n) - hit->toffset(n);
    m_tofE.sigma[n] = mrpc ? mrpcSigma(hit->strip(), momentum)
                           : scintillatorSigma(hit->sigma(0) > 0 ? hit->sigma(0) : 0, defaultEndcap, n);
    m_tofE.chi[n] = m_tofE.offset[n] / m_tofE.sigma[n];
  }
  judge(m_tofE, false);
}

// The pulse-height system of the real class is an empty frame: valid with chi 99 for every track with a TOF record.
void ParticleID::calculateTofCharge() {
  m_tofQ.reset();
  m_tofQ.valid = m_track->isMdcTrackValid() && m_track->isTofTrackValid();
}

// Systems that need tables we do not have: their side effects on the Kalman particle type, and one warning each.
void ParticleID::touchUncalibrated() {
  if (used(useTofC()))
    standin::sayOnce("ParticleID", "useTofC(): its calibration tables are not available locally; the system is never valid");
  if (used(useTofCorr())) {
    standin::sayOnce("ParticleID",
                     "useTofCorr(): its calibration tables are not available locally; the system is never valid, "
                     "useTof1()|useTof2()|useTofE() give the uncorrected times");
    if (m_track->isMdcTrackValid() && m_track->isMdcKalTrackValid() && m_track->isExtTrackValid() &&
        m_track->isTofTrackValid())
      RecMdcKalTrack::setPidType(RecMdcKalTrack::proton);
  }
  if (used(useEmc())) {
    standin::sayOnce("ParticleID", "useEmc(): its trained weights are not available locally; the system is never valid");
    if (m_track->isMdcTrackValid() && m_track->isMdcKalTrackValid())
      RecMdcKalTrack::setPidType(RecMdcKalTrack::electron);
  }
  if (used(useMuc()))
    standin::sayOnce("ParticleID", "useMuc(): its trained weights are not available locally; the system is never valid");
}
