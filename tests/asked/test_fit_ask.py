"""`dsl4bes fit --ask` from the words to the result, in real ROOT, in the sandbox. Answers are written here; those of a real model are measured by the benchmark.

In: a server of the test that answers what it is told, data made here. Out: assertions on files, output, exit status.
"""

from __future__ import annotations

import json

import pytest

pytest.importorskip("pydantic")
pytest.importorskip("httpx")
pytest.importorskip("uproot")

from model_server import ModelServer, answering

from dsl4bes.cli.app import run
from dsl4bes.unknown.settings import SETTINGS
from tests.asked.fit_desk import FLAT, PEAK, QUESTION, RENAMED, write_data
from tests.fitting.judging import the_root

NO_VALUE = PEAK.replace("mean   3.097", "mean   3.05, range: 3.04..3.06")
MACRO = """```cpp
void answer() {
    TFile *f = TFile::Open("peak.root");
    TH1 *h = (TH1 *)f->Get("h_mass");
    TF1 *g = new TF1("g", "gaus(0)+pol1(3)", 3, 3.2);
    g->SetParameters(300, 3.097, 0.01, 30, 0);
    h->Fit(g, "RS");
    printf("mean %.6f sigma %.6f height %.4f\\n", g->GetParameter(1), g->GetParameter(2), g->GetParameter(0));
    TCanvas c; h->Draw(); c.SaveAs("answer.png");
}
```
"""
SPY = MACRO.replace('printf("mean', 'gSystem->Exec("touch %s/stolen; cat %s/secret.txt");\n    printf("mean')


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for setting in SETTINGS:
        monkeypatch.delenv(setting.variable, raising=False)
    write_data(tmp_path)
    return tmp_path


def scripted(*rounds):
    """Behaviours by request, the last one for ever; each is one text, or several samples."""
    return [answering(*((answer,) if isinstance(answer, str) else answer)) for answer in rounds]


def ask(server, *more, question=QUESTION, file="mine.bes"):
    return run(["fit", file, "--ask", question, "--model-url", server.url, "--model", "served", "--samples", "1", "--rounds", "1", "--model-retries", "0", *more])


# --- before a model is asked -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more, words",
    [(["--fit", "a"], "goes with neither"), (["--pyroot"], "goes with neither"), (["--timeout", "soon"], "number of seconds")],
)
def test_wrong_usage(here, capsys, more, words):
    with ModelServer(answering(PEAK)) as server:
        assert ask(server, *more) == 2
        assert words in capsys.readouterr().err and not server.seen


def test_a_program_or_words_are_needed(capsys):
    assert run(["fit"]) == 2
    assert "which program?" in capsys.readouterr().err


@pytest.mark.parametrize("name, code", [("mine.bes", "BES0743"), ("mine.C", "BES0743")])
def test_no_file_is_replaced(here, capsys, name, code):
    (here / name).write_text("mine")
    with ModelServer(answering(PEAK)) as server:
        assert ask(server) == 1
        assert code in capsys.readouterr().err and not server.seen
    assert (here / name).read_text() == "mine"


@pytest.mark.parametrize("question, code", [("", "BES0740"), ("fit a Gaussian", "BES0776"), ("fit other.root", "BES0772")])
def test_a_question_that_cannot_be_answered(here, capsys, question, code):
    with ModelServer(answering(PEAK)) as server:
        found = ask(server, question=question or " ")
        assert found == 1 and code in capsys.readouterr().err and not server.seen


# --- in ROOT ---------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_from_words_to_a_result(here, capsys):
    the_root()
    with ModelServer(answering(PEAK)) as server:
        assert ask(server) == 0
        grammar = server.seen[0].body["structured_outputs"]["grammar"]
    out, err = capsys.readouterr()
    assert "h_mass" in grammar
    assert (here / "mine.bes").read_text() == PEAK
    assert "signal.mean" in out and "read every line" in err
    assert sorted(path.name for path in (here / "mine_fits").iterdir()) == [".dsl4bes.json", "fit_peak.C", "peak.json", "peak.pdf", "peak.png"]
    found = json.loads((here / "mine_fits" / "peak.json").read_text())
    assert found["valid"] and abs(found["parameters"]["signal.mean"]["value"] - 3.097) < 0.002
    assert run(["fit", "mine.bes", "--quiet"]) == 0  # it is a program like any other


@pytest.mark.slow
def test_errors_of_checks_and_of_root_go_back(here, capsys):
    """An unknown shape, then a parameter at its limit, then a fit."""
    the_root()
    with ModelServer(*scripted(PEAK.replace("gaussian", "gausian"), NO_VALUE, PEAK)) as server:
        assert ask(server, "--rounds", "2", "--no-grammar") == 0
        bodies = [json.dumps(request.body) for request in server.seen]
    assert len(bodies) == 3 and "gausian" in bodies[1] and "limit" in bodies[2]
    assert "structured_outputs" not in bodies[0]
    assert (here / "mine.bes").read_text() == PEAK
    assert "3 fit blocks in 3 rounds, 1 valid" in capsys.readouterr().err


@pytest.mark.slow
def test_the_fit_that_most_answers_agree_on_is_taken(here, capsys):
    the_root()
    with ModelServer(*scripted((FLAT, PEAK, RENAMED))) as server:
        assert ask(server, "--samples", "3", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["valid"] == 3 and told["agreed"] == 2
    assert (here / "mine.bes").read_text() == PEAK


@pytest.mark.slow
def test_numbers_that_the_fit_leaves_out_are_said(here, capsys):
    the_root()
    with ModelServer(answering(PEAK)) as server:
        assert ask(server, question=QUESTION + ", without the window 3.15 to 3.16") == 0
    assert "BES0778" in capsys.readouterr().err


@pytest.mark.slow
def test_a_macro_where_there_is_no_block(here, capsys):
    the_root()
    with ModelServer(*scripted("I cannot", "I cannot", MACRO)) as server:
        assert ask(server, "--samples", "1") == 0
    out, err = capsys.readouterr()
    assert "BES0779" in err and "mean 3.09" in out
    saved = (here / "mine.C").read_text()
    assert saved.startswith("void answer()") and saved.endswith("void mine() { answer(); }\n")  # so that `root mine.C` runs it
    assert not (here / "mine.bes").exists() and (here / "mine_fits" / "answer.png").stat().st_size > 1000


@pytest.mark.slow
def test_attempts_are_kept_if_nothing_runs(here, capsys):
    the_root()
    with ModelServer(answering(PEAK.replace("gaussian", "gausian"))) as server:
        assert ask(server) == 1
    assert "BES0777" in capsys.readouterr().err
    mended = here / "mine_attempt" / "attempt.bes"
    assert "gausian" in mended.read_text()
    assert not (here / "mine.bes").exists() and not (here / "mine.C").exists()
    mended.write_text("mended by hand")
    with ModelServer(answering(PEAK.replace("gaussian", "gausian"))) as server:
        assert ask(server) == 1
    assert mended.read_text() == "mended by hand" and (here / "mine_attempt_2" / "attempt.bes").exists()


@pytest.mark.slow
def test_a_program_is_kept_if_its_results_cannot_be(here, capsys):
    the_root()
    (here / "mine_fits").mkdir()
    (here / "mine_fits" / "peak.json").write_text("mine")
    with ModelServer(answering(PEAK)) as server:
        assert ask(server, "--json") == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["program"] == "mine.bes" and "BES0775" in err
    assert (here / "mine.bes").read_text() == PEAK and (here / "mine_fits" / "peak.json").read_text() == "mine"


@pytest.mark.slow
def test_a_macro_sees_the_data_and_nothing_else_of_the_user(here, capsys):
    the_root()
    (here / "secret.txt").write_text("the secret")
    with ModelServer(*scripted("I cannot", "I cannot", SPY.replace("%s", str(here)))) as server:
        status = ask(server)
    out, err = capsys.readouterr()
    assert not (here / "stolen").exists() and "the secret" not in out + err
    assert status in (0, 1)


@pytest.mark.slow
def test_a_condition_that_is_code_is_never_run(here, capsys):
    the_root()
    evil = PEAK.replace('histogram: "h_mass"', f'tree: "t", branch: "m", cut: "gSystem->Exec(\\"touch {here}/stolen\\") || 1"')
    with ModelServer(answering(evil)) as server:
        assert ask(server, "--no-grammar") == 1
    assert not (here / "stolen").exists()
    assert "not words of the question" in (here / "mine_attempt" / "attempt.bes").read_text() + capsys.readouterr().err
