"""Who may talk to the server: this machine's own page, with the token of this start.

In: every request, before anything looks at it. Out: the request passed on, or refused with one line of JSON; headers that keep the page to itself on every answer.
A name that is not ours in `Host` is a rebound DNS name (421), another `Origin` a foreign page (403), no token is anybody (401), a large body is no program (413). Nothing is logged, the token never.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import socket
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from dsl4bes.unknown.backends.address import is_loopback

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: Bytes of a request: a program has at most a million characters, and JSON may write six bytes for one.
MAX_BODY = 7_000_000
PROTECTED = "/api/"

_OWN = " ".join(f"{kind}-src 'self';" for kind in ("script", "style", "img", "connect", "font"))
_POLICY = f"default-src 'none'; {_OWN} base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names under which the server may be asked: this machine's own, and addresses. Whatever the port is, since a tunnel may change it."""

    names: frozenset[str] = frozenset({"localhost"})
    addresses: bool = False  #: any address, for a server that listens at all of them; else those of this machine alone

    @classmethod
    def of(cls, host: str) -> Hosts:
        """What is right for a server that listens at `host`."""
        if is_loopback(host):
            return cls()
        return cls(frozenset({"localhost", host.lower(), socket.gethostname().lower(), socket.getfqdn().lower()}), True)

    def allow(self, header: str) -> bool:
        """Whether a `Host` header names us."""
        name = _without_port(header).lower()
        if name in self.names:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self.addresses or address.is_loopback


def _without_port(header: str) -> str:
    """`127.0.0.1:8000` → `127.0.0.1`, `[::1]:8000` → `::1`."""
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.rpartition(":")[0] if header.count(":") == 1 else header


@dataclass(slots=True)
class Guard:
    """ASGI: the application behind its checks."""

    app: Callable[[Scope, Receive, Send], Awaitable[None]]
    token: str = field(repr=False)
    hosts: Hosts = field(default_factory=Hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return

        async def armed(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _ in HEADERS}
                message["headers"] = [pair for pair in message.get("headers", ()) if pair[0].lower() not in ours] + list(HEADERS)
            await send(message)

        fault = self._fault(scope)
        body = b"" if fault is not None else await _whole(receive)
        if fault is None and body is not None:
            await self.app(scope, _again(body, receive), armed)
        else:
            await _refuse(armed, *(fault or (413, _LARGE)))

    def _fault(self, scope: Scope) -> tuple[int, str] | None:
        """Status and words of a refusal, or None."""
        headers = _Headers(scope.get("headers", ()))
        host = headers.one("host")
        if host is None or not self.hosts.allow(host):
            return 421, "this server answers to its own address only; open the one that `dsl4bes studio` printed"
        origin, site = headers.one("origin"), headers.one("sec-fetch-site")
        if "origin" in headers.twice or (origin is not None and origin != f"{scope.get('scheme', 'http')}://{host}"):
            return 403, "another page may not ask this server"
        if scope["path"].startswith(PROTECTED):
            if site not in (None, "same-origin", "none"):
                return 403, "another page may not ask this server"
            if not self._known(headers.one("authorization") or ""):
                return 401, "the token is missing or not that of this start; open the address that `dsl4bes studio` printed"
        length = headers.one("content-length") or "0"
        if not length.isdecimal() or int(length) > MAX_BODY:
            return 413, _LARGE
        return None

    def _known(self, header: str) -> bool:
        scheme, _, given = header.partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self.token.encode())


_LARGE = f"a request has at most {MAX_BODY:,} bytes"


@dataclass(slots=True)
class _Headers:
    """Headers by name; one that is there twice is none."""

    pairs: Iterable[tuple[bytes, bytes]]
    _values: dict[str, str] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for name, value in self.pairs:
            word = name.decode("latin-1").lower()
            if word in self._values:
                self.twice.add(word)
            self._values[word] = value.decode("latin-1")

    def one(self, name: str) -> str | None:
        return None if name in self.twice else self._values.get(name)


async def _whole(receive: Receive) -> bytes | None:
    """The body, or None if it is too large: a length may be missing or a lie."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """The body that was read, once, and then what comes after it."""
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _refuse(send: Send, status: int, words: str) -> None:
    body = json.dumps({"words": words}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
