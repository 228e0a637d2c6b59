"""Rules 2, 4, 10, 11 and 17 for candidates of an earlier block: which are tried, nothing used twice at any depth, sets once, chains as found."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from plain import PI0, Event, K, boosted, mass_of, near, size
from running import anything, diagnostics, run

from dsl4bes.events.toy import ToyOptions, toy_events

LOW, HIGH = 0.09, 0.17
HEAD = 'analysis "Rule" do\n    ecms 3.097 GeV\nend\n'
LISTS = """event_selection do
    charged_tracks do
        vr < 5 cm
    end
    photons do
        energy > 40 MeV
    end
    assign(:pions) do
        from good
        identify :pip, charge > 0
        identify :pim, charge < 0
    end
    assign(:kaons) do
        from good
        identify :kp, charge > 0
        identify :km, charge < 0
    end
    combine(:pi0) do
        decay "pi0 -> gam gam"
        mass  0.09 GeV..0.17 GeV
        max_photons 9
        keep  :all
        optional
    end
"""


def events():
    decays = (
        "J/psi -> gamma (eta -> pi0 pi0 pi0)", "J/psi -> (omega(782) -> pi+ pi- pi0) pi0 pi0",
        "psi(3770) -> (D0 -> K- pi+ pi0) (anti-D0 -> K+ pi- pi0)",
    )  # fmt: skip
    return [anything(), *(toy_events(decay, 120, i, options=ToyOptions(run=-i, extra_photons=0.7)) for i, decay in enumerate(decays, 3))]


def lists(event: Event) -> tuple[list[int], list[int]]:
    good = [t for t in event.tracks() if abs(event.approach(event.mdc_helix(t))[0]) < 5]
    return [t for t in good if event.charge(t) > 0], [t for t in good if event.charge(t) < 0]


def pions(event: Event) -> list[tuple[int, int, np.ndarray]]:
    """The pi0 candidates in the order in which they are found: photons by falling energy."""
    gam = [s for s in event.showers() if event.emc_energy(s) > 0.04]
    gam = sorted(gam, key=lambda s: (-event.gamma(s)[3], s))[:9]
    pairs = [(a, b, event.gamma(a) + event.gamma(b)) for a, b in combinations(gam, 2)]
    return [pair for pair in pairs if LOW <= mass_of(pair[2]) <= HIGH]


def rows_of(table, event: Event) -> list[int]:
    number = int(event.batch["event.number"][event.number])
    return [i for i in range(len(table["run"])) if (table["run"][i], table["event"][i]) == (event.run, number)]


def apart(*pairs) -> bool:
    used = [photon for pair in pairs for photon in pair[:2]]
    return len(set(used)) == len(used)


# --- sets of candidates of one block -----------------------------------------------------------------------------------

THREE = f"""{LISTS}
    combine(:eta) do
        decay "eta -> pi0 pi0 pi0"
        from  pi0
        mass  0.4 GeV..0.7 GeV
        keep  :all
        optional
    end
end
ntuple("eta", per: eta) do
    column m: m(eta), a: index(eta.pi0_1.gam1), b: index(eta.pi0_2.gam1), c: index(eta.pi0_3.gam1), d: index(eta.pi0_3.gam2)
    column e1: e(eta.pi0_1), e2: e(eta.pi0_2), e3: e(eta.pi0_3)
end
"""


def test_sets_of_three_pions_are_tried_once_and_numbered_by_energy():
    ran, seen = run(THREE, events()), 0
    table = ran.tables["eta"]
    for event in ran.events():
        found = pions(event)
        ordered = sorted(range(len(found)), key=lambda i: (-found[i][2][3], i))
        sets = [tuple(found[i] for i in chosen) for chosen in combinations(ordered, 3)]
        wanted = [three for three in sets if apart(*three) and 0.4 <= mass_of(sum(p[2] for p in three)) <= 0.7]
        rows = rows_of(table, event)
        assert len(rows) == len(wanted)
        for row, three in zip(rows, wanted):
            assert [int(table[key][row]) for key in "abcd"] == [three[0][0], three[1][0], three[2][0], three[2][1]]
            assert near(mass_of(sum(p[2] for p in three)), table["m"][row])
            assert table["e1"][row] >= table["e2"][row] >= table["e3"][row]
            seen += 1
    assert seen > 60


@pytest.mark.parametrize("limit", [1, 5])
def test_of_too_many_candidates_those_of_highest_energy_are_tried_and_the_others_counted(limit):
    ran, left_out, seen = run(THREE, events(), options={"combine_max_candidates": str(limit)}), 0, 0
    table = ran.tables["eta"]
    for event in ran.events():
        found = pions(event)
        left_out += max(0, len(found) - limit)
        some = sorted(found, key=lambda pair: -pair[2][3])[:limit]
        wanted = sum(apart(*three) and 0.4 <= mass_of(sum(p[2] for p in three)) <= 0.7 for three in combinations(some, 3))
        assert len(rows_of(table, event)) == wanted
        seen += wanted
    assert left_out > 100 and (seen > 10 or limit < 3)
    assert f"candidates of pi0 above the limit, left out: {left_out}" in ran.log


# --- lists and candidates, two levels ------------------------------------------------------------------------------------

TWO_LEVELS = f"""{LISTS}
    combine(:om) do
        decay "omega(782) -> pi+ pi- pi0"
        from  pip, pim, pi0
        mass  0.6 GeV..1.0 GeV
        keep  :all
        optional
    end
    combine(:b) do
        decay "b -> omega(782) pi0"
        from  om, pi0
        keep  :all
    end
end
ntuple("b", per: b) do
    column m: m(b), mo: m(b.omega), pip: index(b.omega.pip), pim: index(b.omega.pim), g: index(b.omega.pi0.gam1), h: index(b.pi0.gam1)
    column p: p(b.omega.pi0), n: count(b)
end
"""


def test_nothing_is_used_twice_across_levels_and_trials_follow_the_order_of_candidates():
    ran, seen = run(TWO_LEVELS, events()), 0
    table = ran.tables["b"]
    for i, event in enumerate(ran.events()):
        plus, minus = lists(event)
        found = pions(event)
        wanted = []
        for pip in plus:
            for pim in minus:
                for inner in found:
                    omega = event.p4(pip) + event.p4(pim) + inner[2]
                    if 0.6 <= mass_of(omega) <= 1.0:
                        wanted += [(pip, pim, inner, other, omega) for other in found if apart(inner, other)]
        rows = rows_of(table, event)
        assert len(rows) == len(wanted) and bool(ran.flag("b.found")[i]) is bool(wanted)
        for row, (pip, pim, inner, other, omega) in zip(rows, wanted):
            assert [int(table[key][row]) for key in ("pip", "pim", "g", "h")] == [pip, pim, inner[0], other[0]]
            assert near(mass_of(omega), table["mo"][row]) and near(mass_of(omega + other[2]), table["m"][row])
            assert near(size(inner[2]), table["p"][row])
            seen += 1
    assert seen > 100 and ran.flag("b.found").sum() < len(ran.events())


REST = f"""{LISTS}
    combine(:om) do
        decay  "omega(782) -> pi+ pi- pi0"
        from   pip, pim, pi0
        choose :nearest_mass
    end
    let other_photons = count(rest(gam, om))
    let other_tracks = count(rest(good, om))
    let not_of_pi0 = count(rest(gam, om.pi0))
end
ntuple("rest") do
    column gam: other_photons, good: other_tracks, pi0: not_of_pi0
end
"""


def test_what_a_candidate_of_candidates_leaves_of_the_event():
    ran = run(REST, events())
    table, passed = ran.tables["rest"], [event for event, fine in zip(ran.events(), ran.accepted(), strict=True) if fine]
    assert len(passed) == len(table["gam"]) > 50
    for row, event in enumerate(passed):
        photons = [s for s in event.showers() if event.emc_energy(s) > 0.04]
        plus, minus = lists(event)
        assert (table["gam"][row], table["pi0"][row], table["good"][row]) == (len(photons) - 2, len(photons) - 2, len(plus) + len(minus) - 2)


# --- fitted momenta, inside `for` ------------------------------------------------------------------------------------------

FITTED = f"""{LISTS.replace("        keep  :all", "        constrain :mass" + chr(10) + "        keep  :all")}
    for pi0 do
        combine(:om) do
            decay  "omega(782) -> pi+ pi- pi0"
            from   pip, pim, pi0
            choose :nearest_mass
            optional
        end
        ntuple("om") do
            column ok: passed(om), m: m(om), raw: m(om.raw.om), pip: index(om.pip), pim: index(om.pim), g: index(om.pi0.gam1), here: index(pi0.gam1)
            column px: px(pi0), py: py(pi0), pz: pz(pi0), e: e(pi0), mp: m(om.pi0), chi2: om.pi0.chi2, own: pi0.chi2
        end
    end
end
"""


def test_a_fitted_candidate_has_its_fitted_momentum_and_inside_for_it_is_the_one_at_hand():
    ran, seen = run(FITTED, events()), 0
    table = ran.tables["om"]
    for event in ran.events():
        plus, minus = lists(event)
        for row in rows_of(table, event):
            pi0 = np.array([table[key][row] for key in ("px", "py", "pz", "e")])
            both = [(pip, pim, event.p4(pip) + event.p4(pim) + pi0) for pip in plus for pim in minus]
            assert bool(table["ok"][row]) is bool(both)
            if not both:
                continue
            pip, pim, p4 = min(both, key=lambda each: abs(mass_of(each[2]) - 0.78266))
            assert (int(table["pip"][row]), int(table["pim"][row])) == (pip, pim) and near(mass_of(p4), table["m"][row], 1e-6)
            assert int(table["g"][row]) == int(table["here"][row]) and table["chi2"][row] == table["own"][row]
            assert abs(table["mp"][row] - PI0) < 1e-4 and abs(table["raw"][row] - table["m"][row]) > 1e-7
            seen += 1
    assert seen > 100


# --- fits of candidates -------------------------------------------------------------------------------------------------------

FITS = f"""{HEAD}{LISTS}
    kinematic_fit(:fit) do
        decay     "J/psi -> pi+ pi- pi0 pi0"
        from      pip, pim, pi0
        constrain :four_momentum, :pi0_1
        choose    :min_chi2
        optional
    end
    kinematic_fit(:direct) do
        decay       "J/psi -> pi+ pi- (pi0 -> gam gam) (pi0 -> gam gam)"
        from        pip, pim, gam
        constrain   :four_momentum, :pi0_1
        mass        pi0_1: 0.09..0.17, pi0_2: 0.09..0.17
        max_photons 9
        choose      :min_chi2
        optional
    end
end
ntuple("fits") do
    column n: passed(fit), chi2: fit.chi2, a: index(fit.gam1), b: index(fit.gam2), c: index(fit.gam3), d: index(fit.gam4), m: m(fit.pi0_2), e: e(fit.pip)
    column n_direct: passed(direct), chi2_direct: direct.chi2, a_direct: index(direct.gam1), b_direct: index(direct.gam2), c_direct: index(direct.gam3)
    column d_direct: index(direct.gam4), m_direct: m(direct.pi0_2), e_direct: e(direct.pip)
end
"""


def test_a_fit_of_candidates_is_the_fit_of_their_photons_in_the_same_windows():
    """Windows on measured masses, written into the fit, leave the same combinations as candidates cut beforehand."""
    ran = run(FITS, [toy_events("J/psi -> pi+ pi- pi0 pi0", 200, 6, options=ToyOptions(extra_photons=0.5))])
    table = ran.tables["fits"]
    assert table["n"].sum() > 30 and (table["n"] == 0).sum() > 30
    for name in ("n", "chi2", "a", "b", "c", "d", "m", "e"):
        np.testing.assert_allclose(table[name], table[f"{name}_direct"], rtol=1e-6, atol=1e-6, err_msg=name)
    assert np.all(abs(table["m"][(table["n"] == 1)] - PI0) < 0.3)


# --- both chains -------------------------------------------------------------------------------------------------------------

CHAINS = f"""{HEAD}{LISTS}
    combine(:d0) do
        decay "D0 -> K- pi+ pi0"
        from  km, kp, pip, pim, pi0
        mass  1.75 GeV..1.95 GeV
        keep  :all
        optional
    end
    combine(:pair) do
        decay "psi(3770) -> D0 anti-D0"
        from  d0
        keep  :all
        optional
    end
    combine(:dst) do
        decay "D*(2007)0 -> D0 pi0"
        from  d0, pi0
        keep  :all
        optional
    end
    combine(:anti) do
        decay "anti-D*0 -> anti-D0 pi0"
        conjugate false
        from  d0, pi0
        keep  :all
        optional
    end
end
ntuple("pair", per: pair) do
    column k: index(pair.d0.km), kbar: index(pair.d0bar.km), q: charge(pair.d0.km), qbar: charge(pair.d0bar.km), m: m(pair)
end
ntuple("dst", per: dst) do
    column k: index(dst.d0.km), q: charge(dst.d0.km), g: index(dst.d0.pi0.gam1), h: index(dst.pi0.gam1)
end
ntuple("anti", per: anti) do
    column k: index(anti.d0bar.km), q: charge(anti.d0bar.km)
end
"""


def mesons(event: Event, anti: bool) -> list[tuple]:
    """Kaon, pion, pi0 of every candidate of one chain, in the order of the lists."""
    plus, minus = lists(event)
    kaons, others = (plus, minus) if anti else (minus, plus)
    found = []
    for kaon in kaons:
        for pion in others:
            for pi0 in pions(event):
                p4 = event.p4(kaon, K) + event.p4(pion) + pi0[2]
                if kaon != pion and 1.75 <= mass_of(p4) <= 1.95:
                    found.append((kaon, pion, pi0, p4))
    return found


def test_candidates_are_taken_in_the_chain_in_which_they_were_found():
    ran, seen, total = run(CHAINS, events()), 0, 0
    pair, dst, only = (ran.tables[name] for name in ("pair", "dst", "anti"))
    for event in ran.events():
        one, other = mesons(event, False), mesons(event, True)
        wanted = [(a, b) for a in one for b in other if len({*a[:2], *b[:2]}) == 4 and apart(a[2], b[2])]
        rows = rows_of(pair, event)
        assert [(int(pair["k"][r]), int(pair["kbar"][r])) for r in rows] == [(a[0], b[0]) for a, b in wanted]
        assert all((pair["q"][r], pair["qbar"][r]) == (-1, 1) for r in rows)
        assert all(near(mass_of(a[3] + b[3]), pair["m"][r]) for r, (a, b) in zip(rows, wanted))
        seen += len(rows)
        stars = [(d, pi0) for side in (one, other) for d in side for pi0 in pions(event) if apart(d[2], pi0)]
        rows = rows_of(dst, event)
        assert [(int(dst["k"][r]), int(dst["g"][r]), int(dst["h"][r])) for r in rows] == [(d[0], d[2][0], pi0[0]) for d, pi0 in stars]
        rows = rows_of(only, event)
        assert [int(only["k"][r]) for r in rows] == [d[0] for d in other for pi0 in pions(event) if apart(d[2], pi0)]
        assert all(only["q"][r] == 1 for r in rows)
        total += len(rows)
    assert seen > 20 and total > 20 and {-1, 1} == set(dst["q"].tolist())


# --- decay angle, end-caps ----------------------------------------------------------------------------------------------------

ANGLE = """event_selection do
    photons do
        energy > 25 MeV
    end
    combine(:pi0) do
        decay     "pi0 -> gam gam"
        mass      0.09 GeV..0.17 GeV
        cos_decay < 0.8
        reject_both_endcap
        max_photons 200
        keep      :all
    end
end
ntuple("pi0", per: pi0) do
    column a: index(pi0.gam1), b: index(pi0.gam2)
end
"""


def rest_frame_cosine(photon: np.ndarray, pi0: np.ndarray) -> float:
    inside = boosted(photon, pi0)
    return float(inside[:3] @ pi0[:3]) / (size(inside) * size(pi0))


def test_decay_angle_and_photons_in_both_end_caps():
    ran, kept, ends, steep = run(ANGLE, events()), 0, 0, 0
    table = ran.tables["pi0"]
    for i, event in enumerate(ran.events()):
        gam = [s for s in event.showers() if event.emc_energy(s) > 0.025]
        gam = sorted(gam, key=lambda s: (-event.gamma(s)[3], s))
        pairs = [(a, b) for a, b in combinations(gam, 2) if LOW <= mass_of(event.gamma(a) + event.gamma(b)) <= HIGH]
        flat = [(a, b) for a, b in pairs if abs(rest_frame_cosine(event.gamma(a), event.gamma(a) + event.gamma(b))) < 0.8]
        left = [(a, b) for a, b in flat if 1 in (event.module(a), event.module(b))]
        rows = rows_of(table, event)
        assert [(int(table["a"][r]), int(table["b"][r])) for r in rows] == left
        assert bool(ran.flag("pi0.cos_decay")[i]) is bool(flat) and bool(ran.flag("pi0.both_endcap")[i]) is bool(left)
        kept, ends, steep = kept + len(left), ends + len(flat) - len(left), steep + len(pairs) - len(flat)
    assert kept > 100 and ends > 10 and steep > 50


def test_these_cuts_are_for_two_photons():
    for line in ("cos_decay < 0.8", "reject_both_endcap"):
        assert "two photons" in told(combine(f'        decay "rho(770)0 -> pi+ pi-"\n        {line}\n'))["BES0463"]


# --- what is refused -----------------------------------------------------------------------------------------------------------


def told(block: str) -> dict[str, str]:
    return diagnostics(f"{HEAD}{LISTS}{block}end\n")


def combine(lines: str, name: str = "x") -> str:
    return f"    combine(:{name}) do\n{lines}        keep :all\n    end\n"


def test_a_product_that_the_block_does_not_make_is_refused():
    wrong = told(combine('        decay "eta -> gam gam"\n        from pi0\n'))
    assert "makes a `pi0`, and no product of this decay is one" in wrong["BES0407"]
    wrong = told(combine('        decay "K_S0 -> pi+ pi- eta"\n        from pip, pim, eta: pi0\n'))
    assert wrong


def test_one_candidate_is_not_two_products():
    best = '    combine(:best) do\n        decay "eta -> gam gam"\n        choose :nearest_mass\n    end\n'
    wrong = told(best + combine('        decay "a -> eta eta"\n        from best\n'))
    assert "`best` is a product of this decay already" in wrong["BES0407"] and "keep :all" in wrong["BES0407"]


def test_what_flew_is_not_written_out_in_a_fit():
    flown = '    secondary_vertex(:ks) do\n        decay "K_S0 -> pi+ pi-"\n        keep :all\n    end\n'
    flown += combine('        decay "K*(892)+ -> K_S0 pi+"\n        from ks, pip, pim\n', "kst")
    fit = '    kinematic_fit(:fit) do\n        decay "J/psi -> K*(892)+ K-"\n        from kst, kp, km\n        constrain :four_momentum\n        choose :min_chi2\n    end\n'
    assert "a particle that flew" in told(flown + fit)["BES0407"]


def test_a_limit_of_candidates_needs_candidates():
    for block in ('combine(:x) do\n        decay "a -> pi+ pi-"\n', 'kinematic_fit(:x) do\n        decay "J/psi -> pi+ pi-"\n        constrain :four_momentum\n'):
        assert "several candidates of an earlier block" in told(f"    {block}        max_candidates 5\n        choose min: m(pip, pim)\n    end\n")["BES0463"]


def test_particle_and_antiparticle_come_from_one_block():
    def meson(name: str, decay: str) -> str:
        return combine(f'        decay "{decay}"\n        conjugate false\n        from km, kp, pip, pim\n', name)

    both = meson("d0", "D0 -> K- pi+") + meson("dbar", "anti-D0 -> K+ pi-")
    star = '        decay "D*(2010)+ -> D0 pi+"\n        from d0, dbar, pip, pim\n'
    assert "do not come from one block" in told(both + combine(star))["BES0425"]
    assert "BES0425" not in told(both + combine(star + "        conjugate false\n"))
    pair = '        decay "psi(3770) -> D0 anti-D0"\n        from d0, dbar\n'
    assert "BES0425" not in told(both + combine(pair))


def test_members_of_members_are_checked():
    inside = combine('        decay "omega(782) -> pi+ pi- pi0"\n        from pip, pim, pi0\n        require "x", {} > 0\n')
    assert "BES0317" not in told(inside.format("e(pi0.gam1)"))
    assert "`pi0` has no `gam3`" in told(inside.format("e(pi0.gam3)"))["BES0317"]
    assert "`pi0` has no `chi2`" in told(inside.format("pi0.chi2"))["BES0317"]  # nothing was fitted
    assert "BES0317" in told(inside.format("e(pip.gam1)"))
    assert "BES0432" in told(f'{combine(chr(32) * 8 + "decay " + chr(34) + "a -> pi0 pi0" + chr(34) + chr(10) + "        from pi0" + chr(10))}    require "hard", e(x.pi0_1.gam1) > 0\n')
