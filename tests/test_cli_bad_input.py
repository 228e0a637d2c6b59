"""An analyst's mistakes around `run`, `toy`, `compare`, `sample`: each ends with words, the right status, and nothing of value lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from test_cli import RHOPI, clean, cli
from test_run_cpp import _toolchain, run_json, ten  # noqa: F401  (fixtures)

np = pytest.importorskip("numpy")
pytest.importorskip("pybes3")

import dsl4bes
from dsl4bes.cli.run_files import Wanted
from dsl4bes.cli.targets import check_files, check_folders
from dsl4bes.events.sources import open_events
from dsl4bes.events.store import read_events, stored_name, write_events
from dsl4bes.events.toy import toy_batches, toy_events
from dsl4bes.run.errors import RunError
from dsl4bes.run.tasks import check_read_once

pytestmark = [pytest.mark.cpp, pytest.mark.slow]

DECAY = "J/psi -> pi+ pi- (pi0 -> gam gam)"


@pytest.fixture(scope="module")
def toys(tmp_path_factory):
    path = tmp_path_factory.mktemp("toys") / "rhopi.toy.npz"
    write_events(path, toy_batches(DECAY, 60, 5), "test")
    return path


def refused(*arguments, **environment):
    return clean(cli(*arguments, **environment), 1).stderr


# --- files that cannot be read --------------------------------------------------------------------------------------


def bad_files(folder, toys):
    """Name → what is said of it."""
    import uproot

    (folder / "empty.dst").write_bytes(b"")
    (folder / "noise.dst").write_bytes(bytes(range(1, 200)) * 30)
    (folder / "short.toy.npz").write_bytes(toys.read_bytes()[:5000])
    for name, tree in (("other.root", "t"), ("event.root", "Event")):
        with uproot.recreate(folder / name) as file:
            file.mktree(tree, {"x": "float64"}).extend({"x": np.arange(3.0)})
    return {
        "empty.dst": "the file is empty", "noise.dst": "not a ROOT file", "short.toy.npz": "damaged or truncated", "other.root": "no tree 'Event' (the file holds t)",
        "event.root": "is missing", "gone.dst": "no such file",
    }  # fmt: skip


def test_of_files_that_gave_nothing_no_table_is_printed_and_no_file_is_made(toys, tmp_path):
    wrong = bad_files(tmp_path, toys)
    (tmp_path / "old.json").write_text('{"format": "dsl4bes result 1"}')
    files = [tmp_path / name for name in wrong]
    wanted = ("--save", tmp_path / "old.json", "--report", tmp_path / "r.html", "--latex", tmp_path / "c.tex", "-o", tmp_path / "o.root")
    done = clean(cli("run", RHOPI, *files, *wanted), 1)
    assert done.stdout == "" and "error: no event was read" in done.stderr
    for name, reason in wrong.items():
        assert any(f"{name}: " in line and reason in line for line in done.stderr.splitlines()), name
    assert (tmp_path / "old.json").read_text() == '{"format": "dsl4bes result 1"}'
    assert not any((tmp_path / name).exists() for name in ("r.html", "c.tex", "o.root"))
    assert json.loads(clean(cli("run", RHOPI, *files, "-o", "none", "--json"), 1).stdout)["cutflow"]["events"] == 0


def test_of_some_files_the_table_says_that_it_is_not_of_all(toys, tmp_path):
    bad_files(tmp_path, toys)
    done = clean(cli("run", RHOPI, toys, tmp_path / "noise.dst", tmp_path / "gone*.dst", "-o", "none", "-q"), 1)
    assert "incomplete: the events are those of 3 files, of which 2 failed" in done.stdout
    assert "charged_tracks" in done.stdout and "noise.dst: not a ROOT file" in done.stderr and "gone*.dst: no file matches" in done.stderr
    page = tmp_path / "r.html"
    clean(cli("run", RHOPI, toys, tmp_path / "noise.dst", "-o", "none", "-q", "--report", page), 1)
    assert "60 events of 2 files, of which 1 failed" in page.read_text()


def test_a_truncated_file_of_real_events(ten, tmp_path):  # noqa: F811
    whole = ten.read_bytes()
    (tmp_path / "a.dst").write_bytes(whole[: len(whole) // 2])
    assert f"truncated: {len(whole) // 2} of {len(whole)} bytes" in refused("run", RHOPI, tmp_path / "a.dst", "-o", "none")


def test_files_without_events_are_no_fault_and_are_said(tmp_path):
    clean(cli("toy", DECAY, "-n", 0, "-o", tmp_path / "none"))
    done = clean(cli("run", RHOPI, tmp_path / "none.toy.npz", "-o", "none", "-q"))
    assert "warning: the files have no events" in done.stderr


def test_a_file_that_is_named_twice_would_count_twice(toys, tmp_path):
    os.symlink(toys, tmp_path / "link.toy.npz")
    for second in (toys, toys.parent, tmp_path / "link.toy.npz"):
        assert "its events would be counted twice" in refused("run", RHOPI, toys, second, "-o", "none")
        with pytest.raises(RunError, match="its events would be counted twice"):
            dsl4bes.run(RHOPI.read_text(), [str(toys), str(second)])
    check_read_once([str(tmp_path / "gone"), str(tmp_path / "gone")])  # said as missing, by its reader
    with pytest.raises(RunError, match="named twice"):
        check_read_once([str(tmp_path / "gone"), str(tmp_path / "gone")], absent=True)


def test_the_library_names_a_file_that_is_not_there(tmp_path):
    with pytest.raises(RunError, match="gone.dst: no such file"):
        dsl4bes.run(RHOPI.read_text(), str(tmp_path / "gone.dst"))


@pytest.mark.parametrize("name", ["", "  "])
def test_an_empty_name_is_no_folder(name):
    (error,) = open_events([name]).unmatched
    assert error.reason == "it names no file"


# --- where to write -------------------------------------------------------------------------------------------------


PRECIOUS = "what somebody wrote"


@pytest.mark.parametrize(
    ("option", "name", "says"),
    [
        ("--save", "rhopi.toy.npz", "it is read in this run"),
        ("--report", "rhopi.toy.npz", "it is read in this run"),
        ("-o", "rhopi.toy.npz", "it is read in this run"),
        ("--save", "notes.json", "it exists and is not a saved result"),
        ("--latex", "thesis.tex", "it exists and is not a table in LaTeX"),
        ("--report", "index.html", "it exists and is not an HTML page"),
        ("-o", "data.dst", "by its name it is event data"),
        ("-o", "thesis.tex", "it exists and is no ROOT file"),
        ("--save", "folder", "it is a folder"),
        ("--plot", "thesis.tex", "is no folder"),
        ("--n-1", "thesis.tex", "is no folder"),
        ("--resume", "thesis.tex", "is no folder"),
        ("--save", "thesis.tex/a.json", "is no folder"),
    ],
)
def test_nothing_of_value_is_replaced(toys, tmp_path, option, name, says):
    """And it is said before the events are read."""
    shutil.copy(toys, tmp_path)
    (tmp_path / "folder").mkdir()
    for other in ("notes.json", "thesis.tex", "index.html", "data.dst"):
        (tmp_path / other).write_text(PRECIOUS)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    rest = () if option == "-o" else ("-o", "none")
    message = refused("run", RHOPI, tmp_path / "rhopi.toy.npz", option, tmp_path / name, *rest)
    assert says in message and "cannot write" in message
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_the_program_is_no_target(toys, tmp_path):
    shutil.copy(RHOPI, tmp_path / "p.bes")
    assert "it is read in this run" in refused("run", tmp_path / "p.bes", toys, "-o", "none", "--save", tmp_path / "p.bes")


@pytest.mark.parametrize("option", ["--latex", "--save", "--report", "-o"])
def test_a_device_or_a_pipe_is_no_target(tmp_path, option):
    """It is not even opened: reading a pipe would wait for ever, and `/dev/null` would become a file."""
    os.mkfifo(tmp_path / "pipe")
    for path in (str(tmp_path / "pipe"), os.devnull):
        with pytest.raises(RunError, match="it exists and is no plain file"):
            check_files({option: path})


def test_targets(tmp_path):
    with pytest.raises(RunError, match="both --save and --report would write it"):
        check_files({"--save": f"{tmp_path}/x", "--report": f"{tmp_path}/./x"})
    check_files({"-o": "", "--latex": "-", "--save": f"{tmp_path}/new/folder/x.json"})
    if os.geteuid():  # root may write everywhere
        (tmp_path / "closed").mkdir(mode=0o500)
        with pytest.raises(RunError, match="no right to write"):
            check_folders({"--plot": f"{tmp_path}/closed/plots"})
    Wanted(save=f"{tmp_path}/a.json", plot=f"{tmp_path}/plots").check_targets("", "", ())


def test_what_was_written_before_a_fault_is_there_and_said(toys, tmp_path):
    """The numbers come first: pictures that cannot be written, an hour later, take nothing with them."""
    (tmp_path / "plots/m_gg.png").mkdir(parents=True)
    wanted = ("--save", tmp_path / "s.json", "--latex", tmp_path / "c.tex", "--plot", tmp_path / "plots", "--report", tmp_path / "r.html")
    done = clean(cli("run", RHOPI, toys, "-o", "none", *wanted), 1)
    assert "error: cannot write pictures to" in done.stderr
    for name in ("s.json", "c.tex"):
        assert (tmp_path / name).exists() and f"wrote {tmp_path / name}" in done.stdout
    assert not (tmp_path / "r.html").exists()
    done = clean(cli("run", RHOPI, toys, "-o", "none", *wanted, "--json"), 1)
    assert json.loads(done.stdout)["written"] == [str(tmp_path / "s.json"), str(tmp_path / "c.tex")]


def test_results_replace_results_and_folders_are_made(toys, tmp_path):
    place = tmp_path / "résultats d'août"
    wanted = (
        "-o", place / "a ü.root", "--save", place / "s.json", "--report", place / "r.html", "--latex", place / "c.tex", "--plot", place / "plots", "--resume",
        place / "keep",
    )  # fmt: skip
    clean(cli("run", RHOPI, toys, *wanted))
    first = (place / "s.json").read_bytes()
    done = clean(cli("run", RHOPI, toys, *wanted))
    assert "1 piece taken from a run before" in done.stdout and (place / "s.json").read_bytes() == first
    assert "the two are the same" in clean(cli("compare", place / "s.json", place / "s.json", "--same")).stdout


def test_what_cannot_be_made_of_a_run_does_not_hide_its_result(toys, tmp_path):
    (tmp_path / "p.csv").write_text("cut,events\nsomething else,5\n")
    done = clean(cli("run", RHOPI, toys, "-o", "none", "-q", "--published", tmp_path / "p.csv"), 1)
    assert "charged_tracks" in done.stdout and "no line in common" in done.stderr


# --- a run that is stopped ------------------------------------------------------------------------------------------


def started(arguments, ready):
    command = [sys.executable, "-m", "dsl4bes", "run", *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 120
    while not ready() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.005)
    return process


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    batch = toy_events(DECAY, 300, 3)
    for i in range(8):
        write_events(folder / f"{i}.toy.npz", [batch], "test")
    return folder


@pytest.mark.parametrize(("number", "status", "word"), [(signal.SIGTERM, 143, "terminated"), (signal.SIGINT, 130, "interrupted")])
def test_a_run_that_is_told_to_end_ends_in_order_and_goes_on(many, tmp_path, number, status, word):
    folder = tmp_path / "keep"
    arguments = (RHOPI, many, "-o", tmp_path / "o.root", "-q", "-j", 2, "--chunk", 1, "--resume", folder)
    process = started(arguments, lambda: folder.exists() and len(list(folder.glob("*.piece"))) > 1)
    process.send_signal(number)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (status, "") and "Traceback" not in err
    assert f"{word}; what was written is in {tmp_path / 'o.root'}.partial" in err
    assert f"finished pieces are in {folder}: the same command goes on from there" in err
    pieces = len(list(folder.glob("*.piece")))
    report = run_json(*arguments[:-2], "--resume", folder)
    assert report["cutflow"]["events"] == 2400 and report["kept"] >= pieces > 0
    assert not list(tmp_path.glob("*.tmp"))


def test_workers_of_a_run_that_was_killed_end_without_a_word(many, tmp_path):
    arguments = (RHOPI, many, "-o", tmp_path / "o.root", "-q", "-j", 2, "--chunk", 1, "--resume", tmp_path / "keep")
    process = started(arguments, lambda: bool(list(tmp_path.glob("keep/*.piece"))))
    process.kill()
    _, err = process.communicate(timeout=120)  # ends when the last worker has closed its error output
    assert process.returncode == -signal.SIGKILL and err == ""


# --- toy, compare, sample -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["t", "t.npz", "t.toy", "t.toy.npz", "folder/new/t.npz"])
def test_toy_events_have_one_ending_and_are_found_in_folders(tmp_path, given):
    done = json.loads(clean(cli("toy", "J/psi -> pi+ pi-", "-n", 3, "-o", tmp_path / given, "--json")).stdout)
    expected = tmp_path / os.path.dirname(given) / "t.toy.npz"
    assert done["output"] == str(expected) and [str(expected)] == list(open_events(str(tmp_path)).files)
    assert sum(batch.n_events for batch in read_events(expected)) == 3


def test_names_of_toy_files():
    assert [stored_name(name) for name in ("a.b", "a.npz.toy", "x/a.toy.npz")] == ["a.b.toy.npz", "a.npz.toy.npz", "x/a.toy.npz"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("-o", ""), "names no file"),
        (("-o", "folder/"), "names no file"),
        (("-o", "folder/."), "names no file"),
        (("-o", ".."), "names no file"),
        (("-o", "a", "--run", "99999999999"), "32 bits"),
        (("-o", "a", "--run", "-2147483649"), "32 bits"),
        (("-o", "/dev/null/a"), "cannot be written"),
        (("-o", "a", "--noise", "nan"), "from 0 to 1000"),
        (("-o", "a", "--ecms", "-3"), "has -3.0000 GeV"),
    ],
)
def test_toys_that_cannot_be_made(tmp_path, arguments, says):
    assert says in clean(cli("toy", "J/psi -> pi+ pi-", "-n", 3, *arguments, cwd=tmp_path), 1).stderr
    assert not list(tmp_path.iterdir())


def test_comparisons_that_cannot_be_made(tmp_path, toys):
    good = tmp_path / "good.json"
    clean(cli("run", RHOPI, toys, "-o", "none", "-q", "--save", good))
    assert "no JSON text" in refused("compare", good, toys)
    assert "cannot read" in refused("compare", tmp_path / "gone.json", good)
    (tmp_path / "file").write_text("")
    assert "is no folder" in refused("compare", good, good, "--plot", tmp_path / "file")
    assert "--normalise is `none` or `area`, not `aera`" in clean(cli("compare", good, good, "--normalise", "aera"), 2).stderr


def test_a_sample_without_a_place_to_keep_it(tmp_path):
    (tmp_path / "file").write_text("")
    place = {"DSL4BES_DATA": str(tmp_path / "file/x")}
    assert "DSL4BES_DATA" in refused("sample", **place)
    assert "no sample: " in (message := refused("run", RHOPI, "--sample", "-o", "none", **place)) and "DSL4BES_DATA" in message
