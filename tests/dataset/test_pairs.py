"""Training data without ROOT: records, questions, words, what is near what, split, formats, what was verified.

In: the questions and families of the project, pairs made here. Out: assertions.
"""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

pytest.importorskip("pydantic")
pytest.importorskip("numpy")
pytest.importorskip("datasketch")
pytest.importorskip("uproot")
pytest.importorskip("iminuit")

from pydantic import ValidationError

from dsl4bes.benchmark.programs import job
from dsl4bes.benchmark.tasks import TASKS
from dsl4bes.dataset import study
from dsl4bes.dataset.card import digest
from dsl4bes.dataset.fits.families import load
from dsl4bes.dataset.fits.family import Style, program, question, words
from dsl4bes.dataset.formats import files
from dsl4bes.dataset.leaks import near, without_tests
from dsl4bes.dataset.near import without_near
from dsl4bes.dataset.record import OPENINGS, Kind, Language, Pair
from dsl4bes.dataset.split import Side, side, sides
from dsl4bes.dataset.verified import Undecided, Verified

PLACEHOLDER = re.compile(r"@\w+@")


def pair(question="fit the peak of the histogram and print it", answer="void f() { }", family="fits/x", language=Language.ENGLISH):
    return Pair(kind=Kind.WHOLE_PROGRAM, language=language, family=family, question=OPENINGS[language] + question, answer=answer, source="x:1", licence="none", verified=("no",))


def drawn(name, seed=1):
    return load()[name].draw(np.random.default_rng([7, seed]))


# --- questions on tutorials ------------------------------------------------------------------------------------------------


def test_the_questions_are_as_many_as_in_the_study_and_each_is_its_own():
    tutorials = study.questions()
    wholes = [each.whole for each in tutorials if each.whole is not None]
    parts = [part for each in tutorials for part in each.part]
    assert len(wholes) >= 40 and len(parts) >= 160
    texts = [text for asked in (*wholes, *parts) for text in (*asked.en, *asked.zh)]
    assert len(set(texts)) == len(texts)
    assert all(len(asked.en) >= 2 and len(asked.zh) >= 2 for asked in wholes)
    made = [pair(text.removeprefix(OPENINGS[language]), language=language) for asked in (*wholes, *parts) for language, own in asked.by_language().items() for text in own]
    _, gone = without_near(made)
    assert not gone, [(each.question[:90], other) for each, other in gone[:3]]


def test_chinese_questions_are_chinese_and_english_ones_are_not():
    for tutorial in study.questions():
        for asked in (*([tutorial.whole] if tutorial.whole else []), *tutorial.part):
            assert all(len(re.findall(r"[\u4e00-\u9fff]", text)) > 12 for text in asked.zh), tutorial.file
            assert not any(re.search(r"[\u4e00-\u9fff]", text) for text in asked.en), tutorial.file


@pytest.mark.parametrize("wrong", [{"file": "../x.C"}, {"sha256": "12"}, {"whole": {"en": ["fit it with something that is long"], "zh": ["使用CERNROOT框架，拟合"]}}, {"more": 1}])
def test_a_faulty_file_of_questions_is_refused(wrong):
    good = {"file": "math/fit/fit1.C", "sha256": "0" * 64}
    study.Tutorial.model_validate(good)
    with pytest.raises(ValidationError):
        study.Tutorial.model_validate({**good, **wrong})


# --- families of fits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(load()))
def test_words_and_programs_of_a_family(name):
    family, own = load()[name], words(name)
    assert len({*own.en, *own.zh}) == len(own.en) + len(own.zh)
    assert all(text[0].islower() or not text[0].isalpha() or text.split()[0].isupper() for text in own.en)
    for seed in range(8):
        task = drawn(name, seed)
        assert {text[1:-1] for each in (*own.en, *own.zh) for text in PLACEHOLDER.findall(each)} <= set(task.words)
        rng = np.random.default_rng(seed)
        for style in family.styles:
            code = program(name, task, style)
            assert f"void {task.values['function']}()" in code and not PLACEHOLDER.search(code)
            assert ("Roo" in code) == (style is Style.ROOFIT)
            assert len(code) < 4000 and code.count("{") == code.count("}")
            for language in Language:
                text = question(name, task, language, style, seed, rng)
                assert not PLACEHOLDER.search(text) and text.startswith(OPENINGS[language])
                assert task.values["function"] in text or seed % 2, text
                assert all(file in text or not file for file in task.files), text
                assert not near(text), (near(text), text)


@pytest.mark.parametrize("name", sorted(load()))
def test_the_same_seed_gives_the_same_task_and_another_one_another(name):
    one, same, other = drawn(name, 1), drawn(name, 1), drawn(name, 2)
    style = load()[name].styles[0]
    assert program(name, one, style) == program(name, same, style) != program(name, other, style)
    assert one.truth == same.truth and set(one.files) == set(same.files)


def test_phrasings_differ_between_and_within_families():
    """Without their numbers and names, no two ways to ask are near."""
    made = []
    for name in load():
        for language, texts in ((Language.ENGLISH, words(name).en), (Language.CHINESE, words(name).zh)):
            made += [pair(PLACEHOLDER.sub("X", text), family=f"fits/{name}", language=language) for text in texts]
    _, gone = without_near(made, 0.6)
    assert not gone, [(each.family, each.question) for each, _ in gone]


# --- tests stay out ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", sorted(TASKS))
def test_every_test_question_is_known_as_one_with_other_numbers_too(task):
    for number in range(12):
        each = job(task, number, 3)
        assert near(each.prompt(each.exercise)) == task


def test_a_test_question_among_the_pairs_goes():
    each = job("levels", 0, 5)
    leaked = Pair(kind=Kind.PART, language=Language.ENGLISH, family="x", question=each.prompt(each.exercise), answer="void f() { }", source="x", licence="x", verified=())
    kept, gone = without_tests([pair(), leaked])
    assert kept == [pair()] and gone == [(leaked, "levels")]


# --- near, split, formats ------------------------------------------------------------------------------------------------------


def test_near_questions_go_and_the_first_stays():
    first, second = pair("fit the peak of the histogram h in a.root and print it all"), pair("fit the peak of the histogram h in b.root and print it all")
    other = pair("how do I read the covariance matrix of a fit result?")
    kept, gone = without_near([first, second, other], 0.6)
    assert kept == [first, other] and gone == [(second, first.name)]


def test_a_family_is_on_one_side_and_stays_there_when_others_come():
    many = [f"fits/f{number}" for number in range(200)]
    before = {family: side(family, 1) for family in many}
    assert 5 < sum(each is Side.VALIDATION for each in before.values()) < 40
    split = sides([pair(f"question number {number} about a thing", family=family) for number, family in enumerate(many)], 1)
    assert {each.family for each in split[Side.TRAIN]}.isdisjoint(each.family for each in split[Side.VALIDATION])
    assert before != {family: side(family, 2) for family in many}


def test_formats_hold_the_same_pairs():
    split = {Side.TRAIN: [pair(), pair("another question about fits", answer="void g() { }\n")], Side.VALIDATION: []}
    made = files(split)
    chat = [json.loads(line) for line in made["train.jsonl"].splitlines()]
    alpaca, sharegpt, info = (json.loads(made[name]) for name in ("train.alpaca.json", "train.sharegpt.json", "dataset_info.json"))
    for own, one, two, three in zip(split[Side.TRAIN], chat, alpaca, sharegpt, strict=True):
        assert [message["content"] for message in one["messages"]] == [two["instruction"], two["output"]] == [turn["value"] for turn in three["conversations"]] == [own.question, own.answer]
    assert all(entry["file_name"] in made for entry in info.values())
    assert [Pair.model_validate_json(line) for line in made["train.pairs.jsonl"].splitlines()] == split[Side.TRAIN]
    assert digest(split) != digest({Side.TRAIN: split[Side.TRAIN][:1], Side.VALIDATION: split[Side.TRAIN][1:]})


def test_what_was_verified_is_kept_through_an_interruption(tmp_path):
    file = tmp_path / "v.jsonl"
    first = Verified(file)
    assert first.ask("a", lambda: "") == "" and first.ask("b", lambda: "wrong") == "wrong"
    with file.open("a") as stream:
        stream.write('{"digest": "c", "wro')
    again = Verified(file)
    assert again.ask("b", lambda: pytest.fail("it was known")) == "wrong" and again.ran == 0
    assert again.ask("c", lambda: "new") == "new"
    assert Verified(file).ask("c", lambda: pytest.fail("it was known")) == "new"


def test_what_took_too_long_is_wrong_now_and_asked_again(tmp_path):
    def slow():
        raise Undecided("times out")

    assert Verified(tmp_path / "v.jsonl").ask("a", slow) == "times out"
    assert Verified(tmp_path / "v.jsonl").ask("a", lambda: "") == ""
