"""From a plan to the command that serves it: every word of it, the environment, the line for a shell; without any server."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl4bes.unknown.serving.adapters import Adapter, Layer
from dsl4bes.unknown.serving.command import (
    command,
    model_name,
    not_taken,
    settings_lines,
    shown,
    variables,
    whole_environment,
)
from dsl4bes.unknown.serving.plan import Address, Plan, number_type

SECRET = "sk-test-4f9a8b7c6d5e"
HEADER = {"Authorization": f"Bearer {SECRET}"}


def lora(name, rank=8, folder="/a"):
    return Adapter(name, Path(folder), "", rank, {"x": Layer(8, 8, rank)})


def plan(**more):
    values = {
        "python": "/v/bin/python", "cpu": True, "model": "/m/base", "local": True, "name": "base", "number_type": "float32", "context": 4096,
        "address": Address("127.0.0.1", 8000),
    }  # fmt: skip
    return Plan(**(values | more))


def option(words, name):
    return words[words.index(name) + 1]


def test_the_whole_command():
    assert command(plan()) == [
        "/v/bin/python", "-m", "vllm.entrypoints.openai.api_server", "--model", "/m/base", "--served-model-name", "base", "--host", "127.0.0.1", "--port", "8000",
        "--dtype", "float32", "--max-model-len", "4096", "--generation-config", "vllm", "--structured-outputs-config", '{"backend": "guidance"}',
        "--disable-uvicorn-access-log", "--enforce-eager",
    ]  # fmt: skip


def test_a_gpu_records_graphs_and_has_no_memory_of_the_cpu():
    gpu = plan(cpu=False, number_type="auto")
    assert "--enforce-eager" not in command(gpu) and option(command(gpu), "--dtype") == "auto"
    assert "VLLM_CPU_KVCACHE_SPACE" not in variables(gpu, {})
    assert variables(plan(), {})["VLLM_CPU_KVCACHE_SPACE"] == "3" and variables(plan(), {"VLLM_CPU_KVCACHE_SPACE": "7"})["VLLM_CPU_KVCACHE_SPACE"] == "7"


@pytest.mark.parametrize(("rank", "most"), [(1, 8), (8, 8), (9, 16), (33, 64), (300, 320), (512, 512)])
def test_the_largest_rank_is_one_that_vllm_takes(rank, most):
    words = command(plan(adapters=(lora("a", 2), lora("b", rank))))
    assert option(words, "--max-lora-rank") == str(max(most, 8)) and "--enable-lora" in words and option(words, "--max-loras") == "2"


def test_hubs_are_asked_for_hub_ids_only():
    assert {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"} <= set(variables(plan(), {}))
    assert not {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"} & set(variables(plan(local=False), {}))


@pytest.mark.parametrize(
    ("flags", "cpu", "found"),
    [("avx2 fma", True, "float32"), ("avx512f avx512_bf16", True, "bfloat16"), ("amx_bf16", True, "bfloat16"), ("avx512f", True, "float32"), ("avx2", False, "auto")],
)
def test_number_type(flags, cpu, found):
    assert number_type(cpu, flags) == found


def test_the_key_is_in_the_environment_and_nowhere_else():
    given_ = {"DSL4BES_MODEL_KEY": SECRET, "VLLM_API_KEY": "another", "HOME": "/h"}
    whole = whole_environment(plan(), given_, HEADER)
    assert whole["VLLM_API_KEY"] == SECRET and whole["HOME"] == "/h" and "DSL4BES_MODEL_KEY" not in whole
    assert SECRET not in " ".join(command(plan())) + shown(plan(), given_, True)
    assert 'VLLM_API_KEY="$DSL4BES_MODEL_KEY"' in shown(plan(), given_, True)
    assert "VLLM_API_KEY" not in whole_environment(plan(), given_, {}) and "VLLM_API_KEY" not in shown(plan(), given_, False)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_the_line_for_a_shell_is_the_command(model, folder):
    made = plan(model=model, adapters=(lora("a", folder=folder),))
    words = shlex.split(shown(made, {}, False))
    assert words[len(variables(made, {})) :] == command(made)
    told = json.loads(command(made)[-1])
    assert told == {"name": "a", "path": str(Path(folder))}


def test_the_lines_of_the_settings_are_settings(tmp_path):
    from dsl4bes.diagnostics.model import Bag
    from dsl4bes.unknown.settings import read_settings

    made = plan(address=Address("::", 81), adapters=(lora("a"), lora("b")))
    (tmp_path / "dsl4bes.toml").write_text("[model]\n" + "\n".join(settings_lines(made)) + "\n")
    bag = Bag()
    settings = read_settings(tmp_path / "x.bes", bag, environment={})
    assert not list(bag) and (settings["url"], settings["model"], settings["adapter"]) == ("http://[::1]:81/v1", "base", "a")
    assert settings.backend == "openai" and len(settings_lines(plan())) == 2


def test_addresses():
    assert Address("0.0.0.0", 8).url == "http://127.0.0.1:8/v1" and Address("10.0.0.1", 8).url == "http://10.0.0.1:8/v1"


def test_names_of_models(tmp_path):
    (tmp_path / "my model").mkdir()
    (tmp_path / "x.gguf").touch()
    assert model_name(str(tmp_path / "my model")) == "my-model" and model_name(str(tmp_path / "x.gguf")) == "x"
    assert model_name("Qwen/Qwen2.5-Coder-7B") == "Qwen/Qwen2.5-Coder-7B"


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        (("--tensor-parallel-size", "2"), ""), (("--seed=3", "-O", "1"), ""), (("--port", "1"), "--port"), (("--api-key=x",), "--api-key"), (("--api_ke", "x"), "--api_ke"),
        (("--seed", "3", "--hos=::"), "--hos"), (("--structured-outputs-config.backend=xgrammar",), "--structured-outputs-config.backend"),
    ],
)  # fmt: skip
def test_further_arguments(more, wrong):
    assert not_taken(plan(), more) == wrong
    assert command(plan(more=more))[-len(more) :] == list(more)
