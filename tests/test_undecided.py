"""Choices that chi2 cannot make: which fits are warned about, and that both roads keep the same combination where chi2 is equal."""

from __future__ import annotations

import pytest
from cross_check_tools import compiled, cross_check
from meaning import codes

from dsl4bes.events.toy import toy_events

TRACKS = "charged_tracks do\n ngood {n}\n net_charge 0\nend\n"
PID = "pid do\n prob_cut 0.001\n identify :pip\n identify :pim\n identify :prp\n identify :prm\nend\n"


def program(decay: str, constraints: str, choose: str = ":min_chi2", tracks: str = "== 2", photons: int = 2, columns: str = "") -> str:
    return (
        'analysis "Choice" do\n    ecms 3.097 GeV\nend\nevent_selection do\n'
        + TRACKS.format(n=tracks)
        + f"photons do\n ngam >= {photons}\nend\n{PID}"
        + f'kinematic_fit(:fit) do\n decay "{decay}"\n constrain {constraints}\n choose {choose}\nend\nend\n'
        + (f'ntuple("t") do\n column {columns}\nend\n' if columns else "")
    )


SIGMAS = "J/psi -> (Sigma+ -> p+ (pi0 -> gam gam)) (anti-Sigma- -> anti-p- (pi0 -> gam gam))"
UNDECIDED = {
    "which pi0 is whose": (SIGMAS, ":four_momentum, :pi0_1, :pi0_2"),
    "which photon is radiated": ("J/psi -> pi+ pi- gam (eta -> gam gam)", ":four_momentum"),
    "pairs without masses": ("J/psi -> pi+ pi- (pi0 -> gam gam) (pi0 -> gam gam)", ":four_momentum"),
    "which pion is whose": ("psi(2S) -> pi+ pi- (J/psi -> pi+ pi- (pi0 -> gam gam))", ":four_momentum, :pi0"),
    "one pair of two": ("J/psi -> pi+ pi- (pi0 -> gam gam) (eta -> gam gam)", ":four_momentum"),
}
DECIDED = {
    "both constrained": (SIGMAS, ":four_momentum, :pi0_1, :pi0_2, :sigmap"),
    "one pair": ("J/psi -> pi+ pi- (pi0 -> gam gam)", ":four_momentum"),
    "the pair has a mass": ("J/psi -> pi+ pi- gam (eta -> gam gam)", ":four_momentum, :eta"),
    "two pairs have masses": ("J/psi -> pi+ pi- (pi0 -> gam gam) (pi0 -> gam gam)", ":four_momentum, :pi0"),
    "different masses": ("J/psi -> pi+ pi- (pi0 -> gam gam) (eta -> gam gam)", ":four_momentum, :pi0, :eta"),
    "one of two different": ("J/psi -> pi+ pi- (pi0 -> gam gam) (eta -> gam gam)", ":four_momentum, :eta"),
    "no composites": ("psi(2S) -> pi+ pi- 4 gam", ":four_momentum"),
}


@pytest.mark.parametrize("name", UNDECIDED)
def test_a_choice_that_chi2_cannot_make_is_warned_about(name):
    decay, constraints = UNDECIDED[name]
    assert "undecided-choice" in codes(program(decay, constraints, tracks=">= 2"))


@pytest.mark.parametrize("name", DECIDED)
def test_a_choice_that_chi2_makes_is_not(name):
    decay, constraints = DECIDED[name]
    assert "undecided-choice" not in codes(program(decay, constraints, tracks=">= 2"))


def test_a_formula_may_choose():
    chosen = 'min: abs(m(sigmap) - mass("Sigma+"))'
    assert "undecided-choice" not in codes(program(SIGMAS, ":four_momentum, :pi0", chosen))


@pytest.mark.cpp
def test_where_chi2_is_equal_both_roads_keep_the_first_that_was_tried():
    """Before, rounding chose: a quarter of these events differed between package and judge in which pi0 is whose."""
    made = compiled(program(SIGMAS, ":four_momentum, :pi0", photons=4, columns="m: m(fit.sigmap), g: e(fit.raw.gam1), chi2: fit.chi2"))
    report = cross_check(made, [toy_events(SIGMAS, 150, 4)])
    assert report.agrees and len(report.tolerated) <= 1, [str(each) for each in report.tolerated[:3]]
