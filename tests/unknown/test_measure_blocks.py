"""The tables of a measurement are right: intervals, votes over subsets of samples, drafts after so many rounds; and a run that was stopped goes on.

In: records made here. Out: assertions on shares, votes and files. No model is asked and nothing is built.
"""

from __future__ import annotations

import json

import pytest

pytest.importorskip("tree_sitter_cpp", reason="the extra [llm] is not installed")

from dsl4bes.benchmark.wilson import wilson
from finetune.measure_blocks import done
from finetune.report_blocks import latest, lines, share_equal, voted


def draft(sample: int, round_: int = 0, *, answers: str = "01", equal: bool = False, accepted: bool = True, rung: str = "decide", rules: tuple = ()) -> dict:
    return {"round": round_, "sample": sample, "accepted": accepted, "rung": rung, "rules": list(rules), "answers": answers, "equal": equal, "words": ""}


def record(*drafts: dict) -> dict:
    return {"task": "t", "drafts": list(drafts), "completion_tokens": 10, "prompt_tokens": 100, "seconds": 2.0}


#: Two right drafts, one wrong, one that is right only after a round.
FOUR = record(
    draft(0, answers="01", equal=True), draft(1, answers="01", equal=True), draft(2, answers="10"), draft(3, accepted=False, rung="policy", rules=("loop",)),
    draft(3, 1, answers="10"),
)  # fmt: skip


def test_the_interval_of_a_share_is_wilsons():
    """Values of Agresti and Coull (1998), and of the task list: 5 of 10 is 24 to 76 %."""
    assert [round(x, 2) for x in wilson(5, 10)] == [0.24, 0.76]
    assert wilson(0, 10)[0] == 0 and round(wilson(0, 10)[1], 3) == 0.278 and wilson(10, 10)[1] == pytest.approx(1) and wilson(0, 0) == (0, 1)


def test_drafts_after_rounds_and_their_vote():
    assert [each["round"] for each in latest(FOUR, 0)] == [0, 0, 0, 0] and [each["round"] for each in latest(FOUR, 2)] == [0, 0, 0, 1]
    assert voted(latest(FOUR, 0))["sample"] == 0
    assert voted([draft(0, answers="11"), draft(1, answers="11"), draft(2, answers="10")])["sample"] == 2  # what decides nothing comes last
    assert voted([draft(0, accepted=False)]) is None and voted([]) is None


def test_fewer_samples_are_all_subsets():
    assert share_equal(FOUR, 1, 0) == 2 / 4 and share_equal(FOUR, 1, 1) == 2 / 4
    # of the six pairs without a round: {0,1} right; {0,2}, {1,2}: a tie, the first drawn wins; {0,3}, {1,3} right; {2,3} wrong
    assert share_equal(FOUR, 2, 0) == 5 / 6
    # after it the fourth behaves as the third: {2,3} wrong, {0,2}, {0,3}, {1,2}, {1,3} ties, {0,1} right
    assert share_equal(FOUR, 2, 1) == 5 / 6 and share_equal(FOUR, 3, 1) == 2 / 4 and share_equal(FOUR, 4, 1) == 1.0


def test_the_report_says_what_a_file_has(tmp_path):
    head = {"model": "m", "prompt": "1", "tasks": "x", "samples": 4, "rounds": 1, "temperature": 0.6, "top_p": 0.95, "seed": None, "typed": True, "examples": 4, "facts": True, "narrow": True}
    path = tmp_path / "run.jsonl"
    path.write_text("\n".join(map(json.dumps, (head, FOUR, FOUR))) + "\n")
    text = "\n".join(lines(path))
    assert "m, 2 tasks" in text and "| 0 | 75% | 75% | 75% | 75% | 75% | 75% | 50% |" in text and "| 1 | 100% " in text
    assert "| 4 samples | 100% (34%–100%) | 100% (34%–100%) |" in text and "accepted, other behaviour 4" in text


def test_a_run_goes_on_and_never_under_other_settings(tmp_path):
    path = tmp_path / "run.jsonl"
    assert done(path, {"model": "m"}) == set()
    with path.open("a") as file:
        file.write(json.dumps(FOUR) + "\n")
    assert done(path, {"model": "m"}) == {"t"}
    with pytest.raises(SystemExit, match="other settings"):
        done(path, {"model": "n"})
