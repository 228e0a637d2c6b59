"""Runs one asynchronous piece of work to its end, or until its time is up, from ordinary code.

In: a coroutine, seconds. Out: its result; `TimeoutError` when the time is up, wherever the work hangs (a name that is looked up, a
server that sends a byte a minute). It works within a running event loop (a notebook), too. An interrupt ends the work.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")
_GRACE = 1.0  # for what the work does when it is cancelled


def run_bounded(work: Coroutine[Any, Any, T], seconds: float) -> T:
    """The result of `work`, in a thread of its own with a loop of its own."""
    result: Future[T] = Future()
    stop = threading.Event()
    thread = threading.Thread(target=_run, args=(work, seconds, result, stop), daemon=True, name="dsl4bes-request")
    thread.start()
    try:
        return result.result(seconds + _GRACE)
    except concurrent.futures.TimeoutError:
        raise TimeoutError from None
    finally:
        stop.set()


def _run(work: Coroutine[Any, Any, T], seconds: float, result: Future[T], stop: threading.Event) -> None:
    async def watched() -> T:
        task = asyncio.ensure_future(work)
        watcher = asyncio.ensure_future(_cancel_when(stop, task))
        try:
            return await asyncio.wait_for(task, seconds)
        finally:
            watcher.cancel()

    try:
        value = asyncio.run(watched())
    except asyncio.TimeoutError:
        result.set_exception(TimeoutError())
    except BaseException as error:  # noqa: BLE001  handed to the caller, whatever it is
        if not result.done():
            result.set_exception(error)
    else:
        result.set_result(value)


async def _cancel_when(stop: threading.Event, task: asyncio.Future[T]) -> None:
    """The caller has gone (an interrupt): the work is not needed any more."""
    while not stop.is_set():
        await asyncio.sleep(0.1)
    task.cancel()
