"""Accepted code of custom blocks as pairs: what is taken of a lock file, and why something is not.

In: the custom blocks of a program with their code (`unknown/review/blocks.py`, which asks the lock). Out: an `Offer` for each. Of the user's files come the block, what its code sees as the prompt shows it, the code and the name of the model; no path, no name of a person or of the program, no other block.
Nothing is run, asked or written here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pydantic import ValidationError

from dsl4bes.dataset.leaks import near
from dsl4bes.dataset.personal import personal
from dsl4bes.dataset.record import Kind, Language, Pair
from dsl4bes.diagnostics.render.style import safe
from dsl4bes.ir.custom import Author
from dsl4bes.unknown.review.blocks import Block, State
from dsl4bes.unknown.writing.prompt import Parts, messages

_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Offer:
    """What would be given of a block: its pair; or why nothing is."""

    block: str
    author: str = ""
    model: str = ""
    pair: Pair | None = None
    why_not: str = ""


def offers(blocks: Iterable[Block], licence: str, own: Collection[str]) -> list[Offer]:
    """An offer for each block. `own`: names that must not be in what is given."""
    return [_offer(block, licence, own) for block in blocks]


def _offer(block: Block, licence: str, own: Collection[str]) -> Offer:
    entry = block.entry
    if block.state is not State.FRESH or entry is None:
        return Offer(block.name, why_not=block.why or "its code was not accepted")
    if entry.ladder.get("policy") is None or len(entry.ladder) < 2:
        return Offer(block.name, why_not="the lock file does not say that its code went through the ladder")
    asked = messages(block.task, (), Parts(examples=0))
    system, question = asked[0].content, asked[-1].content
    words = block.task.describe or block.task.title.replace("_", " ")
    model = _model(entry.origin.get("model", "")) if entry.author is Author.MODEL else ""
    if found := next(filter(None, (personal(text, own) for text in (block.task.title, words, question, entry.code, model))), ""):
        return Offer(block.name, why_not=f"it holds {found}")
    if task := near(words):
        return Offer(block.name, why_not=f"it is near the test task {task}, which no training may see")
    language = Language.CHINESE if _CHINESE.search(words) else Language.ENGLISH
    verified = tuple(f"accepted by the ladder: {rung}" for rung in entry.ladder)
    try:
        pair = Pair(
            kind=Kind.METHOD, language=language, family=_family(block.task.title), question=question, answer=entry.code, source="given by a user", licence=f"{licence} (given by a user)",
            verified=verified, system=system, words=words if len(words) >= 12 else "",
        )  # fmt: skip
    except ValidationError as error:
        return Offer(block.name, why_not=f"it makes no pair: {error.errors(include_input=False, include_url=False)[0]['msg']}"[:200])
    return Offer(block.name, entry.author.value, model, pair)


def _family(title: str) -> str:
    """Blocks of one name are one family, whoever gave them; a name in other letters is known by its digest."""
    plain = re.sub(r"[^a-z0-9_]+", "_", title.lower()).strip("_")
    return f"contributed/{plain if plain and title.isascii() else hashlib.sha256(title.encode()).hexdigest()[:12]}"[:80]


def _model(name: str) -> str:
    """The name of a model; of one in a folder or file only that, not where it lies. The name of a hub (`owner/name`) stays.

    >>> _model("Qwen/Qwen2.5-Coder-1.5B"), _model("/home/zhang/models/qwen.gguf"), _model("~/m/qwen")
    ('Qwen/Qwen2.5-Coder-1.5B', 'qwen.gguf', 'qwen')
    """
    plain = safe(name).strip().rstrip("/\\")
    hub = re.fullmatch(r"[A-Za-z0-9][\w.-]*/[\w.-]+", plain)
    return (plain if hub else re.split(r"[/\\]", plain)[-1])[:80]
