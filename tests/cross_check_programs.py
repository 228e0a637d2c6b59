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
    # leptons: muon counter, radiated photons, conversions, vetoes, chi and ratios of the track that is identified
    "leptons": """
analysis "Leptons" do
    ecms            3.097 GeV
end

event_selection do
    duplicates report: true
    charged_tracks do
        ngood 2..4
    end
    photons do
        energy > 25 MeV
    end
    pid do
        systems :dedx, :tof1, :tof2, :tofe
        identify :pi, chi_dedx("pi") in -3..3 and prob_ratio("pi", "k", "p") > 0.4
        npi >= 0
    end
    leptons do
        from     good
        identify :ep, charge > 0 and eop > 0.2
        identify :mum, charge < 0 and emc_energy < 1.5 GeV, order: :fastest
        identify :mup, depth > 10 cm and muc_chi2 < 1000 and muc_max_hits < 20
        nmum == 1
    end
    bremsstrahlung(:quiet) do
        from  mum
        angle < 30 deg
    end
    by_run(:least) do
        runs      1..500, value: 30 MeV
        otherwise 20 MeV
    end
    eta_veto do
        photon      first(gam)
        mass_window 30 MeV
    end
end
ntuple("l") do
    column  m: m(mum_recovered), rec: recoil(mum_recovered), left: count(quiet), new: first_time
    column  gap: min(conversion_gap(ep, mum)), r: max(conversion_radius(good, mum)), c: muc_chi2(mum), d: muc_dof(mum)
    array   :x, chi_tof1(pi, "k"), max: 5
    array   :runs, in_runs(1..1500) and e(gam) > least, max: 5
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
    # mass fits of every photon pair, cuts per candidate, candidates in a region
    "pi0s": """
analysis "Pi0s" do
    ecms 3.097 GeV
end
event_selection do
    photons do
        energy > 25 MeV
        time 0..14
        ngam >= 2
    end
    combine(:pi0) do
        decay "pi0 -> gam gam"
        mass 0.115 GeV..0.150 GeV
        constrain :mass
        keep :all
        chi2 < 20
    end
    for pi0 do
        charged_tracks do
            vr < 1 cm
            ngood >= 1
        end
        require "far", min(angle(pi0, good)) > 5 deg
    end
end
region(:two) do
    require "two", count(pi0) >= 2
    for pi0 do
        require "hard", p(pi0) > 0.3 GeV
        ntuple("hard") do
            column m: m(pi0), mr: m(pi0.raw.pi0), p: p(pi0), chi2: pi0.chi2, h: helicity(pi0.gam1, of: pi0)
        end
    end
end
ntuple("event") do
    column n: count(pi0)
end
ntuple("all", per: pi0) do
    column m: m(pi0), n: count(pi0), n2: pi0.ndf
end
""",
    # a decay within a decay, every candidate, optional; a choice by a formula
    "omega": """
analysis "Omega" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks do
        vr < 1 cm
        vz < 10 cm
        ngood >= 2
    end
    photons do
        energy > 25 MeV
        time 0..14
    end
    pid do
        identify :pip
        identify :pim
    end
    combine(:om) do
        decay       "omega(782) -> pi+ pi- (pi0 -> gam gam)"
        mass        pi0: 0.115..0.150, 0.6..1.2
        mass_window pi0: 30 MeV
        max_photons 5
        keep        :all
        optional
    end
    require "not too many", count(om) < 40
    combine(:best) do
        decay   "best -> pi+ pi-"
        choose  max: m(best)
        optional
    end
    require "best mass", passed(best) and m(best) > 0.3 GeV
end
ntuple("om", per: om) do
    column m: m(om), m_pi0: m(om.pi0), rec: recoil(om), pl: p(om.pip), best: m(best), e: e(om, frame: :cm)
    array :eg, e(gam), max: 20
end
""",
    # one candidate of each chain, cuts after the choice
    "kst": """
event_selection do
    charged_tracks do
        vr < 5 cm
        vz < 10 cm
        ngood >= 2
    end
    pid do
        prob_cut 0.001
        identify :kp, "from_pion"
        identify :km, "from_pion"
        identify :pip, "from_kaon"
        identify :pim, "from_kaon"
    end
    combine(:kst) do
        decay  "K*(892)0 -> K+ pi-"
        mass   0.6 GeV..1.4 GeV
        choose :nearest_mass, per: :charge_state
        p      < 1.2 GeV
        require "kaon", cos(kp) < 0.9
        nkst   1..2
    end
end
histogram("m_kpi", per: kst) do
    fill m(kst)
    bins 100, 0.7 GeV..1.1 GeV
end
ntuple("kst", per: kst) do
    column m: m(kst), charge: charge(kst.kp), p: p(kst), n: count(kst), raw: m(kst.raw.kst)
end
""",
    # a particle that flew, in every candidate
    "ksd": """
analysis "Dks" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks(:loose) do
        vr < 10 cm
        vz < 50 cm
        nloose >= 3
    end
    pid do
        from     loose
        identify :pip
        identify :pim
        identify :kp
        identify :km
    end
    secondary_vertex(:ks) do
        decay  "K_S0 -> pi+ pi-"
        choose :min_chi2
    end
    combine(:d) do
        decay "K*(892)+ -> K_S0 pi+"
        from  ks, pip, pim
        keep :all
    end
end
ntuple("d", per: d) do
    column m: m(d), c: charge(d.pip)
end
""",
    # several vertices, fits for each of them, one of each chain; every candidate of a fit
    "keepks": """
analysis "KeepKs" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks(:loose) do
        vr < 20 cm
        vz < 50 cm
        nloose >= 2
    end
    photons do
        energy > 25 MeV
        ngam <= 6
    end
    pid do
        from     loose
        identify :pip, :pim
        identify :kp, :km, "from_pion"
        identify :prp, :prm, as: :most_probable
    end
    secondary_vertex(:ks) do
        decay  "K_S0 -> pi+ pi-"
        vertex_chi2 < 100
        keep   :all
    end
    for ks do
        require "flown", ks.length / ks.length_sigma > 2
        kinematic_fit(:fit) do
            decay "J/psi -> K_S0 K+ pi-"
            from ks, kp, km, pip, pim
            constrain :four_momentum
            choose :min_chi2, per: :charge_state
            optional
        end
        require "some", count(fit) >= 0
        ntuple("ks_in") do
            column m: m(ks), l: ks.length, n: count(fit)
        end
        for fit do
            ntuple("kskpi") do
                column chi2: fit.chi2, m: m(fit.ks, fit.kp), q: charge(fit.kp)
            end
        end
    end
    secondary_vertex(:lam) do
        decay "Lambda0 -> p+ pi-"
        choose :min_chi2, per: :charge_state
        optional
    end
    kinematic_fit(:gg) do
        decay "J/psi -> gam gam"
        constrain :total_energy
        keep :all
        optional
    end
end
ntuple("lam", per: lam) do
    column m: m(lam), q: charge(lam.prp), l: lam.length
end
ntuple("gg", per: gg) do
    column chi2: gg.chi2, m: m(gg.gam1, gg.gam2)
end
""",
    # a cascade: a particle that flew as a product of another one
    "xi": """
analysis "Xi" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks(:loose) do
        vr < 20 cm
        vz < 50 cm
        nloose >= 3
    end
    pid do
        from     loose
        prob_cut 0.001
        identify :prp, :prm, as: :most_probable
        identify :pip, :pim, as: :most_probable
    end
    secondary_vertex(:lam) do
        decay    "Lambda0 -> p+ pi-"
        choose   :nearest_mass
        mass_window 20 MeV
    end
    secondary_vertex(:xi) do
        decay    "Xi- -> Lambda0 pi-"
        from     lam, pip, pim
        choose   :nearest_mass
    end
end
histogram("m_xi") do
    fill m(xi)
    bins 60, 1.28 GeV..1.36 GeV
end
ntuple("xi") do
    column m: m(xi), length: xi.length, sig: xi.length_sigma, chi2: xi.chi2, vchi2: xi.vertex_chi2, q: charge(xi.pim), ml: m(lam)
end
""",
    # a particle that flew in a vertex fit and in a combination
    "vks": """
event_selection do
    charged_tracks(:loose) do
        vr < 10 cm
        vz < 50 cm
        nloose == 4
    end
    pid do
        from     loose
        identify :pip
        identify :pim
        identify :kp
        identify :km
    end
    secondary_vertex(:ks) do
        decay  "K_S0 -> pi+ pi-"
        choose :min_chi2
    end
    vertex_fit(:v) do
        from   kp, pim, ks
        choose :min_chi2
        chi2   < 100
    end
    combine(:all) do
        decay "all -> K_S0 K+ pi-"
        from  ks, kp, pim, km, pip
        choose max: m(all)
        conjugate
    end
end
ntuple("v") do
    column chi2: v.chi2, m: m(v.kp, v.pim, v.ks), mks: m(v.ks), ndf: v.ndf, mall: m(all)
end
""",
}
