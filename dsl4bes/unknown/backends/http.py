"""Asks an OpenAI-compatible server, vLLM first; trusts nothing that it sends.

In: a request. Out: answers, or a `Trouble` that says what the server did. Bounded in time (connect, read, total) and size; busy
servers are asked again. TLS is verified, redirects are not followed, the key goes to the address in the settings and nowhere else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from dsl4bes.diagnostics.codes.backends import BAD_ANSWER, MODEL_UNREACHABLE, NO_MODEL, WRONG_SETTING
from dsl4bes.unknown.backends import refusals, wire
from dsl4bes.unknown.backends.address import base_address, is_loopback
from dsl4bes.unknown.backends.bounded import run_bounded
from dsl4bes.unknown.backends.key import Key
from dsl4bes.unknown.backends.protocol import Answer, Answers, OnText, Request
from dsl4bes.unknown.backends.refusals import Again
from dsl4bes.unknown.backends.retry import RETRIED, Patience, retry_after
from dsl4bes.unknown.backends.stream import Stream
from dsl4bes.unknown.settings import Settings
from dsl4bes.unknown.trouble import Trouble

_MIB = 1 << 20
_LONGEST_COMPLAINT = 64 << 10
Sleep = Callable[[float], Awaitable[None]]


class HttpBackend:
    """One server and one model on it. `sleep` is for tests."""

    def __init__(self, settings: Settings, key: Key | None = None, *, sleep: Sleep = asyncio.sleep) -> None:
        self.key = Key.from_environment() if key is None else key
        self.url = base_address(settings["url"], bool(self.key))
        self.settings = settings
        self.sleep = sleep
        self.model: str = settings["model"]
        self.adapter: str = settings["adapter"]
        self.at_once: int = settings["at_once"]  # a server answers them together
        self.takes_grammar = True

    def __repr__(self) -> str:
        return f"HttpBackend({self.url}, {self.adapter or self.model})"

    def complete(self, request: Request, on_text: OnText | None = None) -> Answers:
        """As many answers as asked for, by further requests if the server gives fewer. `on_text` is called in another thread."""
        if not (self.adapter or self.model):
            raise Trouble(NO_MODEL, "the settings name no model", "set `model`; `dsl4bes doctor` lists those of the server")
        return self._bounded(_Exchange(self, request, on_text).run(), self.settings["total_timeout"])

    def models(self, seconds: float | None = None) -> tuple[str, ...]:
        """The names that the server lists, asked once."""
        return self._bounded(self._names(), seconds or self.settings["total_timeout"])

    def _bounded(self, work: Any, seconds: float) -> Any:
        try:
            return run_bounded(work, seconds)
        except TimeoutError:
            raise Trouble(
                MODEL_UNREACHABLE, f"{self.url} has not finished its answer within {seconds:g} s", "raise `total_timeout`, or ask for less"
            ) from None
        except Trouble as trouble:
            raise Trouble(trouble.code, self.key.hide(trouble.message), trouble.help) from None

    async def _names(self) -> tuple[str, ...]:
        async with self.client() as client:
            try:
                async with client.stream("GET", f"{self.url}/models") as response:
                    content = await self.read(response)
                    if response.status_code != 200:
                        raise refusals.refused(response.status_code, response.headers, content, self.url, self.key)
                    return wire.names(content)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise refusals.unreachable(error, self.url).trouble from None

    def client(self) -> httpx.AsyncClient:
        """A client for one exchange. Proxies of the environment are used, but not for this machine."""
        settings = self.settings
        timeout = httpx.Timeout(settings["read_timeout"], connect=settings["connect_timeout"])
        host = httpx.URL(self.url).host
        headers = {"Accept-Encoding": "identity", "User-Agent": "dsl4bes", **self.key.header()}
        try:
            return httpx.AsyncClient(
                timeout=timeout, follow_redirects=False, headers=headers, verify=True, trust_env=not is_loopback(host)
            )
        except ImportError as error:  # a proxy of a kind for which a package is missing
            help_ = "pip install 'httpx[socks]', or unset ALL_PROXY and HTTPS_PROXY"
            raise Trouble(WRONG_SETTING, f"the proxy of the environment cannot be used: {error}", help_) from None
        except (ValueError, httpx.InvalidURL) as error:
            help_ = "correct or unset ALL_PROXY, HTTPS_PROXY, HTTP_PROXY, NO_PROXY"
            raise Trouble(WRONG_SETTING, f"a proxy of the environment is no address: {error}", help_) from None
        except OSError as error:  # ssl.SSLError is one
            help_ = "correct or unset SSL_CERT_FILE and SSL_CERT_DIR"
            raise Trouble(WRONG_SETTING, f"the certificates of the environment cannot be read: {error}", help_) from None

    async def read(self, response: httpx.Response) -> bytes:
        """The whole body, without the key, if it is not too large; of a complaint only the beginning."""
        most = self.settings["largest_answer"] * _MIB if response.status_code == 200 else _LONGEST_COMPLAINT
        content = bytearray()
        async for chunk in response.aiter_raw():
            content += chunk
            if len(content) > most:
                if response.status_code != 200:
                    break
                raise self.too_large()
        return self.key.hide_bytes(bytes(content))

    def too_large(self) -> Trouble:
        most = self.settings["largest_answer"]
        return Trouble(BAD_ANSWER, f"the server sends more than {most} MiB", "ask for fewer `samples`, or raise `largest_answer`")


class _Exchange:
    """One call of `complete`: its requests, repetitions, tokens and times."""

    def __init__(self, backend: HttpBackend, request: Request, on_text: OnText | None) -> None:
        self._backend = backend
        self._request = request
        self._on_text = None if on_text is None else self._timed(on_text)
        self._chat = bool(request.messages) and backend.settings["endpoint"] == "chat"
        self._started = time.monotonic()
        self._first_text: float | None = None
        self._requests = 0
        self._model = backend.adapter or backend.model
        self._tokens: dict[str, int | None] = {"prompt": 0, "completion": 0}
        self._patience = Patience(backend.settings["retries"])

    def _timed(self, on_text: OnText) -> OnText:
        def timed(sample: int, text: str) -> None:
            if self._first_text is None:
                self._first_text = time.monotonic() - self._started
            on_text(sample, self._backend.key.hide(text))

        return timed

    async def run(self) -> Answers:
        found: list[Answer] = []
        async with self._backend.client() as client:
            while len(found) < self._request.samples:
                found += await self._ask(client, len(found))
        hide = self._backend.key.hide
        return Answers(
            answers=tuple(Answer(text=hide(answer.text), finish=answer.finish) for answer in found),
            model=self._model,
            prompt_tokens=self._tokens["prompt"],
            completion_tokens=self._tokens["completion"],
            seconds=time.monotonic() - self._started,
            first_text_seconds=self._first_text,
            requests=self._requests,
        )

    async def _ask(self, client: httpx.AsyncClient, have: int) -> list[Answer]:
        """Ask for what is missing, again and again while there is patience; a further request has a seed of its own."""
        request, missing = self._request, self._request.samples - have
        seed = None if request.seed is None else request.seed + have
        sent = wire.body(
            request, self._model_asked(), missing, seed, chat=self._chat, stream=self._on_text is not None
        )
        while True:
            self._requests += 1
            try:
                return await self._send(client, sent, missing, have)
            except Again as again:
                wait = self._patience.next_wait(again.after)
                if wait is None:
                    tries = f" ({self._requests} tries)" if self._requests > 1 else ""
                    raise Trouble(again.trouble.code, again.trouble.message + tries, again.trouble.help) from None
                await self._backend.sleep(wait)

    def _model_asked(self) -> str:
        return self._backend.adapter or self._backend.model

    async def _send(self, client: httpx.AsyncClient, sent: dict[str, Any], missing: int, have: int) -> list[Answer]:
        path = "chat/completions" if self._chat else "completions"
        stream = Stream(missing, self._on_text, have, self._backend.key.hide_bytes)
        try:
            async with client.stream("POST", f"{self._backend.url}/{path}", json=sent) as response:
                await self._check(response)
                kind = self._backend.key.hide(response.headers.get("content-type", "")).split(";")[0].strip().lower()
                if self._on_text is not None and kind == "text/event-stream":
                    return await self._follow(response, stream)
                if kind != "application/json":
                    content = await self._backend.read(response)
                    raise Trouble(BAD_ANSWER, f"the server answers with `{kind[:60] or 'no content type'}`, not with JSON: {wire.excerpt(content)}")
                return self._whole(await self._backend.read(response), missing, have)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            again = refusals.unreachable(error, self._backend.url)
            if stream.begun or not again.worth_it:
                raise again.trouble from None
            raise again from None

    async def _check(self, response: httpx.Response) -> None:
        """Nothing but an answer goes on from here."""
        if response.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
            raise Trouble(BAD_ANSWER, "the server compresses its answer although it was asked not to")
        if response.status_code == 200:
            return
        content = await self._backend.read(response)
        trouble = refusals.refused(response.status_code, response.headers, content, self._backend.url, self._backend.key)
        if response.status_code in RETRIED:
            raise Again(trouble, retry_after(response.headers.get("retry-after")))
        raise trouble

    async def _follow(self, response: httpx.Response, stream: Stream) -> list[Answer]:
        most, size = self._backend.settings["largest_answer"] * _MIB, 0
        async for chunk in response.aiter_raw():
            size += len(chunk)
            if size > most:
                raise self._backend.too_large()
            stream.feed(chunk)
            if stream.done:
                break
        self._count(stream.prompt_tokens, stream.completion_tokens, stream.model)
        return stream.answers()

    def _whole(self, content: bytes, missing: int, have: int) -> list[Answer]:
        reply = wire.reply(content)
        found = wire.answers(reply.choices, missing)
        usage = reply.usage or wire.Usage()
        self._count(usage.prompt_tokens, usage.completion_tokens, reply.model)
        if self._on_text is not None:
            for number, answer in enumerate(found):
                self._on_text(have + number, answer.text)
        return found

    def _count(self, prompt: int | None, completion: int | None, model: str | None) -> None:
        """Add up tokens; a reply without a count makes the sum unknown."""
        for name, value in (("prompt", prompt), ("completion", completion)):
            so_far = self._tokens[name]
            self._tokens[name] = None if value is None or so_far is None else so_far + value
        self._model = model or self._model
