// Fit of tracks to common vertices; the positions and momenta of the tracks are improved with it.
//
// In: tracks (AddTrack), one or more vertices with the numbers of their tracks (AddVertex), the error of the
// vertex position (diagonal 1e6 cm squared = unknown).  Out: chi2, vertex, tracks at the vertex (after
// Swim), the particle they form (BuildVirtualParticle).  The position given with a vertex is never used:
// the fit starts at the mean of the tracks' points.  One object for the job: copy results before init().
#ifndef VertexFit_VertexFit_H
#define VertexFit_VertexFit_H

#include <vector>

#include "VertexFit/TrackPool.h"
#include "VertexFit/VertexParameter.h"
#include "VertexFit/WTrackParameter.h"

namespace standin { class Fitters; }

class VertexFit : public TrackPool {
 public:
  static VertexFit* instance();

  // Forgets tracks and vertices; 10 iterations, chi2 below 1000, tolerance 1e-3, field factor 1.
  void init();

  void AddVertex(int number, VertexParameter vpar, std::vector<int> lis);
  void AddVertex(int number, VertexParameter vpar, int n1, int n2, int n3 = -1, int n4 = -1, int n5 = -1,
                 int n6 = -1, int n7 = -1, int n8 = -1, int n9 = -1, int n10 = -1, int n11 = -1, int n12 = -1);
  void AddBeamFit(int number, VertexParameter vpar, int n);

  void setIterNumber(const int niter = 10) { m_niter = niter; }
  void setChisqCut(const double chicut = 1000, const double chiter = 1.0e-3) {
    m_chicut = chicut;
    m_chiter = chiter;
  }
  void setMagCorrFactor(const double factor = 1.000) { m_factor = factor; }
  double factor() const { return m_factor; }

  bool Fit();        // all vertices, swims the tracks (momenta only: no track covariance), sums chi2
  bool Fit(int n);   // vertex n; false for chi2 at or above the cut
  bool BeamFit(int n);
  void BuildVirtualParticle(int number);
  void Swim(int n);  // covariance of the tracks, then tracks moved to the vertex

  double chisq() const { return m_chi; }
  double chisq(int n) const { return m_chisq[n]; }
  bool pull(int n, int itk, HepVector& p);  // five helix pulls of track itk; p must have five rows

  HepLorentzVector pfit(int n) const { return asFitted(n).p(); }
  HepPoint3D xfit(int n) const { return asFitted(n).x(); }
  HepVector w(int n) const { return asFitted(n).w(); }
  HepSymMatrix Ew(int n) const { return asFitted(n).Ew(); }
  WTrackParameter wtrk(int n) const { return asFitted(n); }

  HepPoint3D vx(int n) const { return m_fitted[n].vx(); }
  HepVector Vx(int n) const { return m_fitted[n].Vx(); }
  HepSymMatrix Evx(int n) const { return m_fitted[n].Evx(); }
  double errorVx(int n, int i) const { return std::sqrt(m_fitted[n].Evx()[i][i]); }
  VertexParameter vpar(int n) const { return m_fitted[n]; }
  WTrackParameter wVirtualTrack(int n) const { return m_virtual[n]; }

 private:
  friend class standin::Fitters;  // has one of its own
  VertexFit();
  VertexFit(const VertexFit&);
  VertexFit& operator=(const VertexFit&);

  struct Leg;       // one track inside the fit
  struct Solution;  // the last vertex fit
  struct Vertex {
    std::vector<int> tracks;
    bool common;
  };

  void begin(int n);
  void linearise(Leg& leg);
  void update(int n);
  void vertexCovariance(int n);
  void trackCovariance(int n);
  void moveToVertex(int n);
  double bend(const Leg& leg) const;

  std::vector<Vertex> m_vertices;
  std::vector<VertexParameter> m_given;
  std::vector<VertexParameter> m_fitted;
  std::vector<WTrackParameter> m_virtual;
  std::vector<double> m_chisq;
  double m_chi;
  int m_niter;
  double m_chicut;
  double m_chiter;
  double m_factor;
  Solution* m_solution;
};

#endif
