"""The user's ROOT: how it is found, what it says, a macro confined and bounded.

In: environments made here, words of ROOT, macros. Out: assertions on runs. Macros run in the real ROOT; without one those tests are skipped.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from dsl4bes.root import find
from dsl4bes.root.find import find_root
from dsl4bes.root.run import Ending, run_macro
from dsl4bes.root.words import Kind, complaints, digest
from dsl4bes.unknown.sandbox.limits import MIB, Limits
from dsl4bes.unknown.sandbox.scratch import scratch_folder
from dsl4bes.unknown.trouble import Trouble


@pytest.fixture(scope="module")
def root():
    try:
        return find_root()
    except Trouble as trouble:
        pytest.skip(f"no ROOT: {trouble.message}")


def fake_root(folder: Path, version: str) -> Path:
    """A program that answers as `root.exe --version`."""
    (folder / "bin").mkdir(parents=True)
    for name in ("root", "root.exe"):
        path = folder / "bin" / name
        path.write_text(f"#!/bin/sh\necho 'ROOT Version: {version}'\n")
        path.chmod(0o755)
    return folder


@pytest.fixture
def no_package(monkeypatch):
    """As if the package of PyPI were not installed."""
    monkeypatch.setattr(find, "find_spec", lambda name: None)
    find._asked.cache_clear()
    yield
    find._asked.cache_clear()


def test_rootsys_comes_before_the_path(tmp_path, no_package):
    first, second = fake_root(tmp_path / "a", "6.32.04"), fake_root(tmp_path / "b", "6.24/06")
    found = find_root({"ROOTSYS": str(first), "PATH": f"{second}/bin:/usr/bin:/bin"})
    assert (found.version, found.home, found.origin) == ((6, 32, 4), first, "$ROOTSYS")
    found = find_root({"PATH": f"{second}/bin:/usr/bin:/bin", "LD_LIBRARY_PATH": f"{second}/bin:/nowhere"})
    assert (found.version, found.name) == ((6, 24, 6), "ROOT 6.24.06 (the PATH)")
    assert second / "bin" in found.readable and Path("/nowhere") not in found.readable
    assert dict(found.environment)["LD_LIBRARY_PATH"].startswith(str(second))


def test_a_root_that_does_not_start_is_named_and_the_next_one_taken(tmp_path, no_package):
    broken = fake_root(tmp_path / "broken", "")
    good = fake_root(tmp_path / "good", "6.40.00")
    assert find_root({"ROOTSYS": str(broken), "PATH": f"{good}/bin:/usr/bin:/bin"}).home == good
    with pytest.raises(Trouble) as caught:
        find_root({"ROOTSYS": str(broken), "PATH": "/usr/bin:/bin"})
    assert caught.value.code.id == "BES0760" and "does not start" in caught.value.message and "dsl4bes[fits]" in caught.value.help


def test_no_root_and_an_old_one_are_said(tmp_path, no_package):
    with pytest.raises(Trouble) as caught:
        find_root({"PATH": str(tmp_path)})
    assert caught.value.code.id == "BES0760"
    with pytest.raises(Trouble) as caught:
        find_root({"ROOTSYS": str(fake_root(tmp_path / "old", "6.14/04")), "PATH": "/usr/bin:/bin"})
    assert caught.value.code.id == "BES0761" and "6.14" in caught.value.message


def test_the_package_of_another_python_is_found_by_its_script(tmp_path, no_package):
    home = fake_root(tmp_path / "venv/lib/python3.12/site-packages/ROOT", "6.40.00")
    script = tmp_path / "venv/bin/root"
    script.parent.mkdir()
    script.write_text("#!/usr/bin/env python3\n")
    script.chmod(0o755)
    found = find_root({"PATH": f"{script.parent}:/usr/bin:/bin"})
    assert found.home == home and "PyPI" in found.origin


WORDS = """In file included from input_line_8:1:
/tmp/x/fit.C:12:5: error: use of undeclared identifier 'y'
    y = 3;
    ^
/tmp/x/fit.C:13:2: warning: expression result unused [-Wunused-value]
/usr/include/c++/12/bits/x.h:3:1: note: candidate function
Error in <TFile::TFile>: file a.root does not exist
SysError in <TFile::Open>: No such file
 *** Break *** segmentation violation
IncrementalExecutor::executeFunction: symbol '_Z3foov' unresolved while linking [cling interface function]!
"""


def test_words_of_root_are_read():
    found = complaints(WORDS, "[#0] ERROR:Fitting -- RooAbsPdf::fitTo(x) failed\n[#1] INFO:Fitting -- fine\nError: my own word\n")
    assert [each.kind for each in found] == [Kind.COMPILER, Kind.CLASS, Kind.CLASS, Kind.SIGNAL, Kind.LINKER, Kind.CLASS]
    assert (found[0].line, found[0].column, found[0].context) == (12, 5, "y = 3;")
    assert str(found[0]) == "line 12: use of undeclared identifier 'y'"
    assert digest(found, 2).splitlines() == ["line 12: use of undeclared identifier 'y'", "    y = 3;", "TFile::TFile: file a.root does not exist", "and 4 more"]


def ran(root, code: str, *, confined: bool = True, limits: Limits | None = None):
    with scratch_folder() as folder:
        macro = folder / "probe.C"
        macro.write_text(code)
        return run_macro(root, macro, confined=confined, **({"limits": limits} if limits else {}))


@pytest.mark.parametrize("confined", [True, False])
def test_a_macro_runs(root, confined):
    found = ran(root, 'void probe() { TH1D h("h", "", 10, 0, 1); h.Fill(0.5); printf("%g %s\\n", h.GetEntries(), gSystem->WorkingDirectory()); }', confined=confined)
    assert (found.ending, found.exit, found.complaints) == (Ending.CLEAN, 0, ())
    assert found.stdout.startswith("1 /tmp/") and found.seconds > 0 and found.peak_memory > 10 * MIB


def test_what_does_not_compile_or_crashes_is_told_apart(root):
    found = ran(root, "void probe() {\n  TH1D h;\n  h.Foo();\n}\n")
    assert found.ending is Ending.NOT_COMPILED and [(each.line, each.words) for each in found.complaints] == [(3, "no member named 'Foo' in 'TH1D'")]
    assert ran(root, "void probe() { int *p = (int *)8; *p = 3; }").ending is Ending.CRASHED
    assert ran(root, "void probe() { gSystem->Exit(3); }").ending is Ending.STATUS


def test_a_macro_that_root_cannot_start_is_told_in_words(root):
    """ROOT waits without an end for the rest of a macro whose braces do not close, and falls back in silence where there is nothing to call."""
    started = time.monotonic()
    found = ran(root, 'void probe() {\n  for (int i = 0; i < 3; ++i) {\n    printf("x");\n')
    assert found.ending is Ending.NOT_COMPILED and "not closed" in found.complaints[-1].words and time.monotonic() - started < 25
    found = ran(root, "void other(int n) {}")
    assert found.ending is Ending.NOT_COMPILED and "`probe()`" in found.complaints[0].words
    found = ran(root, "int missing(); void probe() { missing(); }")
    assert found.ending is Ending.NOT_COMPILED and "nowhere defined" in found.complaints[0].words
    assert ran(root, 'void probe() { throw std::runtime_error("x"); }').ending is Ending.CRASHED
    assert ran(root, 'void probe() { while (true) puts("much too much of it"); }').ending is Ending.LIMIT


@pytest.mark.parametrize("confined", [True, False])
def test_an_endless_macro_ends(root, confined):
    started = time.monotonic()
    found = ran(root, "void probe() { volatile int still = 1; while (still) {} }", confined=confined, limits=Limits(wall_seconds=6, cpu_seconds=5, memory=6 << 30, open_files=512))
    assert found.timed_out and time.monotonic() - started < 20


def test_a_confined_macro_sees_no_home_and_no_network(root, tmp_path):
    """What is outside the folder is not there, and nothing can be reached."""
    secret = tmp_path / "secret.txt"
    secret.write_text("no")
    code = 'void probe() { printf("%d %d %d\\n", gSystem->AccessPathName("' + str(secret) + '"), gSystem->AccessPathName("' + os.path.expanduser("~") + '/."), gSystem->OpenConnection("127.0.0.1", 9) >= 0); }'
    assert ran(root, code).stdout.split()[:2] == ["1", "1"] and ran(root, code).stdout.split()[2] == "0"
