"""The magics in a real IPython: what is shown, what is kept, and that nothing of a user becomes HTML."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("IPython")

PROGRAM = """event_selection do
    charged_tracks do
        vr < 1 cm
        ngood >= 1
    end
    require "<script>alert(1)</script>", count(good) >= 2
end
histogram("n") do
    fill count(good)
    bins 6, 0..6
end
ntuple("t") do
    column n: count(good)
end
"""


@pytest.fixture(scope="module")
def shell():
    from IPython.testing.globalipapp import get_ipython, start_ipython

    shell = start_ipython() or get_ipython()
    shell.display_formatter.active_types = shell.display_formatter.format_types  # as in a notebook
    shell.run_line_magic("load_ext", "dsl4bes")
    return shell


@pytest.fixture
def cell(shell):
    """Runs a cell; gives its value and the HTML and text that it displayed."""
    from IPython.utils.capture import capture_output

    def run(line, text):
        with capture_output() as captured:
            value = shell.run_cell_magic("dsl4bes", line, text)
        html = "".join(each.data.get("text/html", "") for each in captured.outputs)
        return value, html, "\n".join(each.data.get("text/plain", "") for each in captured.outputs)

    return run


def test_an_error_is_shown_where_it_is(cell):
    value, html, text = cell("", "event_selection.photons do\n    energi > 40 MeV\nend\n")
    assert value is None
    assert ">energi</u>" in html and "energy" in html and "energi" in text


def test_hostile_text_is_escaped(cell):
    _, html, _ = cell("--cpp", 'event_selection.require "<img src=x onerror=alert(1)>", countt(good) > 1\n')
    assert "<img" not in html and "&lt;img" in html


def test_wrong_options_and_files_are_said(cell, tmp_path):
    assert "error" in cell("a-b", PROGRAM)[2]
    assert "error" in cell("--nonsense", PROGRAM)[2]
    assert "at least 1" in cell('--toy "J/psi -> pi+ pi- pi0" -n 0', PROGRAM)[2]
    assert "error" in cell(f"--events {tmp_path}/none.dst", PROGRAM)[2]
    kept = tmp_path / "kept.bes"
    kept.write_text("mine")
    assert "exists" in cell(f"--save {kept}", PROGRAM)[2] and kept.read_text() == "mine"


def test_a_saved_program_is_whole_and_has_what_lies_beside_it(cell, tmp_path):
    """Its includes and its accepted code, as for the commands; a second run of the cell needs no --force."""
    place = tmp_path / "mine.bes"
    (tmp_path / "tracks.bes").write_text("charged_tracks do\n    vr < 1 cm\nend\n")
    text = 'event_selection do\n    include "tracks.bes"\nend\n'
    assert "error" in cell("", text)[2]
    for _ in range(2):
        assert "error" not in cell(f"--save {place}", text)[2] and place.read_text() == text
    assert "exists" in cell(f"--save {place}", PROGRAM)[2] and place.read_text() == text
    cell(f"--save {place} --force", PROGRAM)
    assert place.read_text() == PROGRAM and sorted(each.name for each in tmp_path.iterdir()) == ["mine.bes", "tracks.bes"]
    unknown = "event_selection do\n    wonder do\n        need 2\n    end\nend\n"
    (tmp_path / "mine.bes.lock").write_text("{")
    assert "BES0701" in cell("", unknown)[2] and "BES0705" in cell(f"--save {place} --force", unknown)[2]


def test_a_finding_of_an_included_file_names_it(cell, tmp_path):
    (tmp_path / "part.bes").write_text("charged_tracks do\n    vrr < 1 cm\nend\n")
    html = cell(f"--save {tmp_path}/mine.bes", 'event_selection do\n    include "part.bes"\nend\n')[1]
    assert "part.bes:   2 |" in html and ">vrr</u>" in html


WITHOUT_NUMPY = """
import sys
sys.modules["numpy"] = None
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
shell.run_line_magic("load_ext", "dsl4bes")
shell.run_cell_magic("dsl4bes", '--toy "J/psi -> pi+ pi-"', "event_selection.photons do\\n    ngam >= 1\\nend\\n")
"""


def test_a_missing_package_is_one_line(tmp_path):
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "IPYTHONDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", WITHOUT_NUMPY], capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    said = done.stdout.splitlines()
    assert done.returncode == 0 and said[-2:] == ["error: this needs `numpy`, which is not installed", '  help: pip install "dsl4bes[notebook]"'], done.stdout + done.stderr


def test_a_missing_ipython_is_one_line_and_a_fault_of_ours_is_none(shell, monkeypatch, capsys):
    from dsl4bes.notebook import load_ipython_extension

    monkeypatch.setitem(sys.modules, "dsl4bes.events.toy", None)
    with pytest.raises(ModuleNotFoundError):
        shell.find_cell_magic("dsl4bes")('--toy "J/psi -> pi+ pi-"', PROGRAM)
    monkeypatch.delitem(sys.modules, "dsl4bes.notebook.magic")
    monkeypatch.setitem(sys.modules, "IPython.core.magic", None)
    load_ipython_extension(None)
    assert capsys.readouterr().err.splitlines() == ['error: `%%dsl4bes` needs IPython 8.6 or later: pip install "dsl4bes[notebook]"']


def test_the_value_of_a_cell_can_be_copied():
    from copy import copy

    from dsl4bes.notebook.magic import _Quiet

    assert copy(_Quiet([7]))[0] == 7


def test_completion_in_a_cell(shell):
    from IPython.core.completer import provisionalcompleter

    begun = "%%dsl4bes\nevent_selection.photons do\n    ener"
    with provisionalcompleter():
        texts = [each.text for each in shell.Completer.completions(f"{begun}\nend\n", len(begun))]
    assert texts and all(text.startswith("energy") for text in texts)


@pytest.mark.cpp
@pytest.mark.slow
def test_a_run_shows_and_keeps_its_result(cell, shell):
    _, html, text = cell('found --toy "J/psi -> pi+ pi- pi0" -n 60 --cpp', PROGRAM)
    result = shell.user_ns["found"]
    assert result.events == 60 and result["t"].rows == result.cutflow.selected > 20
    assert "<script" not in html and "&lt;script&gt;" in html and "<details>" in html and "image/svg+xml" in html
    assert f"60 events, {result.cutflow.selected} selected" in html and "60" in text
