"""The fits are statistically right on toy events: chi2 probability flat, pulls of unit width, degrees of freedom.

Toys carry exactly the covariances they were smeared with (correlated helices, photon energies and angles), so every
deviation is the fit's.  2000 events per sample: the mean of a pull is known to 0.022, its width to 0.016.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

sys.path.insert(0, str(Path(__file__).resolve().parent / "reference"))
import driver
import toys

pytestmark = pytest.mark.skipif(not driver.compiler(), reason="no C++ compiler")

EVENTS = 2000
SMALLEST_P = 1.0e-3  # of the Kolmogorov test of a flat chi2 probability
WIDTH = 0.06
MEAN = 0.09
DEGREES = {
    "vertex": 1,
    "secondary_vertex": 2,
    "raw_kalman_4c": 4,
    "raw_classic_4c": 4,
    "raw_kalman_3c_momentum": 3,
    "raw_kalman_total_energy": 1,
    "raw_kalman_5c_pi0": 5,
    "raw_kalman_missing_direction": 3,
    "raw_kalman_1c_missing_pi0": 1,
    "kalman_4c": 4,
}
PHOTON_KINDS = tuple(kind for kind in DEGREES if "vertex" not in kind and "missing_pi0" not in kind)
KINEMATIC = (*PHOTON_KINDS, "raw_kalman_1c_missing_pi0")

Pairs = list[tuple[dict[str, Any], dict[str, Any]]]
Samples = dict[str, Pairs]


def _accepted(events: list[dict[str, Any]], results: driver.Results) -> Iterator[tuple[str, Pairs]]:
    for index, fit in enumerate(events[0]["fits"]):
        pairs = zip(events, results.fits, strict=True)
        yield fit["kind"], [(event, fits[index]) for event, fits in pairs if fits[index]["ok"]]


@pytest.fixture(scope="module")
def samples() -> Samples:
    pions = toys.three_pions(2, EVENTS, toys.Kinds(("raw_kalman_1c_missing_pi0",), PHOTON_KINDS))
    kaons = toys.kshort(1, EVENTS, toys.Kinds(("vertex", "secondary_vertex")))
    return {**dict(_accepted(pions, driver.run(pions))), **dict(_accepted(kaons, driver.run(kaons)))}


def _unit(pulls: Any, what: str) -> None:
    """Mean zero and width one, column by column; columns without a number are not defined for the fit."""
    table = np.asarray(pulls, dtype=float)
    for column in table.T:
        if np.isnan(column).all():
            continue
        assert abs(column.mean()) < MEAN, what
        assert abs(column.std() - 1) < WIDTH, what


@pytest.mark.slow
@pytest.mark.parametrize("kind", DEGREES)
def test_chi2_probability_is_flat(samples: Samples, kind: str) -> None:
    pairs = samples[kind]
    assert len(pairs) > 0.99 * EVENTS
    chi2 = np.array([fit["chi2"] for _, fit in pairs])
    n = DEGREES[kind]
    assert abs(chi2.mean() - n) < 4 * np.sqrt(2 * n / len(chi2))
    assert stats.kstest(stats.chi2.sf(chi2, n), "uniform").pvalue > SMALLEST_P
    # A fit with one degree more or less would be noticed.
    for other in (n - 1, n + 1):
        if other > 0:
            assert stats.kstest(stats.chi2.sf(chi2, other), "uniform").pvalue < 1e-9


@pytest.mark.parametrize("kind", KINEMATIC)
def test_momentum_pulls_have_unit_width(samples: Samples, kind: str) -> None:
    # The last four of the track's nine: px, py, pz, E before against after the fit.
    _unit([fit["pull1"][5:9] for _, fit in samples[kind]], kind)


@pytest.mark.parametrize("kind", PHOTON_KINDS)
def test_photon_pulls_have_unit_width(samples: Samples, kind: str) -> None:
    # A sum of energies says nothing about directions: only the third pull exists there.
    columns = slice(2, 3) if kind == "raw_kalman_total_energy" else slice(0, 3)
    _unit([fit["pull3"][columns] for _, fit in samples[kind]], kind)


@pytest.mark.parametrize("kind", KINEMATIC)
def test_fitted_covariance_describes_the_truth(samples: Samples, kind: str) -> None:
    diagonal = [0, 2, 5, 9]
    pulls = [
        (np.array(fit["p1"]) - event["truth"]["p"][0]) / np.sqrt([fit["Ew1"][i] for i in diagonal])
        for event, fit in samples[kind]
    ]
    _unit(pulls, kind)


def test_fit_improves_the_photon(samples: Samples) -> None:
    errors = {
        kind: np.std([fit["p3"][3] - event["truth"]["p"][2][3] for event, fit in samples[kind]])
        for kind in ("raw_kalman_4c", "raw_kalman_5c_pi0")
    }
    measured = np.std([
        event["showers"][0]["energy"] - event["truth"]["p"][2][3] for event, _ in samples["raw_kalman_4c"]
    ])
    assert errors["raw_kalman_5c_pi0"] < errors["raw_kalman_4c"] < 0.7 * measured


def test_vertex_and_flight_length_are_unbiased(samples: Samples) -> None:
    vertex = [
        (np.array(fit["vertex"]) - event["truth"]["vertex"]) / np.sqrt([fit["vertex_cov"][i] for i in (0, 2, 5)])
        for event, fit in samples["vertex"]
    ]
    _unit(vertex, "vertex")
    flight = samples["secondary_vertex"]
    _unit([[(f["decay_length"] - e["truth"]["length"]) / f["decay_length_error"]] for e, f in flight], "length")
    _unit([[(f["ctau"] - e["truth"]["ctau"]) / f["ctau_error"]] for e, f in flight], "ctau")


def test_virtual_particle_has_the_mass_and_momentum_of_the_kaon(samples: Samples) -> None:
    pulls = []
    for event, fit in samples["secondary_vertex"]:
        error = np.sqrt([fit["virtual_Ew"][i] for i in (0, 2, 5)])
        pulls.append((np.array(fit["virtual_w"][:3]) - event["truth"]["kaon"][:3]) / error)
    _unit(pulls, "virtual particle")
