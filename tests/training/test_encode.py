"""Which tokens are learned: the answer and its end, whatever the template does at the seam."""

from __future__ import annotations

import pytest

pytest.importorskip("pydantic")
pytest.importorskip("numpy")
from fake_tokenizer import FakeTokenizer, chatml

from dsl4bes.training.encode import encode, encode_all
from dsl4bes.training.examples import Example
from dsl4bes.unknown.trouble import Trouble


def example(question, answer, system=""):
    turns = [("user", question), ("assistant", answer)]
    return Example("x" + question + answer, tuple([("system", system), *turns] if system else turns))


def parts(tokenizer, one):
    found = encode(tokenizer, one, {tokenizer.eos_token_id})
    return tokenizer.decoded(found.tokens[: found.answer]), tokenizer.decoded(found.tokens[found.answer :])


@pytest.mark.parametrize("answer", ["yes", "```cpp\nvoid f() { }\n```", "是的。", "  two blanks in front", "<b>"])
def test_the_answer_and_its_end_are_learned_and_nothing_else(answer):
    prompt, learned = parts(FakeTokenizer(), example("Is it so?", answer, "Be short."))
    assert prompt == "<|start|>system\nBe short.<|end|>\n<|start|>user\nIs it so?<|end|>\n<|start|>assistant\n"
    assert learned == answer + "<|end|>"


def test_the_prompt_has_the_tokens_that_a_server_makes_of_it():
    """An answer that begins with a line end would make one token with that of the prompt."""
    tokenizer = FakeTokenizer()
    one = example("?", "\n\nyes")
    prompt = tokenizer(chatml(one.messages[:-1], True), add_special_tokens=False)["input_ids"]
    together = tokenizer(chatml(one.messages, False), add_special_tokens=False)["input_ids"]
    assert together[: len(prompt)] != prompt, "the seam is one token when both are written together"
    found = encode(tokenizer, one, {tokenizer.eos_token_id})
    assert list(found.tokens[: found.answer]) == prompt and tokenizer.decoded(found.tokens[found.answer :]) == "\n\nyes<|end|>"


def test_a_template_that_ends_no_answer_gets_an_end():
    def bare(messages, add_generation_prompt):
        return "".join(f"{each['role']}: {each['content']}\n" for each in messages) + ("assistant: " if add_generation_prompt else "")

    assert parts(FakeTokenizer(bare), example("?", "yes")) == ("user: ?\nassistant: ", "yes<|end|>")


def test_what_a_template_writes_behind_the_end_is_not_learned():
    def more(messages, add_generation_prompt):
        return chatml(messages, add_generation_prompt) + ("" if add_generation_prompt else "<|other|> thanks")

    assert parts(FakeTokenizer(more), example("?", "yes"))[1] == "yes<|end|>"


def test_an_end_within_the_answer_does_not_cut_it():
    assert parts(FakeTokenizer(), example("?", "a <|end|> b"))[1] == "a <|end|> b<|end|>"


def test_a_template_that_answers_otherwise_than_it_asks_is_refused():
    def thinking(messages, add_generation_prompt):
        return chatml(messages, False) + ("<|start|>assistant\n<|think|>" if add_generation_prompt else "")

    with pytest.raises(Trouble) as caught:
        encode(FakeTokenizer(thinking), example("?", "yes"), {0})
    assert "otherwise" in caught.value.message


def test_pairs_that_are_too_long_are_left_out_and_named():
    short, long = example("a", "b"), example("a", "b " * 100)
    found = encode_all(FakeTokenizer(), [short, long, short], 40, {0})
    assert len(found.kept) == 2 and found.too_long == (long.name,) and found.kept[0] == found.kept[1]
