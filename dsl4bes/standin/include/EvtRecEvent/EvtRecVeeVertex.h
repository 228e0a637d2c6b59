// Decay vertex of a neutral particle into two charged tracks.
#ifndef STANDIN_EVTRECEVENT_EVTRECVEEVERTEX_H
#define STANDIN_EVTRECEVENT_EVTRECVEEVERTEX_H

#include "EvtRecEvent/EvtRecTrack.h"
#include <utility>

// vertexId: 310 K_S, 3122 Lambda, -3122 anti-Lambda. w = (px, py, pz, E, x, y, z). pair: 1 e .. 5 p.
class EvtRecVeeVertex : public ContainedObject {
public:
  EvtRecVeeVertex();
  ~EvtRecVeeVertex();

  int vertexId() const { return m_vertexId; }
  int vertexType() const { return m_vertexType; }
  double chi2() const { return m_chi2; }
  int ndof() const { return m_ndof; }
  double mass() const { return m_mass; }
  const HepVector& w() const { return m_w; }
  const HepSymMatrix& Ew() const { return m_Ew; }
  const std::pair<int, int>& pair() const { return m_pair; }
  int pair(int i) const { return i == 0 ? m_pair.first : m_pair.second; }
  int nCharge() const { return m_nCharge; }
  int nTracks() const { return m_nTracks; }
  std::pair<SmartRef<EvtRecTrack>, SmartRef<EvtRecTrack> >& pairDaughters() { return m_daughters; }
  SmartRef<EvtRecTrack>& daughter(int i) { return i == 0 ? m_daughters.first : m_daughters.second; }

  void setVertexId(int value) { m_vertexId = value; }
  void setVertexType(int value) { m_vertexType = value; }
  void setChi2(double value) { m_chi2 = value; }
  void setNdof(int value) { m_ndof = value; }
  void setMass(double value) { m_mass = value; }
  void setW(const HepVector& value) { m_w = value; }
  void setEw(const HepSymMatrix& value) { m_Ew = value; }
  void setPair(const std::pair<int, int>& value) { m_pair = value; }
  void setNCharge(int value) { m_nCharge = value; }
  void setNTracks(int value) { m_nTracks = value; }
  void addDaughter(const SmartRef<EvtRecTrack>& track, int i) { daughter(i) = track; }

private:
  int m_vertexId, m_vertexType, m_ndof, m_nCharge, m_nTracks;
  double m_chi2, m_mass;
  HepVector m_w;
  HepSymMatrix m_Ew;
  std::pair<int, int> m_pair;
  std::pair<SmartRef<EvtRecTrack>, SmartRef<EvtRecTrack> > m_daughters;
};

typedef ObjectVector<EvtRecVeeVertex> EvtRecVeeVertexCol;

#endif
