// Reading of events for the reference driver.
#include "reference_event.h"

#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace {

template <class T>
T next() {
  T value;
  if (!(std::cin >> value)) {
    std::fprintf(stderr, "reference_driver: input ends early\n");
    std::exit(2);
  }
  return value;
}

std::vector<int> nextList() {
  std::vector<int> out(next<int>());
  for (unsigned int i = 0; i < out.size(); ++i) out[i] = next<int>();
  return out;
}

Charged nextCharged() {
  Charged c;
  c.index = next<int>();
  for (int h = 0; h < 5; ++h) {
    c.helix[h] = HepVector(5, 0);
    c.error[h] = HepSymMatrix(5, 0);
    for (int i = 0; i < 5; ++i) c.helix[h][i] = next<double>();
    for (int i = 0; i < 5; ++i)
      for (int j = 0; j <= i; ++j) c.error[h][i][j] = next<double>();
  }
  c.tof.resize(next<int>());
  for (unsigned int i = 0; i < c.tof.size(); ++i) {
    TofHit& hit = c.tof[i];
    hit.status = next<unsigned int>();
    hit.quality = next<int>();
    hit.path = next<double>();
    hit.tof = next<double>();
    for (int k = 0; k < 5; ++k) hit.texp[k] = next<double>();
    for (int k = 0; k < 6; ++k) hit.toffset[k] = next<double>();
    for (int k = 0; k < 6; ++k) hit.sigma[k] = next<double>();
  }
  return c;
}

}  // namespace

int nextCount() {
  std::ios::sync_with_stdio(false);
  return next<int>();
}

Event nextEvent() {
  Event e;
  double x[3];
  for (int i = 0; i < 3; ++i) x[i] = next<double>();
  e.ip = HepPoint3D(x[0], x[1], x[2]);
  e.ipError = HepSymMatrix(3, 0);
  for (int i = 0; i < 3; ++i) {
    const double s = next<double>();
    e.ipError[i][i] = s * s;
  }
  for (int i = 0; i < 4; ++i) e.ecms[i] = next<double>();
  const int charged = next<int>();
  for (int i = 0; i < charged; ++i) e.charged.push_back(nextCharged());
  const int showers = next<int>();
  for (int i = 0; i < showers; ++i) {
    const int index = next<int>();
    RecEmcShower& s = e.showers[index];
    s.setEnergy(next<double>());
    s.setDE(next<double>());
    s.setDtheta(next<double>());
    s.setDphi(next<double>());
    for (int k = 0; k < 3; ++k) x[k] = next<double>();
    s.setPosition(HepPoint3D(x[0], x[1], x[2]));
  }
  const int jobs = next<int>();
  for (int i = 0; i < jobs; ++i) {
    FitJob job;
    job.kind = next<std::string>();
    job.hypotheses = nextList();
    job.tracks = nextList();
    job.showers = nextList();
    e.jobs.push_back(job);
  }
  return e;
}
