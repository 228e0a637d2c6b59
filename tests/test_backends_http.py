"""The HTTP backend against a real server on this machine that answers well, or misbehaves in every way that comes to mind."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import os
import socket
import sys
import time

import pytest

pytest.importorskip("httpx")
pytest.importorskip("pydantic")

from model_server import (
    DONE,
    USAGE,
    ModelServer,
    answering,
    event,
    raw,
    reply,
    reset,
    silent,
    slowly,
    streaming,
)

from dsl4bes.unknown.backends.http import HttpBackend
from dsl4bes.unknown.backends.key import Key
from dsl4bes.unknown.backends.protocol import Finish, Message, Request
from dsl4bes.unknown.backends.retry import Patience, retry_after
from dsl4bes.unknown.settings import Settings
from dsl4bes.unknown.trouble import Trouble

SECRET = "sk-test-4f9a8b7c6d5e"
ASK = Request(messages=(Message(role="system", content="API"), Message(role="user", content="Write.")), seed=5)


class Naps:
    """Stands for sleeping: notes how long, and goes on at once."""

    def __init__(self):
        self.taken = []

    async def __call__(self, seconds):
        self.taken.append(seconds)


def backend(server, key="", naps=None, **more):
    values = {**Settings().values, "url": server if isinstance(server, str) else server.url, "model": "base", "read_timeout": 5.0, "total_timeout": 20.0, **more}
    return HttpBackend(Settings(values), Key(key), sleep=naps or Naps())


def complete(behaviours, request=ASK, on_text=None, **more):
    """Answers, and the requests that the server saw."""
    with ModelServer(*behaviours) as server:
        return backend(server, **more).complete(request, on_text), server.seen


def trouble(behaviours, request=ASK, on_text=None, **more):
    """The trouble, after the check that neither it nor what was logged holds the key."""
    with ModelServer(*behaviours) as server:
        asked = backend(server, **more)
        with pytest.raises(Trouble) as caught:
            asked.complete(request, on_text)
    told = f"{caught.value} {caught.value.help} {caught.value!r} {asked!r} {caught.value.__cause__!r}"
    assert SECRET not in told
    return caught.value


def test_an_answer_with_everything():
    answers, seen = complete([answering("return true;")], ASK.model_copy(update={"stop": ("```",), "max_tokens": 99}))
    assert [answer.text for answer in answers.answers] == ["return true;"] and answers.answers[0].finish is Finish.STOP
    assert (answers.model, answers.prompt_tokens, answers.completion_tokens, answers.requests) == ("served", 7, 3, 1)
    assert 0 < answers.seconds < 10 and answers.first_text_seconds is None
    (request,) = seen
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    assert request.body == {
        "model": "base", "n": 1, "temperature": 0.8, "top_p": 0.95, "max_tokens": 99, "seed": 5, "stop": ["```"],
        "messages": [{"role": "system", "content": "API"}, {"role": "user", "content": "Write."}],
    }  # fmt: skip
    assert "authorization" not in request.headers and request.headers["accept-encoding"] == "identity"


def test_the_adapter_is_the_model_that_is_asked():
    assert complete([answering("x")], adapter="lora")[1][0].body["model"] == "lora"


def test_a_prompt_goes_to_the_other_endpoint_with_its_grammar():
    body = json.dumps({"choices": [{"index": 0, "text": "ok", "finish_reason": "length"}]}).encode()
    answers, seen = complete([raw(200, body)], Request(prompt="int f() {", grammar='start: "ok"', samples=1))
    assert seen[0].path == "/v1/completions" and seen[0].body["prompt"] == "int f() {"
    assert seen[0].body["structured_outputs"] == {"grammar": 'start: "ok"'} and "seed" not in seen[0].body
    assert answers.answers[0].cut_off and answers.prompt_tokens is None
    _, seen = complete([raw(200, body)], endpoint="completions")
    assert seen[0].path == "/v1/completions" and seen[0].body["prompt"] == "API\n\nWrite.\n"
    schema = {"type": "object"}
    assert complete([answering("x")], ASK.model_copy(update={"json_schema": schema}))[1][0].body["structured_outputs"] == {"json": schema}


def test_a_request_is_one_thing():
    for bad in ({}, {"prompt": "x", "messages": ASK.messages}, {"prompt": "x", "samples": 0}, {"prompt": "x", "grammar": "a", "json_schema": {}}):
        with pytest.raises(ValueError):
            Request(**bad)


def test_fewer_answers_than_asked_are_asked_for_again():
    request = ASK.model_copy(update={"samples": 3})
    answers, seen = complete([answering("a", "b"), answering("c", "d")], request)
    assert [answer.text for answer in answers.answers] == ["a", "b", "c"]
    assert [(one.body["n"], one.body["seed"]) for one in seen] == [(3, 5), (1, 7)]
    assert answers.requests == 2 and answers.completion_tokens == 12


def test_answers_in_another_order_are_sorted():
    choices = [{"index": i, "message": {"content": text}, "finish_reason": "stop"} for i, text in ((1, "b"), (0, "a"))]
    answers, _ = complete([raw(200, json.dumps({"choices": choices}).encode())], ASK.model_copy(update={"samples": 2}))
    assert [answer.text for answer in answers.answers] == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (reply(), "no choice"),
        (b'{"choices": null}', "choices"),
        (b'{"choices": [{"index": 0, "message": {"content": 5}}]}', "content"),
        (b"[1, 2]", "form"),
        (b"{", "not JSON"),
        (b"", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"choices": [{"message": {"content": "\xff\xfe"}}]}', "not UTF-8"),
        (b'{"error": {"message": "CUDA out of memory", "code": 500}}', "CUDA out of memory"),
        (reply(None, finish="tool_calls", tool_calls=[{"id": "1"}]), "calls of tools"),
        (reply(""), "empty texts"),
        (b'{"choices": [{"message": {"content": "half a pair \\ud800"}}]}', "half of a character"),
    ],
    ids=range(12),
)
def test_what_is_no_answer(body, word):
    found = trouble([raw(200, body)])
    assert found.code.id == "BES0727" and word in str(found)


def test_a_tool_call_among_texts_is_told():
    choices = [
        {"index": 0, "message": {"content": None, "tool_calls": [{"id": "1"}]}, "finish_reason": "tool_calls"},
        {"index": 1, "message": {"content": "text"}, "finish_reason": "stop"},
    ]
    answers, _ = complete([raw(200, json.dumps({"choices": choices}).encode())], ASK.model_copy(update={"samples": 2}))
    assert [answer.finish for answer in answers.answers] == [Finish.TOOL, Finish.STOP]


def test_length_is_told():
    assert complete([answering("int x =", finish="length")])[0].answers[0].cut_off


def test_the_wrong_kind_of_content():
    found = trouble([raw(200, b"<html>\x1b[31mWelcome to the proxy</html>", "text/html")])
    assert found.code.id == "BES0727" and "text/html" in str(found) and "Welcome" in str(found) and "\x1b" not in str(found)
    assert "compresses" in str(trouble([raw(200, reply("x"), content_encoding="gzip")]))


def test_a_large_answer_is_not_read_to_its_end():
    assert "more than 1 MiB" in str(trouble([answering("x" * (10 << 20))], largest_answer=1))
    endless = streaming(itertools.repeat(event(0, "x" * 10_000)))
    assert "more than 1 MiB" in str(trouble([endless], on_text=lambda *_: None, largest_answer=1))
    line = streaming(itertools.chain([b"data: "], itertools.repeat(b"x" * 100_000)))
    assert "line without end" in str(trouble([line], on_text=lambda *_: None))


def test_a_complaint_without_end_is_cut():
    found = trouble([raw(400, b"no " * (1 << 20), "text/plain")])
    assert len(str(found)) < 400 and found.code.id == "BES0726"


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_accepted(status):
    found = trouble([raw(status, json.dumps({"error": {"message": f"bad key {SECRET}"}}).encode())], key=SECRET)
    assert found.code.id == "BES0726" and "does not accept the key" in str(found) and "bad key ***" in str(found)
    for before in range(180, 200):  # half of a key is a secret, too: a complaint is cut after the key is hidden
        found = trouble([raw(status, b"x" * before + SECRET.encode(), "text/plain")], key=SECRET)
        assert SECRET[:6] not in str(found)
    assert "wants a key" in str(trouble([raw(status, b"")])) and "DSL4BES_MODEL_KEY" in found.help


def test_the_key_goes_into_one_header():
    with ModelServer(answering(f"your key is {SECRET}")) as server:
        answers = backend(server, key=SECRET).complete(ASK)
    assert server.seen[0].headers["authorization"] == f"Bearer {SECRET}"
    assert SECRET not in json.dumps(server.seen[0].body)
    assert answers.answers[0].text == "your key is ***"


def test_a_key_in_pieces_is_hidden_from_the_answer():
    pieces = [event(0, SECRET[:9]), event(0, SECRET[9:], "stop"), DONE]
    answers, _ = complete([streaming(pieces)], on_text=lambda *_: None, key=SECRET)
    assert answers.answers[0].text == "***"


def test_nothing_is_logged_with_the_key(caplog):
    with caplog.at_level(logging.DEBUG):
        complete([raw(500, b""), answering("x")], key=SECRET)
    assert caplog.records and SECRET not in caplog.text


@pytest.mark.parametrize("status", [404, 400, 422])
def test_refusals_are_final(status):
    naps = Naps()
    found = trouble([raw(status, b'{"detail": "model `base` does not exist"}')], naps=naps)
    assert found.code.id == "BES0726" and "does not exist" in str(found) and not naps.taken


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_busy_servers_are_asked_again(status):
    naps = Naps()
    answers, seen = complete([raw(status, b"busy"), raw(status, b"busy"), answering("now")], naps=naps)
    assert answers.answers[0].text == "now" and len(seen) == 3 and answers.requests == 3
    assert 0.25 <= naps.taken[0] <= 0.5 and 0.5 <= naps.taken[1] <= 1.0
    found = trouble([raw(status, b"busy")], naps=Naps(), retries=2)
    assert "3 tries" in str(found) and "busy" in str(found)


def test_retry_after_is_honoured_up_to_a_cap():
    naps = Naps()
    busy = [raw(429, b"", retry_after="7"), raw(503, b"", retry_after="100000"), raw(429, b"", retry_after="Thu, 01 Jan 1970 00:00:00 GMT")]
    complete([*busy, answering("x")], naps=naps)
    assert naps.taken[0] == 7 and naps.taken[1] == 60 and naps.taken[2] <= 2
    for text in ("soon", "-5", "1e9", "", None, "٣"):
        assert retry_after(text) is None


def test_waiting_times_double_and_differ():
    def times(seed):
        patience = Patience(12)
        patience._random.seed(seed)
        return [patience.next_wait() for _ in range(13)]

    first, second = times(1), times(2)
    assert first[-1] is None and first != second
    for i, wait in enumerate(first[:-1]):
        assert 0.5 <= wait / min(30, 0.5 * 2**i) <= 1


def test_a_broken_connection_is_tried_again():
    answers, seen = complete([reset, reset, answering("x")])
    assert answers.answers[0].text == "x" and len(seen) == 3
    found = trouble([reset], retries=1)
    assert found.code.id == "BES0725" and "2 tries" in str(found)


def test_nobody_at_the_address():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Trouble) as caught:
        backend(f"http://127.0.0.1:{port}", retries=1).complete(ASK)
    assert caught.value.code.id == "BES0725" and "nothing answers" in str(caught.value) and "start the server" in caught.value.help


def test_a_short_body_is_a_broken_connection():
    def short(connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
        connection.close()

    assert trouble([short], retries=0).code.id == "BES0725"


def test_what_is_not_http():
    assert trouble([lambda connection, request: connection.sendall(b"SSH-2.0-OpenSSH\r\n" * 3)], retries=0, read_timeout=0.5).code.id == "BES0725"


def test_silence_ends_with_the_read_timeout():
    begun = time.monotonic()
    found = trouble([silent], read_timeout=0.3)
    assert found.code.id == "BES0725" and "sends nothing" in str(found) and time.monotonic() - begun < 20


@pytest.mark.parametrize("where", ["head", "body", "stream"])
def test_a_byte_at_a_time_ends_with_the_total_timeout(where):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n"
    slow = {
        "head": slowly(head + b"X-Pad: " + b"x" * 5000, 0.05),
        "body": lambda connection, request: (connection.sendall(head + b"\r\n"), slowly(b" " * 5000, 0.05)(connection, request)),
        "stream": streaming(itertools.repeat(b": still here\n\n"), 0.05),
    }[where]
    begun = time.monotonic()
    found = trouble([slow], on_text=(lambda *_: None) if where == "stream" else None, total_timeout=0.8)
    assert found.code.id == "BES0725" and "within 0.8 s" in str(found) and time.monotonic() - begun < 20


def test_redirects_are_not_followed():
    with ModelServer(answering("stolen")) as thief:
        location = f"http://127.0.0.1:{thief.port}/v1/chat/completions?x=1"
        for status in (301, 302, 307, 308):
            found = trouble([raw(status, b"", location=location)], key=SECRET)
            assert found.code.id == "BES0726" and f"127.0.0.1:{thief.port}" in str(found)
        assert not thief.seen


def test_a_stream():
    told = []
    pieces = [b": comment\n\n", event(0, "return "), event(1, "x"), event(0, "trüe;", "stop"), event(1, "", "length"), USAGE, DONE]
    request = ASK.model_copy(update={"samples": 2})
    answers, seen = complete([streaming(pieces)], request, on_text=lambda *piece: told.append(piece))
    assert told == [(0, "return "), (1, "x"), (0, "trüe;")]
    assert [(answer.text, answer.finish) for answer in answers.answers] == [("return trüe;", Finish.STOP), ("x", Finish.LENGTH)]
    assert (answers.prompt_tokens, answers.completion_tokens) == (7, 5)
    assert answers.first_text_seconds is not None and answers.first_text_seconds <= answers.seconds
    assert seen[0].body["stream"] is True and seen[0].body["stream_options"] == {"include_usage": True}


def test_a_stream_cut_anywhere_between_bytes():
    whole = event(0, "trü") + event(0, "e", "stop") + DONE
    told = []
    answers, _ = complete([streaming([whole[i : i + 1] for i in range(len(whole))])], on_text=lambda *piece: told.append(piece[1]))
    assert "".join(told) == answers.answers[0].text == "trüe"


@pytest.mark.parametrize(
    ("pieces", "close", "code"),
    [
        ([event(0, "return ")], False, "BES0727"),
        ([event(0, "return ")], True, "BES0725"),
        ([b'data: {"choices": [{"ind'], False, "BES0727"),
        ([b'data: {"choices": [{"ind\n\n'], False, "BES0727"),
        ([b'data: {"choices": [{"delta": {"content": "\xff"}}]}\n\n'], False, "BES0727"),
        ([event(7, "x")], False, "BES0727"),
        ([event(-1, "x")], False, "BES0727"),
        ([b'data: {"error": {"message": "engine died"}}\n\n'], False, "BES0727"),
        ([DONE], False, "BES0727"),
        ([], False, "BES0727"),
    ],
    ids=range(10),
)
def test_a_stream_that_ends_in_the_middle(pieces, close, code):
    told = []
    found = trouble([streaming(pieces, close=close)], on_text=lambda *piece: told.append(piece))
    assert found.code.id == code
    assert len(told) <= 1, "what was told once must not be told again by another try"


def test_a_server_that_does_not_stream_is_understood():
    told = []
    answers, _ = complete([answering("whole")], on_text=lambda *piece: told.append(piece))
    assert told == [(0, "whole")] and answers.answers[0].text == "whole"


def test_further_requests_of_a_stream_count_on():
    told = []
    one = [event(0, "a", "stop"), DONE]
    complete([streaming(one), streaming(one)], ASK.model_copy(update={"samples": 2}), on_text=lambda *piece: told.append(piece))
    assert told == [(0, "a"), (1, "a")]


def test_a_callback_that_fails_stops_the_request():
    def fail(sample, text):
        raise BrokenPipeError("the reader has gone")

    with pytest.raises(BrokenPipeError):
        complete([streaming([event(0, "a")], pause=0.1)], on_text=fail)


def test_within_a_running_loop():
    """As in a notebook."""

    async def notebook():
        return complete([answering("x")])[0]

    assert asyncio.run(notebook()).answers[0].text == "x"


def test_models_are_listed():
    listed = b'{"object": "list", "data": [{"id": "base"}, {"id": "lora", "more": 1}]}'
    with ModelServer(raw(200, listed)) as server:
        assert backend(server).models() == ("base", "lora")
        assert (server.seen[0].method, server.seen[0].path) == ("GET", "/v1/models")
    for bad in (raw(200, b"{}"), raw(500, b""), silent):
        with ModelServer(bad) as server, pytest.raises(Trouble):
            backend(server, read_timeout=0.2).models(0.5)


@pytest.mark.parametrize(
    ("url", "key", "code"),
    [
        ("", "", "BES0724"),
        ("http://models.example.org/v1", SECRET, "BES0722"),
        ("http://10.0.0.5:8000", SECRET, "BES0722"),
        ("http://localhost.example.org", SECRET, "BES0722"),
        ("ftp://localhost/", "", "BES0722"),
        ("localhost:8000", "", "BES0722"),
        ("http://", "", "BES0722"),
        ("http://[::1", "", "BES0722"),
        ("http://localhost:99999/", "", "BES0722"),
        ("https://me:secret@host/v1", "", "BES0723"),
        ("https://host/v1?key=1", "", "BES0722"),
    ],
)
def test_addresses_that_are_not_used(url, key, code):
    with pytest.raises(Trouble) as caught:
        backend(url, key=key)
    assert caught.value.code.id == code and SECRET not in str(caught.value) and "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://localhost:8000", "http://localhost:8000/v1"),
        ("http://[::1]:8000/v1/", "http://[::1]:8000/v1"),
        ("http://127.0.0.2/api/v1/chat/completions", "http://127.0.0.2/api/v1"),
        ("https://models.example.org/v1", "https://models.example.org/v1"),
    ],
)
def test_addresses_that_are_used(url, base):
    assert backend(url, key=SECRET).url == base


def test_plain_http_without_a_key_is_allowed():
    assert backend("http://gpu7.example.org:8000").url == "http://gpu7.example.org:8000/v1"


def test_no_model_is_named():
    with ModelServer(answering("x")) as server, pytest.raises(Trouble) as caught:
        backend(server, model="").complete(ASK)
    assert caught.value.code.id == "BES0724" and not server.seen


@pytest.mark.parametrize(
    ("variable", "value", "word"),
    [("ALL_PROXY", "socks5://localhost:1", "socks"), ("HTTPS_PROXY", "gopher://x", "HTTPS_PROXY"), ("HTTPS_PROXY", "http://[::1", "proxy"), ("SSL_CERT_FILE", "/none/ca.pem", "SSL_CERT_FILE")],
)  # fmt: skip
def test_what_the_environment_says_wrongly_is_told(monkeypatch, variable, value, word):
    """A proxy of another kind, one that is no address, certificates that are not there: no traceback of a library."""
    monkeypatch.setitem(sys.modules, "socksio", None)
    for name in ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv(variable, value)
    for asked in (lambda one: one.complete(ASK), lambda one: one.models(3.0)):
        with pytest.raises(Trouble) as caught:
            asked(backend("https://models.invalid/v1"))
        assert caught.value.code.id == "BES0722" and word in caught.value.message + caught.value.help, caught.value


def test_a_certificate_that_nobody_knows(tmp_path):
    """A server with a certificate of its own making is not spoken to."""
    import ssl
    import subprocess

    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "1"]
    try:
        subprocess.run([*command, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no openssl")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with ModelServer(answering("x")) as server:
        server._socket.close()
        server._socket = context.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True)
        import threading

        threading.Thread(target=server._serve, daemon=True).start()
        with pytest.raises(Trouble) as caught:
            backend(f"https://localhost:{server._socket.getsockname()[1]}", key=SECRET).complete(ASK)
    assert caught.value.code.id == "BES0725" and "certificate" in str(caught.value) and "SSL_CERT_FILE" in caught.value.help
    assert not server.seen


def test_keys():
    assert repr(Key(SECRET)) == str(Key(SECRET)) == "Key(***)" and not Key("")
    assert Key.from_environment({"DSL4BES_MODEL_KEY": f" {SECRET}\n"}).header() == {"Authorization": f"Bearer {SECRET}"}
    assert not Key.from_environment({})
    import pickle

    with pytest.raises(TypeError):
        pickle.dumps(Key(SECRET))
    for bad in ("two words", "schlüssel", "a\nb: c"):
        with pytest.raises(Trouble) as caught:
            Key.from_environment({"DSL4BES_MODEL_KEY": bad})
        assert bad not in str(caught.value)


@pytest.mark.slow
def test_a_real_server():
    """DSL4BES_TEST_URL and DSL4BES_TEST_MODEL name a vLLM server; any model will do, for a grammar makes it say the right thing."""
    url, model = os.environ.get("DSL4BES_TEST_URL"), os.environ.get("DSL4BES_TEST_MODEL")
    if not (url and model):
        pytest.skip("DSL4BES_TEST_URL and DSL4BES_TEST_MODEL are not set")
    asked = HttpBackend(Settings({**Settings().values, "url": url, "model": model}))
    assert model in asked.models()
    request = ASK.model_copy(update={"samples": 4, "max_tokens": 16, "grammar": 'start: "return " BOOL ";"\nBOOL: "true" | "false"\n'})
    told: dict[int, str] = {}
    for on_text in (None, lambda sample, text: told.update({sample: told.get(sample, "") + text})):
        for one in (request, request.model_copy(update={"messages": (), "prompt": "x"})):
            told.clear()
            answers = asked.complete(one, on_text)
            assert {answer.text for answer in answers.answers} <= {"return true;", "return false;"} and len(answers.answers) == 4
            assert all(answer.finish is Finish.STOP for answer in answers.answers) and answers.completion_tokens
            assert on_text is None or [told[i] for i in range(4)] == [answer.text for answer in answers.answers]
    free = request.model_copy(update={"grammar": None, "max_tokens": 4})
    assert asked.complete(free).answers == asked.complete(free).answers, "the seed decides"
    with pytest.raises(Trouble, match="404"):
        HttpBackend(Settings({**Settings().values, "url": url, "model": "no-such-model"})).complete(ASK)
