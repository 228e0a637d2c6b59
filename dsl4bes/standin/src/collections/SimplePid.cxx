// Identification of the D-tag programs.
#include "collections/SimplePid.h"

#include "DstEvent/TofHitStatus.h"
#include "TMath.h"
#include "runtime/Log.h"

#include <algorithm>
#include <cmath>

ISimplePIDSvc::~ISimplePIDSvc() {}

namespace standin {

constexpr double SimplePid::unknown;

SimplePid::SimplePid(Settings& settings) : m_settings(settings), m_electron(unknown), m_times(), m_shower() {
  std::fill_n(m_dedx, 5, unknown);
  std::fill_n(m_tof, 5, unknown);
  std::fill_n(m_prob, 5, unknown);
}

void SimplePid::preparePID(EvtRecTrack* track) {
  prepare(track);
  if (track->isMdcKalTrackValid()) RecMdcKalTrack::setPidType(RecMdcKalTrack::proton);
}

void SimplePid::prepare(EvtRecTrack* track) {
  sayOnce("SimplePIDSvc", "times of flight and electrons without the calibration tables of the real service");
  readTimes(*track);
  computeChi(*track);
  readShower(*track);
  computeProbabilities();
}

void SimplePid::computeChi(EvtRecTrack& track) {
  const bool measured = track.isMdcDedxValid();
  for (int n = 0; n < 5; ++n) m_dedx[n] = measured ? track.mdcDedx()->chi(n) : unknown;
  std::fill_n(m_tof, 5, unknown);
  if (!track.isExtTrackValid() || !track.isTofTrackValid()) return;
  m_pid.init();
  m_pid.setMethod(m_pid.methodProbability());
  m_pid.setRecTrack(&track);
  m_pid.usePidSys(m_pid.useTof1() | m_pid.useTof2() | m_pid.useTofE());
  m_pid.identify(31);  // e, mu, pi, K, p
  m_pid.calculate();
  for (int n = 0; n < 5; ++n) {
    if (m_times.barrel == 1 && m_pid.IsTofInfoValid()) m_tof[n] = m_pid.chiTof(n);
    if (m_times.barrel == 0 && m_pid.IsTofEInfoValid()) m_tof[n] = m_pid.chiTofE(n);
  }
}

// A system counts if one of the five hypotheses is near; the probability is that of the summed chi^2.
void SimplePid::computeProbabilities() {
  bool useDedx = false, useTof = false;
  for (int n = 0; n < 5; ++n) {
    useDedx = useDedx || std::fabs(m_dedx[n]) < m_settings.dedxChi;
    useTof = useTof || std::fabs(m_tof[n]) < m_settings.tofChi;
  }
  if (!useDedx) std::fill_n(m_dedx, 5, unknown);
  if (!useTof) std::fill_n(m_tof, 5, unknown);
  const int systems = useDedx + useTof;
  for (int n = 0; n < 5; ++n) {
    const double chisq = (useDedx ? m_dedx[n] * m_dedx[n] : 0) + (useTof ? m_tof[n] * m_tof[n] : 0);
    m_prob[n] = systems > 0 && chisq > 0 ? TMath::Prob(chisq, systems) : unknown;
  }
  const double e = std::max(m_prob[0], 0.), pi = std::max(m_prob[2], 0.), k = std::max(m_prob[3], 0.);
  m_electron = m_shower.energy > 0 && e > 0 ? e / (e + pi + k) : unknown;
}

// With a shower: share of the electron among e, pi, K, all shower likelihoods taken as equal (the tables are missing).
bool SimplePid::iselectron(bool emc) {
  if (emc && m_electron >= 0) return m_electron > m_settings.electronRatio;
  return m_prob[0] > 0 && m_prob[0] > m_prob[2] && m_prob[0] > m_prob[3];
}

void SimplePid::readTimes(EvtRecTrack& track) {
  for (auto& place : m_times.difference) std::fill_n(place, 5, unknown);
  std::fill_n(m_times.pulse, 8, unknown);
  std::fill_n(m_times.position, 2, -9999.);
  std::fill_n(m_times.counter, 2, -1);
  m_times.barrel = -1;
  if (!track.isExtTrackValid() || !track.isTofTrackValid()) return;
  RecExtTrack& extrapolation = *track.extTrack();
  SmartRefVector<RecTofTrack> records = track.tofTrack();
  for (auto& record : records)
    if (!TofHitStatus::is_raw(record->status())) readTime(*record, extrapolation);
}

void SimplePid::readTime(RecTofTrack& record, RecExtTrack& extrapolation) {
  const unsigned int status = record.status(), layer = TofHitStatus::layer(status);
  const bool barrel = TofHitStatus::is_barrel(status);
  m_times.barrel = barrel;
  m_times.position[0] = barrel ? extrapolation.tof1Position().z() : extrapolation.tof1Position().rho();
  m_times.position[1] = extrapolation.tof2Position().z();
  if (layer == 1 || layer == 2) m_times.counter[layer - 1] = record.tofID();
  int place = -1;
  if (TofHitStatus::is_readout(status))
    place = barrel ? 2 * (static_cast<int>(layer) - 1) + (TofHitStatus::is_east(status) ? 0 : 1) : 7;
  else if (TofHitStatus::is_counter(status))
    place = static_cast<int>(layer) + 3;
  else if (TofHitStatus::is_cluster(status))
    place = 6;
  if (place < 0 || place > 7) return;
  m_times.pulse[place] = record.ph();
  for (int n = 0; n < 5; ++n)
    if (!(record.texp(n) < 0)) m_times.difference[place][n] = record.tof() - record.toffset(n) - record.texp(n);
}

void SimplePid::readShower(EvtRecTrack& track) {
  m_shower = Shower{unknown, unknown, unknown, unknown, unknown};
  if (!track.isEmcShowerValid()) return;
  const RecEmcShower& shower = *track.emcShower();
  m_shower.energy = shower.energy();
  m_shower.lateral = shower.latMoment();
  m_shower.second = shower.secondMoment() / 1000;
  if (shower.e3x3() != 0) m_shower.seedOver3x3 = shower.eSeed() / shower.e3x3();
  if (shower.e5x5() != 0) m_shower.e3x3Over5x5 = shower.e3x3() / shower.e5x5();
}

}
