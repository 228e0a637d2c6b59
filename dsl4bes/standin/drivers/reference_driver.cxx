// Runs the fitters and ParticleID of the stand-in on events given as numbers, for comparisons with BOSS.
//
// In (stdin, one token after the other, written by tests/reference/compare_reference.py): events with helices per
// hypothesis, showers, TOF hits, and the list of fits to do.  Out (stdout): one JSON object per line and fit, or
// per track.  Nothing is compared here.  A kind that begins with raw_ takes the tracks as measured, the others
// after the fit of their common vertex.  With an argument N every kalman_4c fit is repeated N times and the mean time
// of one is written.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "VertexFit/Helix.h"
#include "VertexFit/KalmanKinematicFit.h"
#include "VertexFit/KinematicFit.h"
#include "VertexFit/SecondVertexFit.h"
#include "VertexFit/VertexFit.h"
#include "VertexFit/WTrackParameter.h"
#include "reference_event.h"

namespace {

// Masses the reference was made with (GeV): e, mu, pi, K, p, and the two mesons that go to photons.
const double kMass[5] = {0.000511, 0.105658, 0.139570, 0.493677, 0.938272};
const double kPi0 = 0.1349766;
const double kEta = 0.547862;
const double kFreeVertex = 1.e6;  // cm
const double kHighCut = 10000.;
const double kBeamSpread = 0.0009;  // GeV

// ---- output -------------------------------------------------------------------------------------------

void number(double v) {
  if (v == v && std::fabs(v) < 1.e300)
    std::printf("%.12g", v);
  else
    std::printf("null");
}
void list(const char* name, const double* v, int n) {
  std::printf(",\"%s\":[", name);
  for (int i = 0; i < n; ++i) {
    if (i) std::printf(",");
    number(v[i]);
  }
  std::printf("]");
}
void scalar(const char* name, double v) {
  std::printf(",\"%s\":", name);
  number(v);
}
void four(const char* name, const HepLorentzVector& p) {
  const double v[4] = {p.px(), p.py(), p.pz(), p.e()};
  list(name, v, 4);
}
void vector(const char* name, const HepVector& v) {
  std::vector<double> out;
  for (int i = 0; i < v.num_row(); ++i) out.push_back(v[i]);
  list(name, &out[0], int(out.size()));
}
void triangle(const char* name, const HepSymMatrix& m) {
  std::vector<double> out;
  for (int i = 0; i < m.num_row(); ++i)
    for (int j = 0; j <= i; ++j) out.push_back(m[i][j]);
  list(name, &out[0], int(out.size()));
}

// ---- fits ---------------------------------------------------------------------------------------------

const Charged& trackOf(const Event& e, int index) {
  for (unsigned int i = 0; i < e.charged.size(); ++i)
    if (e.charged[i].index == index) return e.charged[i];
  std::fprintf(stderr, "reference_driver: no track %d\n", index);
  std::exit(2);
}

WTrackParameter raw(const Event& e, const FitJob& job, int i) {
  const Charged& c = trackOf(e, job.tracks[i]);
  const int h = job.hypotheses[i];
  return WTrackParameter(kMass[h], c.helix[h], c.error[h]);
}

// Common vertex of tracks i and j of the job.
bool vertexOf(const Event& e, const FitJob& job, int i, int j) {
  VertexParameter unknown;
  HepSymMatrix error(3, 0);
  for (int k = 0; k < 3; ++k) error[k][k] = kFreeVertex * kFreeVertex;
  unknown.setEvx(error);
  VertexFit* fit = VertexFit::instance();
  fit->init();
  fit->AddTrack(0, raw(e, job, i));
  fit->AddTrack(1, raw(e, job, j));
  fit->AddVertex(0, unknown, 0, 1);
  return fit->Fit(0);
}

bool flightOf(const Event& e) {
  VertexFit* fit = VertexFit::instance();
  fit->BuildVirtualParticle(0);
  VertexParameter production;
  production.setVx(e.ip);
  production.setEvx(e.ipError);
  SecondVertexFit* second = SecondVertexFit::instance();
  second->init();
  second->setPrimaryVertex(production);
  second->AddTrack(0, fit->wVirtualTrack(0));
  second->setVpar(fit->vpar(0));
  return second->Fit();
}

void doVertex(const Event& e, const FitJob& job) {
  VertexFit* fit = VertexFit::instance();
  const bool ok = vertexOf(e, job, 0, 1);
  std::printf(",\"ok\":%s", ok ? "true" : "false");
  scalar("chi2", fit->chisq(0));
  if (!ok) return;
  fit->Swim(0);
  vector("vertex", fit->Vx(0));
  triangle("vertex_cov", fit->Evx(0));
  four("p1", fit->pfit(0));
  four("p2", fit->pfit(1));
  triangle("Ew1", fit->wtrk(0).Ew());
  HepVector pulls(5, 0);
  if (fit->pull(0, 0, pulls)) vector("pull1", pulls);
}

void doSecondary(const Event& e, const FitJob& job) {
  SecondVertexFit* second = SecondVertexFit::instance();
  const bool first = vertexOf(e, job, 0, 1);
  const bool ok = first && flightOf(e);
  std::printf(",\"ok\":%s", ok ? "true" : "false");
  scalar("chi2", first ? second->chisq() : 9999.);
  if (!first) return;
  scalar("decay_length", second->decayLength());
  scalar("decay_length_error", second->decayLengthError());
  scalar("ctau", second->ctau());
  scalar("ctau_error", second->ctauError());
  four("p4", second->p4par());
  vector("virtual_w", VertexFit::instance()->wVirtualTrack(0).w());
  triangle("virtual_Ew", VertexFit::instance()->wVirtualTrack(0).Ew());
  if (ok) triangle("Ew1", second->wpar().Ew());
}

bool has(const std::string& kind, const char* part) { return kind.find(part) != std::string::npos; }

// The particles of a kinematic fit: false when a vertex fit before it was refused.
template <class Fit>
bool addParticles(Fit* fit, const Event& e, const FitJob& job) {
  std::vector<WTrackParameter> tracks;
  if (has(job.kind, "virtual")) {
    if (!vertexOf(e, job, 0, 1) || !flightOf(e)) return false;
    tracks.push_back(SecondVertexFit::instance()->wpar());
    tracks.push_back(raw(e, job, 2));
    tracks.push_back(raw(e, job, 3));
  } else {
    if (has(job.kind, "raw"))
      for (unsigned int i = 0; i < job.tracks.size(); ++i) tracks.push_back(raw(e, job, int(i)));
    for (unsigned int i = 0; i + 1 < job.tracks.size() && tracks.size() < job.tracks.size(); i += 2) {
      if (!vertexOf(e, job, int(i), int(i) + 1)) return false;
      VertexFit::instance()->Swim(0);
      tracks.push_back(VertexFit::instance()->wtrk(0));
      tracks.push_back(VertexFit::instance()->wtrk(1));
    }
  }
  fit->init();
  if (has(job.kind, "cut10000")) fit->setChisqCut(kHighCut);
  if (has(job.kind, "espread")) fit->setEspread(kBeamSpread);
  if (has(job.kind, "beam")) {
    fit->setBeamPosition(e.ip);
    fit->setVBeamPosition(e.ipError);
  }
  int n = 0;
  for (unsigned int i = 0; i < tracks.size(); ++i) fit->AddTrack(n++, tracks[i]);
  for (unsigned int i = 0; i < job.showers.size(); ++i) {
    const RecEmcShower* shower = &e.showers.find(job.showers[i])->second;
    if (has(job.kind, "missing_direction") && i == 1)
      fit->AddMissTrack(n++, 0.0, shower);
    else
      fit->AddTrack(n++, 0.0, shower);
  }
  if (has(job.kind, "missing_pi0")) fit->AddMissTrack(n++, kPi0);
  if (has(job.kind, "missing_eta")) fit->AddMissTrack(n++, kEta);
  return true;
}

template <class Fit>
void addConstraints(Fit* fit, const Event& e, const FitJob& job) {
  int c = 0;
  if (has(job.kind, "5c_pi0")) fit->AddResonance(c++, kPi0, 2, 3);
  if (has(job.kind, "5c_eta")) fit->AddResonance(c++, kEta, 2, 3);
  if (has(job.kind, "equal_mass")) fit->AddEqualMass(c++, fit->AddList(0, 1), fit->AddList(2, 3));
  if (has(job.kind, "3c_momentum"))
    fit->AddThreeMomentum(c++, e.ecms.vect());
  else if (has(job.kind, "total_energy"))
    fit->AddTotalEnergy(c++, e.ecms.e(), 0, 1, 2, 3);
  else if (job.kind != "kalman_equal_mass")
    fit->AddFourMomentum(c++, e.ecms);
}

// First photon: its covariance in measured quantities, which only one of the fitters has, and its pulls.
void photon(KalmanKinematicFit* fit, const FitJob& job) {
  if (job.showers.empty()) return;
  triangle("C3", fit->getCInfit(2));
  vector("pull3", fit->pull(2));
}
void photon(KinematicFit* fit, const FitJob& job) {
  if (!job.showers.empty()) vector("pull3", fit->pull(2));
}

template <class Fit>
void doKinematic(const Event& e, const FitJob& job) {
  Fit* fit = Fit::instance();
  if (!addParticles(fit, e, job)) {
    std::printf(",\"ok\":false,\"chi2\":null,\"refused_before\":true");
    return;
  }
  addConstraints(fit, e, job);
  const bool ok = fit->Fit();
  std::printf(",\"ok\":%s", ok ? "true" : "false");
  scalar("chi2", fit->chisq());
  if (!ok) return;
  for (int i = 0; i < fit->numberWTrack(); ++i) {
    char name[16];
    std::snprintf(name, sizeof name, "p%d", i + 1);
    four(name, fit->pfit(i));
  }
  const int track = has(job.kind, "virtual") ? 1 : 0;
  vector(track == 0 ? "pull1" : "pull2", fit->pull(track));
  triangle(track == 0 ? "Ew1" : "Ew2", fit->infit(track).Ew());
  photon(fit, job);
}

void doFit(const Event& e, const FitJob& job) {
  if (job.kind == "vertex")
    doVertex(e, job);
  else if (job.kind == "secondary_vertex")
    doSecondary(e, job);
  else if (has(job.kind, "classic"))
    doKinematic<KinematicFit>(e, job);
  else
    doKinematic<KalmanKinematicFit>(e, job);
}

void doTrack(const Event& e, const Charged& c) {
  const WTrackParameter w(kMass[2], c.helix[2], c.error[2]);
  vector("w_pi", w.w());
  triangle("Ew_pi", w.Ew());
  VFHelix helix(HepPoint3D(0., 0., 0.), c.helix[2], c.error[2]);
  helix.pivot(e.ip);
  vector("helix_ip", helix.a());
  triangle("cov_ip", helix.Ea());
  if (!c.tof.empty()) writePid(c.tof, c.helix[2]);
}

// Seconds of one kalman_4c fit, from init() to pfit() of all particles.
double secondsPerFit(const Event& e, const FitJob& job, int repeats) {
  KalmanKinematicFit* fit = KalmanKinematicFit::instance();
  if (!addParticles(fit, e, job)) return 0.;
  const WTrackParameter t0 = fit->origin(0), t1 = fit->origin(1);
  const RecEmcShower* g0 = &e.showers.find(job.showers[0])->second;
  const RecEmcShower* g1 = &e.showers.find(job.showers[1])->second;
  double sum = 0.;
  const std::clock_t begin = std::clock();
  for (int i = 0; i < repeats; ++i) {
    fit->init();
    fit->AddTrack(0, t0);
    fit->AddTrack(1, t1);
    fit->AddTrack(2, 0.0, g0);
    fit->AddTrack(3, 0.0, g1);
    fit->AddFourMomentum(0, e.ecms);
    if (fit->Fit())
      for (int k = 0; k < 4; ++k) sum += fit->pfit(k).e();
  }
  const double seconds = double(std::clock() - begin) / CLOCKS_PER_SEC / repeats;
  return sum >= 0. ? seconds : 0.;
}

}  // namespace

int main(int argc, char** argv) {
  const int repeats = argc > 1 ? std::atoi(argv[1]) : 0;
  const int events = nextCount();
  double seconds = 0.;
  int timed = 0;
  for (int i = 0; i < events; ++i) {
    const Event e = nextEvent();
    for (unsigned int k = 0; k < e.charged.size(); ++k) {
      std::printf("{\"event\":%d,\"charged\":%u", i, k);
      doTrack(e, e.charged[k]);
      std::printf("}\n");
    }
    for (unsigned int k = 0; k < e.jobs.size(); ++k) {
      std::printf("{\"event\":%d,\"fit\":%u", i, k);
      doFit(e, e.jobs[k]);
      std::printf("}\n");
      if (repeats > 0 && e.jobs[k].kind == "kalman_4c") {
        seconds += secondsPerFit(e, e.jobs[k], repeats);
        ++timed;
      }
    }
  }
  if (timed > 0) std::printf("{\"nanoseconds_per_4c_fit\":%.1f}\n", 1.e9 * seconds / timed);
  return 0;
}
