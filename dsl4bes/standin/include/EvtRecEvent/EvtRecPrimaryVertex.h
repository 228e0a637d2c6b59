// Vertex of the event as fitted by the reconstruction.
#ifndef STANDIN_EVTRECEVENT_EVTRECPRIMARYVERTEX_H
#define STANDIN_EVTRECEVENT_EVTRECPRIMARYVERTEX_H

#include "DstEvent/EventNamespaces.h"
#include "GaudiKernel/SmartRef.h"

class EvtRecPrimaryVertex : public DataObject {
public:
  EvtRecPrimaryVertex();
  ~EvtRecPrimaryVertex();

  bool isValid() const { return m_isValid; }
  int nTracks() const { return m_nTracks; }
  const std::vector<int>& trackIdList() const { return m_trackIdList; }
  double chi2() const { return m_chi2; }
  int ndof() const { return m_ndof; }
  int fitMethod() const { return m_fitMethod; }
  const HepVector& vertex() const { return m_vertex; }
  const HepSymMatrix& errorVertex() const { return m_errorVertex; }

  void setIsValid(bool value) { m_isValid = value; }
  void setNTracks(int value) { m_nTracks = value; }
  void setTrackIdList(const std::vector<int>& value) { m_trackIdList = value; }
  void setChi2(double value) { m_chi2 = value; }
  void setNdof(int value) { m_ndof = value; }
  void setFitMethod(int value) { m_fitMethod = value; }
  void setVertex(const HepVector& value) { m_vertex = value; }
  void setErrorVertex(const HepSymMatrix& value) { m_errorVertex = value; }

private:
  bool m_isValid;
  int m_nTracks, m_ndof, m_fitMethod;
  std::vector<int> m_trackIdList;
  double m_chi2;
  HepVector m_vertex;
  HepSymMatrix m_errorVertex;
};

#endif
