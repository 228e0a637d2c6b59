"""Many machines: tasks sent to the workers of a Dask cluster, their chunks back in the order of the tasks.

In: tasks, the selection as the text of its package, the address of a scheduler (or `local`: worker processes on this machine). Out: the same
events in the same order as `run_tasks`. A worker builds the package once (from its own cache) and keeps its C++ job open; files are
read where the worker is, under the same absolute paths. Only a bounded number of results waits for its turn. A worker with another version of this
code is refused. A worker that dies costs the piece it had, after Dask has tried it on others.
"""

from __future__ import annotations

import os
import pickle
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dsl4bes.ir.program import Program
from dsl4bes.run.errors import FileFailure, RunError, StopRun
from dsl4bes.run.kept import code_digest
from dsl4bes.run.results import Chunk
from dsl4bes.run.tasks import Task
from dsl4bes.run.workers import AHEAD, MAX_CRASHES, Event, Finished

if TYPE_CHECKING:
    from dsl4bes.run.runner import Selection, Settings

#: Seconds until a scheduler must have answered.
TIMEOUT = 30


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker needs to run the selection."""

    program: Program
    package: tuple[tuple[str, str], ...]
    settings: Settings


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker sends back for a task."""

    chunks: tuple[Chunk, ...]
    failures: tuple[FileFailure, ...] = ()
    stop: tuple[str, str, str] | None = None  #: message, advice, details of what must stop the run


def run_on_dask(
    tasks: Iterable[Task], selection: Selection, settings: Settings, log: Callable[[str], None]
) -> Iterator[Event]:
    """Chunks and ends of tasks, in the order of the tasks. Raises `RunError` if the cluster cannot be used."""
    from dsl4bes.run.kept import key_of

    with ExitStack() as stack:
        client = _client(settings, stack)
        log(f"cluster {settings.dask}: {_workers(client)} workers")
        key = key_of(selection, settings)
        # as bytes with every task: what is scattered is lost with the worker that holds it
        work = pickle.dumps(Work(selection.program, selection.package, replace(settings, dask="", resume="")))
        code = code_digest()
        source = iter(tasks)
        waiting: deque[tuple[Task, Any]] = deque()
        crashes = 0
        try:
            while True:
                while (
                    len(waiting) < AHEAD * max(1, _workers(client))
                    and (task := next(source, None)) is not None
                ):
                    there = replace(task, path=os.path.abspath(task.path))
                    waiting.append((task, client.submit(run_piece, key, code, work, there, pure=False)))
                if not waiting:
                    return
                task, future = waiting.popleft()
                answer = _answer(task, future)
                crashes += answer is None
                yield from _events(task, answer, crashes)
        finally:
            client.cancel([future for _, future in waiting])


def _client(settings: Settings, stack: ExitStack) -> Any:
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise RunError("`--dask` needs the package distributed", "pip install 'dsl4bes[dask]'") from error
    from dsl4bes.run.runner import available_cores

    try:
        where: Any = settings.dask
        if where == "local":
            count = settings.processes or available_cores()
            where = stack.enter_context(
                LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None, silence_logs=50)
            )
        client = stack.enter_context(Client(where, timeout=TIMEOUT))
        client.wait_for_workers(1, timeout=TIMEOUT)
        return client
    except (OSError, ValueError, TimeoutError) as error:
        advice = "an address is like tcp://host:8786; `dask scheduler` prints it; `local` starts workers here"
        raise RunError(f"no cluster at {settings.dask}: {error}", advice) from error


def _workers(client: Any) -> int:
    return len(client.nthreads())


def _answer(task: Task, future: Any) -> Answer | None:
    """What came back; None if the worker died, wherever the task was tried."""
    from distributed.client import FutureCancelledError
    from distributed.scheduler import KilledWorker

    try:
        found: Answer = future.result()
    except KilledWorker:
        return None
    except FutureCancelledError as error:
        raise RunError(
            f"the cluster lost the work on {task.path}: {error}", "are its workers still there?"
        ) from error
    finally:
        future.release()
    return found


def _events(task: Task, answer: Answer | None, crashes: int) -> Iterator[Event]:
    if answer is None:
        reason = "the worker died with it, on every machine that tried"
        yield Finished(task, (FileFailure(task.path, reason, "see the logs of the workers", task.first),))
        if crashes > MAX_CRASHES:
            raise RunError(f"workers died {crashes} times; the last time: {task.path}")
        return
    if answer.stop is not None:
        raise StopRun(*answer.stop)
    for chunk in answer.chunks:
        yield replace(chunk, source=task.path)
    yield Finished(task, tuple(replace(failure, path=task.path) for failure in answer.failures))


# --- on the worker --------------------------------------------------------------------------------------------------

#: The open job of this process, and the lock that lets one thread at a time use it.
_open: dict[str, tuple[Any, Any]] = {}
_lock = threading.Lock()


def run_piece(key: str, code: str, work: bytes, task: Task) -> Answer:
    """All chunks of a task, run in this process; faults of the file are in the answer. `work` is a pickled `Work`, known by its `key`."""
    from dsl4bes.events.errors import EventFileError

    if code != code_digest():
        return Answer(
            (), stop=("a worker has another version of dsl4bes", "install the same one everywhere", "")
        )
    chunks: list[Chunk] = []
    with _lock:
        try:
            session, read = _session(key, work)
            for batch in read(task):
                chunks.append(session.process(batch))
        except EventFileError as error:
            return Answer(
                tuple(chunks), (FileFailure(error.path, error.reason, error.advice, _done(task, chunks)),)
            )
        except StopRun as error:
            return Answer((), stop=(str(error), error.advice, error.details))
        except RunError as error:
            if key not in _open:
                return Answer((), stop=(str(error), error.advice, error.details))
            return Answer(
                tuple(chunks), (FileFailure(task.path, str(error), error.advice, _done(task, chunks)),)
            )
    return Answer(tuple(chunks))


def _done(task: Task, chunks: list[Chunk]) -> int:
    return task.first + sum(chunk.events for chunk in chunks)


def _session(key: str, pickled: bytes) -> tuple[Any, Any]:
    """The job of this work, opened if another one or none is open."""
    if key not in _open:
        from dsl4bes.run.build import build_selection
        from dsl4bes.run.runner import needed_collections, open_session, read_task

        while _open:
            _open.popitem()[1][0].close()
        work: Work = pickle.loads(pickled)
        selection = build_selection(work.program, dict(work.package))
        needs = needed_collections(selection.sources, everything=work.settings.cross_check)
        session = open_session(selection, work.settings)
        _open[key] = (session, lambda task: read_task(task, work.settings.chunk, needs))
    return _open[key]
