// TOF identification of one track: the hits as records of a reconstructed track, handed to ParticleID.
#include <cmath>
#include <cstdio>

#include "EvtRecEvent/EvtRecTrack.h"
#include "ParticleID/ParticleID.h"
#include "reference_pid.h"

namespace {

void five(const char* name, double (*value)(ParticleID*, int), ParticleID* pid) {
  std::printf(",\"%s\":[", name);
  for (int n = 0; n < 5; ++n) std::printf("%s%.12g", n ? "," : "", value(pid, n));
  std::printf("]");
}
double prob(ParticleID* pid, int n) { return pid->prob(n); }
double pdf(ParticleID* pid, int n) { return pid->pdf(n); }
double chiTof1(ParticleID* pid, int n) { return pid->chiTof1(n); }
double chiTof2(ParticleID* pid, int n) { return pid->chiTof2(n); }

// The three most used hypotheses from the barrel TOF alone.
void identify(const char* name, EvtRecTrack* track, bool likelihood) {
  ParticleID* pid = ParticleID::instance();
  pid->init();
  pid->setMethod(likelihood ? pid->methodLikelihood() : pid->methodProbability());
  pid->setChiMinCut(4);
  pid->setRecTrack(track);
  pid->usePidSys(pid->useTof1() | pid->useTof2());
  pid->identify(pid->onlyPion() | pid->onlyKaon() | pid->onlyProton());
  pid->calculate();
  std::printf(",\"%s\":{\"valid\":%s", name, pid->IsPidInfoValid() ? "true" : "false");
  five("value", likelihood ? pdf : prob, pid);
  five("chi_tof1", chiTof1, pid);
  five("chi_tof2", chiTof2, pid);
  std::printf("}");
}

void fill(RecTofTrack& record, const TofHit& hit) {
  double texp[5], toffset[6], sigma[6];
  for (int k = 0; k < 5; ++k) texp[k] = hit.texp[k];
  for (int k = 0; k < 6; ++k) {
    toffset[k] = hit.toffset[k];
    sigma[k] = hit.sigma[k];
  }
  record.setStatus(hit.status);
  record.setQuality(hit.quality);
  record.setPath(hit.path);
  record.setTof(hit.tof);
  record.setTexp(texp);
  record.setToffset(toffset);
  record.setSigma(sigma);
}

}  // namespace

void writePid(const std::vector<TofHit>& hits, const CLHEP::HepVector& helix) {
  const double pt = 1. / std::fabs(helix[2]);
  RecMdcTrack mdc;
  mdc.setHelix(helix);
  mdc.setPxy(pt);
  mdc.setP(pt * std::sqrt(1. + helix[4] * helix[4]));
  mdc.setCharge(helix[2] > 0 ? 1 : -1);
  std::vector<RecTofTrack> records(hits.size());
  EvtRecTrack track;
  track.setMdcTrack(&mdc);
  for (unsigned int i = 0; i < hits.size(); ++i) {
    fill(records[i], hits[i]);
    track.addTofTrack(SmartRef<RecTofTrack>(&records[i]));
  }
  identify("pid_tof_probability", &track, false);
  identify("pid_tof_likelihood", &track, true);
}
