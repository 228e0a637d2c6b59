"""The commands on the pages of the examples: they work as written, and what `expect` states is what comes out."""

from __future__ import annotations

import json
import shlex

import pytest
from test_cli import EXAMPLES, clean, cli
from test_run_cpp import STATED

pytest.importorskip("numpy")
pytest.importorskip("pybes3")
pytestmark = [pytest.mark.cpp, pytest.mark.slow]


def commands(page):
    """The arguments of each `dsl4bes` command of a page."""
    lines = (line.strip() for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("    dsl4bes "))
    return [shlex.split(line)[1:] for line in lines]


def pages_with_toys():
    """Pages that make toy events, but for those whose numbers `test_run_cpp.py` holds already."""
    held = {*STATED, "hadrons"}
    pages = [page for page in sorted(EXAMPLES.glob("*/README.md")) if page.parent.name not in held]
    return [page for page in pages if any(words[0] == "toy" for words in commands(page))]


@pytest.mark.parametrize("page", pages_with_toys(), ids=lambda page: page.parent.name)
def test_a_page_gives_the_cut_flow_its_program_states(page, tmp_path):
    made = run = None
    (tmp_path / "examples").symlink_to(EXAMPLES)
    for words in commands(page):
        if words[0] == "toy":
            made = json.loads(clean(cli(*words, "--json", cwd=tmp_path)).stdout)["output"]
        elif made in words:
            run = json.loads(clean(cli(*words, "-o", "none", "--json", "-q", cwd=tmp_path)).stdout)
    assert run is not None, "no command runs on the toy events"
    assert run["expectations"]["compared"] == [made] and not run["expectations"]["differences"]
    assert run["cutflow"]["events"] == 1000 and run["cutflow"]["selected"] > 200
