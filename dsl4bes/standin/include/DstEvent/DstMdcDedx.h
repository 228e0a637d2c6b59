// Energy loss of a track in the drift chamber.
#ifndef STANDIN_DSTEVENT_DSTMDCDEDX_H
#define STANDIN_DSTEVENT_DSTMDCDEDX_H

#include "DstEvent/EventNamespaces.h"

// The order of this enumeration (kaon before pion) is not the hypothesis order of chi().
enum pid_dedx { electron, muon, kaon, pion, proton };

class DstMdcDedx : public ContainedObject {
public:
  DstMdcDedx();
  virtual ~DstMdcDedx();

  int trackId() const { return m_trackId; }
  int particleId() const { return m_particleId; }
  pid_dedx particleType() const;
  int status() const { return m_status; }
  int truncAlg() const { return m_truncAlg; }
  double chi(int i) const { return m_chi[i]; }
  double chiE() const { return m_chi[0]; }
  double chiMu() const { return m_chi[1]; }
  double chiPi() const { return m_chi[2]; }
  double chiK() const { return m_chi[3]; }
  double chiP() const { return m_chi[4]; }
  int numGoodHits() const { return m_numGoodHits; }
  int numTotalHits() const { return m_numTotalHits; }
  double probPH() const { return m_probPH; }
  double normPH() const { return m_normPH; }
  double errorPH() const { return m_errorPH; }
  double twentyPH() const { return m_twentyPH; }

  void setTrackId(int value) { m_trackId = value; }
  void setParticleId(int value) { m_particleId = value; }
  void setStatus(int value) { m_status = value; }
  void setTruncAlg(int value) { m_truncAlg = value; }
  void setChi(double* value) { for (int i = 0; i < 5; ++i) m_chi[i] = value[i]; }
  void setNumGoodHits(int value) { m_numGoodHits = value; }
  void setNumTotalHits(int value) { m_numTotalHits = value; }
  void setProbPH(double value) { m_probPH = value; }
  void setNormPH(double value) { m_normPH = value; }
  void setErrorPH(double value) { m_errorPH = value; }
  void setTwentyPH(double value) { m_twentyPH = value; }

protected:
  int m_trackId, m_particleId, m_status, m_truncAlg, m_numGoodHits, m_numTotalHits;
  double m_chi[5], m_probPH, m_normPH, m_errorPH, m_twentyPH;
};

typedef ObjectVector<DstMdcDedx> DstMdcDedxCol;

#endif
