"""`dsl4bes review` for real: accepted code, code that nobody accepted and lists of BOSS's producers, on the sample events in the sandbox.

In: programs and code in files. Out: assertions on JSON, against what `accept` found and against the limits of the code. Slow: packages are built.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("tree_sitter_cpp", reason="the extra [llm] is not installed")
from review_tools import reviewed

from dsl4bes.ir.custom import Author
from dsl4bes.unknown.lock import Entry, Lock

pytestmark = [pytest.mark.cpp, pytest.mark.slow]

PROGRAM = """event_selection do
    charged_tracks do
        ngood >= 1
    end
    photons do
        ngam >= 1
    end
    loud_shower_limit do
        describe "reject events with a photon above the limit"
        from     gam
        limit    0.8 GeV
        code     "limit.inc"
    end
    require "few", count(gam) < 4
end
"""
CODE = """// no photon above the limit
for (std::size_t i = 0; i < in.gam.size(); ++i) {
  if (in.gam[i].energy > in.limit) return false;
}
return true;
"""
#: BOSS's own list of pi0, and a fit before the block: the judge needs what the producer made.
LISTED = """event_selection do
    charged_tracks do
        ngood >= 1
    end
    photons do
        ngam >= 2
    end
    combine(:pi0) do
        decay "pi0 -> gam gam"
        from  EvtRecPi0Col, gam
        choose :min_chi2
    end
    heavy_pair_veto do
        describe "reject a pi0 of high energy"
        from     pi0
        limit    1.0 GeV
        code     "pair.inc"
    end
end
"""
PAIR = "return in.pi0.pi0.e() < in.limit;\n"


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([sys.executable, "-m", "dsl4bes", *arguments], cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return done


def shown(folder: Path, *arguments: str) -> tuple[int, dict]:
    done = command(folder, "review", "x.bes", "--json", *arguments)
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    return done.returncode, json.loads(done.stdout)["blocks"][0]


def holds(decided: dict) -> None:
    """Every shown event is on the side that the limit puts it on, and both sides are there."""
    assert {event["stays"] for event in decided["shown"]} == {True, False}
    for event in decided["shown"]:
        assert event["values"] == {"limit": 0.8}
        energies = [entry["energy"] for entry in event["lists"]["gam"]]
        assert energies and event["stays"] == (max(energies) <= 0.8), event


def test_what_review_counts_is_what_accept_counted_and_what_the_code_says(tmp_path):
    (tmp_path / "x.bes").write_text(PROGRAM)
    (tmp_path / "limit.inc").write_text(CODE)
    status, before = shown(tmp_path, "-n", "8")
    assert status == 1 and before["state"] == "not accepted" and before["decided"]["steady"]
    holds(before["decided"])
    assert not (tmp_path / "x.bes.lock").exists()

    assert command(tmp_path, "accept", "x.bes", "--quiet").returncode == 0
    status, after = shown(tmp_path, "-n", "8", "--plot", "seen.svg")
    assert status == 0 and after["state"] == "fresh" and after["decided"] == before["decided"]
    decided = after["decided"]
    assert after["ladder"]["decide"] == f"{decided['stay']} stay, {decided['rejected']} are rejected"
    assert after["ladder"]["run"] == f"{decided['reached']} events reached it"
    flow = decided["flow"]
    assert (flow["before"], flow["block"]["events"]) == ({"line": "photons", "events": decided["reached"]}, decided["stay"])
    assert 0 < flow["end"]["events"] < decided["stay"]
    assert b"<svg" in (tmp_path / "seen.svg").read_bytes()[:1000]

    (tmp_path / "x.bes").write_text(PROGRAM.replace("above the limit", "beyond the limit"))
    status, stale = shown(tmp_path)
    assert status == 1 and stale["state"] == "stale" and stale["decided"]["stay"] == decided["stay"]


def test_a_job_that_stops_is_said_and_hides_no_accepted_block(tmp_path):
    text = PROGRAM.replace('    require "few"', "    few_photons_only do\n        from gam\n        most 3\n    end\n" + '    require "few"')
    task = reviewed(Lock(), text.replace('        code     "limit.inc"\n', "")).blocks["few_photons_only"].task
    body = "return in.gam.size() <= in.most;\n"
    pinned = Entry(task.name, Author.MODEL, task.block, task.context, body, {"policy": "accepted"}, {"agreement": "5 of 8"}).sealed()
    (tmp_path / "x.bes").write_text(text)
    (tmp_path / "x.bes.lock").write_text(Lock({task.name: pinned}).text("x.bes"))
    (tmp_path / "limit.inc").write_text("return in.gam[100000000].energy < in.limit;\n")
    done = command(tmp_path, "review", "x.bes", "--json")
    stops, few = json.loads(done.stdout)["blocks"]
    assert done.returncode == 1
    assert stops["decided"] is None and "stopped" in stops["not_run"]
    assert few["state"] == "fresh" and few["agreement"]["share"] == 5 / 8
    decided = few["decided"]
    assert decided["reached"] > decided["stay"] > 0 and decided["flow"]["before"]["line"] == "loud_shower_limit"
    for event in decided["shown"]:
        assert event["stays"] == (len(event["lists"]["gam"]) <= 3) and event["lists"]["gam"][0] == {}


def test_values_of_what_a_producer_of_boss_made(tmp_path):
    (tmp_path / "x.bes").write_text(LISTED)
    (tmp_path / "pair.inc").write_text(PAIR)
    _, block = shown(tmp_path, "-n", "6")
    decided = block["decided"]
    assert decided["without_values"] == "" and {event["stays"] for event in decided["shown"]} == {True, False}
    for event in decided["shown"]:
        px, py, pz, energy = event["values"]["pi0.pi0"]
        assert event["stays"] == (energy < 1.0)
        assert 0.1 < (energy**2 - px**2 - py**2 - pz**2) ** 0.5 < 0.2  # the mass of a pair of photons near the pi0
