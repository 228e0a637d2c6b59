"""`fit --cross-check`: what agrees passes, what differs is named, and what the judge cannot do is said and never passed.

In: fits of drawn data; results as ROOT would give them, made of the judge's own and then bent. Out: assertions on words and exit statuses. One test runs the command with the real ROOT.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("uproot", reason="the extra [fits] is not installed")
pytest.importorskip("iminuit", reason="the extra [fits] is not installed")

from dsl4bes.cli.fit_check import say
from dsl4bes.fitting import cross_check as module
from dsl4bes.fitting.cross_check import as_json, cross_check
from dsl4bes.fitting.independent import independent_fit
from dsl4bes.fitting.results import FitResult, Fitted
from dsl4bes.root.find import find_root
from dsl4bes.unknown.trouble import Trouble
from tests.fitting.judging import fit_of, tree

PEAK = """fit("peak") do
    data   "data.root", tree: "t", branch: "m"
    range  0..10
{more}    signal gaussian do
        mean  5, range: 4..6
        sigma 0.3, range: 0.1..1
    end
    background exponential do
        slope -0.2, range: -2..2
    end
end
"""
METHODS = {"extended": "", "chi2": "    method :chi2\n    bins 40\n", "minos": "    errors :minos\n"}
POINTS = """fit("line") do
    data  "points.csv", x: "x", y: "y", error: "dy"
    range 0..10
    component(:curve) polynomial do
        order 1
    end
end
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("checked")
    rng = np.random.default_rng(8)
    tree(made, m=np.concatenate([rng.normal(5, 0.3, 600), rng.exponential(4, 1500)]))
    rows = "".join(f"{x},{2 + 0.5 * x + rng.normal(0, 0.2):.4f},0.2\n" for x in range(1, 10))
    (made / "points.csv").write_text("x,y,dy\n" + rows)
    return made


@cache
def judged(method, folder):
    fit = fit_of(PEAK.format(more=METHODS[method]))
    return fit, independent_fit(fit, folder)


def as_root(method, folder, **bent):
    """A result as ROOT would give it, of the judge's numbers; `bent`: by how many errors a value is off."""
    fit, judge = judged(method, folder)
    parameters = tuple(Fitted(each.name, each.value + bent.get(each.name, 0.0) * each.error, each.error, "", each.low, each.high) for each in judge.parameters)
    return fit, FitResult("peak", True, 0, 3, judge.minimum, parameters, {"goodness": {}, "edm": 1e-9, "upper_limit signal.yield": {}})


@pytest.mark.parametrize("method", METHODS)
def test_the_same_result_agrees(method, folder, capsys):
    fit, result = as_root(method, folder, **{"signal.mean": 0.01})
    found = cross_check(fit, result, folder)
    assert found.agrees and len(found.parameters) == 5 and found.left == ("goodness", "upper limit")
    assert found.minimum.rise == pytest.approx(1e-4, rel=0.2)  # 0.01 errors of one parameter
    assert say(found, quiet=False) is False
    printed = capsys.readouterr().out
    assert "agrees in all 5 parameters (values to 0.02 of an error, errors to 2 %)" in printed and "+0.0100 errors" in printed and "not judged: goodness, upper limit" in printed


@pytest.mark.parametrize("name", ["signal.mean", "signal.yield", "background.slope"])
@pytest.mark.parametrize("method", METHODS)
def test_a_value_that_is_off_is_named(method, name, folder, capsys):
    fit, result = as_root(method, folder, **{name: -0.04})
    found = cross_check(fit, result, folder)
    assert not found.agrees and [each.macro.name for each in found.parameters if each.differs] == [name]
    assert say(found, quiet=True) is True
    said = capsys.readouterr()
    assert said.out == "" and "BES0790" in said.err and f"{name}: values differ by -0.04 of the error" in said.err


def test_errors_that_are_off_are_named(folder):
    fit, result = as_root("minos", folder)
    for change, words in (({"error": 1.03}, "errors by +3 %"), ({"error_low": 1.05}, "the lower errors differ by +5 %"), ({"error_high": 0.9}, "the upper errors differ by -10 %")):
        ((field, factor),) = change.items()
        bent = replace(result.parameters[0], **{field: getattr(result.parameters[0], field) * factor})
        found = cross_check(fit, replace(result, parameters=(bent, *result.parameters[1:])), folder)
        assert len(found.differences) == 1 and words in found.differences[0], found.differences


def test_another_chi2_is_named(folder):
    fit, result = as_root("chi2", folder)
    assert cross_check(fit, replace(result, minimum=result.minimum + 5e-4), folder).agrees
    (words,) = cross_check(fit, replace(result, minimum=result.minimum + 0.01), folder).differences
    assert words.startswith("the minimum of chi2 is")
    fit, result = as_root("extended", folder)  # a likelihood may lack constants
    assert cross_check(fit, replace(result, minimum=result.minimum + 100), folder).agrees


def test_what_is_no_number_differs(folder):
    """A comparison with nan is false, which must not mean that nothing differs."""
    fit, result = as_root("minos", folder)
    first, *others = result.parameters
    for field in ("value", "error", "error_low", "error_high"):
        found = cross_check(fit, replace(result, parameters=(replace(first, **{field: float("nan")}), *others)), folder)
        assert any(words.startswith(first.name) for words in found.differences), field
    fit, result = as_root("chi2", folder)
    (words,) = cross_check(fit, replace(result, minimum=float("nan")), folder).differences
    assert words.startswith("the minimum of chi2 is nan")
    (words,) = module._minima(replace(cross_check(fit, result, folder).minimum, rise=float("nan")), 0.02)
    assert "is worse by nan" in words


def test_small_steps_of_all_parameters_are_a_worse_likelihood_together(folder, monkeypatch):
    fit, result = as_root("extended", folder, **{"signal.yield": 0.15, "background.yield": 0.15, "signal.sigma": 0.15})
    monkeypatch.setattr(module, "VALUES", 0.2)  # each alone would be taken now
    monkeypatch.setattr("dsl4bes.fitting.compare.Difference.small", lambda *_: True)
    found = cross_check(fit, result, folder)
    assert len(found.differences) == 1 and "likelihood is worse by" in found.differences[0]


def test_a_parameter_that_only_one_floats_is_named(folder):
    fit, result = as_root("extended", folder)
    (words,) = cross_check(fit, replace(result, parameters=result.parameters[1:]), folder).differences
    assert words == f"only one of the two fits floats {result.parameters[0].name}"


def test_what_cannot_be_judged_is_said_and_does_not_pass(folder, capsys):
    fit, result = as_root("extended", folder)
    generated = fit_of(PEAK.format(more="").replace('"data.root", tree: "t", branch: "m"', ":generated, events: 1000"))
    cases = (
        (fit_of(POINTS), result, "curves and surfaces have no density"), (generated, result, "data that are generated are drawn by ROOT"),
        (fit, replace(result, valid=False), "ROOT has no valid result"), (fit, None, "ROOT has no valid result"),
        (fit_of(PEAK.format(more="").replace("mean  5, range: 4..6", "mean  4.5, range: 4.2..4.6")), result, "the judge finds no valid minimum: signal.mean at a limit"),
    )  # fmt: skip
    for case, given, words in cases:
        found = cross_check(case, given, folder)
        assert found.not_made == words and not found.agrees and found.parameters == ()
        data = as_json(found)
        assert (data["made"], data["agrees"], data["not_made"]) == (False, False, words)
        assert say(found, quiet=False) is False
        assert capsys.readouterr().out == f"  cross-check: not made; {words}\n\n"


def test_without_iminuit_it_says_what_to_install(folder, monkeypatch):
    fit, result = as_root("extended", folder)
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == "iminuit" else object())
    assert "the judge needs iminuit" in cross_check(fit, result, folder).not_made


def test_the_command_compares_and_says_what_it_cannot(folder, tmp_path):
    try:
        find_root()
    except Trouble as trouble:
        pytest.skip(trouble.message)
    program = tmp_path / "two.bes"
    program.write_text(PEAK.format(more=METHODS["chi2"]) + POINTS)
    command = [sys.executable, "-m", "dsl4bes", "fit", str(program), "--data", str(folder), "-o", str(tmp_path / "out"), "--cross-check"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    refused = subprocess.run([*command, "--macro"], capture_output=True, text=True, check=False, env=environment)
    assert refused.returncode == 2 and "--macro runs nothing" in refused.stderr
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    peak, line = (each["cross_check"] for each in json.loads(done.stdout))
    assert peak["agrees"] is True and peak["parameters"].keys() == {"signal.mean", "signal.sigma", "signal.yield", "background.slope", "background.yield"}
    assert peak["minimum"]["comparable"] is True and peak["minimum"]["root"] == pytest.approx(peak["minimum"]["judge"], abs=1e-3)
    assert (line["made"], line["agrees"]) == (False, False)
