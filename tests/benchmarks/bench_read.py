"""How fast DST files are read, against a plain pybes3 loop over the same branches (run by hand, not by the
suite).

In: a DST file (default: the rho pi sample) and how often it is read. Out: milliseconds per file, and the
ratio. `python tests/benchmarks/bench_read.py [FILE] [TIMES]`
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from dsl4bes.events import open_events
from dsl4bes.events.columns import BY_NAME, COLLECTIONS, OPTIONAL
from dsl4bes.events.dst import read_dst
from dsl4bes.events.sample import sample_path
from dsl4bes.events.toy import toy_batches

HEADER = ("m_runId", "m_eventId", "m_time", "m_eventTag", "m_flag1", "m_flag2")


def plain(path: str) -> int:
    """What an analyst would write: every branch that we read, as awkward arrays."""
    import pybes3  # noqa: F401
    import uproot

    tree = uproot.open(path)["Event"]
    branches = {c.branch for c in COLLECTIONS if c.name not in OPTIONAL | {"event"}}
    for name in (
        *(f"TEvtHeader/{member}" for member in HEADER),
        "TEvtRecObject/m_evtRecEvent",
        *sorted(branches),
    ):
        tree[name].array()
    return int(tree.num_entries)


def ours(path: str) -> int:
    return sum(batch.n_events for batch in read_dst(path, needs=set(BY_NAME) - OPTIONAL))


def milliseconds(work, path: str, times: int) -> float:
    work(path)  # imports and caches
    begin = time.perf_counter()
    for _ in range(times):
        work(path)
    return 1000 * (time.perf_counter() - begin) / times


def main() -> None:
    path = sys.argv[1] if len(sys.argv) > 1 else str(sample_path())
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    loop, batches = milliseconds(plain, path, times), milliseconds(ours, path, times)
    print(f"plain pybes3 loop   {loop:8.2f} ms a file")
    print(f"read_dst            {batches:8.2f} ms a file, {batches / loop:.2f} of the plain loop")
    with tempfile.TemporaryDirectory() as folder:
        listing = Path(folder) / "files.txt"
        listing.write_text(f"{Path(path).resolve()}\n" * times)
        begin = time.perf_counter()
        events = sum(batch.n_events for batch in open_events(listing))
        seconds = time.perf_counter() - begin
    print(f"list of {times} files   {1000 * seconds / times:8.2f} ms a file, {events / seconds:.0f} events/s")
    begin = time.perf_counter()
    events = sum(batch.n_events for batch in toy_batches("J/psi -> pi+ pi- (pi0 -> gam gam)", 10_000, 1))
    print(f"toy events          {events / (time.perf_counter() - begin):8.0f} events/s")
    print(f"memory              {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB at most")


if __name__ == "__main__":
    main()
