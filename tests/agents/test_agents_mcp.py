"""The server for agents, spoken to by the official client over pipes: each tool, bounds, progress, files that may and may not be read."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mcp.server.mcpserver")

from mcp import Client, StdioServerParameters

from dsl4bes.agents import child, work

ROOT = Path(__file__).resolve().parents[2]
TRACKS = "event_selection do\n    charged_tracks do\n        vr < 1 cm\n        ngood == 2\n    end\n    photons do\n        energy > 40 MeV\n        ngam >= 2\n    end\nend\nntuple(\"t\") do\n    column n: count(gam)\n    array :e, e(gam), max: 10\nend\n"


def talk(work, *arguments):
    """What `work(client)` gives, with a server of its own."""

    async def session():
        parameters = StdioServerParameters(command=sys.executable, args=["-m", "dsl4bes", "mcp", *arguments], env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT)
        async with Client(parameters) as client:
            return await work(client)

    return asyncio.run(asyncio.wait_for(session(), 240))


async def called(client, tool, **given):
    answer = await client.call_tool(tool, given)
    assert not answer.is_error, answer.content
    return answer.structured_content


async def writes_a_selection(client):
    """Reads an example, makes a mistake, mends it by the fix that it is given, formats and compiles."""
    assert {each.name for each in (await client.list_tools()).tools} == {"check", "fix", "format", "compile", "explain", "describe_language", "examples", "run_on_toy", "describe", "import_cpp"}
    assert "rhopi" in (await called(client, "examples"))["examples"]
    text = (await called(client, "examples", name="rhopi"))["text"]
    assert (await called(client, "check", text=text))["ok"]
    broken = text.replace("energy > 40", "enrgy > 40")
    assert broken != text
    found = await called(client, "check", text=broken)
    assert not found["ok"] and found["diagnostics"][0]["code"] == "BES0202"
    fix = found["diagnostics"][0]["fixes"][0]
    mended = broken[: fix["place"]["start"]] + fix["text"] + broken[fix["place"]["end"] :]
    assert mended == text
    assert (await called(client, "fix", text=broken))["text"] == text
    assert (await called(client, "format", text="event_selection.photons do\n energy 40 MeV\nend"))["text"] == "event_selection.photons do\n    energy > 40 MeV\nend\n"
    files = (await called(client, "compile", text=text))["files"]
    assert any(name.endswith("RhoPi.cxx") and "Algorithm" in content for name, content in files.items())
    assert (await called(client, "compile", text=broken))["files"] == {}
    said = await called(client, "describe", text=text)
    assert said["ok"] and "40 MeV" in said["text"].replace("\u00a0", " ") and said["description"]
    assert "40" in (await called(client, "describe", text=text, language="zh"))["text"]
    assert (await called(client, "describe", text=broken))["text"] is None
    old = (ROOT / "tests" / "importing" / "nested_style.cxx").read_text(encoding="utf-8")
    draft = await called(client, "import_cpp", text=old, options="KKAlg.RCut = 0.7;\n", name="KKAlg.cxx")
    assert draft["ok"] and draft["not_understood"] == [] and "vr < 0.7 cm" in draft["text"]
    assert (await called(client, "check", text=draft["text"]))["ok"]
    assert "no function `execute`" in (await called(client, "import_cpp", text="int x;"))["fault"]
    assert (await called(client, "explain", word="photons.energy"))["known"]
    assert not (await called(client, "explain", word="nosuchword"))["known"]
    assert "helicity" in (await called(client, "describe_language", topic="helicity"))["found"]["functions"]


async def reads_resources_and_meets_bounds(client):
    assert {str(each.uri) for each in (await client.list_resources()).resources} == {"dsl4bes://grammar", "dsl4bes://reference"}
    templates = [each.uri_template for each in (await client.list_resource_templates()).resource_templates]
    assert templates == ["dsl4bes://example/{name}"]
    assert "## photons" in (await client.read_resource("dsl4bes://reference")).contents[0].text
    assert "%import" in (await client.read_resource("dsl4bes://grammar")).contents[0].text
    assert (await client.read_resource("dsl4bes://example/rhopi")).contents[0].text.startswith("analysis")
    assert (await client.call_tool("check", {"text": "x" * 200_001})).is_error
    assert (await client.call_tool("run_on_toy", {"text": TRACKS, "decay": "J/psi -> pi+ pi-", "events": 20_001})).is_error
    assert (await client.call_tool("explain", {"word": 3})).is_error
    for given in ({}, {"text": TRACKS, "path": "a.bes"}, {"path": "/etc/passwd"}, {"path": "examples/rhopi/rhopi.bes"}):
        answer = await called(client, "check", **given)
        assert answer["ok"] is False and answer["fault"]
    outside = await called(client, "check", text='include "/etc/hostname.bes"\ninclude "examples/rhopi/rhopi.bes"\n')
    assert outside["errors"] == 2
    assert "no example" in (await called(client, "examples", name="nothing"))["fault"]


def test_only_files_below_the_folder(tmp_path):
    inside, other = tmp_path / "inside", tmp_path / "other"
    inside.mkdir()
    other.mkdir()
    (inside / "good.bes").write_text('event_selection do\n    include "part.bes"\nend\n', encoding="utf-8")
    (inside / "part.bes").write_text(TRACKS.split("ntuple")[0].replace("event_selection do\n", "").rpartition("end\n")[0], encoding="utf-8")
    (inside / "leads_out.bes").write_text('event_selection do\n    include "../other/secret.bes"\nend\n', encoding="utf-8")
    (inside / "follows.bes").write_text('event_selection do\n    include "link.bes"\nend\n', encoding="utf-8")
    (other / "secret.bes").write_text("photons do\n    energy > 77 MeV\nend\n", encoding="utf-8")
    (inside / "link.bes").symlink_to(other / "secret.bes")

    async def work(client):
        assert (await called(client, "check", path="good.bes"))["errors"] == 0
        for path in ("link.bes", "../other/secret.bes", str(other / "secret.bes"), "nothing.bes", "good.bes\0", "."):
            assert (await called(client, "check", path=path))["fault"], path
        for path in ("leads_out.bes", "follows.bes"):
            answer = await called(client, "check", path=path)
            assert answer["errors"] == 1 and "77" not in str(answer), path

    before = sorted(tmp_path.rglob("*"))
    talk(work, "--root", str(inside))
    assert sorted(tmp_path.rglob("*")) == before


async def runs_what_cannot_run(client):
    assert "decay" in (await called(client, "run_on_toy", text=TRACKS, decay="nothing -> at all", events=10))["fault"]
    answer = await called(client, "run_on_toy", text="event_selection do\n", decay="J/psi -> pi+ pi-", events=10)
    assert not answer["ok"] and answer["diagnostics"]


def test_an_agent_at_a_server_without_a_folder():
    async def work(client):
        await writes_a_selection(client)
        await reads_resources_and_meets_bounds(client)
        await runs_what_cannot_run(client)

    talk(work)


@pytest.mark.slow
def test_a_run_on_toy_events_tells_how_far_it_is():
    told = []

    async def work(client):
        async def progress(done, total, words):
            told.append((done, words))

        given = {"text": TRACKS, "decay": "J/psi -> rho(770)0 pi0", "events": 300, "rows": 3}
        first = (await client.call_tool("run_on_toy", given, progress_callback=progress)).structured_content
        again = await called(client, "run_on_toy", **given)
        assert first["ok"] and first["events"] == 300 and 0 < first["selected"] < 300
        assert first["cut_flow"] == again["cut_flow"] and first["tuples"] == again["tuples"]
        columns = first["tuples"]["t"]["columns"]
        assert first["tuples"]["t"]["rows"] == first["selected"] and len(columns["n"]) == 3 and [len(each) for each in columns["e"]] == columns["n"]

    talk(work)
    assert [done for done, _ in told] == sorted(done for done, _ in told) and len(told) >= 2


@pytest.mark.parametrize("tool", ["check", "compile", "describe"])
def test_what_takes_too_long_is_ended_and_said(tool):
    answer = asyncio.run(work.limited(tool, TRACKS, "", "", seconds=0.02))
    assert answer["ok"] is False and "ended after 0.02 s" in answer["fault"]


def test_work_that_ends_without_an_answer_is_said(tmp_path, monkeypatch):
    (tmp_path / "crashes.py").write_text("import os\nos.kill(os.getpid(), 11)\n", encoding="utf-8")
    (tmp_path / "talks.py").write_text("from dsl4bes.agents import child\nchild.serve(lambda request, say: {'text': 'x' * child.MAX_ANSWER})\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    assert "status -11" in asyncio.run(child.ask("crashes", {"text": "x" * 200_000}, 30, "less"))["fault"]
    assert "too large" in asyncio.run(child.ask("talks", {}, 30, "less"))["fault"]


def test_ctrl_c_ends_the_server_and_its_work():
    command = [sys.executable, "-m", "dsl4bes", "mcp"]
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    assert running.stdin is not None and running.stdout is not None
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}
    running.stdin.write(json.dumps(hello).encode() + b"\n")
    running.stdin.flush()
    assert json.loads(running.stdout.readline())["result"]["serverInfo"]["name"] == "dsl4bes"
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=30)
    assert running.returncode == 130 and b"Traceback" not in errors


@pytest.mark.slow
def test_accepted_code_of_a_custom_block_runs_only_beside_its_lock(tmp_path):
    program = """event_selection do
    charged_tracks do
        ngood == 2
    end
    photons do
        energy > 40 MeV
    end
    many_photon_veto do
        describe "reject events with more photons than the limit"
        from gam
        limit 2
        code "many_photon_veto.inc"
    end
end
"""
    (tmp_path / "veto.bes").write_text(program, encoding="utf-8")
    (tmp_path / "many_photon_veto.inc").write_text("return in.gam.size() <= in.limit;\n", encoding="utf-8")
    accepted = subprocess.run([sys.executable, "-m", "dsl4bes", "accept", str(tmp_path / "veto.bes")], capture_output=True, check=False, timeout=200, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    if "sandbox" in accepted.stderr and accepted.returncode:
        pytest.skip(accepted.stderr.splitlines()[0])
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr

    async def work(client):
        ran = await called(client, "run_on_toy", path="veto.bes", decay="J/psi -> rho(770)0 pi0", events=200)
        assert ran["ok"], ran
        assert any("many_photon_veto" in str(line) for line in ran["cut_flow"]["lines"]) if "lines" in ran["cut_flow"] else "many_photon_veto" in str(ran["cut_flow"])
        files = (await called(client, "compile", path="veto.bes"))["files"]
        assert any("in.gam.size() <= in.limit" in content for content in files.values())
        plain = await called(client, "compile", text=program)
        assert not plain["ok"] and plain["files"] == {}

    talk(work, "--root", str(tmp_path))


def test_the_server_ends_with_its_pipe_and_says_what_is_wrong(tmp_path):
    command = [sys.executable, "-m", "dsl4bes", "mcp"]
    ended = subprocess.run(command, input=b"", capture_output=True, check=False, timeout=60, cwd=ROOT)
    assert ended.returncode == 0 and ended.stdout == b""
    wrong = subprocess.run([*command, "--root", str(tmp_path / "nothing")], capture_output=True, check=False, timeout=60, text=True, cwd=ROOT)
    assert wrong.returncode == 1 and "is no folder" in wrong.stderr and "Traceback" not in wrong.stderr
    (tmp_path / "mcp.py").write_text("raise ModuleNotFoundError(\"No module named 'mcp'\", name='mcp')\n", encoding="utf-8")
    missing = subprocess.run(command, capture_output=True, check=False, timeout=60, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"})
    assert missing.returncode == 1 and 'pip install "dsl4bes[mcp]"' in missing.stderr
