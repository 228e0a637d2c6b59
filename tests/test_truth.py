"""The truth: what the block means, what formulas get, what a run reports, and mutants that the comparison of both roads must find."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import pytest
from cross_check_tools import Compiled, assert_agree, built, compiled, cross_check, example
from meaning import block, faults, parameter, program, steps
from semantics_records import recorded
from truth_events import made_batch

from dsl4bes.cpp.from_ir import lower
from dsl4bes.cpp.render import render
from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, random_batch, toy_events
from dsl4bes.ir.dump import expression
from dsl4bes.ir.primitives import FillTruth, FillTuple, ReadTruth
from dsl4bes.run.runner import Settings, run_selection
from dsl4bes.run.truth import as_text
from dsl4bes.run.vertex import Vertex, VertexTable
from dsl4bes.semantics import truth as judge
from dsl4bes.semantics.compare import Report
from dsl4bes.semantics.compare import compare as cross
from dsl4bes.semantics.evaluate import Evaluator
from dsl4bes.semantics.settings import Options
from dsl4bes.semantics.truth import EventTruth

START = """analysis "Truth" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks do
        ngood == 2
        net_charge 0
    end
    photons do
        energy > 30 MeV
        ngam >= 2
    end
    assign do
        identify :pip, charge > 0
        identify :pim, charge < 0
        npip == 1
        npim == 1
    end
    secondary_vertex(:ks) do
        decay "K_S0 -> pi+ pi-"
        choose :min_chi2
        optional
    end
    kinematic_fit(:pair) do
        decay "J/psi -> pi+ pi- (pi0 -> gam gam)"
        from pip, pim, gam
        constrain :pi0
        choose :min_chi2
    end
end
"""
TRUTH = """mc_truth do
    topology "J/psi", max: 60
    process :rho, "J/psi -> (rho+ -> pi+ pi0) pi-"
    process :four, "J/psi -> pi+ pi- (pi0 -> gam gam) (pi0 -> gam gam)"
    process :three, "J/psi -> pi+ pi- (pi0 -> gam gam)", through: :resonances
    column p_all: p(three.pip), m_pi0: m(four.gam1, four.gam2), up: pdgid(mother(rho.pi0)), e1: e(four.pi0_1)
    tracks angle < 12 deg
    showers angle < 8 deg, energy < 0.6
    match pair, pip, ks
end
"""
TUPLE = """ntuple("n") do
    column rho: rho, right: matched(pair), photons: matched(pair.gam1, pair.gam2), v0: matched(ks), two: matched(pip, pim)
    column made: p(truth(pair.pip)), m: m(truth(pip), truth(pim)), e1: e(truth(pair.gam1)), up: pdgid(mother(mother(pair.gam1)))
    column cm: p(truth(pip), frame: :cm), away: angle(truth(pip), pip), off: p(pip) - p(truth(pip))
    array :ids, pdgid(truth(gam)), max: 6
end
"""


@lru_cache(maxsize=1)
def whole() -> Compiled:
    return compiled(START + TRUTH + TUPLE)


@lru_cache(maxsize=1)
def batches() -> tuple[Batch, ...]:
    options = ToyOptions(extra_photons=0.3, noise_showers=0.3, split_offs=0.4)
    trees = [(443, [(211, []), (-211, []), (111, [(22, []), (22, [])]), (111, [(22, []), (22, [])])])] * 30
    return (
        toy_events("J/psi -> pi+ pi- pi0 pi0", 100, 21, options=options), toy_events("J/psi -> (rho- -> pi- pi0) pi+", 50, 22, options=options),
        toy_events("J/psi -> K_S0 pi0", 60, 23, options=options), toy_events("J/psi -> pi+ pi- pi0", 20, 24, options=ToyOptions(run=77)), random_batch(25, 50),
        made_batch(trees, 26),
    )  # fmt: skip


def test_both_roads_agree():
    assert_agree(cross_check(whole(), batches()))


PAIRS = """analysis "Pairs" do
    ecms 3.686 GeV
end
event_selection do
    charged_tracks do
        ngood 2..6
    end
    photons do
        energy > 40 MeV
    end
    assign do
        identify :pip, charge > 0
        identify :pim, charge < 0
        npip >= 1
        npim >= 1
    end
    combine(:dipion) do
        decay     "dipion -> pi+ pi-"
        recoil    0.1 GeV..3.4 GeV
        keep      :all
    end
    combine(:pi0) do
        decay     "pi0 -> gam gam"
        choose    :nearest_mass
        optional
    end
end
mc_truth do
    topology "psi(2S)"
    match    dipion, pi0
end
ntuple("pairs", per: dipion) do
    column right: matched(dipion), pi0: matched(pi0), made: m(truth(dipion.pip), truth(dipion.pim))
    column up: pdgid(mother(truth(dipion.pip))), down: pdgid(mother(truth(dipion.pim)))
end
"""


def test_candidates_of_a_combination():
    """Every candidate is matched for itself; a pair of which each pion comes from another particle is no dipion."""
    decays = ("psi(2S) -> pi+ pi- (J/psi -> pi+ pi- pi0)", "psi(2S) -> pi+ pi- (J/psi -> mu+ mu-)")
    data = [toy_events(decay, 60, 41) for decay in decays] + [random_batch(42, 60)]
    made = compiled(PAIRS)
    assert_agree(cross_check(made, data))
    rows = run_selection(built(made), None, data[:1], Settings(processes=1, keep=None))
    table, match = rows["pairs"], rows["match_dipion"]
    right, up, down = (table[name] for name in ("right", "up", "down"))
    assert len(match["run"]) == len(right) and (match["matched"] == right).all() and (match["pip_mother_pdgid"] == up).all()
    assert {443.0, 100443.0} <= set(up[right == 1].tolist())
    assert not right[(up != down) | (up == -999)].any() and ((up != down) & (up != -999) & (down != -999)).any()


def test_one_candidate_is_needed_where_one_is_asked_for():
    text = PAIRS.replace('ntuple("pairs", per: dipion)', 'ntuple("pairs")')
    assert "several-candidates" in faults(text)


def test_the_example_agrees():
    decays = ("J/psi -> (rho0 -> pi+ pi-) pi0", "J/psi -> (rho- -> pi- pi0) pi+", "J/psi -> K+ K- pi0")
    assert_agree(cross_check(example("topology"), [toy_events(decay, 80, 31) for decay in decays]))


# --- what the block means -----------------------------------------------------------------------------------------------


def test_the_tree_is_made_before_everything():
    value = program(START + TRUTH + TUPLE)
    assert [each.name for each in value.always] == ["mc_truth"]
    assert [type(step) for step in value.always[0].steps] == [ReadTruth, FillTruth]
    fill = steps(value, FillTruth)[0]
    assert (fill.root, fill.name, [each.name for each in fill.processes]) == (443, "truth", ["rho", "four", "three"])
    assert [each.conjugate for each in fill.processes] == [True, False, False], "a self-conjugate decay is looked for once"
    assert parameter(value, "mc_truth.topology.max").value == 60
    assert parameter(value, "mc_truth.tracks.angle").value == pytest.approx(0.20944, abs=1e-5)


def test_the_block_may_stand_anywhere_at_the_top():
    above, below = (program(text) for text in (START.replace("event_selection do", TRUTH + "event_selection do") + TUPLE, START + TRUTH + TUPLE))
    shown = [expression(column.value) for value in (above, below) for step in steps(value, FillTuple) for column in step.columns]
    assert shown[: len(shown) // 2] == shown[len(shown) // 2 :]


def test_a_match_is_a_tuple_of_its_own():
    value = program(START + TRUTH)
    rows = {step.name: [column.name for column in step.columns] for step in steps(value, FillTuple)}
    assert rows["match_pip"] == ["matched", "pdgid", "mother_pdgid", "px", "py", "pz", "e"]
    assert rows["match_ks"][:2] == ["matched", "pip_pdgid"]
    assert [name for name in rows["match_pair"] if name.endswith("_pdgid") and "mother" not in name] == [f"{role}_pdgid" for role in ("pip", "pim", "gam1", "gam2")]
    assert block(value, "mc_truth match").steps


def test_what_a_fit_must_be_to_be_matched():
    value = program(START + TRUTH + TUPLE)
    columns = {column.name: column.value for step in steps(value, FillTuple) if step.name == "n" for column in step.columns}
    assert columns["right"].species == (211, 211, 22, 22) and [(each.pdgid, each.members) for each in columns["right"].groups] == [(111, (2, 3))]
    assert columns["v0"].species == (211, 211) and [(each.pdgid, each.members) for each in columns["v0"].groups] == [(310, (0, 1))]
    assert "raw" in expression(columns["made"]), "a fitted product is matched as it was measured"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('topology "psi(9S)"', "unknown-particle"),
        ('process :a, "J/psi -> pi+ pi+"', "charge-not-conserved"),
        ('process :a, "x -> pi+ pi-"', "unknown-particle"),
        ('process :a, "J/psi -> pi+ pi- pi0", through: :anything', "bad-value"),
        ('process :a, "J/psi -> pi+ pi- pi0", conjugate: 3', "bad-value"),
        ('process :a, "J/psi -> pi+ pi- pi0", inclusive: true', "unexpected-argument"),
        ('process "a b", "J/psi -> pi+ pi-"', "bad-name"),
        ('process :gam, "J/psi -> pi+ pi-"', "list-defined-twice"),
        ('process :truth, "J/psi -> pi+ pi-"', "reserved-name"),
        ("tracks angle > 3 deg", "bad-value"),
        ("tracks angle < 3", "angle-without-unit"),
        ("showers momentum < 3", "unknown-field"),
        ("column a: p(pip)", "measured-in-truth"),
        ("column a: n_charged", "measured-in-truth"),
        ("column run: 3", "reserved-branch"),
        ("match pip, pip", "duplicate-field"),
        ("match nothing", "unknown-name"),
    ],
)
def test_faults(line, code):
    assert code in faults(f"{START}mc_truth do\n    {line}\nend\n")


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("tof(truth(pip))", "wrong-kind"),
        ("truth(pip)", "wrong-kind"),
        ("matched(truth(pip))", "wrong-kind"),
        ("pdgid(3)", "wrong-kind"),
        ("p(four.pi3)", "unknown-member"),
        ("four.raw.pip", "unknown-member"),
        ("pdgid(gam)", "one-value-needed"),
    ],
)
def test_faults_of_formulas(formula, code):
    assert code in faults(f'{START}{TRUTH}ntuple("x") do\n    column a: {formula}\nend\n')


def test_a_cut_on_the_truth_is_doubtful_and_a_veto_is_not():
    inside = START.rstrip().removesuffix("end")
    assert "cut-on-truth" in faults(f'{inside}    require "r", matched(pip)\nend\n{TRUTH}')
    assert "cut-on-truth" not in faults(f'{inside}    veto "r", matched(pip)\nend\n{TRUTH}')


@pytest.mark.parametrize("profile", ["7.0.x", "8"])
def test_the_package_fills_the_tree_whatever_becomes_of_the_event(profile):
    """Outside of the condition that the event is reconstructed, and nothing is read of an event without particles."""
    files = render(lower(whole().program, profile))
    text = next(value for path, value in files.items() if path.endswith("src/Truth.cxx"))
    execute = text[text.index("StatusCode Truth::execute()") :]
    assert execute.index("read_event(ctx)") < execute.index("  mc_truth(ctx);") < execute.index("if (reconstructed) {")
    assert "if (particles) ctx.truth = read_generated(*particles.ptr());" in text
    assert ("use McTruth McTruth-* Event" in "".join(files.values())) is (profile == "7.0.x")


# --- what a run reports -------------------------------------------------------------------------------------------------


def test_decay_trees_and_processes_of_a_run():
    table = VertexTable({77: Vertex((0.0, 0.0, 0.0), (0.1, 0.1, 1.0)), 1000: Vertex((0.0, 0.0, 0.0), (0.1, 0.1, 1.0))})
    data = [batches()[0], batches()[1], batches()[3]]
    runs = [run_selection(built(whole()), None, data, Settings(processes=number, keep=None, chunk=37, vertex=table)) for number in (1, 2)]
    first, second = (each.truth for each in runs)
    assert first is not None and second is not None and first.as_json() == second.as_json()
    assert (first.simulated, first.data, first.empty) == (150, 20, 0)
    rows = {tree: (generated, kept) for tree, generated, kept in first.rows()}
    four, rho = "J/psi -> pi+ pi- (pi0 -> gamma gamma) (pi0 -> gamma gamma)", "J/psi -> (rho- -> pi- (pi0 -> gamma gamma)) pi+"
    assert rows[four][0] == 100 and rows[rho][0] == 50 and set(rows) == {four, rho}
    assert first.processes == {"rho": rows[rho], "four": rows[four], "three": rows[rho]}
    assert sum(kept for _, kept in rows.values()) == first.selected < first.simulated
    assert first.selected == sum(int(run < 0) for run in runs[0]["n"]["run"])
    assert any("20 events are real data" in line for line in runs[0].not_applied)
    assert json.loads(json.dumps(first.as_json()))["trees"][0]["generated"] == 100
    text = as_text(first)
    interval = pytest.importorskip("scipy.stats").binomtest(rows[four][1], 100).proportion_ci(0.6826894921370859, "exact")
    found = first.as_json()["processes"]["four"]["efficiency"]
    assert (found["value"], found["low"], found["high"]) == pytest.approx((rows[four][1] / 100, interval.low, interval.high), abs=1e-9)
    assert four in text and f"{rows[four][1]:.1f} +{100 * interval.high - rows[four][1]:.1f} -" in text
    assert "efficiency (%)" in text and "process" in text and text.endswith("errors: Clopper-Pearson, 68.27 %\n")


def test_a_program_without_truth_reports_none():
    made = compiled("event_selection.photons do\n    ngam >= 1\nend\n")
    result = run_selection(built(made), None, [toy_events("J/psi -> pi+ pi- pi0", 5, 1)], Settings(processes=1))
    assert result.truth is None and "McParticle" not in made.files[made.source]


# --- mutants ------------------------------------------------------------------------------------------------------------

#: What goes wrong in the generated C++: text → what it becomes.
CPP_MUTANTS: dict[str, tuple[str, str]] = {
    "mother index off by one": ("return int(found - family.begin());", "return int(found - family.begin()) + 1;"),
    "matching without charge": (" || seen_charge(truth[i].pdgid) != charge", " || seen_charge(truth[i].pdgid) > 1."),
    "the tree of selected events only": ("  mc_truth(ctx);  // every", "  if (reconstructed && ctx.n_charged == 2) mc_truth(ctx);  // every"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(CPP_MUTANTS))
def test_mutant_of_the_generated_code_is_found(name):
    made, (before, after) = whole(), CPP_MUTANTS[name]
    text = made.files[made.source]
    assert before in text
    selection = built(replace(made, files={**made.files, made.source: text.replace(before, after)}))
    try:
        report = cross_check(made, batches(), selection=selection)
    except RuntimeError as error:  # rows are counted before they are compared
        assert "rows of their truth" in str(error)
        return
    assert not report.agrees


def _unsorted(truth: EventTruth) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for i, above in enumerate(truth.mother):
        if above is not None and truth.generator[i] and truth.pdgid[i] != judge.RADIATION:
            found.setdefault(above, []).append(i)
    return found


def _with_radiation(truth: EventTruth) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for i, above in enumerate(truth.mother):
        if above is not None and truth.generator[i]:
            found.setdefault(above, []).append(i)
    return {above: sorted(below, key=lambda i: (-truth.p4[i][3], i)) for above, below in found.items()}


def _whole_family(truth: EventTruth, pdgid: int) -> list[int]:
    """Secondaries of the detector simulation too."""
    head = next((i for i, number in enumerate(truth.pdgid) if number == pdgid), None)
    return [] if head is None else [i for i in range(len(truth.pdgid)) if i == head or head in truth.ancestors(i)]


_right_match, _right_found = judge.match, judge.found

#: What goes wrong in the rule: attribute of the judge (or of its `EventTruth`) → the wrong one.
RULE_MUTANTS: dict[str, tuple[object, str, object]] = {
    "identical products in the order of the event": (EventTruth, "products", property(_unsorted)),
    "radiation counts as a product": (EventTruth, "products", property(_with_radiation)),
    "secondaries of the detector in the tree": (EventTruth, "family", _whole_family),
    "the mother's mother is the mother": (EventTruth, "ancestors", lambda truth, place: [place, *_RIGHT_ANCESTORS(truth, place)]),
    "any particle above is common": (EventTruth, "common", lambda truth, places: (truth.ancestors(places[0]) or [None])[-1]),
    "no limit of momentum": (judge, "match", lambda state, particle, angle, difference: _right_match(state, particle, angle, None)),
    "twice the angle": (judge, "match", lambda state, particle, angle, difference: _right_match(state, particle, 2 * angle, difference)),
    "a pi0 is taken for a photon": (judge, "_PHOTONS", (111,)),
    "conjugate chains forgotten": (judge, "found", lambda truth, process: next((c for i in range(len(truth.pdgid)) if (c := judge.decays_as(truth, i, process.decay, False))), [])),
    "resonances only one deep": (judge, "expanded", lambda truth, place, wanted: truth.products.get(place, [])),
    "data has truth": (judge, "of", lambda state: judge.read(state.detector.batch, state.event)),
}  # fmt: skip
_RIGHT_ANCESTORS: Callable[[EventTruth, int], list[int]] = EventTruth.ancestors


@lru_cache(maxsize=1)
def right() -> list:
    table = Options(vertex=(0.0, 0.0, 0.0))
    return [Evaluator(whole().program, table).run(batch) for batch in batches()]


@pytest.mark.parametrize("name", list(RULE_MUTANTS))
def test_mutant_of_the_rule_is_found(name, monkeypatch):
    expected = right()
    owner, attribute, wrong = RULE_MUTANTS[name]
    monkeypatch.setattr(owner, attribute, wrong)
    report = Report()
    for batch, outcome in zip(batches(), expected, strict=True):
        evaluator = Evaluator(whole().program, Options(vertex=(0.0, 0.0, 0.0)))
        report = report.plus(cross(evaluator.run(batch), recorded(outcome), evaluator=evaluator))
    assert not report.agrees, f"nothing noticed: {name}"
