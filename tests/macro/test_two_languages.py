"""One lowering, two languages: the macro in C++ and the one in Python give the same numbers, tables, pictures and exit codes, in real ROOT."""

from __future__ import annotations

import ast
import builtins
import json
import math
import os
import re
import subprocess
import sys
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from dsl4bes.assets import templates_root
from dsl4bes.driver import check_source
from dsl4bes.macro.from_ir import lower
from dsl4bes.macro.names import Names
from dsl4bes.macro.render import functions, render
from dsl4bes.root.find import Root, find_root
from dsl4bes.root.run import run_macro
from dsl4bes.unknown.trouble import Trouble
from tests.macro.fits_of_all_kinds import FITS, program, write_data

HERE = Path(__file__).parent
SUPPORT = templates_root() / "fits" / "support"
GOLDEN = ("everything", "two_samples")
#: Agreement of numbers: the two call the same functions of ROOT, and only sums of Python and of C++ may round differently.
TOLERANCE = 1e-9


def texts(source: str) -> tuple[str, str]:
    """The macro of the only fit of a program, in C++ and in Python."""
    checked = check_source(source, "fits.bes")
    assert checked.program is not None, [str(each) for each in checked.bag]
    (fit,) = checked.program.fits
    macro = lower(fit, "fits.bes")
    return render(macro), render(macro, python=True)


@lru_cache(maxsize=1)
def root() -> Root:
    try:
        return find_root()
    except Trouble as trouble:
        pytest.skip(f"no ROOT: {trouble}")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    write_data(folder)
    _write_graph(folder / "graph.root")
    return folder


def _write_graph(path: Path) -> None:
    """By ROOT: uproot writes no graphs with errors."""
    if find_spec("ROOT") is None:
        return
    code = f"import ROOT, math; f = ROOT.TFile({str(path)!r}, 'recreate'); g = ROOT.TGraphErrors(20)\n"
    code += "for i in range(20): g.SetPoint(i, 0.25 + i / 2, 20 * math.exp(-0.3 * (0.25 + i / 2)) + 0.2 * (-1) ** i); g.SetPointError(i, 0, 0.3)\n"
    code += "f.WriteTObject(g, 'g'); f.Close()"
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, cwd=path.parent)


def run_both(source: str, name: str, data: Path, folder: Path) -> tuple[tuple[int | None, str, str], tuple[int | None, str, str]]:
    """Exit code, standard output and errors of both, which leave what they write in `folder`/cpp and `folder`/python."""
    if find_spec("ROOT") is None:
        pytest.skip("this Python has no ROOT")
    installed = root()
    for each in ("cpp", "python"):
        (folder / each).mkdir()
        for file in data.iterdir():
            (folder / each / file.name).symlink_to(file)
    cpp, python = texts(source)
    (folder / "cpp" / f"fit_{name}.C").write_text(cpp, encoding="utf-8")
    (folder / "python" / f"fit_{name}.py").write_text(python, encoding="utf-8")
    first = run_macro(installed, folder / "cpp" / f"fit_{name}.C", confined=False)
    done = subprocess.run([sys.executable, "-W", "ignore", f"fit_{name}.py"], cwd=folder / "python", capture_output=True, text=True, check=False, env=os.environ | {"ROOT_HIST": "0"})
    stdout = "\n".join(line for line in first.stdout.splitlines() if not line.startswith("(int)"))
    return (first.exit, stdout.strip(), first.stderr), (done.returncode, done.stdout.strip(), done.stderr)


def differences(one: object, other: object, place: str = "") -> list[str]:
    """Where two results differ: keys and their order, texts and flags in any way, numbers by more than the tolerance."""
    if isinstance(one, dict) and isinstance(other, dict):
        if list(one) != list(other):
            return [f"{place}: {list(one)} and {list(other)}"]
        return [each for key in one for each in differences(one[key], other[key], f"{place}/{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [each for number, pair in enumerate(zip(one, other, strict=True)) for each in differences(*pair, f"{place}/{number}")]
    if isinstance(one, float) and isinstance(other, (int, float)) or isinstance(one, int) and isinstance(other, float):
        return [] if math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=1e-300) else [f"{place}: {one!r} and {other!r}"]
    return [] if one == other and type(one) is type(other) else [f"{place}: {one!r} and {other!r}"]


def test_differences_are_seen():
    assert differences({"a": [1.0, {"b": True}]}, {"a": [1.0, {"b": True}]}) == []
    assert len(differences({"a": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0})) == 1
    assert differences([1.0, 2.0], [1.0, 2.0 + 1e-7]) == ["/1: 2.0 and 2.0000001"]
    assert differences({"valid": True}, {"valid": 1}) != []


# --- text --------------------------------------------------------------------------------------------------------------


def test_every_function_is_there_in_both_languages():
    cpp, python = ({path.name.removesuffix(ending) for path in SUPPORT.glob(f"*{ending}")} for ending in (".C.j2", ".py.j2"))
    assert cpp == python


def test_no_name_of_a_program_hides_a_function_or_class():
    names = Names()
    for path in SUPPORT.glob("*.py.j2"):
        for defined in re.findall(r"^(?:def|class) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert names.fresh(defined) == f"{defined}_"
    assert [names.fresh(word) for word in ("RooRealVar", "TH1D", "NAN", "lambda", "M", "mass")] == ["RooRealVar_", "TH1D_", "NAN_", "lambda_", "M", "mass"]


@pytest.mark.parametrize("name", sorted(FITS))
def test_script_is_python_of_3_8_with_every_function_it_calls(name):
    cpp, python = texts(program(name))
    tree = ast.parse(python, feature_version=(3, 8))
    defined = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    defined |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    defined |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert called - defined - set(dir(builtins)) == set()
    assert f"int fit_{name}() {{" in cpp


def test_the_fits_use_every_function():
    used: set[str] = set()
    for name in FITS:
        (fit,) = check_source(program(name), "fits.bes").program.fits
        used |= set(functions(lower(fit, "fits.bes")))
    assert used == {path.name.removesuffix(".C.j2") for path in SUPPORT.glob("*.C.j2")}, "add a fit to `fits_of_all_kinds` that uses it"


@pytest.mark.parametrize("name", GOLDEN)
@pytest.mark.parametrize("language", ["C", "py"])
def test_text_is_the_golden_one(name, language):
    text = texts(program(name))[language == "py"]
    assert text == texts(program(name))[language == "py"]
    file = HERE / "golden" / f"{name}.{language}.golden"
    if os.environ.get("UPDATE"):
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text, "UPDATE=1 accepts it"


# --- runs --------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FITS))
def test_both_languages_give_the_same(name, data, tmp_path):
    cpp, python = run_both(program(name), name, data, tmp_path)
    assert (cpp[0], python[0]) == (0, 0), cpp[2] + python[2]
    assert cpp[1] == python[1]
    one, other = (json.loads((tmp_path / folder / f"{name}.json").read_text(encoding="utf-8")) for folder in ("cpp", "python"))
    assert one["valid"] is True
    assert one["parameters"]
    assert differences(one, other) == []
    pictures = sorted(path.name for path in (tmp_path / "cpp").glob("*.png"))
    assert pictures and pictures == sorted(path.name for path in (tmp_path / "python").glob("*.png"))
    for picture in pictures:
        assert (tmp_path / "cpp" / picture).read_bytes() == (tmp_path / "python" / picture).read_bytes()


WRONG = {
    "no_file": ('"nowhere.root", tree: "t", branch: "m"', "cannot open nowhere.root"),
    "no_tree": ('"events.root", tree: "nix", branch: "m"', "no tree nix in events.root"),
    "no_branch": ('"events.root", tree: "t", branch: "nix"', "no branch nix in t"),
    "bad_cut": ('"events.root", tree: "t", branch: "m", cut: "nix > 3"', "nix > 3 cannot be read from the tree t"),
    "nothing_left": ('"events.root", tree: "t", branch: "m", cut: "chi2 > 1000"', "no entry lies in the range of m"),
    "no_table": ('"nowhere.csv", column: "m"', "cannot read nowhere.csv"),
    "no_column": ('"events.csv", column: "nix"', "no column nix in events.csv"),
    "no_number": ('"bad.csv", column: "m"', "bad.csv, line 4: no number in column m"),
    "no_histogram": ('"bins.root", histogram: "nix"', "no histogram nix in bins.root"),
    "other_edges": ('"other.root", histogram: "coarse"', "the range of the fit does not begin and end at edges of bins of coarse (it has 7 from 0.1 to 0.2)"),
    "weights": ('"other.root", histogram: "weighted"', "the bins of other.root are sums of weights, and a likelihood needs numbers of entries: fit them by chi2"),
}


@pytest.fixture(scope="module")
def wrong_data(data):
    import hist
    import numpy as np
    import uproot

    (data / "bad.csv").write_text("run,m\n1,0.12\n\n2,x\n", encoding="ascii")
    weighted = hist.Hist(hist.axis.Regular(60, 0.105, 0.165), storage=hist.storage.Weight())
    weighted.fill(np.linspace(0.106, 0.164, 500), weight=0.3)
    with uproot.recreate(data / "other.root") as file:
        file["coarse"] = np.histogram(np.linspace(0.1, 0.2, 50), bins=7, range=(0.1, 0.2))
        file["weighted"] = weighted
    return data


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(WRONG))
def test_what_is_wrong_with_data_is_one_line_in_both(name, wrong_data, tmp_path):
    line, words = WRONG[name]
    source = program("everything").replace('"everything"', f'"{name}"').replace('"events.root", tree: "t", branch: "m", cut: "chi2 < 50"', line)
    assert line in source
    for exit_code, _, stderr in run_both(source, name, wrong_data, tmp_path):
        said = [each for each in stderr.splitlines() if each.strip() and "ROOT/__init__.py" not in each and "alpha stage" not in each and "warnings.warn" not in each]
        assert said == [f"error: {words}"]
        assert exit_code == 2
    assert not list(tmp_path.rglob("*.json"))


@pytest.mark.slow
def test_a_fit_at_a_limit_has_no_result_in_both(data, tmp_path):
    source = program("fractions").replace("range: 1 MeV..20 MeV", "range: 1 MeV..3 MeV").replace("sigma 6 MeV", "sigma 2 MeV")
    cpp, python = run_both(source, "fractions", data, tmp_path)
    assert (cpp[0], python[0]) == (3, 3)
    for folder in ("cpp", "python"):
        found = json.loads((tmp_path / folder / "fractions.json").read_text(encoding="utf-8"))
        assert found["valid"] is False
        assert [name for name, parameter in found["parameters"].items() if parameter["at_limit"]] == ["signal.sigma"]


@pytest.mark.slow
def test_no_signal_has_an_upper_limit_in_both(data, tmp_path):
    """At the limit 0 of a yield the error is that of no parabola: the scan of the likelihood must reach far enough all the same."""
    source = program("everything").replace("mean  0.135 GeV, range: 0.13 GeV..0.14 GeV, constraint: 0.1 MeV", "mean 0.12 GeV, fixed: true").replace("sigma 6 MeV, range: 1 MeV..20 MeV", "sigma 2 MeV, fixed: true")
    for line in ("    toys 10\n", "    errors :minos\n", "    intervals 68.3 %, 95 %\n", "    band 68.3 %, 95 %\n"):
        source = source.replace(line, "")
    source = source.replace('tree: "t"', 'tree: "hole"').replace(', cut: "chi2 < 50"', "").replace("events.root", "hole.root")
    _write_hole(data / "hole.root")
    cpp, python = run_both(source, "everything", data, tmp_path)
    assert (cpp[0], python[0]) == (3, 3)
    one, other = (json.loads((tmp_path / folder / "everything.json").read_text(encoding="utf-8")) for folder in ("cpp", "python"))
    assert differences(one, other) == []
    assert one["parameters"]["signal.yield"]["at_limit"] is True
    limit = one["upper_limit signal.yield"]
    area = [0.5 * (high - low) * (first + second) for low, high, first, second in zip(limit["yields"], limit["yields"][1:], limit["likelihoods"], limit["likelihoods"][1:], strict=False)]
    below = sum(piece for piece, high in zip(area, limit["yields"][1:], strict=True) if high <= limit["limit"])
    assert limit["likelihoods"][-1] < 1e-5
    assert 0.85 < below / sum(area) <= 0.9


def _write_hole(path: Path) -> None:
    import numpy as np
    import uproot

    random = np.random.default_rng(23)
    mass = random.uniform(0.105, 0.165, 3000)
    with uproot.recreate(path) as file:
        file.mktree("hole", {"m": "f8"}).extend({"m": mass[(abs(mass - 0.12) > 0.002) | (random.uniform(size=3000) < 0.7)]})
