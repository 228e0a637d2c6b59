"""What `rest` leaves of a list, and which tracks of a list of either charge a product takes: in plain NumPy, and the mistakes.

In: programs, toy events. Out: assertions. Sums over tracks are compared with sums over what the program says it used; nothing comes from the judge.
"""

from __future__ import annotations

import numpy as np
import pytest
from plain import Event
from running import anything, busy, diagnostics, rhopi, run

from dsl4bes.events.toy import toy_events

TRACKS = "charged_tracks(:loose) do\n vr < 20 cm\n vz < 50 cm\n nloose >= 2\nend\n"
XI = "J/psi -> (Xi- -> (Lambda0 -> p+ pi-) pi-) (anti-Xi+ -> (anti-Lambda0 -> anti-p- pi+) pi+)"


def program(body: str, columns: str) -> str:
    head = 'analysis "Rest" do\n    ecms 3.097 GeV\nend\nevent_selection do\n'
    return f'{head}{TRACKS}{body}end\nntuple("all") do\n column {columns}\nend\n'


def vertex(lines: str = "") -> str:
    return f'secondary_vertex(:ks) do\n decay "K_S0 -> pi+ pi-"\n from loose\n choose :min_chi2\n {lines}\nend\n'


def close(first, second) -> bool:
    return np.allclose(first, second, rtol=1e-9, atol=1e-9)


@pytest.mark.cpp
def test_the_tracks_of_a_candidate_are_left_out():
    columns = "n: count(loose), whole: count(rest(loose, ks)), one: count(rest(loose, ks.pip)), p: sum(p(loose)), left: sum(p(rest(loose, ks))), used: p(ks.raw.pip) + p(ks.raw.pim), passed: passed(ks)"
    batches = [toy_events("J/psi -> gamma K+ pi- (K_S0 -> pi+ pi-)", 150, 7), busy(), anything()]
    rows = run(program(vertex("mass_window 200 MeV\n optional"), columns), batches).tables["all"]
    found = rows["passed"] > 0
    assert found.any() and not found.all()
    assert (rows["whole"] == rows["n"] - 2 * found).all()
    assert (rows["one"] == rows["n"] - found).all()
    assert close(rows["left"], np.where(found, rows["p"] - rows["used"], rows["p"]))


@pytest.mark.cpp
def test_the_products_of_a_product_are_left_out_too():
    body = (
        "pid do\n from loose\n prob_cut 0.001\n identify :prp\n identify :prm\nend\n"
        'secondary_vertex(:lam) do\n decay "Lambda0 -> p+ pi-"\n from prp, prm, loose\n choose :nearest_mass\n conjugate false\nend\n'
        'secondary_vertex(:xi) do\n decay "Xi- -> Lambda0 pi-"\n from lam, loose\n choose :nearest_mass\n conjugate false\nend\n'
    )
    rows = run(
        program(body, "n: count(loose), left: count(rest(loose, xi)), q: sum(charge(loose)), q_left: sum(charge(rest(loose, xi))), own: count(rest(loose, lam, xi.pim))"),
        [toy_events(XI, 150, 3)],
    ).tables["all"]  # fmt: skip
    assert len(rows["n"]) > 20
    assert (rows["left"] == rows["n"] - 3).all() and (rows["own"] == rows["left"]).all()
    assert (rows["q_left"] == rows["q"] + 1).all()


@pytest.mark.cpp
def test_photons_of_a_composite_are_left_out():
    body = (
        "pid do\n from loose\n prob_cut 0.001\n identify :pip\n identify :pim\n npip == 1\n npim == 1\nend\nphotons do\n ngam >= 2\nend\n"
        'kinematic_fit(:fit) do\n decay "J/psi -> pi+ pi- (pi0 -> gam gam)"\n constrain :four_momentum, :pi0\n choose :min_chi2\nend\n'
    )
    columns = "e: sum(e(gam)), left: sum(e(rest(gam, fit.pi0))), same: sum(e(rest(gam, fit))), family: sum(e(rest(gam, fit.gam))), used: e(fit.raw.gam1) + e(fit.raw.gam2), one: sum(e(rest(gam, fit.gam1))), soft: e(fit.raw.gam1)"
    rows = run(program(body, columns), [rhopi()]).tables["all"]
    assert len(rows["e"]) > 20
    assert close(rows["left"], rows["e"] - rows["used"]) and close(rows["one"], rows["e"] - rows["soft"])
    assert close(rows["same"], rows["left"]) and close(rows["family"], rows["left"])


@pytest.mark.cpp
def test_a_product_takes_the_tracks_of_its_charge():
    """The pair of pions nearest to the K_S mass, tried by hand over the tracks of each charge as pions."""
    body = 'combine(:pair) do\n decay "pair -> pi+ pi-"\n from loose\n choose min: abs(m(pair) - 0.5 GeV)\nend\n'
    made = run(program(body, "m: m(pair), q: charge(pair.pip), e: event"), [rhopi(), anything()])
    rows, expected = made.tables["all"], []
    for number, event in enumerate(made.events()):
        if made.accepted()[number]:
            expected.append(_nearest(event))
    assert (rows["q"] == 1).all() and len(expected) == len(rows["m"]) > 50
    assert np.allclose(rows["m"], expected, rtol=1e-6)


def _nearest(event: Event) -> float:
    loose = [track for track in event.tracks() if _loose(event, track)]
    plus, minus = ([event.p4(track) for track in loose if event.charge(track) * sign > 0] for sign in (1, -1))
    masses = [_mass(a + b) for a in plus for b in minus]
    return min(masses, key=lambda mass: abs(mass - 0.5))


def _loose(event: Event, track: int) -> bool:
    vr, vz = event.approach(event.mdc_helix(track))[:2]
    return abs(vr) < 20 and abs(vz) < 50


def _mass(p4: np.ndarray) -> float:
    squared = p4[3] ** 2 - p4[0] ** 2 - p4[1] ** 2 - p4[2] ** 2
    return float(np.copysign(np.sqrt(abs(squared)), squared))


@pytest.mark.parametrize(
    ("argument", "code", "said"),
    [
        ("ks.gam", "BES0317", "has no `gam`"),
        ("ks.chi2", "BES0304", "is a number"),
        ("gam", "BES0304", "leaves nothing out"),
        ("nothing", "BES0301", "no list is called"),
    ],
)
def test_what_is_no_track_is_said(argument, code, said):
    text = program(f"photons do\n ngam >= 1\nend\n{vertex()}", f"n: count(rest(loose, {argument}))")
    found = diagnostics(text)
    assert code in found and said.replace("leaves nothing out", "it would leave nothing out") in found[code]


def test_one_of_several_candidates_must_be_meant():
    text = program(vertex("keep :all").replace(" choose :min_chi2\n", ""), "n: count(rest(loose, ks))")
    assert "BES0432" in diagnostics(text)


def test_identified_tracks_come_before_unidentified_ones():
    body = "pid do\n from loose\n identify :pip\n prob_cut 0.001\nend\n" + vertex().replace("from loose", "from loose, pip")
    made = program(body, "m: m(ks)")
    from dsl4bes.driver import compile_source
    from dsl4bes.ir.fits import SecondaryVertexFit
    from dsl4bes.source import SourceFile

    compiled = compile_source(SourceFile("rest.bes", made)).program
    assert compiled is not None
    step = next(step for block in compiled.blocks for step in block.steps if isinstance(step, SecondaryVertexFit))
    assert [role.source.name for role in step.symbol.roles] == ["pip", "loose~minus"]


def test_no_list_of_the_program_is_taken_for_one_of_the_compilers():
    """A list that is called as the compiler might call its own is another list."""
    body = (
        "charged_tracks(:loose_plus) do\n from loose\n cos < 0.3\n nloose_plus >= 0\nend\n"
        "charged_tracks(:ks_pip) do\n from loose\n cos < 0.3\nend\ncharged_tracks(:rest_1) do\n from loose\n p < 0.2\nend\n"
        + vertex()
    )
    text = program(body, "a: count(rest(loose, ks.pip)), b: count(rest(loose, ks_pip)), c: count(rest_1), d: count(loose_plus)")
    ran = run(text, [toy_events("J/psi -> gamma K+ pi- (K_S0 -> pi+ pi-)", 150, 7)])
    rows, events = ran.tables["all"], [event for event, kept in zip(ran.events(), ran.accepted()) if kept]
    loose = [[track for track in event.tracks() if _loose(event, track)] for event in events]
    assert len(events) > 20 and (rows["a"] == [len(tracks) - 1 for tracks in loose]).all()
    slow = [sum(np.hypot.reduce(event.mdc_p4(track)[:3]) < 0.2 for track in tracks) for event, tracks in zip(events, loose)]
    assert (rows["c"] == slow).all() and not (rows["a"] == rows["b"]).all() and not (rows["d"] == 0).all()


@pytest.mark.parametrize(
    ("block", "wanted"),
    [
        ('photons do\n energy > 25 MeV\nend\ncombine(:x) do\n decay "pi0 -> gam gam"\n from EvtRecPi0Col, gam\n choose :min_chi2\nend\n', "candidate of BOSS"),
        ('combine(:x) do\n decay "phi -> K+ K-"\n from loose\n choose :nearest_mass\nend\n', "combination"),
        ('dtag(:x) do\n modes "D0 -> K- pi+"\n choose :min_abs_delta_e\nend\n', "D tag"),
    ],
)
def test_a_probability_is_that_of_a_fit(block, wanted):
    told = diagnostics(program(block, "p: prob(x)"))
    assert wanted in told["BES0304"]
    assert "BES0304" not in diagnostics(program(vertex(), "p: prob(ks)"))
