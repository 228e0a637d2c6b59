"""Rules 7, 9, 14, 16, 23 and the switches of cuts: what a program means that leaves things out."""

from __future__ import annotations

import math

import pytest
from plain import Event, cos_of
from running import Ran, anything, busy, diagnostics, rhopi, run

from dsl4bes.driver import compile_source
from dsl4bes.source import SourceFile

SHORT = """event_selection.pid(method="probability") do
    prob_cut 0.001
    identify :prp, "from_kaon_and_pion"
    identify :prm, "from_kaon_and_pion"
    nprp ">=0"
end
event_selection do
    pid(:written_out) do
        from good
        systems :dedx, :tof1, :tof2, :tofe
        identify :pr, "from_kaon_and_pion", as: :pr_out
    end
    pid(:dedx_only) do
        from good
        systems :dedx
        identify :pr, "from_kaon_and_pion", as: :pr_dedx
    end
    pid(:again) do
        from good
        prob_cut 0.001
        identify :pr
    end
    require "photons of busy events", count(gam) > 2, when: n_charged > 3
    veto "many", count(gam) > 4, when: property("Veto", true)
end
ntuple("lists") do
    array :i_good, index(good), max: 50
    array :i_gam, index(gam), max: 50
    array :i_prp, index(prp), max: 50
    array :i_prm, index(prm), max: 50
    array :i_out, index(pr_out), max: 50
    array :i_dedx, index(pr_dedx), max: 50
    array :p_pi, prob_pi(good), max: 50
    array :p_k, prob_k(good), max: 50
    array :p_p, prob_p(good), max: 50
end
"""


def good(e: Event) -> list[int]:
    """vr < 1 cm, vz < 10 cm, |cos| < 0.93."""
    found = []
    for t in e.tracks():
        vr, vz = e.approach(e.mdc_helix(t))
        if abs(vr) < 1 and abs(vz) < 10 and abs(cos_of(e.mdc_p4(t))) < 0.93:
            found.append(t)
    return found


def photons(e: Event) -> list[int]:
    """25 MeV for |cos| < 0.80, 50 MeV for 0.86 < |cos| < 0.92, 0..14 ticks, 10 degrees from any charged track."""
    found = []
    for s in e.showers():
        energy = e.gamma(s)[3]
        slope = abs(cos_of(e.gamma(s))) if energy > 0 else 1.0
        if not (slope < 0.8 and energy > 0.025 or 0.86 <= slope <= 0.92 and energy > 0.05):
            continue
        if 0 <= e.ticks(s) <= 14 and e.isolation(s) > math.radians(10):
            found.append(s)
    return found


def selected(e: Event) -> bool:
    if e.n_charged > 3 and not len(photons(e)) > 2:
        return False
    return not len(photons(e)) > 4


@pytest.fixture(scope="module")
def ran() -> Ran:
    return run(SHORT, [busy(), rhopi(), anything()])


@pytest.mark.cpp
def test_omitted_blocks_are_the_standard(ran: Ran):
    events = [e for e in ran.events() if selected(e)]
    assert ran.accepted().tolist() == [selected(e) for e in ran.events()]
    assert 50 < len(events) < len(ran.events()) - 50
    table = ran.tables["lists"]
    assert [[int(t) for t in row] for row in table["i_good"]] == [good(e) for e in events]
    assert [[int(s) for s in row] for row in table["i_gam"]] == [photons(e) for e in events]
    assert sum(len(good(e)) < len(e.tracks()) for e in events) > 10
    assert sum(len(photons(e)) < len(e.showers()) for e in events) > 50


@pytest.mark.cpp
def test_protons_and_antiprotons(ran: Ran):
    """The program of DESIGN.md: more probable than kaon and pion, and above the cut; charge by the list's name."""
    table = ran.tables["lists"]
    events = [e for e in ran.events() if selected(e)]
    found = 0
    for n, e in enumerate(events):
        probability = dict(
            zip(good(e), zip(table["p_pi"][n], table["p_k"][n], table["p_p"][n], strict=True), strict=True)
        )
        protons = [t for t, (pi, k, p) in probability.items() if p > 0.001 and p > k and p > pi]
        assert [int(t) for t in table["i_prp"][n]] == [t for t in protons if e.charge(t) > 0]
        assert [int(t) for t in table["i_prm"][n]] == [t for t in protons if e.charge(t) < 0]
        out = [t for t, (pi, k, p) in probability.items() if p > k and p > pi]
        assert [int(t) for t in table["i_out"][n]] == out
        found += len(protons)
    assert found > 30
    assert any(
        len(a) != len(b) or (a != b).any() for a, b in zip(table["i_out"], table["i_dedx"], strict=True)
    )


def test_assumed_blocks_are_said():
    bag = compile_source(SourceFile("rule.bes", SHORT)).bag
    notes = [str(item) for item in bag if item.code.id in diagnostics(SHORT) and "assumed" in item.code.name]
    assert any("charged_tracks" in note for note in notes) and any("photons" in note for note in notes)


# --- numbers of the package


def parameters(text: str) -> dict[str, float | bool]:
    made = compile_source(SourceFile("rule.bes", text), until="ir")
    assert made.program is not None, [item.message for item in made.bag]
    return {parameter.name: parameter.value for parameter in made.program.parameters}


FIT = """analysis "Rule" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks do
        ngood == 2
        net_charge 0
    end
    photons do
        ngam >= 2
    end
    assign do
        identify :pip, charge > 0
        identify :pim, charge < 0
        npip == 1
        npim == 1
    end
    vertex_fit(:v) do
        from pip, pim
        {vertex}
    end
    kinematic_fit(:a) do
        decay "J/psi -> pi+ pi- gam gam"
        from v, gam
        constrain :four_momentum
        choose :min_chi2
        {first}
    end
    kinematic_fit(:b) do
        decay "J/psi -> K+ K- gam gam"
        from kp: pip, km: pim, gam
        constrain :four_momentum
        choose :min_chi2
        optional
    end
    {cut}
end
"""


@pytest.mark.parametrize(
    ("fields", "kinematic", "vertex"),
    [
        ({}, 200, 1000),
        ({"first": "chi2 < 60"}, 200, 1000),
        ({"first": "chi2 < 120"}, 240, 1000),
        ({"first": "chi2 < 50", "cut": 'require "x", a.chi2 + 3 < 500'}, 994, 1000),
        ({"cut": 'require "x", a.chi2 / a.ndf < 60'}, 480, 1000),
        ({"cut": 'require "x", 2 * 150 > a.chi2'}, 600, 1000),
        ({"cut": 'let most = 320\nrequire "x", a.chi2 < most'}, 640, 1000),
        ({"cut": 'veto "x", abs(a.chi2 - b.chi2) < 150'}, 300, 1000),
        ({"cut": 'veto "x", b.chi2 < 300'}, 600, 1000),
        ({"cut": 'region_line'}, 800, 1000),
        ({"vertex": "chi2 < 800"}, 200, 1600),
    ],
)  # fmt: skip
def test_the_ceiling_is_twice_the_largest_cut(fields: dict[str, str], kinematic: float, vertex: float):
    """Of all fits of a kind together, never below BOSS's own (rule 14)."""
    line = fields.get("cut", "")
    text = FIT.format(
        vertex=fields.get("vertex", ""),
        first=fields.get("first", ""),
        cut="" if line == "region_line" else line,
    )
    if line == "region_line":
        text += 'region(:far) do\nrequire "x", a.chi2 in 0..400\nend\n'
    found = parameters(text)
    assert found["kinematic_fit.ceiling"] == kinematic
    assert found["vertex_fit.ceiling"] == vertex


def test_numbers_that_boss_has():
    found = parameters(FIT.format(vertex="", first="", cut=""))
    assert found["kinematic_fit.iterations"] == 10 and found["kinematic_fit.tolerance"] == 0.005
    assert found["vertex_fit.iterations"] == 10 and found["vertex_fit.tolerance"] == 1e-3
    assert found["kinematic_fit.max_photons"] == 20
    assert found["crossing_angle"] == 0.022 and found["ecms"] == 3.097


def test_names_of_numbers_are_public():
    cut = 'require "proton recoil", abs(recoil(pip, pim) - 3.1) < 40 MeV and count(gam) in 2..9'
    found = parameters(FIT.format(vertex="", first="chi2 < 90", cut=cut))
    assert found["a.chi2"] == 90 and found["charged_tracks.ngood"] == 2 and found["photons.ngam"] == 2
    assert [found[f"proton_recoil_{n}"] for n in (1, 2, 3, 4)] == [3.1, 0.04, 2, 9]
    assert not any("vr" in name for name in found), "an omitted field is no cut (rule 9)"


@pytest.mark.parametrize(
    ("name", "mass"),
    [("pi0", 0.1349768), ("pi+", 0.13957039), ("K_S0", 0.497611), ("eta", 0.547862), ("J/psi", 3.0969), ("Lambda0", 1.115683), ("D0", 1.86484), ("psi(2S)", 3.6861)],
)  # fmt: skip
def test_masses_are_those_of_the_pdg(name: str, mass: float):
    from dsl4bes.physics import particles

    found = particles.find(name)
    assert found is not None and found.mass is not None
    assert abs(found.mass - mass) < 1e-4


@pytest.mark.parametrize(
    "line", ["let x = ecms / 2", 'require "x", recoil(pip) > 1', 'require "x", p(pip, frame: :cm) > 1']
)
def test_beams_without_an_energy_are_an_error(line: str):
    """Rule 16; so is a momentum constraint."""
    text = FIT.format(vertex="", first="", cut=line)
    without = text[text.index("event_selection") :]
    made = compile_source(SourceFile("rule.bes", without), until="ir").bag
    assert made.has_errors and any("ecms" in f"{item.message} {item.help}" for item in made)


@pytest.mark.parametrize(
    ("line", "fine"),
    [
        ("energy 50..100 MeV", "energy 50 MeV..100 MeV"),
        ("time 1..700 ns", "time 0..700 ns"),
        ("energy 0.05 GeV..100 MeV", "energy 0.05..0.1 GeV"),
        ("isolation > 10", "isolation > 10 deg"),
        ("energy > 3 cm", "energy > 3"),
    ],
)
def test_units_that_could_be_misread(line: str, fine: str):
    def errors(each: str) -> bool:
        return compile_source(
            SourceFile("rule.bes", f"event_selection.photons do\n{each}\nend\n"), until="ir"
        ).bag.has_errors

    assert errors(line) == (line != "energy 0.05 GeV..100 MeV")
    assert not errors(fine)
