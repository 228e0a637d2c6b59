// Reconstructed calorimeter shower.
#ifndef STANDIN_EMCRECEVENTMODEL_RECEMCSHOWER_H
#define STANDIN_EMCRECEVENTMODEL_RECEMCSHOWER_H

#include "DstEvent/DstEmcShower.h"
#include "EmcRecEventModel/RecEmcDataType.h"

class RecEmcShower : public DstEmcShower {
public:
  RecEmcShower();
  RecEmcShower(const DstEmcShower& shower);
  RecEmcShower& operator=(const DstEmcShower& shower);
  ~RecEmcShower();

  bool operator<(const RecEmcShower& other) const { return energy() < other.energy(); }
  bool operator>(const RecEmcShower& other) const { return energy() > other.energy(); }

  // What the DST does not keep (cells, TOF energies, gaps) has the reset values of the real class.
  void Clear();
  RecEmcID getShowerId() const { return m_showerId; }
  RecEmcID ShowerId(RecEmcID id) { return m_showerId = id; }
  RecEmcID getClusterId() const { return m_clusterId; }
  void ClusterId(const RecEmcID id) { m_clusterId = id; }
  RecEmcEnergy getEAll() const { return m_eAll; }
  RecEmcEnergy EAll(RecEmcEnergy e) { return m_eAll = e; }
  RecEmcEnergy getETof2x1() const { return m_eTof2x1; }
  RecEmcEnergy ETof2x1(RecEmcEnergy e) { return m_eTof2x1 = e; }
  RecEmcEnergy getETof2x3() const { return m_eTof2x3; }
  RecEmcEnergy ETof2x3(RecEmcEnergy e) { return m_eTof2x3 = e; }
  int ThetaGap() const { return m_thetaGap; }
  int ThetaGap(int value) { return m_thetaGap = value; }
  int PhiGap() const { return m_phiGap; }
  int PhiGap(int value) { return m_phiGap = value; }

private:
  RecEmcID m_showerId, m_clusterId;
  RecEmcEnergy m_eAll, m_eTof2x1, m_eTof2x3;
  int m_thetaGap, m_phiGap;
};

typedef ObjectVector<RecEmcShower> RecEmcShowerCol;

#endif
