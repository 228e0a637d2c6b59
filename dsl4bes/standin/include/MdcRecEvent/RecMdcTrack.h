// Reconstructed drift-chamber track.
#ifndef STANDIN_MDCRECEVENT_RECMDCTRACK_H
#define STANDIN_MDCRECEVENT_RECMDCTRACK_H

#include "DstEvent/DstMdcTrack.h"
#include "GaudiKernel/SmartRef.h"
#include "GaudiKernel/SmartRefVector.h"

class RecMdcTrack : public DstMdcTrack {
public:
  RecMdcTrack();
  RecMdcTrack(const DstMdcTrack& track);
  RecMdcTrack& operator=(const DstMdcTrack& track);
  virtual ~RecMdcTrack();

  double getVX0() const { return m_pivot.x(); }
  double getVY0() const { return m_pivot.y(); }
  double getVZ0() const { return m_pivot.z(); }
  const HepPoint3D& getPivot() const { return m_pivot; }
  int getNhits() const { return m_nhits; }
  double getFiTerm() const { return m_fiTerm; }

  void setVX0(double value) { m_pivot.setX(value); }
  void setVY0(double value) { m_pivot.setY(value); }
  void setVZ0(double value) { m_pivot.setZ(value); }
  void setPivot(const HepPoint3D& value) { m_pivot = value; }
  void setNhits(int value) { m_nhits = value; }
  void setFiTerm(double value) { m_fiTerm = value; }

private:
  HepPoint3D m_pivot;
  double m_fiTerm;
  int m_nhits;
};

typedef ObjectVector<RecMdcTrack> RecMdcTrackCol;

#endif
