// The measured centre-of-mass energy per run, as the data base would give it.
#ifndef STANDIN_RUNTIME_ENERGYDB_H
#define STANDIN_RUNTIME_ENERGYDB_H

#include "MeasuredEcmsSvc/IMeasuredEcmsSvc.h"

#include <map>

namespace standin {

class EnergyDb : public IMeasuredEcmsSvc {
public:
  void set(int run, double ecms) { m_energies[run] = ecms; }  // GeV

  double getPx(int run) override { return 0.011 * getEcms(run); }  // half of the crossing angle of 22 mrad
  double getPy(int) override { return 0; }
  double getPz(int) override { return 0; }
  double getEcms(int run) override {
    const auto found = m_energies.find(run);
    return found == m_energies.end() ? 0 : found->second;
  }
  bool isGetEcmsValid(int run) override { return m_energies.count(run) != 0; }

private:
  std::map<int, double> m_energies;
};

}

#endif
