"""Training programs in real ROOT, confined: every family in every style, tutorials, the command.

In: families and questions of the project, the installed ROOT. Out: assertions. The checks that let a pair in are held against programs that must not enter.
"""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from model_server import ModelServer, answering

pytest.importorskip("pydantic")
pytest.importorskip("datasketch")
pytest.importorskip("uproot")
pytest.importorskip("iminuit")

from dsl4bes.cli.app import run
from dsl4bes.dataset import study
from dsl4bes.dataset.fits.check import faults
from dsl4bes.dataset.fits.families import load
from dsl4bes.dataset.fits.family import program
from dsl4bes.dataset.record import Kind
from dsl4bes.dataset.source import Means, Size
from dsl4bes.dataset.verified import Verified
from tests.fitting.judging import the_root

FAMILIES = [(name, style) for name, family in sorted(load().items()) for style in family.styles]


def drawn(name, seed=3):
    return load()[name].draw(np.random.default_rng([11, seed]))


@pytest.mark.slow
@pytest.mark.parametrize("name, style", FAMILIES, ids=[f"{name}-{style.value}" for name, style in FAMILIES])
def test_a_drawn_program_runs_and_prints_the_truth(name, style):
    task = drawn(name)
    assert faults(program(name, task, style), task.files, task.truth, the_root()) == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong, words",
    [
        (lambda code: code.replace("h->Fit", "h->Fitt"), "does not compile"), (lambda code: code.replace('"nsig = ', '"events = '), "`nsig` is not printed"),
        (lambda code: code.replace("unit * std::sqrt(variance)", "unit * std::sqrt(variance) / 1000"), "is true"), (lambda code: code.replace('Open("', 'Open("no_'), "does not exist"),
    ],
)  # fmt: skip
def test_a_wrong_program_does_not_enter(wrong, words):
    task = drawn("falling_peak")
    from dsl4bes.dataset.fits.family import Style

    code = program("falling_peak", task, Style.TF1)
    assert wrong(code) != code
    assert words in faults(wrong(code), task.files, task.truth, the_root())


@pytest.mark.slow
def test_tutorials_become_pairs_and_those_of_another_root_are_said(monkeypatch):
    root = the_root()
    chosen = [each for each in study.questions() if each.file in ("math/fit/fitExclude.C", "roofit/roofit/rf101_basics.C")]
    other = chosen[0].model_copy(update={"file": "math/fit/fit1.C"})
    missing = chosen[0].model_copy(update={"file": "math/fit/none.C"})
    monkeypatch.setattr(study, "questions", lambda: (*chosen, other, missing))
    found = study.Study().make(Size(), Means(Verified(None), lambda: root))
    if any("another version" in reason for file, reason in found.refused.items() if file in {each.file for each in chosen}):
        pytest.skip("this ROOT is not the one that the questions were written for")
    assert found.refused == {"math/fit/fit1.C": "this ROOT has another version of it", "math/fit/none.C": "this ROOT does not have it"}
    wholes = [pair for pair in found.pairs if pair.kind is Kind.WHOLE_PROGRAM]
    assert {pair.source for pair in wholes} == {each.file for each in chosen}
    assert all("//" not in pair.answer.replace("://", "") and pair.answer.startswith("```cpp\n") for pair in found.pairs)
    assert any("RejectPoint" in pair.answer for pair in wholes)


@pytest.mark.slow
def test_a_data_set_is_built_goes_on_and_is_the_same(tmp_path, capsys):
    the_root()
    command = ["dataset", "build", "--kinds", "fits", "--families", "falling_peak", "--draws", "1", "--json"]
    assert run([*command, "-o", str(tmp_path / "a")]) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["pairs"] == 4 and first["refused"] == first["leaks"] == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir() if path.name != ".dsl4bes.json"}
    assert run([*command, "-o", str(tmp_path / "a")]) == 0  # nothing is run again, and the same comes out
    assert json.loads(capsys.readouterr().out) == first
    assert {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir() if path.name != ".dsl4bes.json"} == before
    (tmp_path / "a" / "README.md").write_text("mine")
    assert run([*command, "-o", str(tmp_path / "a")]) == 1
    assert (tmp_path / "a" / "README.md").read_text() == "mine" and "BES0780" in capsys.readouterr().out


@pytest.mark.slow
def test_a_teacher_adds_to_a_build_and_is_not_asked_again(tmp_path, capsys, monkeypatch):
    the_root()
    monkeypatch.chdir(tmp_path)
    command = ["dataset", "build", "-o", "d", "--kinds", "fits", "--families", "falling_peak", "--draws", "1", "--teacher-requests", "3", "--teacher-model", "wise", "--json", "--teacher"]

    def wise(connection, request):
        """Says a question with all names and numbers that the prompt wants."""
        text = request.body["messages"][1]["content"]
        found = re.search(r"as they stand: (.*?)\. (?:Use|Add) no", text) or re.search(r"必须原样保留：(.*?)。不要", text)
        english = f"I would like to have a macro which takes the data from the file, does this fit and prints the results with their errors; these are the names and the numbers of it: {found[1]}."
        chinese = f"请写一个宏，从文件中读取数据，完成这一拟合，并打印各个结果及其误差，所用的名称和数字如下：{found[1]}。"
        said = {"en": english, "zh": chinese} if '"zh"' in text else {"question": chinese if "回答的格式" in text else english}
        answering(json.dumps(said))(connection, request)

    with ModelServer(wise) as server:
        assert run([*command, server.url]) == 0
        first = json.loads(capsys.readouterr().out)
        assert len(server.seen) == 3 and first["pairs"] + first["refused"] + first["near_duplicates"] == 4 + 5 and first["pairs"] > 5
        assert run([*command, server.url]) == 0 and json.loads(capsys.readouterr().out) == first and len(server.seen) == 3
    assert run(["dataset", "show", "d", "--check", "-n", "0"]) == 0
    assert "question by wise" in (tmp_path / "d" / "train.pairs.jsonl").read_text() + (tmp_path / "d" / "validation.pairs.jsonl").read_text()
    capsys.readouterr()
    assert run(["dataset", "build", "-o", "d", "--kinds", "fits", "--families", "falling_peak", "--draws", "1", "--json"]) == 0  # without a teacher nothing of it is left
    assert json.loads(capsys.readouterr().out)["pairs"] == 4


@pytest.mark.parametrize(
    "more, words",
    [(["--kinds", "fit"], "--kinds does not know `fit`"), (["--families", "x"], "--families"), (["--draws", "0"], "--draws"), (["--jobs", "many"], "--jobs"), (["--seed", "-1"], "--seed")],
)
def test_wrong_words_are_said(tmp_path, capsys, more, words):
    assert run(["dataset", "build", "-o", str(tmp_path / "d"), *(f"{more[0]}={more[1]}",)]) == 1
    assert words in capsys.readouterr().err and not (tmp_path / "d").exists()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.tex").write_text("mine")
    assert run(["dataset", "build", "-o", str(tmp_path)]) == 1
    assert "holds files" in capsys.readouterr().err and sorted(path.name for path in tmp_path.iterdir()) == ["thesis.tex"]
    assert run(["dataset", "train"]) == 2 and run(["dataset"]) == 2
