"""`dsl4bes submit`: jobs by files, texts that HTCondor and bash take, scripts that do what they say (with a boss.exe and a hadd of our own)."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cli import EXAMPLES, RHOPI, clean, cli

from dsl4bes.run.errors import RunError
from dsl4bes.run.submit import Plan, jobs_of, texts

pytestmark = pytest.mark.slow


@given(st.lists(st.text("abc/. ", min_size=1), min_size=1, max_size=60), st.integers(1, 25))
def test_every_file_is_in_one_job_in_order(files, per_job):
    jobs = jobs_of(files, per_job, "out/rhopi.root")
    assert [path for job in jobs for path in job.files] == files
    assert all(1 <= len(job.files) <= per_job for job in jobs) and len(jobs) == -(-len(files) // per_job)
    assert [job.output for job in jobs] == sorted({job.output for job in jobs})


#: The beginning of a ROOT file of 20 bytes; what comes after it is not looked at.
HEAD = b"root" + b"".join(number.to_bytes(4, "big") for number in (61404, 100, 20, 0))


@pytest.fixture
def dst(tmp_path):
    folder = tmp_path / "data of today"
    folder.mkdir()
    for i in range(7):
        (folder / f"run_{i}.dst").write_bytes(HEAD)
    return folder


def submitted(dst, tmp_path, *arguments, program=RHOPI, status=0):
    return clean(cli("submit", program, dst, "-o", tmp_path / "jobs", "-N", "3", *arguments), status)


#: Commands of a submit description that are used here, with what their values look like (condor_submit manual).
COMMANDS = {
    "universe": r"vanilla", "executable": r"/[^$\"]+", "arguments": r"\$\(number\)", "initialdir": r"/[^$\"]+", "output": r"logs/job_\$\(number\)\.out",
    "error": r"logs/job_\$\(number\)\.err", "log": r"logs/condor\.log", "getenv": r"True", "should_transfer_files": r"NO",
    "request_cpus": r"1", "request_memory": r"\d+ ?[KMGT]?B?",
}  # fmt: skip


def read_description(text):
    """Strictly the documented form: comments, `command = value` once each, one `queue VAR from FILE` at the end."""
    *lines, queue = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = {}
    for line in lines:
        match = re.fullmatch(r"(\w+) = (\S.*)", line)
        assert match and match[1] not in found, line
        assert re.fullmatch(COMMANDS[match[1]], match[2]), line
        found[match[1]] = match[2]
    match = re.fullmatch(r"queue (\w+) from (/.+)", queue)
    assert match
    return found, match[1], match[2]


def test_the_description_and_what_it_names(dst, tmp_path):
    submitted(dst, tmp_path)
    text = (tmp_path / "jobs/submit.sub").read_text()
    commands, variable, items = read_description(text)
    assert variable == "number" and Path(items).read_text().split() == ["0000", "0001", "0002"]
    assert os.access(commands["executable"], os.X_OK) and os.path.isdir(commands["initialdir"] + "/logs")
    assert commands["getenv"] == "True"


def test_htcondor_itself_reads_it(dst, tmp_path):
    condor = pytest.importorskip("htcondor2", reason="the bindings of HTCondor are not installed")
    submitted(dst, tmp_path)
    description = condor.Submit((tmp_path / "jobs/submit.sub").read_text())
    assert description["arguments"] == "$(number)"
    assert len(list(description.itemdata(description.getQArgs()))) == 3


@pytest.mark.parametrize("profile", ["7.0.x", "8"])
def test_job_options_are_those_of_the_package_with_other_files(dst, tmp_path, profile):
    submitted(dst, tmp_path, "--profile", profile)
    folder = tmp_path / "jobs"
    (own,) = folder.glob("package/RhoPi/*/*/ana_RhoPi.txt")
    inputs = []
    for i, path in enumerate(sorted((folder / "jobs").iterdir())):
        text = path.read_text()
        inputs += re.findall(r'"([^"]*\.dst)"', text)
        assert f"DATAFILE='rhopi_{i:04}.root'" in text and f"DATAFILE='rhopi_{i:04}_hist.root'" in text
        same = re.sub(r"digiRootInputFile = \{.*\}", 'digiRootInputFile = {"jpsi/*.dst"}', text).replace(
            f"rhopi_{i:04}", "rhopi"
        )
        assert same == own.read_text()
    assert inputs == sorted(str(path) for path in dst.iterdir())


BOSS = r"""#!/bin/bash
# stands for boss.exe: writes what the job options name, one line per input file
input=$(grep digiRootInputFile "$1" | grep -o '"[^"]*"')
for name in $(grep -o "DATAFILE='[^']*'" "$1" | cut -d"'" -f2); do echo "$input" > "$name"; done
case "$1" in *0001.txt) if [ -n "$FAIL" ]; then exit 3; fi;; esac
[ ! -d opts ] || ls opts/jobOptions_RhoPi.txt
"""
HADD = '#!/bin/bash\n[ "$1" = -f ] || exit 9\nout="$2"\nshift 2\ncat "$@" > "$out"\n'


@pytest.mark.parametrize("profile", ["7.0.x", "8"])
def test_the_scripts_run_merge_and_find_what_is_missing(dst, tmp_path, profile):
    submitted(dst, tmp_path, "--profile", profile)
    jobs, tools = tmp_path / "jobs", tmp_path / "bin"
    tools.mkdir()
    for name, text in (("boss.exe", BOSS), ("hadd", HADD)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    environment = os.environ | {"PATH": f"{tools}:{os.environ['PATH']}", "TMPDIR": str(tmp_path)}

    def run(*command, **more):
        return subprocess.run(
            list(map(str, command)),
            capture_output=True,
            text=True,
            env=environment | more,
            cwd=tmp_path,
            check=False,
        )

    for number in ("0000", "0001", "0002"):
        done = run(jobs / "run_job.sh", number, FAIL="yes")
        assert done.returncode == (3 if number == "0001" else 0), done.stderr
    assert not list(tmp_path.glob("job_*")), "a job leaves nothing behind"
    done = run("bash", jobs / "merge.sh")
    assert done.returncode == 1 and "1 jobs have not ended well" in done.stderr
    assert (jobs / "missing.list").read_text() == "0001\n" and not (jobs / "rhopi.root").exists()
    again = re.search(r"sed '([^']*)' submit.sub", done.stderr)
    text = run("sed", again[1], jobs / "submit.sub").stdout
    assert read_description(text)[2].endswith("/missing.list")
    assert run(jobs / "run_job.sh", "0001").returncode == 0
    assert run("bash", jobs / "merge.sh").returncode == 0
    files = [f'"{path}"' for path in sorted(dst.iterdir())]
    assert (
        (jobs / "rhopi.root").read_text().splitlines()
        == files
        == (jobs / "rhopi_hist.root").read_text().splitlines()
    )
    assert run(jobs / "run_job.sh", "0007").returncode == 2
    assert not list((jobs / "results").glob(".*"))


def test_without_boss_a_job_says_so(dst, tmp_path):
    setup = tmp_path / "set up.sh"
    setup.write_text("echo set up\n")
    submitted(dst, tmp_path, "--setup", setup)
    done = subprocess.run([tmp_path / "jobs/run_job.sh", "0000"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "set up\n") and "boss.exe is not found" in done.stderr
    assert "getenv" not in (tmp_path / "jobs/submit.sub").read_text()


def test_nothing_of_value_is_replaced(dst, tmp_path):
    submitted(dst, tmp_path)
    first = (tmp_path / "jobs/files.txt").read_bytes()
    assert "exists" in submitted(dst, tmp_path, status=1).stderr
    submitted(dst, tmp_path, "--force")
    assert (tmp_path / "jobs/files.txt").read_bytes() == first
    (tmp_path / "jobs/results/rhopi_0000.root").write_text("precious")
    assert "holds results" in submitted(dst, tmp_path, "--force", status=1).stderr
    assert (tmp_path / "jobs/results/rhopi_0000.root").read_text() == "precious"
    shutil.rmtree(tmp_path / "jobs")
    (tmp_path / "jobs").mkdir()
    assert "not written by" in submitted(dst, tmp_path, "--force", status=1).stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data of today", "jobs"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "the file is empty"), (b"garbage" * 9, "not a ROOT file"), (HEAD[:12] + b"\x00\x01\x00\x00" + HEAD[16:], "truncated: 20 of 65536 bytes")],
)
def test_a_file_that_boss_cannot_open_is_said_before_it_is_submitted(dst, tmp_path, content, reason):
    (dst / "run_3.dst").write_bytes(content)
    done = submitted(dst, tmp_path, status=1)
    assert f"run_3.dst: {reason}" in done.stderr and not (tmp_path / "jobs").exists()
    submitted(dst, tmp_path, "--unchecked")


def test_a_setup_script_that_is_not_there(dst, tmp_path):
    assert "nothing.sh (--setup): no such file" in submitted(dst, tmp_path, "--setup", "nothing.sh", status=1).stderr
    assert "7 files in 3 jobs" in submitted(dst, tmp_path, "--setup", "/elsewhere/setup.sh", "--unchecked").stdout
    for path in sorted(dst.iterdir())[1:]:
        path.unlink()
    assert "1 file in 1 job\n" in submitted(dst, tmp_path, "--force").stdout


def test_inputs_that_cannot_be_used(dst, tmp_path):
    assert "no such file" in clean(cli("submit", RHOPI, "gone.dst", "-o", tmp_path / "a"), 1).stderr
    assert (
        "named twice" in clean(cli("submit", RHOPI, dst, dst / "run_1.dst", "-o", tmp_path / "a"), 1).stderr
    )
    (tmp_path / "again.dst").symlink_to(dst / "run_1.dst")
    assert "named twice, once as" in clean(cli("submit", RHOPI, dst, tmp_path / "again.dst", "-o", tmp_path / "a"), 1).stderr
    elsewhere = ("/store/r1.dst", "/store/r1.dst", "--unchecked")
    assert "named twice" in clean(cli("submit", RHOPI, *elsewhere, "-o", tmp_path / "a"), 1).stderr
    (tmp_path / "x.toy.npz").write_text("")
    assert "toy events" in clean(cli("submit", RHOPI, tmp_path / "x.toy.npz", "-o", tmp_path / "a"), 1).stderr
    assert (
        "amount of memory"
        in clean(cli("submit", RHOPI, dst, "-o", tmp_path / "a", "--memory", "lots"), 1).stderr
    )
    assert not (tmp_path / "a").exists()
    names = ["/bes3fs/offline/data/run_8093.dst", "root://eos01.ihep.ac.cn//eos/run_8094.dst"]
    found = json.loads(
        clean(cli("submit", RHOPI, *names, "-o", tmp_path / "a", "--unchecked", "--json")).stdout
    )
    assert found["jobs"][0]["files"] == names


@pytest.mark.parametrize("name", ['a"b', "a\nb", "a\\b", "é", "a$(b)"])
def test_hostile_names_are_refused_or_quoted(name):
    from dsl4bes.driver import compile_source

    model = compile_source(RHOPI.read_text(), until="cpp").model
    files = ["/x/" + name + ".dst"]
    if name != "a$(b)":  # job options do not expand it, and shells never see it
        with pytest.raises(RunError, match="cannot stand in job options"):
            texts(model, jobs_of(files, 1, "o.root"), Plan("/f", 1))
    with (
        pytest.raises(RunError, match="cannot stand in a submit description")
        if name != "é"
        else pytest.MonkeyPatch.context()
    ):
        made = texts(model, jobs_of(["/x.dst"], 1, name), Plan(f"/f {name}", 1))
        assert "output_0000.root" in made["jobs/job_0000.txt"] or "__0000" in made["jobs/job_0000.txt"]


def test_a_program_without_outputs_and_with_a_limit(dst, tmp_path):
    program = tmp_path / "count.bes"
    program.write_text(
        'analysis "Count" do\n    events 100\nend\nevent_selection do\n    charged_tracks do\n        ngood == 2\n    end\nend\n'
    )
    done = submitted(dst, tmp_path, program=program)
    assert "limit of 100 events is not applied" in done.stdout
    jobs = tmp_path / "jobs"
    assert "EvtMax = -1;" in (jobs / "jobs/job_0000.txt").read_text()
    for script in ("run_job.sh", "merge.sh"):
        subprocess.run(["bash", "-n", jobs / script], check=True)


@pytest.mark.parametrize(
    "example", sorted(path.name for path in EXAMPLES.iterdir() if (path / f"{path.name}.bes").exists())
)
def test_every_example_can_be_submitted(example):
    from dsl4bes.driver import compile_source

    model = compile_source((EXAMPLES / example / f"{example}.bes").read_text(), until="cpp").model
    made = texts(model, jobs_of(["/a.dst", "/b.dst"], 1, model.output), Plan("/f", 1))
    read_description(made["submit.sub"])
    for script in ("run_job.sh", "merge.sh"):
        subprocess.run(["bash", "-n"], input=made[script], text=True, check=True)
