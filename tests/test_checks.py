"""Rules across blocks, the corpus of bad programs, and the pages of their codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from meaning import PHOTONS, PIONS, TRACKS, checked, faults, fit, selection

from dsl4bes.diagnostics.codes import CATALOGUE, names, physics, shape
from dsl4bes.diagnostics.model import Code
from dsl4bes.ir.expr import Comparison
from dsl4bes.resolve.intervals import Interval, allowed

ROOT = Path(__file__).resolve().parents[1]
BEFORE = (TRACKS, PHOTONS, PIONS)
OWN = sorted(
    code.id for module in (shape, names, physics) for code in vars(module).values() if isinstance(code, Code)
)
BAD = {code: sorted((ROOT / "tests/corpus/bad").glob(f"{code}_*.bes")) for code in OWN}


# --- corpus -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", OWN)
def test_bad_example_gives_the_code(code: str):
    """Every code has a program that shows it, with a place in that program."""
    assert BAD[code]
    for path in BAD[code]:
        found = [item for item in checked(path.read_text(), path.name).bag if item.code.id == code]
        assert found and found[0].primary is not None
        assert found[0].primary.span.file.name == path.name
        assert found[0].message and (found[0].help or found[0].related)


@pytest.mark.parametrize("code", OWN)
def test_page_shows_wrong_and_right(code: str):
    """The first program of a page has the code, the second is without errors and without it."""
    page = (ROOT / f"dsl4bes/diagnostics/explain/{code}.md").read_text()
    assert page.startswith(f"# {code} {CATALOGUE[code].name}\n")
    wrong, right = re.findall(r"```bes\n(.*?)```", page, re.DOTALL)
    assert code in [item.code.id for item in checked(wrong).bag]
    result = checked(right)
    assert result.ok and code not in [item.code.id for item in result.bag]


def test_messages_are_in_the_user_s_words():
    for paths in BAD.values():
        for path in paths:
            for item in checked(path.read_text()).bag:
                assert not re.search(
                    r"Expr|None|Traceback|dataclass|<class|token|__", item.message + item.help
                ), item


GOOD = [
    "design_section_2", "program_1_rhopi", "program_2_proton_efficiency", "program_7_bhabha", "program_9_hadrons", "program_12_two_clusters", "regions",
    "region_scopes", "many_features",
]  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_programs_of_the_design_resolve(name: str):
    """DESIGN section 2 and PROGRAMS 1 to the letter; 2, 7, 9, 12 and the regions with an `analysis` in front."""
    path = ROOT / f"tests/corpus/good/{name}.bes"
    result = checked(path.read_text(), path.name)
    assert result.ok, [item.message for item in result.bag]
    assert {item.code.name for item in result.bag} <= {"assumed-block"}


BEAMS = 'analysis "Beams" do\n    ecms 3.686 GeV\nend\n'


@pytest.mark.parametrize(("name", "beams"), [("kstar", False), ("inclusive_ks", False), ("recoil_topology", True), ("many_photons", True)])
def test_programs_of_the_design_with_combinations(name: str, beams: bool):
    """PROGRAMS 3, 5, 10 and 13 as written; with an energy in front where they use the beams."""
    text = (ROOT / f"tests/corpus/good/{name}.bes").read_text()
    result = checked(BEAMS + text if beams else text, f"{name}.bes")
    assert result.ok, [item.message for item in result.bag]
    assert {item.code.name for item in result.bag} <= {"assumed-block", "overlapping-lists"}
    if beams:
        assert [item.code.id for item in checked(text, f"{name}.bes").bag if item.severity.name == "ERROR"] == ["BES0415"]


def test_programs_are_those_of_the_design():
    shared = ROOT.parent / "shared"
    if not shared.is_dir():
        pytest.skip("the design pages are not here")
    design = (shared / "DESIGN.md").read_text()
    assert (ROOT / "tests/corpus/good/design_section_2.bes").read_text() in design
    assert (ROOT / "tests/corpus/good/program_1_rhopi.bes").read_text() in (
        shared / "PROGRAMS.md"
    ).read_text()


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*/*.bes")), ids=lambda path: path.stem)
def test_examples_of_the_repository(path: Path):
    result = checked(path.read_text(), path.name)
    assert result.ok and {item.code.name for item in result.bag} <= {"assumed-block"}


# --- cuts that never or always pass --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ('require "c", count(good) == 4', ["cut-never-passes"]),
        ('require "c", count(good) > 2', ["cut-never-passes"]),
        ('require "c", count(good) >= 2', []),
        ('require "a", e(gam1) > 1\nrequire "b", e(gam1) < 0.5', ["cut-never-passes"]),
        ('require "a", e(gam1) > 1\nrequire "b", 0.5 > e(gam1)', ["cut-never-passes"]),
        ('require "a", e(gam1) > 1\nrequire "b", e(gam2) < 0.5', []),
        ('require "a", e(gam1) > 1 and e(gam1) < 0.5', ["cut-never-passes"]),
        ('require "a", e(gam1) > 1 or e(gam1) < 0.5', []),
        ('require "a", e(gam1) > 1\nveto "b", e(gam1) < 0.5', []),
        ('require "a", e(gam1) > 1\nrequire "b", e(gam1) < 0.5, when: property("B", true)', []),
        ('require "a", e(gam1) in 1..2\nrequire "b", e(gam1) in 2..3', []),
        ('require "a", any(e(gam) > 1)\nrequire "b", any(e(gam) < 0.5)', []),
        ('require "c", cos(gam1) > 1', ["impossible-value"]),
        ('require "c", cos(gam1) >= 1', []),
        ('require "c", abs(cos(gam1)) > 1.5', ["impossible-value"]),
        ('require "c", 180 deg - angle(gam1, gam2) > 190 deg', ["impossible-value"]),
        ('require "c", prob_pi(pip) > 1', ["impossible-value"]),
        ('require "c", e(gam1) < -1', ["impossible-value"]),
        ('require "c", angle(gam1, gam2) < 200 deg', ["cut-always-passes"]),
        ('require "c", cos(gam1) < 1.5', ["cut-always-passes"]),
        ('require "c", count(gam) >= 0', ["cut-always-passes"]),
        ('require "c", eop(pip) >= 0', []),
        ('require "c", abs(abs(dphi(gam1, gam2)) - 180 deg) < 6 deg', []),
    ],
)
def test_reach_of_cuts(lines: str, found: list[str]):
    assert faults(selection(*BEFORE, lines)) == found


def test_a_flight_length_may_be_negative():
    block = 'secondary_vertex(:ks) do\n decay "K_S0 -> pi+ pi-"\n from good\n choose :min_chi2\nend'
    assert faults(selection(*BEFORE, block, 'require "backwards", ks.length < 0 cm\nrequire "also", ks.ctau < 0 cm')) == []
    assert faults(selection(*BEFORE, block, 'require "chi2", ks.vertex_chi2 < -1')) == ["impossible-value"]


def test_contradiction_shows_both_cuts():
    bag = checked(selection(*BEFORE, 'require "a", e(gam1) > 1\nrequire "b", e(gam1) < 0.5')).bag
    assert bag.items[0].related[0].span.text == "e(gam1) > 1"


def test_regions_contradict_the_baseline_and_not_each_other():
    baseline = 'require "a", e(gam1) > 1'
    region = 'region(:x) do\n require "b", e(gam1) < %s\nend\n'
    assert faults(selection(*BEFORE, baseline, after=region % "0.5")) == ["cut-never-passes"]
    assert (
        faults(selection(*BEFORE, after=region % "0.5" + region.replace(":x", ":y").replace("<", ">") % "1"))
        == []
    )


def test_cuts_of_one_list_contradict():
    assert faults(
        selection(TRACKS, "pid do\n prob_cut 0.5\n identify :pip, prob_pi(x) < 0.1\n npip >= 1\nend")
    ) == ["cut-never-passes"]


def test_intervals_know_their_ends():
    assert allowed(Comparison.LT, 1).cut(allowed(Comparison.GE, 1)).empty
    assert not allowed(Comparison.LE, 1).cut(allowed(Comparison.GE, 1)).empty
    assert Interval(0, 1).holds(Interval(0.5, 1)) and not allowed(Comparison.LT, 1).holds(Interval(0, 1))


# --- decays ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decay", "found"),
    [
        ("J/psi -> pi+ gam gam", "charge-not-conserved"),
        ("J/psi -> pi+ pi- (pi0 -> gam pi+)", "charge-not-conserved"),
        ("phi -> pi+ pi- (J/psi -> gam gam)", "too-heavy"),
        ("psi(2S) -> pi+ pi- gam gam", "beam-mismatch"),
        ("J/psi -> pi+ pi- pi0", "no-source"),
        ("J/psi -> K+ K- gam gam", "no-source"),
        ("J/psi -> pi+ pi- gam", None),
    ],
)
def test_sense_of_a_decay(decay: str, found: str | None):
    result = faults(selection(*BEFORE, fit(decay)))
    assert found in result if found else result == []


def test_the_conjugate_chain_needs_its_lists():
    """Rule 11: the other chain is not lost in silence."""
    kaon = PIONS.replace("identify :pim", "identify :km").replace("npim", "nkm")
    assert faults(selection(TRACKS, PHOTONS, kaon, fit("J/psi -> pi+ K- gam gam"))) == ["no-source"]
    assert faults(selection(TRACKS, PHOTONS, kaon, fit("J/psi -> pi+ K- gam gam", "conjugate false"))) == []


def test_window_without_its_particle_is_a_warning():
    decay = "J/psi -> pi+ pi- (pi0 -> gam gam)"
    assert faults(selection(*BEFORE, fit(decay, "mass pi0: 0.15..0.2"))) == ["window-excludes-mass"]
    assert faults(selection(*BEFORE, fit(decay, "mass pi0: 0.115..0.150"))) == []


def test_too_few_entries_for_a_fit():
    assert faults(selection(TRACKS, PHOTONS.replace(">= 2", "<= 1"), PIONS, fit())) == ["too-few-entries"]


def test_photons_cannot_be_tracks_of_a_fit():
    text = fit().replace("choose", "from pip: gam, pim, gam\n choose")
    assert faults(selection(*BEFORE, text)) == ["track-needed"]


def test_unused_lists_are_warned_of():
    assert faults(selection(TRACKS, "photons do\n energy > 40 MeV\nend")) == ["unused-list"]
    assert (
        faults(selection(TRACKS, "photons do\n energy > 40 MeV\nend", 'require "c", any(e(gam) > 1)')) == []
    )


def test_several_faults_in_one_run():
    bag = checked(
        selection(
            "photons do\n energi > 40 MeV\n cos < 1.5\n ngam 2.5\nend", "charged_track do\n vr < 1\nend"
        )
    ).bag
    assert [item.code.name for item in bag] == [
        "unknown-field",
        "impossible-value",
        "not-whole",
        "unknown-block",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "event_selection do\nend\n", "event_selection\n", "event_selection(1) do\nend\n", "photons\n", "let\n", "let x = 3\n", "require\n", "expect do\nend\n",
        "region do\nend\n", "region(:a, from: b.c) do\nend\n", "analysis do\nend\n", 'analysis "" do\nend\n', "event_selection.photons.barrel do\n cos < 1\nend\n",
        "event_selection.let x = 3\n", 'event_selection.require "a", [1, 2] > 3\n', 'event_selection.require "a", :cm\n', 'event_selection.require "a", x(y: 3)\n',
        "event_selection.pid do\n identify\nend\n", "event_selection.pid do\n identify 3\nend\n", "event_selection.pid do\n identify :pip, as: 3\nend\n",
        'event_selection.vertex_fit do\n from 3\nend\n', "event_selection.vertex_fit do\n from good.pip\nend\n", "event_selection.vertex_fit do\n from good\nend\n",
        'event_selection.kinematic_fit do\n decay 3\n constrain 3\nend\n', 'event_selection.kinematic_fit do\n decay "a"\n constrain :a\nend\n',
        'event_selection.kinematic_fit do\n decay "J/psi -> gam gam"\n constrain equal_mass: 3\n choose\nend\n',
        'event_selection.kinematic_fit do\n decay "J/psi -> gam gam"\n constrain :jpsi\n choose :best\n mass 3\n mass_window jpsi: "x"\nend\n',
        'ntuple("a") do\n column\n array\nend\n', 'ntuple("a", per: 3) do\nend\n', 'histogram("a") do\n fill\n bins\nend\n', "event_selection.nearest_track(:x) do\n from good\n to good\nend\n",
        "event_selection.photons(:all_showers) do\n energy > 1\nend\n", "event_selection.photons do\n isolation_from gam\n isolation_from 3, 4\nend\n",
        'event_selection.require "??/", 1 > 0\n', 'event_selection.require "*/ \\" \u03c0", count(good) > 1\n', "event_selection.assign do\n identify :pip, order: 0\nend\n",
    ],
)  # fmt: skip
def test_odd_programs_end_in_a_diagnostic_or_a_program(text: str):
    """DESIGN law 2: no traceback, ever."""
    result = checked(text)
    assert result.ok or result.bag.has_errors
