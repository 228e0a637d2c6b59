"""Slips of names: blocks, fields, options, lists, functions, particles and members that do not exist, or exist elsewhere.

In: nothing. Out: `SLIPS`. What is misspelt is one letter away from the right word, as the compiler's suggestion is.
"""

from __future__ import annotations

import re

from dsl4bes.dataset.repairs.slip import Change, Rng, Slip, at, misspelt, one_of

_LISTS = {"pip": ("piplus", "pi_plus", "pionp"), "pim": ("piminus", "pi_minus", "pionm"), "kp": ("kplus", "kaonp"), "km": ("kminus", "kaonm"), "prp": ("proton", "pplus"), "prm": ("antiproton", "pbar")}
_OTHER_CASE = {"charged_tracks": ("charged_track", "chargedTracks", "ChargedTracks", "tracks"), "photons": ("photon", "gammas", "Photons"), "pid": ("PID", "particle_id"), "kinematic_fit": ("kinematicFit", "kinfit", "kinematical_fit"), "vertex_fit": ("vertexfit", "vertexFit"), "event_selection": ("selection", "event_select"), "ntuple": ("tuple", "nTuple"), "histogram": ("hist", "histo")}
_OTHER_FIELD = {"vr": ("Rxy", "dr", "vxy"), "vz": ("dz", "Vz"), "cos": ("costheta", "cos_theta", "costh"), "energy": ("e", "emin", "energy_min"), "isolation": ("angle", "isolated"), "prob_cut": ("prob", "probability"), "constrain": ("constraint", "constraints"), "bins": ("bin", "binning"), "fill": ("value", "fills"), "choose": ("select", "chose"), "net_charge": ("charge", "netcharge", "total_charge"), "identify": ("id", "identity"), "decay": ("decays", "channel"), "mass_window": ("window", "masswindow"), "ecms": ("ECMS", "ecm", "energy")}


def _same_name(text: str, rng: Rng) -> Change | None:
    """Two branches of a tuple with one name."""
    names = list(re.finditer(r"(?:column |, )(\w+): ", text))
    if len(names) < 2:
        return None
    one, other = (names[int(index)] for index in sorted(rng.choice(len(names), 2, replace=False)))
    return None if one[1] == other[1] else Change(other.start(1), other.end(1), one[1], one[1], other[1])


SLIPS: tuple[Slip, ...] = (
    at("block_misspelt", r"^ *(charged_tracks|photons|kinematic_fit|vertex_fit|pi0_veto|eta_veto|histogram|ntuple|require|combine|event_selection|secondary_vertex|analysis|assign)\b", lambda place, rng: misspelt(place[1], rng), "meaning", shown="part"),
    at("block_by_another_name", r"^ *(charged_tracks|photons|pid|kinematic_fit|vertex_fit|event_selection|ntuple|histogram)\b", lambda place, rng: one_of(_OTHER_CASE[place[1]], rng), "meaning", shown="part"),
    at("field_misspelt", r"^ +(energy|isolation|prob_cut|identify|constrain|choose|decay|net_charge|ngood|ecms|column|systems|crossing_angle|mass_window|output)\b(?= )", lambda place, rng: misspelt(place[1], rng), "meaning", shown="part"),
    at("field_by_another_name", r"^ +(vr|vz|cos|energy|isolation|prob_cut|constrain|bins|fill|choose|net_charge|identify|decay|mass_window|ecms)\b(?= )", lambda place, rng: one_of(_OTHER_FIELD[place[1]], rng), "meaning"),
    at("option_misspelt", r":(four_momentum|min_chi2|nearest_mass|most_probable|charge_state|dedx|tof1|tof2|probability|total_energy|remaining)\b", lambda place, rng: misspelt(place[1], rng), "meaning", shown="part"),
    at("option_in_quotes_misspelt", r'"(from_\w+)"', lambda place, rng: one_of(tuple(x for x in (misspelt(place[1], rng), place[1].replace("from", "against"), place[1].replace("_", "-")) if x), rng), "meaning", shown="part"),
    at("frame_by_another_name", r"frame: :(cm)\b", lambda place, rng: one_of(("cms", "CM", "com", "center_of_mass"), rng), "meaning", shown="part"),
    at("list_misspelt", r"\b(good|gam|pip|pim|kp|km|prp|prm)(?=[,)\n])(?<!:pip)(?<!:pim)", lambda place, rng: one_of((*_LISTS.get(place[1], ()), f"{place[1]}s", misspelt(place[1], rng) or f"{place[1]}_list"), rng), "meaning", shown="part"),
    at("identified_by_another_name", r"identify :(pip|pim|kp|km|prp|prm)\b", lambda place, rng: one_of(_LISTS[place[1]], rng), "meaning", shown="part"),
    at("fit_misspelt", r"\b(fit4c|fit5c|kmfit|vertex|four)(?=\.\w)", lambda place, rng: misspelt(place[1], rng), "meaning", shown="part"),
    at("function_misspelt", r"\b(angle|count|abs|helicity|recoil|visible_energy|sqrt|charge|emc_energy)\(", lambda place, rng: misspelt(place[1], rng), "meaning", shown="part"),
    at("function_of_another_language", r"(?<![\w.])(abs|count|m|angle|sqrt)\((?=\w)", lambda place, rng: one_of({"abs": ("fabs", "std::abs", "TMath::Abs"), "count": ("size", "length", "nof"), "m": ("mass", "invmass", "inv_mass", "minv"), "angle": ("opening_angle", "theta12"), "sqrt": ("TMath::Sqrt", "std::sqrt")}[place[1]], rng), "meaning", shown="part"),
    at("member_misspelt", r"\b\w+\.(chi2|gam1|gam2|pip|pim|pi0|eta|length|recoil)\b(?!\()", lambda place, rng: {"chi2": "chisq", "gam1": "gamma1", "gam2": "gamma2", "pip": "piplus", "pim": "piminus", "pi0": "pi_0", "eta": "etas", "length": "lenght", "recoil": "recoil_mass"}[place[1]], "meaning", shown="part"),
    at("third_photon", r"\b\w+\.(gam2)\b", "gam3", "meaning", shown="part"),
    at("particle_misspelt", r'decay "[^"\n]*?(?<![\w*])(J/psi|psi\(2S\)|psi\(3770\)|gam|anti-p-|K_S0|eta|Lambda0|pi0)(?![\w*])[^"\n]*"', lambda place, rng: one_of({"J/psi": ("Jpsi", "JPsi", "J/Psi", "J/psii"), "psi(2S)": ("psi2S", "psi(2s)", "psi'", "Psi(2S)"), "psi(3770)": ("psi3770", "Psi(3770)"), "gam": ("gama", "photon", "gamm"), "anti-p-": ("pbar", "antip-", "anti-p"), "K_S0": ("K_s0", "KS", "Ks0"), "eta": ("etaa", "Eta"), "Lambda0": ("lambda0", "Lamda0"), "pi0": ("pi_0", "Pi0", "pio")}[place[1]], rng), "meaning", shown="part"),
    at("name_with_a_blank", r'^analysis "(\w+)" do', lambda place, rng: f"{place[1][:3]} {place[1][3:]}" if len(place[1]) > 4 else None, "meaning", shown="part"),
    at("name_of_a_function", r"^ +let (\w+) = ", lambda place, rng: one_of(("m", "angle", "p", "charge", "mass"), rng), "meaning", shown="part", told=True),
    at("reserved_branch", r"column (\w+): ", lambda place, rng: one_of(("run", "event"), rng), "meaning", told=True, shown="part"),
    Slip("branch_twice", _same_name, "meaning", told=True),
)
