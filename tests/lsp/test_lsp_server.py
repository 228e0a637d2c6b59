"""The language server: the real process, spoken to over its pipes by a small client."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

pytest.importorskip("pygls")

from front_end import ROOT
from lsp_client import Client, Refused, place

RHOPI = (ROOT / "examples/rhopi/rhopi.bes").read_text(encoding="utf-8")
PHOTONS = "event_selection.photons do\n    energy > 30 MeV\n    ngam >= 1\nend\n"


@pytest.fixture(scope="module")
def client():
    made = Client()
    yield made
    if made.process.poll() is None:
        assert made.end() == 0


@pytest.fixture
def uri(client, request, tmp_path):
    """A file of its own for each test."""
    return (tmp_path / "program.bes").as_uri()


def spans(text: str, edits: list[dict]) -> str:
    """A text with edits of the protocol in it, by UTF-16 units."""
    lines = text.split("\n")

    def offset(position: dict) -> int:
        line = lines[position["line"]].encode("utf-16-le")[: 2 * position["character"]].decode("utf-16-le")
        return sum(len(each) + 1 for each in lines[: position["line"]]) + len(line)

    for edit in sorted(edits, key=lambda edit: -offset(edit["range"]["start"])):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text


def test_what_the_server_can(client):
    able = client.abilities
    assert able["positionEncoding"] == "utf-16"
    for word in ("completion", "hover", "definition", "references", "rename", "signatureHelp", "codeAction", "documentFormatting", "documentRangeFormatting", "foldingRange", "semanticTokens", "inlayHint", "documentSymbol"):
        assert able[f"{word}Provider"]
    assert {"dsl4bes.cpp", "dsl4bes.cutFlow"} <= set(able["executeCommandProvider"]["commands"])


def test_diagnostics_as_you_type(client, uri):
    client.open(uri, RHOPI)
    assert client.diagnostics(uri, 1) == []
    client.change(uri, RHOPI.replace("isolation ", "isolaton "), 2)
    found = client.diagnostics(uri, 2)
    assert [(each["code"], each["severity"], each["source"]) for each in found] == [("BES0202", 1, "dsl4bes")]
    assert found[0]["range"]["start"] == place(RHOPI, "isolation") and "did you mean `isolation`" in found[0]["message"]
    client.change(uri, RHOPI.replace("end", "en", 1), 3)
    assert any(each["code"].startswith("BES01") for each in client.diagnostics(uri, 3))


def test_only_the_last_of_quick_changes_is_checked(client, uri):
    client.open(uri, RHOPI)
    for version in range(2, 12):
        client.change(uri, RHOPI + "#" * version, version)
    assert client.diagnostics(uri, 11) == []
    sent = [note["params"].get("version") for note in client.notes if note["method"] == "textDocument/publishDiagnostics" and note["params"]["uri"] == uri]
    assert len(sent) < 3


def test_completion_and_its_documentation(client, uri):
    text = "event_selection do\n    photons do\n        \n    end\nend\n"
    client.open(uri, text)
    items = {each["label"]: each for each in client.at("completion", uri, 2, 8)["items"]}
    assert items["energy"]["textEdit"]["newText"] == "energy > ${1:40} MeV" and items["energy"]["insertTextFormat"] == 2
    assert "*Example:*" in items["energy"]["documentation"]["value"]


def test_hover_definition_references_and_signature(client, uri):
    client.open(uri, RHOPI)
    here = place(RHOPI, "fit4c.gam1, fit4c")
    at = (here["line"], here["character"] + 1)
    assert "kinematic fit" in client.at("hover", uri, *at)["contents"]["value"]
    assert [each["range"]["start"] for each in client.at("definition", uri, *at)] == [place(RHOPI, ":fit4c", 1)]
    found = client.at("references", uri, *at, context={"includeDeclaration": True})
    assert len(found) == len(client.at("references", uri, *at, context={"includeDeclaration": False})) + 1 == len(client.at("documentHighlight", uri, *at))
    call = client.at("signatureHelp", uri, here["line"], here["character"] + len("fit4c.gam1, "))
    assert call["signatures"][0]["label"] == "m(a, ...)" and call["activeParameter"] == 1


def test_rename_is_an_edit_of_this_version(client, uri):
    client.open(uri, RHOPI, 7)
    here = place(RHOPI, "fit5c.pip")
    asked = client.at("prepareRename", uri, here["line"], here["character"])
    assert asked["placeholder"] == "fit5c"
    changes = client.at("rename", uri, here["line"], here["character"], newName="five")["documentChanges"]
    assert changes[0]["textDocument"] == {"uri": uri, "version": 7}
    new = spans(RHOPI, changes[0]["edits"])
    assert new == RHOPI.replace("fit5c", "five")
    with pytest.raises(Refused, match="is no name"):
        client.at("rename", uri, here["line"], here["character"], newName="5")
    with pytest.raises(Refused, match="no name that this program makes"):
        client.at("prepareRename", uri, 0, 2)


def test_a_refusal_is_an_answer_and_no_line_in_the_log(client, uri):
    client.open(uri, RHOPI)
    with pytest.raises(Refused, match="no name that this program makes"):
        client.at("prepareRename", uri, 0, 2)
    assert client.of("foldingRange", uri)
    assert not [note for note in client.notes if note["method"] == "window/logMessage" and "no name that" in note["params"]["message"]]


def test_a_change_of_a_closed_text_does_not_open_it(client, uri):
    client.open(uri, PHOTONS)
    client.diagnostics(uri)
    client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert client.diagnostics(uri) == []
    client.change(uri, "photons do\n", 2)
    assert client.at("hover", uri, 0, 2) is None


def test_code_actions(client, uri):
    text = "event_selection do\n    photons do\n        isolation > 20\n        energyy > 30 MeV\n        ngam >= 1\n    end\nend\n"
    client.open(uri, text)
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    found = {each["title"]: each for each in client.of("codeAction", uri, range=everything, context={"diagnostics": []})}
    mend = found["write `energy`"]
    assert mend["isPreferred"] and mend["diagnostics"][0]["code"] == "BES0202"
    assert "        energy > 30" in spans(text, mend["edit"]["documentChanges"][0]["edits"])
    assert "isolation > 20 deg" in spans(text, found["write `20 deg`"]["edit"]["documentChanges"][0]["edits"])


def test_whole_texts(client, uri):
    client.open(uri, RHOPI)
    assert [each["name"] for each in client.of("documentSymbol", uri)][:2] == ["RhoPi", "event_selection"]
    assert client.of("foldingRange", uri)[0] == {"startLine": 0, "endLine": 5, "kind": "region"}
    data = client.of("semanticTokens/full", uri)["data"]
    assert len(data) % 5 == 0 and data[:5] == [0, 0, 8, 1, 0]
    edits = client.of("formatting", uri, options={"tabSize": 4, "insertSpaces": True})
    assert "prob_cut  > 0.001" in spans(RHOPI, edits)
    part = {"start": place(RHOPI, "prob_cut"), "end": place(RHOPI, "prob_cut", 3)}
    assert len(client.of("rangeFormatting", uri, range=part, options={"tabSize": 4, "insertSpaces": True})) < len(edits)


def test_positions_are_utf_16_units_and_lines_may_end_with_crlf(client, uri):
    text = "# 光子 𝛾𝛾 选择\r\nevent_selection.photons do # 𝛾\r\n    energy > 30 MeV\r\n    ngam >= 1\r\nend\r\nhistogram(\"e\", title: \"光𝛾𝛾\", weight: sum(e(gam))) do\r\n    fill e(gam)\r\n    bins 1, 0 GeV..1 GeV\r\nend\r\n"
    client.open(uri, text)
    client.diagnostics(uri, 1)
    start = len('histogram("e", title: "光') + 4 + len('", weight: sum(e(')
    assert client.at("hover", uri, 5, start + 1)["range"] == {"start": {"line": 5, "character": start}, "end": {"line": 5, "character": start + 3}}
    changes = client.at("rename", uri, 5, start + 1, newName="soft")["documentChanges"]
    assert spans(text.replace("\r\n", "\n"), changes[0]["edits"]) == text.replace("\r\n", "\n").replace("photons do", "photons(:soft) do").replace("ngam", "nsoft").replace("(gam", "(soft")
    data = client.of("semanticTokens/full", uri)["data"]
    assert data[:5] == [0, 0, len("# 光子 𝛾𝛾 选择".encode("utf-16-le")) // 2, data[3], 0]
    client.change(uri, text.replace("sum(e", "sum(ee"), 2)
    assert client.diagnostics(uri, 2)[0]["range"]["start"] == {"line": 5, "character": start - len("e(")}
    assert all(edit["newText"].count("\r\n") == edit["newText"].count("\n") for edit in client.of("formatting", uri, options={"tabSize": 4, "insertSpaces": True}))


def test_an_open_file_goes_before_the_one_on_disk(client, tmp_path):
    (tmp_path / "tracks.bes").write_text("event_selection.charged_tracks do\n    vr < 1 cm\n    ngood == 2\nend\n", encoding="utf-8")
    main, inner = (tmp_path / "main.bes").as_uri(), (tmp_path / "tracks.bes").as_uri()
    client.open(main, 'include "tracks.bes"\nevent_selection.require "two", count(good) == 2\n')
    assert client.diagnostics(main, 1) == []
    assert client.at("definition", main, 1, len('event_selection.require "two", count(g'))[0]["uri"] == inner
    client.open(inner, "event_selection.charged_tracks do\n    vrr < 1 cm\n    ngood == 2\nend\n")
    found = client.diagnostics(main, 1)
    assert found[0]["range"]["start"]["line"] == 0 and "tracks.bes:2:5" in found[0]["message"]
    client.tell("textDocument/didClose", {"textDocument": {"uri": inner}})
    assert client.diagnostics(main, 1) == []
    (tmp_path / "tracks.bes").write_text("event_selection.charged_tracks do\n", encoding="utf-8")
    client.tell("workspace/didChangeWatchedFiles", {"changes": [{"uri": inner, "type": 2}]})
    assert client.diagnostics(main, 1) != []


def test_commands_for_panels_and_counts_in_the_text(client, tmp_path):
    path = tmp_path / "program.bes"
    path.write_text(PHOTONS, encoding="utf-8")
    uri = path.as_uri()
    client.open(uri, PHOTONS)
    made = client.ask("workspace/executeCommand", {"command": "dsl4bes.cpp", "arguments": [uri]})
    assert made["ok"] and any(name.endswith(".cxx") and "energy" in text for name, text in made["files"].items())
    assert client.ask("workspace/executeCommand", {"command": "dsl4bes.cutFlow", "arguments": [uri]}) is None
    result = {"format": "dsl4bes result 1", "program": "program.bes", "histograms": {}, "files": [], "cutflow": {"events": 100, "lines": [{"name": "photons", "key": "photons", "events": 64}, {"name": "photons.ngam", "key": "photons.ngam", "events": 64, "part": True}]}}
    (tmp_path / "other.json").write_text("[1]", encoding="utf-8")
    (tmp_path / "last.json").write_text(json.dumps(result), encoding="utf-8")
    flow = client.ask("workspace/executeCommand", {"command": "dsl4bes.cutFlow", "arguments": [uri]})
    assert (flow["events"], flow["lines"][0]["events"], flow["stale"]) == (100, 64, False)
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    assert "64 events (64 %)" in [each["label"] for each in client.of("inlayHint", uri, range=everything)]
    client.change(uri, PHOTONS.replace("MeV", "MV"), 2)
    assert not client.ask("workspace/executeCommand", {"command": "dsl4bes.cpp", "arguments": [uri]})["ok"]
    with pytest.raises(Refused, match="no open program"):
        client.ask("workspace/executeCommand", {"command": "dsl4bes.cpp", "arguments": ["file:///nowhere.bes"]})
    assert sorted(each.name for each in tmp_path.iterdir()) == ["last.json", "other.json", "program.bes"]


def test_files_that_are_no_programs_have_one_finding(client, uri):
    client.open(uri, "x" * 10_000_000)
    assert [each["code"] for each in client.diagnostics(uri, 1)] == ["BES0105"]
    client.change(uri, "\x00\x01binary\x00" * 1000, 2)
    assert len(client.diagnostics(uri, 2)) == 1
    assert client.at("hover", uri, 0, 3) is None
    client.change(uri, "", 3)
    assert len(client.diagnostics(uri, 3)) == 1
    client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert client.at("hover", uri, 0, 0) is None


def test_a_cancelled_request_and_nonsense_leave_the_server_alive(client, uri):
    client.open(uri, RHOPI)
    numbers = [client.begin("textDocument/foldingRange", {"textDocument": {"uri": uri}}) for _ in range(3)]
    client.tell("$/cancelRequest", {"id": numbers[1]})
    client.send({"id": 9999, "method": "textDocument/noSuchThing", "params": {}})
    client.send({"id": 9998, "method": "textDocument/hover", "params": {"position": "here"}})
    assert client.answer(numbers[2])
    assert client.at("hover", uri, 9999, 9999) is None
    assert client.of("foldingRange", uri)


def test_a_client_without_snippets_and_versions():
    plain = Client(capabilities={"general": {"positionEncodings": ["utf-8", "utf-16"]}})
    assert plain.abilities["positionEncoding"] == "utf-8"
    uri = "untitled:Untitled-1"
    plain.open(uri, "# 光\nevent_selection.photons do # 光\n    \n    ngam >= 1\nend\n")
    plain.diagnostics(uri)
    item = next(each for each in plain.at("completion", uri, 2, 4)["items"] if each["label"] == "energy")
    assert item["textEdit"]["newText"] == "energy" and item["insertTextFormat"] == 1
    assert plain.of("semanticTokens/full", uri)["data"][2] == len("# 光".encode())
    assert "changes" in plain.at("rename", uri, 3, 6, newName="soft")
    assert plain.end() == 0


def test_the_server_ends_when_the_editor_has_gone():
    client = Client()
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.process.wait(20) == 0
    assert client.process.stderr is not None and client.process.stderr.read() == b""


def test_without_the_library_one_line_says_how_to_get_it():
    code = "import sys; sys.modules['pygls'] = None; from dsl4bes.cli.app import run; sys.exit(run(['lsp']))"
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, cwd=ROOT, stdin=subprocess.DEVNULL, timeout=60)
    assert done.returncode == 1 and done.stdout == "" and "dsl4bes[lsp]" in done.stderr and "Traceback" not in done.stderr


def test_a_fault_in_a_handler_is_a_line_in_the_log(monkeypatch):
    """In this process: a service that raises gives no answer and a message, and the next request is answered."""
    import asyncio

    from lsprotocol import types

    from dsl4bes.editing import folding
    from dsl4bes.lsp.server import made

    server, log = made(), []
    monkeypatch.setattr(server, "window_log_message", log.append)
    server.buffers.put("file:///x.bes", 1, PHOTONS)
    asked = types.FoldingRangeParams(types.TextDocumentIdentifier("file:///x.bes"))
    handler = server.protocol.fm.features["textDocument/foldingRange"]
    assert asyncio.run(handler(asked))
    monkeypatch.setattr(folding, "folds", lambda document: 1 / 0)
    assert asyncio.run(handler(asked)) is None
    assert log[0].type == types.MessageType.Error and "ZeroDivisionError" in log[0].message


def test_answers_come_while_a_large_text_is_open(client, uri):
    """No figure of speed, which a busy machine cannot promise (`tests/benchmarks/editing.py` has them): only that nothing waits for seconds."""
    text = PHOTONS + "".join(f'event_selection.require "cut {i}", e(gam1) > {i + 1} MeV\n' for i in range(1000))
    client.open(uri, text)
    started = time.monotonic()
    assert client.at("completion", uri, 1, 6)["items"]
    assert client.at("hover", uri, 1, 6)
    assert time.monotonic() - started < 20
