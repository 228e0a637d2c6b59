"""A request for one program of a fit.

In: a conversation, the settings. Out: a `Request` for one answer. Nothing is sent here.
"""

from __future__ import annotations

from collections.abc import Sequence

from dsl4bes.unknown.backends.protocol import Message, Request
from dsl4bes.unknown.settings import Settings


def request(messages: Sequence[Message], settings: Settings, offset: int) -> Request:
    """A request for one program. A seed is sent only if somebody chose one (vLLM on a CPU ends itself over some seeded requests), and each program has its own."""
    seed = chosen_seed(settings)
    return Request(
        messages=tuple(messages), samples=1, temperature=settings["temperature"], top_p=settings["top_p"], max_tokens=settings["max_tokens"],
        seed=None if seed is None else (seed + offset) % 2**31,
    )  # fmt: skip


def chosen_seed(settings: Settings) -> int | None:
    return int(settings["seed"]) if "seed" in settings.origins else None
