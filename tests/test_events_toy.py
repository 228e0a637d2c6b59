"""Toy events: kinematics, unit pulls against the truth, and everything the mutants of the semantics need."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from dsl4bes.events import Batch
from dsl4bes.events.batch import event_of_row
from dsl4bes.events.toy import BLOCK, ToyOptions, random_batch, toy_batches, toy_events
from dsl4bes.events.toy.geometry import helix_at_origin
from dsl4bes.events.toy.tracking import hypothesis_of

RHOPI = "J/psi -> pi+ pi- (pi0 -> gam gam)"
POINT = ToyOptions(beam_size=(0.0, 0.0, 0.0))
CHARGES = {211: 1, 321: 1, 2212: 1, 11: -1, 13: -1}


@lru_cache(maxsize=8)
def toy(decay: str, options: ToyOptions = POINT, n: int = 2000) -> Batch:
    return toy_events(decay, n, 11, options=options)


def same(one: Batch, two: Batch) -> bool:
    return all(np.array_equal(one[name], two[name]) for name in one.columns)


def matched(batch: Batch) -> list[tuple[int, int, int, np.ndarray, np.ndarray]]:
    """(track row, truth row, hypothesis, helix - truth, covariance) of every track: the nearest truth of
    its charge."""
    events = event_of_row(batch.offsets["track"])
    pdgid, found = batch["mc.pdgid"], []
    hypotheses = hypothesis_of(pdgid)
    charge = np.array([CHARGES.get(abs(int(p)), 0) * (1 if p > 0 else -1) for p in pdgid], float)
    usable = (charge != 0) & ((batch["mc.flags"] & 8) != 0)
    helix = np.zeros((len(pdgid), 5))
    helix[usable] = helix_at_origin(batch["mc.start"][usable, :3], batch["mc.p4"][usable, :3], charge[usable])
    for row in np.flatnonzero(batch["track.kal"] >= 0):
        event = events[row]
        kal = batch.offsets["kal"][event] + batch["track.kal"][row]
        five, errors = batch["kal.helix"][kal].reshape(5, 5), batch["kal.error"][kal].reshape(5, 5, 5)
        best = None
        for truth in range(batch.rows("mc", event).start, batch.rows("mc", event).stop):
            if not usable[truth] or charge[truth] * five[2, 2] < 0:
                continue
            kind = int(hypotheses[truth])
            step = five[kind] - helix[truth]
            step[1] = (step[1] + np.pi) % (2 * np.pi) - np.pi
            chi2 = step @ np.linalg.solve(errors[kind], step)
            if best is None or chi2 < best[0]:
                best = chi2, (int(row), truth, kind, step, errors[kind])
        assert best is not None
        found.append(best[1])
    return found


# --- generation
# ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "decay",
    [
        RHOPI,
        "J/psi -> (rho(770)0 -> pi+ pi-) pi0",
        "psi(2S) -> pi+ pi- 6 gam",
        "J/psi -> K_S0 K+ pi-",
        "J/psi -> Lambda0 anti-Lambda0",
    ],
)
def test_four_momentum_is_conserved_at_every_decay(decay: str):
    batch = toy(decay, n=500)
    mother, events = batch["mc.mother"], event_of_row(batch.offsets["mc"])
    own = batch["mc.p4"]
    sums = np.zeros_like(own)
    has = mother >= 0
    np.add.at(sums, batch.offsets["mc"][events[has]] + mother[has], own[has])
    parents = np.flatnonzero(np.any(sums != 0, axis=1))
    assert np.abs(sums[parents] - own[parents]).max() < 1e-12
    leaves = (batch["mc.flags"] & 8) != 0
    assert np.array_equal(np.setdiff1d(np.arange(len(own)), parents), np.flatnonzero(leaves))
    assert np.array_equal(batch["mc.index"], np.arange(len(own)) - batch.offsets["mc"][events])


def test_the_beams_meet_at_the_crossing_angle():
    batch = toy(RHOPI, ToyOptions(energy_spread=0.0), 10)
    total = batch["mc.p4"][batch["mc.mother"] < 0]
    assert np.allclose(total, 3.0969 * np.array([0.011, 0, 0, 1]), atol=1e-12)
    batch = toy_events("vpho -> pi+ pi-", 3000, 1, ecms=3.773, crossing_angle=0.0)
    energy = batch["mc.p4"][batch["mc.mother"] < 0][:, 3]
    assert energy.mean() == pytest.approx(3.773, abs=1e-4)
    assert energy.std() == pytest.approx(0.0009, rel=0.1)


def test_three_bodies_fill_the_dalitz_plot_evenly():
    """The density of three-body phase space is flat in the two squared masses."""
    batch = toy("J/psi -> K+ K- pi0", ToyOptions(energy_spread=0.0), 20000)
    p4 = {pdg: batch["mc.p4"][batch["mc.pdgid"] == pdg] for pdg in (321, -321, 111)}

    def squared(p):
        return p[:, 3] ** 2 - np.sum(p[:, :3] ** 2, axis=1)

    first, second = squared(p4[321] + p4[111]), squared(p4[-321] + p4[111])
    # a square well inside the plot, in 5 x 5 equal cells
    counts, _, _ = np.histogram2d(first, second, bins=5, range=[[2.0, 4.5], [2.0, 4.5]])
    mean = counts.mean()
    assert mean > 150
    assert np.sum((counts - mean) ** 2 / mean) < 50  # 24 degrees of freedom


def test_phase_space_of_four_bodies_against_the_recursion():
    """The mass of two of four massless-ish bodies follows M p(M) q(M) phase space, computed by quadrature."""
    batch = toy("J/psi -> pi+ pi- K+ K-", ToyOptions(energy_spread=0.0), 20000)
    p4 = {pdg: batch["mc.p4"][batch["mc.pdgid"] == pdg] for pdg in (211, -211, 321, -321)}
    pair = p4[211] + p4[-211]
    mass = np.sqrt(pair[:, 3] ** 2 - np.sum(pair[:, :3] ** 2, axis=1))
    total, pion, kaon = float(np.sqrt(3.0969**2 * (1 - 0.011**2))), 0.13957039, 0.493677
    grid = np.linspace(2 * pion, total - 2 * kaon, 400)[1:-1]

    def momentum(m, a, b):
        return np.sqrt(np.maximum((m**2 - (a + b) ** 2) * (m**2 - (a - b) ** 2), 0)) / (2 * m)

    density = np.zeros_like(grid)
    for place, m in enumerate(grid):
        other = np.linspace(2 * kaon, total - m, 400)
        values = momentum(total, m, other) * momentum(m, pion, pion) * momentum(other, kaon, kaon)
        density[place] = np.sum(values) * (other[1] - other[0])
    cumulative = np.cumsum(density) / density.sum()
    drawn = np.searchsorted(np.sort(mass), grid) / len(mass)
    assert np.abs(drawn - cumulative).max() < 1.63 / np.sqrt(len(mass)) + 0.003  # Kolmogorov, 1 %


def test_resonances_have_their_masses_and_v0s_fly():
    batch = toy("J/psi -> (rho(770)0 -> pi+ pi-) pi0", n=5000)
    rho = batch["mc.p4"][batch["mc.pdgid"] == 113]
    mass = np.sqrt(rho[:, 3] ** 2 - np.sum(rho[:, :3] ** 2, axis=1))
    assert np.median(mass) == pytest.approx(0.775, abs=0.01)
    assert np.mean(np.abs(mass - 0.775) < 0.0737) == pytest.approx(0.5, abs=0.06)
    batch = toy("J/psi -> K_S0 K+ pi-", n=5000)
    rows = batch["mc.pdgid"] == 310
    flight = np.linalg.norm(batch["mc.end"][rows, :3] - batch["mc.start"][rows, :3], axis=1)
    proper = flight * 0.497611 / np.linalg.norm(batch["mc.p4"][rows, :3], axis=1)
    assert proper.mean() == pytest.approx(2.684, rel=0.06)


def test_the_same_seed_is_the_same_events_and_a_prefix():
    long = toy_events(RHOPI, BLOCK + 30, 4)
    assert same(long, toy_events(RHOPI, BLOCK + 30, 4))
    assert same(long.slice(0, 40), toy_events(RHOPI, 40, 4))
    assert not same(long.slice(0, 40), toy_events(RHOPI, 40, 5))
    sizes = [batch.n_events for batch in toy_batches(RHOPI, BLOCK + 30, 4)]
    assert sizes == [BLOCK, 30]
    assert long["event.number"].tolist() == list(range(BLOCK + 30))
    assert toy_events(RHOPI, 0, 4).n_events == 0
    with pytest.raises(ValueError):
        toy_events(RHOPI, -1, 4)


# --- detector
# --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decay", [RHOPI, "J/psi -> p+ anti-p- (eta -> gam gam)", "J/psi -> K_S0 K+ pi-"])
def test_helix_pulls_have_unit_width(decay: str):
    found = matched(toy(decay))
    pulls = np.array([step / np.sqrt(np.diag(error)) for _, _, _, step, error in found])
    chi2 = np.array([step @ np.linalg.solve(error, step) for _, _, _, step, error in found])
    assert len(pulls) > 2500
    assert np.abs(pulls.mean(axis=0)).max() < 0.07
    assert np.abs(pulls.std(axis=0) - 1).max() < 0.06
    # only full covariances give five degrees of freedom
    assert chi2.mean() == pytest.approx(5.0, abs=0.2)


def test_mdc_pulls_have_unit_width():
    batch = toy(RHOPI)
    events = event_of_row(batch.offsets["track"])
    pulls = []
    for row, truth, _, _, _ in matched(batch):
        mdc = batch.offsets["mdc"][events[row]] + batch["track.mdc"][row]
        charge = np.array([np.sign(batch["mc.pdgid"][truth])], float)
        expected = helix_at_origin(
            batch["mc.start"][truth : truth + 1, :3], batch["mc.p4"][truth : truth + 1, :3], charge
        )
        step = batch["mdc.helix"][mdc] - expected[0]
        step[1] = (step[1] + np.pi) % (2 * np.pi) - np.pi
        pulls.append(step / np.sqrt(np.diag(batch["mdc.error"][mdc].reshape(5, 5))))
    assert np.abs(np.std(pulls, axis=0) - 1).max() < 0.06


def test_covariances_are_full_and_positive_definite():
    errors = toy(RHOPI)["kal.error"].reshape(-1, 5, 5)
    assert np.linalg.eigvalsh(errors / np.sqrt(np.einsum("nii,njj->nij", errors, errors))).min() > 1e-3
    assert np.array_equal(errors, np.swapaxes(errors, 1, 2))
    widths = np.sqrt(np.diagonal(errors, axis1=1, axis2=2))
    correlation = np.abs(errors / (widths[:, :, None] * widths[:, None, :]))
    assert np.median(correlation[:, 0, 1]) > 0.6 and np.median(correlation[:, 3, 4]) > 0.6
    # momentum resolution 0.5 % at 1 GeV
    helix = toy(RHOPI)["kal.helix"].reshape(-1, 5, 5)[:, 2]
    near = np.abs(1 / np.abs(helix[:, 2]) * np.hypot(1, helix[:, 4]) - 1) < 0.1
    relative = widths.reshape(-1, 5, 5)[near, 2, 2] / np.abs(helix[near, 2])
    assert np.median(relative) == pytest.approx(0.005, rel=0.1)


def test_every_hypothesis_has_a_helix_of_its_own():
    helix = toy("J/psi -> p+ anti-p- pi0")["kal.helix"].reshape(-1, 5, 5)
    for one in range(5):
        for two in range(one):
            assert np.all(np.any(helix[:, one] != helix[:, two], axis=1))
    # a proton taken for a pion comes out slower: the fit adds back too little energy loss
    slow = np.abs(1 / helix[:, 4, 2]) < 0.8
    assert np.all(np.abs(helix[slow, 2, 2]) > np.abs(helix[slow, 4, 2]))


def test_photon_pulls_have_unit_width():
    batch = toy(
        "J/psi -> (eta -> gam gam) gam", ToyOptions((-1000), beam_size=(0, 0, 0), noise_showers=0.0), 4000
    )
    events = event_of_row(batch.offsets["emc"])
    position = np.stack([batch["emc.x"], batch["emc.y"], batch["emc.z"]], axis=1)
    direction = position / np.linalg.norm(position, axis=1)[:, None]
    theta, phi = np.arccos(direction[:, 2]), np.arctan2(direction[:, 1], direction[:, 0])
    pulls = []
    for row in range(len(events)):
        rows = batch.rows("mc", events[row])
        leaves = rows.start + np.flatnonzero(batch["mc.pdgid"][rows] == 22)
        true = batch["mc.p4"][leaves]
        unit = true[:, :3] / true[:, 3:]
        best = int(np.argmax(unit @ direction[row]))
        if unit[best] @ direction[row] < np.cos(0.15):
            continue
        pulls.append(
            (
                (batch["emc.energy"][row] - true[best, 3]) / batch["emc.denergy"][row],
                (theta[row] - np.arccos(unit[best, 2])) / batch["emc.dtheta"][row],
                ((phi[row] - np.arctan2(unit[best, 1], unit[best, 0]) + np.pi) % (2 * np.pi) - np.pi)
                / batch["emc.dphi"][row],
            )
        )
    assert len(pulls) > 8000
    assert np.abs(np.mean(pulls, axis=0)).max() < 0.05
    assert np.abs(np.std(pulls, axis=0) - 1).max() < 0.04


def test_energy_resolution_is_the_published_one():
    batch = toy("J/psi -> (eta -> gam gam) gam", ToyOptions(beam_size=(0, 0, 0), noise_showers=0.0), 4000)
    relative = batch["emc.denergy"] / batch["emc.energy"]
    near = np.abs(batch["emc.energy"] - 1) < 0.1
    barrel = batch["emc.module"] == 1
    assert np.median(relative[near & barrel]) == pytest.approx(0.025, rel=0.05)
    assert np.median(relative[near & ~barrel]) == pytest.approx(0.05, rel=0.05)


def test_position_matrices_are_positive_definite():
    error = toy(RHOPI)["emc.error"].reshape(-1, 3, 3)
    assert np.linalg.eigvalsh(error).min() > 0.01


@pytest.mark.parametrize("decay", [RHOPI, "J/psi -> mu+ mu- gam", "J/psi -> p+ anti-p- pi0"])
@pytest.mark.parametrize("endcap", ["mrpc", "scintillator"])
def test_chi_of_the_true_hypothesis_has_unit_width(decay: str, endcap: str):
    """With the widths that ParticleID uses: 1.2 sigma for hadrons, the strip's for MRPC hits."""
    batch = toy(decay, ToyOptions(beam_size=(0, 0, 0), endcap_tof=endcap))
    events = event_of_row(batch.offsets["track"])
    dedx, barrel, ends = [], [], []
    for row, _, kind, _, _ in matched(batch):
        event = events[row]
        if batch["track.dedx"][row] >= 0:
            dedx.append(batch["dedx.chi"][batch.offsets["dedx"][event] + batch["track.dedx"][row], kind])
        begin = batch.offsets["tof_link"][event] + batch["track.tof_first"][row]
        mdc = batch["mdc.helix"][batch.offsets["mdc"][event] + batch["track.mdc"][row]]
        momentum = np.hypot(1, mdc[4]) / abs(mdc[2])
        for link in range(begin, begin + batch["track.tof_count"][row]):
            record = batch.offsets["tof"][event] + batch["tof_link.tof"][link]
            status = int(batch["tof.status"][record])
            if batch["tof.tof"][record] > 9000 or not status >> 2 & 1:
                continue
            late = (
                batch["tof.tof"][record]
                - batch["tof.texp"][record, kind]
                - batch["tof.toffset"][record, kind]
            )
            width = batch["tof.sigma"][record, 0] * (1.2 if kind >= 2 else 1.0)
            if status >> 24 & 1:
                assert batch["tof.tof_id"][record] % 12 == 7
                width = 0.048803 + 0.007251 / momentum
            (barrel if status >> 4 & 1 else ends).append(late / width)
    for chi, fewest, limit in ((dedx, 2000, 0.06), (barrel, 3000, 0.06), (ends, 100, 0.2)):
        assert len(chi) > fewest
        assert np.std(chi) == pytest.approx(1.0, abs=limit)


def test_tof_records_decode_as_in_the_files():
    batch = toy(RHOPI)
    words = set(batch["tof.status"].tolist())
    # seen in full-simulation events: both ends and the counter of each barrel layer, both layers, MRPC, no
    # hit
    assert words == {
        0x10072, 0x100052, 0x111054, 0x100B2, 0x100092, 0x111094, 0x2220D8,
        0x1010062, 0x1100042, 0x111106C, 0x111104C, 0x1,
    }  # fmt: skip
    counts = batch["track.tof_count"][batch["track.mdc"] >= 0]
    assert np.mean(counts == 0) > 0.02, "some tracks have no record"
    assert np.mean(counts == 7) > 0.5
    absent = batch["tof.status"] == 1
    assert absent.any() and (batch["tof.tof"][absent] == 9999.0).all()


def test_particles_separate():
    """dE/dx, E/p and the MUC tell what they should."""
    electrons, muons = toy("J/psi -> e+ e- gam"), toy("J/psi -> mu+ mu- gam")

    def ratio(batch: Batch) -> float:
        rows = np.flatnonzero((batch["track.kal"] >= 0) & (batch["track.emc"] >= 0))
        event = event_of_row(batch.offsets["track"])[rows]
        helix = batch["kal.helix"][batch.offsets["kal"][event] + batch["track.kal"][rows]].reshape(-1, 5, 5)[
            :, 2
        ]
        energy = batch["emc.energy"][batch.offsets["emc"][event] + batch["track.emc"][rows]]
        return float(np.median(energy * np.abs(helix[:, 2]) / np.hypot(1, helix[:, 4])))

    assert ratio(electrons) == pytest.approx(1.0, abs=0.03)
    assert ratio(muons) < 0.25
    pions = toy(RHOPI)
    assert np.median(muons["muc.depth"]) > 40
    assert np.median(pions["muc.depth"]) < 10
    protons = toy("J/psi -> p+ anti-p- pi0")
    assert np.median(np.abs(protons["dedx.chi"][:, 4])) < 1 < np.median(np.abs(protons["dedx.chi"][:, 2]))


def test_what_the_mutants_need_is_there():
    batch = toy(RHOPI, ToyOptions())
    event = event_of_row(batch.offsets["emc"])
    assert {0, 1, 2} == set(batch["emc.module"].tolist()), "showers in both end-caps"
    assert (batch["emc.time"] > 14).sum() > 200, "late noise"
    assert np.array_equal(batch["emc.module"] == 0, (batch["emc.module"] != 1) & (batch["emc.z"] > 0))
    # every shower is one row of `track`: owned by a charged track or neutral
    tracks = event_of_row(batch.offsets["track"])
    linked = np.flatnonzero(batch["track.emc"] >= 0)
    rows = batch.offsets["emc"][tracks[linked]] + batch["track.emc"][linked]
    assert np.array_equal(np.sort(rows), np.arange(len(event)))
    # orders differ from collection to collection
    both = np.flatnonzero((batch["track.mdc"] >= 0) & (batch["track.kal"] >= 0))
    assert np.any(batch["track.mdc"][both] != batch["track.kal"][both])
    assert np.any(batch["ext.emc_volume"] == -1) or np.all(batch["ext.emc_volume"] == 0)
    crowded = toy_events(RHOPI, 50, 1, options=ToyOptions(extra_photons=40.0))
    neutral = crowded["event.n_neutral"]
    assert np.median(neutral) > 20, "more photons than the cap"


def test_ids_lead_to_the_same_particle():
    """mdc.id, kal.id and tof.track_id of what a track points to agree, although the positions differ."""
    batch = toy(RHOPI)
    event = event_of_row(batch.offsets["track"])
    for row in np.flatnonzero(batch["track.mdc"] >= 0)[:500]:
        at = event[row]
        own = batch["mdc.id"][batch.offsets["mdc"][at] + batch["track.mdc"][row]]
        for other in ("kal", "ext", "dedx"):
            link = batch[f"track.{other}"][row]
            if link >= 0:
                assert batch[f"{other}.id"][batch.offsets[other][at] + link] == own
        if batch["track.muc"][row] >= 0:
            assert batch["muc.track_id"][batch.offsets["muc"][at] + batch["track.muc"][row]] == own


@pytest.mark.parametrize("seed", range(3))
def test_stress_and_random_events_are_valid(seed: int):
    stressed = toy_events(RHOPI, 300, seed, options=ToyOptions(stress=True))
    for batch in (stressed, random_batch(seed, 200)):
        batch.validate()
        assert all(np.isfinite(values).all() for values in batch.columns.values())
        charged = batch["event.n_charged"]
        assert charged.min() == 0 and charged.max() > 4
        assert batch["event.n_neutral"].max() > 20
        events = event_of_row(batch.offsets["track"])
        first = np.arange(len(events)) - batch.offsets["track"][events] < charged[events]
        for link in ("kal", "dedx", "ext", "emc", "muc"):
            assert np.any(batch[f"track.{link}"][first] == -1) and np.any(batch[f"track.{link}"][first] >= 0)
        errors = batch["kal.error"].reshape(-1, 5, 5)
        assert np.linalg.eigvalsh(errors).min() > 0
    assert np.array_equal(random_batch(seed, 20)["emc.energy"], random_batch(seed, 20)["emc.energy"])


def test_options_are_checked():
    for wrong in (
        {"noise_showers": -1.0},
        {"tof_missing": 2.0},
        {"endcap_tof": "lead"},
        {"beam_size": (0, 0, -1)},
    ):
        with pytest.raises(ValueError):
            ToyOptions(**wrong)
