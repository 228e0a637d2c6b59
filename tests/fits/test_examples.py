"""The examples of fits, as their page says: they run in ROOT, and find what the data were made with."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dsl4bes.driver import check_source, compile_source
from dsl4bes.root.find import find_root
from dsl4bes.unknown.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "fits"
PROGRAMS = sorted(EXAMPLES.glob("*/*.bes"))


def needs_root():
    pytest.importorskip("uproot")
    try:
        find_root()
    except Trouble as trouble:
        pytest.skip(trouble.message)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_an_example_has_no_findings_and_one_macro_for_each_fit(path):
    made = compile_source(path.read_text(encoding="utf-8"), path.name)
    assert not list(made.bag) and made.program is not None
    assert sorted(Path(name).name for name in made.macros) == sorted(f"fit_{fit.name}.C" for fit in made.program.fits)


def test_there_is_a_fit_for_each_task():
    fits = check_source((EXAMPLES / "six_tasks/six_tasks.bes").read_text(encoding="utf-8")).program.fits
    assert [fit.name for fit in fits] == ["plane", "sidebands", "points", "levels", "simultaneous", "convolution"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [5, 6])
def test_the_six_tasks_find_the_truth(tmp_path, seed):
    needs_root()
    spec = importlib.util.spec_from_file_location("six_tasks_data", EXAMPLES / "six_tasks/data.py")
    data = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(data)
    data.main(tmp_path, seed)
    command = [sys.executable, "-m", "dsl4bes", "fit", str(EXAMPLES / "six_tasks/six_tasks.bes"), "--data", str(tmp_path), "-o", str(tmp_path / "out"), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    results = {each["fit"]: each for each in json.loads(done.stdout)}
    for name, truth in data.TRUTH.items():
        assert results[name]["valid"]
        for parameter, value in truth.items():
            found = results[name]["parameters"][parameter]
            assert abs(found["value"] - value) < 5 * found["error"], (name, parameter, found, value)
    assert {path.suffix for path in (tmp_path / "out").iterdir()} >= {".C", ".json", ".pdf", ".png"}


@pytest.mark.slow
@pytest.mark.cpp
def test_from_events_to_a_branching_fraction():
    needs_root()
    pytest.importorskip("decaylanguage")
    done = subprocess.run([sys.executable, str(EXAMPLES / "branching_fraction/result.py")], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    away = float(re.search(r"([-+][\d.]+) standard deviations", done.stdout)[1])
    assert abs(away) < 4
