"""Pictures and cards of a run, from log lines alone."""

from __future__ import annotations

import pytest

pytest.importorskip("pydantic")
pytest.importorskip("numpy")

from dsl4bes.training.folder import Log, Made, read_log
from dsl4bes.training.recipe import Lora, Recipe
from dsl4bes.training.result import card, result

LINES = [{"step": 0, "validation": 2.5}, *({"step": n, "epoch": 1, "loss": 2.5 - n / 20, "rate": 1e-4, "norm": 1.0, "tokens": 100, "learned": 50, "seconds": 2.0} for n in range(1, 31)), {"step": 20, "validation": 1.25}, {"step": 30, "validation": 1.5}]
RECIPE = Recipe.model_validate({"about": "For a test.", "model": {"base": "Some/Model"}, "data": {"chinese": 0.5}})
MADE = Made(RECIPE.model_dump(mode="json"), RECIPE.digest, "Some/Model", "ab", "cd" * 32, "float32", "0123456789abcdef", "x", 1234, 30, 1)


def test_the_numbers_of_a_log():
    found = result(LINES, MADE)
    assert (found.steps, found.tokens, found.seconds, found.before, found.after, found.best, found.best_step) == (30, 3000, 60.0, 2.5, 1.5, 1.25, 20)
    assert found.loss == pytest.approx(sum(2.5 - n / 20 for n in range(11, 31)) / 20, abs=1e-4)


def test_the_card_says_what_the_log_says():
    text = card(result(LINES, MADE), MADE, Lora(rank=4), {"part": 1000, "method": 234}, 7)
    for words in ("base_model: Some/Model", "Rank 4", "1,234 pairs", "`0123456789abcdef`", "7 longer ones", "| method | 234 |", "Chinese: 50%", "| loss of held-out families, base | 2.5000 |", "1.2500 at step 20"):
        assert words in text, words
    bare = card(result(LINES[1:31], MADE), MADE, Lora(), {}, 0)
    assert "held-out families" not in bare and "longer ones" not in bare
    assert "`examples = 0`" in text and "examples = 0" not in bare


def test_the_curves_are_a_picture():
    pytest.importorskip("matplotlib")
    from dsl4bes.training.curves import picture

    assert picture(LINES).startswith(b"\x89PNG") and picture(LINES) == picture(LINES) != picture(LINES[:20])


def test_a_log_takes_back_what_came_after_the_checkpoint(tmp_path):
    path = tmp_path / "train.jsonl"
    log = Log(path, 0)
    for line in LINES[:8]:
        log.add(**line)
    log.close()
    with path.open("a") as file:
        file.write('{"step": 8, "lo')
    log = Log(path, 5)
    assert read_log(path) == LINES[:6] and log.has_validation(0) and not log.has_validation(20)
    log.close()
