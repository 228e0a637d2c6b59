"""Precompiled headers stand in front of a package only where that changes nothing but the time."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from dsl4bes import driver
from dsl4bes.source import SourceFile
from dsl4bes.standin import build, compiler, precompiled, quick

ROOT = Path(__file__).parents[1]


def texts(name: str) -> dict[str, str]:
    path = ROOT / "examples" / name / f"{name}.bes"
    files = driver.compile_source(SourceFile(str(path), path.read_text())).files
    return {file: text for file, text in files.items() if file.endswith((".h", ".cxx"))}


@pytest.fixture(scope="module")
def tools():
    try:
        return build.toolchain()
    except build.ToolchainError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("name", sorted(path.parent.name for path in ROOT.glob("examples/*/*.bes") if path.stem == path.parent.name))
def test_every_generated_package_includes_these_headers(name):
    written = "\n".join(texts(name).values())
    assert not [header for header in precompiled.HEADERS if f"#include {header}\n" not in written]


def test_a_package_that_lacks_one_or_another_compiler_goes_without(tools):
    package = texts("bhabha")
    gcc = replace(tools, version="g++ (GCC) 12.2.0")
    assert precompiled.fits(gcc, package)
    assert not precompiled.fits(replace(tools, version="clang version 16"), package)
    for header in precompiled.HEADERS:
        assert not precompiled.fits(gcc, {path: text.replace(f"#include {header}\n", "") for path, text in package.items()}), header


@pytest.mark.cpp
def test_gcc_takes_the_precompiled_header(tools, tmp_path):
    """`-Winvalid-pch -Werror` ends the compilation if it reads the plain one."""
    if not precompiled.fits(tools, texts("bhabha")):
        pytest.skip("not GCC")
    flags = (f"-std={tools.at_least('c++98')}", *build._PACKAGE_OPTIMISE, *build.DEFINES, f"-I{build.INCLUDE}", *tools.include_flags)
    made = precompiled.header(tools, flags, "key", tmp_path)
    assert made is not None and made == precompiled.header(tools, flags, "key", tmp_path) and sorted(path.name for path in made.parent.iterdir()) == ["package.h", "package.h.gch"]
    made.write_text("#error the plain header was read\n")
    source = tmp_path / "one.cxx"
    source.write_text("std::vector<int> none; SmartDataPtr<Event::EventHeader>* nobody;\n")
    command = [tools.compiler, *flags, "-include", str(made), "-Winvalid-pch", "-Werror", "-fsyntax-only", str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_folder_that_another_process_made_sooner_stays(tmp_path):
    def make(work):
        (tmp_path / "made").mkdir()
        (tmp_path / "made/theirs").touch()
        (work / "ours").touch()

    compiler.appear(tmp_path / "made", make)
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == ["made", "made/theirs"]


def test_a_linker_that_this_machine_lacks_is_not_asked_for(tmp_path, monkeypatch):
    """The cache may be shared with the machine that has it."""
    (tmp_path / "ld.mold").touch(mode=0o755)
    (tmp_path / quick.LINKER).write_text("-fuse-ld=mold")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert quick._linker(tmp_path) == ("-fuse-ld=mold",)
    (tmp_path / "ld.mold").unlink()
    assert quick._linker(tmp_path) == ()


@pytest.mark.cpp
def test_headers_that_do_not_compile_leave_nothing(tools, tmp_path):
    assert precompiled.header(tools, ("-DNO_INCLUDE_PATHS", "-nostdinc"), "key", tmp_path) is None
    assert list(tmp_path.iterdir()) == []
