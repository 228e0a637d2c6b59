// Event objects from columns: the values of each object. Momenta and points are derived from the helix as the real
// framework does when it reads a DST: pT = 1/|kappa|, phi = phi0 + pi/2, closest approach at (drho, phi0, dz).
#include "runtime/Loader.h"

#include <cmath>

namespace standin {
namespace {

// Kinematics of a helix with pivot at the origin.
struct Kinematics {
  explicit Kinematics(const double* helix) {
    const double sine = std::sin(helix[1]), cosine = std::cos(helix[1]), kappa = helix[2];
    charge = kappa > 1e-10 ? 1 : kappa < -1e-10 ? -1 : 0;
    pxy = kappa != 0 ? 1 / std::fabs(kappa) : 0;
    px = -pxy * sine;
    py = pxy * cosine;
    pz = pxy * helix[4];
    p = std::sqrt(px * px + py * py + pz * pz);
    theta = std::acos(pz / p);
    phi = std::atan2(py, px);
    x = helix[0] * cosine;
    y = helix[0] * sine;
    z = helix[3];
    r = std::sqrt(x * x + y * y);
  }
  int charge;
  double pxy, px, py, pz, p, theta, phi, x, y, z, r;
};

void copyHelix(const double* from, HepVector& to) {
  for (int i = 0; i < 5; ++i) to[i] = from[i];
}

template <int N>
void copySymmetric(const double* from, HepSymMatrix& to) {
  for (int row = 0; row < N; ++row)
    for (int column = 0; column <= row; ++column) to.fast(row + 1, column + 1) = from[N * row + column];
}

Hep3Vector vector3(const double* from) { return Hep3Vector(from[0], from[1], from[2]); }
HepLorentzVector vector4(const double* from) { return HepLorentzVector(from[0], from[1], from[2], from[3]); }

// Gives the loader the storage of a Kalman track, hypothesis by hypothesis, without temporaries.
struct KalAccess : RecMdcKalTrack {
  static Hypothesis& hypothesis(RecMdcKalTrack& track, int pid) { return (track.*(&KalAccess::m_hypothesis))[pid]; }
};
struct MdcAccess : RecMdcTrack {
  static HepVector& helix(RecMdcTrack& track) { return track.*(&MdcAccess::m_helix); }
};

}

void Loader::fill(RecMdcTrack& t, std::int64_t row) {
  const MdcColumns& c = batch.mdc;
  const double* helix = c.helix + 5 * row;
  const Kinematics k(helix);
  copyHelix(helix, MdcAccess::helix(t));
  double packed[15];
  const double* error = c.error + 25 * row;
  for (int i = 0, n = 0; i < 5; ++i)
    for (int j = i; j < 5; ++j, ++n) packed[n] = error[5 * i + j];
  t.setError(packed);
  t.setTrackId(c.id[row]);
  t.setCharge(k.charge);
  t.setPxy(k.pxy);
  t.setPx(k.px);
  t.setPy(k.py);
  t.setPz(k.pz);
  t.setP(k.p);
  t.setTheta(k.theta);
  t.setPhi(k.phi);
  t.setX(k.x);
  t.setY(k.y);
  t.setZ(k.z);
  t.setR(k.r);
  t.setPoca(HepPoint3D(k.x, k.y, k.z));
  t.setStat(c.stat[row]);
  t.setChi2(c.chi2[row]);
  t.setNdof(c.ndof[row]);
  t.setNster(c.nster[row]);
  t.setNlayer(c.nlayer[row]);
  t.setFirstLayer(c.first_layer[row]);
  t.setLastLayer(c.last_layer[row]);
}

// mass() stays 1 GeV, as the real framework leaves it for tracks read from a DST: p4() without a mass is useless.
void Loader::fill(RecMdcKalTrack& t, std::int64_t row) {
  const KalColumns& c = batch.kal;
  t.setTrackId(c.id[row]);
  for (int pid = 0; pid < 5; ++pid) {
    auto& h = KalAccess::hypothesis(t, pid);
    const double* helix = c.helix + 25 * row + 5 * pid;
    const Kinematics k(helix);
    h.charge = k.charge;
    h.pxy = k.pxy;
    h.px = k.px;
    h.py = k.py;
    h.pz = k.pz;
    h.p = k.p;
    h.theta = k.theta;
    h.phi = k.phi;
    h.x = k.x;
    h.y = k.y;
    h.z = k.z;
    h.r = k.r;
    h.poca = HepPoint3D(k.x, k.y, k.z);
    h.stat[0] = c.stat[5 * row + pid];
    h.chisq[0] = c.chi2[5 * row + pid];
    h.ndf[0] = c.ndof[5 * row + pid];
    h.nlayer = c.nlayer[5 * row + pid];
    copyHelix(helix, h.zhelix);
    copySymmetric<5>(c.error + 125 * row + 25 * pid, h.zerror);
  }
}

void Loader::fill(RecMdcDedx& t, std::int64_t row) {
  const DedxColumns& c = batch.dedx;
  t.setTrackId(c.id[row]);
  t.setParticleId(c.particle_id[row]);
  t.setStatus(c.status[row]);
  t.setTruncAlg(c.trunc_alg[row]);
  t.setChi(const_cast<double*>(c.chi + 5 * row));
  t.setNumGoodHits(c.good_hits[row]);
  t.setNumTotalHits(c.total_hits[row]);
  t.setProbPH(c.prob_ph[row]);
  t.setNormPH(c.norm_ph[row]);
  t.setErrorPH(c.error_ph[row]);
  t.setTwentyPH(c.twenty_ph[row]);
}

void Loader::fill(RecTofTrack& t, std::int64_t row) {
  const TofColumns& c = batch.tof;
  t.setTofTrackID(c.id[row]);
  t.setTrackID(c.track_id[row]);
  t.setTofID(c.tof_id[row]);
  t.setStatus(c.status[row]);
  t.setQuality(c.quality[row]);
  t.setPath(c.path[row]);
  t.setZrHit(c.zrhit[row]);
  t.setPh(c.ph[row]);
  t.setTof(c.tof[row]);
  t.setBeta(c.beta[row]);
  t.setTexp(const_cast<double*>(c.texp + 5 * row));
  t.setToffset(const_cast<double*>(c.toffset + 6 * row));
  t.setSigma(const_cast<double*>(c.sigma + 6 * row));
  t.setT0(c.t0[row]);
  t.setErrT0(c.errt0[row]);
  t.setErrZ(c.errz[row]);
  t.setPhi(c.phi[row]);
  t.setErrPhi(c.errphi[row]);
  t.setEnergy(c.energy[row]);
  t.setErrEnergy(c.errenergy[row]);
}

void Loader::fill(RecEmcShower& t, std::int64_t row) {
  const EmcColumns& c = batch.emc;
  t.Clear();
  t.ShowerId(RecEmcID(static_cast<Identifier::value_type>(c.cell[row])));
  t.setTrackId(c.id[row]);
  t.setNumHits(c.hits[row]);
  t.setStatus(c.status[row]);
  t.setCellId(c.cell[row]);
  t.setModule(c.module[row]);
  t.setPosition(HepPoint3D(c.x[row], c.y[row], c.z[row]));
  t.setDtheta(c.dtheta[row]);
  t.setDphi(c.dphi[row]);
  t.setEnergy(c.energy[row]);
  t.setDE(c.denergy[row]);
  t.setESeed(c.seed[row]);
  t.setE3x3(c.e3x3[row]);
  t.setE5x5(c.e5x5[row]);
  t.setTime(c.time[row]);
  t.setSecondMoment(c.second_moment[row]);
  t.setLatMoment(c.lat_moment[row]);
  t.setA20Moment(c.a20_moment[row]);
  t.setA42Moment(c.a42_moment[row]);
  static HepSymMatrix error(3, 0);
  copySymmetric<3>(c.error + 9 * row, error);
  t.setErrorMatrix(error);
}

// A DST keeps one hypothesis, the pion: the others keep the values of "not extrapolated".
void Loader::fill(RecExtTrack& t, std::int64_t row) {
  const ExtColumns& c = batch.ext;
  t.SetTrackId(c.id[row]);
  t.SetParType(2);
  RecExtTrack::Type& to = t.m_type[2];
  to.emc.position = vector3(c.emc_position + 3 * row);
  to.emc.momentum = vector3(c.emc_momentum + 3 * row);
  to.emc.volume = c.emc_volume[row];
  to.emc.path = c.emc_path[row];
  to.tof1.position = vector3(c.tof1_position + 3 * row);
  to.tof1.volume = c.tof1_volume[row];
  to.tof1.time = c.tof1[row];
  to.tof1.path = c.tof1_path[row];
  to.tof2.position = vector3(c.tof2_position + 3 * row);
  to.tof2.volume = c.tof2_volume[row];
  to.tof2.time = c.tof2[row];
  to.tof2.path = c.tof2_path[row];
  to.muc.position = vector3(c.muc_position + 3 * row);
  to.muc.volume = c.muc_volume[row];
}

void Loader::fill(RecMucTrack& t, std::int64_t row) {
  const MucColumns& c = batch.muc;
  t.setTrackId(c.track_id[row]);
  t.setId(c.id[row]);
  t.setStatus(c.status[row]);
  t.setType(c.type[row]);
  t.setStartPart(c.start_part[row]);
  t.setEndPart(c.end_part[row]);
  t.setBrLastLayer(c.barrel_last_layer[row]);
  t.setEcLastLayer(c.endcap_last_layer[row]);
  t.setNumHits(c.hits[row]);
  t.setNumLayers(c.layers[row]);
  t.setMaxHitsInLayer(c.max_hits[row]);
  t.setDepth(c.depth[row]);
  t.setChi2(c.chi2[row]);
  t.setDof(c.dof[row]);
  t.setRms(c.rms[row]);
  t.setXPos(c.position[3 * row]);
  t.setYPos(c.position[3 * row + 1]);
  t.setZPos(c.position[3 * row + 2]);
  t.setPx(c.momentum[3 * row]);
  t.setPy(c.momentum[3 * row + 1]);
  t.setPz(c.momentum[3 * row + 2]);
  t.setDistance(c.distance[row]);
  t.setDeltaPhi(c.delta_phi[row]);
}

void Loader::fill(Event::McParticle& t, std::int64_t row) {
  const McColumns& c = batch.mc;
  t.initialize(c.pdgid[row], c.flags[row], vector4(c.p4 + 4 * row), vector4(c.start + 4 * row));
  t.finalize(vector4(c.end + 4 * row));
  t.setTrackIndex(c.index[row]);
}

}
