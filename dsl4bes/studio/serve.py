"""The server of a studio: a socket, an address with the token of this start, uvicorn until Ctrl-C.

In: a `Studio`, a port. Out: the address as soon as it listens. The token stands behind `#`, which no browser sends and no log keeps; the page takes it from there. Raises `ServeError`.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn

from dsl4bes.studio.app import Studio, application

#: The first port that is tried, and how many after it.
PORT, TRIES = 8765, 20


class ServeError(Exception):
    """There is no server; the text says why."""


def new_token() -> str:
    """A token that nobody guesses, of this start alone."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Listening:
    """A socket that listens, and its address for people."""

    socket: socket.socket
    address: str


def listen(host: str, port: int = 0) -> Listening:
    """Listen at `port`, or at the first free one from `PORT` on (then at any). Raises `ServeError`."""
    wanted = [port] if port else [*range(PORT, PORT + TRIES), 0]
    fault = ""
    for number in wanted:
        try:
            family, kind, protocol, _, place = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        except (OSError, UnicodeError) as error:  # the latter: no name of a host may be written so
            raise ServeError(f"there is no host `{host}` here: {getattr(error, 'strerror', None) or error}") from error
        made = socket.socket(family, kind, protocol)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(place)
            made.listen(128)
        except OSError as error:
            made.close()
            fault = (error.strerror or str(error)).lower()
            continue
        shown = f"[{host}]" if ":" in host else host
        return Listening(made, f"http://{shown}:{made.getsockname()[1]}/")
    raise ServeError(f"port {port} of {host} cannot be used: {fault}" if port else f"{host} cannot be listened at: {fault}")


class _Server(uvicorn.Server):
    """Says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def serve(studio: Studio, listening: Listening, ready: Callable[[], None]) -> None:
    """Answer until an interrupt, which is raised again."""
    # critical: a request that is cut off by the end is no error; faults of our own are told by `internal`
    config = uvicorn.Config(
        application(studio), log_level="critical", access_log=False, server_header=False, timeout_graceful_shutdown=2, lifespan="off", ws="none",
        h11_max_incomplete_event_size=64 * 1024, proxy_headers=False,
    )  # fmt: skip
    server = _Server(config, ready)
    server.run([listening.socket])
