"""The fitters of the stand-in agree with BOSS 7.0.4: on a sample in the repository and on all reference events.

The comparison itself is tested as well: a result that is wrong on purpose must make the command fail.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent / "reference"))
import compare_reference
import driver

HERE = Path(__file__).resolve().parent
SAMPLE = HERE / "reference" / "fixtures" / "boss_sample.jsonl.gz"
SHARED = HERE.parents[0] / ".." / "shared" / "data"
pytestmark = pytest.mark.skipif(not driver.compiler(), reason="no C++ compiler")


@pytest.fixture(scope="module")
def sample() -> tuple[list[driver.Event], driver.Results]:
    events = compare_reference.read(SAMPLE)
    return events, driver.run(events)


def failing(report: compare_reference.Report) -> list[tuple[str, str]]:
    """Kind and quantity of everything that is below the share of agreement."""
    return [key for key, tally in report.rows.items() if not tally.holds]


def test_every_case_of_the_sample_agrees(sample: tuple[list[driver.Event], driver.Results]) -> None:
    report = compare_reference.compare(*sample)
    assert {key for key, tally in report.rows.items() if tally.good < tally.n} == set()
    assert len({kind for kind, _ in report.rows}) > 20


@pytest.mark.parametrize("name", ["boss_reference.jsonl.gz", "boss_reference_cov.jsonl.gz"])
def test_all_limits_hold_on_the_reference_files(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    status = compare_reference.main([str(path)])
    output = capsys.readouterr().out
    assert status == 0, output
    assert output.splitlines()[-1].startswith("AGREES")


def shift_chi2(fit: dict) -> None:
    fit["chi2"] += max(0.03, 0.02 * fit["chi2"])


def shift_momentum(fit: dict) -> None:
    if "p1" in fit:
        fit["p1"][2] += 0.0005


def shift_vertex(fit: dict) -> None:
    if "vertex" in fit:
        fit["vertex"][0] += 0.002


def swap_errors(fit: dict) -> None:
    if "Ew1" in fit:
        fit["Ew1"][0], fit["Ew1"][5] = fit["Ew1"][5], fit["Ew1"][0]


def refuse(fit: dict) -> None:
    fit["ok"] = not fit["ok"]


def stretch_length(fit: dict) -> None:
    if "decay_length" in fit:
        fit["decay_length"] *= 1.002


@pytest.mark.parametrize("spoil", [shift_chi2, shift_momentum, shift_vertex, swap_errors, refuse, stretch_length])
def test_a_wrong_result_is_noticed(
    sample: tuple[list[driver.Event], driver.Results], spoil: Callable[[dict], None]
) -> None:
    events, results = sample
    wrong = copy.deepcopy(results)
    for fits in wrong.fits:
        for fit in fits:
            if fit["chi2"] is not None:
                spoil(fit)
    assert failing(compare_reference.compare(events, wrong))


def test_a_missing_number_is_a_difference(sample: tuple[list[driver.Event], driver.Results]) -> None:
    events, results = sample
    wrong = copy.deepcopy(results)
    for fits in wrong.fits:
        for fit in fits:
            fit.pop("Ew1", None)
            fit["chi2"] = None
    kinds = {quantity for _, quantity in failing(compare_reference.compare(events, wrong))}
    assert {"chi2", "Ew1"} <= kinds


def test_an_unreadable_file_has_its_own_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text('{"channel": 1', encoding="utf-8")
    assert compare_reference.main([str(path)]) == 2
    assert "broken.jsonl" in capsys.readouterr().err


def test_wrong_hypothesis_helix_is_noticed(sample: tuple[list[driver.Event], driver.Results]) -> None:
    """The kaon's helix under the pion hypothesis: chi2, momenta and covariances must show it."""
    events = copy.deepcopy(sample[0])
    for event in events:
        for track in event["charged"]:
            track["helix_pi"], track["cov_pi"] = track["helix_k"], track["cov_k"]
    wrong = driver.run(events)
    kinds = {key for key in failing(compare_reference.compare(sample[0], wrong))}
    assert ("vertex", "momenta") in kinds and ("kalman_4c", "chi2") in kinds
