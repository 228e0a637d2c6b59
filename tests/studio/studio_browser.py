"""A real Chromium without a window, driven over the pipes of its DevTools protocol: no port, no further package.

In: the path of Chromium, an address. Out: `Tab`: scripts, keys, clicks, screenshots; every request, every message of the console, everything that went wrong on the page.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import Any

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-extensions", "--disable-dev-shm-usage", "--disable-default-apps", "--metrics-recording-only", "--mute-audio", "--hide-scrollbars",
    "--disable-features=OptimizationHints,MediaRouter,Translate", "--renderer-process-limit=1", "--remote-debugging-pipe",
)  # fmt: skip
_WAIT = 40.0
CONTROL, SHIFT, ALT = 2, 8, 1
_KEYS = {"Enter": (13, "\r"), "Tab": (9, ""), "Escape": (27, ""), "Backspace": (8, ""), "ArrowDown": (40, ""), "ArrowUp": (38, ""), "ArrowLeft": (37, ""), "ArrowRight": (39, ""), "End": (35, ""), "Home": (36, ""), "F8": (119, ""), "F1": (112, "")}


def find() -> str | None:
    """Chromium or Chrome of this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


class Browser:
    """A process with a fresh profile; `close` ends it."""

    def __init__(self, path: str) -> None:
        self._profile = tempfile.mkdtemp(prefix="dsl4bes-browser-")
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        # the protocol is spoken over the descriptors 3 and 4
        command = ["bash", "-c", f'exec "$@" 3<&{to_read} 4>&{to_write}', "-", path, *FLAGS, f"--user-data-dir={self._profile}", "about:blank"]
        self.process = subprocess.Popen(command, pass_fds=(to_read, to_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, env={**os.environ, "HOME": self._profile})
        os.close(to_read)
        os.close(to_write)
        self._number, self._lock = 0, threading.Lock()
        self._answers: dict[int, Queue[dict[str, Any]]] = {}
        self._tabs: dict[str, Tab] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def tab(self, address: str, width: int = 1280, height: int = 800) -> Tab:
        """A tab of its own storage with the page loaded."""
        context = self.send("Target.createBrowserContext")["browserContextId"]
        target = self.send("Target.createTarget", {"url": "about:blank", "browserContextId": context})["targetId"]
        session = self.send("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        tab = self._tabs[session] = Tab(self, session)
        for domain in ("Page", "Runtime", "Network", "Log"):
            tab.send(f"{domain}.enable")
        tab.size(width, height)
        tab.send("Page.navigate", {"url": address})
        return tab

    def send(self, method: str, parameters: dict[str, Any] | None = None, session: str = "") -> dict[str, Any]:
        """One command and its answer."""
        with self._lock:
            self._number += 1
            number = self._number
            answer = self._answers[number] = Queue()
            message = {"id": number, "method": method, "params": parameters or {}} | ({"sessionId": session} if session else {})
            data = json.dumps(message).encode() + b"\0"
            while data:
                data = data[os.write(self._write, data) :]
        try:
            found = answer.get(timeout=_WAIT)
        except Empty:
            raise AssertionError(f"Chromium did not answer {method}") from None
        assert "error" not in found, f"{method}: {found['error']}"
        return found["result"]

    def _listen(self) -> None:
        """Answers to those who wait, events to their tabs."""
        rest = b""
        while True:
            try:
                piece = os.read(self._read, 1 << 20)
            except OSError:
                return
            if not piece:
                return
            *whole, rest = (rest + piece).split(b"\0")
            for text in whole:
                message = json.loads(text)
                if "id" in message:
                    self._answers.pop(message["id"]).put(message)
                elif message.get("sessionId") in self._tabs:
                    self._tabs[message["sessionId"]].heard(message["method"], message["params"])

    def close(self) -> None:
        """End it and remove its profile."""
        try:
            self.send("Browser.close")
            self.process.wait(10)
        except (AssertionError, subprocess.TimeoutExpired, OSError):
            self.process.kill()
            self.process.wait()
        os.close(self._write)
        shutil.rmtree(self._profile, ignore_errors=True)


@dataclass
class Tab:
    """A page. `requests` are all addresses it asked for, `wrong` all errors and warnings of its console and its scripts."""

    browser: Browser
    session: str
    requests: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def send(self, method: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
        return self.browser.send(method, parameters, self.session)

    def heard(self, method: str, told: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.wrong.append(json.dumps(told["exceptionDetails"])[:600])
        elif method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"):
            self.wrong.append(json.dumps(told["args"])[:600])
        elif method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.wrong.append(json.dumps(told["entry"])[:600])

    def run(self, script: str) -> Any:
        """The value of an expression on the page; promises are waited for."""
        found = self.send("Runtime.evaluate", {"expression": script, "returnByValue": True, "awaitPromise": True, "userGesture": True})
        assert "exceptionDetails" not in found, f"{script}: {found['exceptionDetails']}"
        return found["result"].get("value")

    def wait(self, script: str, seconds: float = _WAIT) -> Any:
        """The value as soon as it is true."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self.run(f"((found) => (found instanceof Element ? true : found))({script})")
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"not within {seconds:.0f} s: {script}\n{self.run('document.body.innerText')[:2000]}\n{self.wrong}")

    def settled(self) -> None:
        """Wait until the page shows what belongs to its text."""
        self.run("new Promise((done) => setTimeout(done, 30))")
        self.wait("document.body.dataset.version && !document.body.classList.contains('busy')")
        self.run("new Promise((done) => setTimeout(done, 200))")  # the preview waits a little behind the analysis
        self.wait("document.body.dataset.version && !document.body.classList.contains('busy')")

    def text(self, selector: str) -> str:
        """The text of an element; empty if there is none."""
        return self.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    def all(self, selector: str) -> list[str]:
        return self.run(f"[...document.querySelectorAll({json.dumps(selector)})].map((each) => each.innerText)")

    def click(self, selector: str) -> None:
        """A click of the mouse in the middle of an element."""
        script = f"(() => {{ const e = document.querySelector({json.dumps(selector)}); if (!e) return null; e.scrollIntoView({{block: 'nearest'}}); const b = e.getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2]; }})()"
        x, y = self.wait(script)
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1})

    def move(self, x: float, y: float) -> None:
        self.send("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": x, "y": y})

    def type(self, text: str) -> None:
        """Keys, one after another, as a keyboard sends them."""
        for character in text:
            if character == "\n":
                self.key("Enter")
            else:
                self.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": character, "key": character, "unmodifiedText": character})
                self.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": character})

    def key(self, key: str, modifiers: int = 0) -> None:
        """A key by its name, or a letter with modifiers."""
        code, text = _KEYS.get(key, (ord(key.upper()[0]), ""))
        base = {"key": key, "windowsVirtualKeyCode": code, "modifiers": modifiers, "code": key if key in _KEYS else ("Space" if key == " " else f"Key{key.upper()}")}
        commands = {("a", CONTROL): ["selectAll"], ("z", CONTROL): ["undo"]}.get((key, modifiers), [])
        self.send("Input.dispatchKeyEvent", base | {"type": "keyDown" if text else "rawKeyDown", "commands": commands} | ({"text": text} if text and not modifiers else {}))
        self.send("Input.dispatchKeyEvent", base | {"type": "keyUp"})

    def size(self, width: int, height: int) -> None:
        self.send("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def dark(self, on: bool) -> None:
        self.send("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark" if on else "light"}]})

    def shoot(self, path: Path) -> None:
        """A picture of what is seen."""
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", {"format": "png"})["data"]))
