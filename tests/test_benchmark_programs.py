"""Right and wrong programs, written by hand, in the real ROOT: every right one is correct, every wrong one is caught for the reason that its first line tells.

In: `benchmark/programs`. Out: assertions on verdicts. A few of them in every run of the tests, all of them in the slow ones. Every right one, and every one that does not come to a result, has a ROOT of its own and is confined, as a model's
program is; the others are forks of a ROOT that stays, one for each set of data, which takes a fifth of the time. Without ROOT they are skipped.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("iminuit", reason="the extra [fits] is not installed")

from benchmark_tools import PROGRAMS, corpus, filled

from dsl4bes.benchmark.grade import grade, judge
from dsl4bes.benchmark.tasks import TASKS
from dsl4bes.benchmark.tasks.base import Exercise, draw
from dsl4bes.benchmark.verdict import Verdict
from dsl4bes.fitting.asked.macros.converged import failed
from dsl4bes.fitting.asked.macros.program import of_code, program_of
from dsl4bes.fitting.asked.macros.ran import Fault
from dsl4bes.root.find import find_root
from dsl4bes.root.run import LIMITS
from dsl4bes.unknown.sandbox.limits import Limits
from dsl4bes.unknown.trouble import Trouble
from tests.fits.warm_session import WarmSession

RIGHT, WRONG = corpus("right"), corpus("wrong")
SHORT = Limits(**{name: getattr(LIMITS, name) for name in LIMITS.__slots__} | {"wall_seconds": 8, "cpu_seconds": 7})
QUICK = ("plane/right/roofit.C", "plane/wrong/swapped.C", "sidebands/right/reject_points.C", "asymmetric/wrong/symmetric.C", "levels/wrong/not_converged.C", "convolution/right/voigt.C")


def name(path: Path) -> str:
    return path.relative_to(PROGRAMS).as_posix()


@pytest.fixture(scope="module")
def root():
    try:
        return find_root()
    except Trouble as trouble:
        pytest.skip(f"no ROOT: {trouble.message}")


def expected(path: Path) -> Fault | None:
    """What the first line of a program says that it is."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    if first.startswith("// Right: "):
        return None
    found = re.match(r"// Wrong \(([a-z ]+)\): ", first)
    assert found, f"{name(path)} does not say what it is"
    return Fault(found[1])


@cache
def exercise_of(task: str, seed: int) -> Exercise:
    """Drawn once for all programs of a task: its two sets of data take reference fits."""
    return draw(TASKS[task], seed)


def verdict(path: Path, root, seed: int = 1):
    exercise = exercise_of(path.parts[-3], seed)
    limits = SHORT if path.stem == "endless" else LIMITS
    return grade(filled(path, exercise.words), exercise, root, limits)


@pytest.fixture(scope="module")
def session(root, tmp_path_factory):
    warm = WarmSession(root, tmp_path_factory.mktemp("warm"))
    yield warm
    warm.close()


def verdict_there(path: Path, session: WarmSession, seed: int) -> Verdict:
    """As `grade`: each set of data in a fork of its own, up to the first fault."""
    task = path.parts[-3]
    exercise = exercise_of(task, seed)
    first = next(each for each in RIGHT if each.parts[-3] == task)
    session.warm(task, filled(first, exercise.words), dict(exercise.instances[0].files))
    for instance in exercise.instances:
        (run,) = session.run(filled(path, exercise.words), [dict(instance.files)])
        found = judge(run, instance).verdict
        if not found.correct:
            return found
    return Verdict(None)


@pytest.mark.parametrize("task", TASKS)
def test_there_are_enough_of_them(task):
    assert len([path for path in RIGHT if path.parts[-3] == task]) >= 6
    wrong = [path for path in WRONG if path.parts[-3] == task]
    assert len([path for path in wrong if expected(path) is Fault.WRONG]) >= 10
    assert any(expected(path) is Fault.NOT_CONVERGED for path in wrong) and all(expected(path) is not None for path in wrong)
    assert len({path.read_text(encoding="utf-8").splitlines()[0] for path in wrong}) == len(wrong)


@pytest.mark.parametrize("path", [PROGRAMS / each for each in QUICK], ids=name)
def test_some_are_judged_as_they_are(path, root):
    found = verdict(path, root)
    assert found.fault is expected(path), found.words


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
@pytest.mark.parametrize("path", RIGHT, ids=name)
def test_right_programs_are_correct(path, root, session, seed):
    """Alone and confined on one exercise, which holds what it includes and loads, in the ROOT that stays on the other."""
    found = verdict(path, root, seed) if seed == 2 else verdict_there(path, session, seed)
    assert found.correct, found.words


@pytest.mark.slow
@pytest.mark.parametrize("path", WRONG, ids=name)
def test_wrong_programs_are_caught(path, root, session):
    comes_to_a_result = expected(path) in (Fault.WRONG, Fault.NOT_CONVERGED)
    found = verdict_there(path, session, 2) if comes_to_a_result else verdict(path, root, 2)
    assert found.fault is expected(path), found.words
    assert found.runs == (found.fault in (Fault.WRONG, Fault.NOT_CONVERGED))


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
def test_both_ways_come_to_the_same_words(task, root, session):
    wrong = next(path for path in WRONG if path.parts[-3] == task and expected(path) is Fault.WRONG)
    alone, there = verdict(wrong, root, 2), verdict_there(wrong, session, 2)
    assert (alone.fault, alone.words) == (there.fault, there.words)


ANSWERS = (
    ("Sure!\n```cpp\nvoid fit() {\n}\n```\nRun it.", "fit.C"),
    ("```\n#include <TF1.h>\ndouble f(double *x, double *p) { return p[0]; }\nvoid run_all(int n = 3)\n{\n  for (int i = 0; i < n; i++) {}\n}\n```", "run_all.C"),
    ("#include <TH1.h>\nint main() {\n return 0;\n}\n", "program.C"),
    ("```cpp\n{\n  TH1D h;\n}\n```", "program.C"),
    ("```cpp\nnamespace a { void inner() {} }\nvoid outer() { a::inner(); }\n```", "outer.C"),
    ("```python\nimport x\n```\n```cpp\nTH1 *make() { return nullptr; }\nvoid longer_one() { make(); make(); make(); }\n```", "longer_one.C"),
    ("```cpp\nvoid cut() {\n  TH1D h;\n", "cut.C"),
)


@pytest.mark.parametrize(("answer", "file"), ANSWERS)
def test_the_function_of_an_answer_is_found(answer, file):
    assert program_of(answer).file == file


def test_main_is_called_by_another_name():
    found = of_code("int main(int argc, char **argv) {\n  return 0;\n}\n")
    assert found.code == "int program(int argc = 0, char **argv = nullptr) {\n  return 0;\n}\n"
    assert program_of("There is nothing to do.") is None and program_of("") is None


CONVERGENCE = (
    (" FCN=1 FROM MIGRAD    STATUS=CONVERGED      31 CALLS\n", "", False),
    (" FCN=1 FROM MIGRAD    STATUS=CALL LIMIT     31 CALLS\n", "", True),
    (" FCN=1 FROM MIGRAD    STATUS=FAILED         31 CALLS\n FROM MIGRAD STATUS=CONVERGED 40 CALLS\n", "", False),
    (" FCN=1 FROM HESSE     STATUS=NOT POSDEF     23 CALLS\n", "", True),
    ("covariance matrix quality: Full matrix, but forced positive-definite\nStatus : MINIMIZE=0 HESSE=0\n", "", False),
    ("Status : MINIMIZE=4 HESSE=4\n", "", True),
    ("covariance matrix quality: Full, accurate covariance matrix\nStatus : MINIMIZE=0 HESSE=0\n", "", False),
    ("*" * 40 + "\n         Invalid FitResult  (status = 4 )\n" + "*" * 40 + "\nMinimizer is Minuit2 / Migrad\n", "", True),
    ("*" * 40 + "\nMinimizer is Minuit2 / Migrad\n", "Warning in <Fit>: Abnormal termination of minimization.\n", False),
    ("a 1.2 +/- 0.1\n", "Warning in <Fit>: Abnormal termination of minimization.\n", True),
    ("a 1.2 +/- 0.1, the fit converged\n", "", False),
)


@pytest.mark.parametrize(("stdout", "stderr", "bad"), CONVERGENCE)
def test_words_of_convergence(stdout, stderr, bad):
    assert bool(failed(stdout, stderr)) is bad
