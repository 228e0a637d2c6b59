"""The ladder for real: policy, both compilers, the sandbox, events; and the command that pins what passed.

In: programs and code in files. Out: assertions on rungs, exit status, lock files. Slow: every accepted case builds two packages and runs them confined.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("tree_sitter_cpp", reason="the extra [llm] is not installed")
pytestmark = [pytest.mark.cpp, pytest.mark.slow]

PROGRAM = """event_selection do
    charged_tracks do
        ngood >= 1
    end
    photons do
        ngam >= 1
    end
    loud_shower_limit do
        describe "reject events with a photon above the limit"
        from     gam
        limit    0.8 GeV
        code     "limit.inc"
    end
end
"""
GOOD = """// no photon above the limit
for (std::size_t i = 0; i < in.gam.size(); ++i) {
  if (in.gam[i].energy > in.limit) return false;
}
return true;
"""


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "dsl4bes", *arguments], cwd=folder, capture_output=True, text=True, timeout=600, check=False)


def written(folder: Path, code: str = GOOD, program: str = PROGRAM) -> Path:
    (folder / "x.bes").write_text(program)
    (folder / "limit.inc").write_text(code)
    return folder


def rungs(folder: Path, *arguments: str) -> tuple[int, dict]:
    done = command(folder, "accept", "x.bes", "--json", *arguments)
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, json.loads(done.stdout) if done.stdout.startswith("{") else {"error": done.stderr}


def test_good_code_is_accepted_pinned_and_used(tmp_path):
    written(tmp_path)
    assert command(tmp_path, "check", "x.bes").returncode == 1
    status, found = rungs(tmp_path)
    block = found["loud_shower_limit"]
    assert status == 0 and block["accepted"], block
    assert [rung["name"] for rung in block["rungs"]] == ["policy", "compile", "run", "repeat", "checks", "decide"]
    assert not block["warnings"]
    first = (tmp_path / "x.bes.lock").read_text()
    assert "no photon above" not in first  # comments are no part of what was checked
    assert command(tmp_path, "check", "x.bes").returncode == 0
    again = command(tmp_path, "accept", "x.bes")
    assert again.returncode == 0 and "nothing new" in again.stdout
    assert rungs(tmp_path, "--again")[0] == 0 and (tmp_path / "x.bes.lock").read_text() == first
    ran = command(tmp_path, "run", "x.bes", "--sample", "--cross-check")
    assert ran.returncode == 0 and "agrees in all" in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("code", "rung", "words"),
    [
        ('system("touch here"); return true;', "policy", "system"),
        ("return in.gam[0].enrgy > 1;", "policy", "energy"),
        ("while (true) {} return true;", "policy", ""),
        ("static int calls = 0; return ++calls % 2 == 0;", "policy", "static"),
        ("return true", "policy", ""),
        ("return in.limit;", None, ""),
    ],
)
def test_bad_code_is_refused_with_the_rung_and_the_reason(tmp_path, code, rung, words):
    written(tmp_path, code + "\n")
    status, found = rungs(tmp_path)
    block = found["loud_shower_limit"]
    if rung is None:
        assert block["rungs"]
        return
    assert status == 1 and not block["accepted"]
    last = block["rungs"][-1]
    assert last["name"] == rung and not last["passed"] and words in last["words"]
    assert not (tmp_path / "x.bes.lock").exists() and not (tmp_path / "here").exists()


def test_code_that_decides_nothing_is_a_warning(tmp_path):
    status, found = rungs(written(tmp_path, "return true;\n"))
    assert status == 0 and "keeps every event" in found["loud_shower_limit"]["warnings"][0]


def test_a_block_that_no_event_reaches_is_not_accepted(tmp_path):
    status, found = rungs(written(tmp_path, program=PROGRAM.replace("ngood >= 1", "ngood >= 19")))
    assert status == 1 and "--events" in found["loud_shower_limit"]["rungs"][-1]["words"]


def test_a_refused_block_leaves_the_lock_file_as_it_was(tmp_path):
    written(tmp_path)
    assert rungs(tmp_path)[0] == 0
    before = (tmp_path / "x.bes.lock").read_bytes()
    (tmp_path / "limit.inc").write_text("return in.nothing > 0;\n")
    assert command(tmp_path, "check", "x.bes").returncode == 1
    assert rungs(tmp_path)[0] == 1
    assert (tmp_path / "x.bes.lock").read_bytes() == before


TWO = PROGRAM.replace("        code     \"limit.inc\"\n    end\n", """        code     "limit.inc"
    end
    second_limit do
        from     gam
        limit    0.9 GeV
        code     "second.inc"
    end
""")


def test_reading_past_the_end_is_found_by_the_checks_of_the_library(tmp_path):
    """The policy proves writes only, and C++98 without checks gives some number."""
    status, found = rungs(written(tmp_path, "return in.gam[in.gam.size()].energy < in.limit;\n"))
    last = found["loud_shower_limit"]["rungs"][-1]
    assert status == 1 and last["name"] == "run" and "past the end of a list" in last["words"], last
    assert not (tmp_path / "x.bes.lock").exists()


def test_a_block_waits_when_another_is_refused(tmp_path):
    written(tmp_path, program=TWO)
    (tmp_path / "second.inc").write_text("return in.nothing > 0;\n")
    status, found = rungs(tmp_path)
    assert status == 1 and not found["loud_shower_limit"]["accepted"] and not found["second_limit"]["accepted"]
    assert [rung["name"] for rung in found["loud_shower_limit"]["rungs"]] == ["policy"]
    said = command(tmp_path, "accept", "x.bes").stdout
    assert "loud_shower_limit: not tried to the end" in said and "second_limit: refused" in said
    assert not (tmp_path / "x.bes.lock").exists()


def test_code_of_a_block_that_was_not_named_is_not_compiled_unchecked(tmp_path):
    """Both blocks are in one package: the code of the second would run with that of the first."""
    written(tmp_path, program=TWO)
    (tmp_path / "second.inc").write_text("static int calls = 0; return ++calls > 0;\n")
    status, found = rungs(tmp_path, "loud_shower_limit")
    assert status == 1 and list(found) == ["loud_shower_limit"]
    assert "second_limit" in found["loud_shower_limit"]["rungs"][-1]["words"] and not (tmp_path / "x.bes.lock").exists()
    (tmp_path / "second.inc").write_text("return in.limit > 0;\n")
    assert rungs(tmp_path, "loud_shower_limit")[0] == 0
    lock = (tmp_path / "x.bes.lock").read_text()
    assert "loud_shower_limit" in lock and "second_limit" not in lock


def test_a_block_in_a_region_of_a_region_sees_the_events_that_reach_it(tmp_path):
    block = PROGRAM[PROGRAM.index("    loud_shower_limit") : -len("end\n")]
    outer = 'region(:outer, from: baseline) do\n    require "two", count(gam) >= 2\nend\n'
    inner = f"region(:inner, from: outer) do\n{block}end\n"
    text = f"{PROGRAM[: PROGRAM.index('    loud_shower_limit')]}end\n{outer}{inner}"
    status, found = rungs(written(tmp_path, program=text))
    (name,) = found
    assert status == 0 and name == "inner.loud_shower_limit", found
    everywhere = command(tmp_path, "run", "x.bes", "--sample", "--cross-check", "--json")
    check = json.loads(everywhere.stdout)["cross_check"]
    assert check["taken"] == ["inner.loud_shower_limit"] and not check["differences"]


def test_the_energy_of_the_data_base_does_not_keep_events_away(tmp_path):
    beam = '    require "beam", ecms > 1 GeV\n'
    text = 'analysis "Scan" do\n    ecms :database\nend\n' + PROGRAM.replace("    loud", f"{beam}    loud")
    assert rungs(written(tmp_path, program=text))[0] == 0


def test_mistakes_of_the_command_line_are_said(tmp_path):
    written(tmp_path)
    for arguments, words in (
        (["accept", "none.bes"], "none.bes"),
        (["accept", "x.bes", "loud_shower"], "did you mean"),
        (["accept", "x.bes", "--events", "none.dst"], "none.dst"),
    ):
        done = command(tmp_path, *arguments)
        assert done.returncode != 0 and words in done.stdout + done.stderr and "Traceback" not in done.stderr
    (tmp_path / "x.bes.lock").write_text("not toml [")
    done = command(tmp_path, "accept", "x.bes")
    assert done.returncode == 1 and "x.bes.lock" in done.stderr and (tmp_path / "x.bes.lock").read_text() == "not toml ["


def test_without_compiler_or_parser_the_refusal_says_what_to_install(tmp_path, monkeypatch):
    written(tmp_path)
    monkeypatch.setenv("DSL4BES_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CXX", "no-such-compiler")
    monkeypatch.delenv("DSL4BES_CXX", raising=False)
    done = command(tmp_path, "accept", "x.bes")
    assert done.returncode == 1 and "no C++ compiler" in done.stderr and "doctor" in done.stderr and "internal" not in done.stderr, done.stderr
    broken = tmp_path / "broken-g++"
    broken.write_text("#!/bin/sh\ncase \"$*\" in *probe.cxx*|*--version*) exit 0;; esac\necho 'x.cxx:1:1: error: out of order' >&2; exit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("CXX", str(broken))
    done = command(tmp_path, "accept", "x.bes")
    assert done.returncode == 1 and "out of order" in done.stderr and "internal" not in done.stderr, done.stderr
    (tmp_path / "hidden" / "tree_sitter").mkdir(parents=True)
    (tmp_path / "hidden" / "tree_sitter" / "__init__.py").write_text("raise ImportError('hidden')\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'hidden'}:{Path(__file__).parents[2]}")
    done = command(tmp_path, "accept", "x.bes")
    assert done.returncode == 1 and "pip install 'dsl4bes[llm]'" in done.stderr and "internal" not in done.stderr, done.stderr


def test_files_of_many_events_are_tried_in_part(tmp_path):
    from dsl4bes.driver import compile_source
    from dsl4bes.events.store import write_events
    from dsl4bes.events.toy import toy_events
    from dsl4bes.unknown.samples import sample

    path = tmp_path / "many.npz"
    write_events(path, [toy_events("J/psi -> pi+ pi- (pi0 -> gam gam)", 30, 1)])
    program = compile_source("event_selection do\n    photons do\n        ngam >= 1\n    end\nend\n", "x.bes", until="ir").program
    said: list[str] = []
    assert sum(map(len, sample(program, [str(path)] * 2, said.append, 40))) == 30 or said
    assert sum(map(len, sample(program, [str(path)], said.append, 12))) == 12 and "first 12 events" in said[-1]
    said.clear()
    assert sum(map(len, sample(program, [str(path)], said.append, 30))) == 30 and not said


def test_the_view_does_not_hide_the_errors_of_the_program(tmp_path):
    (tmp_path / "x.bes").write_text(PROGRAM.replace("0.8 GeV", "0.8 Gev").replace('        code     "limit.inc"\n', ""))
    done = command(tmp_path, "accept", "x.bes", "--view")
    assert done.returncode == 1 and "Gev" in done.stderr and "no custom block" not in done.stdout


def test_the_view_of_a_block_is_shown(tmp_path):
    (tmp_path / "x.bes").write_text(PROGRAM.replace('        code     "limit.inc"\n', ""))
    done = command(tmp_path, "accept", "x.bes", "--view")
    assert done.returncode == 0 and "double limit;" in done.stdout and "std::vector<ShowerView> gam;" in done.stdout
