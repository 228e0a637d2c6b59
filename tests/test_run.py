"""Running: tasks, worker processes, cut flow, output files, vertex files, expectations. The C++ job is in test_run_cpp.py."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest

from dsl4bes.ir.program import Expectation
from dsl4bes.run import expectations
from dsl4bes.run.cutflow import CutCounter, Slot
from dsl4bes.run.efficiency import as_latex, as_text
from dsl4bes.run.errors import RunError
from dsl4bes.run.results import Chunk, Histogram, Jagged, Table
from dsl4bes.run.runner import needed_collections
from dsl4bes.run.tasks import Task, tasks_of_batches, tasks_of_files
from dsl4bes.run.vertex import SIMULATION, read_vertex_file
from dsl4bes.run.workers import Finished, run_tasks

SLOTS = (
    Slot(
        "charged_tracks", "charged_tracks.ngood", "charged_tracks.ngood", "charged_tracks", "", False, False
    ),
    Slot(
        "charged_tracks",
        "charged_tracks.net_charge",
        "charged_tracks.net_charge",
        "charged_tracks",
        "",
        True,
        False,
    ),
    Slot("proton recoil", "proton recoil", "proton_recoil", "proton_recoil", "", True, True),
    Slot("pi0", "pi0", "pi0", "pi0", "sideband", True, True),
)


def flow():
    counter = CutCounter(SLOTS)
    counter.add(np.array([[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0]], np.int32))
    counter.add(np.array([[1, 1, 1, 1], [0, 0, 0, 0]], np.int32))
    return counter.result()


def test_cut_flow_counts_blocks_and_their_parts():
    result = flow()
    assert result.events == 5
    assert [(line.name, line.events, line.part, line.region) for line in result.lines] == [
        ("charged_tracks", 3, False, ""),
        ("charged_tracks.ngood", 4, True, ""),
        ("charged_tracks.net_charge", 3, True, ""),
        ("proton recoil", 2, False, ""),
        ("pi0", 1, False, "sideband"),
    ]
    assert result.selected == 2
    assert result["proton_recoil"] == 2 and result["events"] == 5 and result["sideband.pi0"] == 1
    with pytest.raises(KeyError):
        result["nothing"]


def test_cut_flow_of_no_events_and_of_no_cuts():
    assert CutCounter(SLOTS).result()["proton_recoil"] == 0
    empty = CutCounter(())
    empty.add(np.zeros((3, 0), np.int32))
    assert empty.result().events == empty.result().selected == 3


def test_cut_flow_tables():
    text = as_text(flow()).splitlines()
    assert text[0].split() == ["cut", "events", "of", "the", "line", "before", "(%)", "of", "all", "(%)"]
    row = next(line for line in text if line.startswith("proton recoil")).split()
    assert (row[2], row[3], row[6]) == ("2", "66.7", "40.0")
    assert text[-3] == "region sideband, from baseline (2 events)"
    latex = as_latex(flow())
    assert r"charged\_tracks & 3 & $60.0^{+" in latex and "region sideband, from baseline (2 events)" in latex
    assert latex.count(r"\hline") == 4
    assert flow().as_json()["lines"][0] == {"name": "charged_tracks", "key": "charged_tracks", "events": 3}


def test_expectations_are_compared_for_their_sample_only():
    expectation = Expectation(
        "ten.dst", (("events", 5, None), ("charged_tracks", 4, None), ("nothing", 1, None))
    )
    checked = expectations.check([expectation], ["folder/ten.dst"], flow())
    assert [(d.key, d.expected, d.found) for d in checked.differences] == [
        ("charged_tracks", 4, 3),
        ("nothing", 1, None),
    ]
    other = expectations.check([expectation], ["eleven.dst"], flow())
    assert other.skipped == ("ten.dst",) and not other.differences
    assert expectations.check([expectation], ["ten.dst", "ten.dst"], flow()).skipped == ("ten.dst",)


# --- vertex files -------------------------------------------------------------------------------------------------


def test_vertex_file(tmp_path):
    file = tmp_path / "vertex.txt"
    file.write_text(
        "# run x y z sx sy sz\n9947 0.11 -0.14 0.21 0.005 0.005 0.05\n\n-9989, 0,0,0, 0.1,0.1,0.1\n"
    )
    table = read_vertex_file(str(file))
    assert table.runs[9947].xyz == (0.11, -0.14, 0.21) and table.runs[9947].sigma[2] == 0.05
    assert table.covers(9947) and table.covers(-9947) and table.covers(9989) and not table.covers(1)
    assert SIMULATION.covers(-9989) and not SIMULATION.covers(9989)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 2 3\n",
        "1 a b c d e f\n",
        "1 0 0 0 0 0 -1\n",
        "1 0 0 nan 0 0 0\n",
        "1 0 0 0 1 1 1\n1 0 0 1 1 1 1\n",
    ],
)
def test_bad_vertex_file_names_its_line(tmp_path, text):
    file = tmp_path / "vertex.txt"
    file.write_text(text)
    with pytest.raises(RunError) as caught:
        read_vertex_file(str(file))
    assert (
        "vertex.txt" in str(caught.value)
        and "run x y z" in caught.value.advice
        or "one line" in caught.value.advice
    )


# --- tasks and workers --------------------------------------------------------------------------------------------


def test_tasks_of_batches_stop_at_the_limit():
    tasks = list(tasks_of_batches([10, 10, 10], ["a", "b", "c"], 15))
    assert [(task.batch, task.first, task.last) for task in tasks] == [(0, 0, 10), (1, 0, 5)]


def test_tasks_of_files_without_limit_open_nothing():
    tasks = list(tasks_of_files(["/no/such/a", "/no/such/b"], None, 2))
    assert [(task.index, task.path, task.last) for task in tasks] == [
        (0, "/no/such/a", None),
        (1, "/no/such/b", None),
    ]


class FakeSession:
    """Gives back the number of its batch; -1 kills the process, as a crash of C++ does."""

    def process(self, batch):
        if batch < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        table = Table("t", 1, {"x": np.array([batch])})
        return Chunk("fake", 1, None, {"t": table}, {})

    def close(self):
        return ("closed",)


def run_fake(plan, processes):
    """`plan`: per task the list of its batches."""
    tasks = [Task(i, f"file{i}", 0, len(batches), i) for i, batches in enumerate(plan)]
    log = []
    events = list(run_tasks(tasks, FakeSession, lambda task: plan[task.batch], processes, log.append))
    values = [int(event.tables["t"]["x"][0]) for event in events if isinstance(event, Chunk)]
    failures = [failure for event in events if isinstance(event, Finished) for failure in event.failures]
    return values, failures, log


@pytest.mark.parametrize("processes", [1, 3])
def test_results_come_in_the_order_of_the_tasks(processes):
    plan = [[10 * i + j for j in range(i % 4)] for i in range(40)]
    values, failures, log = run_fake(plan, processes)
    assert values == [value for batches in plan for value in batches]
    assert not failures
    assert log == ["closed"] * processes


@pytest.mark.parametrize("processes", [1, 2])
def test_a_crash_costs_one_task_and_nothing_that_came_before(processes):
    values, failures, _ = run_fake([[1, 2], [3, -1, 99], [4], [5]], processes)
    assert values == [1, 2, 3, 4, 5]
    assert len(failures) == 1
    assert failures[0].path == "file1" and failures[0].first == 1 and "SIGKILL" in failures[0].reason


def test_a_selection_that_always_crashes_ends_the_run():
    with pytest.raises(RunError, match="crashed"):
        run_fake([[-1]] * 30, 2)


def test_a_session_that_cannot_open_says_why():
    def refuse():
        raise RunError("no library", "build it")

    with pytest.raises(RunError, match="no library") as caught:
        list(run_tasks([Task(0, "a")], refuse, lambda task: [1], 1, print))
    assert caught.value.advice == "build it"


def test_a_fault_of_ours_in_a_worker_is_not_swallowed():
    def broken():
        raise ZeroDivisionError("ours")

    with pytest.raises(RuntimeError, match="ours"):
        list(run_tasks([Task(0, "a")], broken, lambda task: [1], 1, print))


def test_collections_are_left_out_only_if_no_word_of_them_is_there():
    assert needed_collections("") is None
    needs = needed_collections("itTrk->mdcTrack(); itTrk->extTrack()")
    assert "ext" in needs and "track" in needs and "emc" in needs
    assert not needs & {"mc", "muc", "tof", "dedx"}
    assert {"dedx", "tof", "muc"} <= needed_collections("ParticleID* pid")


# --- output -------------------------------------------------------------------------------------------------------


def table():
    return Table(
        "rhopi",
        3,
        {
            "run": np.array([1, 2, 3], np.int32),
            "x": np.array([1.0, 2.0, 3.0]),
            "e": Jagged(np.array([0, 2, 1]), np.array([1.0, 2, 3])),
        },
    )


def histogram():
    return Histogram("m_gg", "title;x;y", (np.linspace(0, 1, 5),), np.arange(6.0), np.arange(6.0))


def test_root_file_has_all_rows_and_histograms(tmp_path):
    uproot = pytest.importorskip("uproot")
    from dsl4bes.run.output import RootWriter

    path = str(tmp_path / "out.root")
    with RootWriter(path) as writer:
        writer.add(table())
        writer.add(table())
        writer.histograms({"m_gg": histogram()})
        assert not os.path.exists(path)
    with uproot.open(path) as file:
        rows = file["rhopi"].arrays()
        assert rows["x"].to_list() == [1, 2, 3, 1, 2, 3]
        assert rows["e"].to_list() == [[], [1, 2], [3]] * 2
        assert rows["n_e"].to_list() == [0, 2, 1] * 2
        assert file["m_gg"].values(flow=True).tolist() == [0, 1, 2, 3, 4, 5]
    assert os.listdir(tmp_path) == ["out.root"]


def test_interrupted_output_never_has_the_final_name(tmp_path):
    pytest.importorskip("uproot")
    from dsl4bes.run.output import RootWriter

    path = str(tmp_path / "out.root")
    with pytest.raises(KeyboardInterrupt), RootWriter(path) as writer:
        writer.add(table())
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == ["out.root.partial"]


@pytest.mark.parametrize("content", [b"analysis", b"root:x:0:0"])
def test_output_never_replaces_a_file_that_is_no_root_file(tmp_path, content):
    pytest.importorskip("uproot")
    from dsl4bes.run.output import RootWriter

    path = tmp_path / "rhopi.bes"
    path.write_bytes(content)
    with pytest.raises(RunError, match="no ROOT file"):
        RootWriter(str(path))
    assert path.read_bytes() == content and os.listdir(tmp_path) == ["rhopi.bes"]


def test_output_never_replaces_a_folder_a_device_or_its_own_input(tmp_path):
    pytest.importorskip("uproot")
    from dsl4bes.run.output import RootWriter

    (tmp_path / "events.dst").write_bytes(b"root....")
    (tmp_path / "link.root").symlink_to("events.dst")
    events = str(tmp_path / "events.dst")
    for path, reason in ((tmp_path, "a folder"), ("/dev/null", "no plain file"), (tmp_path / "link.root", "are read")):
        with pytest.raises(RunError, match=reason):
            RootWriter(str(path), [events])
    assert sorted(os.listdir(tmp_path)) == ["events.dst", "link.root"]


def test_discarded_output_leaves_the_older_file(tmp_path):
    pytest.importorskip("uproot")
    from dsl4bes.run.output import RootWriter

    path = tmp_path / "out.root"
    path.write_bytes(b"root of last week")
    with RootWriter(str(path)) as writer:
        writer.add(table())
        writer.discard()
    assert path.read_bytes() == b"root of last week" and os.listdir(tmp_path) == ["out.root"]


def test_a_full_disk_ends_with_a_message(tmp_path, monkeypatch):
    pytest.importorskip("uproot")
    from dsl4bes.run.output import RootWriter

    def full(*_):
        raise OSError(28, "No space left on device")

    with pytest.raises(RunError, match="No space left"), RootWriter(str(tmp_path / "out.root")) as writer:
        writer.add(table())
        monkeypatch.setattr(writer, "_flush", full)
    assert "out.root" not in os.listdir(tmp_path)


def test_tables_as_awkward_and_histograms_as_text_and_png(tmp_path):
    pytest.importorskip("mplhep")
    from dsl4bes.run.plots import as_text as histogram_text
    from dsl4bes.run.plots import write_pictures

    assert table().to_awkward()["e"].to_list() == [[], [1, 2], [3]]
    text = histogram_text(histogram())
    assert "15 entries" in text and "5 outside" in text
    (path,) = write_pictures({"m_gg": histogram()}, str(tmp_path))
    assert os.path.getsize(path) > 1000
