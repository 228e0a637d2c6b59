"""Programs for the cross-check: together they use what the language offers, one idea each.

In: nothing. Out: `PROGRAMS`, name → text.
"""

PROGRAMS: dict[str, str] = {
    # formulas over lists, candidates, frames and the whole event
    "formulas": """
analysis "Broad" do
    ecms            3.097 GeV
    crossing_angle  22 mrad
end

event_selection do
    charged_tracks do
        vr < 1 cm
        vz < 10 cm
        ngood >= 1
    end
    photons do
        energy > 25 MeV
        time 0..14
        ngam >= 1
    end
    let lost = recoil_p4(good1)
    require "any", any(p(good) > 0.2 GeV) and (min(e(gam)) > 0.03 GeV or count(gam) > 2)
    veto "all", all(abs(cos(good)) > 0.9)
end
ntuple("f") do
    column  a: m(lost), b: p(lost), c: cos(lost), d: recoil(good1), dd: recoil2(good1), ev: visible_energy
    column  e1: e(gam1), th: theta(gam1), ph: phi(gam1), an: angle(good1, gam1), dp: dphi(good1, gam1)
    column  p_cm: p(good1, frame: :cm), cos_cm: cos(gam1, frame: :cm), m2: m2(good1, gam1)
    column  bz: balance_z, bt: balance_t, me: missing_e(good1), mp: missing_p(good1)
    column  s: sum(e(gam)), mx: max(m(gam, gam)), n: count(good), eop: eop(good1), depth: depth(good1)
    column  t: tof(good1), vr: vr(good1), vz: vz(good1), iso: min(angle(gam, good))
    column  z: mod(phi(good1), 1 rad), l: log(e(gam1) / 1 GeV), sq: sqrt(p(good1) / 1 GeV), pt: pt(good1)
    array   :m_gg, m(gam, gam), max: 4
    array   :p_good, p(good), max: 2
end
histogram("h") do
    fill    p(good)
    bins    20, 0 GeV..2 GeV
end
histogram("mgg") do
    fill    m(gam, gam)
    bins    30, 0 GeV..1 GeV
end
""",
    # a row per photon
    "per": """
analysis "Broad" do
    ecms            3.097 GeV
    crossing_angle  22 mrad
end

event_selection do
    charged_tracks(:good) do
        vr < 1 cm
        ngood 1..6
    end
    photons do
        energy > 25 MeV
    end
end
ntuple("each", per: gam) do
    column  e: e(gam), c: cos(gam), n: count(gam)
end
""",
    # species by charge, momentum and what is left
    "assign": """
analysis "Broad" do
    ecms            3.097 GeV
    crossing_angle  22 mrad
end

event_selection do
    charged_tracks do
        ngood == 4
        net_charge 0
    end
    assign do
        identify    :prp, charge > 0 and p > 0.6 GeV
        identify    :prm, charge < 0 and p > 0.6 GeV
        identify    :pip, :remaining
        identify    :pim, :remaining
        nprp >= 0
    end
    leptons do
        identify :ep, eop > 0.8
        nep >= 0
    end
end
ntuple("n") do
    column a: count(prp), b: count(prm), c: count(pip), d: count(pim)
end
""",
    # optional fits: classic with a mass, three-momentum, total energy, other species
    "fits": """
analysis "Broad" do
    ecms            3.097 GeV
    crossing_angle  22 mrad
end

event_selection do
    charged_tracks do
        ngood == 2
        net_charge 0
    end
    photons do
        energy > 25 MeV
        ngam >= 2
    end
    pid do
        identify :pip, :pim
        npip == 1
        npim == 1
    end
    vertex_fit do
        from pip, pim
        chi2 < 50
    end
    kinematic_fit(:a) do
        decay "J/psi -> pi+ pi- (pi0 -> gam gam)"
        from vertex_fit, gam
        constrain :four_momentum, :pi0
        choose :min_chi2
        fitter :classic
        optional
    end
    kinematic_fit(:b) do
        decay "J/psi -> pi+ pi- gam gam"
        from pip, pim, gam
        constrain :three_momentum
        choose :min_chi2
        optional
    end
    kinematic_fit(:c) do
        decay "J/psi -> pi+ pi- gam gam"
        from pip, pim, gam
        constrain :total_energy
        choose :min_chi2
        optional
    end
    kinematic_fit(:d) do
        decay "J/psi -> K+ K- gam gam"
        from kp: pip, km: pim, gam
        constrain :four_momentum
        choose min: abs(m(gam1, gam2) - mass("pi0"))
        optional
    end
end
ntuple("n") do
    column a: a.chi2, b: b.chi2, c: c.chi2, d: d.chi2, pa: passed(a), pd: passed(d)
end
""",
    # likelihood, most probable species, ratios
    "like": """
event_selection.pid(method="likelihood") do
    systems :dedx, :tof1, :tof2
    identify :pip, :kp, :prp, as: :most_probable
    identify :pim, :km, :prm, as: :most_probable
end
ntuple("n") do
    column a: count(pip), b: count(kp), c: count(prp), d: count(km)
    array  :r, prob_k(kp) / (prob_k(kp) + prob_pi(kp)), max: 10
    array  :x, chi_dedx(kp, "pi"), max: 10
end
""",
    # regions of regions
    "regions": """
analysis "Broad" do
    ecms            3.097 GeV
    crossing_angle  22 mrad
end

event_selection do
    charged_tracks do
        ngood 1..4
    end
    photons do
        energy > 25 MeV
        time   0..14
        ngam   >= 1
    end
end
region(:few, from: baseline) do
    require "few", count(gam) < 4
    ntuple("few") do
        column  e: max(e(gam))
    end
end
region(:hard, from: few) do
    require "hard", max(e(gam)) > 0.3 GeV
    ntuple("hard") do
        column  e: max(e(gam)), n: count(good)
    end
end
region(:many, from: baseline) do
    require "many", count(gam) >= 4
    histogram("e_many") do
        fill  e(gam)
        bins  20, 0 GeV..1 GeV
    end
end
""",
}
