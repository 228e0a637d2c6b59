"""What a trial is given of this machine: all that the search for compiler and CLHEP reads, and no home.

In: environments. Out: assertions on `surroundings`. Nothing is run.
"""

from __future__ import annotations

from pathlib import Path

import numpy

from dsl4bes.unknown.surroundings import surroundings


def test_compiler_and_clhep_elsewhere_are_handed_on(tmp_path, monkeypatch):
    base, tools = tmp_path / "clhep", tmp_path / "gcc" / "bin"
    base.mkdir()
    tools.mkdir(parents=True)
    compiler = tools / "my-g++"
    compiler.write_text("#!/bin/sh\n")
    compiler.chmod(0o755)
    monkeypatch.setenv("DSL4BES_CXX", "my-g++ -m64")
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setenv("CLHEP_BASE", str(base))
    monkeypatch.setenv("CONDA_PREFIX", str(tmp_path / "gone"))
    monkeypatch.setenv("DSL4BES_MODEL_KEY", "sk-secret")
    found = surroundings(tmp_path / "cache")
    assert {base, tools.parent} <= set(found.readable) and tmp_path / "gone" not in found.readable
    assert found.environment["PATH"].split(":")[0] == str(tools) and found.environment["DSL4BES_CXX"] == "my-g++ -m64"
    assert found.environment["CLHEP_BASE"] == str(base) and "DSL4BES_MODEL_KEY" not in found.environment


def test_numpy_is_found_without_the_users_home(tmp_path):
    site = Path(numpy.__file__).resolve().parents[1]
    assert str(site) in surroundings(tmp_path).environment["PYTHONPATH"].split(":")


def test_the_home_is_not_given_away(tmp_path, monkeypatch):
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "g++").write_text("")
    (tools / "g++").chmod(0o755)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setenv("CLHEP_BASE", str(tmp_path))
    for name in ("DSL4BES_CXX", "CXX"):
        monkeypatch.delenv(name, raising=False)
    found = surroundings(tmp_path / "cache")
    assert tools in found.readable and tmp_path not in found.readable
