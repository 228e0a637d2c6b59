"""A server on this machine that answers like a model, or misbehaves in a chosen way; for the tests of the backends.

In: a function for each request that comes, in order (the last one stays). Out: the requests that came, as data.
It speaks HTTP by hand, so that a test decides over every byte.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


Behaviour = Callable[[socket.socket, Seen], None]


class ModelServer:
    def __init__(self, *behaviours: Behaviour) -> None:
        self.behaviours = list(behaviours)
        self.seen: list[Seen] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> ModelServer:
        return self

    def __exit__(self, *ended: object) -> None:
        self._socket.close()
        for connection in self._open:
            connection.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            with connection:
                while (request := self._read(connection)) is not None:
                    self.seen.append(request)
                    behave = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
                    behave(connection, request)
        except (OSError, ValueError):
            pass  # the client has gone, or the test closed the connection

    @staticmethod
    def _read(connection: socket.socket) -> Seen | None:
        content = b""
        while b"\r\n\r\n" not in content:
            piece = connection.recv(65536)
            if not piece:
                return None
            content += piece
        head, _, rest = content.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        while len(rest) < int(headers.get("content-length", "0")):
            rest += connection.recv(65536)
        method, path, _ = first.split(" ")
        return Seen(method, path, headers, json.loads(rest) if rest else None)


def raw(status: int, content: bytes, kind: str = "application/json", **headers: str) -> Behaviour:
    """An answer with exactly this status, body and headers."""

    def behave(connection: socket.socket, request: Seen) -> None:
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n{more}\r\n"
        connection.sendall(head.encode() + content)

    return behave


def reply(*texts: str | None, finish: str = "stop", usage: bool = True, **more: Any) -> bytes:
    """The body of a chat answer with these texts."""
    choices = [
        {"index": i, "message": {"role": "assistant", "content": text, **more}, "finish_reason": finish} for i, text in enumerate(texts)
    ]
    counts = {"usage": {"prompt_tokens": 7, "completion_tokens": 3 * len(texts)}} if usage else {}
    return json.dumps({"id": "x", "model": "served", "choices": choices, **counts}).encode()


def answering(*texts: str | None, finish: str = "stop", **more: Any) -> Behaviour:
    return raw(200, reply(*texts, finish=finish, **more))


def event(index: int, text: str, finish: str | None = None) -> bytes:
    choice = {"index": index, "delta": {"content": text}, "finish_reason": finish}
    return b"data: " + json.dumps({"model": "served", "choices": [choice]}).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"
USAGE = b'data: {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 5}}\n\n'


def streaming(pieces: Iterable[bytes], pause: float = 0.0, close: bool = False) -> Behaviour:
    """Server-sent events in chunked coding, one chunk each; `close` ends the connection without the last chunk."""

    def behave(connection: socket.socket, request: Seen) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in pieces:
            connection.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            time.sleep(pause)
        if close:
            connection.close()
        else:
            connection.sendall(b"0\r\n\r\n")

    return behave


def reset(connection: socket.socket, request: Seen) -> None:
    """The connection breaks without a word."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def silent(connection: socket.socket, request: Seen) -> None:
    """Takes the request and never answers."""
    time.sleep(60)


def slowly(content: bytes, pause: float) -> Behaviour:
    """One byte at a time, head and body."""

    def behave(connection: socket.socket, request: Seen) -> None:
        for i in range(len(content)):
            connection.sendall(content[i : i + 1])
            time.sleep(pause)

    return behave
