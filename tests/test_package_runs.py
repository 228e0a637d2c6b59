"""Generated packages run: real events, everything a program can contain, two instances, no vertex, limits of arrays."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import ir_samples
import pytest
import semantics_samples
from standin_tools import have_toolchain

from dsl4bes.cpp.from_ir import lower
from dsl4bes.cpp.render import render
from dsl4bes.ir.program import Program

np = pytest.importorskip("numpy")
pytestmark = [pytest.mark.cpp, pytest.mark.skipif(not have_toolchain(), reason="no g++ or no CLHEP")]

DATA = Path(__file__).parents[1] / "../shared/data"
DECAY = "J/psi -> pi+ pi- (pi0 -> gam gam)"


@pytest.fixture(scope="module")
def ten():
    pytest.importorskip("pybes3")
    from dsl4bes.events.sources import open_events

    path = DATA / "test_full_mc_evt_1.dst"
    if not path.exists():
        pytest.skip("the ten real events are not beside this checkout")
    (batch,) = open_events([str(path)])
    return batch


@lru_cache(maxsize=2)
def toys(seed: int = 7, n: int = 150):
    from dsl4bes.events.toy import ToyOptions, toy_events

    return toy_events(DECAY, n, seed, options=ToyOptions(extra_photons=2.0, tof_missing=0.2, split_offs=0.4))


def package(program: Program, template_dir=None) -> tuple[Path, str]:
    """The built library and the name of the algorithm."""
    from dsl4bes.standin.build import build_package

    model = lower(program)
    files = render(model, template_dir)
    return build_package(
        {path.removeprefix(f"{model.folder}/"): text for path, text in files.items()}
    ), model.algorithm


def job(program: Program, instances: dict[str, str] | None = None, vertex: bool = True, template_dir=None):
    """An initialised job; `instances`: name → further options."""
    from dsl4bes.run.job import Job
    from dsl4bes.standin.build import build_library

    library, algorithm = package(program, template_dir)
    made = Job(build_library())
    made.load(library)
    for instance, options in (instances or {algorithm: ""}).items():
        made.options(f"{instance}.record_events = true;\n{options}\n")
        made.algorithm(algorithm, instance)
    made.vertex(0, vertex, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    made.initialize()
    return made


def passed(tuples, instance: str):
    counts, flat = tuples[f"FILE1/{instance}_events"]["passed"]
    return np.asarray(flat).reshape(len(counts), -1)


def cuts(program: Program) -> list[str]:
    return [cut.key for cut in lower(program).cuts]


def test_ten_real_events_give_the_cut_flow_of_boss(ten):
    """10 → 8 → 7 → 7: two good tracks of net charge 0, two photons, one pi+ and one pi- (data README)."""
    program = semantics_samples.rhopi()
    made = job(program)
    assert made.process(ten) == 10
    flow = dict(zip(cuts(program), passed(made.tuples(), "RhoPi").sum(axis=0), strict=True))
    wanted = {
        "charged_tracks.ngood": 8,
        "charged_tracks.net_charge": 8,
        "photons.ngam": 7,
        "pid.npip": 7,
        "pid.npim": 7,
    }
    assert {key: flow[key] for key in wanted} == wanted
    assert flow["fit4c.chi2"] >= 5


def test_finalize_prints_the_same_cut_flow(ten):
    program = semantics_samples.rhopi()
    made = job(program)
    made.process(ten)
    flow = passed(made.tuples(), "RhoPi").sum(axis=0)
    made.finalize()
    log = "\n".join(made.messages())
    for cut, count in zip(lower(program).cuts, flow, strict=True):
        assert f"{cut.key}: {count}\n" in log + "\n"


@pytest.mark.parametrize("hostile", [False, True])
def test_everything_runs_on_random_events(hostile):
    from dsl4bes.events.toy import random_batch

    made = job(ir_samples.everything(hostile))
    batch = random_batch(11, 80)
    assert made.process(batch) == 80
    made.finalize()


def test_everything_agrees_with_the_judge():
    """Every primitive, expression and function, event by event and number by number."""
    from dsl4bes.run.build import build_selection
    from dsl4bes.run.runner import Settings
    from dsl4bes.run.session import JobSession

    program = ir_samples.everything()
    session = JobSession(build_selection(program, render(lower(program))), Settings(cross_check=True))
    chunk = session.process(toys())
    report = chunk.cross_check
    assert report is not None and report.events == 150 and not report.skipped, report
    assert report.count == 0, report.differences
    assert chunk.tables["values"].rows > 30
    refilled = chunk.records.passed[:, cuts(program).index("again_few")]
    assert 0 < refilled.sum() < chunk.records.passed[:, cuts(program).index("asked")].sum()


def test_two_instances_count_and_write_for_themselves():
    program = semantics_samples.rhopi(fit5c=False)
    made = job(program, {"Nominal": "", "Tight": "Tight.fit4c_chi2 = 5.0;"})
    made.process(toys())
    tuples = made.tuples()
    nominal, tight = (passed(tuples, name).sum(axis=0) for name in ("Nominal", "Tight"))
    assert (nominal[:-1] == tight[:-1]).all()
    assert 0 < tight[-1] < nominal[-1]
    rows = {name: len(tuples[f"FILE1/{name}_rhopi"]["run"]) for name in ("Nominal", "Tight")}
    assert rows == {"Nominal": nominal[-1], "Tight": tight[-1]}
    histograms = made.histograms()
    sums = {
        name: sum(h.contents.sum() for key, h in histograms.items() if key.endswith(f"{name}_m_gg"))
        for name in rows
    }
    assert sums == {name: float(count) for name, count in rows.items()}
    made.finalize()
    log = "\n".join(made.messages())
    assert f"accepted: {nominal[-1]}" in log and f"accepted: {tight[-1]}" in log


def test_alone_or_beside_another_instance_is_the_same():
    """Nothing static is left behind by one instance for the other (hypothesis of tracks, settings of fitters)."""
    program = semantics_samples.rhopi(fit5c=False)
    alone, both = job(program, {"A": ""}), job(program, {"B": "", "A": ""})
    for made in (alone, both):
        made.process(toys())
    first, second = alone.tuples(), both.tuples()
    for column, values in first["FILE1/A_rhopi"].items():
        other = second["FILE1/A_rhopi"][column]
        pairs = zip(values, other, strict=True) if isinstance(values, tuple) else [(values, other)]
        for one, two in pairs:
            assert np.array_equal(one, two), column


def test_invalid_vertex_has_a_line_of_its_own():
    made = job(semantics_samples.rhopi(fit5c=False), vertex=False)
    made.process(toys())
    record = made.tuples()["FILE1/RhoPi_events"]
    assert not np.asarray(record["vertex_valid"]).any()
    assert not np.asarray(record["passed"][1]).any()
    made.finalize()
    assert "without a valid vertex: 150" in "\n".join(made.messages())


def test_arrays_keep_the_highest_energies_and_count_the_rest():
    program = semantics_samples.rhopi(fit5c=False)
    wide, narrow = job(program), job(program, {"RhoPi": "RhoPi.rhopi_e_gam_max = 2;"})
    for made in (wide, narrow):
        made.process(toys())
    (counts, values), (short, kept) = (made.tuples()["FILE1/RhoPi_rhopi"]["e_gam"] for made in (wide, narrow))
    assert counts.max() > 2 and short.max() == 2
    starts, begins = np.cumsum(counts) - counts, np.cumsum(short) - short
    for start, count, begin, number in zip(starts, counts, begins, short, strict=True):
        energies = values[start : start + count]
        highest = np.sort(energies)[::-1][:number]
        assert list(kept[begin : begin + number]) == [e for e in energies if e in highest]
    narrow.finalize()
    log = "\n".join(narrow.messages())
    assert f"entries of e_gam above the maximum, left out: {int((counts - short).sum())}" in log


def test_photon_cap_counts_what_it_leaves_out():
    program = semantics_samples.rhopi(fit5c=False)
    made = job(program, {"RhoPi": "RhoPi.fit4c_max_photons = 2;"})
    made.process(toys())
    made.finalize()
    log = "\n".join(made.messages())
    assert "fit4c: photons of gam above the limit, left out: " in log


def test_maximum_of_zero_is_refused():
    from dsl4bes.run.job import JobError

    with pytest.raises(JobError):
        job(semantics_samples.rhopi(fit5c=False), {"RhoPi": "RhoPi.rhopi_e_gam_max = 0;"})


def test_event_without_reconstruction_is_counted():
    from dsl4bes.events.batch import Batch

    made = job(replace(semantics_samples.rhopi(fit5c=False)))
    empty = Batch.build(3, {}, {})
    assert made.process(empty) == 3
    assert len(made.tuples()["FILE1/RhoPi_events"]["run"]) == 3
