"""Adapters of a folder: which there are, which cannot be served, and which belong to another model. Only heads of files are read."""

from __future__ import annotations

import json

import pytest
from fake_vllm import adapter, base, safetensors

from dsl4bes.unknown.serving.adapters import adapters_of
from dsl4bes.unknown.serving.belongs import compare
from dsl4bes.unknown.serving.tensors import shapes
from dsl4bes.unknown.trouble import Trouble


def refused(code, *arguments, act=adapters_of):
    with pytest.raises(Trouble) as caught:
        act(*arguments)
    assert caught.value.code.id == code
    return str(caught.value)


def test_a_folder_of_adapters_and_an_adapter(tmp_path):
    adapter(tmp_path / "all/b", rank=16)
    adapter(tmp_path / "all/a", rank=4, name="Qwen/X")
    (tmp_path / "all/notes").mkdir()
    first, second = adapters_of(tmp_path / "all")
    assert (first.name, first.rank, first.base, second.name, second.rank) == ("a", 4, "Qwen/X", "b", 16)
    assert first.layers["model.layers.1.mlp.up_proj"].gives == 16 and len(first.layers) == 2
    (alone,) = adapters_of(tmp_path / "all/b")
    assert alone.name == "b" and alone.folder == tmp_path / "all/b"


def test_the_rank_is_that_of_the_weights_not_that_of_the_configuration(tmp_path):
    adapter(tmp_path / "a", rank=32, r=4)
    assert adapters_of(tmp_path)[0].rank == 32


def test_nothing_there(tmp_path):
    assert "no adapter" in refused("BES0734", tmp_path)
    refused("BES0734", tmp_path / "absent")


@pytest.mark.parametrize("text", ["", "[]", "{", '"x"', "[" * 100_000, "null"])
def test_configurations_that_are_none(tmp_path, text):
    adapter(tmp_path / "a")
    (tmp_path / "a/adapter_config.json").write_text(text)
    assert "adapter_config.json" in refused("BES0734", tmp_path)


@pytest.mark.parametrize(("config", "words"), [({"peft_type": "IA3"}, "IA3"), ({"task_type": "SEQ_CLS"}, "SEQ_CLS")])
def test_other_kinds(tmp_path, config, words):
    adapter(tmp_path / "a", **config)
    assert words in refused("BES0734", tmp_path)


def test_weights_that_could_execute_code_are_not_taken(tmp_path):
    adapter(tmp_path / "a")
    (tmp_path / "a/adapter_model.safetensors").rename(tmp_path / "a/adapter_model.bin")
    assert "execute code" in refused("BES0734", tmp_path)
    (tmp_path / "a/adapter_model.bin").unlink()
    assert "no weights" in refused("BES0734", tmp_path)


@pytest.mark.parametrize("content", [b"", b"x" * 7, b"\xff" * 64, (5).to_bytes(8, "little") + b"[1,2]", (2).to_bytes(8, "little") + b"{}", (9).to_bytes(8, "little") + b'{"a": 1} '])
def test_weights_that_are_none(tmp_path, content):
    adapter(tmp_path / "a")
    (tmp_path / "a/adapter_model.safetensors").write_bytes(content)
    refused("BES0734", tmp_path)


@pytest.mark.parametrize("pair", [((4, 8), (16, 5)), ((4, 8, 1), (16, 4)), ((0, 8), (16, 0)), ((4, 8), ())])
def test_factors_that_do_not_belong_together(tmp_path, pair):
    adapter(tmp_path / "a")
    safetensors(tmp_path / "a/adapter_model.safetensors", {"base_model.model.x.lora_A.weight": pair[0], "base_model.model.x.lora_B.weight": pair[1]})
    assert "`x`" in refused("BES0734", tmp_path)


def test_names_and_ranks(tmp_path):
    adapter(tmp_path / "one/my adapter")
    assert "no name of a model" in refused("BES0734", tmp_path / "one")
    adapter(tmp_path / "two/a", rank=513)
    assert "513" in refused("BES0734", tmp_path / "two")


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"use_dora": True}, "DoRA"), ({"bias": "all"}, "biases"), ({"modules_to_save": ["lm_head"]}, "whole layers"), ({"init_lora_weights": "pissa_niter_4"}, "pissa"),
        ({"init_lora_weights": "gaussian"}, ""), ({"lora_bias": True}, "bias"), ({"layer_replication": [[0, 1]]}, "replicated"), ({}, ""),
    ],
)  # fmt: skip
def test_what_only_a_merge_can_serve(tmp_path, config, words):
    adapter(tmp_path / "a", **config)
    (found,) = adapters_of(tmp_path)
    assert words in " ".join(found.merge_only) and bool(words) == bool(found.merge_only)


# --- adapter and model --------------------------------------------------------------------------------------------


def of(folder, **how):
    adapter(folder, **how)
    return adapters_of(folder)[0]


def test_an_adapter_and_its_model(tmp_path):
    model = base(tmp_path / "qwen")
    assert compare(of(tmp_path / "a", name="Some/Qwen"), str(model), model) == ""
    assert compare(of(tmp_path / "b", name=str(model)), "x.gguf", model) == ""
    copy = base(tmp_path / "copy")
    assert compare(of(tmp_path / "c", name=str(copy)), str(model), model) == "", "the same weights under another name"


def test_layers_of_other_sizes(tmp_path):
    model = base(tmp_path / "m")
    assert "16 x 8" in refused("BES0735", of(tmp_path / "a"), "m", base(tmp_path / "wide", width=16), act=compare)
    assert "layers.2" in refused("BES0735", of(tmp_path / "b", layers=3, name="m"), "m", model, act=compare)
    assert compare(of(tmp_path / "c", layers=1, name="m"), "m", model) == "", "an adapter need not change all layers"


def test_names_of_other_models(tmp_path):
    assert "Qwen/A" in refused("BES0735", of(tmp_path / "a", name="Qwen/A"), "Qwen/B", None, act=compare)
    other = base(tmp_path / "other", layers=3)
    assert "another model" in refused("BES0735", of(tmp_path / "b", name=str(other)), "m", base(tmp_path / "m"), act=compare)


def test_what_cannot_be_known_is_said(tmp_path):
    model = base(tmp_path / "m")
    assert "does not say" in compare(of(tmp_path / "a"), "m", model)
    assert "cannot be known" in compare(of(tmp_path / "b", name="Qwen/A"), "m", model)
    assert "cannot be compared" in compare(of(tmp_path / "c", name="Qwen/A"), "Qwen/A", None)


def test_tied_embeddings_are_in_the_file_once(tmp_path):
    folder = adapter(tmp_path / "a", name="m")
    safetensors(
        folder / "adapter_model.safetensors",
        {
            "base_model.model.lm_head.lora_A.weight": (4, 8), "base_model.model.lm_head.lora_B.weight": (100, 4),
            "base_model.model.model.embed_tokens.lora_embedding_A": (4, 100), "base_model.model.model.embed_tokens.lora_embedding_B": (8, 4),
        },
    )  # fmt: skip
    model = tmp_path / "m"
    model.mkdir()
    safetensors(model / "model.safetensors", {"model.embed_tokens.weight": (100, 8)})
    assert compare(adapters_of(folder)[0], "m", model) == ""


def test_heads_are_read_as_they_are_written(tmp_path):
    written = {"a.b": (2, 3), "c": (), "d": (0,)}
    safetensors(tmp_path / "x", written)
    assert shapes(tmp_path / "x") == written
    (tmp_path / "y").write_bytes((8).to_bytes(8, "little") + json.dumps({"a": 1}).encode())
    with pytest.raises(ValueError, match="damaged"):
        shapes(tmp_path / "y")
