"""The best attempt at a block that a model could not write: it is kept where the help says, and the program finds it there.

In: drafts made here. Out: assertions on the file, and on what the compiler makes of the name in the help.
"""

from __future__ import annotations

import re

import pytest

pytest.importorskip("tree_sitter_cpp", reason="the extra [llm] is not installed")

from review_tools import CODE, NAME, PROGRAM, reviewed

from dsl4bes.cli import write_blocks
from dsl4bes.cli.app import run as command
from dsl4bes.ir.custom import Author
from dsl4bes.unknown.backends.protocol import Answer, Finish
from dsl4bes.unknown.candidates import Candidate
from dsl4bes.unknown.ladder import Climb, Rung
from dsl4bes.unknown.lock import Lock
from dsl4bes.unknown.writing.program import Outcome
from dsl4bes.unknown.writing.writer import Draft, Written


@pytest.mark.parametrize("program", ["x.bes", "sub/x.bes"])
def test_the_attempt_is_found_under_the_name_in_the_help(tmp_path, monkeypatch, capsys, program):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    climb = Climb(Candidate(reviewed(Lock()).blocks[NAME].task, CODE, Author.MODEL), [Rung("policy", True, "accepted"), Rung("compile", False, "C++98: no")])
    outcome = Outcome(NAME, Written(climb.candidate.task, [Draft(0, 0, Answer(text=CODE, finish=Finish.STOP), climb)]), None, "none of 1 drafts passes every rung")
    write_blocks._keep_aside(outcome, program)
    error = capsys.readouterr().err
    named = re.search(r'code "([^"]*)"', error)
    assert named is not None and "none of 1 drafts" in error
    (tmp_path / program).write_text(PROGRAM.replace("0.8 GeV", f'0.8 GeV\n        code "{named[1]}"'))
    assert command(["review", program, "--no-run"]) == 1
    shown = capsys.readouterr().out
    assert "not accepted" in shown and "// NO compile: C++98: no" in shown and "in.gam[i].energy > in.limit" in shown
