"""Combinations and what is done for every candidate: photons of a fit paired into pions, and mutants that the cross-check must find."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pytest
from cross_check_programs import PROGRAMS
from cross_check_tools import Compiled, assert_agree, built, compiled, cross_check

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, random_batch, toy_events

SIX = """analysis "Six" do
    ecms 3.686 GeV
end
event_selection do
    charged_tracks do
        vr < 1 cm
        vz < 10 cm
        ngood == 2
        net_charge 0
    end
    photons do
        energy > 25 MeV
        time 0..14
        ngam 6..8
    end
    pid do
        identify :pip
        identify :pim
        npip == 1
        npim == 1
    end
    kinematic_fit(:six) do
        decay      "psi(2S) -> pi+ pi- 6 gam"
        constrain  :four_momentum
        choose     :min_chi2
        chi2       < 80
    end
    combine(:three) do                             # all assignments of the six photons, none used twice
        decay      "three -> (pi0 -> gam gam) (pi0 -> gam gam) (pi0 -> gam gam)"
        from       six
        choose     min: sum(((m(pi0) - mass("pi0")) / sigma(m(pi0)))**2)
        require    "masses", all(abs(m(pi0) - mass("pi0")) < 50 MeV)
    end
end
ntuple("three") do
    column a: m(three.pi0_1), b: m(three.pi0_2), c: m(three.pi0_3), all: m(three), raw: m(three.raw.pi0_1), chi2: six.chi2
    column hardest: m(three.pi0_1, six.pip, six.pim)
end
"""

#: What goes wrong: the program and text of the generated source → what it becomes.
MUTANTS: dict[str, tuple[str, str, str]] = {
    "the conjugate chain is not tried": ("kst", "chain < 2", "chain < 1"),
    "the first candidate is kept": ("kst", "if (found && !better(key, best_key)) continue;", "if (found) continue;"),
    "a cut after the choice is lost": ("kst", "if (!(candidate.kst_p4.rho() < m_kst_p)) continue;", ";"),
    "candidates share what they make": ("pi0s", "Context each(ctx);", "Context& each = ctx;"),
    "a rejected candidate stays": ("pi0s", "if (accepted) ctx.pi0_kept[left++] = each.pi0;", "ctx.pi0_kept[left++] = each.pi0;"),
    "the event goes on without a candidate": ("pi0s", "if (left == 0) return false;", ""),
    "the number of the candidate": ("pi0s", ".number = int(k);", ".number = int(k) + 1;"),
    "pi0 not fitted": ("pi0s", "fit->AddResonance(0, m_pi0_pi0_mass, fit->AddList(0, 1));", "fit->AddResonance(0, m_pi0_pi0_mass * 1.02, fit->AddList(0, 1));"),
    "the window of the inner mass": ("omega", "m_om_pi0_mass_high", "m_om_mass_high"),
}  # fmt: skip


@lru_cache(maxsize=1)
def batches() -> tuple[Batch, ...]:
    options = ToyOptions(extra_photons=1.0)
    return (
        toy_events("J/psi -> (K*(892)0 -> K+ pi-) (anti-K*(892)0 -> K- pi+)", 150, 3, options=options),
        toy_events("J/psi -> pi+ pi- pi0 pi0", 150, 4, options=options),
        random_batch(9, 150),
    )


@lru_cache(maxsize=8)
def program(name: str) -> Compiled:
    return compiled(PROGRAMS[name], f"{name}.bes")


def test_photons_of_a_fit_paired_into_pions():
    """PROGRAMS 13: the assignments of the six photons that the fit took, with the momenta it gave them."""
    options = ToyOptions(extra_photons=0.5)
    made = compiled(SIX, "six.bes")
    report = cross_check(made, [toy_events("psi(2S) -> pi+ pi- pi0 pi0 pi0", 300, 3, options=options), random_batch(4, 100)])
    assert_agree(report)


@pytest.mark.parametrize("name", list(MUTANTS))
def test_mutant_is_found(name):
    which, before, after = MUTANTS[name]
    made = program(which)
    text = made.files[made.source]
    assert before in text, f"the generated source no longer has: {before}"
    wrong = replace(made, files={**made.files, made.source: text.replace(before, after)})
    assert not cross_check(made, batches(), selection=built(wrong)).agrees


@pytest.mark.parametrize("name", ["pi0s", "kst", "omega"])
def test_the_right_packages_agree(name):
    assert_agree(cross_check(program(name), batches()))
