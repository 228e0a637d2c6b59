"""Training for real, with recipe `tiny`: walls between packed pairs, the loss, stops and kills, what is refused. Needs torch, transformers and peft (`dsl4bes[train]`)."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

for name in ("pydantic", "torch", "transformers", "peft", "safetensors", "tokenizers"):
    pytest.importorskip(name, reason=f"{name} is not installed (dsl4bes[train])")
pytestmark = pytest.mark.filterwarnings("default")

from dsl4bes.cli.app import run
from dsl4bes.diagnostics.model import Bag
from dsl4bes.training import batch, small
from dsl4bes.training.encode import encode
from dsl4bes.training.examples import Example
from dsl4bes.training.folder import read_log
from dsl4bes.training.model import load
from dsl4bes.training.recipe_file import find_recipe, read_recipe
from dsl4bes.unknown.pinned import PINNED, check_pinned, read_pinned, template_digest

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = "adapter/adapter_model.safetensors"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    rng = random.Random(1)

    def line():
        a, b = rng.randint(1, 99), rng.randint(1, 99)
        return json.dumps({"messages": [{"role": "user", "content": f"What is {a} plus {b}?" + " please" * rng.randint(0, 9)}, {"role": "assistant", "content": f"{a} + {b} = {a + b}"}]}) + "\n"

    (folder / "train.jsonl").write_text("".join(line() for _ in range(40)))
    (folder / "validation.jsonl").write_text("".join(line() for _ in range(6)))
    return folder


def command(data, out, *more):
    return ["finetune", "tiny", "--data", str(data), "-o", str(out), "--set", "epochs=4", "-q", *more]


@pytest.fixture(scope="module")
def whole(data, tmp_path_factory):
    """A run that nothing interrupted."""
    out = tmp_path_factory.mktemp("runs") / "whole"
    assert run(command(data, out)) == 0
    return out


def learner(*changes):
    bag = Bag()
    recipe = read_recipe(find_recipe("tiny"), bag, ("dropout=0.0", *changes))
    return load(recipe, Path(), lambda words: None)


def encoded(tokenizer, count=5):
    return [encode(tokenizer, Example(str(n), (("user", f"question {n}?" * (n + 1)), ("assistant", f"answer {n * n}." * (1 + n % 3)))), {tokenizer.eos_token_id}) for n in range(count)]


# --- tokens, walls, loss -----------------------------------------------------------------------------------------------------


def test_a_byte_is_a_token_and_text_comes_back():
    tokenizer = small.byte_tokenizer()
    assert len(tokenizer) == small.SIZES["vocab_size"]
    text = tokenizer.apply_chat_template([{"role": "user", "content": "Δm 是多少？\n"}], tokenize=False, add_generation_prompt=True)
    tokens = tokenizer(text, add_special_tokens=False)["input_ids"]
    assert tokenizer.decode(tokens) == text and tokens.count(tokenizer.eos_token_id) == 1


def test_pairs_in_one_row_do_not_see_each_other():
    """The logits of each pair in a packed row are those it has alone; without the walls they are not."""
    import torch

    one = learner()
    pairs = encoded(one.tokenizer)
    one.model.eval()
    made = batch.tensors(((0, 1, 2, 3, 4), (2,)), pairs, "cpu")
    mask = batch._for(one.model, made["mask"])
    with torch.no_grad():
        packed = one.model(input_ids=made["input_ids"], position_ids=made["position_ids"], attention_mask=mask).logits
        bare = one.model(input_ids=made["input_ids"][:1]).logits
        at = 0
        for pair in pairs:
            alone = one.model(input_ids=torch.tensor([pair.tokens])).logits[0]
            assert torch.allclose(packed[0, at : at + len(pair)], alone, atol=1e-5)
            assert at == 0 or not torch.allclose(bare[0, at : at + len(pair)], alone, atol=1e-2)
            at += len(pair)
        assert torch.allclose(packed[1, : len(pairs[2])], packed[0, sum(map(len, pairs[:2])) :][: len(pairs[2])], atol=1e-5)


@pytest.mark.parametrize("micro", [((0, 1, 2, 3, 4),), ((0,), (1,), (2,), (3,), (4,)), ((0, 3), (1, 2, 4))])
def test_the_loss_is_that_of_the_answers_however_they_are_put_together(micro):
    """Against the loss written out: -log p of each token of the answer, and of nothing else."""
    import torch

    one = learner()
    pairs = encoded(one.tokenizer)
    one.model.eval()
    expected, count = 0.0, 0
    with torch.no_grad():
        for pair in pairs:
            logp = one.model(input_ids=torch.tensor([pair.tokens])).logits[0].log_softmax(-1)
            expected -= sum(float(logp[at - 1, pair.tokens[at]]) for at in range(pair.answer, len(pair)))
            count += pair.learned
        found, learned = batch.loss(one.model, batch.tensors(micro, pairs, "cpu"))
    assert learned == count and float(found) == pytest.approx(expected, rel=1e-5)


def test_checkpointing_gives_the_same_gradients():
    import torch

    found = []
    for changes in ((), ("checkpointing=true",)):
        one = learner(*changes)
        one.model.train()
        pairs = encoded(one.tokenizer)
        total, _ = batch.loss(one.model, batch.tensors(((0, 1, 2), (3, 4)), pairs, "cpu"))
        total.backward()
        found.append([weight.grad for weight in one.learned.values()])
    assert len(found[0]) == 2 * 7 * 2 and all(torch.allclose(a, b, atol=1e-6) for a, b in zip(*found, strict=True))
    assert any(float(grad.abs().max()) > 0 for grad in found[0])


# --- runs --------------------------------------------------------------------------------------------------------------------


def test_a_run_learns_and_says_what_it_is_made_of(whole):
    lines = read_log(whole / "train.jsonl")
    steps, watched = [each for each in lines if "loss" in each], [each for each in lines if "validation" in each]
    assert [each["step"] for each in steps] == list(range(1, len(steps) + 1)) and watched[-1]["validation"] < watched[0]["validation"] - 0.1
    pinned = read_pinned(whole / "adapter")
    assert pinned is not None and str(ROOT) not in json.dumps(pinned) and "folder" not in pinned["recipe"]["data"]
    assert pinned["recipe"]["training"]["epochs"] == 4 and pinned["loss"]["after"] == watched[-1]["validation"]
    assert {"base_digest", "template", "data_digest", "seed", "prompt_versions", "versions", "recipe_digest"} <= set(pinned)
    card = (whole / "adapter/README.md").read_text()
    assert pinned["data_digest"] in card and "Licence" in card and str(whole) not in card
    config = json.loads((whole / "adapter/adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == "random" and config["target_modules"] == sorted(config["target_modules"])


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_bits(whole, data, tmp_path):
    """SIGKILL behind the first checkpoint, and again later: no trace of it in weights or log."""
    out = tmp_path / "killed"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for wanted in ("step-000002", "step-000006"):
        process = subprocess.Popen([sys.executable, "-m", "dsl4bes", *command(data, out)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        while not (out / "checkpoints" / wanted).is_dir() and process.poll() is None:
            time.sleep(0.005)
        process.kill()
        process.communicate()
        assert (out / "checkpoints").is_dir()
    (out / "checkpoints" / ".part-step-000007").mkdir()
    assert run(command(data, out)) == 0
    assert (out / WEIGHTS).read_bytes() == (whole / WEIGHTS).read_bytes()
    logs = [[{key: value for key, value in line.items() if key != "seconds"} for line in read_log(folder / "train.jsonl")] for folder in (out, whole)]
    assert logs[0] == logs[1] and not list((out / "checkpoints").glob(".part*"))


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_saves_and_says_how_to_go_on(whole, data, tmp_path, number):
    out = tmp_path / "stopped"
    words = [word for word in command(data, out) if word != "-q"]
    process = subprocess.Popen([sys.executable, "-m", "dsl4bes", *words], env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not (out / "train.jsonl").is_file() and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(number)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 130 and "the same command goes on" in said and "Traceback" not in said, said
    assert run(command(data, out)) == 0
    assert (out / WEIGHTS).read_bytes() == (whole / WEIGHTS).read_bytes()


def test_the_same_command_again_trains_nothing_and_gives_the_same(whole, data, capsys):
    before = (whole / WEIGHTS).read_bytes(), (whole / "train.jsonl").read_bytes()
    assert run([*command(data, whole), "--json", "--export"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["steps"], told["export_bytes"]) == (8, (whole / "export/adapter_model.safetensors").stat().st_size) and told["export_bytes"] < 0.6 * len(before[0])
    assert ((whole / WEIGHTS).read_bytes(), (whole / "train.jsonl").read_bytes()) == before and (whole / "export" / PINNED).is_file()


@pytest.mark.parametrize("more, words", [(["--set", "rank=8"], "another recipe"), (["--set", "seed=2"], "another recipe"), (["--set", "most=30"], "another recipe")])
def test_a_folder_of_another_run_is_not_continued(whole, data, capsys, more, words):
    before = (whole / "run.json").read_bytes()
    assert run([*command(data, whole), *more]) == 1
    assert words in capsys.readouterr().err and (whole / "run.json").read_bytes() == before


def test_another_template_is_refused_when_training_goes_on(data, tmp_path, capsys, monkeypatch):
    assert run(command(data, tmp_path / "run")) == 0
    monkeypatch.setattr(small, "TEMPLATE", small.TEMPLATE.replace("<|start|>", "<|start|> "))
    assert run(command(data, tmp_path / "run")) == 1
    assert "BES0785" in capsys.readouterr().err
    assert run([*command(data, tmp_path / "run"), "--force"]) == 0


def test_a_damaged_checkpoint_is_said(whole, data, tmp_path, capsys):
    out = tmp_path / "damaged"
    shutil.copytree(whole, out)
    last = max((out / "checkpoints").iterdir())
    for name, content in (("adapter_model.safetensors", b"nothing"), ("state.pt", b"nothing"), ("progress.json", b"[]")):
        (last / name).write_bytes(content)
        assert run(command(data, out)) == 1
        assert "BES0784" in capsys.readouterr().err
    shutil.rmtree(last)
    assert run(command(data, out)) == 0 and (out / WEIGHTS).read_bytes() == (whole / WEIGHTS).read_bytes()


def test_force_removes_nothing_for_a_run_that_cannot_begin(whole, data, tmp_path, capsys):
    out = tmp_path / "kept"
    shutil.copytree(whole, out)
    assert run([*command(tmp_path / "nowhere", out), "--force"]) == 1
    assert "no training data" in capsys.readouterr().err and (out / WEIGHTS).read_bytes() == (whole / WEIGHTS).read_bytes()
    assert run([*command(data, out), "--force", "--set", "rank=2", "--set", "epochs=1"]) == 0
    assert json.loads((out / "run.json").read_text())["recipe"]["lora"]["rank"] == 2 and read_pinned(out / "adapter")["step"] == 2


def test_a_full_disk_is_said_and_the_run_goes_on(whole, data, tmp_path, capsys):
    """No file may be longer than the weights: the state of the optimizer has twice their bytes."""
    out, before = tmp_path / "full", resource.getrlimit(resource.RLIMIT_FSIZE)
    for limit in (4096, (whole / WEIGHTS).stat().st_size + 1024):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
        try:
            assert run(command(data, out)) == 1
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert "make room" in capsys.readouterr().err and not any((out / "checkpoints").iterdir())
    assert run(command(data, out)) == 0 and (out / WEIGHTS).read_bytes() == (whole / WEIGHTS).read_bytes()


def test_a_base_that_is_damaged_is_said(data, tmp_path, capsys):
    model, tokenizer = small.random_model(3)
    model.save_pretrained(tmp_path / "base")
    tokenizer.save_pretrained(tmp_path / "base")
    (tmp_path / "base/model.safetensors").write_bytes(b"nothing")
    recipe = tmp_path / "mine.toml"
    recipe.write_text('[model]\nbase = "Some/Model"\n')
    assert run(["finetune", str(recipe), "--data", str(data), "--base", str(tmp_path / "base"), "-o", str(tmp_path / "run"), "-q"]) == 1
    assert "cannot be loaded" in capsys.readouterr().err


def test_the_weights_of_a_hub_are_not_named_by_a_digest(data, tmp_path, monkeypatch):
    """An adapter that was trained on a model in the hub's cache is taken on the same model in a folder."""
    monkeypatch.setattr("dsl4bes.training.model.read_base", lambda name, where, precision: small.random_model(3))
    recipe = tmp_path / "mine.toml"
    recipe.write_text('[model]\nbase = "Some/Model"\nprecision = "float32"\n[training]\nepochs = 1\nlongest = 256\nthreads = 1\n')
    assert run(["finetune", str(recipe), "--data", str(data), "-o", str(tmp_path / "run"), "-q"]) == 0
    assert read_pinned(tmp_path / "run/adapter")["base_digest"] == "" and json.loads((tmp_path / "run/run.json").read_text())["base_digest"]
    check_pinned(tmp_path / "run/adapter", template_digest(small.TEMPLATE), "ab" * 32)


def test_a_random_model_is_not_merged_and_that_is_said_before_training(data, tmp_path, capsys):
    assert run([*command(data, tmp_path / "run"), "--merge", "float32"]) == 1
    assert "lies nowhere" in capsys.readouterr().err and not (tmp_path / "run").exists()


def test_a_folder_of_somebody_else_is_left_alone(data, tmp_path, capsys):
    (tmp_path / "thesis.tex").write_text("mine")
    for more in ([], ["--force"]):
        assert run([*command(data, tmp_path), *more]) == 1
    assert "holds files" in capsys.readouterr().err and [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_grid_is_trained_and_its_table_written(data, tmp_path, capsys):
    words = ["finetune", "tiny", "--data", str(data), "-o", str(tmp_path / "grid"), "--grid", "rank=2,4", "epochs=1,2", "-q"]
    assert run(words) == 0
    rows = json.loads((tmp_path / "grid/summary.json").read_text())
    assert [row["run"] for row in rows] == ["rank-2_epochs-1", "rank-2_epochs-2", "rank-4_epochs-1", "rank-4_epochs-2"] and all(row["finished"] for row in rows)
    assert len((tmp_path / "grid/table.md").read_text().splitlines()) == 6
    assert run([*words[:-1], "--json"]) == 0 and json.loads(capsys.readouterr().out) == rows


def test_an_estimate_trains_nothing(data, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["finetune", "tiny", "--data", str(data), "--estimate", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["fits"] and told["seconds"] > 0 and not list(tmp_path.iterdir())
    assert run(["finetune", "tiny", "--data", str(data), "--estimate", "--json", "--grid", "rank=2,4"]) == 0
    assert [each["run"] for each in json.loads(capsys.readouterr().out)] == ["rank-2", "rank-4"]
    monkeypatch.setattr("dsl4bes.training.start.free_memory", lambda: 2**20)
    assert run(["finetune", "tiny", "--data", str(data)]) == 1 and "BES0783" in capsys.readouterr().err
    assert run(["finetune", "tiny", "--data", str(data), "-q", "--no-memory-check"]) == 0


def test_a_merged_folder_says_what_base_and_adapter_say(whole, data, tmp_path, capsys):
    """The random model written to a folder is a base like any other."""
    import peft
    import torch
    import transformers

    model, tokenizer = small.random_model(3)
    model.save_pretrained(tmp_path / "base")
    tokenizer.save_pretrained(tmp_path / "base")
    recipe = tmp_path / "mine.toml"
    recipe.write_text(f'[model]\nbase = "{tmp_path / "base"}"\nprecision = "float32"\n[training]\nlearning_rate = 1e-2\nlongest = 256\nthreads = 1\naccumulation = 4\n')
    assert run(["finetune", str(recipe), "--data", str(data), "-o", str(tmp_path / "run"), "-q", "--merge", "float32"]) == 0
    text = torch.tensor([tokenizer("What is 3 plus 4?")["input_ids"]])
    merged = transformers.AutoModelForCausalLM.from_pretrained(tmp_path / "run/merged")
    both = peft.PeftModel.from_pretrained(transformers.AutoModelForCausalLM.from_pretrained(tmp_path / "base"), str(tmp_path / "run/adapter"))
    with torch.no_grad():
        assert torch.allclose(merged(text).logits, both(text).logits, atol=1e-4) and not torch.allclose(merged(text).logits, model(text).logits, atol=1e-3)
    # The backend takes the adapter on this base, and refuses it when the template of the base has changed.
    from dsl4bes.unknown.backends.local import LocalBackend
    from dsl4bes.unknown.backends.protocol import Message, Request
    from dsl4bes.unknown.settings import Settings
    from dsl4bes.unknown.trouble import Trouble

    settings = Settings({**Settings().values, "backend": "transformers", "model": "base", "adapter": "run/adapter"})
    ask = Request(messages=(Message(role="user", content="hi"),), temperature=0.0, max_tokens=3)
    assert LocalBackend(settings, tmp_path).complete(ask).answers
    tokenizer.chat_template = small.TEMPLATE + " "
    tokenizer.save_pretrained(tmp_path / "base")
    with pytest.raises(Trouble) as caught:
        LocalBackend(settings, tmp_path).complete(ask)
    assert caught.value.code.id == "BES0785"
