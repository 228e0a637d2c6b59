"""Worker processes: each holds one C++ job, reads its own pieces of input, and sends back what came out.

In: a way to open a session (the C++ job), a way to read a task, the tasks. Out: `Chunk`s in the order of the tasks.
A crash of the C++ code ends one process: its task becomes a failure, a new process goes on with the others. Only a bounded
number of results waits for its turn, so memory does not grow with the events. Nothing is printed here.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

from dsl4bes.run.errors import FileFailure, RunError, StopRun
from dsl4bes.run.results import Chunk
from dsl4bes.run.tasks import Task

#: Tasks that may be ahead of the first unfinished one, per process.
AHEAD = 4
#: Processes that may die before the run gives up: a selection that crashes on every file.
MAX_CRASHES = 10


class Session(Protocol):
    """An open C++ job."""

    def process(self, batch: Any) -> Chunk: ...

    def close(self) -> tuple[str, ...]:
        """Finalise; returns the log lines of the job."""
        ...


Open = Callable[[], Session]
Read = Callable[[Task], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Finished:
    """All of a task has been delivered."""

    task: Task
    failures: tuple[FileFailure, ...] = ()


Event = Chunk | Finished


def run_tasks(
    tasks: Iterable[Task], open_session: Open, read: Read, processes: int, log: Callable[[str], None]
) -> Iterator[Event]:
    """Chunks and ends of tasks, in the order of the tasks. Raises `RunError` if a session cannot be opened."""
    pool = _Pool(open_session, read, max(1, processes), log)
    try:
        yield from pool.run(tasks)
    finally:
        pool.stop()


@dataclass(slots=True)
class _Worker:
    process: Any
    connection: Connection
    task: Task | None = None
    done: int = 0  #: events of its task that came back


@dataclass(slots=True)
class _Pool:
    open_session: Open
    read: Read
    processes: int
    log: Callable[[str], None]
    workers: list[_Worker] = field(default_factory=list)
    waiting: dict[int, list[Event]] = field(default_factory=dict)
    finished: set[int] = field(default_factory=set)
    turn: int = 0
    crashes: int = 0

    def run(self, tasks: Iterable[Task]) -> Iterator[Event]:
        source = iter(tasks)
        pending: Task | None = next(source, None)
        while pending is not None or any(worker.task for worker in self.workers):
            while pending is not None and pending.index < self.turn + AHEAD * self.processes:
                worker = self._idle()
                if worker is None:
                    break
                worker.task, worker.done = pending, 0
                self.waiting.setdefault(pending.index, [])
                worker.connection.send(pending)
                pending = next(source, None)
            self._receive()
            yield from self._in_turn()
        for worker in self.workers:
            worker.connection.send(None)
        while self.workers:
            self._receive()

    def stop(self) -> None:
        for worker in self.workers:
            worker.process.terminate()
            worker.process.join()
            worker.connection.close()
        self.workers.clear()

    def _idle(self) -> _Worker | None:
        for worker in self.workers:
            if worker.task is None:
                return worker
        return self._start() if len(self.workers) < self.processes else None

    def _start(self) -> _Worker:
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        others = [worker.connection for worker in self.workers]
        process = context.Process(
            target=_work, args=(theirs, [*others, ours], self.open_session, self.read), daemon=True
        )
        with warnings.catch_warnings():
            # Python 3.12 warns of forking with threads; the only ones are idle numeric libraries, no file is open yet
            warnings.simplefilter("ignore", DeprecationWarning)
            process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self.workers.append(worker)
        return worker

    def _receive(self) -> None:
        busy = {worker.connection: worker for worker in self.workers}
        for connection in wait(list(busy)):
            worker = busy[connection]  # type: ignore[index]
            try:
                kind, content = worker.connection.recv()
            except (EOFError, ConnectionResetError):
                self._died(worker)
                continue
            self._take(worker, kind, content)

    def _take(self, worker: _Worker, kind: str, content: Any) -> None:
        task = worker.task
        if kind == "chunk" and task is not None:
            worker.done += content.events
            self.waiting[task.index].append(content)
        elif kind == "finished" and task is not None:
            self._finish(worker, task, content)
        elif kind == "log":
            for line in content:
                self.log(line)
        elif kind in ("cannot start", "stop"):
            raise RunError(*content)
        elif kind == "broken":
            raise RuntimeError(f"in a worker process:\n{content}")
        elif kind == "end":
            worker.process.join()
            worker.connection.close()
            self.workers.remove(worker)

    def _finish(self, worker: _Worker, task: Task, failures: tuple[FileFailure, ...]) -> None:
        self.waiting[task.index].append(Finished(task, failures))
        self.finished.add(task.index)
        worker.task = None

    def _died(self, worker: _Worker) -> None:
        worker.process.join()
        code = worker.process.exitcode or 0
        how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        task = worker.task
        self.workers.remove(worker)
        worker.connection.close()
        self.crashes += 1
        if task is None:
            raise RunError(
                f"a worker process ended before its first event ({how})", "run again with `--jobs 1`"
            )
        reason = f"the selection crashed ({how}) after event {task.first + worker.done} of the file"
        self._finish(
            worker, task, (FileFailure(task.path, reason, "see the log above", task.first + worker.done),)
        )
        if self.crashes > MAX_CRASHES:
            raise RunError(f"the selection crashed {self.crashes} times; the last time: {reason} {task.path}")

    def _in_turn(self) -> Iterator[Event]:
        while self.turn in self.waiting:
            yield from self.waiting[self.turn]
            self.waiting[self.turn].clear()
            if self.turn not in self.finished:
                return
            del self.waiting[self.turn]
            self.finished.discard(self.turn)
            self.turn += 1


# --- in the worker process ----------------------------------------------------------------------------------------


def _work(connection: Connection, others: list[Connection], open_session: Open, read: Read) -> None:
    """Main function of a worker: open the job, process tasks until None comes."""
    for other in others:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # and may have a handler of its own
    os.dup2(2, 1)  # what C++ prints goes to the error output: the standard output is the parent's
    try:
        session = open_session()
    except RunError as error:
        connection.send(("cannot start", (str(error), error.advice, error.details)))
        return
    except Exception:  # noqa: BLE001  a fault of ours: the parent turns it into an internal error
        connection.send(("broken", traceback.format_exc()))
        return
    try:
        while (task := connection.recv()) is not None:
            failures = _one(connection, session, read, task)
            connection.send(("finished", failures))
        connection.send(("log", session.close()))
        connection.send(("end", None))
    except StopRun as error:
        connection.send(("stop", (str(error), error.advice, error.details)))
    except (BrokenPipeError, ConnectionResetError, EOFError):
        pass  # the parent was killed: nobody waits for what is done here
    except Exception:  # noqa: BLE001  as above
        connection.send(("broken", traceback.format_exc()))
    finally:
        connection.close()
        sys.stderr.flush()


def _one(connection: Connection, session: Session, read: Read, task: Task) -> tuple[FileFailure, ...]:
    from dsl4bes.events.errors import EventFileError

    done = task.first
    try:
        for batch in read(task):
            chunk = session.process(batch)
            done += chunk.events
            connection.send(("chunk", chunk))
    except EventFileError as error:
        return (FileFailure(error.path, error.reason, error.advice, done),)
    except StopRun:
        raise
    except RunError as error:
        return (FileFailure(task.path, str(error), error.advice, done),)
    return ()
