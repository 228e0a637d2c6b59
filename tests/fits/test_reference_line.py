"""The claim: fit blocks, compiled, are right in every exercise of the benchmark: random data, ranges, binning, statistics and names, judged by the grader that judges models, by value."""

from __future__ import annotations

import pytest

pytest.importorskip("numpy")
pytest.importorskip("iminuit")
pytest.importorskip("uproot")

from dsl4bes.benchmark.grade import grade
from dsl4bes.benchmark.programs import job
from dsl4bes.benchmark.tasks import TASKS
from dsl4bes.benchmark.template import Template, macro_of
from dsl4bes.fitting.asked.macros.program import program_of
from dsl4bes.root.find import find_root
from dsl4bes.unknown.sandbox.limits import Limits
from dsl4bes.unknown.trouble import Trouble

EACH = 10  #: programs of a task, as in the study


def root():
    try:
        return find_root()
    except Trouble as trouble:
        pytest.skip(trouble.message)


@pytest.mark.parametrize("task", sorted(TASKS))
def test_every_exercise_has_a_program(task):
    for number in range(3):
        exercise = job(task, number, 4).exercise
        program = program_of(Template().write(job(task, number, 4), exercise).text)
        assert program.code == macro_of(exercise) and program.name.startswith("fit_")


@pytest.mark.slow
@pytest.mark.parametrize("number", range(EACH))
@pytest.mark.parametrize("task", sorted(TASKS))
def test_no_error_and_none_wrong(task, number):
    exercise = job(task, number, 2).exercise
    verdict = grade(program_of(f"```cpp\n{macro_of(exercise)}```"), exercise, root(), LIMITS)
    assert verdict.correct, verdict


LIMITS = Limits(wall_seconds=300, cpu_seconds=120, memory=6 << 30, total_memory=2 << 30, file_size=64 << 20, open_files=512, processes=64)


def test_the_command_knows_the_line_of_reference(tmp_path):
    """Without ROOT it says so, and with it one program is run and counted."""
    import json
    import subprocess
    import sys

    command = [sys.executable, "-m", "dsl4bes", "benchmark", "fits", "--backend", "template", "--out", str(tmp_path / "out"), "-n", "1", "--tasks", "asymmetric", "--json"]
    refused = subprocess.run([*command, "--ladder"], capture_output=True, text=True, check=False)
    assert refused.returncode == 1 and "ladder" in refused.stdout
    root()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["head"]["writer"] == "dsl4bes" and found["tasks"]["asymmetric"]["correct"] == 1, done.stdout
