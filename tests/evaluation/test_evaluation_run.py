"""A suite from a server to its file: seeds and pieces, what is kept, interruptions, servers that misbehave. Sums are graded for real; the suites of the product are in `test_suites.py`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("pydantic", reason="the extra [llm] is not installed")

from evaluation_tools import SAMPLING, SUMS, Server, Sum, every_third, graded, head_of, right, sums

from dsl4bes.diagnostics.codes.backends import BAD_ANSWER, MODEL_UNREACHABLE
from dsl4bes.evaluation.kept import begun, read
from dsl4bes.evaluation.numbers import numbers
from dsl4bes.evaluation.record import MOST_KEPT
from dsl4bes.evaluation.run import Sampling, again, run
from dsl4bes.evaluation.warm import Warm
from dsl4bes.unknown.backends.protocol import Finish
from dsl4bes.unknown.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]


def ran(path: Path, server: Server, samples: int = 3, sampling: Sampling = SAMPLING, suite=None):
    suite = suite or sums()
    return run(suite, server, sampling, path, head_of(suite, samples), graders=2)


def test_gold_is_all_right_and_asked_as_pairs_are(tmp_path):
    server = Server(right)
    results = ran(tmp_path / "sums.jsonl", server)
    assert len(server.seen) == len(SUMS) and all(request.samples == 3 and request.seed is None for request in server.seen)
    systems = {request.messages[-1].content: [m.role for m in request.messages] for request in server.seen}
    assert systems["1 + 2 = ?"] == ["system", "user"] and systems["2 + 1 = ?"] == ["user"]
    found = numbers(results)
    assert found.right.value == 1.0 and found.passes.keys() == {1} and found.outcomes == (("right", 36),) and found.tokens_a_second == pytest.approx(12 * 6 / (12 * 0.5))
    assert {part.name: part.right.tasks for part in found.families} == {"with_0": 4, "with_1": 4, "with_2": 4} and [part.name for part in found.languages] == ["en", "zh"]


def test_shares_rungs_and_outcomes(tmp_path):
    found = numbers(ran(tmp_path / "sums.jsonl", Server(every_third), 6))
    assert found.right.value == pytest.approx(4 / 6) and found.passes[5].value == 1.0
    assert found.outcomes == (("right", 48), ("wrong sum", 24)) and found.reached["number"].value == 1.0 and found.reached["sum"].value == pytest.approx(4 / 6)
    assert found.weak == "12 tasks of at least 30 and 6 samples a task of at least 20"


def test_a_chosen_seed_is_another_one_for_every_piece(tmp_path):
    path = tmp_path / "sums.jsonl"
    sampling = Sampling(0.6, 0.95, 64, seed=7)
    ran(path, Server(right), 2, sampling)
    more = Server(right)
    ran(path, more, 5, sampling)
    assert {(request.seed, request.samples) for request in more.seen} == {(9, 3)} and [sample.number for sample in read(path).samples("sum_0_0")] == [0, 1, 2, 3, 4]


def test_a_stopped_run_ends_with_the_same_file(tmp_path):
    ran(tmp_path / "whole.jsonl", Server(every_third))
    path = tmp_path / "sums.jsonl"
    gone = iter(range(5))

    def dies(question: str, number: int) -> str:
        if number == 0 and next(gone, None) is None:
            raise Trouble(MODEL_UNREACHABLE, "the server has gone")
        return every_third(question, number)

    with pytest.raises(Trouble, match="gone"):
        ran(path, Server(dies, at_once=1))
    assert len(read(path).records) == 5
    path.write_bytes(path.read_bytes()[:-30])  # and a line was half written
    server = Server(every_third)
    ran(path, server)
    assert len(server.seen) == 8 and path.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


KILLED = """
import sys
sys.path[:0] = [{tools!r}, {root!r}]
from pathlib import Path
from evaluation_tools import *
from dsl4bes.evaluation.run import run
suite = sums()
print("ready", flush=True)
run(suite, Server(every_third, at_once=2, pause=0.15), SAMPLING, Path({path!r}), head_of(suite))
"""


def killed(path: Path, how: int) -> int:
    code = KILLED.format(tools=str(Path(__file__).parent), root=str(ROOT), path=str(path))
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 600  # a busy machine
    while time.monotonic() < deadline and (not path.exists() or path.read_bytes().count(b"\n") < 3):
        time.sleep(0.01)
    os.kill(process.pid, how)
    process.communicate(timeout=120)
    return process.returncode


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_process_loses_what_was_in_work(tmp_path, how):
    path = tmp_path / "sums.jsonl"
    assert killed(path, how) != 0
    there = len(read(path).records)
    assert 2 <= there < len(SUMS)
    server = Server(every_third)
    ran(path, server)
    ran(tmp_path / "whole.jsonl", Server(every_third))
    assert len(server.seen) == len(SUMS) - there and path.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_hostile_texts_come_to_a_grade(tmp_path):
    """Ten million characters, nothing, half of a character, null bytes, a number of a million digits: wrong, kept, and gradable again."""
    texts = ("7" * 10_000_000, "", "\ud800 \udfff", "\x00\x1b[2J", "9" * 40_000)
    path = tmp_path / "sums.jsonl"
    results = ran(path, Server(lambda question, number: texts[number]), 5)
    found = numbers(results)
    assert found.right.value == 0.0 and found.samples == 60 and found.cut_off == len(SUMS)
    assert path.stat().st_size < 12 * 2.5 * MOST_KEPT
    assert dict(found.outcomes) == {"cut off": 12, "no number": 36, "wrong sum": 12}
    before = path.read_bytes()
    again(sums(), path, read(path), head_of(sums(), 5))
    assert path.read_bytes() == before


def test_a_cut_off_answer_may_be_right(tmp_path):
    found = numbers(ran(tmp_path / "sums.jsonl", Server(every_third, finish=Finish.LENGTH)))
    assert dict(found.outcomes) == {"right": 24, "cut off": 12} and found.cut_off == 36


def test_no_text_counts_as_wrong_once_the_server_has_answered(tmp_path):
    path = tmp_path / "sums.jsonl"

    def some(question: str, number: int) -> str:
        if question.startswith("1"):
            raise Trouble(BAD_ANSWER, "the server answers with empty texts instead of a text")
        return right(question, number)

    results = ran(path, Server(some, at_once=1))
    found = numbers(results)
    assert found.silent == 12 and found.right.value == pytest.approx(8 / 12) and found.seconds == 4.0
    server = Server(right)
    ran(path, server)
    assert server.seen == []  # it was asked, and this was its answer


@pytest.mark.parametrize("at_once", [1, 4])
def test_a_server_that_never_gives_a_text_is_at_fault_itself(tmp_path, at_once):
    path = tmp_path / "sums.jsonl"

    def none(question: str, number: int) -> str:
        raise Trouble(BAD_ANSWER, "the server answers with `text/html`")

    server = Server(none, at_once=at_once, pause=0.02)
    with pytest.raises(Trouble, match="html"):
        ran(path, server)
    assert read(path).records == [] and 3 <= len(server.seen) < len(SUMS)


@pytest.mark.parametrize(("code", "ends"), [(BAD_ANSWER, False), (MODEL_UNREACHABLE, True)])
def test_a_first_token_without_text_is_no_missing_answer(tmp_path, code, ends):
    """The short answer that makes a server compute the prompt may be empty, or half of a character: what is asked for behind it counts. A server that is not there ends it."""

    class Halves(Server):
        def complete(self, request, on_text=None):
            if request.max_tokens == 1:
                raise Trouble(code, "the server answers with empty texts instead of a text")
            return super().complete(request, on_text)

    if ends:
        with pytest.raises(Trouble, match="empty texts"):
            ran(tmp_path / "sums.jsonl", Warm(Halves(right)))
        return
    found = numbers(ran(tmp_path / "sums.jsonl", Warm(Halves(right))))
    assert found.right.value == 1.0 and not found.silent


def test_other_settings_are_refused_and_more_samples_are_not(tmp_path):
    path = tmp_path / "sums.jsonl"
    begun(path, head_of(sums(), 3, "one that never answered"))
    ran(path, Server(right))
    for more, word in (({"adapter": "other"}, "adapter"), ({"sampling": {"temperature": 0.1}}, "temperature"), ({"digest": "x"}, "digest"), ({"graders": "2"}, "graders"), ({"tasks": ("sum_0_0",)}, "tasks")):
        with pytest.raises(Trouble) as caught:
            begun(path, head_of(sums(), 3, "adder", **more))
        assert caught.value.code.id == "BES0788" and word in caught.value.message
    assert begun(path, head_of(sums(), 8)).head.samples == 8 and begun(path, head_of(sums(), 2)).head.samples == 8


def test_a_file_of_something_else_is_left_alone(tmp_path):
    path = tmp_path / "sums.jsonl"
    path.write_text("a shopping list\n")
    with pytest.raises(Trouble) as caught:
        ran(path, Server(right))
    assert caught.value.code.id == "BES0789" and path.read_text() == "a shopping list\n"
    path.unlink()
    ran(path, Server(right))
    lines = path.read_text().splitlines()
    for broken in ("{}", lines[1], json.dumps(json.loads(lines[1]) | {"task": "other"})):
        path.write_text("\n".join([*lines, broken]) + "\n")
        with pytest.raises(Trouble, match="line 14"):
            read(path)


def test_kept_answers_are_graded_anew(tmp_path):
    path = tmp_path / "sums.jsonl"
    ran(path, Server(every_third))

    def stricter(task, answer: str) -> Sum:
        return Sum.WRONG if task.total == 3 else graded(task, answer)

    suite = sums("2", stricter)
    again(suite, path, read(path), head_of(suite), graders=2)
    found = numbers(read(path))
    assert found.head.graders == "2" and found.right.value == pytest.approx(2 / 3 * 9 / 12)


def test_a_fault_of_a_grader_is_no_fault_of_the_model(tmp_path):
    def broken(task, answer: str) -> Sum:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ran(tmp_path / "sums.jsonl", Server(right), suite=sums(grade=broken))
    assert read(tmp_path / "sums.jsonl").records == []
