// Candidate neutral pion from two photons, with the result of its mass-constrained fit.
#ifndef STANDIN_EVTRECEVENT_EVTRECPI0_H
#define STANDIN_EVTRECEVENT_EVTRECPI0_H

#include "EvtRecEvent/EvtRecTrack.h"

class EvtRecPi0 : public ContainedObject {
public:
  EvtRecPi0();
  ~EvtRecPi0();

  double unconMass() const { return m_unconMass; }
  double chisq() const { return m_chisq; }
  HepLorentzVector hiPfit() const { return m_hiPfit; }
  HepLorentzVector loPfit() const { return m_loPfit; }
  const EvtRecTrack* hiEnGamma() const { return m_hi; }
  const EvtRecTrack* loEnGamma() const { return m_lo; }

  void setUnconMass(const double value) { m_unconMass = value; }
  void setChisq(const double value) { m_chisq = value; }
  void setHiPfit(const HepLorentzVector& value) { m_hiPfit = value; }
  void setLoPfit(const HepLorentzVector& value) { m_loPfit = value; }
  void setHiEnGamma(const EvtRecTrack* value) { m_hi = value; }
  void setLoEnGamma(const EvtRecTrack* value) { m_lo = value; }

private:
  double m_unconMass, m_chisq;
  HepLorentzVector m_hiPfit, m_loPfit;
  const EvtRecTrack* m_hi;
  const EvtRecTrack* m_lo;
};

typedef ObjectVector<EvtRecPi0> EvtRecPi0Col;

#endif
