// Flight of a particle from its production vertex to its decay vertex.
//
// In: the particle at its decay vertex as track 0 (wVirtualTrack of a vertex fit), the decay vertex
// (setVpar), the production vertex (setPrimaryVertex; default the origin, 0.1 x 0.1 x 1.5 cm).  Out: chi2
// with two degrees of freedom, flight length (cm), c tau (cm), the improved particle.  A refused fit changes
// chisq(), length and momentum to their init() values, but never ctau() and ctauError(): as in BOSS they
// stay those of the last accepted fit.
#ifndef VertexFit_SecondVertexFit_H
#define VertexFit_SecondVertexFit_H

#include "VertexFit/TrackPool.h"
#include "VertexFit/VertexFit.h"
#include "VertexFit/VertexParameter.h"

namespace standin { class Fitters; }

class SecondVertexFit : public TrackPool {
 public:
  static SecondVertexFit* instance();

  // Forgets the track and the decay vertex, keeps the production vertex; chi2 cut 500, tolerance 1e-2.
  void init();

  void setIterNumber(const int niter = 10) { m_niter = niter; }
  void setChisqCut(const double chicut = 500, const double chiter = 1.0e-2) {
    m_chicut = chicut;
    m_chiter = chiter;
  }
  void setMagCorrFactor(const double factor = 1.000) { m_factor = factor; }
  double factor() const { return m_factor; }
  void setVpar(const VertexParameter vpar) { m_decay = vpar; }
  void setPrimaryVertex(const VertexParameter vpar) { m_production = vpar; }

  bool Fit();

  double chisq() const { return m_chisq; }
  double decayLength() const { return m_length; }
  double decayLengthError() const { return m_lengthError; }
  double ctau() const { return m_ctau; }
  double ctauError() const { return m_ctauError; }
  HepLorentzVector p4par() const { return m_p4; }
  WTrackParameter wpar() const { return m_particle; }
  VertexParameter vpar() const { return m_decay; }
  HepPoint3D crossPoint() const { return HepPoint3D(m_point[0], m_point[1], m_point[2]); }
  Hep3Vector crossVector() const;

 private:
  friend class standin::Fitters;  // has one of its own
  SecondVertexFit();
  SecondVertexFit(const SecondVertexFit&);
  SecondVertexFit& operator=(const SecondVertexFit&);

  int m_niter;
  double m_chicut;
  double m_chiter;
  double m_factor;
  double m_chisq;
  double m_length;
  double m_lengthError;
  double m_ctau;
  double m_ctauError;
  double m_point[3];
  HepLorentzVector m_p4;
  WTrackParameter m_particle;
  VertexParameter m_production;
  VertexParameter m_decay;
};

#endif
