"""The real thing: vLLM on the CPU with SmolLM2-135M-Instruct and a LoRA adapter, started by `dsl4bes serve` and asked by our own backend.

`.ci/model` gets both; DSL4BES_TEST_VLLM_PYTHON and DSL4BES_TEST_GGUF name others. The adapter has small random numbers, so that its answers are others than those
of its base, and the same whether it is merged or not. One test, since each server takes a minute or two to start.
"""

from __future__ import annotations

import os
import random
import re
import struct
import urllib.error
import urllib.request
from pathlib import Path

import pytest

pytest.importorskip("httpx")
pytest.importorskip("pydantic")

from fake_vllm import safetensors
from serve_tools import ROOT, Serve, session

from dsl4bes.unknown import models
from dsl4bes.unknown.backends.http import HttpBackend
from dsl4bes.unknown.backends.key import Key
from dsl4bes.unknown.backends.protocol import Message, Request
from dsl4bes.unknown.serving.pythons import with_vllm
from dsl4bes.unknown.serving.tensors import shapes_of_folder
from dsl4bes.unknown.serving.workshop import Workshop
from dsl4bes.unknown.settings import Settings
from dsl4bes.unknown.trouble import Trouble

pytestmark = pytest.mark.slow

PYTHON = Path(os.environ.get("DSL4BES_TEST_VLLM_PYTHON") or ROOT / ".venv-vllm/bin/python")
GGUF = Path(os.environ.get("DSL4BES_TEST_GGUF") or ROOT / ".models/SmolLM2-135M-Instruct.gguf")
SECRET = "sk-test-4f9a8b7c6d5e"
RANK, ALPHA = 8, 16
CHANGED = ("q_proj", "v_proj", "o_proj", "up_proj", "down_proj")
QUESTIONS = ("What is the capital of France? Answer in one sentence.", "Write a C++ function that adds two numbers.", "Name three colours.")
#: Rules and terminals, alternatives, a sequence, a regular expression: what the decoder has to keep to.
GRAMMAR = r"""
start: cut | cut " and " cut
cut: name " < " NUMBER " " unit
name: "chi2" | "mass" | "energy"
unit: "GeV" | "MeV"
NUMBER: /[0-9]\.[0-9][0-9]/
"""
OBEYED = re.compile(r"(chi2|mass|energy) < [0-9]\.[0-9]{2} (GeV|MeV)( and (chi2|mass|energy) < [0-9]\.[0-9]{2} (GeV|MeV))?")


@pytest.fixture
def python(tmp_path, monkeypatch):
    monkeypatch.setenv("DSL4BES_CACHE", str(tmp_path / "cache"))
    if not PYTHON.is_file():
        pytest.skip(f"there is no vLLM at {PYTHON.relative_to(ROOT) if PYTHON.is_relative_to(ROOT) else PYTHON} (.ci/model installs it)")
    if not GGUF.is_file():
        pytest.skip("there are no weights (.ci/model gets them)")
    return with_vllm(str(PYTHON))


def make_adapter(folder, base):
    """Both factors of every layer of these kinds: A about as peft starts it, B small instead of zero."""
    shapes = {}
    for name, shape in sorted(shapes_of_folder(base).items()):
        layer = name.removesuffix(".weight")
        if layer.endswith(CHANGED):
            gives, takes = shape
            shapes |= {f"base_model.model.{layer}.lora_A.weight": (RANK, takes), f"base_model.model.{layer}.lora_B.weight": (gives, RANK)}
    folder.mkdir(parents=True)
    file = folder / "adapter_model.safetensors"
    safetensors(file, shapes)
    content = bytearray(file.read_bytes())
    draw, at = random.Random(1), 8 + int.from_bytes(content[:8], "little")
    for name, (rows, columns) in shapes.items():
        width = columns**-0.5 if "lora_A" in name else 0.05
        content[at : at + 4 * rows * columns] = struct.pack(f"<{rows * columns}f", *(draw.gauss(0, width) for _ in range(rows * columns)))
        at += 4 * rows * columns
    assert at == len(content)
    file.write_bytes(content)
    (folder / "adapter_config.json").write_text(
        f'{{"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": {RANK}, "lora_alpha": {ALPHA}, "bias": "none", "target_modules": {list(CHANGED)},'.replace("'", '"')
        + f' "base_model_name_or_path": "{GGUF.stem}"}}'
    )


def backend(told, adapter="", key=SECRET):
    values = {**Settings().values, "url": told["url"], "model": told["models"][0], "adapter": adapter, "total_timeout": 300.0}
    return HttpBackend(Settings(values), Key(key))


def greedy(asked):
    """Greedy answers in a chat."""
    return [asked.complete(Request(messages=(Message(role="user", content=text),), temperature=0.0, max_tokens=16)).answers[0].text for text in QUESTIONS]


def check_stream(asked):
    pieces = []
    request = Request(messages=(Message(role="user", content=QUESTIONS[0]),), temperature=0.0, max_tokens=16)
    answer = asked.complete(request, lambda _, text: pieces.append(text)).answers[0].text
    assert len(pieces) > 3 and "".join(pieces) == answer and answer == asked.complete(request).answers[0].text


def check_grammar(asked):
    for request in (Request(prompt="Selection of events: ", samples=3, seed=1, max_tokens=45), Request(messages=(Message(role="user", content="Write a cut."),), samples=2, seed=1, max_tokens=45)):
        bound = asked.complete(request.model_copy(update={"temperature": 1.0, "top_p": 1.0, "grammar": GRAMMAR})).answers
        assert all(OBEYED.fullmatch(answer.text) for answer in bound), bound
        assert not any(OBEYED.fullmatch(answer.text) for answer in asked.complete(request).answers), "without the grammar it would not"


def check_key(told):
    with pytest.raises(Trouble) as caught:
        greedy(backend(told, key=""))
    assert caught.value.code.id == "BES0726"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(told["url"] + "/models")
    refused.value.close()
    assert refused.value.code == 401


def test_base_adapter_grammar_key_and_end(python, tmp_path):
    base = Workshop(python, print).converted(GGUF, models.checksum_of(GGUF))
    make_adapter(tmp_path / "loras/random", base)
    environment = {"DSL4BES_MODEL_KEY": SECRET}
    with Serve(tmp_path, GGUF, "--adapters", "loras", "--no-merge", "--json", "--context", "1024", "--log", "one.log", python=PYTHON, environment=environment) as serve:
        told = serve.ready()
        assert told["models"] == [GGUF.stem, "random"]
        of_base, of_adapter = greedy(backend(told)), greedy(backend(told, "random"))
        assert "Paris" in of_base[0] and sum(one != other for one, other in zip(of_base, of_adapter, strict=True)) >= 2
        check_stream(backend(told))
        check_stream(backend(told, "random"))
        check_grammar(backend(told))
        check_grammar(backend(told, "random"))
        check_key(told)
        assert len(session(told["process"])) > 1
        status, _, said = serve.end()
    assert (status, session(told["process"])) == (0, []) and SECRET not in said + (tmp_path / "one.log").read_text()

    with Serve(tmp_path, GGUF, "--adapters", "loras/random", "--json", "--context", "1024", python=PYTHON) as serve:
        told = serve.ready()
        assert told["models"] == ["random"] and "--enable-lora" not in told["command"]
        assert greedy(backend(told, key="")) == of_adapter, "merged, the adapter says the same"
        serve.end()
    assert session(told["process"]) == []
