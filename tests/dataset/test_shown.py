"""`dsl4bes dataset show`: what it counts, and that `--check` finds each thing that may be wrong with a data set, with its line.

In: a data set written here from pairs of a real build. Out: assertions.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("pydantic")
pytest.importorskip("datasketch")
pytest.importorskip("uproot")
pytest.importorskip("iminuit")

from dsl4bes.benchmark.programs import job
from dsl4bes.cli.app import run
from dsl4bes.dataset.card import card
from dsl4bes.dataset.formats import files
from dsl4bes.dataset.record import Pair
from dsl4bes.dataset.split import Side

PAIRS = [Pair.model_validate_json(line) for line in (Path(__file__).parent / "teacher_pairs.jsonl").read_text(encoding="utf-8").splitlines()]
SIDES = {Side.TRAIN: tuple(pair for pair in PAIRS if pair.family != "fits/two_peaks"), Side.VALIDATION: tuple(pair for pair in PAIRS if pair.family == "fits/two_peaks")}


def written(folder, sides=SIDES):
    for name, text in {**files(sides), "README.md": card(sides, 1, {}, "6.40")}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def check(folder, capsys):
    """Exit status, faults."""
    status = run(["dataset", "show", str(folder), "--check", "-n", "0", "--json"])
    return status, json.loads(capsys.readouterr().out)["faults"]


def test_it_counts_and_shows(tmp_path, capsys):
    written(tmp_path)
    assert run(["dataset", "show", str(tmp_path), "-n", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["pairs"] == len(PAIRS) and found["sides"] == {"train": 20, "validation": 8} and found["languages"] == {"en": 14, "zh": 14} and found["families"]["fits/two_peaks"] == 8
    assert len(found["shown"]) == 2 and found["lengths"]["question"]["most"] == max(len(pair.question) for pair in PAIRS)
    assert run(["dataset", "show", str(tmp_path), "-n", "2", "--json"]) == 0 and json.loads(capsys.readouterr().out) == found
    assert run(["dataset", "show", str(tmp_path), "-n", "2", "--seed", "5", "--json"]) == 0 and json.loads(capsys.readouterr().out)["shown"] != found["shown"]
    assert run(["dataset", "show", str(tmp_path), "-n", "1"]) == 0
    text = capsys.readouterr().out
    assert "fits/two_peaks" in text and "[question]" in text and "median" in text


def test_a_data_set_that_is_as_built_has_no_faults(tmp_path, capsys):
    assert check(written(tmp_path), capsys) == (0, [])


def test_the_card_folds_what_is_of_one_pair():
    """A set of twenty thousand pairs has a card that is read: steps without the numbers of their pairs, families by what they are made of."""
    steps = ["the judge has 0.561933 GeV", "the judge has 2 photons, the same ones", "the judge rejects the event at photons.ngam", "the judge rejects the event at phi", "ran in ROOT 6.40.0, mean, sigma within 5 errors of the truth"]
    pairs = tuple(changed(PAIRS[0], question=f"{PAIRS[0].question} {number}", family=f"predictions/{number}", verified=(step,)) for number, step in enumerate(steps))
    text = card({Side.TRAIN: pairs, Side.VALIDATION: ()}, 1, {}, "6.40")
    assert "| predictions | 5 | 5 |" in text
    assert text.partition("Verified:")[2].split("\n- ")[1:] == ["1: ran in ROOT 6.40.0, values within 5 errors of the truth", "2: the judge has the same number", "2: the judge rejects the event at this cut\n"]


def changed(pair, **more):
    return Pair.model_validate({**pair.model_dump(), **more})


def leaked():
    each = job("levels", 0, 5)
    return changed(PAIRS[0], language="en", question=each.prompt(each.exercise))


@pytest.mark.parametrize(
    "sides, words",
    [
        ({Side.TRAIN: (*SIDES[Side.TRAIN], PAIRS[0]), Side.VALIDATION: SIDES[Side.VALIDATION]}, "train.pairs.jsonl:21: the pair is there twice (also train.pairs.jsonl:1)"),
        ({Side.TRAIN: (*SIDES[Side.TRAIN], changed(PAIRS[0], question=PAIRS[0].question + " Thanks.")), Side.VALIDATION: SIDES[Side.VALIDATION]}, "train.pairs.jsonl:21: the question is near another one (train.pairs.jsonl:1)"),
        ({Side.TRAIN: SIDES[Side.TRAIN], Side.VALIDATION: (*SIDES[Side.VALIDATION], changed(PAIRS[0], question=PAIRS[0].question.replace("ROOT", "R00T")))}, "validation.pairs.jsonl:9: the question does not begin with"),
        ({Side.TRAIN: (*SIDES[Side.TRAIN], leaked()), Side.VALIDATION: ()}, "train.pairs.jsonl:21: the question is near the test task levels"),
        ({Side.TRAIN: SIDES[Side.TRAIN][1:], Side.VALIDATION: SIDES[Side.TRAIN][:1]}, "is on both sides"),
    ],
    ids=["twice", "near", "opening", "leak", "both sides"],
)
def test_what_is_wrong_with_pairs_is_said_with_the_line(tmp_path, capsys, sides, words):
    status, faults = check(written(tmp_path, sides), capsys)
    assert status == 1 and any(words in fault for fault in faults), faults


@pytest.mark.parametrize(
    "name, change, words",
    [
        ("train.pairs.jsonl", lambda text: text.replace('"kind": "whole_program"', '"kind": "poem"', 1), "train.pairs.jsonl:1: it is no pair: kind"),
        ("train.pairs.jsonl", lambda text: text + "[\n", "train.pairs.jsonl:21: it is no pair"),
        ("train.pairs.jsonl", lambda text: text.replace("void ", "int ", 1), "README.md: it is the card of"),
        ("README.md", lambda text: "mine", "README.md: it is the card of no data set"),
        ("train.jsonl", lambda text: text.replace("void", "int"), "train.jsonl:1: it does not hold"),
        ("validation.alpaca.json", lambda text: text.replace('"system": ""', '"system": "x"', 1), "validation.alpaca.json:"),
        ("dataset_info.json", lambda text: "{}", "dataset_info.json:1: it does not hold"),
        ("validation.pairs.jsonl", lambda text: None, "validation.pairs.jsonl: it cannot be read"),
    ],
    ids=["kind", "no json", "digest", "card", "chat", "alpaca", "info", "missing"],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path, capsys, name, change, words):
    path = written(tmp_path) / name
    text = change(path.read_text(encoding="utf-8"))
    path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    status, faults = check(tmp_path, capsys)
    assert status == 1 and any(words in fault for fault in faults), faults


def test_a_folder_without_a_data_set_is_said(tmp_path, capsys):
    assert run(["dataset", "show", str(tmp_path)]) == 1 and "no data set" in capsys.readouterr().err
    assert run(["dataset", "show", str(written(tmp_path)), "-n", "many"]) == 1
