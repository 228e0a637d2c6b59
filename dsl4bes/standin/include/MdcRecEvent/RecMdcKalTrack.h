// Reconstructed Kalman track. The accessors getZHelix() and getZError() without argument are always the pion's;
// they hide the overloads of the base class that take the hypothesis, exactly as in the real class.
#ifndef STANDIN_MDCRECEVENT_RECMDCKALTRACK_H
#define STANDIN_MDCRECEVENT_RECMDCKALTRACK_H

#include "DstEvent/DstMdcKalTrack.h"
#include "GaudiKernel/SmartRef.h"
#include "GaudiKernel/SmartRefVector.h"

class RecMdcKalTrack : public DstMdcKalTrack {
public:
  RecMdcKalTrack();
  RecMdcKalTrack(const DstMdcKalTrack& track);
  RecMdcKalTrack& operator=(const DstMdcKalTrack& track);
  virtual ~RecMdcKalTrack();

  int getTrackId() const { return m_trackId; }
  double getMass(int pid) const { return m_mass[pid]; }  // not that of mass()
  double getLength(int pid) const { return m_length[pid]; }
  double getTof(int pid) const { return m_tof[pid]; }
  int getNhits(int pid) const { return of(pid).nhits; }
  int getStat(int i, int pid) const { return of(pid).stat[i]; }
  int getNster(const int i, const int pid) const { return of(pid).nster[i]; }
  int getFirstLayer(const int i, const int pid) const { return of(pid).firstLayer[i]; }
  int getLastLayer(const int i, const int pid) const { return of(pid).lastLayer[i]; }
  double getChisq(int i, int pid) const { return of(pid).chisq[i]; }
  int getNdf(int i, int pid) const { return of(pid).ndf[i]; }

  const HepVector& getZHelix() const { return of(2).zhelix; }
  const HepSymMatrix& getZError() const { return of(2).zerror; }
  const HepVector& getFHelix() const { return of(2).fhelix; }
  const HepSymMatrix& getFError() const { return of(2).ferror; }
  const HepVector& getLHelix() const { return of(2).lhelix; }
  const HepSymMatrix& getLError() const { return of(2).lerror; }

  HepVector& getZHelixE() { return of(0).zhelix; }
  HepSymMatrix& getZErrorE() { return of(0).zerror; }
  HepVector& getFHelixE() { return of(0).fhelix; }
  HepSymMatrix& getFErrorE() { return of(0).ferror; }
  HepVector& getLHelixE() { return of(0).lhelix; }
  HepSymMatrix& getLErrorE() { return of(0).lerror; }
  HepVector& getZHelixMu() { return of(1).zhelix; }
  HepSymMatrix& getZErrorMu() { return of(1).zerror; }
  HepVector& getFHelixMu() { return of(1).fhelix; }
  HepSymMatrix& getFErrorMu() { return of(1).ferror; }
  HepVector& getLHelixMu() { return of(1).lhelix; }
  HepSymMatrix& getLErrorMu() { return of(1).lerror; }
  HepVector& getZHelixK() { return of(3).zhelix; }
  HepSymMatrix& getZErrorK() { return of(3).zerror; }
  HepVector& getFHelixK() { return of(3).fhelix; }
  HepSymMatrix& getFErrorK() { return of(3).ferror; }
  HepVector& getLHelixK() { return of(3).lhelix; }
  HepSymMatrix& getLErrorK() { return of(3).lerror; }
  HepVector& getZHelixP() { return of(4).zhelix; }
  HepSymMatrix& getZErrorP() { return of(4).zerror; }
  HepVector& getFHelixP() { return of(4).fhelix; }
  HepSymMatrix& getFErrorP() { return of(4).ferror; }
  HepVector& getLHelixP() { return of(4).lhelix; }
  HepSymMatrix& getLErrorP() { return of(4).lerror; }
  const HepVector& getLHelix(const int pid) const { return of(pid).lhelix; }
  const HepSymMatrix& getLError(const int pid) const { return of(pid).lerror; }

  const HepPoint3D getPocaE() const { return of(0).poca; }
  const HepPoint3D getPocaMu() const { return of(1).poca; }
  const HepPoint3D getPoca() const { return of(2).poca; }
  const HepPoint3D getPocaK() const { return of(3).poca; }
  const HepPoint3D getPocaP() const { return of(4).poca; }
  const HepPoint3D& getPoca(const int pid) const { return of(pid).poca; }

  double getZDr() const { return of(2).zhelix[0]; }
  double getZFi0() const { return of(2).zhelix[1]; }
  double getZCpa() const { return of(2).zhelix[2]; }
  double getZDz() const { return of(2).zhelix[3]; }
  double getZTanl() const { return of(2).zhelix[4]; }

  void setMass(double value, int pid) { m_mass[pid] = value; }
  void setLength(double value, int pid) { m_length[pid] = value; }
  void setTof(double value, int pid) { m_tof[pid] = value; }
  void setNhits(int value, int pid) { of(pid).nhits = value; }  // 0 for a track read from a DST
  void setLHelix(const HepVector& value, const int pid) { of(pid).lhelix = value; }
  void setLHelix(double* value, const int pid) { copyVector(value, of(pid).lhelix); }
  void setLError(const HepSymMatrix& value, const int pid) { of(pid).lerror = value; }
  void setLError(double* lower, const int pid) { copyTriangle(lower, of(pid).lerror); }

private:
  double m_mass[5], m_length[5], m_tof[5];
};

typedef ObjectVector<RecMdcKalTrack> RecMdcKalTrackCol;

#endif
