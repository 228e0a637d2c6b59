"""Words that are coloured wherever they stand. Generated from the registry by `python -m dsl4bes.devtools.generate`; do not edit.

`STATEMENTS` stand in one line without `do`, `FUNCTIONS` are those of formulas, `LISTS` the identified particles, `UNITS` follow a number.
"""

from __future__ import annotations

# fmt: off
STATEMENTS = (
    "duplicates", "filter", "include", "let", "parameter", "require", "trigger", "veto",
)
FUNCTIONS = (
    "a20_moment", "a42_moment", "abs", "acos", "all", "angle", "any", "aplanarity", "asin", "atan2", "balance_t", "balance_z",
    "blinded", "boost", "charge", "chi2_track", "chi_dedx", "chi_tof", "chi_tof1", "chi_tof2", "chi_tofe", "conversion_gap", "conversion_radius", "cos",
    "count", "decay_plane", "dedx", "depth", "dphi", "e", "e3x3", "e5x5", "ecms", "emc_energy", "emc_hits", "eop",
    "eseed", "event", "event_fraction", "exp", "first", "fox_wolfram", "has_dedx", "has_emc", "has_muc", "has_tof", "has_trigger", "helicity",
    "in_runs", "index", "isolation", "lat_moment", "lhf_e", "lhf_k", "lhf_mu", "lhf_p", "lhf_pi", "log", "m", "m2",
    "mass", "matched", "max", "min", "missing_e", "missing_m2", "missing_p", "mod", "module", "mother", "muc_chi2", "muc_dof",
    "muc_hits", "muc_layers", "muc_max_hits", "n_charged", "n_neutral", "nth", "p", "p4", "passed", "pdgid", "phi", "prob",
    "prob_e", "prob_k", "prob_mu", "prob_p", "prob_pi", "prob_ratio", "property", "pt", "px", "py", "pz", "recoil",
    "recoil2", "recoil_p4", "rest", "run", "second_moment", "sigma", "simulated", "sin", "sphericity", "sqrt", "sum", "tan",
    "theta", "thrust", "thrust_axis", "ticks", "time", "tof", "trigger_channel", "trigger_condition", "truth", "visible_energy", "vr", "vz",
)
LISTS = (
    "el", "em", "ep", "ka", "km", "kp", "mu", "mum", "mup", "pi", "pim", "pip",
    "pr", "prm", "prp",
)
UNITS = (
    "eV", "keV", "MeV", "GeV", "TeV", "nm", "um", "mm", "cm", "m", "ps", "ns",
    "us", "ms", "s", "mrad", "rad", "deg", "%",
)
