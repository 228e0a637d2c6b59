"""Two stages at once: all results, failures of either, and what is finished after one."""

from __future__ import annotations

import threading
import time

import pytest

from dsl4bes.evaluation.stages import in_stages


def test_both_stages_work_at_the_same_time():
    seen: list[str] = []

    def first(item: int) -> int:
        time.sleep(0.02)
        seen.append("first")
        return item

    def second(item: int) -> int:
        seen.append("second")
        return item * item

    assert sorted(in_stages(list(range(20)), first, second, 2, 1)) == [n * n for n in range(20)]
    assert "second" in seen[:10]


def test_no_more_at_once_than_was_said():
    now, most, lock = [0], [0], threading.Lock()

    def first(item: int) -> int:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.01)
        with lock:
            now[0] -= 1
        return item

    assert len(list(in_stages(list(range(30)), first, lambda item: item, 3, 3))) == 30
    assert most[0] == 3
    assert list(in_stages([], first, lambda item: item, 3, 3)) == []


def test_what_was_made_before_a_failure_is_finished_and_given():
    def first(item: int) -> int:
        if item == 3:
            raise ConnectionError("the server has gone")
        return item

    got = []
    with pytest.raises(ConnectionError, match="gone"):
        for result in in_stages(list(range(10)), first, lambda item: (time.sleep(0.05), item)[1], 1, 1):
            got += [result]
    assert got == [0, 1, 2]


def test_a_failure_of_the_second_stage_is_raised():
    def second(item: int) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(in_stages([1, 2], lambda item: item, second, 1, 1))
