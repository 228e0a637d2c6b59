"""Long runs: lists of files, pieces kept for an interrupted run, a Dask cluster. The order of the events is always that of the files."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cli import EXAMPLES, RHOPI, clean, cli
from test_run_cpp import _toolchain, run_json  # noqa: F401  (fixture)

np = pytest.importorskip("numpy")
pytest.importorskip("pybes3")

from dsl4bes.run import kept
from dsl4bes.run.cutflow import CutCounter, Slot
from dsl4bes.run.errors import FileFailure
from dsl4bes.run.results import Chunk, CrossCheck, Histogram, Jagged, Records, Table
from dsl4bes.run.systematics import Tally, VariedChunk
from dsl4bes.run.tasks import Task
from dsl4bes.run.truth import TruthCount
from dsl4bes.run.workers import Finished

pytestmark = pytest.mark.slow

FILES, EVENTS = 12, 30


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    from dsl4bes.events.store import write_events
    from dsl4bes.events.toy import toy_batches

    folder = tmp_path_factory.mktemp("many")
    for i in range(FILES):
        write_events(
            folder / f"f{i:02}.toy.npz",
            toy_batches("J/psi -> pi+ pi- (pi0 -> gam gam)", EVENTS, 100 + i),
            "test",
        )
    return folder


# --- pieces -------------------------------------------------------------------------------------------------------


def chunk(source, number):
    """A chunk with everything in it, different for every number."""
    rng = np.random.default_rng(number)
    n = number % 4
    records = (
        None
        if number % 5 == 4
        else Records(np.full(n, -7), np.arange(n), rng.integers(0, 2, (n, 3)).astype(np.uint8), number)
    )
    columns = {
        "a:b/é": rng.random(n),
        "e": Jagged(rng.integers(0, 3, n), rng.random(7)),
        "i": np.arange(n, dtype=np.int32),
    }
    contents = rng.random((4, 5))
    histogram = Histogram("h", "t;x;y", (np.linspace(0, 1, 3), np.linspace(0, 2, 4)), contents, contents**2)
    check = CrossCheck(n, ["x"], 1, [], 2) if number % 2 else None
    table, tally = Table("t", n, columns), Tally(CutCounter((Slot("b", "b.c", "b_c", "b", "", True, False),), n, [n]), {"": [n, 1, 0]})
    truth = TruthCount(n, 1, 0, 2, Counter({"J/psi -> x": n}), Counter(), {"p": (n, 1)}) if number % 3 else None
    varied = {"v_1": VariedChunk(tally, {"t": table}, {"h": histogram}, check)} if number % 2 else {}
    return Chunk(source, n, records, {"t": table}, {"h": histogram}, check, truth, varied)


def flat(value):
    """Plain, comparable data of anything in a chunk."""
    if isinstance(value, np.ndarray):
        return (value.dtype.str, value.shape, value.tobytes())
    if hasattr(value, "__dataclass_fields__"):
        return tuple(flat(getattr(value, name)) for name in value.__dataclass_fields__)
    if isinstance(value, dict):
        return tuple((key, flat(each)) for key, each in value.items())
    return tuple(flat(each) for each in value) if isinstance(value, (list, tuple)) else value


def test_chunks_come_back_from_bytes_as_they_were():
    chunks = [chunk("f", number) for number in range(10)]
    assert flat(kept.unpacked(kept.packed(chunks))) == flat(chunks)
    assert kept.unpacked(kept.packed([])) == []


def test_what_is_not_known_is_never_left_out():
    with pytest.raises(TypeError, match="object"):
        kept.packed([chunk("f", 1), object()])


def execute(failing=()):
    """What a run would give: chunks whose content follows from the path, in the order of the tasks, several ahead; notes what was run."""
    ran = []

    def run(tasks):
        source, index = iter(tasks), 0
        while ahead := [task for _, task in zip(range(3), source, strict=False)]:
            for task in ahead:
                assert task.index == index
                index += 1
                number = int(os.path.basename(task.path))
                ran.append(number)
                yield from (chunk(task.path, 10 * number + i) for i in range(number % 3))
                yield Finished(task, (FileFailure(task.path, "no"),) if number in failing else ())

    return run, ran


@settings(max_examples=40)
@given(st.lists(st.integers(0, 9), max_size=12), st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)))
def test_a_resumed_run_gives_the_same_events_in_the_same_order(tmp_path_factory, numbers, before, failing):
    folder = tmp_path_factory.mktemp("pieces")
    for number in range(10):
        (folder / f"{number}").write_text(f"content {number}")
    tasks = [Task(i, str(folder / f"{number}")) for i, number in enumerate(numbers)]
    expected = list(execute(failing)[0](tasks))
    pieces = kept.Kept(str(folder), "k")
    first = [Task(i, str(folder / f"{number}")) for i, number in enumerate(sorted(before))]
    list(kept.resumed(first, pieces, execute(failing)[0]))
    run, ran = execute(failing)
    assert flat(list(kept.resumed(tasks, pieces, run))) == flat(expected)
    good = before - failing
    assert not set(ran) & good and set(numbers) - good <= set(ran)


def test_a_piece_is_taken_only_if_nothing_changed(tmp_path):
    data = tmp_path / "3"
    data.write_bytes(b"x" * 5_000_000)
    pieces = kept.Kept(str(tmp_path / "k"), "key")
    os.makedirs(pieces.folder)
    task = Task(0, str(data))

    def again(key="key", task=task):
        run, ran = execute()
        list(kept.resumed([task], kept.Kept(pieces.folder, key), run))
        return bool(ran)

    assert again() and not again()
    assert again("other program") and not again("other program")
    assert again(task=Task(0, str(data), 0, 5))
    state = os.stat(data)
    for place in (0, 2_500_000, 4_999_999):  # same size and time, other content
        content = bytearray(data.read_bytes())
        content[place] ^= 1
        data.write_bytes(content)
        os.utime(data, ns=(state.st_atime_ns, state.st_mtime_ns))
        assert again() and not again()
    os.utime(data)
    assert again() and not again()
    (piece,) = [path for path in (tmp_path / "k").iterdir() if str(path) == pieces.path(task)]
    for damage in (piece.read_bytes()[:-1], b"", piece.read_bytes()[:50] + b"?" + piece.read_bytes()[51:]):
        piece.write_bytes(damage)
        assert again() and not again()


def test_an_input_that_changes_while_it_is_read_is_not_kept(tmp_path):
    data = tmp_path / "3"
    data.write_text("before")
    pieces = kept.Kept(str(tmp_path), "key")

    def run(tasks):
        for task in tasks:
            data.write_text("after!")
            yield Finished(task)

    list(kept.resumed([Task(0, str(data))], pieces, run))
    assert not list(tmp_path.glob("*.piece"))


def test_the_key_says_what_decides():
    from dataclasses import replace

    from dsl4bes.run.runner import Selection, Settings
    from dsl4bes.run.vertex import Vertex, VertexTable

    class Named(Selection):
        algorithm = "A"

    one = Named(None, "/x/lib-1.so", "o", "s")
    table = VertexTable({1: Vertex((0, 0, 0), (1, 1, 1))})
    keys = {
        kept.key_of(selection, setting)
        for selection, setting in (
            (one, Settings()), (replace(one, options="p"), Settings()), (replace(one, library="/x/lib-2.so"), Settings()),
            (one, Settings(chunk=5)), (one, Settings(vertex=table)), (one, Settings(cross_check=True)),
            (one, Settings(systematics=False)), (one, Settings(beam={1: 3.1})), (replace(one, variations="v"), Settings()),
        )
    }  # fmt: skip
    assert len(keys) == 9
    assert kept.key_of(one, Settings()) == kept.key_of(
        replace(one, library="/y/lib-1.so"), Settings(processes=7, output="z")
    )


# --- whole runs ---------------------------------------------------------------------------------------------------


def rows(path):
    import uproot

    with uproot.open(path) as file:
        return file["rhopi"].arrays().to_list(), file["m_gg"].values().tolist()


@pytest.mark.cpp
def test_a_run_that_was_killed_goes_on_to_the_same_result(many, tmp_path):
    arguments = [str(RHOPI), str(many), "-q", "-j", "1", "--chunk", "5"]
    clean(cli("run", *arguments, "-o", tmp_path / "whole.root", "--save", tmp_path / "whole.json"))
    folder = tmp_path / "pieces"
    command = [
        sys.executable,
        "-m",
        "dsl4bes",
        "run",
        *arguments,
        "-o",
        str(tmp_path / "part.root"),
        "--resume",
        str(folder),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 120
    while (
        len(list(folder.glob("*.piece")) if folder.exists() else ()) < 2
        and process.poll() is None
        and time.monotonic() < end
    ):
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    pieces = len(list(folder.glob("*.piece")))
    assert 0 < pieces < FILES and not (tmp_path / "part.root").exists()
    report = run_json(
        *arguments, "-o", tmp_path / "part.root", "--resume", folder, "--save", tmp_path / "part.json"
    )
    assert pieces <= report["kept"] < FILES
    assert (tmp_path / "part.json").read_bytes() == (tmp_path / "whole.json").read_bytes()
    assert rows(tmp_path / "part.root") == rows(tmp_path / "whole.root")


WEIGHTED = """event_selection do
    photons do
        energy > 25 MeV
        ngam >= 1
    end
end
histogram("weighted") do
    fill e(gam)
    bins 3, 0 GeV..2 GeV
    weight e(gam1) / 3.0 + 0.1
end
"""


@pytest.mark.cpp
def test_sums_of_weights_are_the_same_to_the_last_bit(many, tmp_path):
    """A sum of weights depends on its order: whole, by two processes, or from pieces of an earlier run, it must be the same one."""
    (tmp_path / "w.bes").write_text(WEIGHTED)
    folder, texts = tmp_path / "pieces", {}
    every_other = sorted(many.iterdir())[1::2]  # these come from the pieces of the run before
    clean(cli("run", tmp_path / "w.bes", *every_other, "-o", "none", "-q", "--chunk", 7, "--resume", folder))
    for name, more in {"whole": ("-j", 1), "two": ("-j", 2), "resumed": ("--resume", folder)}.items():
        (tmp_path / name).mkdir()
        saved = tmp_path / name / "run.json"
        clean(cli("run", tmp_path / "w.bes", many, "-o", "none", "-q", "--chunk", 7, "--save", saved, *more))
        texts[name] = json.loads(saved.read_text())["histograms"]
    assert len(list(folder.glob("*.piece"))) == FILES
    contents = texts["whole"]["weighted"]["contents"]
    assert sum(contents) > 1 and any(value != round(value, 6) for value in contents)
    assert texts["whole"] == texts["two"] == texts["resumed"]


@pytest.mark.cpp
def test_another_program_takes_nothing_of_the_pieces_and_bad_files_are_tried_again(many, tmp_path):
    some = tmp_path / "some"
    some.mkdir()
    for path in sorted(many.iterdir())[:3]:
        shutil.copy(path, some)
    whole = (some / "f01.toy.npz").read_bytes()
    (some / "f01.toy.npz").write_bytes(whole[:1000])
    keep = ("--resume", tmp_path / "k", "-o", "none")
    first = run_json(RHOPI, some, *keep, status=1)
    assert first["cutflow"]["events"] == 2 * EVENTS and len(first["failures"]) == 1 and first["kept"] == 0
    (some / "f01.toy.npz").write_bytes(whole)
    second = run_json(RHOPI, some, *keep)
    assert second["cutflow"]["events"] == 3 * EVENTS and second["kept"] == 2
    other = tmp_path / "other.bes"
    other.write_text(RHOPI.read_text().replace("energy      > 40 MeV", "energy      > 90 MeV"))
    third = run_json(other, some, *keep)
    assert third["kept"] == 0 and third["cutflow"] != second["cutflow"]


@pytest.mark.cpp
def test_pieces_keep_the_variations_and_the_judge(many, tmp_path):
    program = EXAMPLES / "systematics/systematics.bes"
    inputs = [program, many / "f00.toy.npz", many / "f01.toy.npz", "-o", "none", "--cross-check", "--resume", tmp_path / "k"]
    first, second = run_json(*inputs), run_json(*inputs)
    assert (first.pop("kept"), second.pop("kept")) == (0, 2) and first["systematics"]
    assert [{**each, "seconds": 0, "processes": 0} for each in (first,)] == [{**second, "seconds": 0, "processes": 0}]


@pytest.mark.cpp
def test_lists_folders_patterns_and_files_that_fail(many, tmp_path):
    (tmp_path / "list.txt").write_text(f"# files\n{many}/f0[01]*\n\n{many}/f05.toy.npz\n{many}/missing.dst\n")
    report = run_json(
        RHOPI, f"@{tmp_path / 'list.txt'}", many / "f1*", tmp_path / "nothing*.dst", "-o", "none", status=1
    )
    names = [os.path.basename(path) for path in report["files"]]
    assert names == ["f00.toy.npz", "f01.toy.npz", "f05.toy.npz", "missing.dst", "f10.toy.npz", "f11.toy.npz"]
    assert report["cutflow"]["events"] == 5 * EVENTS
    assert sorted(os.path.basename(each["path"]) for each in report["failures"]) == [
        "missing.dst",
        "nothing*.dst",
    ]


# --- Dask ---------------------------------------------------------------------------------------------------------


#: Where this process found its packages: distributed may be elsewhere than the project.
PATHS = os.pathsep.join(filter(None, sys.path))


def here_json(*arguments, status):
    return json.loads(clean(cli("run", *arguments, "--json", "-q", PYTHONPATH=PATHS), status).stdout)


@pytest.mark.cpp
def test_a_cluster_gives_the_same_in_the_same_order(many, tmp_path):
    pytest.importorskip("distributed", reason="the extra [dask] is not installed")
    broken = tmp_path / "broken.dst"
    broken.write_text("not a DST")
    inputs = [RHOPI, many, broken, "-j", "2"]
    here = here_json(*inputs, "-o", tmp_path / "here.root", "--save", tmp_path / "here.json", status=1)
    there = here_json(
        *inputs,
        "-o",
        tmp_path / "there.root",
        "--save",
        tmp_path / "there.json",
        "--dask",
        "local",
        "--resume",
        tmp_path / "k",
        status=1,
    )
    assert (tmp_path / "here.json").read_bytes() == (tmp_path / "there.json").read_bytes()
    assert rows(tmp_path / "here.root") == rows(tmp_path / "there.root")
    assert here["failures"] == there["failures"]
    assert (
        here_json(*inputs, "-o", "none", "--dask", "local", "--resume", tmp_path / "k", status=1)["kept"]
        == FILES
    )


@pytest.mark.cpp
def test_a_cluster_that_is_not_there_is_said(many):
    pytest.importorskip("distributed", reason="the extra [dask] is not installed")
    done = clean(cli("run", RHOPI, many, "-o", "none", "-q", "--dask", "nonsense://1", PYTHONPATH=PATHS), 1)
    assert "no cluster at nonsense://1" in done.stderr and "tcp://" in done.stderr


def test_without_the_package_the_message_says_what_to_install():
    from dsl4bes.run.cluster import run_on_dask
    from dsl4bes.run.errors import RunError
    from dsl4bes.run.runner import Settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "distributed", None)
        with pytest.raises(RunError, match="distributed") as caught:
            list(run_on_dask([], None, Settings(dask="local"), print))
    assert "dsl4bes[dask]" in caught.value.advice
