"""Fits of curves in tests: a text is compiled, its macro runs in the user's ROOT, and what it writes is read.

In: text of a `fit` block, a folder. Out: `Ran`. A test that needs ROOT is skipped, with the reason, where there is none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dsl4bes.driver import check_source
from dsl4bes.ir.fitting import Fit
from dsl4bes.macro.from_ir import lower
from dsl4bes.macro.render import file_name, render
from dsl4bes.root.find import Root, find_root
from dsl4bes.root.run import MacroRun, run_macro
from dsl4bes.unknown.trouble import Trouble


def root() -> Root:
    try:
        return find_root()
    except Trouble as trouble:
        pytest.skip(trouble.message)


def resolved(text: str) -> Fit:
    """The only fit of a text that must be right."""
    found = check_source(text, "curves.bes")
    assert found.program is not None and not found.bag.errors, [str(each) for each in found.bag]
    (fit,) = found.program.fits
    return fit


def said(text: str) -> list[tuple[str, str]]:
    """Code and words of every error of a text."""
    return [(each.code.id, each.message) for each in check_source(text, "curves.bes").bag if each.code.severity.name == "ERROR"]


@dataclass(frozen=True)
class Ran:
    json: dict[str, Any]
    macro: MacroRun

    def __getitem__(self, name: str) -> tuple[float, float]:
        found = self.json["parameters"][name]
        return found["value"], found["error"]

    def values(self, *names: str) -> np.ndarray:
        return np.array([self[name][0] for name in names])

    def errors(self, *names: str) -> np.ndarray:
        return np.array([self[name][1] for name in names])


def run(text: str, folder: Path) -> Ran:
    """Run the fit of a text in a folder that has its data."""
    fit = resolved(text)
    lowered = lower(fit, "curves.bes")
    macro = folder / file_name(lowered)
    macro.write_text(render(lowered), encoding="utf-8")
    done = run_macro(root(), macro, confined=False)
    written = folder / f"{fit.name}.json"
    return Ran(json.loads(written.read_text(encoding="utf-8")) if written.is_file() else {}, done)


def table(file: Path, **columns: Any) -> None:
    """A table with a line of names."""
    rows = zip(*columns.values(), strict=True)
    file.write_text("\n".join([",".join(columns), *(",".join(repr(float(cell)) for cell in row) for row in rows)]) + "\n", encoding="ascii")


def objects(folder: Path, statements: str) -> None:
    """`data.root` with what these statements of C++ write."""
    macro = folder / "make_data.C"
    macro.write_text(f'#include "TFile.h"\nvoid make_data() {{\n  TFile file("data.root", "RECREATE");\n{statements}\n  file.Close();\n}}\n', encoding="ascii")
    done = run_macro(root(), macro, confined=False)
    assert (folder / "data.root").is_file(), done.stderr


def histogram(name: str, contents: np.ndarray, x: tuple[float, float], y: tuple[float, float]) -> str:
    """Statements that write a histogram of two observables."""
    cells = ", ".join(repr(float(each)) for each in contents.ravel())
    count_x, count_y = contents.shape
    return f"""TH2D {name}("{name}", "", {count_x}, {x[0]}, {x[1]}, {count_y}, {y[0]}, {y[1]});
std::vector<double> {name}_cells{{{cells}}};
for (int i = 0; i < {contents.size}; ++i) {name}.SetBinContent(i / {count_y} + 1, i % {count_y} + 1, {name}_cells[i]);
{name}.Write();
"""
