"""The claim with more programs: 20 exercises of each task, or 100, other ones than those of `test_reference_line.py`, judged by the same grader, by value, on two sets of data each.

In: exercises. Out: assertions on verdicts. Macros run in a ROOT that stays (`warm_session.py`), which gives word for word what a ROOT for each gives. `DSL4BES_PROGRAMS=600 pytest -m slow tests/fits/test_many_programs.py` takes 600 in place of 120.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("numpy")
pytest.importorskip("iminuit")
pytest.importorskip("uproot")

from dsl4bes.benchmark.grade import judge, run_on
from dsl4bes.benchmark.programs import job
from dsl4bes.benchmark.tasks import TASKS
from dsl4bes.benchmark.template import macro_of
from dsl4bes.fitting.asked.macros.program import Program, program_of
from dsl4bes.fitting.asked.macros.ran import Fault
from dsl4bes.root.find import find_root
from dsl4bes.root.run import Ending
from dsl4bes.unknown.trouble import Trouble
from tests.fits.test_reference_line import LIMITS
from tests.fits.warm_session import WarmSession

PROGRAMS = int(os.environ.get("DSL4BES_PROGRAMS", "120"))  #: of all tasks together
SEED = 3


@pytest.fixture(scope="module")
def root():
    try:
        return find_root()
    except Trouble as trouble:
        pytest.skip(trouble.message)


@pytest.fixture(scope="module")
def session(root, tmp_path_factory):
    warm = WarmSession(root, tmp_path_factory.mktemp("warm"))
    yield warm
    warm.close()


def written(task: str, number: int):
    exercise = job(task, number, SEED).exercise
    return program_of(f"```cpp\n{macro_of(exercise)}```"), exercise


@pytest.mark.slow
@pytest.mark.parametrize("task", sorted(TASKS))
@pytest.mark.parametrize("number", range(PROGRAMS // 6))
def test_no_error_and_none_wrong(number, task, session):
    program, exercise = written(task, number)
    session.warm(task, program, dict(exercise.instances[0].files))
    runs = session.run(program, [dict(each.files) for each in exercise.instances])
    for run, instance in zip(runs, exercise.instances, strict=True):
        verdict = judge(run, instance).verdict
        assert verdict.correct, verdict


@pytest.mark.slow
@pytest.mark.parametrize("task", sorted(TASKS))
def test_a_root_that_stays_says_what_one_for_each_says(task, root, session, tmp_path):
    """To the last digit, after other macros have run in it, and a result of one set of data is refused for the other."""
    program, exercise = written(task, 1000)
    session.warm(task, *((written(task, 1001))[0:1]), dict(written(task, 1001)[1].instances[0].files))
    runs = session.run(program, [dict(each.files) for each in exercise.instances])
    for run, instance in zip(runs, exercise.instances, strict=True):
        fresh = run_on(program, instance, root, LIMITS)
        assert (fresh.ending, fresh.stdout) == (run.ending, run.stdout) and judge(run, instance).verdict.correct
    assert judge(runs[0], exercise.instances[1]).verdict.fault is Fault.WRONG


BAD = {
    "void broken() { TH1D h(; }": Ending.NOT_COMPILED,
    "int broken() { return 3; }": Ending.STATUS,
    "int broken() { throw std::runtime_error(\"nothing\"); }": Ending.CRASHED,
    "int broken() { return raise(SIGSEGV); }": Ending.CRASHED,
    "int broken() { volatile double x = 0; for (;;) x = x + 1; }": Ending.TIMED_OUT,
    "int broken() { _exit(0); }": Ending.STATUS,
}  # fmt: skip


def test_macros_that_fail_fail_here_too(root, tmp_path, monkeypatch):
    """And the session goes on after each of them."""
    monkeypatch.setattr("tests.fits.warm_session.SECONDS", 2)
    session = WarmSession(root, tmp_path)
    try:
        for code, ending in BAD.items():
            (run,) = session.run(Program(code, "broken"), [{}])
            assert run.ending is ending, (code, run)
            (good,) = session.run(Program('int fine() { std::cout << "here" << std::endl; return 0; }', "fine"), [{}])
            assert good.ending is Ending.CLEAN and good.stdout.startswith("here\n")
        one, other = session.run(Program('int reads() { std::ifstream in("x"); int x; in >> x; printf("%d\\n", x); return 0; }', "reads"), [{"x": b"5"}, {"x": b"7"}])
        assert (one.stdout[:2], other.stdout[:2]) == ("5\n", "7\n") and Path(tmp_path / "log").is_file()
    finally:
        session.close()
