"""What a recipe takes of a data set: kinds, caps, languages, weights; files that are none."""

from __future__ import annotations

import json
from collections import Counter

import pytest

pytest.importorskip("pydantic")
pytest.importorskip("numpy")

from dsl4bes.dataset.card import digest
from dsl4bes.dataset.formats import files
from dsl4bes.dataset.record import Kind, Language, Pair
from dsl4bes.dataset.split import Side
from dsl4bes.training.examples import _of_pair, choose, read_examples
from dsl4bes.training.recipe import Data
from dsl4bes.unknown.trouble import Trouble


def pair(number, kind=Kind.PART, language=Language.ENGLISH, family="fits/a"):
    return Pair(kind=kind, language=language, family=family, question=f"question number {number} about a fit of {kind.value}", answer=f"the answer is {number}", source="x", licence="x", verified=(), system="be short" if number % 2 else "")


PAIRS = [pair(number, (Kind.PART, Kind.METHOD, Kind.BLOCK)[number % 3], Language.CHINESE if number % 4 == 0 else Language.ENGLISH, f"fits/f{number % 5}") for number in range(120)]

EXAMPLES = tuple(_of_pair(each) for each in PAIRS)


@pytest.fixture
def built(tmp_path):
    split = {Side.TRAIN: tuple(PAIRS), Side.VALIDATION: tuple(pair(number) for number in range(200, 206))}
    for name, text in files(split).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path, digest(split)


def test_a_built_data_set_is_read_with_the_digest_of_its_card(built):
    folder, name = built
    found = read_examples(folder, Data(), 1)
    assert (len(found.train), len(found.validation), found.digest) == (120, 6, name)
    assert [each.name for each in found.train] == [each.name for each in PAIRS]
    assert found.train[1].messages == [{"role": "system", "content": "be short"}, {"role": "user", "content": PAIRS[1].question}, {"role": "assistant", "content": PAIRS[1].answer}]
    assert found.counts() == {"block": 40, "method": 40, "part": 40}
    assert sum(found.counts({found.train[0].name, found.train[3].name}).values()) == 118


def test_chat_files_of_others_are_read_without_kinds(built):
    folder, _ = built
    for path in folder.glob("*.pairs.jsonl"):
        path.unlink()
    found = read_examples(folder, Data(most=7), 1)
    assert len(found.train) == 7 and len(found.validation) == 6
    with pytest.raises(Trouble) as caught:
        read_examples(folder, Data(kinds=(Kind.PART,)), 1)
    assert "say nothing of kinds" in caught.value.message


def chosen(**wanted):
    folder_examples = choose(EXAMPLES, Data(**wanted), 3)
    assert choose(EXAMPLES, Data(**wanted), 3) == folder_examples
    return folder_examples



def test_what_is_chosen():
    assert {each.kind for each in chosen(kinds=(Kind.PART, Kind.BLOCK))} == {"part", "block"}
    assert {each.language for each in chosen(languages=(Language.CHINESE,))} == {"zh"}
    assert {each.family for each in chosen(families=("fits/f1",))} == {"fits/f1"} and len(chosen(families=("fits",))) == 120 and not chosen(families=("fit",))
    assert Counter(each.kind for each in chosen(caps={Kind.METHOD: 7, Kind.BLOCK: 0})) == {"method": 7, "part": 40}
    assert len(chosen(most=11)) == 11 and choose(EXAMPLES, Data(most=11), 4) != chosen(most=11)
    order = [each.name for each in EXAMPLES]
    assert [order.index(each.name) for each in chosen(most=50)] == sorted(order.index(each.name) for each in chosen(most=50))


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.75])
def test_a_share_of_chinese_leaves_out_the_other_language_only_as_far_as_needed(share):
    counts = Counter(each.language for each in chosen(chinese=share))
    assert abs(counts["zh"] / sum(counts.values()) - share) < 0.02
    assert counts["zh"] == 30 or counts["en"] == 90
    assert {each.language for each in chosen(chinese=1.0)} == {"zh"} and {each.language for each in chosen(chinese=0.0)} == {"en"}


def test_weights_repeat_and_thin_out():
    counts = Counter(each.kind for each in chosen(weights={Kind.METHOD: 2, Kind.BLOCK: 0.5, Kind.PART: 1.5}))
    assert counts["method"] == 80 and 10 <= counts["block"] <= 30 and 45 <= counts["part"] <= 75


@pytest.mark.parametrize("line", ["{", "[]", '{"messages": []}', '{"messages": [{"role": "user", "content": "x"}]}', '{"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": " "}]}', '{"messages": [{"role": "tool", "content": "x"}, {"role": "assistant", "content": "y"}]}'])
def test_a_line_that_is_no_conversation_is_named(tmp_path, line):
    good = json.dumps({"messages": [{"role": "user", "content": "x\u2028y"}, {"role": "assistant", "content": "y"}]}, ensure_ascii=False)
    (tmp_path / "train.jsonl").write_text(f"{good}\n{line}\n", encoding="utf-8")
    with pytest.raises(Trouble) as caught:
        read_examples(tmp_path, Data(), 1)
    assert "line 2" in caught.value.message


def test_folders_without_data(tmp_path):
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(Trouble) as caught:
            read_examples(folder, Data(), 1)
        assert "no training data" in caught.value.message


def test_a_recipe_that_takes_nothing_says_what_there_is(built):
    with pytest.raises(Trouble) as caught:
        read_examples(built[0], Data(kinds=(Kind.REPAIR,)), 1)
    assert "takes none" in caught.value.message and "40 method" in caught.value.help
