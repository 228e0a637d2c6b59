// Shower in the electromagnetic calorimeter.
#ifndef STANDIN_DSTEVENT_DSTEMCSHOWER_H
#define STANDIN_DSTEVENT_DSTEMCSHOWER_H

#include "DstEvent/EventNamespaces.h"

// GeV, cm, rad; time() in ticks of 50 ns. module: 0 east end-cap, 1 barrel, 2 west end-cap.
class DstEmcShower : public ContainedObject {
public:
  DstEmcShower();
  virtual ~DstEmcShower();

  int trackId() const { return m_trackId; }
  int numHits() const { return m_numHits; }
  int status() const { return m_status; }
  int cellId() const { return m_cellId; }
  int module() const { return m_module; }
  HepPoint3D position() const { return m_position; }
  double x() const { return m_position.x(); }
  double y() const { return m_position.y(); }
  double z() const { return m_position.z(); }
  double theta() const { return m_position.theta(); }
  double phi() const { return m_position.phi(); }
  double dx() const { return width(0); }
  double dy() const { return width(1); }
  double dz() const { return width(2); }
  double dtheta() const { return m_dTheta; }
  double dphi() const { return m_dPhi; }
  double energy() const { return m_energy; }
  double dE() const { return m_dE; }
  double eSeed() const { return m_eSeed; }
  double e3x3() const { return m_e3x3; }
  double e5x5() const { return m_e5x5; }
  double time() const { return m_time; }
  double secondMoment() const { return m_secondMoment; }
  double latMoment() const { return m_latMoment; }
  double a20Moment() const { return m_a20Moment; }
  double a42Moment() const { return m_a42Moment; }
  HepSymMatrix errorMatrix() const { return m_errorMatrix; }

  void setTrackId(int value) { m_trackId = value; }
  void setNumHits(int value) { m_numHits = value; }
  void setStatus(int value) { m_status = value; }
  void setCellId(int value) { m_cellId = value; }
  void setModule(int value) { m_module = value; }
  void setPosition(const HepPoint3D& value) { m_position = value; }
  void setEnergy(double value) { m_energy = value; }
  void setDE(double value) { m_dE = value; }
  void setDtheta(double value) { m_dTheta = value; }
  void setDphi(double value) { m_dPhi = value; }
  void setESeed(double value) { m_eSeed = value; }
  void setE3x3(double value) { m_e3x3 = value; }
  void setE5x5(double value) { m_e5x5 = value; }
  void setTime(double value) { m_time = value; }
  void setSecondMoment(double value) { m_secondMoment = value; }
  void setLatMoment(double value) { m_latMoment = value; }
  void setA20Moment(double value) { m_a20Moment = value; }
  void setA42Moment(double value) { m_a42Moment = value; }
  void setErrorMatrix(const HepSymMatrix& value) { m_errorMatrix = value; }

private:
  double width(int axis) const;
  int m_trackId, m_numHits, m_status, m_cellId, m_module;
  HepPoint3D m_position;
  double m_dTheta, m_dPhi, m_energy, m_dE, m_eSeed, m_e3x3, m_e5x5, m_time;
  double m_secondMoment, m_latMoment, m_a20Moment, m_a42Moment;
  HepSymMatrix m_errorMatrix;
};

std::ostream& operator<<(std::ostream& out, const DstEmcShower& shower);

typedef ObjectVector<DstEmcShower> DstEmcShowerCol;

#endif
