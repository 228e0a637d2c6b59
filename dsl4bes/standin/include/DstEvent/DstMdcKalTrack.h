// Kalman-fitted track: one helix for each of the hypotheses 0 e, 1 mu, 2 pi, 3 K, 4 p.
#ifndef STANDIN_DSTEVENT_DSTMDCKALTRACK_H
#define STANDIN_DSTEVENT_DSTMDCKALTRACK_H

#include "DstEvent/EventNamespaces.h"
#include "GaudiKernel/SmartRef.h"

// The accessors without argument follow ONE global particle type, shared by all tracks (setPidType is static).
// Their use with the type `null` is an error that the runtime reports. mass() is 1 for a track read from a DST (nothing
// stores it there), so p4() without argument is not the particle's four-momentum: give p4() the mass.
class DstMdcKalTrack : public ContainedObject {
public:
  enum PidType { null = -1, electron = 0, muon = 1, pion = 2, kaon = 3, proton = 4 };

  DstMdcKalTrack();
  virtual ~DstMdcKalTrack();

  static void setPidType(PidType type) { m_pidType = type; }
  static PidType getPidType() { return m_pidType; }

  int trackId() const { return m_trackId; }
  double mass() const { return now().mass; }
  int charge() const { return now().charge; }
  double pxy() const { return now().pxy; }
  double px() const { return now().px; }
  double py() const { return now().py; }
  double pz() const { return now().pz; }
  double p() const { return now().p; }
  double theta() const { return now().theta; }
  double phi() const { return now().phi; }
  double x() const { return now().x; }
  double y() const { return now().y; }
  double z() const { return now().z; }
  double x(const int i) const { return of(i).x; }
  double y(const int i) const { return of(i).y; }
  double z(const int i) const { return of(i).z; }
  double r() const { return now().r; }
  int stat() const { return now().stat[0]; }
  double chi2() const { return now().chisq[0]; }
  int ndof() const { return now().ndf[0]; }
  int nster() const { return now().nster[0]; }
  int firstLayer() const { return now().firstLayer[0]; }
  int lastLayer() const { return now().lastLayer[0]; }
  int nlayer() const { return now().nlayer; }
  double dr() const { return now().zhelix[0]; }
  double fi0() const { return now().zhelix[1]; }
  double kappa() const { return now().zhelix[2]; }
  double dz() const { return now().zhelix[3]; }
  double tanl() const { return now().zhelix[4]; }
  const HepVector& helix() const { return now().zhelix; }
  const HepSymMatrix& err() const { return now().zerror; }
  const HepVector& fhelix() const { return now().fhelix; }
  const HepSymMatrix& ferr() const { return now().ferror; }
  const HepPoint3D poca() const { return now().poca; }
  const Hep3Vector p3() const { return Hep3Vector(now().px, now().py, now().pz); }
  const HepPoint3D x3() const { return HepPoint3D(now().x, now().y, now().z); }
  const HepLorentzVector p4() const;
  const HepLorentzVector p4(double mass) const;

  int getTrackId() const { return m_trackId; }
  int getCharge(const int pid) const { return of(pid).charge; }
  int getStat(const int pid) const { return of(pid).stat[0]; }
  int getNster(const int pid) const { return of(pid).nster[0]; }
  double getChisq(const int pid) const { return of(pid).chisq[0]; }
  int getNdf(const int pid) const { return of(pid).ndf[0]; }
  int getFirstLayer(const int pid) const { return of(pid).firstLayer[0]; }
  int getLastLayer(const int pid) const { return of(pid).lastLayer[0]; }
  int getNlayer(const int pid) const { return of(pid).nlayer; }
  const HepPoint3D& getPoca(const int pid) const { return of(pid).poca; }
  const HepVector& getZHelix(const int pid) const { return of(pid).zhelix; }
  const HepSymMatrix& getZError(const int pid) const { return of(pid).zerror; }
  const HepVector& getFHelix(const int pid) const { return of(pid).fhelix; }
  const HepSymMatrix& getFError(const int pid) const { return of(pid).ferror; }

  void setTrackId(int value) { m_trackId = value; }
  void setMass(double value, int pid) { of(pid).mass = value; }
  void setCharge(const int value, const int pid) { of(pid).charge = value; }
  void setPxy(const double value, const int pid) { of(pid).pxy = value; }
  void setPx(const double value, const int pid) { of(pid).px = value; }
  void setPy(const double value, const int pid) { of(pid).py = value; }
  void setPz(const double value, const int pid) { of(pid).pz = value; }
  void setP(const double value, const int pid) { of(pid).p = value; }
  void setTheta(const double value, const int pid) { of(pid).theta = value; }
  void setPhi(const double value, const int pid) { of(pid).phi = value; }
  void setX(const double value, const int pid) { of(pid).x = value; }
  void setY(const double value, const int pid) { of(pid).y = value; }
  void setZ(const double value, const int pid) { of(pid).z = value; }
  void setR(const double value, const int pid) { of(pid).r = value; }
  void setNlayer(int value, int pid) { of(pid).nlayer = value; }
  void setNhits(int value, int pid) { of(pid).nhits = value; }
  void setNster(int value, int i, int pid) { of(pid).nster[i] = value; }
  void setStat(int value, int i, int pid) { of(pid).stat[i] = value; }
  void setChisq(double value, int i, int pid) { of(pid).chisq[i] = value; }
  void setFirstLayer(int value, int i, int pid) { of(pid).firstLayer[i] = value; }
  void setLastLayer(int value, int i, int pid) { of(pid).lastLayer[i] = value; }
  void setNdf(int value, int i, int pid) { of(pid).ndf[i] = value; }
  void setPoca(const HepPoint3D& value, const int pid) { of(pid).poca = value; }
  void setPoca(double* value, const int pid) { of(pid).poca = HepPoint3D(value[0], value[1], value[2]); }
  void setZHelix(const HepVector& value, const int pid) { of(pid).zhelix = value; }
  void setZHelix(double* value, const int pid) { copyVector(value, of(pid).zhelix); }
  void setZError(const HepSymMatrix& value, const int pid) { of(pid).zerror = value; }
  void setZError(double* lower, const int pid) { copyTriangle(lower, of(pid).zerror); }
  void setFHelix(const HepVector& value, const int pid) { of(pid).fhelix = value; }
  void setFHelix(double* value, const int pid) { copyVector(value, of(pid).fhelix); }
  void setFError(const HepSymMatrix& value, const int pid) { of(pid).ferror = value; }
  void setFError(double* lower, const int pid) { copyTriangle(lower, of(pid).ferror); }

protected:
  struct Hypothesis {
    Hypothesis();
    double mass, pxy, px, py, pz, p, theta, phi, x, y, z, r, chisq[2];
    int charge, stat[2], nster[2], firstLayer[2], lastLayer[2], ndf[2], nhits, nlayer;
    HepPoint3D poca;
    HepVector zhelix, fhelix, lhelix;
    HepSymMatrix zerror, ferror, lerror;
  };
  const Hypothesis& now() const { return of(m_pidType); }
  const Hypothesis& of(int pid) const {
    if (pid < 0 || pid > 4) refuse(pid);
    return m_hypothesis[pid];
  }
  Hypothesis& of(int pid) {
    if (pid < 0 || pid > 4) refuse(pid);
    return m_hypothesis[pid];
  }
  static void refuse(int pid);  // throws std::out_of_range; the job reports run and event
  static void copyVector(const double* from, HepVector& to);
  static void copyTriangle(const double* from, HepSymMatrix& to);

  static PidType m_pidType;
  int m_trackId;
  Hypothesis m_hypothesis[5];
};

typedef ObjectVector<DstMdcKalTrack> DstMdcKalTrackCol;

#endif
