"""Programs with particles that fly before they decay, and events of them.

In: nothing. Out: texts of programs, toy events, the vertex table of their beams.
"""

from __future__ import annotations

from functools import lru_cache

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, toy_events
from dsl4bes.run.vertex import Vertex, VertexTable

KAON, LAMBDA = "J/psi -> K_S0 K+ pi-", "J/psi -> Lambda0 anti-Lambda0"

#: Where the beams of the toy events meet (`ToyOptions.beam_size`).
BEAMS = VertexTable({1000: Vertex((0.0, 0.0, 0.0), (0.038, 0.0006, 0.7))})

_HEAD = """analysis "Flights" do
    ecms            3.0969 GeV
    crossing_angle  22 mrad
end

event_selection do
    charged_tracks(:loose) do
        vr < 20 cm
        vz < 50 cm
        nloose >= 4
    end
    pid do
        from     loose
        prob_cut 0.001
"""

#: A production vertex that is fitted, one that is known; the K_S as a particle of a kinematic fit.
KAONS = f"""{_HEAD}        identify :pip, "from_kaon"
        identify :pim, "from_kaon"
        identify :kp, "from_pion"
        nkp >= 1
    end
    vertex_fit(:primary) do
        from   kp, pim
        choose :min_chi2
    end
    secondary_vertex(:ks) do
        decay       "K_S0 -> pi+ pi-"
        production  primary
        vertex_chi2 < 3000
        require     "flight", length / length_sigma > 1
        choose      :nearest_mass
        mass        0.45 GeV..0.55 GeV
        chi2        < 400
    end
    secondary_vertex(:v0) do
        decay       "K_S0 -> pi+ pi-"
        mass_window 100 MeV
        choose      min: abs(m(v0) - mass("K_S0"))
        optional
    end
    kinematic_fit(:fit4c) do
        decay     "J/psi -> K_S0 K+ pi-"
        conjugate false
        from      ks, kp, pim
        constrain :four_momentum
        choose    :min_chi2
        chi2      < 200
    end
end
ntuple("t") do
    column m: m(ks), p: p(ks), chi2: ks.chi2, vchi2: ks.vertex_chi2, l: ks.length, ls: ks.length_sigma, ct: ks.ctau, n: ks.ndf
    column pp: p(ks.pip), prp: p(ks.raw.pip), e4: e(fit4c.ks), raw: e(fit4c.raw.ks), m4: m(fit4c.ks, fit4c.pim), c4: fit4c.chi2
    column has_v0: passed(v0), cv: v0.chi2, rec: recoil(ks)
end
"""

#: Lambda with its conjugate, both of a pair, and the pair in a kinematic fit.
LAMBDAS = f"""{_HEAD}        identify :prp, "from_pion_and_kaon"
        identify :prm, "from_pion_and_kaon"
        identify :pip, "from_kaon_and_proton"
        identify :pim, "from_kaon_and_proton"
    end
    secondary_vertex(:either) do
        decay     "Lambda0 -> p+ pi-"
        choose    :min_chi2
        chi2      < 100
    end
    secondary_vertex(:lam) do
        decay     "Lambda0 -> p+ pi-"
        conjugate false
        choose    :min_chi2
        length    > 0.1 cm
    end
    secondary_vertex(:alam) do
        decay     "anti-Lambda0 -> anti-p- pi+"
        conjugate false
        choose    :min_chi2
        length    > 0.1 cm
    end
    kinematic_fit(:fit4c) do
        decay     "J/psi -> Lambda0 anti-Lambda0"
        from      lam, alam
        constrain :four_momentum
        chi2      < 200
    end
end
ntuple("t") do
    column m: m(either), q: charge(either.prp), qpi: charge(either.pim), l: either.length, chi2: either.chi2, m1: m(lam), m2: m(alam)
    column c4: fit4c.chi2, p1: p(fit4c.lambda), p2: p(fit4c.lambdabar)
end
"""


@lru_cache(maxsize=8)
def flying(decay: str, n: int = 400, *, stress: bool = False) -> Batch:
    return toy_events(decay, n, 5, options=ToyOptions(stress=stress))
