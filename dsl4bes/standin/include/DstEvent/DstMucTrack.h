// Track in the muon counter; cm and GeV.
#ifndef STANDIN_DSTEVENT_DSTMUCTRACK_H
#define STANDIN_DSTEVENT_DSTMUCTRACK_H

#include "DstEvent/EventNamespaces.h"

class DstMucTrack : public ContainedObject {
public:
  DstMucTrack();
  virtual ~DstMucTrack();

  int trackId() const { return m_trackId; }
  int id() const { return m_id; }
  int status() const { return m_status; }
  int type() const { return m_type; }
  int startPart() const { return m_startPart; }
  int endPart() const { return m_endPart; }
  int brLastLayer() const { return m_brLastLayer; }
  int ecLastLayer() const { return m_ecLastLayer; }
  int numHits() const { return m_numHits; }
  int numLayers() const { return m_numLayers; }
  int maxHitsInLayer() const { return m_maxHitsInLayer; }
  double depth() const { return m_depth; }
  double chi2() const { return m_chi2; }
  int dof() const { return m_dof; }
  double rms() const { return m_rms; }
  double xPos() const { return m_position[0]; }
  double yPos() const { return m_position[1]; }
  double zPos() const { return m_position[2]; }
  double xPosSigma() const { return m_positionSigma[0]; }
  double yPosSigma() const { return m_positionSigma[1]; }
  double zPosSigma() const { return m_positionSigma[2]; }
  double px() const { return m_momentum[0]; }
  double py() const { return m_momentum[1]; }
  double pz() const { return m_momentum[2]; }
  double distance() const { return m_distance; }
  double deltaPhi() const { return m_deltaPhi; }
  vector<int> vecHits() const { return m_vecHits; }
  double kalRechi2() const { return m_kalRechi2; }
  int kaldof() const { return m_kaldof; }
  double kaldepth() const { return m_kaldepth; }
  int kalbrLastLayer() const { return m_kalbrLastLayer; }
  int kalecLastLayer() const { return m_kalecLastLayer; }

  void setTrackId(int value) { m_trackId = value; }
  void setId(int value) { m_id = value; }
  void setStatus(int value) { m_status = value; }
  void setType(int value) { m_type = value; }
  void setStartPart(int value) { m_startPart = value; }
  void setEndPart(int value) { m_endPart = value; }
  void setBrLastLayer(int value) { m_brLastLayer = value; }
  void setEcLastLayer(int value) { m_ecLastLayer = value; }
  void setNumHits(int value) { m_numHits = value; }
  void setNumLayers(int value) { m_numLayers = value; }
  void setMaxHitsInLayer(int value) { m_maxHitsInLayer = value; }
  void setDepth(double value) { m_depth = value; }
  void setChi2(double value) { m_chi2 = value; }
  void setDof(int value) { m_dof = value; }
  void setRms(double value) { m_rms = value; }
  void setXPos(double value) { m_position[0] = value; }
  void setYPos(double value) { m_position[1] = value; }
  void setZPos(double value) { m_position[2] = value; }
  void setXPosSigma(double value) { m_positionSigma[0] = value; }
  void setYPosSigma(double value) { m_positionSigma[1] = value; }
  void setZPosSigma(double value) { m_positionSigma[2] = value; }
  void setPx(double value) { m_momentum[0] = value; }
  void setPy(double value) { m_momentum[1] = value; }
  void setPz(double value) { m_momentum[2] = value; }
  void setDistance(double value) { m_distance = value; }
  void setDeltaPhi(double value) { m_deltaPhi = value; }
  void setVecHits(vector<int>& value) { m_vecHits = value; }
  void setkalRechi2(double value) { m_kalRechi2 = value; }
  void setkalDof(int value) { m_kaldof = value; }
  void setkalDepth(double value) { m_kaldepth = value; }
  void setkalbrLastLayer(int value) { m_kalbrLastLayer = value; }
  void setkalecLastLayer(int value) { m_kalecLastLayer = value; }

protected:
  int m_trackId, m_id, m_status, m_type, m_startPart, m_endPart, m_brLastLayer, m_ecLastLayer;
  int m_numHits, m_numLayers, m_maxHitsInLayer, m_dof, m_kaldof, m_kalbrLastLayer, m_kalecLastLayer;
  double m_depth, m_chi2, m_rms, m_position[3], m_positionSigma[3], m_momentum[3], m_distance, m_deltaPhi;
  double m_kalRechi2, m_kaldepth;
  vector<int> m_vecHits;
};

typedef ObjectVector<DstMucTrack> DstMucTrackCol;

#endif
