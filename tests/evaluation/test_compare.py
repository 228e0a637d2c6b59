"""Two evaluations compared: differences by hand, tasks that turned, files that cannot be compared; and the report of each."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pydantic", reason="the extra [llm] is not installed")
pytest.importorskip("numpy", reason="the extra [run] is not installed")

from evaluation_tools import SAMPLING, SUMS, Server, head_of, right, sums, total_of

from dsl4bes.evaluation.compare import as_data, compare, table
from dsl4bes.evaluation.kept import read_all
from dsl4bes.evaluation.numbers import all_numbers
from dsl4bes.evaluation.numbers import as_data as numbers_as_data
from dsl4bes.evaluation.picture import picture
from dsl4bes.evaluation.report import overview, report
from dsl4bes.evaluation.run import run
from dsl4bes.unknown.trouble import Trouble


def evaluated(folder: Path, answer, model: str = "adder", samples: int = 4, **more):
    folder.mkdir()
    suite = sums()
    run(suite, Server(answer, model=model), SAMPLING, folder / "sums.jsonl", head_of(suite, samples, model, **more))
    return read_all(folder)


def half(question: str, number: int) -> str:
    """Right in every other sample, and never where the sum is 5; always where it is 0."""
    total = total_of(question)
    return str(total if total == 0 or (number % 2 == 0 and total != 5) else -1)


def test_the_difference_is_paired(tmp_path):
    one, two = evaluated(tmp_path / "a", half, "base"), evaluated(tmp_path / "b", right, "better", options={"examples": 0})
    (found,) = compare(one, two)
    # one sum is 0, one is 5, the ten others are right in half of the samples
    assert found.first.right.value == pytest.approx((1 + 10 * 0.5) / 12) and found.value == pytest.approx(0.5)
    assert found.sure and 0.3 < found.interval[0] < 0.5 < found.interval[1] < 0.7
    assert len(found.gained) == 11 and not found.lost and not found.bootstrap_overlap
    assert found.asked == ("examples None and 0",)
    (back,) = compare(two, one)
    assert back.value == pytest.approx(-0.5) and len(back.lost) == 11
    text = table([found])
    assert "# better against base" in text and "+50.0" in text and "gained: sum_0_1 (2 of 4 → 4 of 4)" in text and "weak" in text and "asked otherwise: examples None and 0" in text
    assert as_data([found])["sums"]["gained"][0] == "sum_0_1" and as_data([found])["sums"]["sure"] is True


def test_the_same_twice_is_no_difference(tmp_path):
    (found,) = compare(evaluated(tmp_path / "a", half), evaluated(tmp_path / "b", half))
    assert (found.value, found.interval, found.sure, found.gained, found.lost) == (0.0, (0.0, 0.0), False, (), ())
    assert found.wilson_overlap and found.bootstrap_overlap and "no difference is shown" in table([found])


def test_a_paired_difference_is_seen_where_intervals_overlap(tmp_path):
    """Each task a little better: the spread between tasks does not hide it."""

    def better(question: str, number: int) -> str:
        return str(total_of(question)) if number == 1 or number < total_of(question) else "-1"

    def worse(question: str, number: int) -> str:
        return str(total_of(question)) if number < total_of(question) else "-1"

    (found,) = compare(evaluated(tmp_path / "a", worse), evaluated(tmp_path / "b", better))
    assert found.wilson_overlap and found.value == pytest.approx(3 / 48) and found.interval[0] == 0.0


def test_few_tasks_are_never_a_sure_difference(tmp_path):
    """All five turned to one side: of two equal models that happens in 6 % of the comparisons, and the bootstrap sees no spread."""
    for count, sure in ((1, False), (5, False), (6, True)):
        tasks = tuple(task.name for task in SUMS if total_of(task.question))[:count]
        (found,) = compare(evaluated(tmp_path / f"a{count}", lambda *_: "-1", tasks=tasks), evaluated(tmp_path / f"b{count}", right, tasks=tasks))
        assert (found.value, found.interval, found.sure) == (1.0, (1.0, 1.0), sure)
        assert ("no difference is shown" in table([found])) is not sure


def test_other_tasks_are_not_compared(tmp_path):
    one = evaluated(tmp_path / "a", right)
    for name, more in (("b", {"digest": "other"}), ("c", {"graders": "2"}), ("d", {"tasks": ("sum_0_0", "sum_0_1")})):
        with pytest.raises(Trouble) as caught:
            compare(one, evaluated(tmp_path / name, right, **more))
        assert caught.value.code.id == "BES0788" and next(iter(more)) in caught.value.message
    two = evaluated(tmp_path / "e", right)
    two["sums"].records.pop()
    with pytest.raises(Trouble, match="not all tasks"):
        compare(one, two)
    with pytest.raises(Trouble, match="no suite is in both"):
        compare(one, {"other": two["sums"]})


def test_a_folder_is_of_one_model(tmp_path):
    evaluated(tmp_path / "a", right)
    suite = sums()
    other = tmp_path / "a" / "more.jsonl"
    run(suite, Server(right), SAMPLING, other, head_of(suite, 3, "other", suite="more"))
    with pytest.raises(Trouble, match="several models"):
        read_all(tmp_path / "a")
    with pytest.raises(Trouble, match="has no results"):
        read_all(tmp_path)


def test_report_data_and_picture(tmp_path):
    results = evaluated(tmp_path / "a", half, "a | b", 20)
    found = all_numbers(results)
    text = report(found, results)
    assert text.startswith("# Evaluation of a \\| b\n") and "| pass@1 (right) | 50.0 % | " in text
    assert "| gets up to sum | 50.0 % |" in text and "| right | 120 | 50.0% |" in text
    assert "12 tasks of at least 30: a claim from it is weak" in text and "samples a task" not in text
    assert "| with_0 | 4 | 80 |" in text and "| zh | 6 | 120 |" in text
    assert overview(found) in text and "| sums | 12 | 240 | 50.0 % (" in overview(found) and len(SUMS) == 12
    data = numbers_as_data(found["sums"])
    assert data["tasks"]["sum_2_3"] == {"family": "with_2", "samples": 20, "right": 0} and data["pass_at"].keys() == {"1", "5", "10"} and data["weak"]
    assert picture(found, "svg").startswith(b"<?xml")
