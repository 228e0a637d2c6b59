"""Recipes: read, changed on the command line, refused with the place in the file; the YAML files beside them; grids."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("pydantic")
pytest.importorskip("numpy")

from dsl4bes.assets import recipes_root
from dsl4bes.cli.app import run
from dsl4bes.diagnostics.model import Bag
from dsl4bes.training.grid import cells, claim, summary, table
from dsl4bes.training.llamafactory import yaml
from dsl4bes.training.recipe import RANDOM
from dsl4bes.training.recipe_file import SHORT, find_recipe, read_recipe, shipped
from dsl4bes.training.result import Result
from dsl4bes.unknown.trouble import Trouble

NAMES = sorted(shipped())


def read(path, *changes):
    bag = Bag()
    recipe = read_recipe(path, bag, changes)
    return recipe, [(item.message, item.primary.span.place.line if item.primary else 0, item.help) for item in bag.items]


def test_the_shipped_recipes_are_those_of_the_issue():
    assert NAMES == ["qwen2.5-7b", "qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b", "qwen2.5-coder-7b", "smollm2-135m", "tiny"]


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_recipe_is_read_and_its_yaml_is_that_beside_it(name):
    recipe, faults = read(find_recipe(name))
    assert not faults and recipe.about
    beside = recipes_root() / f"{name}.llamafactory.yaml"
    if recipe.model.base == RANDOM:
        assert not beside.exists() and yaml(recipe, name) is None
    else:
        assert beside.read_text() == yaml(recipe, name), f"dsl4bes finetune {name} --llamafactory > {beside}"


def test_the_yaml_says_what_the_recipe_says():
    recipe, _ = read(find_recipe("qwen2.5-coder-0.5b"), "rank=4", "longest=512", "packing=false", "data.chinese=0.5", "data.caps.method=9", 'lora.layers=["q_proj", "v_proj"]', "most=600")
    lines = yaml(recipe, "x").splitlines()
    assert {"lora_rank: 4", "cutoff_len: 512", "neat_packing: false", "lora_target: q_proj,v_proj", "max_samples: 600", "dataset: dsl4bes_train", "train_on_prompt: false"} <= set(lines)
    assert any("caps, chinese" in line and line.startswith("#") for line in lines), "what that trainer cannot do is said"


@pytest.mark.parametrize(
    "text, line, words",
    [
        ('[model]\nbase = "x"\n\n[lora]\nrnak = 4\n', 5, "`lora.rnak` has no place in a recipe"),
        ('[model]\nbase = "x"\n[training]\nepochs = 0\n', 4, "`training.epochs` is at least 1, not `0`"),
        ('[model]\nbase = "x"\n[training]\nepochs = "two"\n', 4, "a whole number"),
        ('[model]\nbase = "x"\n[data]\nkinds = ["methods"]\n', 4, "does not know `\"methods\"`"),
        ('[model]\nbase = "x"\n[data]\nkinds = ["part"]\ncaps = { method = 4 }\n', 3, "caps or weights speak of method"),
        ('[model]\nprecision = "half"\nbase = "x"\n', 2, "does not know"),
        ('[lora]\nrank = 4\n', 1, "`model` is missing"),
        ('[model]\nbase = "x"\n[training]\nlearning_rate = 2.0\n', 4, "at most 0.1"),
        ('[model]\nbase = "x"\n[training]\npacking = 3\n', 4, "true or false"),
        ('[model]\nbase = \n', 2, "this is not TOML"),
        ('lora = 3\n[model]\nbase = "x"\n', 1, "a table"),
    ],
)  # fmt: skip
def test_a_fault_is_said_with_its_line(tmp_path, text, line, words):
    path = tmp_path / "r.toml"
    path.write_text(text)
    recipe, faults = read(path)
    assert recipe is None and any(words in message and at == line for message, at, _ in faults), faults
    assert not any(word in message for message, *_ in faults for word in ("Input should", "Extra inputs", "Field required", "Value error"))


def test_a_misspelt_name_has_a_suggestion(tmp_path):
    (tmp_path / "r.toml").write_text('[model]\nbase = "x"\n[training]\nepoch = 3\n')
    _, faults = read(tmp_path / "r.toml")
    assert "epochs" in faults[0][2]
    with pytest.raises(Trouble) as caught:
        find_recipe("qwen2.5-coder-0.6b")
    assert "qwen2.5-coder-0.5b" in caught.value.help


def test_changes_of_a_command_line():
    recipe, _ = read(find_recipe("tiny"), "rank=16", "epochs=5", "training.packing=false", "base=/a folder/b", 'data.languages=["zh"]', "data.weights.method=0.5")
    assert (recipe.lora.rank, recipe.training.epochs, recipe.training.packing, recipe.model.place) == (16, 5, False, "/a folder/b")
    assert [each.value for each in recipe.data.languages] == ["zh"] and list(recipe.data.weights.values()) == [0.5]
    for part, field in (name.split(".") for name in SHORT.values()):
        assert field in type(getattr(recipe, part)).model_fields
    recipe, faults = read(find_recipe("tiny"), "rank=0")
    assert recipe is None and faults[0][:2] == ("`lora.rank` is at least 1, not `0`", 0), "no place in the file: it is not from there"
    for wrong in ("rank", "rank=", "=4", "nowhere=3", "about.x=3"):
        with pytest.raises(Trouble):
            read(find_recipe("tiny"), wrong)


def test_the_digest_changes_with_what_changes_the_weights_and_with_nothing_else():
    recipe = read(find_recipe("tiny"))[0]
    digest = recipe.digest
    assert recipe.model_copy(update={"about": "other words"}).digest == digest
    assert {read(find_recipe("tiny"), same)[0].digest for same in ("base=/elsewhere", "data=/elsewhere", "watch.checkpoint_every=7")} == {digest}
    others = [read(find_recipe("tiny"), change)[0].digest for change in ("rank=8", "seed=2", "data.most=5", "model.precision=bfloat16", "training.clip=0.5", "data.chinese=0.5")]
    assert len({digest, *others}) == 7


def test_numbers_and_names_are_for_yaml_what_they_are_here():
    """1e-5 and my: data would be a text and a table; 1.25e-5 has more digits than six places behind the point."""
    recipe, _ = read(find_recipe("smollm2-135m"), "learning_rate=1.25e-5", "training.weight_decay=1e-5", "data=/home/me/my: data", 'base=x')
    assert {"learning_rate: 1.25e-05", "weight_decay: 1.0e-05", 'dataset_dir: "/home/me/my: data"'} <= set(yaml(recipe, "x").splitlines())


def test_the_tables_of_somebody_else_are_left_alone(tmp_path):
    claim(tmp_path, False)
    (tmp_path / "table.md").write_text("mine")
    with pytest.raises(Trouble):
        claim(tmp_path, False)
    claim(tmp_path, True)
    (tmp_path / "rank-4").mkdir()
    (tmp_path / "rank-4/run.json").write_text("{}")
    claim(tmp_path, False)


def test_a_grid_has_all_combinations():
    found = cells(["rank=4,8,16", "training.epochs=2,5"])
    assert len(found) == 6 and found[1].changes == ("rank=4", "training.epochs=5") and found[1].name == "rank-4_epochs-5"
    for wrong in (["rank"], ["rank="], ["rank=4,4"], ["rank=4", "rank=8"], ["nowhere=1"], ["seed=" + ",".join(map(str, range(300)))]):
        with pytest.raises(Trouble):
            cells(wrong)


def test_the_table_of_a_grid_has_a_row_for_each_run():
    first, second = cells(["rank=4,8"])
    numbers = Result(10, 20, 3000, 66.0, 1.25, 2.0, 1.5, 1.4, 8)
    assert table([(first, numbers), (second, None)]).splitlines()[2:] == ["| 4 | 10 | 1.2500 | 2.0000 | 1.5000 | 1.4000 (8) | 1.1 |", "| 8 | not finished |  |  |  |  |  |"]
    rows = summary([(first, numbers), (second, None)])
    assert rows[0]["loss"] == 1.25 and rows[1] == {"run": "rank-8", "rank": "8", "finished": False}


@pytest.mark.parametrize(
    "words, said",
    [
        (["finetune", "nothing"], "there is no recipe `nothing`"), (["finetune", "~nobody-here/x.toml"], "there is no recipe `~nobody-here/x.toml`"), (["finetune", "tiny", "other"], "another word"), (["finetune", "tiny", "--set", "rank"], "no change of a recipe"), (["finetune", "tiny", "--set", "rank=0"], "at least 1"),
        (["finetune", "tiny", "--grid", "rank=4,x"], "`lora.rank` is a whole number"), (["finetune", "tiny", "--llamafactory"], "no random model"),
    ],
)  # fmt: skip
def test_wrong_words_are_said(capsys, words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(words) == 1
    assert said in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_the_yaml_is_printed_and_errors_are_json_where_asked(capsys):
    assert run(["finetune", "smollm2-135m", "--llamafactory", "--set", "rank=4"]) == 0
    assert "lora_rank: 4" in capsys.readouterr().out
    assert run(["finetune", "tiny", "--set", "rank=0", "--json"]) == 1
    assert "BES0782" in json.dumps(json.loads(capsys.readouterr().out))
