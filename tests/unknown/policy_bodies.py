"""A view and bodies of realistic selections over it: what a good answer looks like. Each must pass the policy and compile in both standards."""

from __future__ import annotations

from dsl4bes.unknown.policy import Names

#: What an accepted body needs (RULES.md).
HEADERS = ("algorithm", "cfloat", "cmath", "cstddef", "functional", "utility", "vector", "CLHEP/Vector/LorentzVector.h", "CLHEP/Vector/ThreeVector.h")

MEMBERS = {
    "run": "int", "event": "int", "ecms": "double", "beam": "HepLorentzVector", "max_difference": "double", "window": "double", "strict": "bool",
    "good": "std::vector<TrackView>", "pip": "std::vector<TrackView>", "pim": "std::vector<TrackView>", "gam": "std::vector<ShowerView>",
    "fit4c": "FitView",
}  # fmt: skip
STRUCTS = {
    "TrackView": {
        "p4": "HepLorentzVector", "charge": "int", "vr": "double", "vz": "double", "tof": "double", "emc_energy": "double", "depth": "double",
        "has_tof": "bool", "has_emc": "bool",
    },
    "ShowerView": {"p4": "HepLorentzVector", "energy": "double", "time": "double", "isolation": "double"},
    "FitView": {"passed": "bool", "chi2": "double", "pip": "HepLorentzVector", "pim": "HepLorentzVector", "gam1": "HepLorentzVector"},
}  # fmt: skip
NAMES = Names.of("cosmic_veto", MEMBERS, STRUCTS)


def header() -> str:
    """The view as a plain struct of values, as the generator of views writes it."""
    lines = [f"#include <{name}>" if "/" not in name else f'#include "{name}"' for name in HEADERS]
    lines += ["using CLHEP::HepLorentzVector;", "using CLHEP::Hep3Vector;"]
    for name, members in {**STRUCTS, NAMES.view: MEMBERS}.items():
        lines += [f"struct {name} {{", *(f"  {of} {member};" for member, of in members.items()), "};"]
    return "\n".join(lines) + "\n"


GOOD: dict[str, str] = {
    "two_tracks": "return in.good.size() == 2;",
    "net_charge": """
        int net = 0;
        for (size_t i = 0; i < in.good.size(); ++i) net += in.good[i].charge;
        return net == 0;
    """,
    "cosmic_veto": """
        // a cosmic muon looks like two tracks back to back with different times
        if (in.good.size() != 2) return true;
        const TrackView& first_track = in.good[0];
        const TrackView& second_track = in.good[1];
        if (!first_track.has_tof || !second_track.has_tof) { return true; }
        const double angle = first_track.p4.vect().angle(second_track.p4.vect());
        const double difference = std::fabs(first_track.tof - second_track.tof);
        return !(angle > M_PI - 0.02 && difference > in.max_difference);
    """,
    "pair_masses": """
        for (size_t i = 0; i < in.pip.size(); ++i) {
            for (size_t j = 0; j < in.pim.size(); ++j) {
                const HepLorentzVector pair = in.pip[i].p4 + in.pim[j].p4;
                if (std::abs(pair.m() - 0.497611) < in.window) return false;
            }
        }
        return true;
    """,
    "pi0_veto": """
        const double mass = 0.1349768;
        int candidates = 0;
        for (size_t i = 0; i + 1 < in.gam.size(); ++i) {
            for (size_t j = i + 1; j < in.gam.size(); ++j) {
                double m = (in.gam[i].p4 + in.gam[j].p4).m();
                if (m > 0.115 && m < 0.150) ++candidates;
            }
        }
        return candidates == 0 || mass < 0.0;
    """,
    "best_pair": """
        double best = DBL_MAX;
        int first = -1;
        int other = -1;
        for (size_t i = 0; i < in.gam.size(); ++i) {
            for (size_t j = i + 1; j < in.gam.size(); ++j) {
                const double distance = std::fabs((in.gam[i].p4 + in.gam[j].p4).m() - 0.547862);
                if (distance < best) { best = distance; first = static_cast<int>(i); other = static_cast<int>(j); }
            }
        }
        if (first < 0 || other < 0) return false;
        return best < 0.02 && in.gam[first].energy > 0.05;
    """.replace("first", "one"),
    "boost_to_rest": """
        if (in.pip.empty() || in.pim.empty()) return false;
        HepLorentzVector mother = in.pip[0].p4 + in.pim[0].p4;
        HepLorentzVector pion = in.pip[0].p4;
        pion.boost(-mother.boostVector());
        double helicity = std::cos(pion.vect().angle(mother.vect()));
        return std::abs(helicity) < 0.95;
    """,
    "centre_of_mass": """
        Hep3Vector beta = in.beam.boostVector();
        double fastest = 0.0;
        for (size_t i = 0; i < in.good.size(); ++i) {
            HepLorentzVector p(in.good[i].p4);
            p.boost(-beta);
            fastest = std::max(fastest, p.rho());
        }
        return fastest < in.ecms / 2;
    """,
    "copies_in_one_line": """
        HepLorentzVector sum(in.beam), moving(sum), lost(moving);
        const Hep3Vector beta(0.0, 0.0, 0.1), back(-beta);
        moving.boost(beta);
        lost.boost(back);
        return moving.e() > lost.e() && sum.e() < 4.0;
    """,
    "recoil_mass": """
        HepLorentzVector seen;
        for (size_t i = 0; i < in.good.size(); ++i) seen += in.good[i].p4;
        const HepLorentzVector recoil = in.beam - seen;
        return recoil.m2() > -0.1 && recoil.m2() < 0.1;
    """,
    "sorted_energies": """
        std::vector<double> energies;
        energies.reserve(in.gam.size());
        for (size_t i = 0; i < in.gam.size(); ++i) energies.push_back(in.gam[i].energy);
        std::sort(energies.begin(), energies.end(), std::greater<double>());
        return energies.size() >= 2 && energies[0] > 0.1 && energies[1] > 0.05;
    """,
    "sorted_indices": """
        std::vector<std::pair<double, int> > order;
        for (int i = 0; i < static_cast<int>(in.good.size()); ++i) {
            order.push_back(std::make_pair(in.good[i].p4.rho(), i));
        }
        if (order.size() < 2) return false;
        std::sort(order.begin(), order.end());
        const TrackView& fast = in.good[order[order.size() > 2 ? 2 : 1].second];
        return fast.p4.rho() < 2.0;
    """,
    "used_showers": """
        std::vector<bool> used(in.gam.size(), false);
        int pairs = 0;
        for (size_t i = 0; i < in.gam.size(); ++i) {
            if (used[i]) continue;
            for (size_t j = i + 1; j < in.gam.size(); ++j) {
                if (used[j]) continue;
                const double m = (in.gam[i].p4 + in.gam[j].p4).m();
                if (m > 0.11 && m < 0.15) { used[i] = true; used[j] = true; ++pairs; break; }
            }
        }
        return pairs >= 1;
    """,
    "count_of_size": """
        const int n = in.gam.size();
        std::vector<int> neighbours(n, 0);
        for (int i = 0; i < n; ++i)
            for (int j = 0; j < n; ++j)
                if (i != j && in.gam[i].p4.vect().angle(in.gam[j].p4.vect()) < 0.3) neighbours[i] += 1;
        int isolated = 0;
        for (int i = 0; i < n; ++i) if (neighbours[i] == 0) ++isolated;
        return isolated > 0;
    """,
    "fit_quality": """
        if (!in.fit4c.passed) return false;
        if (in.fit4c.chi2 > 60.0) return false;
        return (in.fit4c.pip + in.fit4c.pim).m() < 1.1;
    """,
    "nan_aware": """
        int timed = 0;
        for (size_t i = 0; i < in.good.size(); ++i) {
            if (std::isnan(in.good[i].tof)) continue;
            if (in.good[i].tof != in.good[i].tof) continue;
            timed++;
        }
        return timed > 1;
    """,
    "electron_pair": """
        int electrons = 0;
        for (size_t i = 0; i < in.good.size(); ++i) {
            const TrackView& track = in.good[i];
            if (!track.has_emc) continue;
            const double p = track.p4.vect().mag();
            if (p <= 0.0) continue;
            if (track.emc_energy / p > 0.8) electrons += 1;
        }
        return electrons < 2;
    """,
    "run_dependent": """
        if (in.run < 0) return true;
        double limit = in.run > 34000 ? 20.0 : 10.0;
        limit *= in.strict ? 0.5 : 1.0;
        for (size_t i = 0; i < in.good.size(); ++i) {
            if (in.good[i].vz > limit || in.good[i].vz < -limit) return false;
        }
        return true;
    """,
    "angles_table": """
        double sums[3] = {0.0, 0.0, 0.0};
        for (size_t i = 0; i < in.good.size(); ++i) {
            sums[0] += in.good[i].p4.px();
            sums[1] += in.good[i].p4.py();
            sums[2] += in.good[i].p4.pz();
        }
        double total = 0.0;
        for (int k = 0; k < 3; ++k) total += sums[k] * sums[k];
        return std::sqrt(total) < 0.2;
    """,
    "missing_direction": """
        HepLorentzVector missing = in.beam;
        for (size_t i = 0; i < in.good.size(); ++i) { missing -= in.good[i].p4; }
        for (size_t i = 0; i < in.gam.size(); ++i) { missing -= in.gam[i].p4; }
        const Hep3Vector direction = missing.vect().unit();
        return std::abs(direction.z()) < 0.95 && missing.rho() > 0.1;
    """,
    "transverse_balance": """
        Hep3Vector sum(0.0, 0.0, 0.0);
        for (size_t i = 0; i < in.good.size(); ++i) sum = sum + in.good[i].p4.vect();
        const Hep3Vector axis(0, 0, 1);
        return sum.perp() < 0.05 || sum.cross(axis).mag2() < 0.01;
    """,
    "thrust_like": """
        double best = 0.0;
        for (size_t i = 0; i < in.good.size(); ++i) {
            const Hep3Vector axis = in.good[i].p4.vect().unit();
            double along = 0.0;
            double all = 0.0;
            for (size_t j = 0; j < in.good.size(); ++j) {
                along += std::fabs(in.good[j].p4.vect().dot(axis));
                all += in.good[j].p4.rho();
            }
            if (all > 0.0 && along / all > best) best = along / all;
        }
        return best < 0.98;
    """,
    "else_ladder": """
        const int n = static_cast<int>(in.good.size());
        if (n == 2) {
            return in.good[0].charge * in.good[1].charge < 0;
        } else if (n == 4) {
            int plus = 0;
            for (int i = 0; i < 4; ++i) { if (in.good[i].charge > 0) plus++; }
            return plus == 2;
        } else {
            return false;
        }
    """,
    "clusters": """
        std::vector<HepLorentzVector> clusters;
        for (size_t i = 0; i < in.gam.size(); ++i) {
            bool merged = false;
            for (size_t k = 0; k < clusters.size() && !merged; ++k) {
                if (clusters[k].vect().angle(in.gam[i].p4.vect()) < 0.2) {
                    clusters[k] += in.gam[i].p4;
                    merged = true;
                }
            }
            if (!merged) clusters.push_back(in.gam[i].p4);
        }
        return clusters.size() <= 3;
    """,
    "swap_by_charge": """
        if (in.good.size() < 2) return false;
        HepLorentzVector plus = in.good[0].p4;
        HepLorentzVector minus = in.good[1].p4;
        if (in.good[0].charge < 0) std::swap(plus, minus);
        return plus.cosTheta() < 0.8 || minus.cosTheta() > -0.8;
    """,
    "all_combinations": """
        int found = 0;
        for (size_t i = 0; i < in.pip.size(); ++i)
            for (size_t j = 0; j < in.pim.size(); ++j)
                for (size_t k = 0; k < in.gam.size(); ++k) {
                    const double m = (in.pip[i].p4 + in.pim[j].p4 + in.gam[k].p4).m();
                    if (m > 0.93 && m < (0.958 + in.window)) ++found;
                }
        return found > 0;
    """,
    "time_window": """
        const double low = 0.0, high = 700.0;
        size_t kept = 0;
        for (size_t i = 0; i < in.gam.size(); i += 1) {
            const ShowerView& shower = in.gam.at(i);
            const bool inside = low <= shower.time && shower.time <= high;
            if (inside && shower.isolation > 10 * M_PI / 180) kept++;
        }
        return kept >= 2;
    """,
    "copy_of_rows": """
        std::vector<TrackView> fast;
        for (size_t i = 0; i < in.good.size(); ++i) if (in.good[i].p4.rho() > 1.0) fast.push_back(in.good[i]);
        if (fast.size() != 2u - 0 * fast.size() && fast.empty()) return false;
        return true;
    """.replace("2u - 0 * fast.size() && fast.empty()", "2"),
    "best_index_written_safely": """
        std::vector<double> weight(in.gam.size(), 1.0);
        int best = -1;
        double energy = 0.0;
        for (size_t i = 0; i < in.gam.size(); ++i) {
            if (in.gam[i].energy > energy) { energy = in.gam[i].energy; best = static_cast<int>(i); }
        }
        if (best < 0) return false;
        weight.at(best) = 0.0;
        double rest = 0.0;
        for (size_t i = 0; i < weight.size(); ++i) rest += weight[i] * in.gam[i].energy;
        return rest < (double) energy;
    """,
    "matrix": """
        std::vector<std::vector<double> > masses;
        for (size_t i = 0; i < in.good.size(); ++i) {
            std::vector<double> row;
            for (size_t j = 0; j < in.good.size(); ++j) row.push_back((in.good[i].p4 + in.good[j].p4).m());
            masses.push_back(row);
        }
        return masses.empty() || masses[0][0] < 4.0;
    """,
    "invariants": """
        if (in.pip.size() != 1 || in.pim.size() != 1 || in.gam.size() < 1) return false;
        const HepLorentzVector p = in.beam, q(in.pip[0].p4), k(0.0, 0.0, 1.0, 1.0);
        const double s = p.dot(p), t = (p - q).m2(), x = 2.0 * (p * q) / s;
        const int half = static_cast<int>(in.gam.size()) / 2;
        return x < 1.0 && t < s && half >= 0 && k.e() > -1 && std::pow(x, 2) < 1.0;
    """,
}  # fmt: skip
