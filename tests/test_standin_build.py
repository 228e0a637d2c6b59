"""Building: cached by content, safe with several processes, errors as data."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from standin_tools import RHOPI, algorithm, have_toolchain

from dsl4bes.standin import build, toolchain
from dsl4bes.standin.build import BuildError, build_library, build_package, syntax_check
from dsl4bes.standin.messages import CompilerMessage, parse_messages
from dsl4bes.standin.toolchain import INSTALL, Toolchain, ToolchainError

needs_compiler = pytest.mark.skipif(not have_toolchain(), reason="no C++ compiler or CLHEP")


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """A cache folder of its own and no remembered tool chain."""
    monkeypatch.setenv("DSL4BES_CACHE", str(tmp_path))
    toolchain.toolchain.cache_clear()
    yield tmp_path
    toolchain.toolchain.cache_clear()


@needs_compiler
def test_package_is_built_once_per_content(tmp_path):
    text = algorithm("")
    first = build_package({"src/Probe.cxx": text}, "c++98")
    stamp = first.stat().st_mtime_ns
    assert build_package({"src/Probe.cxx": text, "share/options.txt": "other"}, "c++98") == first
    assert first.stat().st_mtime_ns == stamp
    assert build_package({"src/Probe.cxx": text + "\n"}, "c++98") != first
    assert build_package({"src/Probe.cxx": text}, "c++17") != first
    assert build_package({"src/Probe.cxx": text}, profile="8") == build_package(
        {"src/Probe.cxx": text}, "c++17"
    )


@needs_compiler
def test_folder_and_mapping_are_the_same_package(tmp_path):
    texts = {str(path.relative_to(RHOPI)): path.read_text() for path in RHOPI.rglob("*") if path.is_file()}
    assert build_package(RHOPI, "c++98") == build_package(texts, "c++98")
    versioned = {f"RhopiTest/RhopiTest-00-00-01/{path}": text for path, text in texts.items()}
    assert build_package(versioned, "c++98").exists()


@needs_compiler
def test_errors_carry_file_line_and_column():
    text = algorithm("").replace("class Probe", "\nint f() { return absent; }\nclass Probe", 1)
    line = text.splitlines().index("int f() { return absent; }") + 1
    with pytest.raises(BuildError) as caught:
        build_package({"src/Probe.cxx": text}, "c++98")
    first = caught.value.messages[0]
    assert (first.file, first.line, first.severity) == ("src/Probe.cxx", line, "error") and first.column > 0
    assert "absent" in str(caught.value) and "absent" in caught.value.output


@needs_compiler
def test_package_without_sources_and_paths_that_leave_it():
    with pytest.raises(BuildError, match="no source"):
        build_package({"cmt/requirements": "package X"})
    with pytest.raises(ValueError, match="leaves the package"):
        build_package({"../Probe.cxx": algorithm("")})
    with pytest.raises(FileNotFoundError):
        build_package(Path("no/such/folder"))


@pytest.mark.slow
@needs_compiler
def test_many_processes_build_the_same_package(tmp_path):
    """Four processes at once: all get the same complete file and nothing is left behind."""
    source = tmp_path / "src"
    source.mkdir()
    (source / "Probe.cxx").write_text(algorithm(f"// {tmp_path.name} {id(tmp_path)}"))
    code = (
        f"from dsl4bes.standin.build import build_package; print(build_package({str(tmp_path)!r}, 'c++98'))"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    found = {process.communicate()[0].strip() for process in processes}
    assert all(process.returncode == 0 for process in processes) and len(found) == 1
    package = Path(found.pop())
    assert package.exists()
    for process in processes:  # other tests may be building into the same cache
        assert not list(package.parent.glob(f"tmp-{process.pid}-*"))


@needs_compiler
def test_library_follows_its_sources_and_headers(monkeypatch, tmp_path):
    """A changed source or header makes another library; content seen before is found again, not built."""
    for folder in ("src/part", "include", "cache"):
        (tmp_path / folder).mkdir(parents=True)
    source, header = tmp_path / "src" / "part" / "x.cxx", tmp_path / "include" / "x.h"
    for name, value in (("HERE", tmp_path), ("SOURCE", tmp_path / "src"), ("INCLUDE", tmp_path / "include")):
        monkeypatch.setattr(build, name, value)

    def library(code: str, declaration: str) -> tuple[Path, int]:
        source.write_text(code)
        header.write_text(declaration)
        build._headers_hash.cache_clear()
        path = build_library(tmp_path / "cache")
        return path, path.stat().st_mtime_ns

    first = library("int x() { return 1; }", "int x();")
    assert library("int x() { return 2; }", "int x();")[0] != first[0]
    assert library("int x() { return 1; }", "int  x();")[0] != first[0]
    assert library("int x() { return 1; }", "int x();") == first
    build._headers_hash.cache_clear()


@needs_compiler
def test_syntax_check_takes_text_or_file(tmp_path):
    path = tmp_path / "bad.cxx"
    path.write_text("int f() {\n  return x;\n}\n")
    for given in (path, path.read_text()):
        found = syntax_check(given, "c++17")
        assert [(m.line, m.column, m.severity) for m in found] == [(2, 10, "error")]
    with pytest.raises(ValueError, match="unknown C\\+\\+ standard"):
        syntax_check("int x;", "c++99")


def test_messages_are_parsed():
    output = """In file included from a.cxx:1:
src/A.cxx: In function 'int f()':
src/A.cxx:12:5: error: 'x' was not declared in this scope
   12 |     x;
src/A.cxx:3:10: fatal error: Pkg/None.h: No such file or directory
src/B.cxx:7: warning: old style
/usr/bin/ld: /tmp/a.o: in function `f()':
a.cxx:(.text+0x5): undefined reference to `TofHitStatus::part(unsigned int)'
a.cxx:(.text+0x9): undefined reference to `TofHitStatus::part(unsigned int)'
"""
    assert parse_messages(output) == [
        CompilerMessage("src/A.cxx", 12, 5, "error", "'x' was not declared in this scope"),
        CompilerMessage("src/A.cxx", 3, 10, "error", "Pkg/None.h: No such file or directory"),
        CompilerMessage("src/B.cxx", 7, 0, "warning", "old style"),
        CompilerMessage("", 0, 0, "error", "no definition of TofHitStatus::part(unsigned int)"),
    ]


def test_missing_compiler_says_how_to_get_it(fresh, monkeypatch):
    monkeypatch.setenv("DSL4BES_CXX", "no-such-compiler")
    with pytest.raises(ToolchainError) as caught:
        toolchain.toolchain()
    assert caught.value.missing == "compiler"
    assert all(command in str(caught.value) for command in INSTALL.values())


@needs_compiler
def test_missing_clhep_says_how_to_get_it(fresh, monkeypatch):
    monkeypatch.setattr(toolchain, "clhep_flags", lambda: ((), ("-lNoSuchLibrary",)))
    with pytest.raises(ToolchainError) as caught:
        toolchain.toolchain()
    assert caught.value.missing == "clhep" and "libclhep-dev" in str(caught.value) and caught.value.output


@needs_compiler
def test_tool_chain_is_remembered_and_a_damaged_memory_is_ignored(fresh):
    found = toolchain.toolchain()
    (memory,) = fresh.glob("toolchain-*.json")
    memory.write_text('{"compiler": 1')
    toolchain.toolchain.cache_clear()
    assert toolchain.toolchain() == found


def test_the_newer_standard_wins():
    tools = Toolchain("g++", "", (), (), "2.4", "gnu++11")
    assert tools.at_least("c++98") == "gnu++11"
    assert tools.at_least("c++17") == "gnu++17"
