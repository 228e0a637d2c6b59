"""Whole classes in place of slots: the question, the files in an answer, the compiler in the sandbox, a run that goes on, and the table.

In: answers written here, and a server that gives them. Out: assertions on files, kinds of errors, records. No model is asked, and nothing of an answer is linked or run.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

for package in ("tree_sitter_cpp", "httpx", "pydantic"):
    pytest.importorskip(package, reason="the extra [llm] is not installed")

from model_server import ModelServer, answering

from dsl4bes.heldout import block_tasks as blocks
from dsl4bes.standin.build import syntax_command
from dsl4bes.standin.toolchain import ToolchainError, toolchain
from dsl4bes.unknown.sandbox.means import available
from finetune import measure_classes, report_classes
from finetune.whole_class import NoClass, compiled, fault, files_of, missing_header, name_of, question

TASK = next(each for each in blocks.load() if each.block == "central_tracks")
NAME = "CentralTracks"
HEADER = """#ifndef CENTRALTRACKS_H
#define CENTRALTRACKS_H
#include "GaudiKernel/Algorithm.h"
class CentralTracks : public Algorithm {
 public:
  CentralTracks(const std::string& name, ISvcLocator* locator);
  StatusCode initialize();
  StatusCode execute();
  StatusCode finalize();
 private:
  double m_central, m_least;
};
#endif
"""
SOURCE = """#include "CentralTracks/CentralTracks.h"
#include <cmath>
#include "EvtRecEvent/EvtRecEvent.h"
#include "EvtRecEvent/EvtRecTrack.h"
#include "GaudiKernel/SmartDataPtr.h"
CentralTracks::CentralTracks(const std::string& name, ISvcLocator* locator) : Algorithm(name, locator) {
  declareProperty("central", m_central = 0.8);
  declareProperty("least", m_least = 0.1);
}
StatusCode CentralTracks::initialize() { return StatusCode::SUCCESS; }
StatusCode CentralTracks::execute() {
  SmartDataPtr<EvtRecEvent> event(eventSvc(), "/Event/EvtRec/EvtRecEvent");
  SmartDataPtr<EvtRecTrackCol> tracks(eventSvc(), "/Event/EvtRec/EvtRecTrackCol");
  if (!event || !tracks) return StatusCode::FAILURE;
  bool stays = true;
  for (int i = 0; i < event->totalCharged(); ++i) {
    EvtRecTrack* track = *(tracks->begin() + i);
    if (!track->isMdcTrackValid()) continue;
    RecMdcTrack* found = track->mdcTrack();
    if (std::fabs(std::cos(found->theta())) >= m_central || found->pxy() <= m_least) stays = false;
  }
  setFilterPassed(stays);
  return StatusCode::SUCCESS;
}
StatusCode CentralTracks::finalize() { return StatusCode::SUCCESS; }
"""
ANSWER = f"Here is the class.\n\n`{NAME}.h`:\n```cpp\n{HEADER}```\nAnd the source:\n```cpp {NAME}.cxx\n{SOURCE}```\nIt compiles.\n"


@pytest.fixture
def compiler():
    """What the compiler says of an answer, as the measurement asks it."""
    try:
        toolchain()
    except ToolchainError as error:
        pytest.skip(str(error).partition("\n")[0])
    if not available()[0]:
        pytest.skip("; ".join(available()[1]) or "no confinement")
    return lambda source, header=HEADER: compiled(files_of(f"```cpp\n{header}```\n```cpp\n{source}```\n", NAME))


# --- the question and the files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", blocks.load(), ids=lambda task: task.block)
def test_the_question_has_the_words_and_nothing_of_the_answer(task):
    system, asked = question(task)
    assert task.words in asked.content and name_of(task).isidentifier() and all(f"`{field.name}`" in asked.content for field in task.task.fields)
    assert all(f"- `{name}`: " in asked.content for name in task.worked.takes if name.isidentifier())
    assert f"{name_of(task)}/{name_of(task)}.h" in asked.content and "EvtRecTrackCol" in system.content
    assert not any(line.strip() in asked.content for line in task.gold.splitlines() if len(line) > 20)


def test_classes_have_names_of_their_own():
    assert len({name_of(task) for task in blocks.load()}) == len(blocks.load())


@pytest.mark.parametrize("answer", [ANSWER, ANSWER.replace("\n", "\r\n"), f"```\n{SOURCE}```\n```h\n{HEADER}", f"```\nmake\n```\n{ANSWER}"])
def test_header_and_source_are_found_by_what_they_hold(answer):
    files = files_of(answer, NAME)
    assert files[f"{NAME}/{NAME}.h"] == HEADER and files[f"{NAME}/{NAME}.cxx"] == SOURCE
    assert set(files) == {f"{NAME}/{NAME}.h", f"{NAME}/{NAME}.cxx", f"{NAME}/{NAME}_entries.cxx"}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("", "no class"), ("I cannot do that.", "no class"), (HEADER + SOURCE, "no class"), (ANSWER.replace(NAME, "Tracks"), "no class"), (f"```\nclass {NAME};\n```", "no class"),
        (f"```\n{HEADER}```\n", "execute"), (f"```\n{HEADER}```\n```\n{SOURCE.replace('::execute()', '::executed()')}```", "execute"),
    ],
)  # fmt: skip
def test_an_answer_without_the_class_is_said_so(answer, words):
    with pytest.raises(NoClass, match=words):
        files_of(answer, NAME)


def test_kinds_of_errors():
    def kind(words: str, newer: str = "x.cxx:1:1: error: ?") -> str:
        return fault({"7.0.x": f"x.cxx:1:1: error: {words}" if words else "", "8": newer})

    assert kind("", "") == "" and kind("'nullptr' was not declared in this scope", "") == "compiles as C++17 only"
    assert kind("'class EvtRecTrack' has no member named 'momentum'") == "unknown name" and kind("no matching function for call to 'f(int)'") == "wrong type or arguments"
    assert kind("TTree.h: No such file or directory") == "no such header" and missing_header("x.cxx:1:1: error: TTree.h: No such file or directory\nmore") == "TTree.h"
    assert kind("expected ';' before '}' token") == "syntax" and kind("something else") == "another error" and missing_header("x.cxx:1:1: error: ?") == ""


# --- the compiler ----------------------------------------------------------------------------------------------------------


@pytest.mark.cpp
@pytest.mark.slow
def test_a_right_class_compiles_in_both_languages_however_it_is_put(compiler):
    assert compiler(SOURCE) == {"7.0.x": "", "8": ""}
    assert compiler(SOURCE.replace(f"{NAME}/{NAME}.h", f"{NAME}.h")) == {"7.0.x": "", "8": ""}
    assert compiled(files_of(f"```\n{HEADER}{SOURCE}```", NAME)) == {"7.0.x": "", "8": ""}


@pytest.mark.cpp
@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("found->pxy()", "found->momentum()", "unknown name"),
        ("bool stays = true;", "bool stays = true; auto other = stays; stays = other;", "compiles as C++17 only"),
        ("#include <cmath>", '#include <cmath>\n#include "EvtRecEvent/EvtRecTracks.h"', "no such header"),
        ("bool stays = true;", "bool stays = true", "syntax"),
        ("found->pxy() <= m_least", "found->pxy(1, 2) <= m_least", "wrong type or arguments"),
        ("StatusCode CentralTracks::execute() {", "StatusCode CentralTracks::execute(int) { return StatusCode::SUCCESS; }\nStatusCode CentralTracks::execute() {", "class and definition differ"),
    ],
)
def test_what_is_wrong_is_told_by_kind(compiler, old, new, kind):
    assert old in SOURCE
    said = compiler(SOURCE.replace(old, new))
    assert fault(said) == kind, said


@pytest.mark.cpp
@pytest.mark.slow
def test_a_class_that_gaudi_cannot_make_does_not_compile(compiler):
    abstract = HEADER.replace("StatusCode execute();", "StatusCode execute(int);")
    source = SOURCE.replace("CentralTracks::execute()", "CentralTracks::execute(int)") + "static void execute() {}\n"
    assert all("abstract" in words for words in compiler(source, abstract).values())


@pytest.mark.cpp
@pytest.mark.slow
def test_a_text_reads_no_file_of_the_machine(compiler, tmp_path, monkeypatch):
    """Compilers print lines of what they include: outside, the secret is in the errors."""
    secret = tmp_path / "secret"
    secret.write_text("what_only_this_file_knows;\n")
    monkeypatch.setenv("DSL4BES_MODEL_KEY", "key_of_the_environment")
    for place in (str(secret), "/etc/passwd", "/proc/self/environ", "/proc/1/environ"):
        said = compiler(f'#include "{place}"\n{SOURCE}')
        assert not any(word in said["7.0.x"] + said["8"] for word in ("what_only", "root:", "key_of", "DSL4BES_MODEL")), said
    assert "No such file" in compiler(f'#include "{secret}"\n{SOURCE}')["8"]
    (tmp_path / "x.cxx").write_text(f'#include "{secret}"\n')
    outside = subprocess.run(syntax_command(["x.cxx"], "8"), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "what_only_this_file_knows" in outside.stderr


@pytest.mark.cpp
@pytest.mark.slow
@pytest.mark.parametrize("bomb", ['#include __FILE__\n#include __FILE__\n', "template <int n> struct A { enum { x = A<n - 1>::x + A<n - 2>::x + n }; };\nint x = A<2000>::x;\n", '#include "/dev/zero"\n', '#include "/dev/stdin"\n'])
def test_a_text_without_end_is_stopped(compiler, bomb, monkeypatch):
    monkeypatch.setattr("finetune.whole_class.PROFILES", {"8": "C++17"})
    (words,) = compiler(bomb + SOURCE).values()
    assert words and len(words) < 20_000


# --- a run, and the table ----------------------------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path, monkeypatch):
    """`measure_classes` in this process, with a server in place of a model; gives the records and what was asked."""
    monkeypatch.chdir(tmp_path)
    for name, value in {"MODEL": "base", "SAMPLES": "2", "RETRIES": "0"}.items():
        monkeypatch.setenv(f"DSL4BES_MODEL_{name}", value)
    monkeypatch.delenv("DSL4BES_MODEL_KEY", raising=False)

    def go(*texts: str, only: str = TASK.block, **more: str):
        with ModelServer(answering("x"), answering(*texts)) as server:
            monkeypatch.setenv("DSL4BES_MODEL_URL", server.url)
            flags = [part for name, value in more.items() for part in (f"--{name.replace('_', '-')}", value)]
            monkeypatch.setattr(sys, "argv", ["measure_classes", "--out", "runs/x.jsonl", "--only", only, *flags])
            measure_classes.main()
            head, *records = map(json.loads, (tmp_path / "runs/x.jsonl").read_text().splitlines())
            return head, records, [each.body for each in server.seen]

    return go


@pytest.mark.cpp
def test_a_run_keeps_every_answer_and_goes_on_where_it_was(run, compiler, monkeypatch, capsys):
    monkeypatch.setattr(measure_classes, "compiled", lambda files: {"7.0.x": "", "8": ""} if files[f"{NAME}/{NAME}.cxx"] == SOURCE else {"7.0.x": "x.cxx:1:1: error: expected ;", "8": "x"})
    head, (record,), seen = run(ANSWER, ANSWER.replace("stays = true;", "stays = true"))
    assert head["written"] == "class" and head["samples"] == 2 and head["max_tokens"] == measure_classes.MAX_TOKENS and head["tasks"] == blocks.digest()
    assert [each.get("n", 1) for each in seen] == [1, 2]
    assert all(TASK.words in each["messages"][-1]["content"] and "grammar" not in json.dumps(each) for each in seen)
    assert [(draft["sample"], draft["fault"]) for draft in record["drafts"]] == [(0, ""), (1, "syntax")] and record["drafts"][0]["answer"] == ANSWER
    assert record["task"] == TASK.block and record["completion_tokens"] == 6
    assert run("other", "other")[1:] == ([record], [])  # it is in the file, and is not asked again
    _, records, _ = run("none", "none", only=f"{TASK.block},widest_photon_pair")
    assert len(records) == 2 and {draft["fault"] for draft in records[1]["drafts"]} == {"no class of this name in a code block"}
    with pytest.raises(SystemExit, match="other settings"):
        run("other", "other", samples="3")
    assert "1 of 2 compile" in capsys.readouterr().out


@pytest.mark.cpp
@pytest.mark.slow
def test_a_run_with_the_compiler_itself(run, compiler):
    _, (record,), _ = run(ANSWER, ANSWER.replace("found->pxy()", "found->pt()"))
    assert [draft["fault"] for draft in record["drafts"]] == ["", "unknown name"]
    assert "no member named" in record["drafts"][1]["words"]["7.0.x"]


def test_the_table_has_classes_and_slots_side_by_side(tmp_path):
    def draft(sample: int, words: str = "", newer: str = "", cut: bool = False) -> dict:
        both = {"7.0.x": words, "8": newer}
        return {"sample": sample, "answer": "", "cut_off": cut, "fault": fault(both), "words": both}

    missing = "x.cxx:1:1: error: TTree.h: No such file or directory"
    records = [
        {"task": "a", "completion_tokens": 10, "seconds": 2.0, "drafts": [draft(0), draft(1, missing, missing)]},
        {"task": "b", "completion_tokens": 30, "seconds": 4.0, "drafts": [draft(0, missing, ""), draft(1, "x", "x", cut=True)]},
    ]
    slot = {"round": 0, "accepted": False, "equal": False, "answers": "", "rules": []}
    slots = [
        {"task": "a", "drafts": [{**slot, "sample": 0, "rung": "decide", "accepted": True}, {**slot, "sample": 1, "rung": "policy"}, {**slot, "sample": 1, "round": 1, "rung": "decide", "accepted": True}]},
        {"task": "b", "drafts": [{**slot, "sample": 0, "rung": "run"}, {**slot, "sample": 1, "rung": "run"}]},
    ]  # fmt: skip
    (tmp_path / "classes.jsonl").write_text("\n".join(map(json.dumps, ({"model": "m", "written": "class"}, *records))))
    (tmp_path / "slots.jsonl").write_text("\n".join(map(json.dumps, ({"model": "m"}, *slots))))
    table = list(report_classes.lines([tmp_path / "classes.jsonl", tmp_path / "slots.jsonl"]))
    assert table[2] == "| classes | m | class | 2 | 4 | 25% (3%–80%) | 50% (9%–91%) | 25% (3%–80%) | 50% (9%–91%) |"
    assert table[3] == "| slots | m | slot | 2 | 4 |  |  | 75% (20%–97%) | 100% (34%–100%) |"
    assert "20 tokens written and 3 s" in table[4] and "no such header 1, compiles as C++17 only 1, cut off 1" in table[4] and "TTree.h 2" in table[5]
