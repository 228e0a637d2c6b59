"""`describe`, `graph` and `diff` on the command line: where the text goes, what is refused, exit statuses."""

from __future__ import annotations

import json

import pytest
from reports_tools import ROOT

from dsl4bes.cli.app import run

RHOPI = str(ROOT / "examples/rhopi/rhopi.bes")
BROKEN = str(ROOT / "tests/corpus/good/strings.bes")


def test_describe_prints_or_writes_and_overwrites_nothing(tmp_path, capsys):
    assert run(["describe", RHOPI]) == 0
    text = capsys.readouterr().out
    assert "E > 40 MeV" in text
    target = tmp_path / "selection.tex"
    assert run(["describe", RHOPI, "--latex", "-o", str(target)]) == 0
    assert target.read_text(encoding="utf-8").startswith("\\paragraph")
    target.write_text("mine")
    assert run(["describe", RHOPI, "-o", str(target)]) == 1
    assert target.read_text() == "mine" and "--force" in capsys.readouterr().err
    assert run(["describe", RHOPI, "--zh", "-o", str(target), "--force"]) == 0
    assert "光子候选" in target.read_text(encoding="utf-8")


def test_describe_says_block_and_cut_in_json(capsys):
    assert run(["describe", RHOPI, "--json"]) == 0
    sentences = json.loads(capsys.readouterr().out)["sentences"]
    cut = next(each for each in sentences if each["cut"] == "fit4c.chi2")
    assert cut["block"] == "fit4c" and "χ² < 200" in cut["text"] and r"\chi^{2} < 200" in cut["latex"]


@pytest.mark.parametrize("command", ["describe", "graph"])
def test_what_cannot_be_read_or_written_is_one_message(command, tmp_path, capsys):
    binary = tmp_path / "binary.bes"
    binary.write_bytes(bytes(range(256)))
    for words in ([BROKEN], ["/nowhere.bes"], [str(tmp_path)], [str(binary)], [RHOPI, "-o", str(tmp_path)], [RHOPI, "-o", str(tmp_path / "no/such.txt")]):
        assert run([command, *words]) == 1
        captured = capsys.readouterr()
        assert "error" in captured.err and "Traceback" not in captured.err and not captured.out
    program = tmp_path / "a.bes"
    program.write_text("event_selection.photons do\n    ngam >= 1\nend\n")
    assert run([command, str(program), "-o", str(program), "--force"]) == 1
    assert "is read by this command" in capsys.readouterr().err


def test_an_empty_program_has_little_to_say(tmp_path, capsys):
    empty = tmp_path / "empty.bes"
    empty.write_text("")
    for command in ("describe", "graph"):
        status = run([command, str(empty)])
        captured = capsys.readouterr()
        assert status in (0, 1) and "Traceback" not in captured.err
    assert run(["diff", str(empty), str(empty)]) in (0, 2)


def test_graph_takes_the_counts_of_a_run(tmp_path, capsys):
    counts = tmp_path / "run.json"
    lines = [{"name": "charged_tracks.ngood", "key": "charged_tracks.ngood", "events": 8, "part": True}]
    data = {"format": "dsl4bes result 1", "program": "x", "cutflow": {"events": 10, "lines": lines}, "histograms": {}, "files": []}
    counts.write_text(json.dumps(data))
    target = tmp_path / "picture.html"
    assert run(["graph", RHOPI, "--counts", str(counts), "-o", str(target)]) == 0
    captured = capsys.readouterr()
    assert "does not have every cut" in captured.err
    assert ">of 10 events<" in target.read_text(encoding="utf-8")
    counts.write_text("{}")
    assert run(["graph", RHOPI, "--counts", str(counts)]) == 1
    assert "is no saved result" in capsys.readouterr().err
    assert run(["graph", str(ROOT / "tests/corpus/good/fit.bes")]) == 1


def test_diff_ends_like_diff(tmp_path, capsys):
    other = tmp_path / "other.bes"
    text = (ROOT / "examples/rhopi/rhopi.bes").read_text()
    other.write_text(text)
    assert run(["diff", RHOPI, str(other)]) == 0
    assert "no change in meaning" in capsys.readouterr().out
    other.write_text(text.replace("> 40 MeV", "> 50 MeV"))
    assert run(["diff", RHOPI, str(other)]) == 1
    assert "tightened: E > 40 MeV → E > 50 MeV" in capsys.readouterr().out
    assert run(["diff", RHOPI, str(other), "-q"]) == 1
    assert capsys.readouterr().out == ""
    assert run(["diff", RHOPI, str(other), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["changes"][0]["kind"] == "tightened"


@pytest.mark.parametrize(
    "words",
    [[RHOPI], [RHOPI, RHOPI, RHOPI], [RHOPI, BROKEN], [RHOPI, "/nowhere.bes"], ["-", "-"], [RHOPI, RHOPI, "--events", "/no.dst"], [RHOPI, RHOPI, "--toy", "J/psi -> x y"], [RHOPI, RHOPI, "--toy", "J/psi -> pi+ pi-", "-n", "x"], [RHOPI, RHOPI, "--events", RHOPI, "--toy", "a"], [RHOPI, RHOPI, "-o", str(ROOT)], [RHOPI, RHOPI, "--toy", "J/psi -> pi+ pi-", "--beam", "/no.beam"]],
    ids=lambda words: " ".join(word.rsplit("/", 1)[-1] for word in words),
)  # fmt: skip
def test_wrong_use_of_diff_ends_with_2(words, capsys):
    assert run(["diff", *words]) == 2
    captured = capsys.readouterr()
    assert captured.err.lower().startswith("error") and "Traceback" not in captured.err


def test_diff_does_not_write_over_the_events_that_it_reads(tmp_path, capsys):
    events = tmp_path / "a.toy.npz"
    events.write_bytes(b"events")
    assert run(["diff", RHOPI, RHOPI, "--events", str(events), "-o", str(events), "--force"]) == 2
    assert "is read by this command" in capsys.readouterr().err
    assert events.read_bytes() == b"events"


@pytest.mark.slow
@pytest.mark.cpp
def test_diff_on_toy_events_and_on_a_file(tmp_path, capsys):
    """Both are run on the same events; the numbers are those of `run` for each."""
    from dsl4bes import api
    from dsl4bes.events.store import write_events
    from dsl4bes.events.toy import toy_batches, toy_events

    other = tmp_path / "other.bes"
    text = (ROOT / "examples/rhopi/rhopi.bes").read_text()
    other.write_text(text.replace("energy      > 40 MeV", "energy      > 60 MeV").replace(":fit4c", ":four").replace("fit4c.", "four."))
    decay = "J/psi -> pi+ pi- (pi0 -> gam gam)"
    assert run(["diff", RHOPI, str(other), "--toy", decay, "-n", "400", "--json"]) == 1
    on_toy = json.loads(capsys.readouterr().out)["events"]
    events = tmp_path / "a.toy.npz"
    write_events(str(events), toy_batches(decay, 400, 1, 3.097, 0.022), "toy")
    assert run(["diff", RHOPI, str(other), "--events", str(events), "--json"]) == 1
    on_file = json.loads(capsys.readouterr().out)["events"]
    assert on_toy["regions"] == on_file["regions"] and on_toy["events"] == 400
    flows = [api.run(each, toy_events(decay, 400, 1, 3.097, 0.022), processes=1).cutflow.selected for each in (text, other.read_text())]
    shared = on_file["regions"][0]
    assert [shared["both"] + shared["only_first"], shared["both"] + shared["only_second"]] == flows
    assert sum(shared["only_first_lost_by"].values()) == shared["only_first"] > 0
    assert run(["diff", RHOPI, str(other), "--events", str(events)]) == 1
    said = capsys.readouterr().out
    assert "on 400 events" in said and "fit4c.chi2" in said
