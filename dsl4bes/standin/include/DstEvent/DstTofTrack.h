// Record of the time-of-flight system: one counter, one read-out end, or a cluster of both layers.
#ifndef STANDIN_DSTEVENT_DSTTOFTRACK_H
#define STANDIN_DSTEVENT_DSTTOFTRACK_H

#include "DstEvent/EventNamespaces.h"

// ns and cm. texp, toffset, sigma by hypothesis 0 e .. 4 p; toffset and sigma have a sixth entry, the antiproton.
class DstTofTrack : public ContainedObject {
public:
  DstTofTrack();
  virtual ~DstTofTrack();

  int tofTrackID() const { return m_tofTrackID; }
  int trackID() const { return m_trackID; }
  int tofID();
  int strip();
  unsigned int status() const { return m_status; }
  double path() const { return m_path; }
  double zrhit() const { return m_zrhit; }
  double ph() const { return m_ph; }
  double tof() const { return m_tof; }
  double errtof() const { return m_sigma[0]; }
  double beta() const { return m_beta; }
  double texp(int i) const { return m_texp[i]; }
  double texpElectron() const { return m_texp[0]; }
  double texpMuon() const { return m_texp[1]; }
  double texpPion() const { return m_texp[2]; }
  double texpKaon() const { return m_texp[3]; }
  double texpProton() const { return m_texp[4]; }
  double toffset(int i) const { return m_toffset[i]; }
  double toffsetElectron() const { return m_toffset[0]; }
  double toffsetMuon() const { return m_toffset[1]; }
  double toffsetPion() const { return m_toffset[2]; }
  double toffsetKaon() const { return m_toffset[3]; }
  double toffsetProton() const { return m_toffset[4]; }
  double toffsetAntiProton() const { return m_toffset[5]; }
  double sigma(int i) const { return m_sigma[i]; }
  double sigmaElectron() const { return m_sigma[0]; }
  double sigmaMuon() const { return m_sigma[1]; }
  double sigmaPion() const { return m_sigma[2]; }
  double sigmaKaon() const { return m_sigma[3]; }
  double sigmaProton() const { return m_sigma[4]; }
  double sigmaAntiProton() const { return m_sigma[5]; }
  int quality() const { return m_quality; }
  double t0() const { return m_t0; }
  double errt0() const { return m_errt0; }
  double errz() const { return m_errz; }
  double phi() const { return m_phi; }
  double errphi() const { return m_errphi; }
  double energy() const { return m_energy; }
  double errenergy() const { return m_errenergy; }

  void setTofTrackID(int value) { m_tofTrackID = value; }
  void setTrackID(int value) { m_trackID = value; }
  void setTofID(int value) { m_tofID = value; }
  void setStatus(unsigned int value) { m_status = value; }
  void setPath(double value) { m_path = value; }
  void setZrHit(double value) { m_zrhit = value; }
  void setPh(double value) { m_ph = value; }
  void setTof(double value) { m_tof = value; }
  void setErrTof(double value) { m_sigma[0] = value; }
  void setBeta(double value) { m_beta = value; }
  void setTexp(double value[5]) { for (int i = 0; i < 5; ++i) m_texp[i] = value[i]; }
  void setTexpElectron(double value) { m_texp[0] = value; }
  void setTexpMuon(double value) { m_texp[1] = value; }
  void setTexpPion(double value) { m_texp[2] = value; }
  void setTexpKaon(double value) { m_texp[3] = value; }
  void setTexpProton(double value) { m_texp[4] = value; }
  void setToffset(double value[6]) { for (int i = 0; i < 6; ++i) m_toffset[i] = value[i]; }
  void setToffsetElectron(double value) { m_toffset[0] = value; }
  void setToffsetMuon(double value) { m_toffset[1] = value; }
  void setToffsetPion(double value) { m_toffset[2] = value; }
  void setToffsetKaon(double value) { m_toffset[3] = value; }
  void setToffsetProton(double value) { m_toffset[4] = value; }
  void setToffsetAntiProton(double value) { m_toffset[5] = value; }
  void setSigma(double value[6]) { for (int i = 0; i < 6; ++i) m_sigma[i] = value[i]; }
  void setSigmaElectron(double value) { m_sigma[0] = value; }
  void setSigmaMuon(double value) { m_sigma[1] = value; }
  void setSigmaPion(double value) { m_sigma[2] = value; }
  void setSigmaKaon(double value) { m_sigma[3] = value; }
  void setSigmaProton(double value) { m_sigma[4] = value; }
  void setSigmaAntiProton(double value) { m_sigma[5] = value; }
  void setQuality(int value) { m_quality = value; }
  void setT0(double value) { m_t0 = value; }
  void setErrT0(double value) { m_errt0 = value; }
  void setErrZ(double value) { m_errz = value; }
  void setPhi(double value) { m_phi = value; }
  void setErrPhi(double value) { m_errphi = value; }
  void setEnergy(double value) { m_energy = value; }
  void setErrEnergy(double value) { m_errenergy = value; }

private:
  int m_tofTrackID, m_trackID, m_tofID;
  unsigned int m_status;
  double m_path, m_zrhit, m_ph, m_tof, m_beta;
  double m_texp[5], m_toffset[6], m_sigma[6];
  int m_quality;
  double m_t0, m_errt0, m_errz, m_phi, m_errphi, m_energy, m_errenergy;
};

typedef ObjectVector<DstTofTrack> DstTofTrackCol;

#endif
