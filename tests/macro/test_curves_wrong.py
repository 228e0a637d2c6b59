"""Fits of curves that cannot be, or have no result: what the compiler says, and what a macro says about its data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from curve_tools import objects, run, said, table

LINE = 'fit("line") do\n    data "points.csv", x: "x", y: "y", error: "e"\n    range 0..10\n    {more}\n    component {shape} do\n{lines}\n    end\nend\n'
SURFACE = 'fit("surface") do\n    data {data}\n    range 0..10\n    range_y 0..5\n    {more}\n    signal {shape} do\n{lines}\n    end\nend\n'


def line(more: str = "", shape: str = "polynomial", lines: str = "") -> str:
    return LINE.format(more=more, shape=shape, lines=lines)


def surface(data: str = '"h.root", histogram: "h"', more: str = "", shape: str = "gaussian_2d", lines: str = "") -> str:
    return SURFACE.format(data=data, more=more, shape=shape, lines=lines)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (line(shape="histogram_pdf", lines='data "mc.root", histogram: "h"'), "BES0610", "`histogram_pdf` is a density, and no curve through points"),
        (line(shape="keys_pdf", lines='data "mc.root", tree: "t", branch: "m"'), "BES0610", "`keys_pdf` is a density"),
        (line(shape="breit_wigner", lines="convolve gaussian do\nsigma 1\nend"), "BES0610", "only a density can be convolved"),
        (line(shape="gaussian_2d"), "BES0610", "`gaussian_2d` is a shape of 2 observables"),
        (surface(shape="gaussian"), "BES0610", "`gaussian` is a shape of 1 observable, and the fit has 2 observables"),
        (surface(data='"h.root", graph: "g"'), "BES0609", "a fit of two observables takes a histogram of two"),
        (surface(data='"h.root", tree: "t", branch: "m"'), "BES0609", "a fit of two observables takes a histogram of two"),
        (surface(data='"p.csv", x: "x", y: "y", error: "e"'), "BES0609", "a fit of two observables takes a histogram of two"),
        (surface(data=":generated, events: 100"), "BES0609", "a fit of two observables takes a histogram of two"),
        (surface(more="sidebands 0..2"), "BES0611", "a fit of two observables has no side bands"),
        (surface(more="band 68.3 %"), "BES0611", "a fit of two observables has no band"),
        (line(more="binned"), "BES0611", "points with errors are not put into bins"),
        (line(more="bins 20"), "BES0611", "points with errors have no bins"),
        (line(more="method :likelihood"), "BES0609", "points with errors have a chi2"),
        (line(more="toys 100"), "BES0611", "this fit is a curve"),
        (line(more="significance"), "BES0611", "no yield of a signal"),
        (line(lines="c0 1, fixed: true\nc1 2, fixed: true"), "BES0607", "every parameter of the fit is fixed"),
        (line(shape="gaussian", lines="yield 10"), "BES0608", "this fit has no `yield`"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(text: str, code: str, words: str) -> None:
    found = said(text)
    assert any(number == code and words in message for number, message in found), found


def _points(folder: Path, **more: object) -> None:
    x = np.linspace(0.5, 9.5, 10)
    table(folder / "points.csv", **{"x": x, "y": 1 + 2 * x, "e": np.full(10, 0.1), **more})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"e": np.array([0.1] * 9 + [0.0])}, "the point at 9.500000 of points.csv has no error"),
        ({"e": np.array([0.1] * 9 + [-1.0])}, "negative error"),
        ({"y": np.array([1.0] * 9 + [np.nan])}, "something that is no number"),
        ({"x": np.linspace(20, 30, 10)}, "no point of points.csv lies in the range"),
        ({"x": np.array([1.0] + [20.0] * 9)}, "1 points are too few for 2 parameters"),
    ],
)  # fmt: skip
def test_bad_points_are_named(tmp_path: Path, columns: dict, words: str) -> None:
    _points(tmp_path, **columns)
    ran = run(line(), tmp_path)
    assert ran.macro.exit == 2 and not ran.json
    assert f"error: {words}" in ran.macro.stderr or words in ran.macro.stderr
    assert "terminate" not in ran.macro.stderr


@pytest.mark.slow
def test_a_table_without_the_column_or_no_table(tmp_path: Path) -> None:
    ran = run(line(), tmp_path)
    assert ran.macro.exit == 2 and "error: cannot read points.csv" in ran.macro.stderr
    _points(tmp_path)
    ran = run(line().replace('error: "e"', 'error: "sigma"'), tmp_path)
    assert ran.macro.exit == 2 and "error: no column sigma in points.csv" in ran.macro.stderr


@pytest.mark.slow
def test_wrong_objects_of_a_root_file(tmp_path: Path) -> None:
    made = 'TH1D one("one", "", 10, 0, 10); one.Fill(3); one.Write();\nTGraph g(3); g.Write("g");\n'
    made += 'TH2D w("w", "", 5, 0, 10, 5, 0, 5); w.Sumw2(); w.Fill(3, 3, 0.5); w.Write();\nTH2D h("h", "", 5, 0, 10, 5, 0, 5); h.Fill(3, 3); h.Write();\n'
    objects(tmp_path, made)

    def complaint(text: str) -> str:
        ran = run(text, tmp_path)
        assert ran.macro.exit == 2 and not ran.json and "terminate" not in ran.macro.stderr
        return next(each for each in ran.macro.stderr.splitlines() if each.startswith("error: "))

    assert complaint(surface(data='"none.root", histogram: "h"')) == "error: cannot open none.root"
    assert complaint(surface(data='"data.root", histogram: "x"')) == "error: no histogram x in data.root"
    assert complaint(surface(data='"data.root", histogram: "one"')) == "error: one in data.root is no histogram of two observables, but a TH1D"
    assert "the bins of w are no counts" in complaint(surface(data='"data.root", histogram: "w"'))
    graph = line().replace('"points.csv", x: "x", y: "y", error: "e"', '"data.root", graph: "{}"')
    assert complaint(graph.replace("{}", "one")) == "error: one in data.root is no graph, but a TH1D"
    assert complaint(graph.replace("{}", "x")) == "error: no graph x in data.root"


@pytest.mark.slow
def test_a_fit_that_cannot_be_decided_has_no_result(tmp_path: Path) -> None:
    _points(tmp_path)
    ran = run(line(shape="formula", lines="density (a + b) * x + 1\na 1\nb 1"), tmp_path)
    assert ran.macro.exit == 3 and ran.json["valid"] is False
    assert ran.json["covariance_quality"] != 3 or ran.json["status"] != 0


@pytest.mark.slow
def test_a_parameter_at_its_limit_is_no_result(tmp_path: Path) -> None:
    _points(tmp_path)
    ran = run(line(lines="c1 1, range: 0..1.5"), tmp_path)
    assert ran.macro.exit == 3 and ran.json["valid"] is False
    assert ran.json["parameters"]["component.c1"]["at_limit"] is True and ran.json["parameters"]["component.c0"]["at_limit"] is False


@pytest.mark.slow
def test_a_curve_on_the_side_without_an_error_is_no_result(tmp_path: Path) -> None:
    _points(tmp_path, low=np.array([0.1] * 10), high=np.array([0.1] * 9 + [0.0]), y=np.array([1.0] * 9 + [0.5]))
    text = line(lines="order 0").replace('error: "e"', 'error_low: "low", error_high: "high"')
    ran = run(text, tmp_path)
    assert ran.macro.exit == 3 and "has no error on the side of the curve" in ran.macro.stdout
