"""The language server: requests of a client → services on the open documents.

In: messages on the standard input. Out: answers and diagnostics on the standard output. Diagnostics follow a change after a short pause, and those of a version that is no longer the current one are not sent. A fault in a
handler is written to the client's log; the server goes on. Nothing is written to disk.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import traceback
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from dsl4bes import __version__
from dsl4bes.editing.document import Document
from dsl4bes.lsp.buffers import Buffers, FindBodies, Open
from dsl4bes.lsp.positions import Files, Positions

PAUSE = 0.15  #: seconds after the last change before a program is checked
REFUSED = -32803  #: the protocol's `RequestFailed`

Answer = TypeVar("Answer")


class Failed(JsonRpcException):
    """A request that is refused in words for the user."""

    def __init__(self, words: str) -> None:
        super().__init__(words, REFUSED)


class Server(LanguageServer):
    """The state of one session: open texts, and which of them are waiting to be checked."""

    def __init__(self, bodies: FindBodies | None = None, further: tuple[str, ...] = ()) -> None:
        super().__init__("dsl4bes", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full, max_workers=2)
        self.buffers = Buffers(bodies, further)
        self.waiting: dict[str, asyncio.TimerHandle] = {}
        self.snippets = self.versioned = False

    def note(self, words: str) -> None:
        """A line in the client's log."""
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, words))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """What pygls could not do with a message; a refusal is in the answer, and no fault."""
        if not isinstance(error, Failed):
            self.note(f"{type(error).__name__}: {error}")

    def soon(self, uri: str) -> None:
        """Check a text after the pause, once for all changes in between."""
        self.hold(uri)
        self.waiting[uri] = asyncio.get_running_loop().call_later(PAUSE, self.check, uri)

    def hold(self, uri: str) -> None:
        """Do not check a text after all."""
        handle = self.waiting.pop(uri, None)
        if handle is not None:
            handle.cancel()

    def check(self, uri: str) -> None:
        """Check a text now and send what was found."""
        from dsl4bes.lsp.convert import diagnostic

        self.hold(uri)
        opened = self.buffers.get(uri)
        document = self.buffers.document(uri)
        if opened is None or document is None:
            return
        try:
            files = self.files(document, self.buffers.positions(uri))
            found = [diagnostic(item, files) for item in document.diagnostics]
        except Exception:  # noqa: BLE001  a fault of ours must not end the session
            self.note(traceback.format_exc())
            return
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, opened.version))

    def files(self, document: Document, positions: Positions) -> Files:
        """Positions in a document and in what it includes."""
        return Files(document.source, positions, self.buffers.encoding)

    def at(self, params: Any) -> tuple[Document, Positions, Open] | None:
        """The document that a request is about."""
        uri = params.text_document.uri
        document, opened = self.buffers.document(uri), self.buffers.get(uri)
        return None if document is None or opened is None else (document, self.buffers.positions(uri), opened)


def guarded(handler: Callable[[Server, Any], Answer]) -> Callable[[Server, Any], Awaitable[Answer | None]]:
    """A handler whose faults are logged and that gives nothing then; a request that was cancelled before its turn is not begun."""

    @wraps(handler)
    async def safe(server: Server, params: Any) -> Answer | None:
        await asyncio.sleep(0)
        try:
            return handler(server, params)
        except JsonRpcException:
            raise
        except Exception:  # noqa: BLE001  a fault of ours must not end the session
            server.note(traceback.format_exc())
            return None

    return safe


def serve(bodies: FindBodies | None = None, further: tuple[str, ...] = ()) -> None:
    """Serve one client on the standard input and output until it goes."""
    logging.getLogger("pygls").addHandler(logging.NullHandler())
    logging.getLogger("pygls").propagate = False
    server = made(bodies, further)
    gc.freeze()  # a compilation makes 100,000 objects that stay: looking for cycles after every 700, through all of pygls, takes a fifth of its time
    gc.set_threshold(20_000, 20, 20)
    server.start_io(sys.stdin.buffer, sys.stdout.buffer)


def made(bodies: FindBodies | None = None, further: tuple[str, ...] = ()) -> Server:
    """A server with all its handlers."""
    from dsl4bes.lsp.requests import add_to

    server = Server(bodies, further)
    add_to(server)
    return server
