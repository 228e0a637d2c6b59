"""The command line as a user meets it: exit statuses, what goes where, no traceback, quick start."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
RHOPI = EXAMPLES / "rhopi/rhopi.bes"
PID = EXAMPLES / "pid/pid.bes"


def cli(*arguments, stdin=None, cwd=None, **environment):
    """Run the command line in a process of its own."""
    env = os.environ | {"NO_COLOR": "1", "COLUMNS": "100", "PYTHONPATH": str(ROOT)} | environment
    command = [sys.executable, "-m", "dsl4bes", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, input=stdin, cwd=cwd, env=env, check=False, timeout=300
    )


@pytest.fixture
def here(capsys, monkeypatch):
    """The command line in this process, for tests of words and statuses: a start costs more than what most commands do. Starts, pipes, signals and imports need `cli`."""
    from dsl4bes.cli.app import run

    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")

    def ran(*arguments):
        words = [str(each) for each in arguments]
        capsys.readouterr()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of a library, which a start of the command ignores, too
            status = run(words)
        said = capsys.readouterr()
        return subprocess.CompletedProcess(words, status, said.out, said.err)

    return ran


def clean(done, status=0):
    """The expected status, and no Python words."""
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return done


# --- the shell itself ---------------------------------------------------------------------------------------------


def test_help_lists_every_command_and_each_has_its_own(here):
    from dsl4bes.cli.app import COMMANDS

    text = clean(cli("--help")).stdout
    for name in COMMANDS:
        assert f"\n  {name} " in text
        assert "Usage:" in clean(here(name, "--help")).stdout


def test_a_group_lists_its_commands_and_imports_only_the_one_that_is_asked_for():
    from dsl4bes.cli.dataset import GROUP

    text = clean(cli("dataset", "--help")).stdout
    for name, (_, about) in GROUP.commands.items():
        assert f"\n  {name} " in text and about in text
        assert f"Usage: dsl4bes dataset {name}" in clean(cli("dataset", name, "--help")).stdout
    for words in (["dataset"], ["dataset", "train"], ["dataset", "show", "--nope"], ["dataset", "remove"]):
        assert clean(cli(*words), 2).stderr
    code = "import sys; from dsl4bes.cli.app import run; status = run(['dataset', 'show', 'nowhere']); print(status, sorted(name for name in sys.modules if name.startswith('dsl4bes.cli.dataset.') or name in ('typer', 'numpy')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1 ['dsl4bes.cli.dataset.folder', 'dsl4bes.cli.dataset.show']"



def test_version():
    import dsl4bes

    assert clean(cli("--version")).stdout.split() == ["dsl4bes", dsl4bes.__version__]


@pytest.mark.parametrize(
    "arguments",
    [
        ["chek"],
        ["check"],
        ["check", "--nope", "x"],
        ["check", "--format", "xml", str(RHOPI)],
        ["dump", "--stage", "x", str(RHOPI)],
        [],
    ],
)
def test_wrong_usage_is_status_2(arguments):
    done = cli(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_misspelt_command_gets_a_suggestion():
    assert "check" in cli("chek").stderr


def test_start_imports_nothing_heavy():
    heavy = (
        "numpy",
        "awkward",
        "uproot",
        "rich",
        "matplotlib",
        "pydantic",
        "torch",
        "transformers",
        "vllm",
        "ROOT",
        "particle",
        "lark",
    )
    for arguments in (["--help"], ["check", str(RHOPI)], ["compile", str(RHOPI), "--fragment"]):
        code = (
            "import sys\nfrom dsl4bes.cli.app import run\n"
            f"run({arguments!r})\nprint([m for m in {heavy!r} if m in sys.modules], file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
        )
        assert done.stderr.strip().splitlines()[-1] == "[]", arguments


def test_an_unforeseen_exception_becomes_an_internal_error_with_a_report(tmp_path):
    code = (
        "import sys, dsl4bes.cli.new as new\n"
        "def broken(*a, **k): raise ZeroDivisionError('seventeen')\n"
        "new.os.path.exists = broken\n"
        "from dsl4bes.cli.app import run\nsys.exit(run(['new', 'x']))"
    )
    env = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=env, cwd=tmp_path
    )
    assert done.returncode == 3
    assert "BES9001" in done.stderr and "Traceback" not in done.stderr
    (report,) = tmp_path.glob("dsl4bes-report-*.txt")
    assert "seventeen" in report.read_text() and "Traceback" in report.read_text()
    assert report.name in done.stderr


def test_a_closed_pipe_is_no_error():
    command = f"{sys.executable} -m dsl4bes explain pid photons charged_tracks | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False, cwd=ROOT)
    assert "Traceback" not in done.stderr and "BES9001" not in done.stderr


# --- check, fmt ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/*.bes")), ids=lambda path: path.stem)
def test_examples_are_clean(path):
    clean(cli("check", path))


def test_check_shows_the_assumed_block():
    out = clean(cli("check", PID)).stdout
    assert "charged_tracks" in out and "vr" in out and "note" in out


BAD = "event_selection do\n    charged_trakcs do\n        vr 1\n    end\nend\n"


@pytest.mark.parametrize("format", ["full", "concise", "json", "sarif", "github"])
def test_check_in_every_format(tmp_path, format):
    file = tmp_path / "bad.bes"
    file.write_text(BAD)
    out = clean(cli("check", file, "--format", format), 1).stdout
    assert "charged_tra" in out
    if format in ("json", "sarif"):
        json.loads(out)


def test_check_reads_folders_and_the_standard_input(tmp_path):
    shutil.copy(PID, tmp_path / "pid.bes")
    (tmp_path / "bad.bes").write_text(BAD)
    done = clean(cli("check", tmp_path, "--format", "concise"), 1)
    assert "bad.bes" in done.stdout
    assert clean(cli("check", "-", stdin=BAD), 1).stdout


def test_fix_mends_a_misspelling(tmp_path):
    file = tmp_path / "bad.bes"
    file.write_text(BAD)
    clean(cli("check", "--fix", file))
    assert "charged_tracks" in file.read_text()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"\xff\xfe\xfa",
        b"do " * 3000,
        b"(" * 20000,
        b"a" * 2_000_000,
        b'x "\xe2\x80\xae*/ ??/ \\\n',
        b"event_selection do\n" * 10_000,
    ],
    ids=["empty", "null", "not utf-8", "do", "brackets", "large", "hostile", "deep"],
)
def test_bad_input_is_a_diagnostic(tmp_path, content):
    file = tmp_path / "x.bes"
    file.write_bytes(content)
    done = cli("check", file)
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr and "BES9001" not in done.stderr
    assert done.stdout


def test_a_missing_file_and_a_folder_without_programs(tmp_path):
    assert "BES05" in clean(cli("check", tmp_path / "none.bes"), 1).stdout
    assert "BES05" in clean(cli("check", tmp_path), 1).stdout


def test_fmt_check_diff_and_write(tmp_path):
    file = tmp_path / "a.bes"
    file.write_text("event_selection.pid do\n  prob_cut    0.001\n  identify :pip\nend\n")
    assert "would format" in clean(cli("fmt", "--check", file), 1).stdout
    assert clean(cli("fmt", "--diff", file), 1).stdout.startswith("---")
    clean(cli("fmt", file))
    text = file.read_text()
    clean(cli("fmt", "--check", file))
    assert cli("fmt", "-", stdin=text).stdout == text


def test_fmt_leaves_a_broken_file_alone(tmp_path):
    file = tmp_path / "a.bes"
    file.write_text("event_selection do\n  vr <<< \n")
    clean(cli("fmt", file), 1)
    assert file.read_text() == "event_selection do\n  vr <<< \n"


# --- compile, plan, dump ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["7.0.x", "8"])
def test_compile_writes_a_package_once(tmp_path, profile):
    clean(cli("compile", RHOPI, "-o", tmp_path, "--profile", profile))
    first = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    names = {path.name for path in first}
    assert {"RhoPi.h", "RhoPi.cxx"} <= names
    assert ("requirements" in names) == (profile == "7.0.x")
    out = clean(cli("compile", RHOPI, "-o", tmp_path, "--profile", profile)).stdout
    assert "0 files written" in out
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == first


def test_compile_does_not_overwrite_what_a_person_edited(tmp_path):
    clean(cli("compile", RHOPI, "-o", tmp_path))
    source = next(tmp_path.rglob("RhoPi.cxx"))
    generated = source.read_text()
    source.write_text("// mine\n" + generated)
    assert "edited by hand" in clean(cli("compile", RHOPI, "-o", tmp_path), 1).stderr
    assert source.read_text().startswith("// mine")
    assert "! " in clean(cli("plan", RHOPI, "-o", tmp_path)).stdout
    clean(cli("compile", RHOPI, "-o", tmp_path, "--force"))
    assert source.read_text() == generated


def test_plan_says_new_unchanged_and_origins(tmp_path):
    assert "new" in clean(cli("plan", RHOPI, "-o", tmp_path)).stdout
    assert not list(tmp_path.iterdir())
    clean(cli("compile", RHOPI, "-o", tmp_path))
    out = clean(cli("plan", RHOPI, "-o", tmp_path, "--origins")).stdout
    assert "unchanged" in out and "changed," not in out.replace("unchanged", "")
    assert "template" in out


def test_a_program_with_errors_writes_nothing(tmp_path):
    (tmp_path / "bad.bes").write_text(BAD)
    clean(cli("compile", tmp_path / "bad.bes", "-o", tmp_path / "out"), 1)
    assert not (tmp_path / "out").exists()


def test_fragment_is_the_methods_alone():
    out = clean(cli("compile", PID, "--fragment", "-q")).stdout
    assert "::pid(" in out and "#include" not in out


@pytest.mark.parametrize("stage", ["tree", "ast", "ir", "cpp", "text"])
def test_dump_every_stage_the_same_every_time(stage):
    first = clean(cli("dump", "--stage", stage, RHOPI, PYTHONHASHSEED="1")).stdout
    assert "charged_tracks" in first
    assert " at 0x" not in first
    assert clean(cli("dump", "--stage", stage, RHOPI, PYTHONHASHSEED="2")).stdout == first


# --- the small ones -----------------------------------------------------------------------------------------------


def test_explain_every_kind_of_word(here):
    for word, expected in {
        "BES0115": "unclosed", "photons": "isolation", "photons.time": "photons.time", "angle": "Angle between", "K_S0": "310", "MeV": "0.001 GeV",
    }.items():  # fmt: skip
        assert expected in clean(here("explain", word)).stdout
    assert "did you mean `angle`" in clean(here("explain", "angel"), 1).stderr


def test_new_program_is_clean_and_never_overwrites(tmp_path):
    clean(cli("new", "my_selection", cwd=tmp_path))
    file = tmp_path / "my_selection.bes"
    text = file.read_text()
    clean(cli("check", "--strict", file))
    clean(cli("fmt", "--check", file))
    clean(cli("new", "my_selection", cwd=tmp_path), 1)
    assert file.read_text() == text
    clean(cli("new", "1-2", cwd=tmp_path), 2)


def test_toy_writes_events_and_says_what_is_wrong(tmp_path):
    pytest.importorskip("numpy")
    clean(cli("toy", "J/psi -> pi+ pi- (pi0 -> gam gam)", "-n", 20, "-o", tmp_path / "a"))
    assert (tmp_path / "a.toy.npz").exists()
    assert "error" in clean(cli("toy", "pi0 -> J/psi", "-o", tmp_path / "b"), 1).stderr
    assert "error" in clean(cli("toy", "J/psi -> ", "-o", tmp_path / "b"), 1).stderr


def test_doctor_without_a_compiler_says_how_to_get_one():
    done = clean(cli("doctor", DSL4BES_CXX="no-such-compiler"), 1)
    assert "apt install g++ libclhep-dev" in done.stdout and "conda-forge" in done.stdout
    found = json.loads(cli("doctor", "--json").stdout)
    assert {"Python", "C++ compiler", "CLHEP"} <= {finding["name"] for finding in found}


def test_repl_shows_cpp_and_diagnostics_block_by_block():
    block = PID.read_text().replace("\\n\\n", "\\n")
    done = clean(cli("repl", stdin=f"{block}{BAD}:show\n:undo\n:nonsense\n:quit\n"))
    assert "::pid(" in done.stdout
    assert "charged_trakcs" in done.stdout
    assert done.stdout.count("prob_cut 0.001") >= 1 and "there is no command `:nonsense`" in done.stdout and "not saved" not in done.stdout


def test_reference_page_is_up_to_date():
    from dsl4bes.devtools import generate

    assert generate.outdated() == []


def test_what_the_system_refuses_is_a_message_and_no_internal_error(tmp_path):
    (tmp_path / "a.bes").write_text("event_selection.photons do\n    ngam >= 2\nend\n")
    (tmp_path / "file").write_text("mine")
    for arguments in (["compile", "a.bes", "-o", "file"], ["compile", "a.bes", "-o", "/proc/none"], ["new", "file/x.bes"]):
        ended = subprocess.run(
            [sys.executable, "-m", "dsl4bes", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 1, ended
        assert ended.stderr.startswith("error: ") and "BES9001" not in ended.stderr
    assert (tmp_path / "file").read_text() == "mine"


def test_nothing_is_no_particle():
    from dsl4bes.physics.particles import find

    assert find("") is None and find("  ") is None
