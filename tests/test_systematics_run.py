"""Variations on events: each instance against the judge under its numbers, against a program written by hand, and in one pass with the others.

The laws: a variation selects and writes what the program with that number selects and writes; instances do not touch each other; how the events are
cut into pieces changes nothing; the error of a difference comes from the events that one of two selections has.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from functools import lru_cache
from math import sqrt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standin_tools import have_toolchain

np = pytest.importorskip("numpy")

from cross_check_tools import built, compiled, vertices

from dsl4bes.constructs.mc_truth import TREE
from dsl4bes.events.batch import Batch
from dsl4bes.events.store import write_events
from dsl4bes.events.toy import ToyOptions, random_batch, toy_events
from dsl4bes.run.cutflow import CutCounter, slots_of
from dsl4bes.run.runner import Settings, run_selection
from dsl4bes.run.systematics import Effect, Tally, as_text, decisive_cuts

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
needs_cpp = pytest.mark.skipif(not have_toolchain(), reason="no g++ or no CLHEP")

#: Fits go to their minimum here, in the package as well: what the judge and BOSS's early stops differ in is not the matter of these tests.
PROGRAM = """
analysis "Varied" do
    ecms            3.097 GeV
end

event_selection do
    charged_tracks do
        vr          < 1 cm
        vz          < 10 cm
        cos         < 0.93
        ngood       == 2
        net_charge  0
    end
    photons do
        barrel      cos < 0.80, energy > 25 MeV
        endcap      cos in 0.86..0.92, energy > 50 MeV
        isolation   > 20 deg
        time        0..14
        ngam        2..8
    end
    pid do
        systems     :dedx, :tof1, :tof2
        prob_cut    0.001
        identify    :kp, "from_pion"
        identify    :km, "from_pion"
        nkp         == 1
        nkm         == 1
    end
    kinematic_fit(:fit4c) do
        decay       "J/psi -> K+ K- (pi0 -> gam gam)"
        constrain   :four_momentum
        mass        pi0: 0.05..0.3
        choose      :min_chi2
        chi2        < 200
        require "soft", e(gam1) < 1.4 GeV
        iterations  50
        tolerance   0.000000001
    end
    require "time of flight", abs(tof(kp) - tof(km)) < 4 ns
    veto "hard kaon", p(fit4c.kp) > 1.3 GeV
end

region(:signal) do
    require "pi0", m(fit4c.gam1, fit4c.gam2) in 0.115..0.150
    ntuple("signal") do
        column m_kk: m(fit4c.kp, fit4c.km)
    end
end
region(:all_of_them) do
    histogram("m_gg") do
        fill m(fit4c.gam1, fit4c.gam2)
        bins 30, 0.05 GeV..0.3 GeV
    end
end

ntuple("kk") do
    column chi2: fit4c.chi2, p_kp: p(kp), n: count(gam)
    array  :e_gam, e(gam), max: 50
end
"""

#: Everything that has a switch, so that the code of the package is the same whatever is drawn.
SWITCHES = (
    "charged_tracks.vr", "charged_tracks.cos", "charged_tracks.net_charge", "photons.barrel.energy", "photons.endcap.energy", "photons.isolation",
    "photons.time", "photons.ngam", "pid.prob_cut", "fit4c.chi2", "fit4c.mass_pi0", "fit4c.soft", "time_of_flight", "hard_kaon", "signal.pi0",
)  # fmt: skip


def with_lines(lines: list[str], outputs: bool = False) -> str:
    """The program with these variations."""
    head = "systematics(outputs: true) do" if outputs else "systematics do"
    return PROGRAM + head + "\n" + "\n".join(f"    {line}" for line in lines) + "\nend\n"


@lru_cache(maxsize=8)
def toys(seed: int, n: int = 200) -> Batch:
    return toy_events("J/psi -> K+ K- pi0", n, seed, options=ToyOptions(extra_photons=1.5, tof_missing=0.1, stress=seed % 2 == 0))


def run(text: str, batches: list[Batch], more: str = "", **options):
    """A program on batches, with an interaction point for every run; `more` are further job options."""
    chosen = built(compiled(text, "varied.bes"))
    chosen = replace(chosen, options=f"{chosen.options}\n{more}\n")
    options = {"processes": 1, "keep": None, "vertex": vertices(batches)} | options
    return run_selection(chosen, None, batches, Settings(**options))


# --- every instance against the judge --------------------------------------------------------------------------------------

_VALUES = {
    "charged_tracks.vr": st.floats(0.05, 3),
    "charged_tracks.vz": st.floats(0.5, 20),
    "charged_tracks.cos": st.floats(0.3, 0.99),
    "photons.barrel.energy": st.sampled_from([0.0, 0.03, 0.05, 0.1]),
    "photons.endcap.energy": st.sampled_from([0.0, 0.025, 0.1]),
    "photons.isolation": st.sampled_from(["0 deg", "10 deg", "0.8 rad"]),
    "photons.time": st.sampled_from(["-1..7", "7..60", "0 ns..500 ns"]),
    "photons.ngam.high": st.integers(2, 7),
    "pid.prob_cut": st.sampled_from([0.0, 0.01, 0.3]),
    "fit4c.chi2": st.floats(5, 500),
    "fit4c.soft_1": st.sampled_from(["0.9 GeV", "1.2 GeV"]),
    "fit4c.pi0.mass": st.sampled_from(["0.10..0.15", "0.12..0.2"]),
    "time_of_flight_1": st.floats(0.1, 5),
    "signal.pi0_1": st.floats(0.08, 0.13),
    "crossing_angle": st.sampled_from(["0 mrad", "11 mrad"]),
    "kinematic_fit.max_photons": st.integers(2, 8),
}


@st.composite
def _lines(draw):
    """A few `vary` of one or more numbers, with or without cuts."""
    lines = []
    for number in range(draw(st.integers(1, 3))):
        names = draw(st.lists(st.sampled_from(sorted(_VALUES)), min_size=1, max_size=3, unique=True))
        body = [f"{name} {draw(_VALUES[name])}" for name in names]
        off = draw(st.lists(st.sampled_from(SWITCHES), max_size=2, unique=True))
        off = [cut for cut in off if not any(name.startswith(cut) for name in names)]
        body += [f"without {cut}" for cut in off]
        lines.append(f'vary "drawn {number}" do\n        ' + "\n        ".join(body) + "\n    end")
    return lines


#: Fixed lines that keep the package the same for every draw: all switches, and the highest ceiling.
_ALWAYS = ['vary "all off", without: [' + ", ".join(SWITCHES) + "]", 'vary "ceiling", fit4c.chi2, 500']


@needs_cpp
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=_lines(), seed=st.integers(0, 1000), outputs=st.booleans())
def test_each_instance_agrees_with_the_judge_under_its_numbers(lines, seed, outputs):
    result = run(with_lines(_ALWAYS + lines, outputs), [toys(seed % 4, 120), random_batch(seed, 40)], cross_check=True)
    assert len(result.variations) == 2 + len(lines)
    for varied in (result, *result.variations):
        check = varied.cross_check
        assert check is not None and not check.skipped and check.events == 160
        assert not check.count, (getattr(varied, "text", "nominal"), check.differences)
        assert check.tolerated <= 3


@needs_cpp
def test_every_switch_agrees_with_the_judge_and_lets_more_pass():
    """One variation for each cut: with it off, no event is lost that passes with it on but by its other line."""
    lines = _ALWAYS + [f'vary "{cut} off", without: {cut}' for cut in SWITCHES]
    result = run(with_lines(lines), [toys(1, 120), toys(2, 120), random_batch(5, 40)], cross_check=True)
    for varied in result.variations:
        assert varied.cross_check is not None and not varied.cross_check.count, (varied.text, varied.cross_check.differences)
    for cut in ("charged_tracks.net_charge", "fit4c.chi2", "time_of_flight", "hard_kaon", "signal.pi0"):
        effect = result.variation(f"{cut} off")["signal"]
        assert effect.both == effect.nominal, "cuts of the event that are off reject nothing"
    assert any(varied["signal"].difference > 0 for varied in result.variations)
    assert result.variation("signal.pi0 off")["baseline"].difference == 0


# --- against a program written by hand --------------------------------------------------------------------------------------

#: Line of `vary` → what a person changes in the text.
BY_HAND = {
    'vary "v", photons.barrel.energy, 60 MeV': ("energy > 25 MeV", "energy > 60 MeV"),
    'vary "v", without: fit4c.chi2': ("        chi2        < 200\n", ""),
    'vary "v", without: photons.isolation': ("        isolation   > 20 deg\n", ""),
    'vary "v", photons.time, 0..9': ("time        0..14", "time        0..9"),
    'vary "v", signal.pi0_1, 0.125': ("in 0.115..0.150", "in 0.125..0.150"),
    'vary "v", without: hard_kaon': ('    veto "hard kaon", p(fit4c.kp) > 1.3 GeV\n', ""),
}


@needs_cpp
@pytest.mark.parametrize("line", [pytest.param(line, marks=pytest.mark.slow) if number > 1 else line for number, line in enumerate(BY_HAND)])
def test_a_variation_is_the_program_written_by_hand(line):
    """The same rows in every tuple, the same histogram, the same cut flow where both have the line."""
    before, after = BY_HAND[line]
    assert PROGRAM.count(before) == 1
    events = [toys(1, 400), toys(2, 400)]
    varied = run(with_lines([*_ALWAYS, line], outputs=True), events)
    hand = run(PROGRAM.replace(before, after), events, "Varied.kinematic_fit_ceiling = 1000.0;")  # as the variations ask for
    found = varied.variations[-1]
    key = found.key
    assert found.cutflow.selected == hand.cutflow.selected != varied.cutflow.selected or "signal" in line
    assert found["signal"].varied == hand.rows["signal"] != varied.rows["signal"]
    for name in ("kk", "signal"):
        mine, theirs = varied[f"{key}_{name}"], hand[name]
        assert mine.rows == theirs.rows > 0
        for column in theirs.columns:
            assert np.array_equal(np.asarray(mine[column].tolist() if column == "e_gam" else mine[column], object), np.asarray(theirs[column].tolist() if column == "e_gam" else theirs[column], object))
    assert np.array_equal(varied.histograms[f"{key}_m_gg"].contents, hand.histograms["m_gg"].contents)


CANDIDATES = """
analysis "Pairs" do
    ecms 3.686 GeV
end

event_selection do
    charged_tracks do
        vr < 1 cm
        vz < 10 cm
        ngood >= 2
    end
    pid do
        prob_cut 0.001
        identify :pip
        identify :pim
        npip >= 1
        npim >= 1
    end
    combine(:dipion) do
        decay  "dipion -> pi+ pi-"
        recoil 3.0 GeV..3.2 GeV
        keep   :all
    end
    for dipion do
        require "apart", angle(dipion.pip, dipion.pim) < 150 deg
        ntuple("pairs") do
            column m_rec: recoil(dipion)
        end
    end
end
mc_truth do
    topology "psi(2S)"
end
systematics(outputs: true) do
    vary "recoil", dipion.recoil.low, 3.05
    vary "angle", apart_1, 120 deg
    vary "any angle", without: apart
end
"""


@needs_cpp
def test_variations_of_candidates_agree_with_the_judge():
    events = [toy_events("psi(2S) -> pi+ pi- (J/psi -> pi+ pi- pi0)", 150, 5)]
    result = run(CANDIDATES, events, cross_check=True)
    for varied in (result, *result.variations):
        assert varied.cross_check is not None and not varied.cross_check.count, varied.cross_check.differences
    assert result.rows["any_angle_pairs"] > result.rows["pairs"] > result.rows["angle_1_pairs"] > 0
    assert result.variation("any_angle")["baseline"].difference > 0
    truth = {name: rows for name, rows in result.rows.items() if name.endswith(TREE)}
    assert set(truth.values()) == {150} and len(truth) == 4, "each instance has its own tree of the truth"
    alone = run(CANDIDATES.replace("(outputs: true)", ""), events)
    assert set(alone.tables) == {"pairs", *(name for name in truth if not name.startswith(("recoil", "angle", "any")))}


# --- instances do not touch each other ----------------------------------------------------------------------------------------


@needs_cpp
def test_the_nominal_selection_does_not_notice_its_variations():
    """The same rows and histograms with all variations, with none of them run, and in a program that has none."""
    events = [toys(1, 300)]
    text = with_lines([*_ALWAYS, 'vary "v", photons.barrel.energy, 60 MeV'], outputs=True)
    results = [run(text, events), run(text, events, systematics=False), run(PROGRAM, events, "Varied.kinematic_fit_ceiling = 1000.0;")]
    assert results[1].variations == results[2].variations == ()
    assert set(results[1].tables) == {"kk", "signal"}
    assert set(results[0].tables) == {*(f"{key}{name}" for key in ("", "all_off_", "ceiling_1_", "v_1_") for name in ("kk", "signal"))}
    for other in results[1:]:
        assert other.cutflow == results[0].cutflow
        for name in ("kk", "signal"):
            for column in ("run", "event", *(("chi2", "n") if name == "kk" else ("m_kk",))):
                assert np.array_equal(other[name][column], results[0][name][column])
        assert np.array_equal(other.histograms["m_gg"].contents, results[0].histograms["m_gg"].contents)


@needs_cpp
def test_without_outputs_only_the_cut_flow_is_kept():
    result = run(with_lines([*_ALWAYS, 'vary "v", photons.barrel.energy, 60 MeV']), [toys(1, 300)])
    assert set(result.tables) == {"kk", "signal"} and set(result.histograms) == {"m_gg"}
    assert result.variation("v_1").cutflow["fit4c.chi2"] > 0


@needs_cpp
def test_pieces_and_processes_change_nothing():
    text = with_lines([*_ALWAYS, 'vary "v", photons.barrel.energy, 60 MeV', 'vary "w", without: photons.isolation'])
    events = [toys(1, 300), toys(2, 300)]
    whole = run(text, events)
    for options in ({"chunk": 37}, {"chunk": 100, "processes": 2}):
        other = run(text, events, **options)
        assert [(each.effects, each.cutflow) for each in other.variations] == [(each.effects, each.cutflow) for each in whole.variations]


@needs_cpp
def test_counts_are_those_of_the_events():
    """The table against runs of both programs, event by event."""
    events = [toys(1, 400)]
    line = 'vary "v", photons.barrel.energy, 60 MeV'
    more = "Varied.kinematic_fit_ceiling = 1000.0;"
    varied = run(with_lines([*_ALWAYS, line]), events).variations[-1]
    nominal, hand = run(PROGRAM, events, more), run(PROGRAM.replace(*BY_HAND[line]), events, more)
    for region, name in (("", "kk"), ("signal", "signal")):
        one, two = (set(zip(result[name]["run"].tolist(), result[name]["event"].tolist(), strict=True)) for result in (nominal, hand))
        assert varied[region] == Effect(region, len(one), len(two), len(one & two))
        assert varied[region].error == sqrt(len(one ^ two))
    assert varied["all_of_them"].nominal == varied["baseline"].nominal


# --- effects, tables ------------------------------------------------------------------------------------------------------------


def test_effect():
    effect = Effect("", 100, 104, 95)
    assert effect.difference == 4 and effect.error == sqrt(5 + 9)
    assert effect.relative == 0.04 and effect.relative_error == sqrt(14) / 100
    nothing = Effect("", 0, 3, 0)
    assert nothing.relative is None and nothing.relative_error is None and nothing.error == sqrt(3)
    assert Effect("", 10, 10, 10).error == 0


def test_tally_adds_up_chunk_by_chunk():
    program = compiled(PROGRAM, "varied.bes").program
    slots, last = slots_of(program), decisive_cuts(program)
    assert last["all_of_them"] == last[""] and last["signal"] == len(slots) - 1
    generator = np.random.default_rng(3)
    nominal, varied = ((generator.random((50, len(slots))) < 0.7).astype(np.uint8) for _ in range(2))
    whole, parts = Tally(CutCounter(slots)), Tally(CutCounter(slots))
    whole.add(nominal, varied, last)
    for part in (slice(0, 7), slice(7, 7), slice(7, 50)):
        other = Tally(CutCounter(slots))
        other.add(nominal[part], varied[part], last)
        parts.plus(other)
    assert parts.regions == whole.regions and parts.counter.result() == whole.counter.result()
    a, b = nominal[:, -1] == 1, varied[:, -1] == 1
    assert whole.regions["signal"] == [a.sum(), b.sum(), (a & b).sum()]


def test_a_program_without_cuts_selects_everything():
    program = compiled("event_selection.photons do\n    energy > 1 GeV\nend\nntuple(\"n\") do\n    column n: count(gam)\nend\n").program
    assert decisive_cuts(program) == {"": None}


@needs_cpp
def test_table_and_json(tmp_path):
    from dsl4bes.cli.run_report import as_json

    result = run(with_lines([*_ALWAYS, 'vary "photon energy", photons.barrel.energy, 60 MeV', 'vary "no isolation", without: photons.isolation']), [toys(1, 300)])
    result.variations = result.variations[2:]
    lines = as_text(result.variations).splitlines()
    assert lines[0].split() == ["variation", "value", "events", "difference", "relative"]
    assert [line.split("  ")[0] for line in lines[2:]] == [
        name for region in ("baseline", "region signal", "region all_of_them") for name in (region, "nominal", "photon energy", "no isolation")
    ]  # fmt: skip
    effect = result.variation("photon_energy_1")["signal"]
    assert f"{effect.difference:+d} ± {effect.error:.1f}" in lines[8] and f"{100 * effect.relative:+.2f} ±" in lines[8]
    data = json.loads(json.dumps(as_json(result, [])))["systematics"]
    assert data[0]["key"] == "photon_energy_1" and data[0]["values"] == {"photons.barrel.energy": 0.06}
    assert data[0]["effects"][1]["difference"] == effect.difference and data[1]["changes"] == "without photons.isolation"
    pytest.importorskip("mplhep")
    from dsl4bes.run.systematics_plot import write_pictures

    first = write_pictures(result.variations, str(tmp_path), ("png", "pdf"))
    assert set(first).isdisjoint(write_pictures(result.variations, str(tmp_path), ("png",), first))
    assert {path.name for path in tmp_path.iterdir()} == {"systematics.png", "systematics.pdf", "systematics_.png"}


@needs_cpp
def test_command_line_and_library(tmp_path):
    import dsl4bes

    text = with_lines([*_ALWAYS, 'vary "$photon", photons.barrel.energy, 60 MeV'])
    (tmp_path / "v.bes").write_text(text)
    result = dsl4bes.run(text, toys(1, 300))
    assert result.ok and result.variation("_photon_1")["baseline"].difference < 0
    assert dsl4bes.run(text, toys(1, 300), systematics=False).variations == ()
    write_events(tmp_path / "kk.toy.npz", [toys(1, 60)])
    arguments = [sys.executable, "-m", "dsl4bes", "run", str(tmp_path / "v.bes"), str(tmp_path / "kk.toy.npz"), "-o", "none"]
    shown = subprocess.run([*arguments, "--plot", str(tmp_path / "p")], capture_output=True, text=True, check=True).stdout
    assert "\n$photon" in shown and (tmp_path / "p/systematics.png").exists()
    assert "$photon" not in subprocess.run([*arguments, "--no-systematics"], capture_output=True, text=True, check=True).stdout


@needs_cpp
def test_the_example_gives_what_its_page_says(tmp_path):
    from dsl4bes.api import run as run_program
    from dsl4bes.events.toy import toy_batches

    events = tmp_path / "systematics.toy.npz"
    write_events(events, toy_batches("J/psi -> pi+ pi- (pi0 -> gam gam)", 1000, 1), "test")
    result = run_program((ROOT / "examples/systematics/systematics.bes").read_text(encoding="utf-8"), str(events), "systematics.bes")
    assert result.ok and result.expectations.compared == ("systematics.toy.npz",)
    effect = result.variation("photon_energy_1")["signal"]
    assert (effect.nominal, effect.varied, round(effect.error, 1)) == (641, 646, 2.6)
    assert "646 instead of 641" in (ROOT / "examples/systematics/README.md").read_text(encoding="utf-8")
