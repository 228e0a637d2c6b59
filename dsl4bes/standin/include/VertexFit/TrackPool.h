// The particles that enter a fit, common to all fitters.
//
// In: tracks, showers and missing particles, numbered 0, 1, 2, ... in the order of the calls (a wrong number
// is only reported on std::cout, as in BOSS).  Out: each particle before (origin) and after the fit (infit).
// Nothing is fitted here; which quantities of a particle are measured and which are free is recorded.
#ifndef VertexFit_TrackPool_H
#define VertexFit_TrackPool_H

#include <vector>

#include "VertexFit/WTrackParameter.h"

class RecMdcTrack;
class RecMdcKalTrack;
class RecEmcShower;

class TrackPool {
 public:
  TrackPool();

  void AddTrack(const int number, const WTrackParameter wtrk);
  void AddTrack(const int number, const double mass, const RecMdcTrack* trk);
  // Declared by BOSS 7.0.4 without a definition: using it fails when the library is loaded, here as there.
  void AddTrack(const int number, const double mass, const RecMdcKalTrack* trk);
  void AddTrack(const int number, const double mass, const RecEmcShower* trk);

  void AddMissTrack(const int number, const double mass);
  void AddMissTrack(const int number, const double mass, const HepLorentzVector p4);
  void AddMissTrack(const int number, const double mass, const RecEmcShower* trk);
  void AddMissTrack(const int number, const RecEmcShower* trk);
  void AddMissTrack(const int number, const HepLorentzVector p4);
  void AddTrackVertex(const int number, const double mass, const RecEmcShower* trk);

  // One to twelve numbers as a list.
  std::vector<int> AddList(int n1, int n2 = -1, int n3 = -1, int n4 = -1, int n5 = -1, int n6 = -1, int n7 = -1,
                           int n8 = -1, int n9 = -1, int n10 = -1, int n11 = -1, int n12 = -1);

  std::vector<WTrackParameter> wTrackOrigin() const { return allAsAdded(); }
  std::vector<WTrackParameter> wTrackInfit() const { return m_infit.empty() ? allAsAdded() : m_infit; }
  WTrackParameter wTrackOrigin(int n) const { return asAdded(n); }
  WTrackParameter wTrackInfit(int n) const { return asFitted(n); }
  int numberWTrack() const { return int(m_start.size()); }

  // Where photons come from (default: the origin, without error); set before AddTrack with a shower.
  void setBeamPosition(const HepPoint3D BeamPosition) { m_beam = BeamPosition; }
  void setVBeamPosition(const HepSymMatrix VBeamPosition) { m_beamError = VBeamPosition; }
  HepPoint3D getBeamPosition() const { return m_beam; }
  HepSymMatrix getVBeamPosition() const { return m_beamError; }

 protected:
  // Which coordinates of a particle are measured and which are free in a kinematic fit.
  enum Knowledge {
    MomentumMeasured,     // (px, py, pz) measured, mass fixed
    ShowerMeasured,       // (phi, cot theta, E) measured, mass fixed
    NothingKnown,         // (px, py, pz, E) free
    MassKnown,            // (phi, cot theta, E) free, mass fixed
    DirectionKnown,       // (phi, cot theta) measured, mass and E free
    DirectionMassKnown,   // (phi, cot theta) measured, |p| free, mass fixed
    ShowerAndVertex       // shower position and E measured, origin point shared and known as the beam is
  };

  // The start of a particle in its own coordinates: variances of what is measured, zero for what is free.
  struct Start {
    Knowledge knowledge;
    double mass;
    double value[4];
    double variance[4];     // diagonal; MomentumMeasured and ShowerAndVertex use the covariance of origin
    double shower[4];       // energy, error of azimuth and of polar angle, momentum
    double point[3];        // of the shower (cm)
    bool described;         // false: its WTrackParameter was not asked for yet
    Start();
  };

  void clearTracks();
  void forgetBeam();
  const WTrackParameter& asAdded(int n) const {
    if (!m_start[n].described) describe(n);
    return m_origin[n];
  }
  const WTrackParameter& asFitted(int n) const { return m_infit.empty() ? asAdded(n) : m_infit[n]; }
  WTrackParameter& asFitted(int n) {
    if (m_infit.empty()) m_infit = allAsAdded();
    return m_infit[n];
  }
  const Start& start(int n) const { return m_start[n]; }
  void resetInfit() { m_infit.clear(); }

 private:
  void keep(int number, const WTrackParameter& wtrk, const Start& start);
  void addPointing(int number, double mass, const RecEmcShower* trk, Knowledge knowledge);
  static WTrackParameter showerParticle(const Start& start);
  void describe(int n) const;
  const std::vector<WTrackParameter>& allAsAdded() const;

  // A fit of many showers needs their starts alone: their WTrackParameters are made when they are asked for.
  mutable std::vector<WTrackParameter> m_origin;
  std::vector<WTrackParameter> m_infit;  // empty: as added
  mutable std::vector<Start> m_start;
  HepPoint3D m_beam;
  HepSymMatrix m_beamError;
};

#endif
