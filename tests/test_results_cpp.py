"""Results of whole runs: N-1 against a program without the cut, report, saved results and their comparison, on real and toy events."""

from __future__ import annotations

import json

import pytest
from test_cli import EXAMPLES, RHOPI, clean, cli
from test_results import Page
from test_run_cpp import _toolchain, counts, run_json, ten, toys  # noqa: F401  (fixtures)

np = pytest.importorskip("numpy")
pytest.importorskip("pybes3")
pytest.importorskip("mplhep")

from dsl4bes.driver import compile_source
from dsl4bes.ir.verify import verify as verify_ir
from dsl4bes.run import n_minus_1
from dsl4bes.run.separable import separable
from dsl4bes.run.switched import with_switches

pytestmark = [pytest.mark.cpp, pytest.mark.slow]

PROGRAM = """
analysis "Cuts" do
    ecms 3.097 GeV
end
event_selection do
    charged_tracks do
        ngood == 2
        net_charge 0
    end
    photons do
        energy > 25 MeV
        ngam 2..6
    end
    pid do
        identify :pip
        identify :pim
        npip == 1
        npim == 1
    end
    kinematic_fit(:fit) do
        decay "J/psi -> pi+ pi- gam gam"
        from pip, pim, gam
        constrain :four_momentum
        require "pair", m(fit.gam1, fit.gam2) < 1 GeV
        choose :min_chi2
        chi2 < 60
    end
    let m_gg = m(fit.gam1, fit.gam2)
    require "pi0 window", m_gg in 0.12 GeV..0.15 GeV
    veto "slow", p(pip) < 0.4 GeV
    require "time", tof(pip) < 5 ns
    require "rho", 0.5 GeV < m(fit.pip, fit.pim), when: property("UseRho", true)
    require "both", p(pip) > 0.1 GeV and p(pim) > 0.1 GeV
end
region(:side, from: baseline) do
    require "high", p(pim) > 1 GeV
end
ntuple("t") do
    column m_gg: m_gg, chi2: fit.chi2, t: tof(pip), p: p(pip), n: count(gam), rho: m(fit.pip, fit.pim), pm: p(pim)
end
"""


@pytest.fixture(scope="module")
def program():
    found = compile_source(PROGRAM, until="ir")
    assert found.program is not None, [str(item.message) for item in found.bag]
    return found.program


@pytest.fixture(scope="module")
def outcome(program, toys):  # noqa: F811
    return n_minus_1.n_minus_1(program, [str(toys)])


def test_which_cuts_can_be_taken_out(program):
    cuts = separable(program)
    assert [(each.region, each.cut.name) for each in cuts.separable] == [
        ("", "charged_tracks.ngood"), ("", "charged_tracks.net_charge"), ("", "photons.ngam"), ("", "fit.pair"), ("", "fit.chi2"), ("", "pi0 window"),
        ("", "slow"), ("", "time"), ("", "rho"), ("side", "side.high"),
    ]  # fmt: skip
    reasons = " ".join(f"{name}: {reason};" for name, reason in cuts.others.items())
    assert "both: it does not compare one number with limits;" in reasons
    assert "takes `pip` for one particle" in reasons
    verify_ir(with_switches(program, cuts.separable).program)


#: Cut → (the program's text of it, its column in the tuple).
WITHOUT = {
    "pi0 window": ('    require "pi0 window", m_gg in 0.12 GeV..0.15 GeV\n', "m_gg"),
    "slow": ('    veto "slow", p(pip) < 0.4 GeV\n', "p"),
    "time": ('    require "time", tof(pip) < 5 ns\n', "t"),
    "photons.ngam": ("        ngam 2..6\n", "n"),
}


@pytest.mark.parametrize("name", WITHOUT)
def test_a_distribution_is_that_of_the_program_without_the_cut(name, outcome, toys):  # noqa: F811
    """The text without the line of the cut, run as a program of its own, has the same events and the same values."""
    import dsl4bes

    line, column = WITHOUT[name]
    assert line in PROGRAM
    values = np.asarray(dsl4bes.run(PROGRAM.replace(line, ""), str(toys))["t"][column], float)
    found = next(each for each in outcome.distributions if each.name == name)
    assert found.events == len(values)
    assert found.absent == np.count_nonzero(values == -999)
    present = values[values != -999]
    expected = np.histogram(present, np.concatenate([[-np.inf], found.histogram.edges[0], [np.inf]]))[0]
    assert found.histogram.contents.tolist() == expected.tolist()


def test_the_accepted_side_is_what_the_program_selects(outcome, toys):  # noqa: F811
    import dsl4bes

    flow = dsl4bes.run(PROGRAM, str(toys)).cutflow
    assert flow.selected > 20
    for each in outcome.distributions:
        wanted = flow["side_high"] if each.region else flow.selected
        assert each.selected == wanted, each.name
        assert each.accepted == wanted or (each.name == "fit.pair" and each.accepted < wanted), each.name
    assert any(each.events > each.accepted for each in outcome.distributions)
    n_minus_1.verify(outcome)


def test_the_same_distributions_whatever_the_processes(program, outcome, toys):  # noqa: F811
    from dsl4bes.run.runner import Settings

    again = n_minus_1.n_minus_1(program, [str(toys)], settings=Settings(processes=1, chunk=17))
    assert again.as_json() == outcome.as_json()


@pytest.mark.parametrize(
    "name", sorted(path.name for path in EXAMPLES.iterdir() if (path / f"{path.name}.bes").exists())
)
def test_every_example_with_switches_is_a_valid_program(name):
    from dsl4bes.cpp.from_ir import lower
    from dsl4bes.cpp.render import render

    found = compile_source((EXAMPLES / name / f"{name}.bes").read_text(), until="ir").program
    cuts = separable(found)
    variant = with_switches(found, cuts.separable)
    verify_ir(variant.program)
    text = "".join(render(lower(variant.program)).values())
    assert all(place.switch in text for place in variant.places)


def test_everything_of_a_run_in_files(ten, tmp_path):  # noqa: F811
    """The ten real events: page, LaTeX, pictures, N-1, published cut flow, saved result."""
    paper = tmp_path / "paper.csv"
    paper.write_text(
        "cut,events\nevents,10\ncharged_tracks,8\nphotons,7\npid,7\n"
    )  # BOSS 7.0.4 on these events
    report = run_json(
        RHOPI, ten, "-o", "none", "--report", tmp_path / "r/page.html", "--latex", tmp_path / "a.tex", "--save", tmp_path / "a.json",
        "--plot", tmp_path / "plots", "--formats", "png,pdf", "--n-1", tmp_path / "n1", "--published", paper,
    )  # fmt: skip
    assert [line["sigma"] for line in report["published"]["lines"]] == [None, 0, 0, 0]
    assert report["efficiencies"]["steps"][0]["overall"]["value"] == 0.8
    page = Page((tmp_path / "r/page.html").read_text())
    text = "".join(page.text)
    assert (
        "fit4c.chi2" in text
        and "AbsCor" in text
        and "kinematic_fit" in text
        and "RhoPi" in text
        and "photons_energy" in text
    )
    assert len(page.images) == 2 + len(report["n_minus_1"]["distributions"])
    assert (tmp_path / "a.tex").read_text().startswith(r"\begin{tabular}")
    assert (tmp_path / "plots/m_gg.pdf").read_bytes()[:4] == b"%PDF"
    pictures = [path for path in report["written"] if "/n1/" in path and path.endswith(".png")]
    assert len(pictures) == len(report["n_minus_1"]["distributions"]) == 5
    assert json.loads((tmp_path / "n1/n-1.json").read_text()) == report["n_minus_1"]
    (tmp_path / "b.json").write_text(json.dumps(report))
    clean(cli("compare", tmp_path / "a.json", tmp_path / "b.json", "--same", "-q"))


def test_two_runs_compared(ten, toys, tmp_path):  # noqa: F811
    for name, events in (("data", ten), ("mc", toys)):
        clean(cli("run", RHOPI, events, "-o", "none", "-q", "--save", tmp_path / f"{name}.json"))
    pair = (tmp_path / "data.json", tmp_path / "mc.json")
    found = json.loads(
        clean(cli("compare", *pair, "--json", "--normalise", "area", "--plot", tmp_path / "p")).stdout
    )
    (m_gg,) = found["histograms"]
    assert m_gg["scale"][1] < 0.1 and m_gg["ndf"] > 3 and not found["same"]
    assert sorted(path.rsplit("/")[-1] for path in found["written"]) == ["cut_flow_ratio.png", "m_gg.png"]
    text = clean(cli("compare", *pair, "--weights", "1", "0.03", "--same"), 1).stdout
    assert "weighted events" in text and "the two differ" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", RHOPI, "x.dst", "--formats", "gif", "--plot", "p"], "no such format"),
        (["run", RHOPI, "x.dst", "--published", "no.csv"], "cannot read no.csv"),
        (["compare", "no.json", "no.json"], "cannot read no.json"),
    ],
)
def test_what_cannot_be_done_is_said_at_once(arguments, message):
    assert message in clean(cli(*arguments), 1).stderr


def test_options_that_are_no_words_of_it():
    clean(cli("compare", "a", "b", "--normalise", "height"), 2)


REGIONS = """event_selection do
    photons do
        energy > 25 MeV
        ngam >= 2
    end
end
region(:low) do
    require "low mass", m(gam1, gam2) < 1 GeV
end
region(:lowest, from: low) do
    require "lowest mass", m(gam1, gam2) < 0.2 GeV
end
ntuple("t") do
    column m: m(gam1, gam2)
end
"""


def test_a_region_within_a_region(toys, tmp_path):  # noqa: F811
    """Its first line is relative to the events of the region around it, counted here from the masses."""
    import dsl4bes

    (tmp_path / "p.bes").write_text(REGIONS)
    mass = np.asarray(dsl4bes.run(REGIONS, str(toys))["t"]["m"])
    low, lowest = np.count_nonzero(mass < 1), np.count_nonzero(mass < 0.2)
    found = run_json(tmp_path / "p.bes", toys, "-o", "none")
    steps = {step["key"]: step["relative"] for step in found["efficiencies"]["steps"]}
    assert (steps["lowest_lowest_mass"]["passed"], steps["lowest_lowest_mass"]["total"]) == (lowest, low)
    assert steps["low_low_mass"]["total"] == len(mass) > low > lowest > 0
    text = clean(cli("run", tmp_path / "p.bes", toys, "-q", "-o", "none")).stdout
    assert f"region lowest, from low ({low} events)" in text
