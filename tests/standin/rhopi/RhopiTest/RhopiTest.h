#ifndef RhopiTest_RhopiTest_H
#define RhopiTest_RhopiTest_H

#include "GaudiKernel/AlgFactory.h"
#include "GaudiKernel/Algorithm.h"
#include "GaudiKernel/NTuple.h"
#include <vector>

class EvtRecTrack;

class RhopiTest : public Algorithm {
public:
  RhopiTest(const std::string& name, ISvcLocator* pSvcLocator);
  StatusCode initialize();
  StatusCode execute();
  StatusCode finalize();

private:
  StatusCode book();
  bool identify(EvtRecTrack* track);

  double m_vr0cut, m_vz0cut, m_energyThreshold, m_gammaAngleCut, m_probCut, m_ecms;
  bool m_fit;
  int m_counts[6];

  NTuple::Tuple* m_tuple1;  // every charged track
  NTuple::Item<int> m_event1;
  NTuple::Item<double> m_vx0, m_vy0, m_vr0, m_vz0;

  NTuple::Tuple* m_tuple2;  // identified tracks of the events that have two photons
  NTuple::Item<double> m_ptrk, m_cost, m_chi1, m_chi2, m_chie, m_probpi;

  NTuple::Tuple* m_tuple3;  // events that pass
  NTuple::Item<int> m_run, m_event;
  NTuple::Item<long> m_ngam;
  NTuple::Array<double> m_egam;
  NTuple::Item<double> m_chisq, m_mgg, m_mpipi;
};

#endif
