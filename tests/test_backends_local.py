"""A model in this process: a tiny one made by the test, with an adapter; and models by name, with a GGUF file that is converted."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

pytest.importorskip("pydantic")

from dsl4bes.unknown import models
from dsl4bes.unknown.backends.local import LocalBackend
from dsl4bes.unknown.backends.protocol import Finish, Message, Request
from dsl4bes.unknown.settings import Settings
from dsl4bes.unknown.trouble import Trouble

TEXTS = ["return true; return false; double x = in.ecms; if (x > 3.0) return false;", "for (int i = 0; i < n; ++i) sum += p[i];"]
ASK = Request(messages=(Message(role="user", content="return x"),), samples=3, max_tokens=12, seed=4, temperature=1.0, top_p=1.0)


def settings(**more):
    return Settings({**Settings().values, "backend": "transformers", **more})


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A folder with a model of random weights, and one with an adapter for it."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    tokenizers, peft = pytest.importorskip("tokenizers"), pytest.importorskip("peft")
    folder = tmp_path_factory.mktemp("tiny")
    plain = tokenizers.ByteLevelBPETokenizer()
    plain.train_from_iterator(TEXTS, vocab_size=300, special_tokens=["<s>", "</s>"])
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=plain._tokenizer, bos_token="<s>", eos_token="</s>")
    tokenizer.chat_template = "{% for m in messages %}<s>{{ m.content }}{% endfor %}"
    torch.manual_seed(1)
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        max_position_embeddings=128, bos_token_id=0, eos_token_id=1,
    )  # fmt: skip
    model = transformers.LlamaForCausalLM(config)
    tokenizer.save_pretrained(folder / "base")
    model.save_pretrained(folder / "base")
    lora = peft.get_peft_model(model, peft.LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False))
    lora.save_pretrained(folder / "adapter")
    return folder


def test_samples_and_seed(tiny):
    backend = LocalBackend(settings(model="base"), tiny)
    first = backend.complete(ASK)
    assert len(first.answers) == 3 and len({answer.text for answer in first.answers}) > 1
    assert first.model == "base" and first.prompt_tokens > 0 and 0 < first.completion_tokens <= 36
    assert backend.complete(ASK).answers == first.answers
    assert backend.complete(ASK.model_copy(update={"seed": 5})).answers != first.answers
    assert all(answer.cut_off for answer in backend.complete(ASK.model_copy(update={"max_tokens": 2})).answers if answer.text)


def test_greedy_answers_are_all_the_same(tiny):
    answers = LocalBackend(settings(model="base"), tiny).complete(ASK.model_copy(update={"temperature": 0.0})).answers
    assert len(answers) == 3 and len(set(answers)) == 1


def test_the_adapter_changes_the_answer(tiny):
    greedy = ASK.model_copy(update={"temperature": 0.0, "samples": 1})
    base = LocalBackend(settings(model="base"), tiny).complete(greedy)
    adapted = LocalBackend(settings(model="base", adapter="adapter"), tiny).complete(greedy)
    assert adapted.answers != base.answers and adapted.model == "adapter"


def test_text_comes_as_it_grows(tiny):
    for samples in (1, 2):
        told: dict[int, str] = {}

        def on_text(sample, text, told=told):
            told[sample] = told.get(sample, "") + text

        answers = LocalBackend(settings(model="base"), tiny).complete(ASK.model_copy(update={"samples": samples}), on_text)
        assert [told.get(i, "") for i in range(samples)] == [answer.text for answer in answers.answers]


def test_a_stop_text_ends_the_answer(tiny):
    backend = LocalBackend(settings(model="base"), tiny)
    greedy = ASK.model_copy(update={"temperature": 0.0, "samples": 1})
    text = backend.complete(greedy).answers[0].text
    stop = text[len(text) // 2 :][:2]
    answer = backend.complete(greedy.model_copy(update={"stop": (stop,)})).answers[0]
    assert answer.text == text[: text.index(stop)] and answer.finish is Finish.STOP


def test_a_plain_prompt(tiny):
    assert LocalBackend(settings(model="base"), tiny).complete(Request(prompt="return", max_tokens=3, seed=1)).answers


@pytest.mark.parametrize("change", [{"grammar": "start: /x/"}, {"json_schema": {}}, {"max_tokens": 1000}])
def test_what_it_cannot(tiny, change):
    with pytest.raises(Trouble) as caught:
        LocalBackend(settings(model="base"), tiny).complete(ASK.model_copy(update=change))
    assert caught.value.code.id == "BES0726"


def test_weights_that_are_not_there(tiny, tmp_path):
    (tmp_path / "empty").mkdir()
    for name, adapter in (("empty", ""), ("nowhere.gguf", ""), ("no folder/at/all", ""), ("../..", "")):
        with pytest.raises(Trouble) as caught:
            LocalBackend(settings(model=name, adapter=adapter), tmp_path).complete(ASK)
        assert caught.value.code.id == "BES0725"
    with pytest.raises(Trouble) as caught:
        LocalBackend(settings(model=str(tiny / "base"), adapter=str(tmp_path / "empty")), tmp_path).complete(ASK)
    assert caught.value.code.id == "BES0725" and "adapter" in str(caught.value)


def test_no_model_is_named():
    with pytest.raises(Trouble) as caught:
        LocalBackend(settings())
    assert caught.value.code.id == "BES0724"


def test_names_of_models(tmp_path):
    (tmp_path / "here").mkdir()
    assert models.place("here", tmp_path) == str((tmp_path / "here").resolve())
    assert models.place("Qwen/Qwen2.5-Coder-1.5B-Instruct", tmp_path) == "Qwen/Qwen2.5-Coder-1.5B-Instruct"
    (tmp_path / "text.gguf").write_text("not weights")
    for name in ("text.gguf", "absent.gguf", "a/b/c", "../x", "a b", ""):
        if name:
            with pytest.raises(Trouble):
                models.place(name, tmp_path)


def test_a_conversion_is_kept_whole_or_not_at_all(tmp_path, monkeypatch):
    monkeypatch.setenv("DSL4BES_CACHE", str(tmp_path / "cache"))
    gguf = tmp_path / "m.gguf"
    gguf.write_bytes(b"GGUF" + b"weights")
    made = []

    def convert(source: Path, target: Path) -> None:
        made.append(source)
        (target / "model.safetensors").write_bytes(b"12345")
        if len(made) == 1:
            raise Trouble(models.MODEL_UNREACHABLE, "it failed in the middle")

    monkeypatch.setattr(models, "_convert", convert)
    with pytest.raises(Trouble):
        models.converted(gguf)
    assert not list((tmp_path / "cache/models").iterdir())
    said = []
    folder = models.converted(gguf, said.append)
    assert models.converted(gguf) == folder and len(made) == 2 and len(said) == 1
    assert json.loads((folder / "dsl4bes-model.json").read_text())["files"] == {"model.safetensors": 5}
    (folder / "model.safetensors").write_bytes(b"1")
    assert models.converted(gguf) == folder and len(made) == 3, "a broken folder is made again"
    gguf.write_bytes(b"GGUF" + b"other weights")
    assert models.converted(gguf) != folder


@pytest.mark.slow
def test_a_real_gguf_file(tmp_path, monkeypatch):
    """DSL4BES_TEST_GGUF names a small file, for instance SmolLM2-135M."""
    gguf = os.environ.get("DSL4BES_TEST_GGUF")
    if not gguf:
        pytest.skip("DSL4BES_TEST_GGUF is not set")
    pytest.importorskip("torch")
    monkeypatch.setenv("DSL4BES_CACHE", str(tmp_path))
    backend = LocalBackend(settings(model=gguf), tmp_path)
    request = Request(messages=(Message(role="user", content="What is the capital of France? Answer in one word."),), temperature=0.0, max_tokens=12)
    assert "Paris" in backend.complete(request).answers[0].text
    assert models.converted(Path(gguf)).is_dir()
