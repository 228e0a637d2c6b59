"""Running: the one-time build, events per second and core, microseconds per 4C fit, and a list of many small files against a plain loop."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dsl4bes.driver import compile_source
from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import toy_events
from dsl4bes.run.build import build_selection
from dsl4bes.run.runner import Selection, Settings, available_cores, run_selection
from dsl4bes.run.session import JobSession
from dsl4bes.source import SourceFile

ROOT = Path(__file__).resolve().parents[2]
RHOPI = (ROOT / "examples/rhopi/rhopi.bes").read_text(encoding="utf-8")
TEN = ROOT.parent / "shared/data/test_full_mc_evt_1.dst"
EVENTS = 100_000

FIT4C = """
event_selection do
    charged_tracks do
        ngood == 2
        net_charge 0
    end
    photons do
        energy > 40 MeV
        ngam >= 2
    end
    assign do
        identify :pip, charge > 0
        identify :pim, charge < 0
        npip == 1
        npim == 1
    end
    vertex_fit(:vertex) do
        from pip, pim
    end
    FIT
end
"""
KINEMATIC = """
    kinematic_fit(:fit4c) do
        decay "J/psi -> pi+ pi- gam gam"
        from vertex, gam
        constrain :four_momentum
        choose :min_chi2
        chi2 < 200
    end
"""
HEAD = 'analysis "Bench" do\n    ecms 3.097 GeV\nend\n'


def selection(text: str) -> Selection:
    """A built program."""
    compilation = compile_source(SourceFile("bench.bes", text), until="text")
    if compilation.bag.has_errors or compilation.program is None:
        raise SystemExit("\n".join(item.message for item in compilation.bag))
    return build_selection(compilation.program, compilation.files)


def seconds(chosen: Selection, batch: Batch, events: int) -> tuple[float, int]:
    """Time of the event loop alone on one core, and the events selected; the batch is repeated."""
    session = JobSession(chosen, Settings())
    session.process(batch)
    started = time.perf_counter()
    passed = 0
    for _ in range(events // batch.n_events):
        chunk = session.process(batch)
        passed += int(chunk.records.passed[:, -1].sum()) if chunk.records is not None else 0
    return time.perf_counter() - started, passed


def combinations(batch: Batch) -> int:
    """4C fits in one pass over the batch: pairs of photons in the events that reach the fit, counted by the judge."""
    from dsl4bes.semantics.evaluate import evaluate

    program = selection(HEAD + FIT4C.replace("FIT", "")).program
    outcome = evaluate(program, batch)
    total = 0
    for i in range(batch.n_events):
        if outcome.passed[i, -1]:
            photons = min(len(outcome.lists(i)["gam"]), 20)
            total += photons * (photons - 1) // 2
    return total


def build_times() -> None:
    """Stand-in and package from nothing, then from the cache."""
    with tempfile.TemporaryDirectory() as folder:
        code = "import sys; sys.path.insert(0, sys.argv[1]); import events; events.selection(events.RHOPI)"
        for what in ("build from nothing", "build, cached"):
            started = time.perf_counter()
            environment = os.environ | {"DSL4BES_CACHE": folder}
            subprocess.run(
                [sys.executable, "-c", code, str(Path(__file__).parent)], check=True, env=environment
            )
            print(f"{what:24} {time.perf_counter() - started:10.1f} s")


def plain_loop(files: list[str]) -> float:
    """Seconds of a loop that reads the columns we read with pybes3, as an analyst would write it."""
    import pybes3  # noqa: F401
    import uproot

    from dsl4bes.events.columns import COLLECTIONS
    from dsl4bes.run.runner import needed_collections

    needed = needed_collections(selection(RHOPI).sources) or frozenset()
    branches = sorted({c.branch for c in COLLECTIONS if c.name in needed and c.name != "event"})
    header = ["TEvtHeader/m_runId", "TEvtHeader/m_eventId", "TEvtRecObject/m_evtRecEvent"]
    started = time.perf_counter()
    for file in files:
        with uproot.open(file) as root:
            tree = root["Event"]
            for name in header + branches:
                tree[name].array()
    return time.perf_counter() - started


def file_list(count: int) -> None:
    """The ten-event file many times, all cores, against the plain loop on one."""
    if not TEN.exists():
        print("list of small files      skipped: the ten real events are not here")
        return
    files = [str(TEN)] * count
    chosen = selection(RHOPI)
    plain_loop(files[:2])
    plain = plain_loop(files)
    started = time.perf_counter()
    result = run_selection(chosen, files, settings=Settings())
    ours = time.perf_counter() - started
    print(f"plain pybes3 loop        {plain:10.1f} s   {count} files of ten events")
    print(
        f"run, {available_cores()} cores             {ours:10.1f} s   {ours / plain:.2f} times the plain loop (aim 1.3); {result.events / ours:,.0f} events/s"
    )


def main() -> int:
    """Print the table; `--files N` sets how often the ten-event file is read."""
    count = int(sys.argv[sys.argv.index("--files") + 1]) if "--files" in sys.argv else 1000
    build_times()
    batch = toy_events("J/psi -> pi+ pi- (pi0 -> gam gam)", 2000, 11)
    with_fit, _ = seconds(selection(HEAD + FIT4C.replace("FIT", KINEMATIC)), batch, EVENTS)
    without, _ = seconds(selection(HEAD + FIT4C.replace("FIT", "")), batch, EVENTS)
    fits = combinations(batch) * (EVENTS // batch.n_events)
    print(f"event loop, no 4C fit    {EVENTS / without:10,.0f} events/s and core")
    print(f"event loop, 4C fits      {EVENTS / with_fit:10,.0f} events/s and core")
    print(f"4C fit                   {(with_fit - without) / fits * 1e6:10.1f} us  ({fits:,} fits, aim 20)")
    rhopi, _ = seconds(selection(RHOPI), batch, EVENTS)
    print(f"event loop, rhopi        {EVENTS / rhopi:10,.0f} events/s and core (vertex, 4C and 5C fits, PID)")
    file_list(count)
    return 0


if __name__ == "__main__":
    sys.exit(main())
