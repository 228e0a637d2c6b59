"""Whether a server can be started at an address, whether it answers, and waiting until it does.

In: an address, the names that the server is to have. Out: nothing, or a `Trouble`. Asked directly (no proxy), with answers of a bounded size; only the list of
models is asked with the key.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import json
import socket
import time
from collections.abc import Callable, Sequence

from dsl4bes.diagnostics.codes.serving import ADDRESS_TAKEN, KEY_NEEDED, SERVER_SLOW
from dsl4bes.unknown.backends.address import is_loopback
from dsl4bes.unknown.backends.key import Key
from dsl4bes.unknown.serving.plan import Address
from dsl4bes.unknown.serving.process import Served
from dsl4bes.unknown.settings import KEY_VARIABLE
from dsl4bes.unknown.trouble import Trouble

_STEP, _SECONDS = 0.5, 5.0
_LARGEST = 1 << 20
_TELL_EVERY = 10.0
Say = Callable[[str], None]


def check_address(address: Address, key: Key) -> None:
    """A key for all but this machine; an address of this machine; a port that is free."""
    if not is_loopback(address.host) and not key:
        what = f"a server at {address.host} is reached by other machines, and there is no key in {KEY_VARIABLE}"
        raise Trouble(KEY_NEEDED, what, f"set {KEY_VARIABLE}, or keep the default --host 127.0.0.1")
    try:
        known = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, where = min(known, key=lambda one: one[0] != socket.AF_INET)  # as vLLM does with a name
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # the last connections of an earlier server do not count
            tried.bind(where)
    except (OSError, UnicodeError) as error:
        number = getattr(error, "errno", None)
        if number == errno.EADDRINUSE:
            raise Trouble(ADDRESS_TAKEN, f"port {address.port} of {address.host} is in use", "another --port; `ss -ltnp` shows who has this one") from None
        if number in (errno.EACCES, errno.EPERM):
            raise Trouble(ADDRESS_TAKEN, f"port {address.port} is for root only", "a --port from 1024 on") from None
        raise Trouble(ADDRESS_TAKEN, f"`{address.host}` is no address of this machine: {error}", "--host 127.0.0.1 for this machine alone") from None


def wait_ready(server: Served, address: Address, names: Sequence[str], key: Key, seconds: float, say: Say) -> float:
    """Wait until the server is healthy and has all names; returns the seconds that took. It must be this server: one that ended is
    an error even if another one answers at the address."""
    start = told = time.monotonic()
    while True:
        healthy = is_healthy(address) and set(names) <= set(_listed(address, key))
        if server.ended() is not None:
            raise server.trouble("before it was ready")
        now = time.monotonic()
        if healthy:
            return now - start
        if now - start > seconds:
            last = "".join(f"\n    {line}" for line in server.last_lines())
            raise Trouble(SERVER_SLOW, f"the server was not ready after {seconds:g} s; it said last:{last}", "--timeout SECONDS gives it more")
        if now - told >= _TELL_EVERY:
            told = now
            say(f"{now - start:4.0f} s  {' '.join(server.last_lines(1))[:110]}")
        time.sleep(_STEP)


def is_healthy(address: Address) -> bool:
    """Whether the server says that it can answer."""
    return _get(address, "/health", {}) is not None


def _listed(address: Address, key: Key) -> tuple[str, ...]:
    """The names of its models; none if it does not tell."""
    content = _get(address, "/v1/models", key.header())
    try:
        return tuple(str(model["id"]) for model in json.loads(content or b"{}")["data"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()


def _get(address: Address, path: str, headers: dict[str, str]) -> bytes | None:
    """The body of a good answer; None otherwise."""
    connection = http.client.HTTPConnection(address.near, address.port, timeout=_SECONDS)
    with contextlib.closing(connection):
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            content = answer.read(_LARGEST)
            return content if answer.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
