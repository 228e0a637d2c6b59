"""The benchmark from a model to its table: a server on this machine answers with programs of the corpus and other texts, and the command does the rest.

In: answers chosen here. Out: assertions on files, counts and messages. Programs run in the real ROOT, in the sandbox; without ROOT those tests are skipped.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("iminuit", reason="the extra [fits] is not installed")
pytest.importorskip("httpx", reason="the extra [llm] is not installed")

from benchmark_tools import PROGRAMS, fill
from model_server import ModelServer, answering

from dsl4bes.benchmark.plot import picture
from dsl4bes.benchmark.programs import Written, job
from dsl4bes.benchmark.results import Results, appending, begun, read
from dsl4bes.benchmark.run import run
from dsl4bes.benchmark.summary import as_data, summary
from dsl4bes.benchmark.table import table
from dsl4bes.benchmark.tasks import TASKS
from dsl4bes.benchmark.tasks.base import draw
from dsl4bes.cli.benchmark import COMMAND
from dsl4bes.diagnostics.codes.root import BAD_BENCHMARK
from dsl4bes.fitting.asked.macros import facts, tutorials, vote
from dsl4bes.fitting.asked.macros.climb import opening
from dsl4bes.root.find import find_root
from dsl4bes.unknown.trouble import Trouble

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def root():
    try:
        return find_root()
    except Trouble as trouble:
        pytest.skip(f"no ROOT: {trouble.message}")


@pytest.fixture
def settings(monkeypatch, tmp_path):
    """A folder of its own, and no settings but those of the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DSL4BES_MODEL_MODEL", "served")
    return monkeypatch


def answer(task: str, program: str, number: int) -> str:
    """An answer with a program of the corpus for the exercise of this number."""
    exercise = draw(TASKS[task], job(task, number, 1).seed)
    return "Here it is:\n```cpp\n" + fill(PROGRAMS / task / f"{program}.C", exercise.words) + "```\n"


def by_prompt(answers: dict[str, str]):
    """A server that knows prompts: requests come at once, in any order."""

    def behave(connection, request):
        answering(answers[request.body["messages"][0]["content"]])(connection, request)

    return behave


def prompts(task: str, count: int) -> list[str]:
    return [each.prompt(each.exercise) for each in (job(task, number, 1) for number in range(count))]


def called(server, *flags: str) -> int:
    values = {each.name: each.default for each in COMMAND.parameters}
    from dsl4bes.cli.declare import read_plainly

    given = read_plainly(COMMAND, ["fits", "--model-url", server.url, *flags])
    assert given is not None
    return COMMAND.work(**(values | given))


def test_a_benchmark_from_the_model_to_the_table(root, settings, tmp_path, capsys):
    answers = [answer("asymmetric", "right/graph", 0), answer("asymmetric", "wrong/symmetric", 1), "I am sorry.", answer("asymmetric", "wrong/invented_member", 3)]
    asked = prompts("asymmetric", 4)
    with ModelServer(by_prompt(dict(zip(asked, answers, strict=True)))) as server:
        assert called(server, "--tasks", "asymmetric", "-n", "4", "--out", "out") == 0
        assert sorted(request.body["messages"][0]["content"] for request in server.seen) == sorted(asked)
        assert all(len(request.body["messages"]) == 1 and "seed" not in request.body for request in server.seen)
        printed = capsys.readouterr()
        assert "| 3 fit to a TGraphAsymmErrors | 2 of 4 (15–85 %) | 1 of 4 (5–70 %) | 9 | 9 | 1 |" in printed.out
        assert "asymmetric 4 (zh): does not compile: line 9: no member named 'GetChi2'" in printed.err
        records = sorted((json.loads(line) for line in (tmp_path / "out/programs.jsonl").read_text().splitlines()[1:]), key=lambda record: record["number"])
        assert [record["fault"] for record in records] == ["", "wrong result", "no code", "does not compile"]
        data = json.loads((tmp_path / "out/summary.json").read_text())
        assert (data["total"]["errors"], data["total"]["correct"], data["tasks"]["asymmetric"]["study"]["Qwen2.5-7B"]) == (2, 1, 9)
        assert (tmp_path / "out/plot.png").read_bytes()[:4] == b"\x89PNG" and (tmp_path / "out/table.md").read_text() == printed.out
        # once more: nothing is asked, the same table
        assert called(server, "--tasks", "asymmetric", "-n", "4", "--out", "out", "--quiet") == 0
        assert len(server.seen) == 4 and capsys.readouterr().out == printed.out
        # a line that was interrupted is asked for again; other settings are refused
        path = tmp_path / "out/programs.jsonl"
        head, *lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(head + b"".join(sorted(lines, key=lambda line: json.loads(line)["number"]))[:-20])
        server.behaviours[:] = [answering(answers[3], finish="length")]
        assert called(server, "--tasks", "asymmetric", "-n", "4", "--out", "out", "--json") == 0
        assert len(server.seen) == 5 and json.loads(capsys.readouterr().out)["total"]["faults"]["cut off"] == 1
        assert called(server, "--tasks", "asymmetric", "-n", "4", "--out", "out", "--model-temperature", "0.1") == 1
        said = capsys.readouterr().err
        assert "BES0762" in said and "temperature" in said and len(server.seen) == 5


def test_the_ladder_sends_back_what_root_said(root, settings, tmp_path, capsys):
    wrong, right = answer("asymmetric", "wrong/invented_member", 0), answer("asymmetric", "right/graph", 0)
    with ModelServer(answering(wrong), answering(right)) as server:
        assert called(server, "--tasks", "asymmetric", "-n", "1", "--out", "out", "--ladder", "--samples", "1", "--rounds", "1", "--quiet") == 0
    first, second = (request.body["messages"] for request in server.seen)
    assert "no member named 'GetChi2'" in second[-1]["content"] and second[: len(first)] == first and len(second) == len(first) + 2
    assert "TGraphAsymmErrors::TGraphAsymmErrors(const char* filename" in first[-1]["content"] and "A tutorial of ROOT" in first[-1]["content"]
    record = json.loads((tmp_path / "out/programs.jsonl").read_text().splitlines()[1])
    assert (record["correct"], record["drafts"], record["passed"], record["rounds"]) == (True, 1, 1, 1)
    assert "1 of 1" in capsys.readouterr().out


def test_what_is_asked_wrongly_is_said(settings, tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.tex").write_text("x")
    with ModelServer(answering("x")) as server:
        for flags, words in (
            (("-n", "0"), "-n is a whole number from 1 to 1000"), (("-n", "ten"), "`ten`"), (("--tasks", "plane,none"), "`none`"), (("--languages", "fr"), "it knows en, zh"),
            (("--out", "mine"), "holds files"), (("--report", "--out", "nowhere"), "there is no file"), (("--backend", "nobody"), "is one of openai"),
        ):  # fmt: skip
            assert called(server, *flags) == 1
            said = capsys.readouterr().err
            assert words in said and "Traceback" not in said, flags
        assert server.seen == []
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == ["thesis.tex"]


def test_without_a_model_it_says_what_to_set(root, settings, capsys):
    values = {each.name: each.default for each in COMMAND.parameters}
    assert COMMAND.work(**values | {"what": "fits"}) == 1
    assert "no model is configured" in capsys.readouterr().err
    assert COMMAND.work(**values | {"what": "fit"}) == 1
    assert "dsl4bes benchmark fits" in capsys.readouterr().err


def test_the_list_of_tasks_needs_neither_root_nor_model():
    done = subprocess.run([sys.executable, "-m", "dsl4bes", "benchmark", "fits", "--list"], cwd=ROOT, capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"})
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [[str(task.number), name] for name, task in TASKS.items()]


def records(task: str, faults: list[str]) -> Results:
    head = {"benchmark": "fits", "format": 1, "writer": "a | b", "settings": {"temperature": 0.8, "adapter": ""}, "tasks": [task, "levels"], "programs": 10, "languages": ["en", "zh"], "seed": 1, "prompts": "x", "root": "6.40.0"}
    found = Results(head)
    for number, fault in enumerate(faults):
        runs = fault in ("", "wrong result", "does not converge")
        found.records[task, number] = {"task": task, "number": number, "language": "en" if number % 2 else "zh", "fault": fault, "runs": runs, "correct": not fault}
    return found


def test_counts_intervals_and_faults():
    found = summary(records("plane", ["", "", "wrong result", "does not compile", "does not converge", "crashes", "", "cut off", "", ""]))
    count = found.tasks["plane"]
    assert (count.programs, count.errors, count.correct) == (10, 3, 5) and [round(x, 3) for x in count.correct_interval] == [0.237, 0.763]
    assert dict(count.faults) == {"cut off": 1, "does not compile": 1, "crashes": 1, "does not converge": 1, "wrong result": 1}
    assert found.tasks["levels"].programs == 0 and found.languages["en"].programs == 5
    text = table(found)
    assert "# Six fit tasks: a \\| b" in text and "| 1 two-dimensional fit to a 2D Gaussian | 3 of 10 (11–60 %) | 5 of 10 (24–76 %) | 1 | 5 | 0 |" in text
    assert "| **all** | 3 of 10 (11–60 %) | 5 of 10 (24–76 %) | 10 of 20 |" in text and "| does not compile | 1 | 0 | 1 |" in text
    assert as_data(found)["total"]["study"]["deepseek-r1 671B"] == 12
    assert picture(found, "svg").startswith(b"<?xml")


def test_a_file_of_something_else_is_not_continued(tmp_path):
    path = tmp_path / "programs.jsonl"
    path.write_text("a shopping list\n")
    for function in (read, lambda path: begun(path, {})):
        with pytest.raises(Trouble) as caught:
            function(path)
        assert caught.value.code.id == "BES0763"
    assert path.read_text() == "a shopping list\n"


def test_more_programs_may_be_asked_for(tmp_path):
    path = tmp_path / "programs.jsonl"
    head = {"writer": "m", "settings": {}, "programs": 5}
    begun(path, head | {"writer": "one that never answered"})
    with appending(path, begun(path, head)) as keep:
        keep({"task": "plane", "number": 0})
    assert begun(path, head | {"programs": 8}).head["programs"] == 8 and begun(path, head).head["programs"] == 8
    with pytest.raises(Trouble) as caught:
        begun(path, head | {"writer": "other"})
    assert caught.value.code.id == "BES0762" and "'m'" in caught.value.message


def test_jobs_go_through_languages_phrasings_and_data():
    jobs = [job("plane", number, 1) for number in range(12)]
    assert {(each.language, each.phrasing) for each in jobs} == {(language, phrasing) for language in ("en", "zh") for phrasing in range(3)}
    assert len({each.seed for each in jobs}) == 12 and {each.language for each in (job("plane", number, 1, ["zh"]) for number in range(4))} == {"zh"}


def test_the_nearest_tutorial_and_members_that_exist(root):
    for question, expected in (
        ("fit of a convolution with a Gaussian, TF1Convolution", "convolution"), ("使用CERNROOT框架 同时拟合两个样本的直方图 RooSimultaneous", "simultaneous"),
        ("confidence interval of a fit", "onfidence"), ("exclude the peak: fit of a background in side bands", "xclude"),
    ):  # fmt: skip
        found = tutorials.nearest(question, root)
        assert found is not None and (expected.lower() in found.path.name.lower() or expected.lower() in found.code.lower()), (question, found.path.name)
        assert "//" not in found.code or "://" in found.code
    declared = facts.facts(root, ("TFitResult", "NoSuchClass"), "")
    assert any(line.startswith("double TFitResult::Parameter(") or "TFitResult::Parameter(" in line for line in declared) and not any("NoSuchClass" in line for line in declared)
    text = opening("Fit a TGraphAsymmErrors", root)[-1].content
    assert "TGraphAsymmErrors::TGraphAsymmErrors(" in text and text.endswith("The task:\nFit a TGraphAsymmErrors") and len(text) < 12000


def test_the_vote_goes_by_numbers():
    same = ["mean 1.2345 +/- 0.0123 chi2 98.761", "结果 1.2346(123) 98.76", "1.2345\n0.0123\n98.7612\n4.56789"]
    assert vote.winner(["7.1234 8.2345 9.3456", *same]) == 1
    assert vote.winner(["one", "1.2345 2.3456 3.4567"]) == 1 and vote.winner(["x"]) == 0
    assert vote.winner(["0.5 1.5", "0.5 1.5", "3.25 4.25 5.25"]) == 2  # two numbers are no agreement


class Writers:
    """Somebody who writes texts without code, and whom a test may hold up or stop."""

    name, at_once, settings = "nobody", 3, {}

    def __init__(self, before=lambda job: None):
        self.before, self.asked = before, []

    def write(self, job, exercise):
        self.asked.append((job.task, job.number))
        self.before(job)
        return Written(f"no code {job.number}")


def kept(path: Path) -> set[int]:
    return {json.loads(line)["number"] for line in path.read_text().splitlines()[1:]}


def measured(writers, path, root, count=6, told=None):
    return run(writers, path, root, tasks=["asymmetric"], count=count, languages=["en"], on_program=told)


def until(condition) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come")


def test_a_program_is_kept_as_soon_as_it_is_graded(root, tmp_path):
    """The first is written until all others are in the file: groups that wait for their slowest would wait for ever."""
    path = tmp_path / "programs.jsonl"
    writers = Writers(lambda job: until(lambda: len(kept(path)) == 5) if job.number == 0 else None)
    results = measured(writers, path, root)
    assert sorted(writers.asked) == [("asymmetric", number) for number in range(6)]
    assert [json.loads(line)["number"] for line in path.read_text().splitlines()[1:]][-1] == 0
    assert kept(path) == set(range(6)) == {record["number"] for record in results.of("asymmetric")}
    assert [record["answer"] for record in results.of("asymmetric")] == [f"no code {number}" for number in range(6)]


def test_what_was_graded_before_trouble_is_kept_and_not_asked_for_again(root, tmp_path):
    path = tmp_path / "programs.jsonl"

    def before(job):
        if job.number == 4:
            until(lambda: len(kept(path)) >= 3)
            raise Trouble(BAD_BENCHMARK, "the server went away")

    with pytest.raises(Trouble, match="went away"):
        measured(Writers(before), path, root, 8)
    there = kept(path)
    assert len(there) >= 3 and 4 not in there
    again = Writers()
    assert len(measured(again, path, root, 8).of("asymmetric")) == 8
    assert sorted(number for _, number in again.asked) == sorted(set(range(8)) - there)


def test_an_interruption_loses_only_what_is_in_flight(root, tmp_path):
    path = tmp_path / "programs.jsonl"
    told = []

    def stop(record):
        told.append(record["number"])
        if len(told) == 4:
            raise KeyboardInterrupt

    writers = Writers()
    with pytest.raises(KeyboardInterrupt):
        measured(writers, path, root, 40, stop)
    assert kept(path) == set(told) and len(told) == 4
    time.sleep(1)
    assert len(writers.asked) <= 4 + 3 + 1  # three at once, half as many ahead, and nothing more was begun afterwards


def test_the_order_of_the_file_means_nothing(tmp_path):
    found = records("plane", ["", "wrong result", "does not compile", "", "cut off"])
    path = tmp_path / "programs.jsonl"
    lines = [json.dumps(found.head), *(json.dumps(record) for record in found.records.values())]
    texts = set()
    for order in (lines[1:], lines[:0:-1], [*lines[3:], *lines[1:3]]):
        path.write_text("".join(f"{line}\n" for line in (lines[0], *order)))
        made = summary(read(path))
        texts.add((table(made), json.dumps(as_data(made)), picture(made, "svg").count(b"<")))
    assert len(texts) == 1
