"""`dsl4bes evaluate` from a server on this machine to report and comparison; what is asked wrongly is said. The suite is that of sums, so that no compiler and no ROOT is needed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("httpx", reason="the extra [llm] is not installed")
pytest.importorskip("tree_sitter_cpp", reason="the extra [llm] is not installed")
pytest.importorskip("matplotlib", reason="the extra [run] is not installed")

from evaluation_tools import every_third, right, sums
from model_server import DONE, ModelServer, answering, event, raw, streaming

from dsl4bes.cli.app import run
from dsl4bes.evaluation.suites import SUITES
from dsl4bes.evaluation.suites.means import Means

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _here(monkeypatch, tmp_path):
    """A folder of its own, no settings, and the suite of sums beside the others."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(SUITES, "sums", lambda means: sums())


def adding(answer):
    """A server that answers sums."""

    def behave(connection, request):
        question = request.body["messages"][-1]["content"]
        answering(*(answer(question, number) for number in range(request.body["n"])))(connection, request)

    return behave


def called(server: ModelServer, *words: str) -> int:
    return run(["evaluate", "--suite", "sums", "--url", server.url, "--model", "served", *words])


def test_from_server_to_report_and_comparison(tmp_path, capsys):
    with ModelServer(adding(every_third)) as server:
        assert called(server, "-n", "6", "-o", "base") == 0
        printed = capsys.readouterr()
        assert "| sums | 12 | 72 | 66.7 % (" in printed.out and "a claim from it is weak" in printed.out and "sums 72 of 72" in printed.err
        asked = len(server.seen)
        assert asked == 24 and sum(request.body["max_tokens"] == 1 for request in server.seen) == 12  # every prompt is computed once
        data = json.loads(Path("base/results.json").read_text())
        assert data["sums"]["pass_at"]["1"]["share"] == 0.6667 and data["sums"]["outcomes"] == {"right": 48, "wrong sum": 24}
        assert Path("base/report.png").read_bytes()[:4] == b"\x89PNG" and Path("base/report.md").read_text().startswith("# Evaluation of served")
        before = Path("base/sums.jsonl").read_bytes()
        assert called(server, "-n", "6", "-o", "base", "--quiet") == 0 and len(server.seen) == asked
        assert run(["evaluate", "--regrade", "-o", "base", "--quiet"]) == 0 and run(["evaluate", "--report", "-o", "base"]) == 0
        assert Path("base/sums.jsonl").read_bytes() == before
        capsys.readouterr()
        assert called(server, "-n", "6", "-o", "base", "--model-temperature", "0.1") == 1
        assert "BES0788" in (said := capsys.readouterr().err) and "temperature" in said
        assert called(server, "-n", "6", "-o", "base", "--model", "other") == 1 and "one folder is of one model" in capsys.readouterr().err
    with ModelServer(adding(right)) as server:
        assert called(server, "-n", "6", "-o", "better", "--json", "--adapter", "trained") == 0
        assert json.loads(capsys.readouterr().out)["sums"]["pass_at"]["5"]["share"] == 1.0
        assert server.seen[0].body["model"] == "trained"
    assert run(["evaluate", "--compare", "base", "better"]) == 0
    assert "| sums | 12 | 66.7 % (" in (said := capsys.readouterr().out) and "+33.3" in said
    assert run(["evaluate", "--compare", "base", "better", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sums"]["difference"] == 0.3333


def test_graded_anew_with_another_root_it_says_so(monkeypatch, capsys):
    """The options of asking stay as they were; that which the graders use is that of today."""
    for version in ("6.24", "6.40"):
        monkeypatch.setitem(SUITES, "sums", lambda means, version=version: replace(sums(), options={"root": version, "bare": version}))
        if version == "6.24":
            with ModelServer(adding(right)) as server:
                assert called(server, "-n", "1", "-o", "base", "--quiet") == 0
    assert run(["evaluate", "--regrade", "-o", "base", "--quiet"]) == 0
    assert json.loads(Path("base/sums.jsonl").read_text().partition("\n")[0])["options"] == {"root": "6.40", "bare": "6.24"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-n", "0"), "--samples is a whole number from 1 to 1000"), (("--suite", "songs"), "`songs`"), (("--tasks", "sum_0_0,none"), "`none`"), (("-o", "mine"), "holds files"),
        (("--report", "-o", "nowhere"), "has no results"), (("--regrade", "-o", "nowhere"), "has no results"), (("--compare", "a"), "two folders, not 1"), (("a", "b"), "--compare A B"), (("--backend", "nobody"), "is one of openai"),
        (("--examples", "many"), "--examples"), (("-j", "0"), "--jobs"), (("--compare", "mine", "mine"), "has no results"),
    ],
)  # fmt: skip
def test_what_is_asked_wrongly_is_said(tmp_path, capsys, words, said):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.tex").write_text("x")
    with ModelServer(adding(right)) as server:
        assert called(server, *words) == 1
        assert server.seen == []
    printed = capsys.readouterr().err
    assert said in printed and "Traceback" not in printed and "BES07" in printed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine"] and [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.tex"]


def test_without_a_model_it_says_what_to_set(capsys):
    assert run(["evaluate", "--suite", "sums"]) == 1
    assert "no model is configured" in capsys.readouterr().err
    assert run(["evaluate", "--suite", "sums", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (lambda *asked: streaming(event(0, "7 " * 500) for _ in range(10**6))(*asked), "more than 1 MiB"),  # made for each connection: two threads cannot share a generator
        (lambda *asked: streaming((event(0, "7") for _ in range(10**6)), pause=0.05)(*asked), "within 2 s"),
        (raw(200, b'{"choices": [{"message": {"content": "\xff\xfe"}}]}'), "not UTF-8"),
        (raw(200, b"<html>"), "not JSON"),
        (answering("", ""), "empty texts"),
        (raw(404, b"{}"), "no such model"),
    ],
)
def test_hostile_servers_end_it_in_words(capsys, behaviour, said):
    """What a server sends without end, without characters or without a text is no answer of a model; what it gave before is kept."""
    with ModelServer(behaviour) as server:
        assert called(server, "-n", "2", "-o", "out", "--model-total-timeout", "2" if "within" in said else "300", "--model-largest-answer", "1", "--model-retries", "0") == 1
    printed = capsys.readouterr().err
    assert said in printed and "Traceback" not in printed
    assert len(Path("out/sums.jsonl").read_text().splitlines()) == 1
    with ModelServer(adding(right)) as server:
        assert called(server, "-n", "2", "-o", "out", "--quiet") == 0


def test_a_stream_is_an_answer(capsys):
    with ModelServer(lambda connection, request: streaming([event(0, right(request.body["messages"][-1]["content"], 0), "stop"), DONE])(connection, request)) as server:
        assert called(server, "-n", "1", "-o", "out") == 0
    assert "100.0 %" in capsys.readouterr().out


def test_the_list_needs_no_model_and_the_help_no_numbers():
    done = subprocess.run([sys.executable, "-m", "dsl4bes", "evaluate", "--list"], cwd=ROOT, capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"})
    assert [line.split()[0] for line in done.stdout.splitlines()[::2]] == [name for name in SUITES if name != "sums"]
    code = "import sys; import dsl4bes.cli.evaluate; print(sorted({'numpy', 'rich', 'pydantic', 'matplotlib'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_suite_says_what_it_is():
    for name, make in SUITES.items():
        suite = make(Means())
        tasks = suite.tasks()
        assert suite.name == name and suite.about and len({task.name for task in tasks}) == len(tasks) >= 6 and suite.digest and 1 <= suite.together <= 32


def test_ctrl_c_says_that_the_same_command_goes_on(tmp_path):
    """A process of the command, interrupted while a server answers slowly: its own exit status, no traceback, and what came is in the file."""
    code = (
        f"import sys; sys.path[:0] = [{str(Path(__file__).parent)!r}, {str(ROOT)!r}]\n"
        "from evaluation_tools import sums\nfrom dsl4bes.evaluation.suites import SUITES\nSUITES['sums'] = lambda means: sums()\n"
        "from dsl4bes.cli.app import run\nsys.exit(run(sys.argv[1:]))\n"
    )
    path = tmp_path / "out/sums.jsonl"

    def slow(connection, request):
        time.sleep(0.1)
        adding(right)(connection, request)

    with ModelServer(slow) as server:
        words = ["evaluate", "--suite", "sums", "--url", server.url, "--model", "served", "-n", "2", "-o", "out", "--model-at-once", "2"]
        process = subprocess.Popen([sys.executable, "-c", code, *words], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 600  # a busy machine
        while time.monotonic() < deadline and (not path.exists() or path.read_bytes().count(b"\n") < 3):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=120)
        assert process.returncode == 130 and "the same command goes on" in said and "Traceback" not in said
        there, asked = path.read_text().count("\n") - 1, len(server.seen)
        assert 2 <= there < 12 and run(words) == 0 and len(server.seen) - asked == 2 * (12 - there)


def test_a_recording_gives_the_same_file_without_a_server(capsys):
    """Answers are recorded once; played, they come to the same results to the last byte, and a request that was not recorded ends it in words."""
    with ModelServer(adding(every_third)) as server:
        assert called(server, "-n", "3", "-o", "live", "--model-cassette", "answers.json", "--model-record", "true", "--quiet") == 0
    assert run(["evaluate", "--suite", "sums", "--model", "served", "--model-cassette", "answers.json", "-n", "3", "-o", "played", "--quiet"]) == 0
    assert Path("played/sums.jsonl").read_bytes() == Path("live/sums.jsonl").read_bytes() and Path("played/results.json").read_bytes() == Path("live/results.json").read_bytes()
    capsys.readouterr()
    assert run(["evaluate", "--suite", "sums", "--model", "served", "--model-cassette", "answers.json", "-n", "4", "-o", "played"]) == 1
    assert "BES0728" in capsys.readouterr().err and len(Path("played/sums.jsonl").read_text().splitlines()) == 13
