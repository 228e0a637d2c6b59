"""Rules 3, 16, 18, 22 and the words of formulas: numbers and conditions against arithmetic written by hand.

One program: two tracks of opposite charge (the positive one a kaon), two photons or more; every formula is a branch. Conditions stand in
regions of their own as well, as `require` and as `veto`, since their absent values differ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import pytest
from plain import (
    NAN,
    P4,
    PI,
    PI0,
    Event,
    K,
    angle_between,
    beams,
    boosted,
    cos_of,
    dphi_of,
    mass2_of,
    mass_of,
    near,
    size,
)  # fmt: skip
from running import Ran, anything, busy, rhopi, run

DEG = math.pi / 180
ECMS = 3.097


@dataclass(frozen=True)
class Case:
    """An accepted event: `good` tracks, `kp` and `pim` among them, photons by falling energy."""

    e: Event

    @cached_property
    def good(self) -> list[int]:
        def passes(t: int) -> bool:
            dr, dz = self.e.approach(self.e.mdc_helix(t))
            return abs(dr) < 2 and abs(dz) < 20

        return [t for t in self.e.tracks() if passes(t)]

    @cached_property
    def gam(self) -> list[int]:
        return [s for s in self.e.showers() if self.e.gamma(s)[3] > 0.04]

    @property
    def ranked(self) -> list[int]:
        return sorted(self.gam, key=lambda s: (-self.e.gamma(s)[3], s))

    @property
    def ok(self) -> bool:
        return len(self.good) == 2 and sum(self.e.charge(t) for t in self.good) == 0 and len(self.gam) >= 2

    @property
    def tp(self) -> int:
        return next(t for t in self.good if self.e.charge(t) > 0)

    @property
    def tm(self) -> int:
        return next(t for t in self.good if self.e.charge(t) < 0)

    @property
    def kp(self) -> P4:
        return self.e.p4(self.tp, K)

    @property
    def pim(self) -> P4:
        return self.e.p4(self.tm, PI)

    @property
    def g1(self) -> P4:
        return self.e.gamma(self.ranked[0])

    @property
    def g2(self) -> P4:
        return self.e.gamma(self.ranked[1])

    @property
    def photons(self) -> list[P4]:
        return [self.e.gamma(s) for s in self.gam]

    @property
    def tofs(self) -> list[float]:
        return [self.e.tof(t) for t in self.good]

    @property
    def beam(self) -> P4:
        return beams(ECMS)

    def cm(self, p4: P4) -> P4:
        return boosted(p4, self.beam)


PROGRAM = """analysis "Formulas" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks do
        vr < 2 cm
        vz < 20 cm
        ngood == 2
        net_charge 0
    end
    charged_tracks(:wide) do
    end
    photons do
        energy > 40 MeV
        ngam >= 2
    end
    assign do
        from good
        identify :kp, charge > 0
        identify :pim, charge < 0
        nkp == 1
        npim == 1
    end
    let half = ecms / 2
    let limit = 500 MeV
    let pair = p4(kp, pim)
end
"""


def pairs(values):
    return list(combinations(values, 2))


def visible(c: Case) -> float:
    """Rule 18: the assigned mass of each good track, in the laboratory."""
    return sum(g[3] for g in c.photons) + c.kp[3] + c.pim[3]


def total(c: Case) -> P4:
    return sum(c.photons) + c.kp + c.pim


def present(values):
    return [value for value in values if not math.isnan(value)]


def helicity(daughter: P4, mother: P4, frame: P4) -> float:
    mother = boosted(mother, frame)
    daughter = boosted(boosted(daughter, frame), mother)
    return math.cos(angle_between(daughter, mother))


NUMBERS = {
    "p_kaon": ("p(kp)", lambda c: size(c.kp)),
    "e_kaon": ("e(kp)", lambda c: c.kp[3]),
    "p_pion_as_good": ("max(p(good))", lambda c: max(size(c.e.p4(t, PI)) for t in c.good)),
    "m_pair": ("m(kp, pim)", lambda c: mass_of(c.kp + c.pim)),
    "m_let": ("m(pair)", lambda c: mass_of(c.kp + c.pim)),
    "m2_pair": ("m2(kp, pim)", lambda c: mass2_of(c.kp + c.pim)),
    "m_gg": ("m(gam1, gam2)", lambda c: mass_of(c.g1 + c.g2)),
    "first_is": ("e(first(gam)) - e(gam1)", lambda c: 0.0),
    "recoil_m": ("recoil(kp, pim)", lambda c: mass_of(c.beam - c.kp - c.pim)),
    "recoil_2": ("recoil2(kp, pim)", lambda c: mass2_of(c.beam - c.kp - c.pim)),
    "recoil_px": ("px(recoil_p4(kp, pim))", lambda c: (c.beam - c.kp - c.pim)[0]),
    "p_cm": ("p(kp, frame: :cm)", lambda c: size(c.cm(c.kp))),
    "e_cm": ("e(gam1, frame: :cm)", lambda c: c.cm(c.g1)[3]),
    "cos_cm": ("cos(gam1, frame: :cm)", lambda c: cos_of(c.cm(c.g1))),
    "p_lab": ("p(kp, frame: :lab)", lambda c: size(c.kp)),
    "p_in_pair": ("p(kp, frame: pair)", lambda c: size(boosted(c.kp, c.kp + c.pim))),
    "angle_lab": ("angle(kp, pim)", lambda c: angle_between(c.kp, c.pim)),
    "angle_cm": ("180 deg - angle(kp, pim, frame: :cm)", lambda c: math.pi - angle_between(c.cm(c.kp), c.cm(c.pim))),
    "dphi_cm": ("dphi(kp, pim, frame: :cm)", lambda c: dphi_of(c.cm(c.kp), c.cm(c.pim))),
    "boosted_e": ("e(boost(gam1, pair))", lambda c: boosted(c.g1, c.kp + c.pim)[3]),
    "heli": ("helicity(kp, of: pair)", lambda c: helicity(c.kp, c.kp + c.pim, c.beam)),
    "heli_parent": (
        "helicity(gam1, of: p4(gam1, gam2), parent: p4(gam1, gam2, kp))",
        lambda c: helicity(c.g1, c.g1 + c.g2, c.g1 + c.g2 + c.kp),
    ),
    "difference": ("m(p4(kp, pim, gam1) - kp)", lambda c: mass_of(c.pim + c.g1)),
    "vis": ("visible_energy", visible),
    "bal_z": ("balance_z", lambda c: total(c)[2] / visible(c)),
    "bal_t": ("balance_t", lambda c: math.hypot(*total(c)[:2]) / visible(c)),
    "miss_e": ("missing_e(kp, pim)", lambda c: ECMS - c.cm(c.kp + c.pim)[3]),
    "miss_p": ("missing_p(kp, pim)", lambda c: size(c.cm(c.kp + c.pim))),
    "energy_cms": ("ecms", lambda c: ECMS),
    "half_let": ("half", lambda c: ECMS / 2),
    "minus_square": ("-p(kp)**2", lambda c: -(size(c.kp) ** 2)),
    "caret": ("3 * p(kp)^2", lambda c: 3 * size(c.kp) ** 2),
    "divisions": ("p(kp) / p(pim) / 4", lambda c: size(c.kp) / size(c.pim) / 4),
    "divide_multiply": ("p(kp) / p(pim) * 4", lambda c: size(c.kp) / size(c.pim) * 4),
    "subtractions": ("p(kp) - p(pim) - e(gam1)", lambda c: size(c.kp) - size(c.pim) - c.g1[3]),
    "brackets": ("p(kp) - (p(pim) - e(gam1))", lambda c: size(c.kp) - (size(c.pim) - c.g1[3])),
    "signs": ("2 * -p(kp) + 1 GeV", lambda c: 1 - 2 * size(c.kp)),
    "inverse": ("p(kp)**-1", lambda c: 1 / size(c.kp)),
    "mixed_units": ("p(kp) + 500 MeV - 0.25", lambda c: size(c.kp) + 0.25),
    "three": ("max(p(kp), p(pim), e(gam1))", lambda c: max(size(c.kp), size(c.pim), c.g1[3])),
    "least": ("min(p(kp), 700 MeV)", lambda c: min(size(c.kp), 0.7)),
    "modulo": ("mod(run, 7)", lambda c: math.fmod(c.e.run, 7)),
    "root": ("sqrt(p(kp)**2 + mass(\"K+\")**2)", lambda c: c.kp[3]),
    "no_root": ("sqrt(p(kp) - 100 GeV)", lambda c: NAN),
    "logs": ("log(p(kp) / p(pim)) + exp(cos(pim))", lambda c: math.log(size(c.kp) / size(c.pim)) + math.exp(cos_of(c.pim))),
    "cosine": ("cos(angle(kp, pim))", lambda c: math.cos(angle_between(c.kp, c.pim))),
    "tangent": ("atan2(py(kp), px(kp)) - phi(kp)", lambda c: 0.0),
    "right_angle": ("90 deg", lambda c: math.pi / 2),
    "some_mrad": ("theta(kp) - 20 mrad", lambda c: math.acos(cos_of(c.kp)) - 0.02),
    "pi0_mass": ('mass("pi0")', lambda c: PI0),
    "rank_2": ("p(good2)", lambda c: min(size(c.e.p4(t)) for t in c.good)),
    "e_sum": ("sum(e(gam))", lambda c: sum(g[3] for g in c.photons)),
    "e_max": ("max(e(gam))", lambda c: max(g[3] for g in c.photons)),
    "n_gam": ("count(gam)", lambda c: len(c.gam)),
    "n_hard": ("count(e(gam) > 100 MeV)", lambda c: sum(g[3] > 0.1 for g in c.photons)),
    "n_pi0": ("count(m(gam, gam) in 0.1..0.2)", lambda c: sum(0.1 <= mass_of(a + b) <= 0.2 for a, b in pairs(c.photons))),
    "min_pair": ("min(m(gam, gam))", lambda c: min(mass_of(a + b) for a, b in pairs(c.photons))),
    "sum_triples": ("sum(m(gam, gam, gam))", lambda c: sum(mass_of(a + b + d) for a, b, d in combinations(c.photons, 3))),
    "min_cross": (
        "min(angle(good, gam))",
        lambda c: min(angle_between(c.e.p4(t), g) for t in c.good for g in c.photons),
    ),
    "two_lists": (
        "count(angle(wide, good) < 1 rad)",  # all pairs without a common track
        lambda c: sum(angle_between(c.e.p4(a), c.e.p4(b)) < 1 for a in c.e.tracks() for b in c.good if a != b),
    ),
    "q_sum": ("sum(charge(wide))", lambda c: sum(c.e.charge(t) for t in c.e.tracks())),
    "tof_k": ("tof(kp)", lambda c: c.e.tof(c.tp)),
    "tof_diff": ("abs(tof(kp) - tof(pim))", lambda c: abs(c.e.tof(c.tp) - c.e.tof(c.tm))),
    "tof_sum": ("sum(tof(good))", lambda c: sum(present(c.tofs))),
    "tof_min": ("min(tof(good))", lambda c: min(present(c.tofs), default=NAN)),
    "tof_max": ("max(tof(good))", lambda c: max(present(c.tofs), default=NAN)),
    "eop_k": ("eop(kp)", lambda c: c.e.emc_energy(c.tp) / size(c.kp)),
    "ratio_shower": ("emc_energy(kp) / half", lambda c: c.e.emc_energy(c.tp) / (ECMS / 2)),
    "vr_k": ("vr(kp)", lambda c: c.e.approach(c.e.helix(c.tp, K))[0]),
    "rest_n": ("count(rest(wide, good))", lambda c: len(c.e.tracks()) - 2),
    "charged": ("n_charged", lambda c: c.e.n_charged),
}  # fmt: skip


def t(c: Case) -> float:
    return c.e.tof(c.tp)


def u(c: Case) -> float:
    return c.e.tof(c.tm)


def absent(*values: float) -> bool:
    return any(math.isnan(value) for value in values)


#: conditions; a comparison with something absent is false, also under `not`
CONDITIONS = {
    "plain": ("tof(kp) < 5 ns", lambda c: t(c) < 5),
    "negated": ("not tof(kp) < 5 ns", lambda c: t(c) >= 5),
    "negated_brackets": ("not (tof(kp) < 5)", lambda c: t(c) >= 5),
    "unequal": ("tof(kp) != 5", lambda c: not absent(t(c))),
    "not_equal": ("not tof(kp) == 5", lambda c: not absent(t(c))),
    "not_and": (
        "not (tof(kp) < 5 and p(kp) > 0.5)", lambda c: t(c) >= 5 or size(c.kp) <= 0.5
    ),
    "not_or": ("not (tof(kp) < 5 or p(kp) > 0.5)", lambda c: t(c) >= 5 and size(c.kp) <= 0.5),
    "not_not": ("not not tof(kp) < 5", lambda c: t(c) < 5),
    "closed": ("tof(kp) in 4 ns..5000 ps", lambda c: 4 <= t(c) <= 5),
    "outside": ("not tof(kp) in 4..5", lambda c: t(c) < 4 or t(c) > 5),
    "first_not": ("not p(kp) > 0.5 and p(pim) > 0.5", lambda c: size(c.kp) <= 0.5 and size(c.pim) > 0.5),
    "and_first": (
        "p(kp) > 0.8 or p(kp) < 0.5 and p(pim) > 0.5", lambda c: size(c.kp) > 0.8 or (size(c.kp) < 0.5 and size(c.pim) > 0.5)
    ),
    "asked": ("has_tof(kp) and not has_tof(pim)", lambda c: not absent(t(c)) and absent(u(c))),
    "some": ("any(tof(good) > 5)", lambda c: t(c) > 5 or u(c) > 5),
    "not_some": ("not any(tof(good) > 5)", lambda c: t(c) <= 5 and u(c) <= 5),
    "every": ("all(tof(good) > 5)", lambda c: t(c) > 5 and u(c) > 5),
    "not_every": ("not all(tof(good) > 5)", lambda c: t(c) <= 5 or u(c) <= 5),
    "counted": ("count(tof(good) > 5) == 1", lambda c: (t(c) > 5) + (u(c) > 5) == 1),
    "of_none": ("min(tof(good)) < 5", lambda c: min(present(c.tofs), default=NAN) < 5),
    "differ": ("abs(tof(kp) - tof(pim)) < 1 ns", lambda c: abs(t(c) - u(c)) < 1),
    "pi0": ("any(m(gam, gam) in 0.115..0.150)", lambda c: any(0.115 <= mass_of(a + b) <= 0.15 for a, b in pairs(c.photons))),
    "let_limit": ("e(gam1) > limit", lambda c: c.g1[3] > 0.5),
    "angle_unit": ("angle(kp, pim) > 1500 mrad", lambda c: angle_between(c.kp, c.pim) > 1.5),
    "length_unit": ("abs(vr(kp)) < 0.5 mm", lambda c: abs(c.e.approach(c.e.helix(c.tp, K))[0]) < 0.05),
    "masses": ('m(gam1, gam2) > mass("eta") - 100 MeV', lambda c: mass_of(c.g1 + c.g2) > 0.447862),
    "visible": ("visible_energy > 0.9 * ecms", lambda c: visible(c) > 0.9 * ECMS),
    "back": ("180 deg - angle(kp, pim, frame: :cm) < 60 deg", lambda c: math.pi - angle_between(c.cm(c.kp), c.cm(c.pim)) < 60 * DEG),
    "flag": ("property(\"Switch\", true) and p(kp) > 0.5", lambda c: size(c.kp) > 0.5),
}  # fmt: skip


def _program() -> str:
    columns = "\n".join(
        f"column {name}: {formula}" for name, (formula, _) in (*NUMBERS.items(), *CONDITIONS.items())
    )
    regions = "\n".join(
        f'region(:{word}_{name}, from: baseline) do\n{word} "{name}", {formula}\nend'
        for name, (formula, _) in CONDITIONS.items()
        for word in ("require", "veto")
    )
    return f'{PROGRAM}ntuple("all") do\n{columns}\nend\n{regions}\n'


@pytest.fixture(scope="module")
def ran() -> Ran:
    return run(_program(), [rhopi(), busy(), anything()])


@pytest.fixture(scope="module")
def cases(ran: Ran) -> list[Case]:
    found = [case for e in ran.events() if (case := Case(e)).ok]
    assert len(found) > 80
    return found


@pytest.mark.cpp
def test_the_same_events_are_accepted(ran: Ran, cases: list[Case]):
    assert [Case(e).ok for e in ran.events()] == ran.accepted().tolist()
    assert [c.e.run for c in cases] == ran.tables["all"]["run"].tolist()


@pytest.mark.cpp
@pytest.mark.parametrize("name", NUMBERS)
def test_number(ran: Ran, cases: list[Case], name: str):
    value = NUMBERS[name][1]
    for case, got in zip(cases, ran.tables["all"][name], strict=True):
        assert near(value(case), float(got), 2e-6 if name.startswith(("recoil", "m", "heli")) else 1e-7), (
            case.e.number,
            value(case),
            got,
        )


@pytest.mark.cpp
@pytest.mark.parametrize("name", CONDITIONS)
def test_condition(ran: Ran, cases: list[Case], name: str):
    wanted = np.array([CONDITIONS[name][1](case) for case in cases])
    assert 0 < wanted.sum() < len(wanted), f"{wanted.sum()} of {len(wanted)}: the sample does not test this"
    chosen = ran.accepted()
    assert (ran.tables["all"][name] == wanted).all()
    assert (ran.flag(f"require_{name}.{name}")[chosen] == wanted).all()
    assert (ran.flag(f"veto_{name}.{name}")[chosen] == ~wanted).all(), (
        "a veto rejects what is true, and keeps what is absent"
    )
    assert not ran.flag(f"veto_{name}.{name}")[~chosen].any()
