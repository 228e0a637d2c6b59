"""A fit made twice: by its macro in ROOT and by the judge, and both held against each other.

In: the text of a `fit` block, a folder with its data. Out: both results. Skips where ROOT or iminuit are absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import uproot

from dsl4bes.driver import check_source
from dsl4bes.fitting.independent import IndependentResult, independent_fit
from dsl4bes.fitting.located import located
from dsl4bes.fitting.results import FitResult
from dsl4bes.fitting.run import run_fit
from dsl4bes.ir.fitting import Fit
from dsl4bes.root.find import Root, find_root
from dsl4bes.unknown.trouble import Trouble

#: Both minimisers stop where the objective is at most about 1e-4 of what makes an error above its minimum, so that either may be 0.01 errors away from it; in practice it is a tenth of that.
VALUES, ERRORS = 0.02, 0.02


def the_root() -> Root:
    try:
        return find_root()
    except Trouble as problem:
        pytest.skip(f"no ROOT: {problem.message}")


def fit_of(text: str) -> Fit:
    """The one fit of a program."""
    result = check_source(text, "judged.bes")
    assert result.program is not None, [str(each) for each in result.bag]
    (fit,) = result.program.fits
    return fit


def tree(folder: Path, name: str = "data.root", **branches: np.ndarray) -> None:
    with uproot.recreate(folder / name) as file:
        file.mktree("t", {branch: "f8" for branch in branches}).extend(branches)


def histogram(folder: Path, entries: np.ndarray, edges: np.ndarray, name: str = "hist.root") -> None:
    with uproot.recreate(folder / name) as file:
        file["h"] = np.histogram(entries, bins=edges)


@dataclass(frozen=True)
class Both:
    fit: Fit
    macro: FitResult
    judge: IndependentResult

    def differences(self) -> dict[str, tuple[float, float]]:
        """Parameter → the difference of the values in errors, the ratio of the errors less 1."""
        return {each.name: ((self.macro[each.name].value - each.value) / each.error, self.macro[each.name].error / each.error - 1) for each in self.judge.parameters}

    def check(self, values: float = VALUES, errors: float = ERRORS) -> None:
        """Both fits are valid and agree, parameter by parameter."""
        assert self.judge.valid
        assert self.macro.valid, self.macro
        assert {each.name for each in self.macro.parameters} == {each.name for each in self.judge.parameters}
        differences = self.differences()
        assert all(abs(value) < values and abs(error) < errors for value, error in differences.values()), differences


def both(text: str, folder: Path) -> Both:
    """The two results of the one fit of a program."""
    pytest.importorskip("iminuit")
    root = the_root()
    fit = located(fit_of(text), [folder])
    ran = run_fit(fit, "judged.bes", root, folder)
    assert ran.result is not None, ran.words
    return Both(fit, ran.result, independent_fit(fit, folder))
