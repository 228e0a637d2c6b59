"""Slips of values and of physics: units, ranges, dimensions, charges, masses, constraints, counts.

In: nothing. Out: `SLIPS`. Where the broken program leaves open what was meant, the slip is `told`: the question says it.
"""

from __future__ import annotations

from dsl4bes.dataset.repairs.slip import Slip, at, one_of

_WRONG_UNIT = {"GeV": ("cm", "ns"), "MeV": ("cm", "deg"), "cm": ("MeV", "GeV", "deg"), "deg": ("MeV", "cm"), "ns": ("GeV",), "mrad": ("MeV",)}
_SPELT_UNIT = {"GeV": ("Gev", "gev", "GEV"), "MeV": ("Mev", "mev", "MEV"), "cm": ("centimeter", "cms"), "deg": ("degree", "degrees", "dgr"), "ns": ("nsec", "nanosec"), "mrad": ("mrads", "milirad")}
_ELSE = {"pi+": "pi-", "pi-": "pi+", "K+": "K-", "K-": "K+", "p+": "anti-p-", "anti-p-": "p+"}


SLIPS: tuple[Slip, ...] = (
    at("unit_of_another_dimension", r"^ +(?:vr|vz|p|energy|isolation|ecms|mass_window|crossing_angle)\b[^\n]*[\d.]+ (GeV|MeV|cm|deg|mrad)$", lambda place, rng: one_of(_WRONG_UNIT[place[1]], rng), "meaning", told=True),
    at("unit_misspelt", r"[\d.]+ (GeV|MeV|cm|deg|ns|mrad)\b", lambda place, rng: one_of(_SPELT_UNIT[place[1]], rng), "meaning"),
    at("unit_at_one_end", r"[\d.]+( MeV)\.\.[\d.]+ MeV", "", "meaning"),
    at("angle_without_unit", r"(?:angle\([^\n]*\)|isolation) [<>] [\d.]+( deg)", "", "meaning"),
    at("dimension_of_a_formula", r"\b(?:m|p|e)\([^()\n]*\) [<>] [\d.]+ (GeV|MeV)\b", lambda place, rng: one_of(_WRONG_UNIT[place[1]], rng), "meaning", told=True),
    at("window_of_another_dimension", r"\b(?:m)\([^()\n]*\) in ([\d.]+ GeV\.\.[\d.]+ GeV)", lambda place, rng: place[1].replace("GeV", one_of(("cm", "ns", "deg"), rng)), "meaning", told=True),
    at("mass_of_one_angle", r"(angle\([\w.]+, )", lambda place, rng: place[1].replace("angle", "m"), "meaning", told=True),
    at("range_upside_down", r"(?<![\w.])((\d[\d.]*?(?: [GM]eV| ns)?)\.\.(\d[\d.]*(?: [GM]eV| ns)?))", lambda place, rng: f"{place[3]}..{place[2]}", "meaning"),
    at("beams_of_another_machine", r"^    ecms ([\d.]+ GeV)$", lambda place, rng: one_of((place[1].replace("GeV", "TeV"), place[1].replace("GeV", "MeV"), f"{float(place[1].split()[0]) * 1000:.0f} GeV", f"{float(place[1].split()[0]) / 1000:.6g} GeV"), rng), "meaning"),
    at("cosine_in_per_cent", r"cos < (0\.9[23]|0\.80)\b", lambda place, rng: f"{100 * float(place[1]):.0f}", "meaning"),
    at("probability_above_one", r"prob_cut > ([\d.]+)$", lambda place, rng: one_of(("1.5", "10", "2", "100"), rng), "meaning", told=True),
    at("half_a_particle", r"^ +n\w+ [=<>]+ (\d+)$", lambda place, rng: f"{place[1]}.5", "meaning", told=True),
    at("word_for_a_number", r"^ +n\w+ [=<>]+ ([1-6])$", lambda place, rng: '"' + ("one", "two", "three", "four", "five", "six")[int(place[1]) - 1] + '"', "meaning"),
    at("number_in_quotes", r"^ +(?:bins|max_photons|ecms|vr|vz|energy|chi2) [<>]? ?([\d.]+(?: \w+)?)$", lambda place, rng: f'"about {place[1]}"', "meaning"),
    at("list_in_quotes", r'identify (:\w+)(?=\n)', lambda place, rng: f'"{place[1][1:]}"', "meaning"),
    at("value_as_cut", r"require \"[^\"\n]+\", \w+\([^()\n]*\)( [<>] [^\n]*| in [^\n]*)$", "", "meaning", told=True),
    at("charge_not_balanced", r'decay "[^"\n]*? (pi\+|pi-|K\+|K-|p\+|anti-p-)(?= )', lambda place, rng: _ELSE[place[1]], "meaning"),
    at("too_heavy", r'decay "(J/psi|psi\(2S\)|psi\(3770\)) ->', lambda place, rng: one_of(("pi0", "eta", "K_S0", "eta'"), rng), "meaning", told=True),
    at("constraint_of_another_particle", r"constrain :four_momentum, :(pi0|eta)", lambda place, rng: "eta" if place[1] == "pi0" else "pi0", "meaning", shown="part"),
    at("constraint_without_its_decay", r'decay "[^"\n]*(\((?:pi0|eta) -> gam gam\))[^"\n]*"', "gam gam", "meaning", told=True),
    at("constraint_twice", r"constrain (:four_momentum)\b", ":four_momentum, :four_momentum", "meaning"),
    at("photons_for_the_fit", r"^ +ngam (>= [2-4]|== [2-4]|in [2-4]\.\.\d+)$", lambda place, rng: one_of(("== 1", "== 0", "<= 1"), rng), "meaning", told=True),
    at("lists_of_the_other_charge", r"^ +from (pip, pim|kp, km)\b", lambda place, rng: ", ".join(place[1].split(", ")[:1] * 2), "meaning"),
    at("argument_lost", r"\bangle\([\w.]+(, [\w.]+)\)", "", "meaning", told=True),
    at("number_beside_a_particle", r"\b((p|e)\(([\w.]+)\)) [<>]", lambda place, rng: place[3], "meaning"),
)
