"""`dsl4bes compile` and a model, the way it is meant: what is asked, what is pinned, when nobody is asked, what is said if nothing comes of it.

In: a scripted server, small bodies whose answers are known. Out: assertions on requests, the lock file, what the user reads. The trial is played here (`trial`): a body `return in.gam.size() > N;` keeps
event k if k % 7 > N; policy, votes, rounds, lock file and command are the real ones. The last test, which is slow, goes all the way with the real ladder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from desk import BLOCK, GOOD, PROGRAM, code_of, pinned
from model_server import answering, raw

from dsl4bes.events.toy import toy_events

EVENTS = 21
SECOND = PROGRAM[PROGRAM.index("    loud") : -len("end\n")].replace("loud_shower_limit", "quiet_shower_count").replace("with a photon above", "with fewer photons than")
TWO = PROGRAM[: -len("end\n")] + SECOND + "end\n"


def body(limit: int) -> str:
    return f"return in.gam.size() > {limit};\n"


@pytest.fixture
def trial(monkeypatch, desk):
    """Plays the trial; the list has the number of bodies of each."""
    from dsl4bes.unknown import ladder, samples
    from dsl4bes.unknown.result import Result, Run

    batch = toy_events("J/psi -> gam (eta -> gam gam)", EVENTS, 1)
    monkeypatch.setattr(samples, "sample", lambda program, files=(), say=None, most=0: [batch])
    tried: list[int] = []

    def rows(code: str, name: str, program):
        limit = int(re.search(r"> (\d+)", code)[1])
        return tuple(tuple(event % 7 > limit if block == name else True for block, _ in ladder.columns_of(program)) for event in range(EVENTS))

    def played(climbs, candidates, compile_, events, drafts):
        program = compile_(candidates, "").program
        events(program)
        tried.append(drafts)
        each = [rows(climb.code, climb.candidate.task.name, program) for climb in climbs]
        return ladder._Tried(program, Result({}, tuple(Run("", one, one, one) for one in each)))

    monkeypatch.setattr(ladder, "_tried", played)
    return tried


def asked_for(said) -> list[str]:
    """The block of each request, by the line of its description."""
    return [re.findall(r"^// (\w+): ", request.body["messages"][-1]["content"], re.MULTILINE)[-1] if request.body["messages"][-1]["content"].startswith("struct") else "again" for request in said.seen]


def test_a_good_answer_is_pinned_and_nobody_is_asked_again(desk, trial):
    said = desk.compile(answering(*[body(2)] * 3), samples=3, model="base", seed=7)
    assert said.status == 0 and code_of(said, BLOCK) == body(2), said.err
    (request,) = said.seen
    assert request.path == "/v1/chat/completions" and request.body["n"] == 3 and request.body["seed"] == 7 and request.body["model"] == "base"
    for words in ('author = "model"', 'model = "base"', 'agreement = "3 of 3"', "seed 7", 'decide = "12 stay, 9 are rejected"', 'policy = "accepted"'):
        assert words in pinned(said), pinned(said)
    assert trial == [1, 1]  # equal bodies are tried once; the chosen one once more, alone
    again = desk.compile()
    assert again.status == 0 and not again.seen and pinned(again) == pinned(said) and len(trial) == 2
    assert body(2).strip() in "".join(text for name, text in again.files.items() if name.endswith(".cxx"))


def test_worked_examples_are_shown_as_many_as_are_set_and_the_lock_says_so(desk, trial):
    shown = desk.compile(answering(body(2)))
    turns = len(shown.seen[0].body["messages"])
    assert turns > 2 and "examples" not in pinned(shown)
    alone = desk.compile(answering(body(2)), arguments=("--update",), examples=0)
    assert [message["role"] for message in alone.seen[0].body["messages"]] == ["system", "user"] and ", 0 examples" in pinned(alone)


@pytest.mark.parametrize("arguments", [("--frozen",), ("--offline",), ("--quiet",), ()])
def test_what_is_pinned_needs_no_model(desk, trial, monkeypatch, arguments):
    desk.compile(answering(body(2)))
    if not arguments:
        monkeypatch.setenv("CI", "true")
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a connection was opened"))
    said = desk.compile(arguments=arguments)
    assert said.status == 0 and not said.seen


def test_update_asks_again(desk, trial):
    desk.program.write_text(TWO)
    first = desk.compile(answering(body(2)))
    assert first.status == 0 and asked_for(first) == [BLOCK, "quiet_shower_count"], first.err
    said = desk.compile(answering(body(4)), arguments=("--update=quiet_shower_count",))
    assert asked_for(said) == ["quiet_shower_count"] and code_of(said, "quiet_shower_count") == body(4) and code_of(said, BLOCK) == body(2)
    said = desk.compile(answering(body(1)), arguments=("--update",))
    assert asked_for(said) == [BLOCK, "quiet_shower_count"] and code_of(said, BLOCK) == code_of(said, "quiet_shower_count") == body(1)
    said = desk.compile(answering(body(1)), arguments=("--update=quiet_shower",))
    assert said.status == 1 and "no block `quiet_shower`" in said.err and "quiet_shower_count" in said.err and not said.seen


def test_an_update_that_fails_leaves_what_is_pinned(desk, trial):
    before = desk.compile(answering(body(2)))
    for behave in (answering("system(0);"), raw(500, b""), answering("x" * (2 << 20))):
        said = desk.compile(behave, arguments=("--update",))
        assert said.status == 1 and pinned(said) == pinned(before)
    assert desk.compile().status == 0


def test_a_stale_entry_is_written_anew(desk, trial):
    desk.compile(answering(body(2)))
    desk.program.write_text(PROGRAM.replace("above the limit", "far above the limit"))
    frozen = desk.compile(arguments=("--frozen",))
    assert frozen.status == 1 and "is stale: the block says something else now" in frozen.err and "no model was asked" in frozen.err
    said = desk.compile(answering(body(3)))
    assert said.status == 0 and len(said.seen) == 1 and code_of(said, BLOCK) == body(3) and pinned(said).count("[[block]]") == 1
    desk.program.write_text(PROGRAM.replace("above the limit", "far above the limit").replace("0.8", "0.9"))
    assert desk.compile().status == 0, "a changed number needs no new code"


def test_a_changed_letter_of_the_lock_file_is_refused(desk, trial):
    before = pinned(desk.compile(answering(body(2))))
    for old, new in (("> 2;", "> 5;"), ('author = "model"', 'author = "hand"'), ('model = "base"', 'model = "larger"'), ("12 stay", "11 stay"), ("return in", "return !in")):
        (desk.folder / "x.bes.lock").write_text(before.replace(old, new))
        said = desk.compile(answering(body(1)))
        assert said.status == 1 and "x.bes:" in said.err and not said.seen and pinned(said) == before.replace(old, new), said.err


def test_a_seal_that_is_made_anew_does_not_take_code_past_the_policy(desk, trial):
    from dataclasses import replace

    from dsl4bes.unknown.lock import read

    lock = read(pinned(desk.compile(answering(body(2)))), "x.bes.lock")
    for code in ("std::system(0);\nreturn true;\n", "return true; } int x = 1; bool g() {\n", "return true; // accepted\n"):
        lock.entries[BLOCK] = replace(lock.entries[BLOCK], code=code).sealed()
        (desk.folder / "x.bes.lock").write_text(lock.text("x.bes"))
        said = desk.compile(answering(body(1)))
        assert said.status == 1 and "is none that was accepted" in said.err and not said.seen


@pytest.mark.parametrize(
    "entry", ['[block.ladder]\n"x = 1\\n[[block]]" = "y"', '[block.origin]\n"" = "y"', '[block.ladder]\n"a b" = "y"', "[block.ladder]\npolicy = 1", "seal = 5", 'author = "nobody"'], ids=range(6)
)
def test_an_entry_of_another_form_is_no_entry(desk, trial, entry):
    """A stranger's lock file: what is in it is written back with the next block, so keys are words."""
    fields = {"name": '"other"', "block": '"b"', "context": '"c"', "code": '"return true;"', "author": '"model"', "seal": '"s"'}
    lines = [f"{key} = {value}" for key, value in fields.items() if not entry.startswith(f"{key} =")]
    tables = [] if entry.startswith("[block.ladder]") else ["[block.ladder]"]
    text = "\n".join(["version = 1", "[[block]]", *lines, *((*tables, entry) if entry.startswith("[") else (entry, *tables)), ""])
    (desk.folder / "x.bes.lock").write_text(text)
    said = desk.compile(answering(body(2)))
    assert said.status == 1 and "an entry is not complete" in said.err and not said.seen and pinned(said) == text, said.err


def test_other_entries_are_written_back_as_they_were(desk, trial):
    from dsl4bes.ir.custom import Author
    from dsl4bes.unknown.lock import Entry, Lock, read

    quotes = "'" * 3
    odd = Entry(f"{quotes}\n[[block]]\x7f\x85\u2028", Author.MODEL, "b\\", "'c'", f"return {quotes}true{quotes};\n\x07", {"policy": "\x1b[31m\n[x]"}, {"model": f'"{quotes}'}).sealed()
    path = desk.folder / "x.bes.lock"
    path.write_bytes(Lock({odd.name: odd}).text("x.bes").encode())
    desk.ignored = frozenset({"x.bes.lock"})
    said = desk.compile(answering(body(2)))
    assert said.status == 0, said.err
    entries = read(path.read_bytes().decode(), "x").entries
    assert entries[odd.name] == odd and odd.computed_seal() == odd.seal and set(entries) == {odd.name, BLOCK}


def test_a_title_like_a_block_of_a_region_is_not_taken_for_it(desk, trial):
    inner = PROGRAM[PROGRAM.index("    loud") : -len("end\n")]
    desk.program.write_text(PROGRAM.replace("loud_shower_limit", 'custom("soft.loud_shower_limit")') + f"region(:soft, from: baseline) do\n{inner}end\n")
    said = desk.compile(answering(body(2)))
    assert said.status == 1 and not pinned(said), said.err


def test_code_by_hand_is_left_alone(desk, trial):
    from dsl4bes.cli.app import run

    (desk.folder / "limit.inc").write_text(body(5))
    desk.program.write_text(TWO.replace("limit    0.8 GeV\n", 'limit    0.8 GeV\n        code "limit.inc"\n', 1))
    said = desk.compile(answering(body(2)))
    assert said.status == 1 and "was not accepted yet" in said.err and not said.seen
    # accepted with the other one already written
    (desk.folder / "x.bes").write_text(desk.program.read_text().replace(SECOND, ""))
    assert run(["accept", "x.bes"]) == 0
    desk.program.write_text(TWO.replace("limit    0.8 GeV\n", 'limit    0.8 GeV\n        code "limit.inc"\n', 1))
    said = desk.compile(answering(body(2)))
    assert said.status == 0 and asked_for(said) == ["quiet_shower_count"], said.err
    said = desk.compile(answering(body(3)), arguments=("--update",))
    assert asked_for(said) == ["quiet_shower_count"] and code_of(said, BLOCK) == body(5) and code_of(said, "quiet_shower_count") == body(3)
    assert (desk.folder / "limit.inc").read_text() == body(5)


def test_a_file_of_code_is_shown_to_nobody(desk, trial):
    """Its path may lead anywhere; what is in it is no part of a request, nor of a message about another block."""
    (desk.home / "secret").rename(desk.home / "secret.inc")
    desk.besides, desk.missing = frozenset({"home/secret.inc"}), frozenset({"home/secret"})
    desk.program.write_text(TWO.replace("limit    0.8 GeV\n", 'limit    0.8 GeV\n        code "../home/secret.inc"\n', 1))
    said = desk.compile(answering(body(2)))
    assert said.status == 1 and "was not accepted yet" in said.err and not said.seen
    said = desk.compile(answering(body(2)), arguments=("--update=quiet_shower_count",))
    assert said.status == 1 and asked_for(said) == ["quiet_shower_count"] and code_of(said, "quiet_shower_count") == body(2)


def test_blocks_are_written_one_after_the_other_and_each_is_kept(desk, trial):
    """The server fails at the second: the first is pinned, and the next time only the second is asked for."""
    desk.program.write_text(TWO)
    said = desk.compile(answering(body(2)), raw(400, b'{"error": "no more today"}'))
    assert said.status == 1 and asked_for(said) == [BLOCK, "quiet_shower_count"] and "no more today" in said.err
    assert code_of(said, BLOCK) == body(2) and pinned(said).count("[[block]]") == 1
    said = desk.compile(answering("system(0);"))
    assert asked_for(said) == ["quiet_shower_count"] and f"error: `{BLOCK}`" not in said.err and "error: `quiet_shower_count` could not be written" in said.err
    said = desk.compile(answering(body(3)))
    assert said.status == 0 and asked_for(said) == ["quiet_shower_count"] and code_of(said, "quiet_shower_count") == body(3)


def test_the_largest_behaviour_wins_and_the_dispute_is_told(desk, trial):
    said = desk.compile(answering(body(4), body(2), body(2), body(1)), samples=4)
    assert said.status == 0 and code_of(said, BLOCK) == body(2), said.err
    assert 'agreement = "2 of 4"' in pinned(said)
    disputed = re.search(r'disputed = "(\d+) of 21 events: ([^"]*)"', pinned(said))
    assert disputed and int(disputed[1]) == 9 and len(disputed[2].split(", ")) == 9, pinned(said)  # k % 7 in 2, 3, 4


def test_drafts_that_disagree_pin_nothing(desk, trial):
    said = desk.compile(answering(body(1), body(2), body(3), body(4)), samples=4, agreement=0.5)
    assert said.status == 1 and not pinned(said) and "the drafts disagree: at most 1 of 4 behave alike" in said.err
    assert re.search(r"in\.gam\.size\(\) > \d;", said.attempts) and "ok decide" in said.attempts


def test_a_draft_that_decides_nothing_is_not_pinned(desk, trial):
    said = desk.compile(answering(body(9)))
    assert said.status == 1 and not pinned(said) and "keeps all sample events, or rejects all" in said.err


def test_a_draft_that_is_refused_goes_back_with_the_reason(desk, trial):
    said = desk.compile(answering("return in.gam[0].enrgy > 1.0;"), answering("```cpp\n" + body(2) + "```"), rounds=1)
    assert said.status == 0 and code_of(said, BLOCK) == body(2) and len(said.seen) == 2
    first, second = (request.body["messages"] for request in said.seen)
    assert second[: len(first)] == first
    answer, complaint = second[len(first) :]
    assert answer == {"role": "assistant", "content": "return in.gam[0].enrgy > 1.0;"}
    assert complaint["role"] == "user" and "energy" in complaint["content"]
    assert 'sampling = "1 samples, 1 rounds' in pinned(said)


def test_an_answer_that_is_cut_off_is_asked_for_shorter(desk, trial):
    said = desk.compile(answering("return in.gam.size() >", finish="length"), answering(body(2)), rounds=1)
    assert said.status == 0 and "too long and was cut off" in said.seen[1].body["messages"][-1]["content"]


def test_the_rounds_end(desk, trial):
    said = desk.compile(answering("system(0);"), rounds=2)
    assert said.status == 1 and len(said.seen) == 3 and "none of 3 drafts passes every rung" in said.err and not trial


def test_the_larger_model_is_asked_where_the_first_finds_nothing(desk, trial):
    said = desk.compile(answering("system(0);"), answering(body(2)), larger="base-72b", adapter="mine")
    assert said.status == 0 and [request.body["model"] for request in said.seen] == ["mine", "base-72b"]
    assert 'model = "base-72b"' in pinned(said) and "adapter" not in pinned(said) and "asking base-72b" in said.err
    again = desk.compile(answering(body(3)), arguments=("--update",))
    assert [request.body["model"] for request in again.seen] == ["mine"] and 'adapter = "mine"' in pinned(again)


def test_a_body_that_looks_at_the_number_of_the_event_is_told(desk, trial):
    said = desk.compile(answering("return in.gam.size() > 2 && in.event > 0.0;\n"))
    assert said.status == 0 and "warning: it reads `in.event`" in said.err and "it reads the number of the event" in pinned(said)


def test_quiet_says_errors_only(desk, trial):
    assert desk.compile(answering(body(2)), arguments=("--quiet",)).err == ""
    said = desk.compile(answering("system(0);"), arguments=("--quiet", "--update"))
    assert said.status == 1 and said.err.startswith("error: ")


def test_without_a_model_the_error_says_what_to_do(desk, monkeypatch, capsys):
    from dsl4bes.cli.app import run

    assert run(["compile", "x.bes"]) == 1
    said = desk.read().err
    assert "no block is called `loud_shower_limit`" in said and 'code "file.inc"' in said and "a model writes it in `dsl4bes compile`" in said and "no model was asked" not in said
    assert run(["compile", "x.bes", "--update"]) == 1
    assert "no model is configured" in desk.read().err
    assert run(["compile", "-", "--update"]) == 2
    assert "needs a file" in desk.read().err


def test_code_is_tried_on_events_of_the_users(desk, trial, monkeypatch):
    from dsl4bes.unknown import samples

    given: list[tuple[str, ...]] = []
    usual = samples.sample
    monkeypatch.setattr(samples, "sample", lambda program, files=(), say=None, most=0: given.append(tuple(files)) or usual(program))
    assert desk.compile(answering(body(2)), arguments=("--events", "a.npz", "--events", "b.npz")).status == 0
    assert set(given) == {("a.npz", "b.npz")}


def test_events_that_are_not_there_are_said(desk):
    said = desk.compile(answering(body(2)), arguments=("--events", "nowhere.npz"))
    assert said.status == 1 and "nowhere.npz" in said.err and "internal" not in said.err


@pytest.mark.parametrize(("toml", "words"), [("", "a model writes it"), ('[model]\nurl = "http://localhost:1/v1"\nmodel = "m"\n', "pip install")])
def test_without_the_extra_the_error_says_what_to_install(tmp_path, toml, words):
    """pydantic, httpx and tree-sitter come with [llm]; nothing of it is imported where no model is configured."""
    (tmp_path / "x.bes").write_text(PROGRAM)
    (tmp_path / "dsl4bes.toml").write_text(toml)
    text = "import sys\nfor name in ('pydantic', 'httpx', 'tree_sitter'): sys.modules[name] = None\nfrom dsl4bes.cli.app import run\nsys.exit(run(['compile', 'x.bes']))"
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    done = subprocess.run([sys.executable, "-c", text], cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 1 and words in done.stderr and "internal" not in done.stderr, done.stderr


def test_a_program_whose_name_is_no_text_has_a_lock_file_too(desk, trial):
    """A line end in a name does not leave the comment of the lock file."""
    name = "x\n[[block]]\nname = 1.bes"
    desk.program.rename(desk.folder / name)
    said = desk.compile(answering(body(2)), file=name)
    assert said.status == 0, said.err
    assert desk.compile(file=name).status == 0


@pytest.mark.cpp
@pytest.mark.slow
def test_the_whole_way(desk):
    """The real ladder: two blocks, one of them in a region; what is pinned passes `accept`, and a package comes out that has it."""
    from dsl4bes.cli.app import run

    inner = 'region(:soft, from: baseline) do\n    quiet_photons do\n        describe "no photon above the limit"\n        from gam\n        limit 0.5 GeV\n    end\nend\n'
    desk.program.write_text(PROGRAM + inner)
    wrong = "return in.gam[in.gam.size()].energy < in.limit;"
    said = desk.compile(answering(GOOD, wrong, "// with words\n" + GOOD), samples=3)
    assert said.status == 0, said.err
    for name in (BLOCK, "soft.quiet_photons"):
        assert code_of(said, name) == GOOD
    for rung in ("policy", "compile", "run", "repeat", "checks", "decide"):
        assert pinned(said).count(f"\n{rung} = ") == 2
    assert pinned(said).count('agreement = "2 of 3"') == 2 and "with words" not in pinned(said)
    assert desk.compile(arguments=("--frozen",)).status == 0
    assert run(["accept", "x.bes"]) == 0 and "nothing new" in desk.read().out
