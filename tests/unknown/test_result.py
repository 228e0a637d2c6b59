"""What the trial left is taken apart once: whatever lies in the folder, there is a `Result` or a reason, and nothing else.

In: folders with files that a hostile trial could leave. Out: assertions on `result_of`. Nothing is run.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dsl4bes.unknown.result import NoResult, result_of
from dsl4bes.unknown.sandbox.outcome import Outcome
from dsl4bes.unknown.trial import RESULT

RUN = {"stopped": "", "passed": [[1, 0]], "again": [[1, 0]], "checked": [[1, 0]]}
GOOD = {"errors": {}, "drafts": [RUN]}


def with_run(**changed) -> dict:
    return {**GOOD, "drafts": [{**RUN, **changed}]}


def ended(status: int = 0, stderr: bytes = b"") -> Outcome:
    return Outcome(status, None, 1.0, 1.0, 1, b"", stderr, False, None, f"`python` ended with status {status}")


def left(folder: Path, data) -> Path:
    (folder / RESULT).write_text(json.dumps(data))
    return folder


def test_a_result_is_what_was_left(tmp_path):
    found = result_of(left(tmp_path, GOOD), ended(), 2)
    assert len(found.drafts) == 1 and not found.errors
    run = found.drafts[0]
    assert run.passed == run.again == run.checked == ((True, False),)


@pytest.mark.parametrize(
    "data",
    [
        [], 3, None, "text", {}, {**GOOD, "errors": []}, {**GOOD, "errors": {"8": 3}}, {**GOOD, "drafts": []}, {**GOOD, "drafts": [RUN, RUN]}, {**GOOD, "drafts": {"0": RUN}}, {**GOOD, "drafts": [3]},
        with_run(stopped=1), with_run(passed=5), with_run(passed=[3]), with_run(again=[[1]]), with_run(checked=[["1", "0"]]), with_run(checked=[[1, 2]]),
        with_run(passed=[[True, False]]), with_run(passed=[[1.0, 0.0]]), with_run(passed={"0": [1, 0]}), with_run(passed=[[10**400, 0]]),
        {**GOOD, "drafts": [{key: value for key, value in RUN.items() if key != "again"}]}, {"drafts": [RUN]}, {"errors": {}},
    ],
)  # fmt: skip
def test_another_shape_is_no_result(tmp_path, data):
    with pytest.raises(NoResult):
        result_of(left(tmp_path, data), ended(), 2)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _second_name(path: Path) -> None:
    (path.parent / "other").write_text(json.dumps(GOOD))
    os.link(path.parent / "other", path)


@pytest.mark.parametrize(
    "make",
    [_pipe, _link, _second_name, Path.mkdir, lambda path: path.write_bytes(b"\xff\xfe"), lambda path: path.write_text("["), lambda path: path.write_text("[" * 200_000), lambda path: None],
    ids=["pipe", "link", "second name", "folder", "bytes", "half", "deep", "nothing"],
)  # fmt: skip
def test_what_is_no_file_of_ours_is_not_read(tmp_path, make):
    make(tmp_path / RESULT)
    with pytest.raises(NoResult):
        result_of(tmp_path, ended(), 2)


def test_the_last_words_of_a_trial_are_told(tmp_path):
    with pytest.raises(NoResult) as caught:
        result_of(tmp_path, ended(1, b"one\ntwo\nthree\nfour\nfive\nToolchainError: CLHEP is not here\x1b[31m\n"), 2)
    assert "CLHEP is not here" in str(caught.value) and "one" not in str(caught.value) and "\x1b" not in str(caught.value)
