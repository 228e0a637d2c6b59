"""The tutorial's analysis, written by hand as a BOSS package, on the ten real events: the numbers BOSS 7.0.4 gives."""

from __future__ import annotations

import numpy as np
import pytest
from standin_tools import DATA, RHOPI, have_toolchain

from dsl4bes.run.job import Job
from dsl4bes.standin.build import build_library, build_package

EVENTS = DATA / "test_full_mc_evt_1.dst"
pytestmark = [
    pytest.mark.skipif(not have_toolchain(), reason="no C++ compiler or CLHEP"),
    pytest.mark.skipif(not EVENTS.exists(), reason="the ten real events are not here"),
]

#: |Vr|, Vz in cm of the 19 charged tracks (data/README.md).
APPROACH = """0.0342 0.378; 4.256 18.892; 0.2749 -0.1355; 0.1816 -0.6606; 0.1008 6.4869; 0.1922 1.0063; 0.1375 0.4224;
0.1845 0.5609; 0.2127 1.0836; 0.3592 0.8870; 0.0606 0.6385; 0.0432 -0.1083; 0.3032 -0.2848; 0.2793 0.5630; 0.2136 0.5914;
0.1484 -0.3545; 0.2175 -0.3032; 0.1766 -1.5733; 0.5414 -2.2085"""
#: Momentum, cos theta, TOF1 chi, TOF2 chi of the 14 pions; 99 = none.
PIONS = """0.8865 0.7515 -2.094 -0.842; 0.8130 -0.0984 0.395 -0.591; 0.8114 -0.5210 0.127 -1.145; 0.8701 0.4560 0.427 0.554;
1.4605 -0.4485 0.775 -1.376; 1.0942 0.3931 -1.530 0.951; 1.3244 -0.0733 1.807 0.428; 0.5786 0.7204 1.822 -1.113;
1.2480 -0.1416 0.388 -1.028; 0.3590 0.7994 99 99; 0.7100 0.1990 99 99; 1.4064 0.4037 -0.178 -0.299;
1.4606 -0.6674 0.245 -0.105; 0.8909 0.8112 -2.043 99"""
OPTIONS = """
// Two instances of one class in a job.
ApplicationMgr.DLLs   += { "RhopiTest" };
ApplicationMgr.TopAlg += { "RhopiTest", "RhopiTest/Wide" };
Wide.Vr0cut = 8;  /* cm */
Wide.Vz0cut = 30.;
"""


def table(text: str) -> np.ndarray:
    return np.array([[float(word) for word in row.split()] for row in text.replace("\n", " ").split(";")])


@pytest.fixture(scope="module", params=["c++98", "c++17"])
def finished(request):
    from dsl4bes.events.dst import read_dst

    with Job(build_library()) as job:
        job.load(build_package(RHOPI, request.param))
        job.options(OPTIONS)
        job.vertex(0, True, (0, 0, 0), (0.01, 0.01, 0.1))
        job.initialize()
        assert sum(job.process(batch) for batch in read_dst(EVENTS, chunk=4)) == 10
        tuples = job.tuples()
        job.finalize()
        yield tuples, job.messages()


def test_cut_flow_is_the_reference(finished):
    _, messages = finished
    assert next(line for line in messages if "cut flow" in line and line.startswith("RhopiTest")).endswith(
        "10 8 7 7 7 5"
    )


def test_second_instance_has_its_own_cuts_and_tuples(finished):
    tuples, messages = finished
    assert next(line for line in messages if line.startswith("Wide") and "cut flow" in line).endswith(
        "10 9 8 7 7 5"
    )
    assert len(tuples["FILE1/Wide_pid"]["prob"]) == 15
    assert len(tuples["FILE1/RhopiTest_pid"]["prob"]) == 14


def test_closest_approaches(finished):
    rows = finished[0]["FILE1/RhopiTest_vxyz"]
    wanted = table(APPROACH)
    assert np.allclose(np.column_stack([rows["vr0"], rows["vz0"]]), wanted, atol=6e-4, rtol=0)


def test_identification_of_the_pions(finished):
    rows = finished[0]["FILE1/RhopiTest_pid"]
    ours = np.column_stack([rows[name] for name in ("ptrk", "cost", "tof1", "tof2")])
    assert np.allclose(ours, table(PIONS), atol=6e-4, rtol=0)
    assert np.all(rows["tofe"] == 99)
    assert np.all((rows["prob"] > 0.001) & (rows["prob"] < 1))


def test_fits_are_sensible(finished):
    rows = finished[0]["FILE1/RhopiTest_fit4c"]
    assert np.all(rows["run"] == -9989)
    assert np.all(rows["chi2"] < 200) and np.median(rows["chi2"]) < 10
    assert abs(np.median(rows["mgg"]) - 0.135) < 0.003
    counts, energies = rows["egam"]
    assert (
        counts.tolist() == rows["ngam"].tolist() and len(energies) == counts.sum() and np.all(energies > 0.04)
    )


def test_both_standards_give_the_same_numbers():
    from dsl4bes.events.dst import read_dst

    results = []
    for standard in ("c++98", "c++17"):
        with Job(build_library()) as job:
            job.load(build_package(RHOPI, standard))
            job.algorithm("RhopiTest")
            job.vertex(0, True, (0, 0, 0), (0.01, 0.01, 0.1))
            job.initialize()
            for batch in read_dst(EVENTS):
                job.process(batch)
            results.append(job.tuples()["FILE1/RhopiTest_fit4c"]["chi2"].tolist())
    assert results[0] == results[1]
