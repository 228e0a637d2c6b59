// Extrapolation of a track to the outer detectors.
#ifndef STANDIN_DSTEVENT_DSTEXTTRACK_H
#define STANDIN_DSTEVENT_DSTEXTTRACK_H

#include "DstEvent/EventNamespaces.h"

// The accessors without argument follow SetParType (default 2, pion) of this object. A DST keeps one hypothesis,
// the pion. emcVolumeNumber() == -1 means: not extrapolated to the EMC, position (-99,-99,-99).
class DstExtTrack : public ContainedObject {
public:
  DstExtTrack();
  ~DstExtTrack();

  int GetTrackId() const { return m_trackId; }
  int trackId() const { return m_trackId; }

  const Hep3Vector tof1Position() const { return now().tof1.position; }
  const Hep3Vector tof1Position(int id) const { return of(id).tof1.position; }
  const Hep3Vector tof1Momentum() const { return now().tof1.momentum; }
  const Hep3Vector tof1Momentum(int id) const { return of(id).tof1.momentum; }
  int tof1VolumeNumber() const { return now().tof1.volume; }
  int tof1VolumeNumber(int id) const { return of(id).tof1.volume; }
  double tof1() const { return now().tof1.time; }
  double tof1(int id) const { return of(id).tof1.time; }
  double tof1Path() const { return now().tof1.path; }
  double tof1Path(int id) const { return of(id).tof1.path; }
  const HepSymMatrix tof1ErrorMatrix() const { return now().tof1.error; }
  const HepSymMatrix tof1ErrorMatrix(int id) const { return of(id).tof1.error; }

  const Hep3Vector tof2Position() const { return now().tof2.position; }
  const Hep3Vector tof2Position(int id) const { return of(id).tof2.position; }
  const Hep3Vector tof2Momentum() const { return now().tof2.momentum; }
  const Hep3Vector tof2Momentum(int id) const { return of(id).tof2.momentum; }
  int tof2VolumeNumber() const { return now().tof2.volume; }
  int tof2VolumeNumber(int id) const { return of(id).tof2.volume; }
  double tof2() const { return now().tof2.time; }
  double tof2(int id) const { return of(id).tof2.time; }
  double tof2Path() const { return now().tof2.path; }
  double tof2Path(int id) const { return of(id).tof2.path; }
  const HepSymMatrix tof2ErrorMatrix() const { return now().tof2.error; }
  const HepSymMatrix tof2ErrorMatrix(int id) const { return of(id).tof2.error; }

  const Hep3Vector emcPosition() const { return now().emc.position; }
  const Hep3Vector emcPosition(int id) const { return of(id).emc.position; }
  const Hep3Vector emcMomentum() const { return now().emc.momentum; }
  const Hep3Vector emcMomentum(int id) const { return of(id).emc.momentum; }
  int emcVolumeNumber() const { return now().emc.volume; }
  int emcVolumeNumber(int id) const { return of(id).emc.volume; }
  double emcPath() const { return now().emc.path; }
  double emcPath(int id) const { return of(id).emc.path; }
  const HepSymMatrix emcErrorMatrix() const { return now().emc.error; }
  const HepSymMatrix emcErrorMatrix(int id) const { return of(id).emc.error; }

  const Hep3Vector mucPosition() const { return now().muc.position; }
  const Hep3Vector mucPosition(int id) const { return of(id).muc.position; }
  const Hep3Vector mucMomentum() const { return now().muc.momentum; }
  const Hep3Vector mucMomentum(int id) const { return of(id).muc.momentum; }
  int mucVolumeNumber() const { return now().muc.volume; }
  int mucVolumeNumber(int id) const { return of(id).muc.volume; }
  const HepSymMatrix mucErrorMatrix() const { return now().muc.error; }
  const HepSymMatrix mucErrorMatrix(int id) const { return of(id).muc.error; }

  double MucKalchi2() const { return m_mucKalchi2; }
  double MucKalchi2(int) const { return m_mucKalchi2; }
  int MucKaldof() const { return m_mucKaldof; }
  int MucKaldof(int) const { return m_mucKaldof; }
  double MucKaldepth() const { return m_mucKaldepth; }
  double MucKaldepth(int) const { return m_mucKaldepth; }
  int MucKalbrLastLayer() const { return m_mucKalbrLastLayer; }
  int MucKalecLastLayer() const { return m_mucKalecLastLayer; }
  int MucKalnumHits() const { return m_mucKalnumHits; }

  void SetTrackId(int value) { m_trackId = value; }
  void SetParType(int type = 2) { myParticleType = (type >= 0 && type <= 4) ? type : 2; }
  void SetTof1Data(Hep3Vector position, Hep3Vector momentum, string name, int volume, double tof, double path,
                   HepSymMatrix error, double zSigma = 0., double tSigma = 0., double xSigma = 0., double ySigma = 0.);
  void SetTof2Data(Hep3Vector position, Hep3Vector momentum, string name, int volume, double tof, double path,
                   HepSymMatrix error, double zSigma = 0., double tSigma = 0., double xSigma = 0., double ySigma = 0.);
  void SetEmcData(Hep3Vector position, Hep3Vector momentum, string name, int volume, double thetaSigma,
                  double phiSigma, HepSymMatrix error);
  void SetEmcPath(double path) { m_type[myParticleType].emc.path = path; }
  void SetMucData(Hep3Vector position, Hep3Vector momentum, string name, int volume, HepSymMatrix error,
                  double zSigma = 0., double tSigma = 0., double xSigma = 0., double ySigma = 0.);
  void SetMucKalData(double chi2, int dof, double depth, int barrelLayer, int endcapLayer, int hits);

protected:
  int myParticleType;
  struct Crossing {
    Crossing();
    Hep3Vector position, momentum;
    int volume;
    double time, path;
    HepSymMatrix error;
  };
  struct Type {
    Crossing tof1, tof2, emc, muc;
  };
  const Type& now() const { return m_type[myParticleType]; }
  const Type& of(int id) const { return m_type[id >= 0 && id <= 4 ? id : 2]; }
  Type m_type[5];

private:
  int m_trackId;
  double m_mucKalchi2, m_mucKaldepth;
  int m_mucKaldof, m_mucKalbrLastLayer, m_mucKalecLastLayer, m_mucKalnumHits;
};

typedef ObjectVector<DstExtTrack> DstExtTrackCol;

#endif
