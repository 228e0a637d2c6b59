"""Events that come twice, against a Python set; the judge remembers beside the package, and mistakes planted in the C++ are found."""

from __future__ import annotations

import numpy as np
import pytest
from mutants import differences
from running import run, vertices
from taken import taken

from dsl4bes.driver import compile_source
from dsl4bes.events.batch import Batch
from dsl4bes.run.build import build_selection
from dsl4bes.run.runner import Settings, run_selection
from dsl4bes.source import SourceFile

pytestmark = pytest.mark.cpp

REJECT = "event_selection do\n    require \"many\", n_neutral > 3\n    duplicates{}\nend\n"
REPORT = 'event_selection do\n    duplicates report: true\nend\nntuple("all") do\n    column new: first_time\nend\n'


def batches() -> list[Batch]:
    """Events in three batches, some of them again within a batch and some in a later one; equal numbers in other runs are other events."""
    whole = taken()
    first, second = whole.slice(0, 120), whole.slice(80, 200)
    twice = Batch.concatenate([whole.slice(190, 230), whole.slice(200, 210), whole.slice(0, 5)])
    return [first, second, twice]


def new_ones(limit: int = 10**9) -> np.ndarray:
    seen: set[tuple[int, int]] = set()
    found = []
    for batch in batches():
        for key in zip(batch["event.run"].tolist(), batch["event.number"].tolist(), strict=True):
            found.append(key not in seen)
            if len(seen) < limit:
                seen.add(key)
    return np.array(found)


def many() -> np.ndarray:
    return np.concatenate([np.asarray(batch["event.n_neutral"]) > 3 for batch in batches()])


@pytest.mark.parametrize("limit", [None, 150])
def test_an_event_passes_once(limit):
    """Events that an earlier cut rejects are remembered as well."""
    text = REJECT.format("" if limit is None else f" max: {limit}")
    ran = run(text, batches())
    new = new_ones(limit or 10**9)
    assert (~new).sum() > 30 and many().any() and not many().all()
    assert (ran.flag("duplicates") == (many() & new)).all()
    assert f"events met before in this job: {(~new).sum()}" in ran.log
    assert ("not remembered" in ran.log) == (limit is not None)


def test_they_may_be_reported_only():
    ran = run(REPORT, batches())
    assert (ran.tables["all"]["new"] == new_ones()).all()
    assert ran.cuts == []
    assert f"events met before in this job: {(~new_ones()).sum()}" in ran.log


def test_a_run_meets_all_events_in_one_job():
    """Whatever number of processes is asked for: two jobs would each take an event that is in both of their files for new."""
    made = compile_source(SourceFile("rule.bes", REPORT))
    assert made.program is not None
    settings = Settings(processes=2, vertex=vertices(batches()), keep=None)
    result = run_selection(build_selection(made.program, made.files), None, batches(), settings)
    assert result.processes == 1
    assert (np.asarray(result.tables["all"]["new"]) == new_ones()).all()


def test_the_limit_is_a_property():
    ran = run(REPORT, batches(), options={"duplicates_max": "100"})
    assert (ran.tables["all"]["new"] == new_ones(100)).all()


MUTANTS = {
    "events by number only": ("number(ctx.run, ctx.event)", "number(0, ctx.event % 1000)"),
    "nothing remembered": ("m_seen.insert(number);", ""),
    "one more than the limit": ("< double(m_duplicates_max)", "<= double(m_duplicates_max)"),
}


@pytest.mark.parametrize("name", list(MUTANTS))
def test_mutant_is_found(name):
    """The limit is such that the first event which is not remembered comes again."""
    limit = next(i for i in range(190, 200) if taken()["event.n_neutral"][i] > 3)
    text = REJECT.format(f" max: {limit}")
    assert differences(text, batches(), None) == 0
    assert differences(text, batches(), MUTANTS[name]) > 0, f"nothing noticed: {name}"
