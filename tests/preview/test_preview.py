"""The live preview: its numbers are those of `dsl4bes run`, and no view depends on what was looked at before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl4bes.source import SourceFile
from dsl4bes.syntax.includes import Folders

np = pytest.importorskip("numpy")
pytest.importorskip("pybes3")

from dsl4bes.preview.events import Events, of_batches, of_files, of_toy
from dsl4bes.preview.session import NO_EVENTS, Preview
from dsl4bes.run.errors import RunError

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RHOPI = (EXAMPLES / "rhopi/rhopi.bes").read_text()
DECAY = "J/psi -> rho(770)0 pi0"

pytestmark = [pytest.mark.cpp]


@pytest.fixture(scope="module", autouse=True)
def _toolchain():
    from dsl4bes.standin.toolchain import ToolchainError, toolchain

    try:
        toolchain()
    except ToolchainError as error:
        pytest.skip(str(error).splitlines()[0])


@pytest.fixture(scope="module")
def events() -> Events:
    return of_toy(DECAY, 1500, 3)


def look(preview: Preview, text: str, name: str = "program.bes"):
    return preview.update(SourceFile(name, text), loader=Folders())


def passed(view):
    return {(line.region, line.key): line.passed for line in view.cut_flow}


def same_as_a_run(path: Path, decay: str, count: int) -> None:
    """Cut flow, rows and histograms of the preview and of an optimised package that `run` builds."""
    from dsl4bes.driver import compile_source
    from dsl4bes.run.build import build_selection
    from dsl4bes.run.runner import Settings, run_selection

    text = path.read_text()
    held = of_toy(decay, count, 2)
    view = look(Preview(held), text, str(path))
    compilation = compile_source(SourceFile(str(path), text), loader=Folders())
    result = run_selection(build_selection(compilation.program, compilation.files), batches=held.batches, settings=Settings(1, keep=None, systematics=False))
    assert view.words == "" and view.events == count
    assert passed(view) == {(line.region, line.key): line.events for line in result.cutflow.lines}
    assert dict(view.tuples) == result.rows and sum(result.rows.values()) > 0
    for name, table in result.tables.items():
        for column in table.scalars:
            assert np.array_equal(view.tables[name][column], table[column], equal_nan=True), (name, column)
    assert [histogram.counts for histogram in view.histograms if not histogram.edges_y] == [
        tuple(histogram.inside.tolist()) for histogram in result.histograms.values() if len(histogram.edges) == 1
    ]


def test_the_numbers_are_those_of_a_run():
    same_as_a_run(EXAMPLES / "rhopi/rhopi.bes", DECAY, 600)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("example", "decay"),
    [
        ("pi0_regions/pi0_regions", "J/psi -> rho(770)0 pi0"),
        ("inclusive_ks/inclusive_ks", "J/psi -> K_S0 K+ pi-"),
        ("hadrons/hadrons", "J/psi -> pi+ pi- pi+ pi-"),
        ("dtags/dtags", "psi(3770) -> (D0 -> K- pi+) (anti-D0 -> K+ e- anti-nu_e)"),
        ("topology/topology", "J/psi -> rho(770)0 pi0"),
    ],
)
def test_the_numbers_of_other_examples_are_those_of_a_run(example, decay):
    same_as_a_run(EXAMPLES / f"{example}.bes", decay, 400)


def test_only_what_changed_costs_anything(events):
    preview = Preview(events)
    first = look(preview, RHOPI)
    assert first.ok and all(method.diff for method in first.methods) and len(first.methods) == 8
    again = look(preview, RHOPI)
    assert again == first and again.reused > 10 and not any(method.diff for method in again.methods)
    number = look(preview, RHOPI.replace("> 40 MeV", "> 60 MeV"))
    assert number.reused == again.reused, "a number is a job option, and needs no compiler"
    assert passed(number)["", "photons"] < passed(first)["", "photons"]
    assert [method.name for method in number.methods if method.diff] == ["photons"]
    changed = [line for line in number.methods[1].diff if line.startswith("+")]
    assert any("m_photons_energy" in line and "60 MeV" in line for line in changed)
    comment = look(preview, "# a comment moves every line\n" + RHOPI)
    assert comment.reused == again.reused and comment.cut_flow[0].span.start > first.cut_flow[0].span.start
    assert passed(comment) == passed(first)


def test_lines_know_their_blocks_and_histograms_their_units(events):
    view = look(Preview(events), RHOPI)
    blocks = {line.key: line.span.text.split("(")[0].split()[0] for line in view.cut_flow}
    assert blocks["pid.npip"] == "pid" and blocks["fit4c.chi2"] == "kinematic_fit"
    (histogram,) = view.histograms
    assert (histogram.name, histogram.unit) == ("m_gg", "GeV") and len(histogram.edges) == len(histogram.counts) + 1 == 61
    assert sum(histogram.counts) + histogram.outside == view.tuples["rhopi"] == view.flow.selected


NO_FLOW = {
    "errors": ("photons do\n", "the program has errors"),
    "unknown": ("event_selection.photons do\n    energgy > 3 GeV\nend\n", "the program has errors"),
    "fits": ((EXAMPLES / "fits/six_tasks/six_tasks.bes").read_text(), "the program has no selection"),
}


@pytest.mark.parametrize("case", NO_FLOW)
def test_a_program_without_a_selection_has_no_cut_flow_and_says_why(events, case):
    text, words = NO_FLOW[case]
    view = look(Preview(events), text)
    assert view.cut_flow is None and view.words == words


def test_without_events_there_are_methods_and_no_numbers():
    view = look(Preview(), RHOPI)
    assert view.words == NO_EVENTS and view.cut_flow is None and view.methods[0].keyword == "charged_tracks"


def test_a_program_with_fits_of_root_is_previewed_as_if_there_were_none(events):
    fit = 'fit("peak") do\n    data "rhopi.root", ntuple: rhopi, branch: "m_gg"\n    range 0.105 GeV..0.165 GeV\n    signal gaussian do\n        mean 0.135 GeV\n        sigma 6 MeV\n    end\nend\n'
    with_fit = RHOPI + fit
    preview = Preview(events)
    assert passed(look(preview, RHOPI)) == passed(look(preview, with_fit))


def test_a_custom_block_without_code_passes_every_event_and_that_is_said(events):
    block = 'event_selection.hard_photon_veto do\n    describe "reject events with a photon above the limit"\n    from gam\n    limit 1.2 GeV\nend\n'
    preview = Preview(events)
    plain, custom = look(preview, RHOPI), look(preview, RHOPI + block)
    assert custom.without == ("hard_photon_veto",) and not custom.ok and plain.without == ()
    assert passed(custom)["", "hard_photon_veto"] == passed(plain)["", "fit5c"] == plain.flow.selected
    wrong = look(preview, RHOPI + block + "event_selection.photons do\n")
    assert wrong.cut_flow is None and wrong.without == ()


def test_events_that_a_program_cannot_take_leave_no_numbers_of_others(events):
    preview = Preview(events)
    first = look(preview, RHOPI)
    real = events.batches[0]
    preview.events = of_batches("real", [replace(real, columns={**real.columns, "event.run": abs(real["event.run"])})])
    view = preview.count(first)
    assert view.cut_flow is None and not view.histograms and "no interaction point is known" in view.words


def test_what_cannot_be_read_is_a_message(tmp_path):
    (tmp_path / "empty.dst").write_bytes(b"")
    (tmp_path / "text.dst").write_text("not events")
    for wrong in ("nothing.dst", "empty.dst", "text.dst"):
        with pytest.raises(RunError, match=wrong):
            of_files([str(tmp_path / wrong)])
    with pytest.raises(RunError):
        of_toy("pi0 -> J/psi", 10)


def test_tables_are_read_before_events(tmp_path):
    """A table that is not there is said at once, whatever the events are."""
    with pytest.raises(RunError, match="no_points"):
        of_files([str(tmp_path / "nothing.dst")], vertex=str(tmp_path / "no_points.txt"))


def test_files_are_held_up_to_a_limit_that_is_said(tmp_path, events):
    from dsl4bes.events.store import write_events

    path = tmp_path / "rhopi.toy.npz"
    write_events(path, events.batches, "test")
    held = of_files([str(path)], 700)
    assert (held.number, held.total) == (700, 1500) and held.words == f"the first 700 of 1500 events of {path}"
    few = of_batches("few", (events.batches[0].slice(0, 700),))
    assert passed(look(Preview(held), RHOPI)) == passed(look(Preview(few), RHOPI))


def test_a_compiler_that_does_not_take_the_prelude_builds_in_the_plain_way(tmp_path, monkeypatch, events):
    from dsl4bes.standin import quick

    broken = tmp_path / "prelude.h"
    broken.write_text("#error no\n")
    text = "event_selection.photons do\n    energy > 40 MeV\n    ngam >= 2\nend\n"
    expected = look(Preview(events), text)
    monkeypatch.setattr(quick, "HEADER", broken)
    said: list[str] = []
    preview = Preview(events, log=said.append)
    plain = look(preview, text)
    assert plain == expected and plain.reused == 0 and plain.cut_flow
    assert look(preview, text + "event_selection.require \"few\", count(gam) < 9\n").cut_flow
    assert sum("compiling the headers" in line for line in said) == 1, "it is not tried again with every change"


HISTOGRAM = 'histogram("chi2") do\n    fill fit4c.chi2\n    bins 20, 0..100\nend\n'
EDITS = st.one_of(
    st.tuples(st.just("> 40 MeV"), st.sampled_from(["> 40 MeV", "> 30 MeV", "> 80 MeV", "> 40 cm", "> "])),
    st.tuples(st.just("chi2        < 200"), st.sampled_from(["chi2 < 200", "chi2 < 20", "chi2 < chi3"])),
    st.tuples(st.just('expect(sample'), st.sampled_from([HISTOGRAM + "expect(sample", "# no more\nexpect(sample"])),
    st.tuples(st.just("npim        == 1"), st.sampled_from(["npim == 1", ""])),
)  # fmt: skip


@settings(max_examples=4)
@given(st.lists(EDITS, min_size=1, max_size=5))
def test_a_view_does_not_depend_on_what_was_looked_at_before(edits):
    held = of_toy(DECAY, 300, 4)
    preview, text = Preview(held), RHOPI
    for old, new in edits:
        text = RHOPI.replace(old, new) if old not in text else text.replace(old, new)
        last = look(preview, text)
    fresh = look(Preview(held), text)
    assert last == fresh
    assert [str(each) for each in last.compilation.bag] == [str(each) for each in fresh.compilation.bag]
