"""The files for LLaMA-Factory through its own parser, loader, template and preprocessing.

In: pairs made here, an installed `llamafactory` (tried with 0.9.5, transformers 5.19, datasets 5.2; `pip install --no-deps llamafactory` and what its `data` package imports is enough). Out: assertions that each entry of `dataset_info.json` gives the conversations of the pairs, and that the loss is on answers alone. Skipped where it is not installed.
"""

from __future__ import annotations

import json
import os

import pytest

pytest.importorskip("pydantic")

os.environ.setdefault("DISABLE_VERSION_CHECK", "1")  # it refuses releases of transformers that are newer than itself; its data package works with them
os.environ.setdefault("HF_DATASETS_OFFLINE", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
try:
    from llamafactory.data.loader import get_dataset
    from llamafactory.data.parser import get_dataset_list
    from llamafactory.data.template import get_template_and_fix_tokenizer
    from llamafactory.hparams import DataArguments, ModelArguments
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, Seq2SeqTrainingArguments
except (ImportError, OSError) as missing:  # OSError: a library of torch that does not belong to it
    pytest.skip(f"llamafactory cannot be imported: {missing}", allow_module_level=True)

from dsl4bes.dataset.formats import files
from dsl4bes.dataset.record import BOSS_OPENINGS, OPENINGS, Kind, Language, Pair
from dsl4bes.dataset.split import Side

TEMPLATE = "qwen"


def pair(kind=Kind.WHOLE_PROGRAM, language=Language.ENGLISH, question="fit the peak of the histogram \"h\" and print it", answer="```cpp\nvoid f() { }\n```", system=""):
    opening = {Kind.METHOD: ""}.get(kind, (OPENINGS if kind is Kind.WHOLE_PROGRAM else BOSS_OPENINGS)[language])
    return Pair(kind=kind, language=language, family="fits/x", question=opening + question, answer=answer, source="x:1", licence="none", verified=("no",), system=system)


PAIRS = {
    Side.TRAIN: [
        pair(), pair(language=Language.CHINESE, question="用高斯函数拟合直方图 h 并打印\n均值"), pair(kind=Kind.METHOD, question="struct View {\n  double x;  // GeV\n};\nbool accept(const View& in) {", answer="return in.x > 0.;\n", system="You complete C++98 functions."),
    ],
    Side.VALIDATION: [pair(question="print <|im_end|> and [INST] as they stand, {{content}} too"), pair(kind=Kind.QUESTION, question="why is this event rejected by the cut?", answer="Its energy is 0.02 GeV, and the limit is 0.025 GeV.")],
}  # fmt: skip


@pytest.fixture(scope="module")
def tokenizer():
    """Every byte is a token, and the signs of the template are one each."""
    alphabet = {letter: number for number, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    inner = Tokenizer(models.BPE(vocab=alphabet, merges=[]))
    inner.pre_tokenizer, inner.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="<|im_end|>", pad_token="<|endoftext|>", additional_special_tokens=["<|im_start|>"])


def loaded(folder, name, tokenizer):
    data = DataArguments(template=TEMPLATE, dataset=name, dataset_dir=str(folder), cutoff_len=4096, preprocessing_num_workers=1, overwrite_cache=True)
    template = get_template_and_fix_tokenizer(tokenizer, data)
    training = Seq2SeqTrainingArguments(output_dir=str(folder / "out"), use_cpu=True, report_to="none")
    return get_dataset(template, ModelArguments(model_name_or_path="none", cache_dir=str(folder / "cache")), data, training, stage="sft", tokenizer=tokenizer)["train_dataset"]


def written(folder, sides):
    for name, text in files(sides).items():
        (folder / name).write_text(text, encoding="utf-8")
    return json.loads((folder / "dataset_info.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("format", ["", "_sharegpt"])
def test_an_entry_gives_the_conversations_of_its_pairs(tmp_path, tokenizer, side, format):
    info = written(tmp_path, PAIRS)
    assert len(info) == 4
    name = f"dsl4bes_{side.value}{format}"
    (attributes,) = get_dataset_list([name], str(tmp_path))
    assert attributes.load_from == "file" and attributes.system == "system"
    rows = loaded(tmp_path, name, tokenizer)
    assert len(rows) == len(PAIRS[side])
    for row, own in zip(rows, PAIRS[side], strict=True):
        text = tokenizer.decode(row["input_ids"])
        assert own.question in text and text.index(own.question) < text.rindex(own.answer)
        assert (own.system or "You are a helpful assistant") in text
        learned = tokenizer.decode([label for label in row["labels"] if label != -100])
        assert learned.removesuffix("\n").removesuffix("<|im_end|>") == own.answer


def test_the_two_formats_are_the_same_to_it(tmp_path, tokenizer):
    written(tmp_path, PAIRS)
    one, other = (loaded(tmp_path, f"dsl4bes_train{format}", tokenizer) for format in ("", "_sharegpt"))
    assert [row["input_ids"] for row in one] == [row["input_ids"] for row in other]


def test_a_side_without_pairs_is_no_entry_that_it_would_stumble_over(tmp_path, tokenizer):
    info = written(tmp_path, {Side.TRAIN: PAIRS[Side.TRAIN], Side.VALIDATION: []})
    assert sorted(info) == ["dsl4bes_train", "dsl4bes_train_sharegpt"]
    assert len(loaded(tmp_path, ",".join(info), tokenizer)) == 2 * len(PAIRS[Side.TRAIN])
