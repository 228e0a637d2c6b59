"""An adapter is used with the template and the weights it was trained with, or not at all; adapters of others are not asked."""

from __future__ import annotations

import hashlib
import json

import pytest

pytest.importorskip("pydantic")

from dsl4bes.unknown.pinned import PINNED, check_pinned, template_digest, template_of_folder
from dsl4bes.unknown.trouble import Trouble

TEMPLATE = "{% for m in messages %}{{ m.content }}{% endfor %}"


@pytest.fixture
def adapter(tmp_path):
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / PINNED).write_text(json.dumps({"template": template_digest(TEMPLATE), "base_digest": "ab" * 32, "base": "Some/Model"}))
    return folder


def test_the_digest_is_that_of_the_text(tmp_path):
    assert template_digest(TEMPLATE) == hashlib.sha256(TEMPLATE.encode()).hexdigest() and template_digest(None) == template_digest("") == ""
    assert template_of_folder(tmp_path) is None
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"chat_template": TEMPLATE}))
    assert template_of_folder(tmp_path) == template_digest(TEMPLATE)
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"chat_template": [{"name": "tools", "template": "x"}, {"name": "default", "template": TEMPLATE}]}))
    assert template_of_folder(tmp_path) == template_digest(TEMPLATE)
    (tmp_path / "chat_template.jinja").write_text(TEMPLATE + "\n")
    assert template_of_folder(tmp_path) == template_digest(TEMPLATE)


def test_the_same_template_and_weights_are_taken(adapter):
    check_pinned(adapter, template_digest(TEMPLATE), "ab" * 32)
    check_pinned(adapter, None, "")


@pytest.mark.parametrize("template, weights, words", [(template_digest("other"), "", "prompt template"), ("", "", "has none"), (template_digest(TEMPLATE), "cd" * 32, "other weights")])
def test_another_one_is_refused(adapter, template, weights, words):
    with pytest.raises(Trouble) as caught:
        check_pinned(adapter, template, weights)
    assert caught.value.code.id == "BES0785" and words in caught.value.message and "Some/Model" in caught.value.help


def test_an_adapter_of_others_is_not_asked(tmp_path):
    check_pinned(tmp_path, "anything")


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"template": 3, "base_digest": ""}', "[" * 100_000])
def test_a_damaged_file_is_refused(adapter, text):
    (adapter / PINNED).write_text(text)
    with pytest.raises(Trouble):
        check_pinned(adapter, None)


def test_serving_looks_at_it(tmp_path):
    """`dsl4bes serve` with a model of another template is refused before anything is started or merged."""
    from dsl4bes.unknown.models import checksum_of_folder
    from dsl4bes.unknown.serving.plan import Address
    from dsl4bes.unknown.serving.prepare import Wish, prepare
    from dsl4bes.unknown.serving.pythons import Python
    from tests.unknown.fake_vllm import adapter, base

    base(tmp_path / "model")
    adapter(tmp_path / "lora")
    (tmp_path / "model/chat_template.jinja").write_text(TEMPLATE)
    pinned = {"template": template_digest(TEMPLATE), "base_digest": checksum_of_folder(tmp_path / "model"), "base": "Some/Model"}
    wish = Wish(str(tmp_path / "model"), Address("127.0.0.1", 8000), tmp_path / "lora", dry=True)
    (tmp_path / "lora" / PINNED).write_text(json.dumps(pinned))
    assert prepare(wish, Python("/v/bin/python", "0.32.0", True, frozenset()), lambda words: None).name == "lora"
    (tmp_path / "lora" / PINNED).write_text(json.dumps({**pinned, "template": template_digest("other")}))
    with pytest.raises(Trouble) as caught:
        prepare(wish, Python("/v/bin/python", "0.32.0", True, frozenset()), lambda words: None)
    assert caught.value.code.id == "BES0785"
