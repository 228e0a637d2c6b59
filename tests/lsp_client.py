"""A small client of the language server: speaks JSON-RPC to the real process `python -m dsl4bes lsp`."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CAPABILITIES = {
    "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}, "publishDiagnostics": {"relatedInformation": True}},
    "workspace": {"workspaceEdit": {"documentChanges": True}},
}


class Refused(Exception):
    """The server answered with an error."""


class Client:
    """One session; messages that the server sends by itself are kept in `notes`."""

    def __init__(self, *arguments: str, capabilities: dict[str, Any] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dsl4bes", "lsp", "--stdio", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
        )
        self.answers: dict[int, dict[str, Any]] = {}
        self.notes: list[dict[str, Any]] = []
        self._news: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._count = 0
        threading.Thread(target=self._read, daemon=True).start()
        self.abilities = self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": CAPABILITIES if capabilities is None else capabilities})["capabilities"]
        self.tell("initialized", {})

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while (line := stream.readline().strip()) != b"":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not length:
                self._news.put(None)
                return
            self._news.put(json.loads(stream.read(length)))

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def tell(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def begin(self, method: str, params: Any) -> int:
        self._count += 1
        self.send({"id": self._count, "method": method, "params": params})
        return self._count

    def ask(self, method: str, params: Any = None) -> Any:
        return self.answer(self.begin(method, params))

    def answer(self, number: int, timeout: float = 30) -> Any:
        while number not in self.answers:
            self._take(timeout)
        message = self.answers.pop(number)
        if "error" in message:
            raise Refused(message["error"]["message"])
        return message["result"]

    def _take(self, timeout: float) -> None:
        message = self._news.get(timeout=timeout)
        assert message is not None, f"the server has gone: {self.process.stderr.read().decode() if self.process.stderr else ''}"
        if "id" in message and "method" not in message:
            self.answers[message["id"]] = message
        else:
            self.notes.append(message)

    # --- texts ----------------------------------------------------------------------------------------------------------

    def open(self, uri: str, text: str, version: int = 1) -> None:
        self.tell("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "bes", "version": version, "text": text}})

    def change(self, uri: str, text: str, version: int) -> None:
        self.tell("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]})

    def diagnostics(self, uri: str, version: int | None = None, timeout: float = 30) -> list[dict[str, Any]]:
        """The next diagnostics of a text (of a version)."""
        while True:
            for place, note in enumerate(self.notes):
                params = note.get("params") or {}
                if note["method"] == "textDocument/publishDiagnostics" and params["uri"] == uri and version in (None, params.get("version")):
                    del self.notes[place]
                    return params["diagnostics"]
            self._take(timeout)

    def at(self, method: str, uri: str, line: int, character: int, **more: Any) -> Any:
        return self.ask(f"textDocument/{method}", {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}, **more})

    def of(self, method: str, uri: str, **more: Any) -> Any:
        return self.ask(f"textDocument/{method}", {"textDocument": {"uri": uri}, **more})

    def end(self) -> int:
        self.ask("shutdown")
        self.tell("exit", None)
        return self.process.wait(20)


def place(text: str, word: str, inside: int = 0) -> dict[str, int]:
    """The position of a word in a text, in UTF-16 units."""
    offset = text.index(word) + inside
    before = text[:offset].replace("\r\n", "\n").split("\n")
    return {"line": len(before) - 1, "character": len(before[-1].encode("utf-16-le")) // 2}
