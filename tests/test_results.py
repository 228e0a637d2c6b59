"""What people look at: efficiencies, comparisons, published cut flows, bins and limits of N-1, pictures, the HTML page. Nothing is run here."""

from __future__ import annotations

import base64
import json
import math
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

np = pytest.importorskip("numpy")
stats = pytest.importorskip("scipy.stats")

from dsl4bes.ir.primitives import Cut
from dsl4bes.run import compare, efficiency, n_minus_1, published, saved
from dsl4bes.run.cutflow import CutFlow, Line
from dsl4bes.run.errors import FileFailure, RunError
from dsl4bes.run.results import Histogram, RunResult
from dsl4bes.run.separable import Limit, Separable

HOSTILE = ("<script>alert(1)</script>", "$\\frac{", "a & b % c # d_e {f} ~^\\ \"'", "x\ny", "</title>")


def flow(events=10, *counts):
    names = ("charged", "charged.n", "fit")
    lines = tuple(Line(name, name, count, "." in name) for name, count in zip(names, counts, strict=False))
    return CutFlow(events, lines)


def histogram(values, name="m", title="m;m(pip, pim) (GeV)", bins=20, weights=None):
    edges = np.linspace(0, 1, bins + 1)
    full = np.concatenate([[-np.inf], edges, [np.inf]])
    contents = np.histogram(values, full, weights=weights)[0].astype(float)
    variances = contents if weights is None else np.histogram(values, full, weights=np.square(weights))[0]
    return Histogram(name, title, (edges,), contents, variances)


# --- efficiencies -------------------------------------------------------------------------------------------------


@given(st.integers(0, 3000), st.integers(1, 3000))
def test_errors_are_those_of_scipy(passed, more):
    total = passed + more - 1
    if total == 0:
        return
    found = efficiency.efficiency(passed, total)
    interval = stats.binomtest(passed, total).proportion_ci(efficiency.LEVEL, "exact")
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=1e-9)
    assert found.low <= found.value <= found.high and found.up + found.down > 0


def test_the_level_is_one_standard_deviation():
    assert pytest.approx(stats.norm.cdf(1) - stats.norm.cdf(-1)) == efficiency.LEVEL
    large = efficiency.efficiency(400_000, 1_000_000)
    assert large.up == pytest.approx(math.sqrt(0.4 * 0.6 / 1e6), rel=0.01)


def test_efficiencies_of_no_events_and_of_nonsense():
    nothing = efficiency.efficiency(0, 0)
    assert (
        math.isnan(nothing.value)
        and (nothing.low, nothing.high) == (0, 1)
        and nothing.as_json()["value"] is None
    )
    for passed, total in ((3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="no efficiency"):
            efficiency.efficiency(passed, total)


def test_steps_refer_to_the_line_before_and_sub_lines_to_the_one_above():
    lines = (
        Line("a", "a", 60), Line("a.x", "a.x", 80, True), Line("a.y", "a.y", 60, True), Line("b", "b", 30), Line("b.z", "b.z", 30, True),
        Line("r", "r", 10, False, "side"), Line("s", "s", 5, False, "side"), Line("r", "r", 12, False, "other"),
    )  # fmt: skip
    totals = [
        (step.relative.passed, step.relative.total, step.overall.total)
        for step in efficiency.steps(CutFlow(100, lines))
    ]
    assert totals == [
        (60, 100, 100), (80, 100, 100), (60, 80, 100), (30, 60, 100), (30, 60, 100), (10, 30, 100), (5, 10, 100), (12, 30, 100),
    ]  # fmt: skip


def test_a_nested_region_is_relative_to_what_it_goes_on_from():
    """`inner` goes on from `bare`, a region without a cut of its own, which goes on from `outer`."""
    lines = (
        Line("a", "a", 60), Line("o", "o", 40, False, "outer"), Line("p", "p", 30, False, "outer"), Line("p.x", "p.x", 30, True, "outer"),
        Line("i", "i", 10, False, "inner"), Line("i.x", "i.x", 15, True, "inner"), Line("i.y", "i.y", 10, True, "inner"), Line("s", "s", 6, False, "side"),
    )  # fmt: skip
    flow = CutFlow(100, lines, (("outer", ""), ("bare", "outer"), ("inner", "bare"), ("side", "")))
    found = {(step.line.region, step.line.key): step for step in efficiency.steps(flow)}
    totals = {key: (step.relative.passed, step.relative.total) for key, step in found.items()}
    assert totals["outer", "o"] == (40, 60) and totals["outer", "p"] == (30, 40) and totals["side", "s"] == (6, 60)
    assert totals["inner", "i"] == (10, 30) and totals["inner", "i.x"] == (15, 30) and totals["inner", "i.y"] == (10, 15)
    interval = stats.binomtest(10, 30).proportion_ci(efficiency.LEVEL, "exact")
    assert (found["inner", "i"].relative.low, found["inner", "i"].relative.high) == pytest.approx((interval.low, interval.high))
    assert (flow.left("bare"), flow.left("inner"), flow.left("")) == (30, 10, 60)
    for table in (efficiency.as_text(flow), efficiency.as_latex(flow)):
        assert "region inner, from bare (30 events)" in table and "region side, from baseline (60 events)" in table


def test_tables_with_errors():
    text = efficiency.as_text(flow(10, 8, 8, 0))
    assert "80.0 +12.8 -20.5" in text and text.splitlines()[-1].startswith("errors: Clopper-Pearson")
    found = efficiency.as_json(flow(10, 8, 8, 0))
    assert found["interval"] == "Clopper-Pearson, 68.27 %" and found["steps"][2]["relative"]["passed"] == 0
    assert "-" in efficiency.as_text(flow(0, 0, 0, 0))


@pytest.mark.parametrize("name", HOSTILE)
def test_latex_is_balanced_whatever_the_names(name):
    lines = (Line(name, "a", 5), Line(name, "b", 5, True), Line("c", "c", 2, False, name))
    latex = efficiency.as_latex(CutFlow(7, lines))
    body = latex.split("\\hline\n", 1)[1].rsplit("\\hline", 1)[0]
    rows = [row for row in body.splitlines() if row != "\\hline"]
    for row in rows:
        bare = re.sub(r"\\[&%$#_{}]|\\text\w+\{\}|\\quad |\\multicolumn", "", row)
        assert row.endswith("\\\\") and bare.count("{") == bare.count("}") and bare.count("$") % 2 == 0
        assert bare.count("&") == (0 if "multicolumn" in row else 3)
        assert not re.search(r"[%#]", bare) and not re.search(r"[_^](?!\{[+-]\d)", bare)
    assert latex.count(r"\begin{tabular}") == latex.count(r"\end{tabular}") == 1


def test_latex_compiles_where_there_is_a_tex(tmp_path):
    import shutil
    import subprocess

    tex = next((found for name in ("pdflatex", "tectonic", "xelatex") if (found := shutil.which(name))), None)
    if tex is None:
        pytest.skip("no TeX is installed")
    lines = tuple(Line(name, f"k{i}", 5) for i, name in enumerate(HOSTILE))
    text = (
        r"\documentclass{article}\begin{document}"
        + "\n"
        + efficiency.as_latex(CutFlow(7, lines))
        + r"\end{document}"
    )
    (tmp_path / "a.tex").write_text(text)
    subprocess.run([tex, "a.tex"], cwd=tmp_path, check=True, stdin=subprocess.DEVNULL, capture_output=True)


# --- saved results ------------------------------------------------------------------------------------------------


def result(**histograms):
    return RunResult(flow(10, 8, 8, 3), histograms=histograms, files=("a.dst",))


def test_a_saved_result_comes_back(tmp_path):
    rng = np.random.default_rng(1)
    made = histogram(rng.random(50), weights=rng.random(50))
    saved.write(str(tmp_path / "a.json"), saved.as_json(result(m=made), "p.bes"))
    back = saved.read(str(tmp_path / "a.json"))
    assert (back.cutflow, back.files, back.program, back.name) == (
        flow(10, 8, 8, 3),
        ("a.dst",),
        "p.bes",
        "a.json",
    )
    assert np.array_equal(back.histograms["m"].variances, made.variances)
    assert compare.compare(back, back).same


def test_regions_of_a_saved_result_come_back(tmp_path):
    lines = (Line("a", "a", 6), Line("o", "o", 4, False, "outer"), Line("i", "i", 1, False, "inner"))
    made = RunResult(CutFlow(10, lines, (("outer", ""), ("inner", "outer"))))
    data = saved.as_json(made)
    assert data["efficiencies"]["steps"][2]["relative"]["total"] == 4
    saved.write(str(tmp_path / "a.json"), data)
    assert saved.read(str(tmp_path / "a.json")).cutflow == made.cutflow
    data["cutflow"]["regions"][0]["from"] = "inner"  # a ring
    saved.write(str(tmp_path / "b.json"), data)
    with pytest.raises(RunError, match="region outer goes on from inner, which is not before it"):
        saved.read(str(tmp_path / "b.json"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": "other"}, "does not say"),
        ({"cutflow": {"events": -1, "lines": []}}, "no number of events"),
        ({"cutflow": {"events": 1, "lines": [{"name": "a", "key": "a", "events": 2}]}}, "more events"),
        ({"cutflow": {"lines": []}}, "`events` is missing"),
        (
            {"histograms": {"m": {"title": "", "edges": [[0, 1]], "contents": [1], "variances": [1]}}},
            "do not fit",
        ),
        (
            {
                "histograms": {
                    "m": {"title": "", "edges": [[1, 0]], "contents": [1] * 3, "variances": [1] * 3}
                }
            },
            "do not fit",
        ),
        (
            {
                "histograms": {
                    "m": {"title": "", "edges": [[0, 1]], "contents": [1] * 3, "variances": [-1] * 3}
                }
            },
            "negative",
        ),
        ({"histograms": 3}, "no saved result"),
    ],
)
def test_what_is_no_saved_result_says_why(tmp_path, change, reason):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(saved.as_json(result()) | change))
    with pytest.raises(RunError, match=reason):
        saved.read(str(path))


@pytest.mark.parametrize("text", ["", "[", "[" * 100_000, "3", '"x"'])
def test_texts_that_are_no_result(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(RunError):
        saved.read(str(path))


# --- two results --------------------------------------------------------------------------------------------------


def both(one, two, **scaling):
    return compare.compare(saved.Saved("one", *one), saved.Saved("two", *two), compare.Scaling(**scaling))


def test_pull_squared_is_the_chi2_of_the_two_by_two_table():
    found = both((flow(1000, 800, 800, 300),), (flow(5000, 4100, 4100, 1400),))
    for line in found.flow[1:]:
        a, b = line.first, line.second
        table = [[a.passed, a.total - a.passed], [b.passed, b.total - b.passed]]
        assert line.pull**2 == pytest.approx(stats.chi2_contingency(table, correction=False).statistic)
        assert line.ratio == pytest.approx(a.value / b.value)
    assert found.flow[1].pull < 0 < found.flow[3].pull and math.isnan(found.flow[0].pull)


def test_weighted_events_of_equal_parents_have_no_pull():
    line = both((flow(100, 50),), (flow(1000, 500),), weights=(1.0, 0.1)).flow[1]
    assert line.ratio == pytest.approx(1) and line.pull == 0
    other = both((flow(100, 40),), (flow(1000, 500),), weights=(1.0, 0.1)).flow[1]
    assert other.pull == pytest.approx(-10 / math.sqrt(0.1 * 540))


def test_chi2_of_counts_is_the_chi2_of_homogeneity():
    rng = np.random.default_rng(2)
    one, two = histogram(rng.beta(2, 3, 900)), histogram(rng.beta(2, 3, 4000))
    found = compare.compare_histograms(one, two, compare.Scaling(area=True))
    used = (one.inside + two.inside) > 0
    table = np.stack([one.inside[used], two.inside[used]])
    expected = stats.chi2_contingency(table, correction=False)
    assert (found.chi2, found.ndf) == (pytest.approx(expected.statistic), expected.dof)
    assert found.probability == pytest.approx(expected.pvalue)
    assert found.scale[1] == pytest.approx(900 / 4000)


def test_chi2_is_distributed_as_it_should_be():
    """Equal parents, scaled by weights: the probability is flat, so its mean is a half within five standard deviations."""
    rng = np.random.default_rng(3)
    found = [
        compare.compare_histograms(
            histogram(rng.beta(2, 2, rng.poisson(2000))),
            histogram(rng.beta(2, 2, rng.poisson(8000))),
            compare.Scaling(weights=(1.0, 0.25)),
        ).probability
        for _ in range(200)
    ]
    assert abs(np.mean(found) - 0.5) < 5 / math.sqrt(12 * 200)


def test_weighted_fills_use_their_variances():
    rng = np.random.default_rng(4)
    values, weights = rng.random(500), rng.random(500)
    one, two = histogram(values, weights=weights), histogram(rng.random(400))
    found = compare.compare_histograms(one, two)
    difference = one.inside - two.inside
    assert found.chi2 == pytest.approx(np.sum(difference**2 / (one.variances[1:-1] + two.inside)))


def test_kolmogorov_distance_is_that_of_scipy_for_fine_bins():
    rng = np.random.default_rng(5)
    a, b = (np.floor(rng.beta(2, 3, n) * 1000) / 1000 + 0.0005 for n in (300, 500))
    found = compare.compare_histograms(histogram(a, bins=1000), histogram(b, bins=1000))
    expected = stats.ks_2samp(a, b, method="asymp")
    assert found.ks == pytest.approx(expected.statistic) and found.ks_probability == pytest.approx(
        expected.pvalue, rel=0.1
    )


def test_what_only_one_has_and_other_bins_are_said():
    one = (
        flow(10, 8, 8, 3),
        {"m": histogram([0.5]), "x": histogram([0.5], "x"), "b": histogram([0.5], "b", bins=10)},
    )
    two = (flow(10, 8), {"m": histogram([0.5]), "b": histogram([0.5], "b")})
    found = both(one, two)
    text = " ".join(found.only)
    assert (
        "cut `fit` is in one only" in text and "histogram `x` is in one only" in text and "other bins" in text
    )
    assert not found.same and [each.name for each in found.histograms] == ["m"] and found.histograms[0].same
    assert json.loads(json.dumps(found.as_json(), allow_nan=False))["cutflow"][0]["pull"] is None
    assert "the two differ" in compare.as_text(found)


@pytest.mark.parametrize("weights", [(0.0, 1.0), (1.0, -1.0), (math.nan, 1.0), (math.inf, 1.0)])
def test_weights_must_be_positive_numbers(weights):
    with pytest.raises(RunError, match="positive"):
        both((flow(),), (flow(),), weights=weights)


def test_empty_histograms_compare_without_warnings():
    found = compare.compare_histograms(histogram([]), histogram([]), compare.Scaling(area=True))
    assert found.ndf == 0 and math.isnan(found.ks) and found.same


# --- published cut flows ------------------------------------------------------------------------------------------


def read_published(tmp_path, text):
    path = tmp_path / "paper.csv"
    path.write_text(text)
    return published.read(str(path))


@pytest.mark.parametrize(
    "text",
    [
        "cut,events\nevents,1000\nCharged,820\n",
        "# a comment\n\nName ; Number\nevents;1000\ncharged ; 820\n",
        "cut events\nevents 1000\ncharged 820\n",
        '{"events": 1000, "charged": 820}',
        '[{"cut": "events", "events": 1000}, {"name": "CHARGED", "events": 820}]',
        '{"lines": [{"name": "events", "events": 1000}, {"name": "charged", "events": 820}]}',
    ],
)
def test_published_tables_in_every_form(tmp_path, text):
    found = published.compare(read_published(tmp_path, text), flow(100, 80, 80, 30))
    assert [line.efficiency for line in found.lines] == [1, 0.8]
    table = [[820, 180], [80, 20]]
    assert found.lines[1].sigma ** 2 == pytest.approx(
        stats.chi2_contingency(table, correction=False).statistic
    )
    assert found.lines[1].sigma < 0 and found.further == ("charged.n", "fit")


def test_published_efficiencies_with_errors(tmp_path):
    found = published.compare(
        read_published(tmp_path, "cut efficiency eff_error\nfit 52.3 % 1.2%\n".replace(" %", "%")),
        flow(100, 80, 80, 30),
    )
    assert found.reference == "fit" and math.isnan(found.lines[0].sigma)
    both_lines = read_published(
        tmp_path, "cut,efficiency,efficiency_error\nevents,1,0\nfit,25%,2%\nother,1%,\n"
    )
    found = published.compare(both_lines, flow(100, 80, 80, 30))
    assert found.lines[1].sigma == pytest.approx(
        0.05 / math.sqrt(0.02**2 + 0.3 * 0.7 / 100)
    ) and found.missing == ("other",)
    assert "other" in published.as_text(found)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no line"),
        ("a,b\n1,2\n", "header names no cut"),
        ("cut,events\nx\n", "paper.csv:2: 1 values for 2 columns"),
        ("cut,events\nx,many\n", "paper.csv:2: not a number: many"),
        ("cut,events\nx,-3\n", "not a sensible number"),
        ("cut,events\nx,nan\n", "not a sensible number"),
        ("cut,events\nx,\n", "neither events nor an efficiency"),
        ("cut,efficiency\nx,52\n", "above 1"),
        ("cut,events\nx,1\nX,2\n", "there twice"),
        ("cut,events\n,1\n", "no name"),
        ("{", "no JSON"),
        ("[1]", "not a list of objects"),
    ],
)
def test_a_published_table_that_is_wrong_says_where(tmp_path, text, reason):
    with pytest.raises(RunError, match=re.escape(reason)):
        read_published(tmp_path, text)


def test_tables_without_a_common_line(tmp_path):
    with pytest.raises(RunError, match="no line in common") as caught:
        published.compare(read_published(tmp_path, "cut,events\nx,1\n"), flow(100, 80, 80, 30))
    assert "charged" in caught.value.advice


# --- N-1: bins and limits -----------------------------------------------------------------------------------------


@given(
    st.lists(st.floats(-1e3, 1e3), max_size=50),
    st.lists(st.floats(-100, 100), min_size=1, max_size=2),
    st.booleans(),
)
def test_edges_hold_the_limits_and_are_few(values, limits, whole):
    limits = [float(round(limit)) for limit in limits] if whole else limits
    edges = n_minus_1.edges_for(np.array(values), limits, whole)
    assert np.all(np.diff(edges) > 0) and 2 <= len(edges) <= 300
    assert whole or (edges[0] <= min(limits) and max(limits) <= edges[-1])


def test_a_limit_is_an_edge_and_whole_numbers_have_a_bin_each():
    edges = n_minus_1.edges_for(np.random.default_rng(1).exponential(30, 1000), [200.0])
    assert np.min(np.abs(edges - 200)) < 1e-9 and edges[0] >= 0
    assert set(n_minus_1.edges_for(np.array([1.0, 2.0, 5.0]), [2.0], True) % 1) == {0.5}


def test_what_a_cut_accepts():
    values = np.array([-1.0, 0.0, 1.0, np.inf, np.nan])
    for operator, expected in (
        ("<", [1, 0, 0, 0, 0]), ("<=", [1, 1, 0, 0, 0]), (">", [0, 0, 1, 1, 0]), (">=", [0, 1, 1, 1, 0]), ("==", [0, 1, 0, 0, 0]),
        ("!=", [1, 0, 1, 1, 0]),
    ):  # fmt: skip
        assert n_minus_1.accepted(values, [Limit(operator, 0.0)]).tolist() == [bool(e) for e in expected]
        assert n_minus_1.accepted(values, [Limit(operator, 0.0)], True).tolist() == [not e for e in expected]
    assert n_minus_1.accepted(values, [Limit(">=", 0.0), Limit("<", 1.0)]).tolist() == [
        False,
        True,
        False,
        False,
        False,
    ]


def test_every_cut_has_a_distribution_or_a_reason():
    """Of all examples, and of a program with a block whose code the compiler did not write: no cut is missing in the answer."""
    from dataclasses import replace

    from test_cli import EXAMPLES

    from dsl4bes.driver import compile_source
    from dsl4bes.ir.custom import Body, Custom, View
    from dsl4bes.ir.primitives import Cut
    from dsl4bes.ir.program import Block, cuts_of
    from dsl4bes.run.separable import parts_of, separable

    paths = sorted(EXAMPLES.glob("*/*.bes"))
    programs = {path.stem: compile_source(path.read_text(), until="ir").program for path in paths}
    code = Custom(cut=Cut("time_veto"), view=View((), (), ()), body=Body("return true;"))
    rhopi = programs["rhopi"]
    programs["custom"] = replace(rhopi, blocks=(*rhopi.blocks, Block("time_veto", "custom", (code,))))
    assert len(programs) > 5
    for name, program in programs.items():
        found = separable(program)
        named = [each.cut.name for each in found.separable] + list(found.others)
        wanted = [cut.name for _, blocks in parts_of(program) for _, cut in cuts_of(blocks)]
        assert sorted(named) == sorted(wanted), name
    assert found.others["time_veto"] == "its code answers yes or no"


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_bins_do_not_depend_on_the_pieces(sizes):
    """The first values decide, wherever the pieces end."""
    stored = np.random.default_rng(7).normal(0, 10, sum(sizes))
    stored[::5], stored[1::7] = -999.0, 9999.0
    cut = Separable(Cut("a"), "", None, (Limit("<", 3.0),), "a", "GeV")
    whole, pieces = n_minus_1._Filler(cut), n_minus_1._Filler(cut)
    limit, n_minus_1.FIRST = n_minus_1.FIRST, 20
    try:
        whole.add(stored)
        start = 0
        for size in sizes:
            pieces.add(stored[start : start + size])
            start += size
        one, two = whole.result(1), pieces.result(1)
    finally:
        n_minus_1.FIRST = limit
    assert one.as_json() == two.as_json()
    finite = (stored != -999) & (stored != 9999)
    assert one.histogram.contents.sum() == finite.sum() and one.absent == (stored == -999).sum()
    assert one.accepted == (stored[finite] < 3).sum()


# --- pictures and the page ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "width", "expected"),
    [
        ("m(pip, pim) (GeV)", 0.001, "Entries / 1 MeV"),
        ("energy [GeV]", 0.5, "Entries / 0.5 GeV"),
        ("m(pip, pim)", 0.001, "Entries / 0.001"),
        ("cos", 0.1, "Entries / 0.1"),
        ("number", 1.0, "Entries"),
        ("vr (cm)", 0.02, "Entries / 0.2 mm"),
        ("angle(a, b) (rad)", math.radians(0.5), "Entries / 0.5°"),
        ("angle(a, b) (rad)", 0.02, "Entries / 20 mrad"),
        ("m2(pip) (GeV^2)", 0.25, "Entries / 0.25 GeV^2"),
        ("e(a) / (count(b) + x)", 0.1, "Entries / 0.1"),
        ("x / (y - z)", 0.1, "Entries / 0.1"),
    ],
)
def test_the_bin_width_carries_its_unit(label, width, expected):
    from dsl4bes.run.pictures import entries_label

    assert entries_label(width, label) == expected


@pytest.mark.parametrize(
    "title", [*HOSTILE, "$m_{\\gamma\\gamma}$ (GeV)", "50 $ and 60 $", "\x00", "", "x" * 500, "ππ"]
)
@pytest.mark.slow
def test_pictures_of_every_title_and_format(tmp_path, title):
    pytest.importorskip("mplhep")
    from dsl4bes.run.plots import write_pictures

    paths = write_pictures(
        {"../" + title: histogram([0.5], title=f"{title};{title};{title}")},
        str(tmp_path / "p"),
        ("png", "svg"),
    )
    assert all(path.startswith(str(tmp_path / "p")) and "/../" not in path for path in paths)
    assert Path(paths[0]).read_bytes()[:4] == b"\x89PNG"
    ET.parse(paths[1])


def test_pictures_are_the_same_every_time(tmp_path):
    pytest.importorskip("mplhep")
    from dsl4bes.run.plots import write_pictures

    kinds = ("png", "pdf", "svg")
    one, two = (write_pictures({"m": histogram([0.1, 0.5])}, str(tmp_path / name), kinds) for name in "ab")
    assert [Path(path).read_bytes() for path in one] == [Path(path).read_bytes() for path in two]


class Page(HTMLParser):
    """Checks that elements close, and collects what a page would load or run."""

    EMPTY = frozenset({"meta", "img", "br", "hr"})

    def __init__(self, text):
        super().__init__()
        self.open, self.images, self.loads, self.text, self.tags = [], [], [], [], set()
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in self.EMPTY:
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), name
            if tag == "img" and name == "src":
                self.images.append(value)
            elif name in ("src", "href", "srcset", "data", "action"):
                self.loads.append(value)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def hostile_page():
    pytest.importorskip("mplhep")
    from dsl4bes.cli.run_files import highlighted
    from dsl4bes.run.html import report

    made = RunResult(
        CutFlow(7, tuple(Line(name, f"k{i}", 5, False, HOSTILE[i % 2] if i > 2 else "") for i, name in enumerate(HOSTILE))),
        histograms={name: histogram([0.5], title=name) for name in HOSTILE},
        files=HOSTILE, failures=tuple(FileFailure(name, name) for name in HOSTILE), not_applied=HOSTILE,
        rows={HOSTILE[0]: 3},
    )  # fmt: skip
    source, style = highlighted('event_selection do # </pre><script>\n  require "<b>", m(pip) > 1\nend\n')
    return report(made, HOSTILE[0], source, style, {HOSTILE[0]: HOSTILE[0]})


def test_the_page_escapes_everything_and_loads_nothing():
    text = hostile_page()
    page = Page(text)
    assert not page.tags & {"script", "b", "iframe", "object", "link"} and not page.loads
    shown = "".join(page.text)
    assert all(name.split("\n")[0] in shown for name in HOSTILE) and "require" in shown
    assert 'class="nc"' in text or 'class="na"' in text  # the lexer's classes


def drawn(draw, *arguments):
    """What the axes say: title, x, y."""
    from dsl4bes.run.pictures import canvas

    with canvas() as (_, (axes,)):
        draw(*arguments, axes)
        return axes.get_title(), axes.get_xlabel(), axes.get_ylabel()


def test_weighted_entries_are_no_entries():
    """The sum of what is outside is that of its bins, not a difference of sums that rounding leaves behind."""
    pytest.importorskip("mplhep")
    from dsl4bes.run.plots import as_text, draw

    weights = np.full(624, 0.37)
    several = (histogram(np.linspace(0.01, 0.99, 624), bins=bins, weights=weights) for bins in range(20, 100, 20))
    made = next(each for each in several if each.contents.sum() != each.inside.sum())
    assert made.weighted and made.outside == 0
    title, x, y = drawn(draw, made)
    assert title == "m   (sum of weights 230.88)" and x == "m(pip, pim) (GeV)" and y.startswith("Sum of weights / ")
    assert "outside" not in as_text(made) and "sum of weights 230.88" in as_text(made)
    counted = histogram([0.5, 1.5, -2.0])
    assert not counted.weighted and counted.outside == 2
    assert drawn(draw, counted)[::2] == ("m   (3 entries, 2 outside)", "Entries / 50 MeV")


def test_squares_of_units_and_long_titles():
    pytest.importorskip("mplhep")
    from dsl4bes.run.n_minus_1_plots import draw as draw_n_minus_1
    from dsl4bes.run.plots import draw

    assert drawn(draw, histogram([0.5], title="t;m2(pip, pim) (GeV^2)"))[1:] == ("m2(pip, pim) (GeV²)", "Entries / 0.05 GeV²")
    title = drawn(draw, histogram([0.5, 7.0], title="n" * 100))[0]
    assert title.endswith("...   (2 entries, 1 outside)") and len(title) <= 70
    made = histogram([0.5], title=f"{'c' * 90};m (GeV)")
    each = n_minus_1.Distribution("c" * 90, "c", "", "m", "GeV", (Limit("<", 0.7),), False, made, 7, 5, 5, per="pi0")
    title, _, y = drawn(draw_n_minus_1, each)
    assert title.endswith("...: 5 of 7 candidates of pi0 pass") and len(title) <= 70
    assert y == "Candidates / 50 MeV"


def test_the_page_has_the_variations_and_follows_the_screen():
    """A heading per region, the picture, dark colours for a dark screen only, light ones on paper, and names that are not broken letter by letter."""
    pytest.importorskip("mplhep")
    from dsl4bes.run.html import report
    from dsl4bes.run.systematics import Effect, VariationResult

    effects = (Effect("", 10, 12, 9), Effect("side", 4, 3, 3))
    varied = VariationResult("photon energy", "photon_energy_1", "60 MeV", {}, flow(), effects)
    text = report(RunResult(flow(10, 8, 8, 3), variations=(varied,)), "t")
    assert "<h2>Systematics</h2>" in text and '<tr class="region"><td colspan="5">region side</td></tr>' in text
    assert "<td>photon energy</td><td>60 MeV</td>" in text and "+2 ± 2.0" in text and len(Page(text).images) == 2
    dark = re.search(r"@media screen and \(prefers-color-scheme: dark\) \{ :root \{([^}]*)\}", text)
    assert dark and set(re.findall(r"--\w+", dark[1])) == set(re.findall(r"var\((--\w+)\)", text)), "every colour has its dark one"
    assert "@media print" in text and "td:first-child { overflow-wrap: anywhere; min-width: 9rem; }" in text


def test_embedded_pictures_are_whole():
    page = Page(hostile_page())
    assert len(page.images) == len(HOSTILE) + 1
    for source in page.images:
        kind, _, data = source.partition(",")
        assert kind == "data:image/svg+xml;base64"
        root = ET.fromstring(base64.b64decode(data, validate=True))
        assert root.tag.endswith("svg") and not [each for each in root.iter() if each.tag.endswith("script")]
