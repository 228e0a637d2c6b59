"""Greedy tokens of transformers and of a real vLLM server, float32, SmolLM2-135M-Instruct: the same, or nearly as probable where they part.

The comparison itself is tested with a server that answers by a model in this process, rightly and wrongly. The real one: `.ci/model` gets server and weights; DSL4BES_TEST_VLLM_PYTHON and DSL4BES_TEST_GGUF name others.
"""

from __future__ import annotations

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

for name in ("pydantic", "torch", "transformers", "tokenizers", "httpx"):
    pytest.importorskip(name, reason=f"{name} is not installed (dsl4bes[train])")
pytestmark = pytest.mark.filterwarnings("default")

from dsl4bes.training import small
from dsl4bes.training.model import read_base
from dsl4bes.training.parity import PROMPTS, Server, parity
from dsl4bes.training.recipe import Precision
from dsl4bes.unknown.backends.key import Key
from dsl4bes.unknown.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]
PYTHON = Path(os.environ.get("DSL4BES_TEST_VLLM_PYTHON") or ROOT / ".venv-vllm/bin/python")
GGUF = Path(os.environ.get("DSL4BES_TEST_GGUF") or ROOT / ".models/SmolLM2-135M-Instruct.gguf")


class Desk:
    """A server that answers with a model in this process; `change` makes of its tokens what it says."""

    def __init__(self, model, tokenizer, change=lambda tokens: tokens, template=None):
        import torch

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                self.answer({"data": [{"id": "tiny"}]})

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if "messages" in body:
                    text = (template or tokenizer.apply_chat_template)(body["messages"], tokenize=False, add_generation_prompt=True)
                    self.answer({"prompt_token_ids": tokenizer(text, add_special_tokens=False)["input_ids"], "choices": [{}]})
                    return
                given = torch.tensor([body["prompt"]])
                with torch.inference_mode():
                    made = model.generate(given, attention_mask=torch.ones_like(given), max_new_tokens=body["max_tokens"], do_sample=False, pad_token_id=0)[0, given.shape[1] :].tolist()
                self.answer({"choices": [{"token_ids": change(made)}]})

            def answer(self, data):
                content = json.dumps(data).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/v1"

    def __enter__(self):
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture(scope="module")
def tiny():
    model, tokenizer = small.random_model(2)
    return model.eval(), tokenizer


def test_twenty_prompts_that_differ():
    assert len(set(PROMPTS)) == len(PROMPTS) == 20


def test_the_same_model_is_in_parity(tiny):
    with Desk(*tiny) as desk:
        found = parity(*tiny, Server.at(desk.url), PROMPTS[:4], 12)
    assert found.holds and all(each.same == each.length > 0 for each in found.prompts)


def test_other_tokens_are_seen_and_so_is_another_template(tiny):
    with Desk(*tiny, change=lambda tokens: [*tokens[:3], (tokens[3] + 40) % 258, *tokens[4:]]) as desk:
        found = parity(*tiny, Server.at(desk.url), PROMPTS[:2], 12)
    assert all(each.same == 3 and each.gap > 0 for each in found.prompts) and found.template_same

    def other(messages, **_):
        return messages[0]["content"]

    with Desk(*tiny, template=other) as desk:
        found = parity(*tiny, Server.at(desk.url), PROMPTS[:1], 4)
    assert not found.template_same and not found.holds


def test_a_server_that_says_nothing_is_not_in_parity(tiny):
    with Desk(*tiny, change=lambda tokens: []) as desk:
        found = parity(*tiny, Server.at(desk.url), PROMPTS[:1], 4)
    assert found.template_same and not found.holds


def test_a_server_that_is_not_there():
    with pytest.raises(Trouble) as caught:
        Server("http://127.0.0.1:9/v1", "x", Key()).ask("models")
    assert "does not answer" in caught.value.message


@pytest.mark.slow
def test_transformers_and_vllm_say_the_same(tmp_path, monkeypatch):
    from dsl4bes.unknown import models
    from tests.unknown.serve_tools import Serve

    for path, what in ((PYTHON, "no vLLM"), (GGUF, "no weights")):
        if not path.is_file():
            pytest.skip(f"there is {what} at {path.name} (.ci/model gets it)")
    base = models.converted(GGUF)
    model, tokenizer = read_base(str(base), str(base), Precision.FLOAT32)
    with Serve(tmp_path, base, "--json", "--context", "512", python=PYTHON) as serve:
        told = serve.ready()
        if "float32" not in told["command"]:
            pytest.skip("this processor serves in bfloat16")
        found = parity(model, tokenizer, Server.at(told["url"]))
        serve.end()
    assert found.holds, [each for each in found.prompts if not each.holds]
    assert sum(each.same == each.length for each in found.prompts) >= 15
