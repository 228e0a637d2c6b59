"""Toy decays that are not written out: assumed decays, DecFiles, and the settings of the beams on the command line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from test_cli import ROOT, clean, cli

from dsl4bes.cli.quantity import quantity
from dsl4bes.events.store import read_events
from dsl4bes.events.toy import (
    DecayError,
    DecayFile,
    ToyOptions,
    decay_notes,
    parse_decay,
    read_decay_file,
    toy_events,
)
from dsl4bes.events.toy.branchings import _BRANCHINGS, branching
from dsl4bes.events.toy.decayfile import Mode
from dsl4bes.ir.types import ANGLE, ENERGY
from dsl4bes.physics.particles import by_pdgid

QUIET = ToyOptions(noise_showers=0.0, energy_spread=0.0)

#: As `decaylanguage` gives it: three decays of the J/psi, the fractions of which do not add up to 1.
RHOPI = DecayFile(
    "J/psi",
    {
        "J/psi": (
            Mode(0.6, ("myrho", "pi0"), "PHSP"),
            Mode(0.25, ("rho+", "pi-"), "VSS"),
            Mode(0.1, ("K0", "K-", "pi+"), "PHSP"),
        ),
        "myrho": (Mode(1.0, ("pi+", "pi-"), "VSS"),),
        "K0": (Mode(0.5, ("K_S0",), "PHSP"), Mode(0.5, ("K_L0",), "PHSP")),
    },
    {"myrho": "rho0"},
)

DEC = """
Alias      myK      K*0
Alias      myantiK  anti-K*0
ChargeConj myK      myantiK
Decay J/psi
0.7 myK  myantiK PHSP;
0.3 gamma eta    PHSP;
Enddecay
Decay myK
1.0 K+ pi- VSS;
Enddecay
CDecay myantiK
Decay eta
0.6 gamma gamma PHSP;
0.4 pi+ pi- pi0 PHSP;
Enddecay
End
"""


def mass(p4):
    return np.sqrt(np.maximum(p4[:, 3] ** 2 - np.sum(p4[:, :3] ** 2, axis=1), 0))


def of(batch, pdgid):
    return batch["mc.p4"][batch["mc.pdgid"] == pdgid]


def chains(batch):
    """The generated particles of each event as a sorted list of numbers."""
    return [tuple(sorted(batch["mc.pdgid"][batch.rows("mc", i)].tolist())) for i in range(batch.n_events)]


# --- decays that are assumed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("pdgid", [number for own in _BRANCHINGS for number in (own, -own) if by_pdgid(number)])
def test_assumed_decays_can_happen(pdgid):
    """Charge is kept, the products are lighter, the fraction is one, and the conjugate decays to the conjugates."""
    info, decay = by_pdgid(pdgid), branching(pdgid)
    products = [by_pdgid(product) for product in decay.products]
    assert sum(product.charge for product in products) == info.charge
    assert sum(product.mass for product in products) < info.mass
    assert 0 < decay.fraction <= 1
    other = branching(info.antiparticle_id)
    assert sorted(product.antiparticle_id for product in products) == sorted(other.products)


#: PDG identifier: what the edition of 2026 prints, as a fraction; ~100 % and 100 % stand as 1. Of K*(892): (K pi)0 and (K pi)+.
EDITION = {
    "S009.1": 0.98823, "S014.1": 0.3936, "M002.1": 0.425, "M009.12": 1, "M009.11": 1, "M001.1": 0.892, "M004.1": 0.501, "M018.12": 0.99753,
    "M018.11": 0.99896, "S012.1": 0.692, "S018.1": 0.641, "S021.1": 1, "S019.1": 0.5147, "S020.1": 0.99848, "S022.1": 0.99887, "S023.1": 0.99517,
}  # fmt: skip


@pytest.mark.parametrize("pdgid", list(_BRANCHINGS))
def test_fractions_are_those_of_the_edition(pdgid):
    """Of K pi, isospin gives the charged pion twice the share of the neutral one."""
    decay = _BRANCHINGS[pdgid]
    isospin = {313: 2 / 3, 323: 1 / 3}.get(pdgid, 1)
    assert decay.fraction == pytest.approx(isospin * EDITION[decay.entry], abs=1e-12)
    assert len({each.entry for each in _BRANCHINGS.values()}) == len(_BRANCHINGS)


def test_fractions_are_those_of_the_pdg_package():
    """The same against the data base itself, where it is installed with that edition."""
    pdg = pytest.importorskip("pdg")
    connection = pdg.connect()
    if connection.default_edition != "2026":
        pytest.skip(f"the package pdg has the edition {connection.default_edition}")
    for pdgid, decay in _BRANCHINGS.items():
        found = connection.get(decay.entry)
        isospin = {313: 2 / 3, 323: 1 / 3}.get(pdgid, 1)
        printed = 1.0 if found.value is None else found.value
        # the table has as many digits as the PDG prints
        assert decay.fraction == pytest.approx(isospin * printed, abs=6e-4), decay.entry


@pytest.mark.parametrize(
    ("name", "pdgid", "centre", "width"),
    [("rho(770)0", 113, 0.775, 0.147), ("omega", 223, 0.7827, 0.0087), ("phi", 333, 1.0195, 0.0042), ("K*(892)0", 313, 0.8955, 0.047)],
)
def test_a_resonance_without_its_decay_has_its_mass(name, pdgid, centre, width):
    other = {"K*(892)0": "K_S0"}.get(name, "pi0")
    batch = toy_events(f"J/psi -> {name} {other}", 2000, 3, options=QUIET)
    found = mass(of(batch, pdgid))
    assert len(found) == 2000
    # the quartiles of a Breit-Wigner are half a width from its centre
    low, middle, high = np.quantile(found, [0.25, 0.5, 0.75])
    assert middle == pytest.approx(centre, abs=0.1 * width + 0.001)
    assert (high - low) / width == pytest.approx(1.0, abs=0.12)


def test_an_assumed_decay_is_the_written_one():
    assumed = toy_events("J/psi -> rho(770)0 pi0", 300, 5)
    written = toy_events("J/psi -> (rho(770)0 -> pi+ pi-) (pi0 -> gam gam)", 300, 5)
    assert all(np.array_equal(assumed[name], written[name]) for name in written.columns)


def test_notes_name_what_was_not_written():
    assert decay_notes("J/psi -> (pi0 -> gam gam) pi+ pi-") == []
    notes = decay_notes("J/psi -> omega eta'")
    assert notes[0] == "omega -> pi+ pi- pi0 (89.2 % of its decays, PDG 2026)"
    assert [note.split()[0] for note in notes] == ["omega", "pi0", "eta'", "eta"]
    assert all(node.assumed == 0 for node in parse_decay("J/psi -> K+ K- (pi0 -> gam gam)").walk())


# --- several decays ------------------------------------------------------------------------------------------------


def test_fractions_are_those_of_the_file():
    batch = toy_events(RHOPI, 10_000, 1, options=QUIET)
    found = chains(batch)
    rho0 = sum(113 in chain for chain in found)
    rhop = sum(213 in chain for chain in found)
    ks, kl = (sum(number in chain for chain in found) for number in (310, 130))
    assert rho0 + rhop + ks + kl == 10_000 and not any(311 in chain for chain in found)
    for events, fraction in ((rho0, 0.6 / 0.95), (rhop, 0.25 / 0.95), (ks, 0.05 / 0.95), (kl, 0.05 / 0.95)):
        assert abs(events - 10_000 * fraction) < 4 * np.sqrt(10_000 * fraction * (1 - fraction))
    batch.validate()


def test_events_of_a_file_are_whole():
    """Momentum is kept at each decay whatever the tree, in the events' own order."""
    batch = toy_events(RHOPI, 500, 2, options=QUIET)
    for event in range(0, 500, 7):
        rows = batch.rows("mc", event)
        p4, mother = batch["mc.p4"][rows], batch["mc.mother"][rows]
        for number in set(mother[mother >= 0].tolist()):
            assert np.allclose(p4[mother == number].sum(axis=0), p4[number], atol=1e-9)
    assert batch["event.number"].tolist() == list(range(500))


def test_the_same_seed_gives_the_same_events_of_a_file():
    one, two, other = (toy_events(RHOPI, 1200, seed) for seed in (3, 3, 4))
    assert all(np.array_equal(one[name], two[name]) for name in one.columns)
    assert chains(one) != chains(other)
    short = toy_events(RHOPI, 30, 3)
    assert np.array_equal(short["mc.p4"], one.slice(0, 30)["mc.p4"])


def test_notes_of_a_file():
    notes = decay_notes(RHOPI)
    assert "the fractions of J/psi add up to 0.95: taken relative to that" in notes
    assert "all decays are by phase space; not simulated: VSS" in notes
    assert any(note.startswith("rho+ -> pi+ pi0") for note in notes)


@pytest.mark.parametrize(
    ("modes", "says"),
    [
        ({"J/psi": (Mode(1.0, ("pi+", "pi+"), "PHSP"),)}, "charge"),
        ({"J/psi": (Mode(1.0, ("nothing", "pi0"), "PHSP"),)}, "nothing"),
        ({"J/psi": (Mode(1.0, ("chi_c1", "gamma"), "PHSP"),)}, "chi_c1"),
        ({"J/psi": (Mode(1.0, ("pi0",), "PHSP"),)}, "2 to 12"),
        ({"J/psi": (Mode(0.0, ("pi0", "gamma"), "PHSP"),)}, "not all positive"),
        ({"J/psi": (Mode(1.0, ("x", "pi0"), "PHSP"),), "x": (Mode(1.0, ("x", "gamma"), "PHSP"),)}, "x"),
        ({"J/psi": (Mode(1.0, ("eta", "pi0"), "PHSP"),), "eta": (Mode(1.0, ("eta", "gamma"), "PHSP"),)}, "never ends"),
        ({"J/psi": (Mode(1.0, ("p+", "anti-p-", "p+", "anti-p-"), "PHSP"),)}, "GeV"),
        ({"vpho": (Mode(1.0, ("pi+", "pi-"), "PHSP"),)}, "ecms"),
        ({"J/psi": (Mode(1.0, ("pi+", "pi-"), "PHSP"), Mode(0.5, (), "VSS"))}, "the decay of J/psi in the DecFile has no products: 0.5 VSS"),
    ],
)
def test_files_that_cannot_be(modes, says):
    with pytest.raises(DecayError, match=says):
        toy_events(DecayFile(next(iter(modes)), modes, {}), 10, 1)


def test_text_of_a_decay_file():
    pytest.importorskip("decaylanguage")
    file = read_decay_file(DEC)
    assert file.mother == "J/psi" and file.aliases["myK"] == "K*0"
    assert [mode.fraction for mode in file.modes["J/psi"]] == [0.7, 0.3]
    assert file.modes["myantiK"] == (Mode(1.0, ("K-", "pi+"), "VSS"),)
    found = chains(toy_events(file, 4000, 1, options=QUIET))
    stars = sum(313 in chain and -313 in chain for chain in found)
    three = sum(221 in chain and 111 in chain for chain in found)
    assert abs(stars - 2800) < 4 * np.sqrt(4000 * 0.7 * 0.3)
    assert abs(three - 480) < 4 * np.sqrt(4000 * 0.12 * 0.88)
    assert read_decay_file(DEC, "eta").mother == "eta"
    assert read_decay_file(DEC[: DEC.index("\nEnd\n")]) == file  # without `End`, and without a newline at the end of the last line
    with pytest.raises(DecayError, match="no decay of rho0"):
        read_decay_file(DEC, "rho0")
    with pytest.raises(DecayError, match="cannot be read"):
        read_decay_file("Decay J/psi\n0.5 pi+ pi-\nEnddecay\n")


# --- the command line ----------------------------------------------------------------------------------------------


def test_numbers_with_units():
    assert quantity("22 mrad", ANGLE, "x") == pytest.approx(0.022) == quantity(" 0.022", ANGLE, "x")
    assert quantity("1.2MeV", ENERGY, "x") == pytest.approx(0.0012)
    for text, says in (("22 MeV", "not a unit of it"), ("2 mevs", "not a unit"), ("wide", "a number"), ("1e999", "a number")):
        with pytest.raises(ValueError, match=says):
            quantity(text, ANGLE, "x")


def test_beams_from_the_command_line(tmp_path):
    """The sum of all momenta is ecms (angle / 2, 0, 0, 1), and its spread is the one asked for."""
    path = tmp_path / "a.toy.npz"
    arguments = ["toy", "J/psi -> rho(770)0 pi0", "-n", 2000, "-o", path, "--ecms", "3.1 GeV", "--spread", "2 MeV"]
    done = json.loads(clean(cli(*arguments, "--crossing-angle", "40 mrad", "--noise", 0, "--json")).stdout)
    assert done["notes"][0].startswith("rho(770)0 -> pi+ pi-")
    batch = next(iter(read_events(str(path))))
    total = batch["mc.p4"][batch["mc.mother"] < 0]
    assert np.allclose(total[:, 0] / total[:, 3], 0.02) and np.all(total[:, 1:3] == 0)
    assert total[:, 3].mean() == pytest.approx(3.1, abs=3e-4)
    assert total[:, 3].std() == pytest.approx(0.002, rel=0.1)


def test_errors_of_the_command_line(tmp_path):
    out = ["-n", 5, "-o", tmp_path / "a"]
    assert "angle" in clean(cli("toy", "J/psi -> pi+ pi-", *out, "--crossing-angle", "22 MeV"), 1).stderr
    assert "0 to 1 rad" in clean(cli("toy", "J/psi -> pi+ pi-", *out, "--crossing-angle", "-1"), 1).stderr
    assert "energy_spread" in clean(cli("toy", "J/psi -> pi+ pi-", *out, "--spread", "-1"), 1).stderr
    assert "--mother" in clean(cli("toy", "J/psi -> pi+ pi-", *out, "--mother", "eta"), 1).stderr
    assert "cannot be read" in clean(cli("toy", "none.dec", *out), 1).stderr
    assert "write its decay" in clean(cli("toy", "psi(2S) -> chi_c1 gam", *out), 1).stderr


def test_a_decay_file_from_the_command_line(tmp_path):
    """Without the package the error says how to get it; with it, the file and its text give the same events."""
    (tmp_path / "k.DEC").write_text(DEC)
    try:
        import decaylanguage
    except ImportError:
        done = clean(cli("toy", tmp_path / "k.DEC", "-n", 5, "-o", tmp_path / "a"), 1)
        assert "pip install 'dsl4bes[decfile]'" in done.stderr
        return
    (tmp_path / "k.DEC").write_text("\ufeff" + DEC[: DEC.index("\nEnd\n")])  # a byte order mark, and no newline at the end
    path = os.pathsep.join([str(ROOT), str(Path(decaylanguage.__file__).parents[1])])
    for name, given in (("a", tmp_path / "k.DEC"), ("b", DEC)):
        clean(cli("toy", given, "-n", 50, "-o", tmp_path / name, PYTHONPATH=path))
    one, two = (next(iter(read_events(str(tmp_path / f"{name}.toy.npz")))) for name in "ab")
    assert np.array_equal(one["mc.p4"], two["mc.p4"])
