"""The magics in a real IPython: what is shown, what is kept, and that nothing of a user becomes HTML."""

from __future__ import annotations

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
    assert "error" in cell(f"--events {tmp_path}/none.dst", PROGRAM)[2]
    kept = tmp_path / "kept.bes"
    kept.write_text("mine")
    assert "exists" in cell(f"--save {kept}", PROGRAM)[2] and kept.read_text() == "mine"


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
