"""N-1 of cuts on candidates: against plain NumPy on all candidates of a program without any of the cuts, and against the program without the line.

The masks, choices and counts are computed here from the rows of the open program; nothing of the switches is used for them.
"""

from __future__ import annotations

import json

import pytest
from test_cli import clean, cli

np = pytest.importorskip("numpy")
pytest.importorskip("pybes3")

import dsl4bes
from dsl4bes.driver import compile_source
from dsl4bes.events.store import write_events
from dsl4bes.events.toy import ToyOptions, toy_events
from dsl4bes.ir.verify import verify as verify_ir
from dsl4bes.run import n_minus_1
from dsl4bes.run.errors import RunError
from dsl4bes.run.separable import Agreement, separable
from dsl4bes.run.switched import with_switches
from dsl4bes.standin.toolchain import ToolchainError, toolchain

pytestmark = [pytest.mark.cpp, pytest.mark.slow]

EVENT = """analysis "Cand" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks do
        ngood == 2
        net_charge 0
    end
    photons do
        energy > 25 MeV
        ngam 2..8
    end
    combine(:pi0) do
        decay "pi0 -> gam gam"
"""
#: Every pair of photons and what the cuts below look at.
OPEN = f"""{EVENT}        keep :all
    end
end
ntuple("all", per: pi0) do
    column m: m(pi0), p: p(pi0), a: angle(pi0.gam1, pi0.gam2), e1: e(pi0.gam1), e2: e(pi0.gam2), v: visible_energy
end
"""
MANY = f"""{EVENT}        mass 0.10 GeV..0.16 GeV
        p > 0.6 GeV
        keep :all
    end
    for pi0 do
        require "narrow", angle(pi0.gam1, pi0.gam2) < 30 deg
        let asymmetry = (e(pi0.gam1) - e(pi0.gam2)) / (e(pi0.gam1) + e(pi0.gam2))
        require "even", asymmetry < 0.8
    end
    require "energy", visible_energy > 2.2 GeV
end
region(:hard, from: baseline) do
    for pi0 do
        require "hard", p(pi0) > 1.1 GeV
    end
end
"""
COUNTED = MANY.replace('    require "energy"', '    require "one", count(pi0) == 1\n    require "energy"')
ONE = f"""{EVENT}        mass 0.10 GeV..0.16 GeV
        p > 0.6 GeV
        choose max: e(pi0.gam2)
        require "narrow", angle(pi0.gam1, pi0.gam2) < 30 deg
    end
    require "energy", visible_energy > 2.2 GeV
end
"""


@pytest.fixture(scope="module", autouse=True)
def _toolchain():
    try:
        toolchain()
    except ToolchainError as error:
        pytest.skip(str(error).splitlines()[0])


@pytest.fixture(scope="module")
def batch():
    options = ToyOptions(extra_photons=2.0)
    return toy_events("J/psi -> pi+ pi- (pi0 -> gam gam)", 500, 8, options=options)


@pytest.fixture(scope="module")
def rows(batch):
    """All candidates: their quantities, and the event of each."""
    table = dsl4bes.run(OPEN, batch)["all"]
    found = {name: np.asarray(table[name], float) for name in ("m", "p", "a", "e1", "e2", "v")}
    found["event"] = np.asarray(table["event"])
    found["even"] = (found["e1"] - found["e2"]) / (found["e1"] + found["e2"])
    return found


def outcome_of(text, batch):
    program = compile_source(text, until="ir").program
    verify_ir(with_switches(program, separable(program).separable).program)
    found = n_minus_1.n_minus_1(program, batches=[batch])
    assert not found.failures
    n_minus_1.verify(found)
    return {each.name: each for each in found.distributions}, found


def masks(rows):
    """The cuts by their names."""
    return {
        "pi0.mass": (rows["m"] >= 0.10) & (rows["m"] <= 0.16), "pi0.p": rows["p"] > 0.6, "narrow": rows["a"] < np.radians(30), "even": rows["even"] < 0.8,
        "energy": rows["v"] > 2.2, "hard.hard": rows["p"] > 1.1,
    }  # fmt: skip


QUANTITY = {"pi0.mass": "m", "pi0.p": "p", "narrow": "a", "even": "even", "energy": "v", "hard.hard": "p"}


def contents_of(values, found):
    return np.histogram(values, np.concatenate([[-np.inf], found.histogram.edges[0], [np.inf]]))[0].tolist()


def passing(masks_of, names):
    return np.logical_and.reduce([masks_of[name] for name in names])


@pytest.mark.parametrize("name", ["pi0.mass", "pi0.p", "narrow", "even"])
def test_every_candidate_that_passes_all_other_cuts_is_an_entry(name, batch, rows):
    found, _ = outcome_of(MANY, batch)
    cuts = masks(rows)
    baseline = [each for each in cuts if each != "hard.hard"]
    others = passing(cuts, [each for each in baseline if each != name])
    one, values = found[name], rows[QUANTITY[name]][others]
    assert (one.per, one.agreement) == ("pi0", Agreement.EQUAL)
    assert one.events == len(values) > one.accepted == passing(cuts, baseline).sum() == one.selected > 30
    assert one.histogram.contents.tolist() == contents_of(values, one)
    assert one.counted == "candidates of pi0" and one.as_json()["per"] == "pi0"


def test_a_cut_on_candidates_in_a_region(batch, rows):
    found, _ = outcome_of(MANY, batch)
    cuts = masks(rows)
    values = rows["p"][passing(cuts, [each for each in cuts if each != "hard.hard"])]
    one = found["hard.hard"]
    assert (one.per, one.region, one.events) == ("pi0", "hard", len(values))
    assert one.accepted == one.selected == (values > 1.1).sum() > 10
    assert one.histogram.contents.tolist() == contents_of(values, one)


def test_a_cut_on_the_event_beside_candidates_counts_events(batch, rows):
    """An event is one entry, however many candidates it has."""
    found, _ = outcome_of(MANY, batch)
    left = passing(masks(rows), ["pi0.mass", "pi0.p", "narrow", "even"])
    events, first = np.unique(rows["event"][left], return_index=True)
    assert (found["energy"].per, found["energy"].events) == ("", len(events)) and left.sum() > len(events)
    assert found["energy"].histogram.contents.tolist() == contents_of(rows["v"][left][first], found["energy"])


def test_where_candidates_are_counted_the_cut_decides_twice(batch, rows):
    """Without the cut an event has more candidates, and `count == 1` another answer: the difference is said."""
    found, outcome = outcome_of(COUNTED, batch)
    cuts, name = masks(rows), "pi0.mass"
    others = passing(cuts, ["pi0.p", "narrow", "even", "energy"])
    event, number = np.unique(rows["event"][others], return_counts=True)
    alone = others & np.isin(rows["event"], event[number == 1])
    one = found[name]
    assert one.agreement is Agreement.OPEN and one.events == alone.sum()
    assert one.accepted == (alone & cuts[name]).sum() < one.selected
    assert one.histogram.contents.tolist() == contents_of(rows["m"][alone], one)
    assert f"{name}: the program selects {one.selected} candidates of pi0; it counts or pairs" in n_minus_1.as_text(outcome)


@pytest.mark.parametrize("name", ["pi0.mass", "pi0.p", "narrow"])
def test_before_the_choice_another_candidate_may_be_chosen(name, batch, rows):
    """The choice of the program without the cut, by hand: the largest energy of the softer photon among candidates that pass the other cuts before it."""
    found, outcome = outcome_of(ONE, batch)
    cuts, before = masks(rows), ["pi0.mass", "pi0.p"]

    def chosen(names):
        allowed = passing(cuts, names) if names else np.ones(len(rows["m"]), bool)
        order = np.lexsort((-rows["e2"], rows["event"]))
        order = order[allowed[order]]
        _, first = np.unique(rows["event"][order], return_index=True)
        return order[first]

    picked = chosen([each for each in before if each != name])
    picked = picked[cuts["energy"][picked]]
    picked = picked if name == "narrow" else picked[cuts["narrow"][picked]]
    selected = chosen(before)
    selected = selected[(cuts["energy"] & cuts["narrow"])[selected]]
    one = found["pi0.narrow" if name == "narrow" else name]
    assert (one.per, one.events, one.selected) == ("", len(picked), len(selected))
    assert one.accepted == cuts[name][picked].sum()
    assert one.histogram.contents.tolist() == contents_of(rows[QUANTITY[name]][picked], one)
    assert one.agreement is (Agreement.EQUAL if name == "narrow" else Agreement.FEWER)
    changed = one.selected - one.accepted
    assert changed == 0 if name == "narrow" else changed > 0 or name == "pi0.p"
    assert (f"{name}: the program selects {one.selected} events; in {changed} another" in n_minus_1.as_text(outcome)) is (changed > 0)


KS = """analysis "KsKpi" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks(:loose) do
        vr < 20 cm
        vz < 50 cm
        nloose >= 4
    end
    pid do
        from     loose
        identify :pip, :pim
        identify :kp, :km, "from_pion"
    end
    secondary_vertex(:ks) do
        decay  "K_S0 -> pi+ pi-"
        mass   0.45 GeV..0.55 GeV
        keep   :all
    end
    for ks do
        require "flown", ks.length / ks.length_sigma > 2
        kinematic_fit(:fit) do
            decay "J/psi -> K_S0 K+ pi-"
            from ks, kp, km, pip, pim
            constrain :four_momentum
            choose :min_chi2
            chi2 < 30
        end
    end
end
ntuple("t", per: ks) do
    column m: m(ks), s: ks.length / ks.length_sigma
end
"""


@pytest.mark.parametrize(("name", "line", "column"), [
    ("ks.mass", "        mass   0.45 GeV..0.55 GeV\n", "m"),
    ("flown", '        require "flown", ks.length / ks.length_sigma > 2\n', "s"),
    ("fit.chi2", "            chi2 < 30\n", ""),
])  # fmt: skip
def test_a_fit_for_each_vertex(name, line, column):
    """The program without the line has the same candidates; the chi2 of a fit for each of them is known in the `for` only."""
    batch = toy_events("J/psi -> (K_S0 -> pi+ pi-) K+ pi-", 200, 4)
    found, _ = outcome_of(KS, batch)
    assert line in KS
    text = KS.replace(line, "")
    if not column:  # stored within the `for`, where nothing comes after it
        text = text.replace("            choose :min_chi2\n        end\n", '            choose :min_chi2\n        end\n        ntuple("t") do\n            column chi2: fit.chi2\n        end\n')
        text = text[: text.index('ntuple("t", per')]
    values = np.asarray(dsl4bes.run(text, batch)["t"][column or "chi2"], float)
    one = found[name]
    assert (one.per, one.events) == ("ks", len(values))
    assert one.accepted == one.selected > 40
    assert one.histogram.contents.tolist() == contents_of(values, one)


def test_what_has_no_distribution_says_why():
    nested = KS.replace("            choose :min_chi2\n", "            choose :min_chi2, per: :charge_state\n").replace(
        "        end\n    end\nend\nntuple", '        end\n        for fit do\n            require "x", fit.chi2 < 10\n        end\n    end\nend\nntuple'
    )
    program = compile_source(nested, until="ir").program
    reasons = separable(program).others
    assert reasons["x"] == "it is in a `for` within a `for`"
    assert reasons["fit.chi2"] == "it rejects candidates that are made for each candidate anew"


def test_events_that_cannot_be_told_apart_are_an_error_and_no_picture(batch, tmp_path):
    """Events of one number, of which some pass: which entry is whose is unknown, so there is no distribution, and the command says so."""
    from dataclasses import replace

    columns = {**batch.columns, "event.number": batch.columns["event.number"] // 20}
    (tmp_path / "many.bes").write_text(COUNTED)
    write_events(str(tmp_path / "two.toy.npz"), [replace(batch, columns=columns)])
    done = clean(cli("run", tmp_path / "many.bes", tmp_path / "two.toy.npz", "--n-1", tmp_path / "n1", "-o", "none", "-j", 1), 1)
    assert "two.toy.npz: N-1: the file has different events of the same run and event number" in done.stderr
    assert "help: number them apart" in done.stderr
    assert "energy" in done.stdout and "\nN-1\n" not in done.stdout  # the run itself is shown
    assert [path.name for path in (tmp_path / "n1").iterdir()] == ["n-1.json"]
    failures = json.loads((tmp_path / "n1/n-1.json").read_text())["failures"]
    assert [each["advice"] for each in failures] == ["number them apart"]


def test_an_accepted_side_that_cannot_be_is_a_fault(batch):
    """More accepted than selected is no change of choice, and fewer only where one is made."""
    from dataclasses import replace

    found, _ = outcome_of(ONE, batch)
    for name, shift in (("pi0.mass", 1), ("pi0.narrow", 1), ("pi0.narrow", -1)):
        wrong = replace(found[name], accepted=found[name].selected + shift)
        with pytest.raises(RunError, match="accepted side"):
            n_minus_1.verify(n_minus_1.NMinus1([wrong]))
