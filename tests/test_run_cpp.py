"""Whole runs: a program compiled, built against the stand-in and run on real and toy events."""

from __future__ import annotations

import faulthandler
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_cli import EXAMPLES, RHOPI, clean, cli

np = pytest.importorskip("numpy")
pytest.importorskip("pybes3")

DATA = Path(__file__).resolve().parents[2] / "shared/data"
TEN = DATA / "test_full_mc_evt_1.dst"
GUN = DATA / "test_mrpc.dst"

pytestmark = [pytest.mark.cpp]


@pytest.fixture(scope="module", autouse=True)
def _toolchain():
    from dsl4bes.standin.toolchain import ToolchainError, toolchain

    try:
        toolchain()
    except ToolchainError as error:
        pytest.skip(str(error).splitlines()[0])


@pytest.fixture(scope="module")
def ten():
    if not TEN.exists():
        pytest.skip("the ten real events are not beside this checkout (`dsl4bes sample` gets them)")
    return TEN


@pytest.fixture(scope="module")
def toys(tmp_path_factory):
    from dsl4bes.events.store import write_events
    from dsl4bes.events.toy import toy_batches

    path = tmp_path_factory.mktemp("toys") / "rhopi.toy.npz"
    write_events(path, toy_batches("J/psi -> pi+ pi- (pi0 -> gam gam)", 300, 5), "test")
    return path


def run_json(*arguments, status=0):
    return json.loads(clean(cli("run", *arguments, "--json", "-q"), status).stdout)


def counts(report):
    return {line["key"]: line["events"] for line in report["cutflow"]["lines"]}


def test_ten_real_events_give_the_cut_flow_of_boss(ten, tmp_path):
    """8 with two good tracks, 7 with two photons, 7 with one pi+ and one pi-: the numbers of BOSS 7.0.4 (expect block)."""
    output = tmp_path / "rhopi.root"
    report = run_json(RHOPI, ten, "-o", output, "--plot", tmp_path / "plots")
    found = counts(report)
    assert (report["cutflow"]["events"], found["charged_tracks"], found["photons"], found["pid"]) == (
        10,
        8,
        7,
        7,
    )
    assert (
        report["expectations"]["compared"] == ["test_full_mc_evt_1.dst"]
        and not report["expectations"]["differences"]
    )
    assert os.path.exists(report["plots"][0])
    assert any("AbsCor" in line for line in report["not_applied"])
    import uproot

    with uproot.open(output) as file:
        rows = file["rhopi"].arrays(library="np")
        assert len(rows["m_gg"]) == report["tuples"]["rhopi"]["rows"] == report["cutflow"]["selected"]
        assert set(rows["run"]) == {-9989}
        assert np.all(rows["chi2_4c"] < 200)
        assert file["m_gg"].values().sum() > 0
        assert "n_e_gam" in file["rhopi"].keys()  # noqa: SIM118  (uproot's keys)


def test_terminal_report(ten):
    out = clean(cli("run", RHOPI, ten, "-o", "none")).stdout
    assert "charged_tracks.ngood" in out and "m_gg" in out and "as expected for test_full_mc_evt_1.dst" in out
    assert "not as in BOSS" in out
    assert clean(cli("run", RHOPI, ten, "-o", "none", "--latex", "-", "-q")).stdout.startswith(r"\begin{tabular}")


def test_a_wrong_expectation_fails_at_its_line(ten, tmp_path):
    program = tmp_path / "wrong.bes"
    program.write_text(RHOPI.read_text().replace("photons         7", "photons         6"))
    done = clean(cli("run", program, ten, "-o", "none", "-q"), 1)
    line = next(
        i for i, text in enumerate(program.read_text().splitlines(), 1) if "photons         6" in text
    )
    assert f"wrong.bes:{line}:" in done.stderr and "expected 6" in done.stderr


def test_the_judge_agrees_event_by_event(ten, toys):
    report = run_json(RHOPI, ten, toys, "-o", "none", "--cross-check")
    assert report["cross_check"]["events"] == 310
    assert report["cross_check"]["differences"] == 0 and not report["cross_check"]["skipped"]
    assert counts(report)["fit4c"] > 50


def test_bad_files_are_named_and_the_others_still_processed(ten, tmp_path):
    broken = tmp_path / "truncated.dst"
    broken.write_bytes(ten.read_bytes()[:60_000])
    (tmp_path / "text.dst").write_text("not a DST")
    report = run_json(
        RHOPI,
        broken,
        ten,
        tmp_path / "text.dst",
        tmp_path / "missing.dst",
        "-o",
        tmp_path / "x.root",
        status=1,
    )
    assert report["cutflow"]["events"] == 10 and report["cutflow"]["selected"] > 0
    assert sorted(os.path.basename(failure["path"]) for failure in report["failures"]) == [
        "missing.dst",
        "text.dst",
        "truncated.dst",
    ]
    assert os.path.exists(tmp_path / "x.root")


def copies(path: Path, number: int) -> list[Path]:
    """So many files with the same events: a file that is named twice is a mistake."""
    found = [path, *(path.with_name(f"copy{i}.{path.name}") for i in range(1, number))]
    for each in found:
        if not each.exists():
            os.link(path, each)
    return found


@pytest.mark.slow
def test_same_result_whatever_the_chunks_and_processes(toys):
    reports = [
        run_json(RHOPI, *copies(toys, 2), "-o", "none", "--chunk", chunk, "-j", jobs)
        for chunk, jobs in ((2000, 1), (7, 2), (100, 2))
    ]
    for report in reports[1:]:
        assert report["cutflow"] == reports[0]["cutflow"]
        assert report["histograms"] == reports[0]["histograms"]
        assert report["tuples"] == reports[0]["tuples"]
    assert reports[0]["cutflow"]["events"] == 600


def test_events_limit(toys):
    report = run_json(RHOPI, *copies(toys, 2), "-o", "none", "--events", 310)
    assert report["cutflow"]["events"] == 310


def test_real_data_needs_a_vertex(tmp_path):
    from dsl4bes.events.store import write_events
    from dsl4bes.events.toy import ToyOptions, toy_batches

    data = tmp_path / "data.toy.npz"
    write_events(
        data, toy_batches("J/psi -> pi+ pi- (pi0 -> gam gam)", 20, 5, options=ToyOptions(run=9947)), "test"
    )
    done = clean(cli("run", RHOPI, data, "-o", "none", "-q"), 1)
    assert "real data (run 9947)" in done.stderr and "--vertex" in done.stderr
    vertex = tmp_path / "vertex.txt"
    vertex.write_text("9947 0 0 0 0.01 0.01 0.1\n")
    with_vertex = run_json(RHOPI, data, "-o", "none", "--vertex", vertex)
    assert counts(with_vertex)["charged_tracks"] > 0
    vertex.write_text("9948 0 0 0 0.01 0.01 0.1\n")
    without = run_json(RHOPI, data, "-o", "none", "--vertex", vertex)
    assert without["cutflow"]["selected"] == 0
    assert any("20 events" in line for line in without["not_applied"])


def test_a_vertex_moves_the_closest_approach(toys, tmp_path):
    """Tracks from the origin seen from a point 5 cm away in x are not within 1 cm of it."""
    vertex = tmp_path / "vertex.txt"
    vertex.write_text("1000 5 0 0 0.01 0.01 0.1\n")
    assert counts(run_json(RHOPI, toys, "-o", "none"))["charged_tracks"] > 100
    assert counts(run_json(RHOPI, toys, "-o", "none", "--vertex", vertex))["charged_tracks"] < 20


#: A decay for each example, so that events reach its last cut.
DECAYS = {
    "bhabha": "J/psi -> e+ e-",
    "dimuon": "J/psi -> mu+ mu-",
    "two_clusters": "J/psi -> gam gam",
    "hadrons": "J/psi -> pi+ pi- pi+ pi- pi0",
    "proton_efficiency": "J/psi -> p+ anti-p- pi+ pi-",
    "pid": "J/psi -> p+ anti-p-",
    "inclusive_ks": "J/psi -> K_S0 K+ pi-",
    "inclusive_lambda": "J/psi -> Lambda0 anti-Lambda0",
    "inclusive_kstar": "J/psi -> (K*(892)0 -> K+ pi-) (anti-K*(892)0 -> K- pi+)",
    "inclusive_phi": "J/psi -> (phi(1020) -> K+ K-) pi+ pi-",
    "dtags": "psi(3770) -> (D0 -> K- pi+) (anti-D0 -> K+ e- anti-nu_e)",
    "psip_recoil": "psi(2S) -> pi+ pi- (J/psi -> mu+ mu-)",
    "many_photons": "psi(2S) -> (omega(782) -> pi+ pi- (pi0 -> gam gam)) (pi0 -> gam gam) (pi0 -> gam gam)",
}
#: Energy of the collisions where it is not that of the J/psi, GeV.
ENERGIES = {"many_photons": 3.686, "psip_recoil": 3.686, "dtags": 3.773}


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/*.bes")), ids=lambda path: path.stem)
def test_every_example_selects_its_events_and_the_judge_agrees(path, toys, ten, tmp_path):
    from dsl4bes.events.store import write_events
    from dsl4bes.events.toy import toy_batches

    files = [toys, ten, *([GUN] if GUN.exists() else [])]
    if path.stem in DECAYS:
        files.append(tmp_path / "own.toy.npz")
        write_events(files[-1], toy_batches(DECAYS[path.stem], 300, 3, ecms=ENERGIES.get(path.stem, 3.097)), "test")
    report = run_json(path, *files, "-o", "none", "--cross-check")
    assert report["cutflow"]["events"] >= 310
    assert report["cutflow"]["selected"] >= 20
    assert report["cross_check"]["differences"] == 0, report["cross_check"]["first"]


#: Examples whose pages make toy events (1000, half a further photon in each) for which the program states the cut flow: name of the file.
STATED = {"psip_recoil": "recoil", "inclusive_kstar": "kst", "inclusive_phi": "phi", "many_photons": "six"}


@pytest.mark.slow
@pytest.mark.parametrize("name", STATED)
def test_the_cut_flow_an_example_states(name, tmp_path):
    """`expect` in the program, on the events of its page; another cut must not give the same numbers."""
    from dsl4bes.events.store import write_events
    from dsl4bes.events.toy import ToyOptions, toy_batches

    events = tmp_path / f"{STATED[name]}.toy.npz"
    write_events(events, toy_batches(DECAYS[name], 1000, 1, options=ToyOptions(extra_photons=0.5)), "test")
    program = EXAMPLES / f"{name}/{name}.bes"
    report = run_json(program, events, "-o", "none")
    assert report["expectations"]["compared"] == [events.name] and not report["expectations"]["differences"]


def test_hadrons_have_the_expected_cut_flow(tmp_path):
    """The toy events of the example's page: `expect` in the program is compared."""
    from dsl4bes.events.store import write_events
    from dsl4bes.events.toy import ToyOptions, toy_batches

    events = tmp_path / "hadrons.toy.npz"
    decay, options = "J/psi -> pi+ pi- pi+ pi- pi0", ToyOptions(extra_photons=1.0)
    write_events(events, toy_batches(decay, 1000, 1, options=options), "test")
    report = run_json(EXAMPLES / "hadrons/hadrons.bes", events, "-o", "none")
    assert report["cutflow"]["selected"] == 947


def test_fitted_momenta_are_nearer_to_the_truth(ten, tmp_path):
    """Real events: chi2 is that of a good fit, the pi0 is at its mass, and the fit improves the momenta of the pions."""
    from dsl4bes import run
    from dsl4bes.events.dst import read_dst

    columns = ", ".join(
        f"{axis}_{kind}{role}: p{axis}(fit4c.{raw}{role})"
        for role in ("pip", "pim")
        for kind, raw in (("fit_", ""), ("raw_", "raw."))
        for axis in "xyz"
    )
    program = RHOPI.read_text().replace(
        "    column          chi2_4c", f"    column          {columns}\n    column          chi2_4c"
    )
    result = run(program, [str(ten)])
    rows = result["rhopi"]
    truth = true_pions(next(read_dst(ten)))
    fitted, raw = (
        np.array(
            [
                np.linalg.norm(
                    [
                        rows[f"{axis}_{kind}_{role}"][i] - truth[int(rows["event"][i])][role][k]
                        for k, axis in enumerate("xyz")
                    ]
                )
                for i in range(rows.rows)
                for role in ("pip", "pim")
            ]
        )
        for kind in ("fit", "raw")
    )
    assert rows.rows >= 5
    assert np.median(fitted) < np.median(raw)
    assert np.median(np.abs(rows["m_gg"] - 0.135)) < 0.006
    assert np.median(rows["chi2_4c"]) < 10


def true_pions(batch):
    """Generated momenta of the charged pions, by event number."""
    names = {211: "pip", -211: "pim"}
    found = {}
    for i in range(batch.n_events):
        rows = batch.rows("mc", i)
        ids, p4 = batch["mc.pdgid"][rows], batch["mc.p4"][rows]
        primary = {}
        for pdgid, momentum in zip(ids.tolist(), p4):
            if pdgid in names:
                primary.setdefault(names[pdgid], momentum[:3])
        found[int(batch["event.number"][i])] = primary
    return found


def test_nothing_to_run_on_says_so(tmp_path):
    program = tmp_path / "pid.bes"
    shutil.copy(EXAMPLES / "pid/pid.bes", program)
    done = clean(cli("run", program, cwd=tmp_path), 1)
    assert "no event file" in done.stderr and "--sample" in done.stderr


def test_files_of_the_program_that_are_not_there_are_named(tmp_path):
    done = clean(cli("run", RHOPI, cwd=tmp_path), 1)
    assert "jpsi/*.dst" in done.stderr and "--sample" in done.stderr


def test_what_the_cpp_compiler_says_is_shown_at_the_program():
    from dsl4bes.driver import compile_source
    from dsl4bes.run.build import build_selection
    from dsl4bes.run.errors import RunError
    from dsl4bes.source import SourceFile

    text = RHOPI.read_text()
    compilation = compile_source(SourceFile("rhopi.bes", text))
    broken = dict(compilation.files)
    name = next(name for name in broken if name.endswith("RhoPi.cxx"))
    lines = broken[name].splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if "RhoPi::photons(" in line)
    lines[at + 1] = lines[at + 1].rstrip("\n") + " no_such_thing();\n"
    broken[name] = "".join(lines)
    with pytest.raises(RunError) as caught:
        build_selection(compilation.program, broken)
    line = next(i for i, each in enumerate(text.splitlines(), 1) if "photons do" in each)
    assert f"rhopi.bes:{line}" in caught.value.details.splitlines()[0]
    assert "no_such_thing" in caught.value.details


def sabotaged(statement):
    """The built example whose `photons` method does something bad in the third event that reaches it."""
    from dsl4bes.driver import compile_source
    from dsl4bes.run.build import build_selection
    from dsl4bes.source import SourceFile

    compilation = compile_source(SourceFile("rhopi.bes", RHOPI.read_text()))
    files = dict(compilation.files)
    name = next(name for name in files if name.endswith("RhoPi.cxx"))
    lines = files[name].splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if "RhoPi::photons(" in line and line.rstrip().endswith("{"))
    lines.insert(at + 1, f"  static int reached = 0; if (++reached == 3) {{ {statement} }}\n")
    files[name] = "".join(lines)
    return build_selection(compilation.program, files)


def test_an_exception_in_one_file_leaves_the_others_alone(ten, toys):
    from dsl4bes.run.runner import Settings, run_selection

    result = run_selection(sabotaged('throw "boom";'), [str(ten), str(toys)], settings=Settings(processes=1))
    assert [failure.path for failure in result.failures] == [str(ten)]
    assert "stopped" in result.failures[0].reason
    assert result.events == 300 and result["rhopi"].rows == result.cutflow.selected > 0
    assert set(result["rhopi"]["run"]) == {-1000}


def test_a_crash_of_the_cpp_is_a_failure_of_its_file(ten, toys):
    from dsl4bes.run.runner import Settings, run_selection

    crash = sabotaged("*static_cast<volatile int*>(0) = 1;")
    faulthandler.disable()  # pytest's own; a forked worker would print the tests' stack when it crashes
    try:
        result = run_selection(crash, [str(ten), str(toys)], settings=Settings(processes=1))
    finally:
        faulthandler.enable()
    assert [failure.path for failure in result.failures] == [str(ten), str(toys)]
    assert all("crashed (SIGSEGV)" in failure.reason for failure in result.failures)
    assert result.events == 0 and not result.ok


@pytest.mark.slow
def test_memory_does_not_grow_with_the_events(toys):
    """Peak memory of the run and of its workers: the same for 600 and for 6,000 events, within what chunks differ."""
    code = (
        "import resource, sys; from dsl4bes.cli.app import run;"
        "status = run(['run', sys.argv[1], *sys.argv[3:], '-o', sys.argv[2], '-q', '-j', '1', '--chunk', '100']);"
        "assert status == 0, status;"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )

    def peak(times):
        command = [sys.executable, "-c", code, str(RHOPI), "none", *map(str, copies(toys, times))]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=toys.parent)
        return [int(word) / 1024 for word in done.stdout.split()[-2:]]

    small, large = peak(2), peak(20)
    assert large[0] - small[0] < 30 and large[1] - small[1] < 30, (small, large)


@pytest.mark.slow
def test_an_interrupt_keeps_what_was_written(toys, tmp_path):
    """The final name never appears; the rows so far are in a readable `.partial`."""
    import uproot

    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from dsl4bes.cli.app import run; sys.exit(run(sys.argv[1:]))"
    )
    arguments = ["run", str(RHOPI), *map(str, copies(toys, 3000)), "-o", "x.root", "-q", "-j", "1"]
    command = [sys.executable, "-c", code, *arguments]
    environment = os.environ | {"PYTHONPATH": str(EXAMPLES.parent)}
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("x.root.*.tmp")) and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130, error
    assert "interrupted; what was written is in x.root.partial" in error and "Traceback" not in error
    assert [path.name for path in tmp_path.iterdir()] == ["x.root.partial"]
    with uproot.open(tmp_path / "x.root.partial") as file:
        assert file["rhopi"].num_entries > 0


def test_without_a_compiler_the_error_says_how_to_get_one(toys, tmp_path):
    done = clean(cli("run", RHOPI, toys, "-o", "none", DSL4BES_CXX="no-such-compiler"), 1)
    assert "apt install g++" in done.stderr and "doctor" in done.stderr


def test_library_run_gives_all_rows(toys):
    import dsl4bes

    result = dsl4bes.run(RHOPI.read_text(), [str(toys)])
    assert result.ok and result.events == 300
    assert result["rhopi"].rows == result.rows["rhopi"] == result.cutflow.selected
    assert len(result["rhopi"]["e_gam"]) == result["rhopi"].rows
    assert result.histograms["m_gg"].contents.sum() == result.cutflow.selected
    with pytest.raises(dsl4bes.ProgramError, match="charged_trakcs"):
        dsl4bes.run("event_selection do\n charged_trakcs do\n end\nend\n", [str(toys)])


def test_a_program_for_boss_8_runs_as_it_is_and_selects_the_same(toys):
    import dsl4bes

    text = RHOPI.read_text()
    newer = dsl4bes.run(text.replace("crossing_angle", 'profile "8"\n    crossing_angle', 1), [str(toys)])
    assert newer.ok and newer.cutflow.selected == dsl4bes.run(text, [str(toys)]).cutflow.selected > 0
