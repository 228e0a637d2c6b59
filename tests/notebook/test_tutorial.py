"""The tutorial notebook, executed by a kernel of its own; its numbers are those of the run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[2] / "examples/notebook/tutorial.ipynb"


def test_outputs_are_stripped():
    nbformat = pytest.importorskip("nbformat")
    book = nbformat.read(TUTORIAL, 4)
    assert all(not each.outputs and each.execution_count is None for each in book.cells if each.cell_type == "code")


@pytest.mark.cpp
@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_the_notebook_runs():
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    book = nbformat.read(TUTORIAL, 4)
    nbclient.NotebookClient(book, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(TUTORIAL.parent)}}).execute()
    code = [each for each in book.cells if each.cell_type == "code"]
    html = ["".join(output.get("data", {}).get("text/html", "") for output in each.outputs) for each in code]
    assert ">energi</u>" in html[1]
    assert "<details>" in html[2] and "image/svg+xml" in html[2]
    printed = "".join(output.get("text", "") for output in code[3].outputs)
    events, selected, least = map(int, re.fullmatch(r"(\d+) events, (\d+) selected\nphotons at least (\d+)\n", printed).groups())
    assert events == 200 and 40 < selected < 190 and least == 2
    assert f"200 events, {selected} selected" in html[2]
