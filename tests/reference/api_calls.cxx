// Every call to the fitters that the interface of BOSS 7.0.4 offers; compiled, never run.
#include "VertexFit/Helix.h"
#include "VertexFit/KalmanKinematicFit.h"
#include "VertexFit/KinematicFit.h"
#include "VertexFit/SecondVertexFit.h"
#include "VertexFit/VertexFit.h"
#include "VertexFit/VertexParameter.h"
#include "VertexFit/WTrackParameter.h"

WTrackParameter particles(const HepVector& helix, const HepSymMatrix& err, const double packed[15]) {
  const HepLorentzVector p(0.1, 0.2, 0.3, 0.5);
  const HepPoint3D x(1., 2., 3.);
  WTrackParameter a(0.13957, helix, err), b(0.13957, helix, packed), c(1, p, x, err), d(x, p, 0.01, 0.01, 0.02);
  WTrackParameter e(p, 0.01, 0.01, 0.02), f;
  f = a;
  f.setW(b.w());
  f.setEw(c.Ew());
  f.setCharge(d.charge());
  f.setMass(e.mass());
  f.setType(d.type());
  const HepSymMatrix momentum = f.Ep(), position = f.Ex();
  const HepVector at = f.X();
  const HepPoint3D point = f.x();
  const HepLorentzVector four = f.p();
  return (four.e() + point.x() + at[0] + momentum[0][0] + position[0][0]) > 0. ? f : a;
}

VertexParameter vertices(const HepPoint3D& at, const HepVector& v, const HepSymMatrix& error) {
  VertexParameter vpar;
  vpar.setVx(at);
  vpar.setVx(v);
  vpar.setEvx(error);
  return vpar.vx().x() > vpar.Vx()[0] + vpar.Evx()[0][0] ? vpar : VertexParameter();
}

template <class Pool>
int pool(Pool* fit, const WTrackParameter& w, const RecMdcTrack* track, const RecEmcShower* shower) {
  const HepLorentzVector p(0.1, 0.2, 0.3, 0.5);
  fit->setBeamPosition(HepPoint3D(0., 0., 0.));
  fit->setVBeamPosition(HepSymMatrix(3, 0));
  fit->AddTrack(0, w);
  fit->AddTrack(1, 0.13957, track);
  fit->AddTrack(2, 0.0, shower);
  fit->AddMissTrack(3, 0.1349766);
  fit->AddMissTrack(4, 0.1349766, p);
  fit->AddMissTrack(5, 0.0, shower);
  fit->AddMissTrack(6, shower);
  fit->AddMissTrack(7, p);
  fit->AddTrackVertex(8, 0.0, shower);
  std::vector<int> list = fit->AddList(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  list = fit->AddList(0);
  return int(list.size()) + fit->numberWTrack() + fit->wTrackOrigin(0).charge() + fit->wTrackInfit(0).charge();
}

double vertexFit(const VertexParameter& vpar, const std::vector<int>& list, HepVector& pulls) {
  VertexFit* fit = VertexFit::instance();
  fit->init();
  fit->AddVertex(0, vpar, list);
  fit->AddVertex(1, vpar, 0, 1);
  fit->AddVertex(2, vpar, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  fit->AddBeamFit(3, vpar, 0);
  fit->setIterNumber();
  fit->setIterNumber(10);
  fit->setChisqCut();
  fit->setChisqCut(1000, 1.0e-3);
  fit->setMagCorrFactor(1.000);
  double sum = fit->Fit() + fit->Fit(0) + fit->BeamFit(3);
  fit->BuildVirtualParticle(0);
  fit->Swim(0);
  sum += fit->chisq() + fit->chisq(0) + fit->pull(0, 0, pulls) + fit->pfit(0).e() + fit->xfit(0).x() + fit->w(0)[0];
  sum += fit->Ew(0)[0][0] + fit->wtrk(0).mass() + fit->vx(0).x() + fit->Vx(0)[0] + fit->Evx(0)[0][0];
  return sum + fit->errorVx(0, 0) + fit->vpar(0).Vx()[0] + fit->wVirtualTrack(0).mass();
}

double secondVertexFit(const VertexParameter& vpar, const WTrackParameter& w) {
  SecondVertexFit* fit = SecondVertexFit::instance();
  fit->init();
  fit->setPrimaryVertex(vpar);
  fit->AddTrack(0, w);
  fit->setVpar(vpar);
  fit->setIterNumber(10);
  fit->setChisqCut(500, 1.0e-2);
  fit->setMagCorrFactor(1.000);
  double sum = fit->Fit() + fit->chisq() + fit->decayLength() + fit->decayLengthError() + fit->ctau() + fit->ctauError();
  sum += fit->p4par().e() + fit->wpar().mass() + fit->vpar().Vx()[0];
  return sum + fit->crossPoint().x() + fit->crossVector().x();
}

template <class Fit>
double kinematicFit(const std::vector<int>& list) {
  Fit* fit = Fit::instance();
  fit->init();
  fit->setEspread(0.0009);
  fit->setEspread();
  fit->setCollideangle(11e-3);
  fit->setDynamicerror(1);
  fit->setFlag(1);
  fit->setIterNumber(5);
  fit->setChisqCut(200, 0.05);
  fit->AddFourMomentum(0, HepLorentzVector(0.034, 0., 0., 3.097));
  fit->AddFourMomentum(1, 3.097);
  fit->AddThreeMomentum(2, Hep3Vector(0.034, 0., 0.));
  fit->AddResonance(3, 0.1349766, list);
  fit->AddResonance(4, 0.1349766, 2, 3);
  fit->AddResonance(5, 0.1349766, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  fit->AddTotalEnergy(6, 3.097, list);
  fit->AddTotalEnergy(7, 3.097, 0, 1, 2, 3);
  fit->AddTotalMomentum(8, 1.0, list);
  fit->AddTotalMomentum(9, 1.0, 0, 1);
  fit->AddEqualMass(10, list, list);
  double sum = fit->Fit() + fit->Fit(0) + fit->chisq() + fit->chisq(0) + fit->pfit(0).e() + fit->pfit1(0).e();
  sum += fit->origin(0).mass() + fit->infit(0).mass() + fit->pull(0)[0];
  fit->BuildVirtualParticle(0);
  return sum + fit->wVirtualTrack(0).mass();
}

double onlyOne() {
  KinematicFit::instance()->setKalman(1);
  KalmanKinematicFit* fit = KalmanKinematicFit::instance();
  fit->setTgraph(0);
  return fit->xfit()[0] + fit->getCInfit(0)[0][0] + fit->getCOrigin(0)[0][0];
}

double helix(const HepVector& a, const HepSymMatrix& error) {
  const HepPoint3D origin(0., 0., 0.), ip(0.1, 0.2, 0.3);
  VFHelix h(origin, a, error), plain(origin, a), made(ip, Hep3Vector(0.1, 0.2, 0.3), 1.);
  h.pivot(ip);
  double sum = h.dr() + h.phi0() + h.kappa() + h.dz() + h.tanl() + h.radius() + h.a()[0] + h.Ea()[0][0];
  sum += plain.x().x() + plain.x(0.1).x() + made.momentum().x() + made.momentum(0.1).x();
  return sum + made.momentum(0.1, 0.13957).e() + made.pivot().x();
}

double all(const HepVector& a, const HepSymMatrix& e, const double packed[15], const RecMdcTrack* t,
           const RecEmcShower* s) {
  const WTrackParameter w = particles(a, e, packed);
  const VertexParameter v = vertices(w.x(), w.X(), w.Ex());
  const std::vector<int> list(2, 0);
  HepVector pulls(5, 0);
  double sum = pool(VertexFit::instance(), w, t, s) + pool(KalmanKinematicFit::instance(), w, t, s);
  sum += pool(KinematicFit::instance(), w, t, s) + vertexFit(v, list, pulls) + secondVertexFit(v, w);
  return sum + kinematicFit<KinematicFit>(list) + kinematicFit<KalmanKinematicFit>(list) + onlyOne() + helix(a, e);
}
