"""The command line for other programs: JSON, quiet, SARIF, GitHub, and `--fix` on files with comments."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from test_cli import PID, RHOPI, clean, cli

from dsl4bes.diagnostics.codes import CATALOGUE
from dsl4bes.diagnostics.model import Bag
from dsl4bes.diagnostics.render import render
from dsl4bes.driver import check_source
from dsl4bes.source import SourceFile

BAD = sorted((Path(__file__).parent / "corpus/bad").glob("*.bes"))
COMMENTED = """\
# the tracks: && is no operator here
event_selection do
    charged_tracks do   # all of them
        vr < 1 Cm       # near the beam
        ngod == 2       # two
        -1 <= net_charge
    end
    # and the showers
    photons do
        energy > 40 mev   # barrel and end-cap
        ngam >= 2
    end
    require "x", e(gam1) > 0.1 && e(gam2) > 0.1   # both && hard
end
"""


def test_fix_is_idempotent_and_keeps_comments(tmp_path):
    file = tmp_path / "commented.bes"
    file.write_text(COMMENTED)
    clean(cli("check", "--fix", file))
    once = file.read_text()
    assert once != COMMENTED
    assert re.findall(r"#.*", once) == re.findall(r"#.*", COMMENTED)
    assert [
        line for line in ("vr < 1 cm ", "ngood == 2 ", "net_charge >= -1", "40 MeV ") if line not in once
    ] == []
    assert "e(gam1) > 0.1 and e(gam2) > 0.1   # both && hard" in once
    done = clean(cli("check", "--fix", file))
    assert file.read_text() == once
    assert "mended" not in done.stdout
    assert clean(cli("check", file)).returncode == 0


def checked(path: Path) -> Bag:
    return check_source(SourceFile(f"a folder/{path.name}", path.read_bytes().decode("utf-8", "replace"))).bag


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_sarif_has_what_the_standard_asks(path):
    bag = checked(path)
    log = json.loads(render(bag, "sarif"))
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "dsl4bes"
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len(run["results"]) == len(bag)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["ruleId"] in CATALOGUE
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"].strip()
        for location in (*result.get("locations", ()), *result.get("relatedLocations", ())):
            place = location["physicalLocation"]
            assert not set(place["artifactLocation"]["uri"]) & set(' <>"{}|\\^`')
            region = place["region"]
            begin = (region["startLine"], region["startColumn"])
            assert (1, 1) <= begin <= (region["endLine"], region["endColumn"])
        for fix in result.get("fixes", ()):
            for change in fix["artifactChanges"]:
                assert change["artifactLocation"]["uri"] and change["replacements"]
                assert all("deletedRegion" in each for each in change["replacements"])


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_github_has_one_line_a_finding(path):
    bag = checked(path)
    lines = render(bag, "github").split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(bag)
    for line in lines:
        match = re.fullmatch(r"::(error|warning|notice) ([^:\r\n]*)::([^\r\n]+)", line)
        assert match, line
        assert all(re.fullmatch(r"[a-zA-Z]+=[^,:]+", part) for part in match[2].split(","))


def test_toy_is_quiet_or_json(tmp_path):
    pytest.importorskip("numpy")
    decay, file = "J/psi -> pi+ pi- (pi0 -> gam gam)", tmp_path / "a.toy.npz"
    done = clean(cli("toy", decay, "-n", 3, "-o", file, "--quiet"))
    assert file.exists() and done.stdout == done.stderr == ""
    report = json.loads(clean(cli("toy", decay, "-n", 0, "--json", "-o", file)).stdout)
    assert report["output"] == str(file) and report["events"] == 0 and report["decay"] == decay


def test_compile_and_plan_are_quiet_or_json(tmp_path):
    planned = json.loads(clean(cli("plan", PID, "-o", tmp_path, "--json")).stdout)
    assert set(planned.values()) == {"new"}
    report = json.loads(clean(cli("compile", PID, "-o", tmp_path, "--json")).stdout)
    assert sorted(report["written"]) == sorted(planned) and report["refused"] == []
    assert Path(report["package"]).is_dir()
    assert clean(cli("compile", PID, "-o", tmp_path, "--quiet")).stdout == ""
    assert clean(cli("plan", PID, "-o", tmp_path, "--quiet")).stdout == ""
    assert set(json.loads(clean(cli("plan", PID, "-o", tmp_path, "--json")).stdout).values()) == {"unchanged"}


def test_explain_gives_json():
    found = json.loads(clean(cli("explain", "--json", "photons.energy", "p")).stdout)
    assert found["photons.energy"]["fields"]["photons.energy"]["natural"] == ">"
    assert found["p"]["function"]["doc"]
    assert json.loads(clean(cli("explain", "--json", "no_such_word"), 1).stdout) == {}


@pytest.mark.cpp
@pytest.mark.parametrize(("decay", "events"), [("J/psi -> gam (pi0 -> gam gam)", 5), ("J/psi -> pi+ pi-", 0)])
def test_events_without_tracks_and_files_without_events_run(tmp_path, decay, events):
    pytest.importorskip("pybes3")
    from dsl4bes.standin.toolchain import ToolchainError, toolchain

    try:
        toolchain()
    except ToolchainError as error:
        pytest.skip(str(error).splitlines()[0])
    program = tmp_path / "a.bes"
    program.write_text(
        "event_selection do\n    charged_tracks do\n        vr < 1 cm\n        ngood >= 0\n    end\nend\n"
        'ntuple("t") do\n    column n: count(good)\n    array :p_good, p(good), max: 10\nend\n'
        'histogram("h") do\n    fill p(good)\n    bins 10, 0 GeV..2 GeV\nend\n'
    )
    file = tmp_path / "a.toy.npz"
    clean(cli("toy", decay, "-n", events, "-o", file))
    done = clean(cli("run", program, file, "-o", tmp_path / "a.root", "--json", "--cross-check"))
    report = json.loads(done.stdout)
    assert report["cutflow"]["events"] == report["cutflow"]["selected"] == events
    if events:  # where nothing was read nothing is written, and an older file stays
        assert report["tuples"]["t"]["rows"] == events
        assert sum(report["histograms"]["h"]["contents"]) == 0
        assert report["cross_check"]["differences"] == 0
    assert "\r" not in done.stderr and "\x1b" not in done.stderr  # no progress bar where nobody watches
    assert clean(cli("run", RHOPI, file, "-o", "none", "-q")).returncode == 0
