// The solenoid of BESIII as the fitters see it: uniform, 1 T along -z.
#ifndef vertexfit_Field_H
#define vertexfit_Field_H

namespace vertexfit {

// Field along z in tesla: BESIII's nominal value and sign; its field map is not available outside BOSS.
inline double fieldTesla() { return -1.0; }

// GeV of transverse momentum per tesla and cm of radius: the speed of light in 1e11 cm/s.
inline double momentumPerTeslaCm() { return 0.00299792458; }

// A particle of this charge that moves by (dx, dy) changes its momentum by (bend * dy, -bend * dx), GeV/cm;
// positive particles turn counter-clockwise seen from +z.
inline double bendPerCm(int charge) { return -momentumPerTeslaCm() * fieldTesla() * charge; }

}  // namespace vertexfit

#endif
