// Track of the drift chamber: one helix, without a mass hypothesis.
#ifndef STANDIN_DSTEVENT_DSTMDCTRACK_H
#define STANDIN_DSTEVENT_DSTMDCTRACK_H

#include "DstEvent/EventNamespaces.h"

// Helix (drho, phi0, kappa, dz, tanl) with pivot at the origin; GeV and cm. kappa = charge / pT.
// The momentum and the point of closest approach are stored beside the helix, as in the DST record.
class DstMdcTrack : public ContainedObject {
public:
  DstMdcTrack();
  virtual ~DstMdcTrack();

  const HepVector helix() const { return m_helix; }
  const HepSymMatrix err() const { return m_error; }
  double helix(const int i) const { return m_helix[i]; }
  double err(const int i) const { return m_packed[i]; }  // 15 elements, upper triangle by rows
  const HepPoint3D poca() const { return m_poca; }
  const Hep3Vector p3() const { return Hep3Vector(m_px, m_py, m_pz); }
  const HepPoint3D x3() const { return HepPoint3D(m_x, m_y, m_z); }
  const HepLorentzVector p4(const double mass) const;

  int trackId() const { return m_trackId; }
  int charge() const { return m_charge; }
  double pxy() const { return m_pxy; }
  double px() const { return m_px; }
  double py() const { return m_py; }
  double pz() const { return m_pz; }
  double p() const { return m_p; }
  double theta() const { return m_theta; }
  double phi() const { return m_phi; }
  double x() const { return m_x; }
  double y() const { return m_y; }
  double z() const { return m_z; }
  double r() const { return m_r; }
  int stat() const { return m_stat; }
  double chi2() const { return m_chi2; }
  int ndof() const { return m_ndof; }
  int nster() const { return m_nster; }
  int firstLayer() const { return m_firstLayer; }
  int lastLayer() const { return m_lastLayer; }
  int nlayer() const { return m_nlayer; }

  void setHelix(double helix[5]);
  void setHelix(const HepVector& helix) { m_helix = helix; }
  void setPoca(double poca[3]) { m_poca = HepPoint3D(poca[0], poca[1], poca[2]); }
  void setPoca(const HepPoint3D& poca) { m_poca = poca; }
  void setError(double packed[15]);
  void setError(const HepSymMatrix& error);
  void setTrackId(const int value) { m_trackId = value; }
  void setCharge(const int value) { m_charge = value; }
  void setPxy(const double value) { m_pxy = value; }
  void setPx(const double value) { m_px = value; }
  void setPy(const double value) { m_py = value; }
  void setPz(const double value) { m_pz = value; }
  void setP(const double value) { m_p = value; }
  void setTheta(const double value) { m_theta = value; }
  void setPhi(const double value) { m_phi = value; }
  void setX(const double value) { m_x = value; }
  void setY(const double value) { m_y = value; }
  void setZ(const double value) { m_z = value; }
  void setR(const double value) { m_r = value; }
  void setStat(const int value) { m_stat = value; }
  void setChi2(const double value) { m_chi2 = value; }
  void setNdof(const int value) { m_ndof = value; }
  void setNster(const int value) { m_nster = value; }
  void setFirstLayer(const int value) { m_firstLayer = value; }
  void setLastLayer(const int value) { m_lastLayer = value; }
  void setNlayer(const int value) { m_nlayer = value; }

protected:
  int m_trackId, m_charge, m_stat, m_ndof, m_nster, m_firstLayer, m_lastLayer, m_nlayer;
  double m_chi2, m_pxy, m_px, m_py, m_pz, m_p, m_theta, m_phi, m_x, m_y, m_z, m_r;
  double m_packed[15];
  HepPoint3D m_poca;
  HepVector m_helix;
  HepSymMatrix m_error;
};

typedef ObjectVector<DstMdcTrack> DstMdcTrackCol;

#endif
