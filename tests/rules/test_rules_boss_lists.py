"""Rule 26: candidates of BOSS's own lists. Which entries are candidates, what is read of them, what a list that a file brings means, what is refused."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest
from plain import PI, PI0, Event, P, mass_of, near
from running import Ran, anything, diagnostics, run, sample

from dsl4bes.driver import compile_source
from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, toy_events
from dsl4bes.source import SourceFile

LISTS = """event_selection do
    charged_tracks do
        vr < 5 cm
    end
    photons do
        energy > 60 MeV
    end
    assign(:pions) do
        from good
        identify :pip, charge > 0
        identify :pim, charge < 0
    end
    assign(:protons) do
        from good
        identify :prp, charge > 0 and p > 0.4 GeV
        identify :prm, charge < 0 and p > 0.4 GeV
    end
"""
PAIRS = f"""{LISTS}
    combine(:pi0) do
        decay "pi0 -> gam gam"
        from  EvtRecPi0Col, gam
        mass  0.11 GeV..0.155 GeV
        chi2  < 20
        keep  :all
        optional
    end
    combine(:any) do
        decay "pi0 -> gam gam"
        from  EvtRecPi0Col
        keep  :all
        optional
    end
    combine(:eta) do
        decay  "eta -> gam gam"
        from   EvtRecEtaToGGCol
        choose :nearest_mass
        optional
    end
end
ntuple("pi0", per: pi0) do
    column a: index(pi0.gam1), b: index(pi0.gam2), c: pi0.chi2, u: pi0.mass, m: m(pi0), r: m(pi0.raw.pi0), e: e(pi0.gam1), f: e(pi0.raw.gam1)
end
ntuple("any", per: any) do
    column a: index(any.gam1), b: index(any.gam2)
end
ntuple("eta") do
    column ok: passed(eta), a: index(eta.gam1), b: index(eta.gam2), u: eta.mass, c: eta.chi2
end
"""


@cache
def events() -> tuple[Batch, ...]:
    decays = ("J/psi -> (omega(782) -> pi+ pi- pi0) eta", "J/psi -> (Lambda0 -> p+ pi-) (anti-Lambda0 -> anti-p- pi+)", "J/psi -> K_S0 K+ pi-")
    return (anything(), *(toy_events(decay, 80, i, options=ToyOptions(run=-2000 - i, extra_photons=1.0)) for i, decay in enumerate(decays, 3)))


@cache
def pairs() -> Ran:
    return run(PAIRS, events())


def entries(ran: Ran, name: str):
    """Event, and rows (id, parts, chi2, mass, four-momenta) of its list as the job had it."""
    given = iter(ran.events())
    for batch in ran.inputs:
        for number in range(batch.n_events):
            rows = batch.rows(name, number)
            columns = (batch.columns[f"{name}.{key}"][rows].tolist() for key in ("id", "parts", "chi2", "mass", "p4"))
            yield next(given), list(zip(*columns))


def rows_of(table, event: Event) -> list[int]:
    number = int(event.batch["event.number"][event.number])
    return [i for i in range(len(table["run"])) if (table["run"][i], table["event"][i]) == (event.run, number)]


def test_pi0_of_the_list_whose_photons_are_in_ours():
    ran, seen, left = pairs(), 0, 0
    table, everything = ran.tables["pi0"], ran.tables["any"]
    for event, found in entries(ran, "boss_pi0"):
        good = [e for e in found if min(event.emc_energy(s) for s in e[1]) > 0.06 and 0.11 <= e[3] <= 0.155 and e[2] < 20]
        rows = rows_of(table, event)
        assert [(int(table["a"][r]), int(table["b"][r])) for r in rows] == [tuple(e[1]) for e in good]
        for row, (_, (high, low), chi2, mass, p4) in zip(rows, good):
            assert event.gamma(high)[3] >= event.gamma(low)[3] and near(mass_of(event.gamma(high) + event.gamma(low)), mass, 1e-6)
            assert near(chi2, table["c"][row]) and near(mass, table["u"][row]) and near(mass, table["r"][row], 1e-6)
            assert abs(table["m"][row] - PI0) < 1e-3  # fitted by BOSS, to its own mass
            assert near(p4[3], table["e"][row]) and near(event.gamma(high)[3], table["f"][row])
        seen, left = seen + len(good), left + len(found) - len(good)
        rows = rows_of(everything, event)
        assert [(int(everything["a"][r]), int(everything["b"][r])) for r in rows] == [tuple(e[1]) for e in found]
    assert seen > 50 and left > 50


def test_the_eta_nearest_to_its_mass_and_events_without_one():
    ran, seen = pairs(), 0
    table = ran.tables["eta"]
    for number, (_, found) in enumerate(entries(ran, "boss_eta")):
        assert bool(table["ok"][number]) is bool(found)
        if found:
            best = min(found, key=lambda e: abs(e[3] - 0.547862))
            assert [int(table[key][number]) for key in "ab"] == best[1] and near(best[3], table["u"][number]) and near(best[2], table["c"][number])
            seen += 1
        else:
            assert [table[key][number] for key in "abuc"] == [-999, -999, -999, 9999]
    assert 50 < seen < len(table["ok"])


# --- V0s -----------------------------------------------------------------------------------------------------------------

VEES = f"""{LISTS}
    combine(:ks) do
        decay "K_S0 -> pi+ pi-"
        from  EvtRecVeeVertexCol, pip, pim
        mass_window 40 MeV
        keep  :all
        optional
    end
    combine(:lam) do
        decay "Lambda0 -> p+ pi-"
        from  EvtRecVeeVertexCol, prp, prm, pip, pim
        chi2  < 60
        keep  :all
        optional
    end
    combine(:one) do
        decay  "Lambda0 -> p+ pi-"
        from   EvtRecVeeVertexCol
        choose :min_chi2, per: :charge_state
        optional
    end
    combine(:bar) do
        decay "anti-Lambda0 -> anti-p- pi+"
        from  EvtRecVeeVertexCol
        conjugate false
        keep  :all
        optional
    end
end
ntuple("ks", per: ks) do
    column a: index(ks.pip), b: index(ks.pim), m: ks.mass, c: ks.chi2, e: e(ks), r: m(ks.raw.ks)
end
ntuple("lam", per: lam) do
    column a: index(lam.prp), b: index(lam.pim), q: charge(lam.prp), m: ks_mass, p: p(lam), r: m(lam.raw.lam)
end
ntuple("one", per: one) do
    column a: index(one.prp), q: charge(one.prp)
end
ntuple("bar", per: bar) do
    column a: index(bar.prm), b: index(bar.pip)
end
""".replace("ks_mass", "lam.mass")


def mass_of_pair(event: Event, first: int, second: int, hypotheses: tuple[int, int]) -> float:
    return mass_of(event.p4(first, hypotheses[0]) + event.p4(second, hypotheses[1]))


def test_v0s_by_identity_chain_and_lists():
    ran, seen = run(VEES, events()), 0
    ks, lam, one, bar = (ran.tables[name] for name in ("ks", "lam", "one", "bar"))
    for event, found in entries(ran, "boss_vee"):
        good = [t for t in event.tracks() if abs(event.approach(event.mdc_helix(t))[0]) < 5]
        fast = [t for t in good if np.linalg.norm(event.p4(t)[:3]) > 0.4]
        assert all(event.charge(e[1][0]) > 0 > event.charge(e[1][1]) for e in found)
        wanted = [e for e in found if e[0] == 310 and set(e[1]) <= set(good) and abs(e[3] - 0.497611) < 0.04]
        rows = rows_of(ks, event)
        assert [(int(ks["a"][r]), int(ks["b"][r])) for r in rows] == [tuple(e[1]) for e in wanted]
        for row, e in zip(rows, wanted):
            assert near(e[3], ks["m"][row]) and near(e[2], ks["c"][row]) and near(e[4][3], ks["e"][row])
            assert near(mass_of_pair(event, *e[1], (PI, PI)), ks["r"][row], 1e-6)
        particles = [(e[1][0], e[1][1], 1, e) for e in found if e[0] == 3122] + [(e[1][1], e[1][0], -1, e) for e in found if e[0] == -3122]
        kept = [each for each in particles if each[0] in fast and each[1] in good and each[3][2] < 60]
        rows = rows_of(lam, event)
        assert [(int(lam["a"][r]), int(lam["b"][r]), int(lam["q"][r])) for r in rows] == [each[:3] for each in kept]
        for row, (proton, pion, _, e) in zip(rows, kept):
            assert near(e[3], lam["m"][row]) and near(mass_of_pair(event, proton, pion, (P, PI)), lam["r"][row], 1e-6)
            assert near(float(np.linalg.norm(e[4][:3])), lam["p"][row])
        best = [min(side, key=lambda each: each[3][2]) for q in (1, -1) if (side := [each for each in particles if each[2] == q])]
        assert [(int(one["a"][r]), int(one["q"][r])) for r in rows_of(one, event)] == [(each[0], each[2]) for each in best]
        assert [(int(bar["a"][r]), int(bar["b"][r])) for r in rows_of(bar, event)] == [each[:2] for each in particles if each[2] < 0]
        seen += len(wanted) + len(kept)
    assert seen > 80 and {-1, 1} == set(lam["q"].tolist())


# --- lists that a file brings ------------------------------------------------------------------------------------------------


def with_pi0s(batch: Batch, seed: int) -> Batch:
    """The events as a file with pi0 candidates would give them: some twice, some with a photon that is not there."""
    rng = np.random.default_rng(seed)
    offsets, photon = [0], []
    for number in range(batch.n_events):
        showers = Event(batch, number).showers()
        if len(showers) >= 3:
            a, b, c = showers[:3]
            photon += [(a, b), (b, c), (b, a), (a, b), (a, -1)]
        offsets.append(len(photon))
    count = len(photon)
    columns = dict(batch.columns) | {
        "pi0.photon": np.array(photon, np.int32).reshape(-1, 2), "pi0.chi2": rng.uniform(0, 50, count), "pi0.mass": rng.uniform(0.11, 0.15, count),
        "pi0.p4": rng.uniform(0.1, 1.0, (count, 8)) + np.tile([0, 0, 0, 2.0], 2),
    }  # fmt: skip
    made = Batch.build(batch.n_events, {**batch.offsets, "pi0": np.array(offsets, np.int64)}, columns, batch.first_event, batch.source)
    made.validate()
    return made


def test_a_list_of_the_file_is_taken_and_a_repeated_entry_counts_once():
    given = with_pi0s(events()[1], 5)
    ran, seen = run(PAIRS, [given]), 0
    table = ran.tables["any"]
    for number in range(given.n_events):
        rows = given.rows("pi0", number)
        found = given.columns["pi0.photon"][rows].tolist()
        if not found:
            continue  # made by the stand-in, as for a file that was written without
        event = Event(given, number)
        assert [(int(table["a"][r]), int(table["b"][r])) for r in rows_of(table, event)] == [tuple(found[0]), tuple(found[1])]
        seen += 1
    assert seen > 30
    assert f"any: entries of EvtRecPi0Col that are there twice, counted once: {2 * seen}" in ran.log
    assert "events without EvtRecPi0Col" not in ran.log


def test_the_v0s_of_a_dst_are_those_of_the_file():
    batch = sample("test_mrpc.dst")
    ran = run(VEES, [batch])
    filled = [number for number in range(batch.n_events) if batch.rows("vee", number).stop > batch.rows("vee", number).start]
    assert len(filled) >= 5
    for number, (_, found) in enumerate(entries(ran, "boss_vee")):
        if number in filled:
            rows = batch.rows("vee", number)
            assert [e[1] for e in found] == batch["vee.daughter"][rows].tolist()
            np.testing.assert_array_equal([e[2] for e in found], batch["vee.chi2"][rows])


def test_the_producers_run_before_the_selection():
    def options(source: str) -> str:
        made = compile_source(SourceFile("lists.bes", f'analysis "Lists" do\n    ecms 3.097 GeV\nend\n{source}'))
        return next(text for path, text in made.files.items() if "/ana_" in path)

    pairs_only, vees_only = options(PAIRS), options(VEES)
    for text, wanted, other in ((pairs_only, "Pi0EtaToGGRec", "veeVertex"), (vees_only, "veeVertex", "Pi0EtaToGGRec")):
        assert re.search(rf"jobOptions_{wanted}\.txt[\s\S]*jobOptions_Lists\.txt", text) and other not in text


# --- what is refused -----------------------------------------------------------------------------------------------------------


def told(lines: str, name: str = "x") -> dict[str, str]:
    return diagnostics(f"{LISTS}    combine(:{name}) do\n{lines}        keep :all\n    end\nend\n")


@pytest.mark.parametrize(("written", "meant"), [("EvtRecPi0", "EvtRecPi0Col"), ("EvtRecEtaToGgCol", "EvtRecEtaToGGCol"), ("evtRecVeeVertexCol", "EvtRecVeeVertexCol")])
def test_a_misspelt_list_is_told_its_name(written, meant):
    wrong = told(f'        decay "pi0 -> gam gam"\n        from {written}\n')
    assert f"`{meant}`" in wrong["BES0301"]


def test_a_list_of_boss_has_its_decays_only():
    assert "pi0 -> gam gam" in told('        decay "eta -> gam gam"\n        from EvtRecPi0Col\n')["BES0407"]
    assert "K_S0 -> pi+ pi-" in told('        decay "K_S0 -> pi0 pi0"\n        from EvtRecVeeVertexCol\n')["BES0407"]
    assert "BES0407" in told('        decay "D0 -> K- pi+"\n        from EvtRecVeeVertexCol\n')
    assert "BES0407" in told('        decay "pi0 -> gam gam"\n        from gam: EvtRecPi0Col\n')


def test_settings_of_what_is_made_here_are_refused():
    for line in ("constrain :mass", "max_photons 5", "iterations 3", "max_candidates 7"):
        assert line.partition(" ")[0] in told(f'        decay "pi0 -> gam gam"\n        from EvtRecPi0Col\n        {line}\n')["BES0463"]
    assert "one list of BOSS" in told('        decay "pi0 -> gam gam"\n        from EvtRecPi0Col, EvtRecEtaToGGCol\n')["BES0312"]


def test_a_fit_does_not_start_from_a_candidate_of_boss():
    fit = '    kinematic_fit(:fit) do\n        decay "J/psi -> K_S0 pi+ pi-"\n        from x, pip, pim\n        constrain :four_momentum\n        choose :min_chi2\n    end\n'
    text = f'analysis "Rule" do\n    ecms 3.097 GeV\nend\n{LISTS}    combine(:x) do\n        decay "K_S0 -> pi+ pi-"\n        from EvtRecVeeVertexCol\n        choose :nearest_mass\n    end\n{fit}end\n'
    assert "secondary_vertex" in diagnostics(text)["BES0407"]

