// Energy error of a photon that follows the fitted energy: a logarithmic Gaussian line shape of the calorimeter.
#ifndef vertexfit_ShowerShape_H
#define vertexfit_ShowerShape_H

namespace vertexfit {

// The error (GeV) to give the measured energy when the fitted one is `peak`; both in GeV.
double showerEnergyError(double measured, double peak);

}  // namespace vertexfit

#endif
