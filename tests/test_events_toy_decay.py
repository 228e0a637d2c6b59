"""Decay strings of toy events: what is understood, filled in and refused."""

from __future__ import annotations

import numpy as np
import pytest

from dsl4bes.events.toy import DecayError, ToyOptions, parse_decay, toy_events
from dsl4bes.events.toy.phasespace import Line, NoPhaseSpaceError, boost, decay, momentum


def leaves(text: str, **keywords) -> list[int]:
    return [node.pdgid for node in parse_decay(text, **keywords).walk() if not node.products]


def test_spellings_and_defaults():
    assert leaves("J/psi -> pi+ pi- (pi0 -> gam gam)") == [211, -211, 22, 22]
    assert leaves("jpsi -> pip pim pi0") == [211, -211, 22, 22]
    assert leaves("J/psi -> (rho(770)0 -> pi+ pi-) (pi0 -> gamma gamma)") == [211, -211, 22, 22]
    assert leaves("J/psi -> Lambda0 anti-Lambda0") == [2212, -211, -2212, 211]
    assert leaves("J/psi -> K(S)0 K+ pi-") == [211, -211, 321, -211]
    assert leaves("psi(2S) -> pi+ pi- 3 gam") == [211, -211, 22, 22, 22]
    assert leaves("vpho -> mu+ mu-", ecms=3.08) == [-13, 13]


def test_widths_and_flight():
    tree = parse_decay("J/psi -> (rho(770)0 -> pi+ pi-) K_S0 K_S0")
    rho, kaon = tree.products[0], tree.products[1]
    assert tree.width == 0 and rho.width == pytest.approx(0.147, abs=0.005) and rho.ctau == 0
    assert kaon.width == 0 and kaon.ctau == pytest.approx(2.684, rel=0.01)
    assert parse_decay("J/psi -> pi+ pi-", ecms=3.1).mass == 3.1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("J/psi", "->"),
        ("J/psi -> pi+ pi+", "charge"),
        ("J/psi -> gam", "2 to 12"),
        ("psi(2S) -> chi_c1 gam", "not stable"),
        ("J/psi -> blah gam", "blah"),
        ("vpho -> pi+ pi-", "ecms"),
        ("J/psi -> p+ anti-p- p+ anti-p-", "GeV"),
        ("J/psi -> (pi0 -> gam gam", "bracket"),
        ("J/psi -> (K_S0 -> K+ pi-) gam", "needs"),
        ("J/psi -> 40 gam", "2 to 12"),
        ("(" * 5000, ""),
        ("J/psi -> \x00 gam", ""),
    ],
)
def test_what_cannot_be(text: str, says: str):
    with pytest.raises(DecayError) as caught:
        parse_decay(text)
    assert says in str(caught.value)


def test_two_body_momentum_and_boost():
    assert momentum(np.array([3.0969]), 0.0, 0.0)[0] == pytest.approx(3.0969 / 2)
    rng = np.random.default_rng(1)
    masses, p4 = decay(rng, np.full(100, 0.497611), [Line(0.13957, 0, 0.13957)] * 2)
    assert np.allclose(p4[:, 0, :3], -p4[:, 1, :3])
    assert np.allclose(np.sqrt(p4[..., 3] ** 2 - np.sum(p4[..., :3] ** 2, axis=2)), masses)
    frame = np.tile([0.3, -0.2, 1.0, 1.2], (100, 1))
    moved = boost(p4, np.repeat(frame[:, None], 2, axis=1)).sum(axis=1)
    scale = 0.497611 / np.sqrt(1.2**2 - 0.09 - 0.04 - 1)
    assert np.allclose(moved, frame * scale)


def test_hopeless_decays_end():
    with pytest.raises(NoPhaseSpaceError):
        decay(np.random.default_rng(1), np.array([1.0]), [Line(0.6, 0, 0.6), Line(0.6, 0, 0.6)])
    # the beams' energy, spread and all, is below the threshold
    with pytest.raises(DecayError, match="phase space"):
        toy_events("vpho -> K+ K-", 10, 1, ecms=0.987355, options=ToyOptions(energy_spread=0.0))
