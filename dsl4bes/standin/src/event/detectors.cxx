// Time of flight, energy loss, muon counter and extrapolation: storage only.
#include "DstEvent/TofHitStatus.h"
#include "EvtRecEvent/EvtRecTrack.h"

#include <stdexcept>

namespace {
const double unset = 9999.0;
}

DstTofTrack::DstTofTrack()
    : m_tofTrackID(-1), m_trackID(-1), m_tofID(-1), m_status(0), m_path(unset), m_zrhit(unset), m_ph(unset),
      m_tof(unset), m_beta(unset), m_texp(), m_quality(10), m_t0(unset), m_errt0(unset), m_errz(unset), m_phi(unset),
      m_errphi(unset), m_energy(unset), m_errenergy(unset) {
  for (int i = 0; i < 6; ++i) m_toffset[i] = m_sigma[i] = unset;
}
DstTofTrack::~DstTofTrack() {}

// An MRPC stores module and strip in one number, twelve strips a module.
int DstTofTrack::tofID() { return m_tofID >= 0 && TofHitStatus::is_mrpc(m_status) ? m_tofID / 12 : m_tofID; }
int DstTofTrack::strip() { return m_tofID >= 0 && TofHitStatus::is_mrpc(m_status) ? m_tofID % 12 : -1; }

RecTofTrack::RecTofTrack() {}
RecTofTrack::RecTofTrack(const DstTofTrack& track) : DstTofTrack(track) {}
RecTofTrack& RecTofTrack::operator=(const DstTofTrack& track) {
  DstTofTrack::operator=(track);
  return *this;
}
RecTofTrack::~RecTofTrack() {}

TofHitStatus::TofHitStatus() : m_status(0), m_decoded(0) {}
TofHitStatus::~TofHitStatus() {}
void TofHitStatus::init() { m_status = m_decoded = 0; }
TofHitStatus& TofHitStatus::operator=(const DstTofTrack& source) {
  setStatus(source.status());
  return *this;
}
TofHitStatus& TofHitStatus::operator=(const TofHitStatus& source) {
  m_status = source.m_status;
  return *this;
}

DstMdcDedx::DstMdcDedx()
    : m_trackId(-1), m_particleId(-1), m_status(0), m_truncAlg(0), m_numGoodHits(0), m_numTotalHits(0), m_chi(),
      m_probPH(0), m_normPH(0), m_errorPH(0), m_twentyPH(0) {}
DstMdcDedx::~DstMdcDedx() {}

// The real class ends the process on another number; here the job stops with a message.
pid_dedx DstMdcDedx::particleType() const {
  if (m_particleId < 0 || m_particleId > 4)
    throw std::out_of_range("RecMdcDedx::particleType(): the stored particle number is not 0..4");
  return static_cast<pid_dedx>(m_particleId);
}

RecMdcDedx::RecMdcDedx() : m_expect(), m_sigma(), m_prob() {}
RecMdcDedx::RecMdcDedx(const DstMdcDedx& dedx) : DstMdcDedx(dedx), m_expect(), m_sigma(), m_prob() {}
RecMdcDedx& RecMdcDedx::operator=(const DstMdcDedx& dedx) {
  DstMdcDedx::operator=(dedx);
  return *this;
}
RecMdcDedx::~RecMdcDedx() {}

DstMucTrack::DstMucTrack()
    : m_trackId(-1), m_id(-1), m_status(-1), m_type(-1), m_startPart(-1), m_endPart(-1), m_brLastLayer(-1),
      m_ecLastLayer(-1), m_numHits(0), m_numLayers(0), m_maxHitsInLayer(0), m_dof(0), m_kaldof(0),
      m_kalbrLastLayer(-1), m_kalecLastLayer(-1), m_depth(0), m_chi2(0), m_rms(0), m_position(), m_positionSigma(),
      m_momentum(), m_distance(0), m_deltaPhi(0), m_kalRechi2(0), m_kaldepth(0) {}
DstMucTrack::~DstMucTrack() {}

RecMucTrack::RecMucTrack() {}
RecMucTrack::RecMucTrack(const DstMucTrack& track) : DstMucTrack(track) {}
RecMucTrack& RecMucTrack::operator=(const DstMucTrack& track) {
  DstMucTrack::operator=(track);
  return *this;
}
RecMucTrack::~RecMucTrack() {}

DstExtTrack::Crossing::Crossing()
    : position(-99, -99, -99), momentum(-99, -99, -99), volume(-1), time(0), path(0), error(6, 0) {}

DstExtTrack::DstExtTrack()
    : myParticleType(2), m_trackId(-1), m_mucKalchi2(-99), m_mucKaldepth(-99), m_mucKaldof(-99),
      m_mucKalbrLastLayer(-99), m_mucKalecLastLayer(-99), m_mucKalnumHits(-99) {}
DstExtTrack::~DstExtTrack() {}

void DstExtTrack::SetTof1Data(Hep3Vector position, Hep3Vector momentum, string, int volume, double tof, double path,
                              HepSymMatrix error, double, double, double, double) {
  Crossing& crossing = m_type[myParticleType].tof1;
  crossing.position = position;
  crossing.momentum = momentum;
  crossing.volume = volume;
  crossing.time = tof;
  crossing.path = path;
  crossing.error = error;
}

void DstExtTrack::SetTof2Data(Hep3Vector position, Hep3Vector momentum, string, int volume, double tof, double path,
                              HepSymMatrix error, double, double, double, double) {
  Crossing& crossing = m_type[myParticleType].tof2;
  crossing.position = position;
  crossing.momentum = momentum;
  crossing.volume = volume;
  crossing.time = tof;
  crossing.path = path;
  crossing.error = error;
}

void DstExtTrack::SetEmcData(Hep3Vector position, Hep3Vector momentum, string, int volume, double, double,
                             HepSymMatrix error) {
  Crossing& crossing = m_type[myParticleType].emc;
  crossing.position = position;
  crossing.momentum = momentum;
  crossing.volume = volume;
  crossing.error = error;
}

void DstExtTrack::SetMucData(Hep3Vector position, Hep3Vector momentum, string, int volume, HepSymMatrix error, double,
                             double, double, double) {
  Crossing& crossing = m_type[myParticleType].muc;
  crossing.position = position;
  crossing.momentum = momentum;
  crossing.volume = volume;
  crossing.error = error;
}

void DstExtTrack::SetMucKalData(double chi2, int dof, double depth, int barrelLayer, int endcapLayer, int hits) {
  m_mucKalchi2 = chi2;
  m_mucKaldof = dof;
  m_mucKaldepth = depth;
  m_mucKalbrLastLayer = barrelLayer;
  m_mucKalecLastLayer = endcapLayer;
  m_mucKalnumHits = hits;
}

RecExtTrack::RecExtTrack() {}
RecExtTrack::RecExtTrack(const DstExtTrack& track) : DstExtTrack(track) {}
RecExtTrack& RecExtTrack::operator=(const DstExtTrack& track) {
  DstExtTrack::operator=(track);
  return *this;
}
RecExtTrack::~RecExtTrack() {}
