"""The wheel: what is in it, and that it works from any folder in a clean environment."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Source distribution → wheel, as an installer would make it."""
    pytest.importorskip("build")
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and "No matching distribution" in done.stdout + done.stderr:
        pytest.skip("the build backend cannot be fetched: no network")
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A clean environment with nothing but the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    command = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and "No matching distribution" in done.stderr:
        pytest.skip("the dependencies cannot be fetched: no network")
    assert done.returncode == 0, done.stderr
    return folder / "bin"


def test_checkout_has_no_assets_inside_the_package():
    assert not (ROOT / "dsl4bes/_assets").exists()


def test_wheel_has_package_grammar_and_templates_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert len(tops) == 2 and "dsl4bes" in tops
    for needed in (
        "dsl4bes/_assets/grammar/dsl4bes.lark",
        "dsl4bes/_assets/templates/package/source.cxx.j2",
        "dsl4bes/_assets/recipes/tiny.toml",
        "dsl4bes/standin/include/VertexFit/VertexFit.h",
        "dsl4bes/standin/src/runtime/Abi.cxx",
        "dsl4bes/fragments/besiii/standard_tracks.bes",
        "dsl4bes/fragments/besiii/standard_photons.bes",
        "dsl4bes/fragments/besiii/standard_pid.bes",
        "dsl4bes/unknown/writing/worked/open.bes",
        "dsl4bes/unknown/writing/worked/hard_photon_veto.toml",
        "dsl4bes/py.typed",
        "dsl4bes/docs/pages/tutorial.md",
        "dsl4bes/_assets/site/reference/blocks/photons.html",
        "dsl4bes/_assets/site/search/search_index.js",
    ):
        assert needed in names
    assert b'class="nc"' in zipfile.ZipFile(wheel).read("dsl4bes/_assets/site/index.html")  # programs have their colours, though the lexer was not installed yet
    assert not [name for name in names if name.endswith((".so", ".dst", ".root", ".pyc", ".o"))]
    assert not [name for name in names if name.startswith(("tests", "examples", "finetune"))]


def test_installed_wheel_checks_and_compiles_from_another_folder(installed, tmp_path):
    program = tmp_path / "rhopi.bes"
    program.write_text((ROOT / "examples/rhopi/rhopi.bes").read_text())
    shared = tmp_path / "shared.bes"
    shared.write_text('include "besiii/standard_tracks.bes"\nevent_selection.require "two", count(good) == 2\n')
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    for command in (
        ["check", str(program)],
        ["compile", str(program), "-o", str(tmp_path / "out")],
        ["--help"],
        ["explain", "pid"],
        ["check", str(shared)],
        ["docs", "photons", "--no-browser"],
        ["docs", "--build", str(tmp_path / "site")],
    ):
        done = subprocess.run(
            [str(installed / "dsl4bes"), *command],
            cwd="/",
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert list((tmp_path / "out").rglob("*.cxx"))
    assert (tmp_path / "site/errors/BES0201.html").is_file()  # the site that was shipped: there is no MkDocs in this environment
