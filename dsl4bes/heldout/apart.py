"""The judge on an answer in a process of its own: a program may have more combinations than anybody waits for, or more than memory holds.

In: the name of a task and the text of a program that compiles. Out: which of the task's events the program accepts, or why that came to no end. The process has limits for time and memory and ends with them; nothing of the caller is in it.
"""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CPU_SECONDS = 120  #: the right programs take one to four
WALL_SECONDS = 900.0  #: on a machine that does much else
MEMORY = 6 * 2**30
_NO_MEMORY = 3  #: exit status


class NoEnd(Exception):
    """Raised with words: the judge came to no end within its limits."""


def accepted_apart(task: str, text: str) -> NDArray[np.bool_]:
    """What `word_tasks.accepted` gives. Raises `NoEnd`, and `Unsupported` as the judge does."""
    import numpy as np

    from dsl4bes.semantics.errors import Unsupported

    try:
        done = subprocess.run([sys.executable, "-m", __name__, task], input=text, capture_output=True, text=True, encoding="utf-8", timeout=WALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise NoEnd(f"the judge was stopped after {WALL_SECONDS:.0f} s") from None
    if done.returncode:
        raise NoEnd(_why(done.returncode, done.stderr))
    said = json.loads(done.stdout)
    if "unsupported" in said:
        raise Unsupported(said["unsupported"])
    return np.array([letter == "1" for letter in said["accepted"]])


def _why(status: int, said: str) -> str:
    """Why the process gave no answer. What is neither time nor memory is told as it was said, so that a fault of ours is seen as one."""
    if status == -signal.SIGXCPU:
        return f"the judge was ended after {CPU_SECONDS} s of computing"
    if status == _NO_MEMORY:
        return "the judge needs more memory than it may have"
    last = said.strip().rpartition("\n")[2]
    return f"the judge failed with status {status}" + (f": {last}" if last else "")


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from dsl4bes.driver import compile_source
    from dsl4bes.heldout.word_tasks import accepted, task_of
    from dsl4bes.semantics.errors import Unsupported
    from dsl4bes.source import SourceFile

    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    made = compile_source(SourceFile("answer.bes", sys.stdin.read()), until="ir")
    assert made.program is not None
    try:
        said = {"accepted": "".join("01"[bool(each)] for each in accepted(made.program, task_of(sys.argv[1])))}
    except Unsupported as error:
        said = {"unsupported": str(error)}
    except MemoryError:
        raise SystemExit(_NO_MEMORY) from None
    print(json.dumps(said))


if __name__ == "__main__":
    main()
