"""D tags of the stand-in: the table of modes, every combination against a plain search, truth of toy events."""

from __future__ import annotations

import dataclasses
import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from standin_collections import BEAM, D0, ECMS, Probe, chain, ks_chain, plus_chain
from standin_tools import have_toolchain

import dsl4bes.standin
from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import toy_events

pytestmark = pytest.mark.skipif(not have_toolchain(), reason="no C++ compiler or CLHEP")
STANDIN = Path(dsl4bes.standin.__file__).parent


# --- table ---------------------------------------------------------------------------------------------------------


def enumerators() -> dict[str, int]:
    text = (STANDIN / "include/EvtRecEvent/EvtRecDTag.h").read_text(encoding="utf-8")
    return {name: int(number) for name, number in re.findall(r"(kD(?:0|p|st?)to\w+) = (\d+)", text)}


def table() -> dict[str, list[str]]:
    text = (STANDIN / "src/collections/DTagModes.cxx").read_text(encoding="utf-8")
    return {name: words.split() for name, words in re.findall(r'\{EvtRecDTag::(\w+), "([^"]+)"\}', text)}


#: Parts of a mode's name, longest first, and the products they stand for (without charge).
_NAMED = {
    "EPPiPiEtaPiPiPi0": ["etap_3pi"], "EPPiPiEta": ["etap"], "EPRhoGam": ["etap_rho"], "EtaPiPiPi0": ["eta_3pi"],
    "Kplus": ["K+"], "Kminus": ["K-"], "Pi0": ["pi0"], "Eta": ["eta"], "Ks": ["Ks"], "Pi": ["pi"], "K": ["K"],
}  # fmt: skip


def products_of(name: str) -> list[str]:
    rest, found = name.split("to", 1)[1], []
    while rest:
        part = next(part for part in _NAMED if rest.startswith(part))
        found += _NAMED[part]
        rest = rest[len(part) :]
    return found


def charge(product: str) -> int:
    return {"+": 1, "-": -1}.get(product[-1], 0)


def test_every_mode_has_its_products():
    """The table against the names of the modes; charges add up, and a kaon's charge is that of the Cabibbo-favoured decay."""
    rows = table()
    assert sorted(rows) == sorted(enumerators()) and len(rows) > 85
    for name, products in rows.items():
        named = products_of(name)
        assert sorted(p.rstrip("+-") for p in products) == sorted(p.rstrip("+-") for p in named), name
        assert all(p in products for p in named if p[-1] in "+-"), name
        assert sum(map(charge, products)) == (0 if name.startswith("kD0") else 1), name
        if name in ("kD0toKPi", "kD0toKPiPiPi", "kDptoKPiPi", "kDptoKPiPiPiPi"):
            assert products[0] == "K-"


def test_modes_come_in_the_order_of_their_numbers():
    numbers = [enumerators()[name] for name in table()]
    assert numbers == sorted(numbers)


# --- combinations --------------------------------------------------------------------------------------------------

_MAX = 8
_COLUMNS = ("event", "mode", "type", "charge", "charm", "children", "mbc", "deltae", "mass", "beam", "px", "py", "pz", "e", "n", "ns", "others", "othershowers",
            "kaons", "pions", "nks", "ksmass", "ksl", "ksle", "kschi2", *(f"t{i}" for i in range(_MAX)), *(f"s{i}" for i in range(_MAX)))  # fmt: skip
_TAGS = """SmartDataPtr<EvtRecDTagCol> tags(eventSvc(), "/Event/EvtRec/EvtRecDTagCol");
    SmartDataPtr<EvtRecEvent> sum(eventSvc(), "/Event/EvtRec/EvtRecEvent");
    for (unsigned int i = 0; i < tags->size(); ++i) {
      EvtRecDTag* d = (*tags)[i]; m_event = head->eventNumber(); m_mode = d->decayMode(); m_type = d->type(); m_charge = d->charge(); m_charm = d->charm();
      m_children = d->numOfChildren(); m_mbc = d->mBC(); m_deltae = d->deltaE(); m_mass = d->mass(); m_beam = d->beamE();
      m_px = d->p4().px(); m_py = d->p4().py(); m_pz = d->p4().pz(); m_e = d->p4().e(); m_n = d->tracks().size(); m_ns = d->showers().size();
      m_others = d->otherTracks().size(); m_othershowers = d->otherShowers().size(); m_kaons = d->kaonId().size(); m_pions = d->pionId().size();
      m_nks = d->vKsMass().size(); m_ksmass = m_nks > 0 ? d->vKsMass()[0] : -1; m_ksl = m_nks > 0 ? d->vFitDecayLength()[0] : -1; m_ksle = m_nks > 0 ? d->vFitDecayLengthError()[0] : -1;
      m_kschi2 = m_nks > 0 ? d->vFitChi2()[0] : -1;
      std::vector<double> t(8, -1.), s(8, -1.);
      for (unsigned int k = 0; k < d->tracks().size(); ++k) t[k] = d->tracks()[k]->trackId();
      for (unsigned int k = 0; k < d->showers().size(); ++k) s[k] = d->showers()[k]->trackId();
      """ + "".join(f"m_t{i} = t[{i}]; m_s{i} = s[{i}]; " for i in range(_MAX)) + "m_tuple->write(); }"  # fmt: skip

_LISTS = """SmartDataPtr<EvtRecPi0Col> pi0s(eventSvc(), "/Event/EvtRec/EvtRecPi0Col"); SmartDataPtr<EvtRecVeeVertexCol> vees(eventSvc(), "/Event/EvtRec/EvtRecVeeVertexCol");
    for (unsigned int i = 0; i < pi0s->size(); ++i) { EvtRecPi0* p = (*pi0s)[i]; HepLorentzVector q = p->hiPfit() + p->loPfit();
      m_event = head->eventNumber(); m_kind = 0; m_mass = p->unconMass(); m_chi2 = p->chisq(); m_px = q.px(); m_py = q.py(); m_pz = q.pz(); m_e = q.e(); m_first = p->hiEnGamma()->trackId(); m_second = p->loEnGamma()->trackId(); m_tuple->write(); }
    for (unsigned int i = 0; i < vees->size(); ++i) { EvtRecVeeVertex* v = (*vees)[i]; if (v->vertexId() != 310) continue;
      m_event = head->eventNumber(); m_kind = 1; m_mass = v->mass(); m_chi2 = v->chi2(); m_px = v->w()[0]; m_py = v->w()[1]; m_pz = v->w()[2]; m_e = v->w()[3]; m_first = v->daughter(0)->trackId(); m_second = v->daughter(1)->trackId(); m_tuple->write(); }"""


def tags(events: Batch, options: str = BEAM, vertex: bool = True) -> dict[str, Any]:
    with Probe(_TAGS, *_COLUMNS, options=options, vertex=vertex) as probe:
        return probe.rows(events)


def particles(
    events: Batch, event: int, lists: dict[str, Any]
) -> dict[str, list[tuple[np.ndarray, frozenset[int]]]]:
    """(p4, entries) of every candidate by kind in one event; charged ones from the columns."""
    found: dict[str, list] = {k: [] for k in ("K+", "K-", "pi+", "pi-", "pi0", "Ks")}
    rows, kals = events.rows("track", event), events.rows("kal", event)
    for place in range(int(events["event.n_charged"][event])):
        link = events["track.kal"][rows][place]
        if link < 0:
            continue
        for name, hypothesis, mass in (("K", 3, 0.493677), ("pi", 2, 0.139570)):
            drho, phi, kappa, dz, tan = events["kal.helix"][kals][link].reshape(5, 5)[hypothesis]
            if abs(drho) >= 1 or abs(dz) >= 10 or abs(tan / np.hypot(1, tan)) >= 0.93:
                continue
            p = np.array([-np.sin(phi), np.cos(phi), tan]) / abs(kappa)
            p4 = np.append(p, np.sqrt(p @ p + mass**2))
            found[name + ("+" if kappa > 0 else "-")].append((p4, frozenset({place})))
    for i in np.flatnonzero(lists["event"] == event):
        p4 = np.array([lists[c][i] for c in ("px", "py", "pz", "e")])
        used = frozenset({int(lists["first"][i]), int(lists["second"][i])})
        if lists["kind"][i] == 0 and 0.098 < lists["mass"][i] < 0.165:
            found["pi0"].append((p4, used))
        if lists["kind"][i] == 1 and 0.470 < lists["mass"][i] < 0.528 and lists["chi2"][i] < 100:
            found["Ks"].append((p4, used))
    return found


def searched(
    candidates: dict[str, list], products: list[str], window: Any
) -> list[tuple[frozenset[int], float, float]]:
    """(entries, m_BC, delta E) of every combination: each kind's candidates chosen as a set, nothing used twice."""
    kinds = sorted(set(products))
    choices = [list(itertools.combinations(candidates[kind], products.count(kind))) for kind in kinds]
    found = []
    for choice in itertools.product(*choices):
        parts = [part for group in choice for part in group]
        used = frozenset().union(*(part[1] for part in parts))
        if len(used) != sum(len(part[1]) for part in parts):
            continue
        total = np.sum([part[0] for part in parts], axis=0)
        mbc, delta = kinematics(total)
        if window(mbc, delta):
            found.append((used, mbc, delta))
    return found


def kinematics(p4: np.ndarray) -> tuple[float, float]:
    """m_BC and delta E in the frame that moves with 0.011 along x."""
    gamma = 1 / np.sqrt(1 - 0.011**2)
    px, energy = gamma * (p4[0] - 0.011 * p4[3]), gamma * (p4[3] - 0.011 * p4[0])
    mbc2 = (ECMS / 2) ** 2 - px**2 - p4[1] ** 2 - p4[2] ** 2
    return (np.sqrt(mbc2) if mbc2 > 0 else -10.0), energy - ECMS / 2


_BAR = str.maketrans("+-", "-+")


@pytest.mark.parametrize(
    ("events", "modes"),
    [
        (
            chain,
            (
                "kD0toKPi",
                "kD0toKPiPi0",
                "kD0toKPiPi0Pi0",
                "kD0toPiPi",
                "kD0toKK",
                "kD0toPiPiPi0",
                "kDptoPiPi0",
            ),
        ),
        (
            ks_chain,
            (
                "kD0toKPiPiPi",
                "kD0toKsPiPi",
                "kD0toPiPiPiPi",
                "kD0toKKPiPi",
                "kDptoKsPi",
                "kDptoPiPiPi",
                "kD0toKsKPi",
            ),
        ),
        (plus_chain, ("kDptoKPiPi", "kDptoKKPi", "kDptoPiPiPi", "kD0toKPiPiPi", "kDptoKsPi")),
    ],
)
def test_tags_are_all_combinations(events, modes):
    """Mode by mode and event by event against a plain search over sets."""
    batch = events()
    with Probe(
        _LISTS, "event", "kind", "mass", "chi2", "px", "py", "pz", "e", "first", "second", vertex=True
    ) as probe:
        lists = probe.rows(batch)
    found, compared = tags(batch), 0
    entries = [
        frozenset(int(found[f"{x}{i}"][row]) for x in "ts" for i in range(_MAX) if found[f"{x}{i}"][row] >= 0)
        for row in range(len(found["event"]))
    ]
    numbers, rows = enumerators(), table()
    for event in range(60):
        candidates = particles(batch, event, lists)
        for mode in modes:
            signs = [rows[mode], [p.translate(_BAR) for p in rows[mode]]]
            if sorted(signs[0]) == sorted(signs[1]):
                signs.pop()
            expected = [
                hit
                for products in signs
                for hit in searched(candidates, products, lambda m, d: m > 1.83 and abs(d) < 0.1)
            ]
            here = np.flatnonzero((found["event"] == event) & (found["mode"] == numbers[mode]))
            ours = sorted(
                (sorted(entries[row]), round(found["mbc"][row], 6), round(found["deltae"][row], 6))
                for row in here
            )
            assert ours == sorted(
                (sorted(used), round(mbc, 6), round(delta, 6)) for used, mbc, delta in expected
            ), (event, mode)
            compared += len(ours)
    assert compared > 60


def test_a_tag_says_what_it_is():
    batch = ks_chain()
    found = tags(batch)
    numbers = {number: name for name, number in enumerators().items()}
    rows = table()
    for row in range(len(found["event"])):
        name = numbers[int(found["mode"][row])]
        products = rows[name]
        event = int(found["event"][row])
        assert found["children"][row] == len(products) and found["nks"][row] == products.count("Ks")
        charged, total = int(batch["event.n_charged"][event]), int(batch.counts("track")[event])
        assert found["n"][row] + found["others"][row] == charged
        assert found["ns"][row] + found["othershowers"][row] == total - charged
        assert found["mass"][row] == pytest.approx(
            np.sqrt(
                found["e"][row] ** 2 - found["px"][row] ** 2 - found["py"][row] ** 2 - found["pz"][row] ** 2
            )
        )
        assert abs(found["charge"][row]) == (0 if name.startswith("kD0") else 1)
        flavoured = found["mode"][row] < 6 or found["mode"][row] >= 200
        assert abs(found["charm"][row]) == (1 if flavoured else 0)
        if found["nks"][row]:
            assert 0.47 < found["ksmass"][row] < 0.528 and found["ksle"][row] > 0
    assert len(found["event"]) > 200 and set(found["type"]) == {0, 1}


def test_tracks_of_a_tag_are_in_the_order_of_its_products():
    batch = ks_chain()
    found = tags(batch)
    for row in np.flatnonzero(found["mode"] == 100):  # K_S pi+ pi-: K_S daughters +, -, then pi+, pi-
        event = int(found["event"][row])
        kals = batch["kal.helix"][batch.rows("kal", event)]
        links = batch["track.kal"][batch.rows("track", event)]
        charges = [np.sign(kals[links[int(found[f"t{i}"][row])]].reshape(5, 5)[2, 2]) for i in range(4)]
        assert charges == [1, -1, 1, -1]
    assert np.sum(found["mode"] == 100) > 40


# --- truth ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "mode", "charm", "mass", "least"),
    [(chain, 0, 1, D0, 0.7), (chain, 1, -1, D0, 0.35), (ks_chain, 100, 0, D0, 0.3), (ks_chain, 3, -1, D0, 0.4), (plus_chain, 200, 1, 1.86966, 0.5), (plus_chain, 205, -1, 1.86966, 0.4)],
)  # fmt: skip
def test_true_tags_are_found_at_the_mass(events, mode, charm, mass, least):
    batch = events()
    found = tags(batch)
    tight = (found["mode"] == mode) & (found["charm"] == charm) & (found["type"] == 1)
    good = tight & (np.abs(found["deltae"]) < 0.03) & (np.abs(found["mbc"] - mass) < 0.006)
    assert len(set(found["event"][good])) > least * batch.n_events
    assert abs(np.median(found["mbc"][good]) - mass) < 3e-4
    assert abs(np.median(found["deltae"][good])) < 2e-3


def test_tags_at_another_energy_use_the_job_option():
    batch = chain()
    usual = tags(batch, "")
    assert set(usual["beam"][usual["mode"] < 400]) == {1.8865} and set(
        usual["beam"][usual["mode"] >= 400]
    ) <= {2.015}
    other = tags(batch)
    assert set(other["beam"][other["mode"] < 400]) == {ECMS / 2}


def test_ds_tags():
    batch = toy_events("psi(4040) -> (D_s+ -> K+ K- pi+) (D_s- -> (K_S0 -> pi+ pi-) K-)", 150, 5, ecms=4.03)
    found = tags(batch, f"DsReconstruction.BeamE = {4.03 / 2};")
    for mode, charm, least in ((401, 1, 0.4), (400, -1, 0.3)):
        here = (
            (found["mode"] == mode)
            & (found["charm"] == charm)
            & (found["type"] == 1)
            & (np.abs(found["mbc"] - 1.96835) < 0.006)
        )
        assert len(set(found["event"][here])) > least * 150
        assert abs(np.median(found["mass"][here]) - 1.96835) < 2e-3
    ds = found["mode"] >= 400
    assert (found["mbc"][ds] > 1.93).all() and (np.abs(found["mass"][ds] - 1.9685) < 0.085).all()


@pytest.mark.parametrize(
    ("decay", "mode", "tracks", "showers", "least"),
    [
        ("(eta' -> pi+ pi- (eta -> gam gam)) pi+", 460, 3, 2, 0.1),
        ("(eta' -> (rho(770)0 -> pi+ pi-) gam) pi+", 480, 3, 1, 0.1),
        ("(eta -> pi+ pi- (pi0 -> gam gam)) pi+", 450, 3, 2, 0.08),
        ("(eta' -> pi+ pi- (eta -> pi+ pi- (pi0 -> gam gam))) pi+", 470, 5, 2, 0.03),
        ("(eta -> gam gam) pi+", 440, 1, 2, 0.15),
        ("K+ K- pi+ (pi0 -> gam gam)", 404, 3, 2, 0.1),
    ],
)
def test_ds_tags_with_composed_products(decay, mode, tracks, showers, least):
    batch = toy_events(f"psi(4040) -> (D_s+ -> {decay}) (D_s- -> K- K+ pi-)", 200, 6, ecms=4.03)
    found = tags(batch, f"DsReconstruction.BeamE = {4.03 / 2};")
    here = (found["mode"] == mode) & (found["charm"] == 1)
    assert set(found["n"][here]) == {tracks} and set(found["ns"][here]) == {showers}
    good = (
        here
        & (found["type"] == 1)
        & (np.abs(found["mbc"] - 1.96835) < 0.01)
        & (np.abs(found["mass"] - 1.96835) < 0.05)
    )
    assert len(set(found["event"][good])) > least * 200


def test_opposite_charges_give_the_conjugate_tags():
    batch = plus_chain()
    kal, mdc = batch["kal.helix"].reshape(-1, 5, 5).copy(), batch["mdc.helix"].copy()
    kal[:, :, 2] *= -1
    mdc[:, 2] *= -1
    columns = {**batch.columns, "kal.helix": kal.reshape(-1, 25), "mdc.helix": mdc}
    other = tags(dataclasses.replace(batch, columns=columns), BEAM, vertex=False)
    usual = tags(batch, BEAM, vertex=False)

    def content(found: dict[str, Any], sign: int) -> list[tuple]:
        """What a tag is, whatever the order of the list; K_S fits know the direction of the field."""
        rows = np.flatnonzero(found["nks"] == 0)
        numbers = [
            [
                found["event"][r],
                found["mode"][r],
                sign * found["charm"][r],
                sign * found["charge"][r],
                round(found["mbc"][r], 7),
                round(found["deltae"][r], 7),
                found["type"][r],
            ]
            for r in rows
        ]
        return sorted(tuple(float(n) for n in row) for row in numbers)

    assert content(usual, 1) == content(other, -1) and len(content(usual, 1)) > 200


def test_without_an_interaction_point_a_ks_has_no_flight():
    with_point, without = tags(ks_chain()), tags(ks_chain(), vertex=False)
    assert np.array_equal(with_point["mbc"], without["mbc"])
    ks = without["nks"] > 0
    assert (
        set(without["ksl"][ks]) == {-999}
        and set(without["ksle"][ks]) == {999}
        and set(without["kschi2"][ks]) == {-999}
    )
    assert np.median(with_point["ksl"][ks]) > 0.2
    flying = tags(ks_chain(), BEAM + "LocalKsSelector.DoSecondaryVFit = true;")
    assert (flying["ksl"] >= 2 * flying["ksle"])[flying["nks"] > 0].all() and len(flying["mbc"]) < len(
        with_point["mbc"]
    )
