"""Work in a process of its own, with a limit of time: a program that makes the compiler slow, or a run that crashes, ends that process and not the server.

In: a module that answers one request with `serve`, and the request. Out: its answer, or a `fault` that says how it ended. The process is ended with all its children when its time is over or nobody waits
any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from dsl4bes.agents.refused import NotAllowed

MAX_ANSWER = 4 * 1024 * 1024

Progress = Callable[[float, str], Awaitable[None]]
Say = Callable[[float, str], None]


async def ask(module: str, request: dict[str, Any], seconds: float, less: str, progress: Progress | None = None) -> dict[str, Any]:
    """The answer of `python -m module`; `less` is what to ask for less of, if it takes too long or says too much."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, start_new_session=True, limit=MAX_ANSWER
    )
    try:
        return await asyncio.wait_for(_answer(child, request, less, progress), seconds)
    except (asyncio.TimeoutError, TimeoutError):
        return {"ok": False, "fault": f"this was ended after {seconds:.3g} s: give {less}"}
    finally:
        if child.returncode is None:
            _end(child.pid)
            await child.wait()


async def _answer(child: asyncio.subprocess.Process, request: dict[str, Any], less: str, progress: Progress | None) -> dict[str, Any]:
    assert child.stdin is not None and child.stdout is not None
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it has ended: what it said, or its status, is read below
        child.stdin.write(json.dumps(request).encode() + b"\n")
        await child.stdin.drain()
    child.stdin.close()
    while True:
        try:
            line = await child.stdout.readline()
        except ValueError:
            return {"ok": False, "fault": f"the answer is too large: give {less}"}
        if not line:
            return {"ok": False, "fault": f"the work ended without an answer (status {await child.wait()})"}
        said = json.loads(line)
        if "progress" not in said:
            return dict(said)
        if progress is not None:
            await progress(said["progress"], said["words"])


def _end(process: int) -> None:
    """End the group of a process; that it has ended by itself is as good."""
    try:
        os.killpg(process, signal.SIGKILL)
    except ProcessLookupError:
        return


# --- inside of the process


def serve(work: Callable[[dict[str, Any], Say], dict[str, Any]]) -> None:
    """Answer one request; what anything prints goes to nobody, the answer to the pipe."""
    out = os.dup(1)
    os.dup2(2, 1)
    request = json.loads(sys.stdin.readline())
    with os.fdopen(out, "wb", buffering=0) as stream:
        def tell(data: dict[str, Any]) -> None:
            stream.write(json.dumps(data, allow_nan=False).encode() + b"\n")

        try:
            answer = work(request, lambda done, words: tell({"progress": done, "words": words}))
        except NotAllowed as error:
            answer = {"ok": False, "fault": str(error)}
        content = json.dumps(answer, allow_nan=False).encode() + b"\n"
        while content:
            content = content[stream.write(content) or 0 :]
