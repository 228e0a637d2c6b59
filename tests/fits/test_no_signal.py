"""A yield that ends at 0: no result, but its upper limit is one where it was asked for. Everything else at a limit is an error as before.

In: results as a macro writes them; a search without a signal in the real ROOT. Out: assertions on words, JSON and exit statuses.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dsl4bes.cli.fit import as_data, report
from dsl4bes.fitting.results import read
from dsl4bes.fitting.run import FitRun
from dsl4bes.fitting.show import text
from dsl4bes.root.find import find_root
from dsl4bes.unknown.trouble import Trouble

SEARCH = """fit("search") do
    data  "hole.root", tree: "t", branch: "m"
    range 0.105..0.165
{asked}    signal gaussian do
        mean  0.12, fixed: true
        sigma 0.002, fixed: true
    end
    background chebyshev do
        order 1
    end
end
"""


def parameter(value, error, at_limit):
    return {"value": value, "error": error, "unit": "", "at_limit": at_limit}


def result(limit=15.9, signal=(1e-3, 4.3, True), background=(2950.0, 54.0, False), status=0, quality=3):
    found = {"fit": "search", "valid": False, "status": status, "covariance_quality": quality, "minimum": -1.0}
    found["parameters"] = {"background.yield": parameter(*background), "signal.yield": parameter(*signal)}
    if limit != "not asked":
        found["upper_limit signal.yield"] = {"level": 0.9, "limit": limit}
    return read(json.dumps(found))


def said(found, capsys):
    status = report([FitRun("search", found, "", (), 1.0)], quiet=False)
    return status, capsys.readouterr()


def test_the_upper_limit_of_a_yield_at_0_is_a_result(capsys):
    found = result()
    assert found.no_signal == ("signal.yield",) and found.answers and not found.valid
    assert text(found).startswith("search: NO SIGNAL (signal.yield at its limit 0: the upper limit is the result)\n") and "upper limit of signal.yield: 15.9 at 0.9" in text(found)
    status, printed = said(found, capsys)
    assert status == 0 and "warning[BES0791]" in printed.err and "error" not in printed.err.replace("value and error are none", "")
    data = as_data(FitRun("search", found, "", (), 1.0))
    assert (data["valid"], data["no_signal"], data["upper_limit signal.yield"]["limit"]) == (False, ["signal.yield"], 15.9)


WITHOUT = {
    "the limit was not asked for": (result(limit="not asked"), "BES0771"),
    "there is no limit": (result(limit=None), "BES0771"),
    "at its upper end": (result(limit=400.0, signal=(300.0, 20.0, True)), "BES0771"),
    "another one is at a limit, too": (result(background=(0.0, 1.0, True)), "BES0771"),
    "only another one is at a limit": (result(signal=(5.0, 4.3, False), background=(0.0, 1.0, True)), "BES0771"),
    "the minimiser failed": (result(status=4), "BES0770"),
    "the covariance is not accurate": (result(quality=2), "BES0770"),
}


@pytest.mark.parametrize("why", WITHOUT)
def test_everything_else_is_an_error(why, capsys):
    found, code = WITHOUT[why]
    assert found.no_signal == () and not found.answers and "NO RESULT" in text(found)
    status, printed = said(found, capsys)
    assert status == 1 and f"error[{code}]" in printed.err and "BES0791" not in printed.err


def test_a_valid_fit_is_no_case_of_it():
    found = replace(result(signal=(40.0, 9.0, False)), valid=True)
    assert found.no_signal == () and found.answers and text(found).startswith("search\n")


@pytest.mark.slow
def test_a_search_that_finds_nothing(tmp_path):
    """The limit is that of the integrated likelihood: 90 % of its area from 0."""
    uproot = pytest.importorskip("uproot")
    try:
        find_root()
    except Trouble as trouble:
        pytest.skip(trouble.message)
    random = np.random.default_rng(23)
    mass = random.uniform(0.105, 0.165, 3000)
    with uproot.recreate(tmp_path / "hole.root") as file:
        file.mktree("t", {"m": "f8"}).extend({"m": mass[(abs(mass - 0.12) > 0.002) | (random.uniform(size=3000) < 0.7)]})
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}

    def run(asked, *flags):
        (tmp_path / "search.bes").write_text(SEARCH.format(asked=asked))
        command = [sys.executable, "-m", "dsl4bes", "fit", str(tmp_path / "search.bes"), "--data", str(tmp_path), "-o", str(tmp_path / "out"), *flags]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    done = run("    upper_limit 90 %\n", "--json", "--cross-check")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)
    assert (found["valid"], found["no_signal"], found["parameters"]["signal.yield"]["at_limit"]) == (False, ["signal.yield"], True)
    assert found["cross_check"]["made"] is False
    limit = found["upper_limit signal.yield"]
    yields, likelihoods = np.array(limit["yields"]), np.array(limit["likelihoods"])
    area = np.concatenate([[0], np.cumsum(0.5 * np.diff(yields) * (likelihoods[1:] + likelihoods[:-1]))])
    assert np.interp(limit["limit"], yields, area) == pytest.approx(0.9 * area[-1], rel=2e-3) and 5 < limit["limit"] < 40
    refused = run("")
    assert refused.returncode == 1 and "BES0771" in refused.stderr and "upper_limit 90 %" in refused.stderr
