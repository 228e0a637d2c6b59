"""Code that users gave: accepted entries of lock files, each with its licence and consent, kept in the folder of the data set.

In: `contributed.jsonl`, a line for each. Out: pairs, as a source of a build; the same file with one more or one less. A line whose pair is not the one that was consented to gives none. How an entry becomes a pair is `giving.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dsl4bes.dataset.record import Pair
from dsl4bes.dataset.source import Made, Means, Size

FILE = "contributed.jsonl"
_LARGEST = 256 << 20


class Consent(BaseModel):
    """`statement`: what was agreed to, word by word; `given`: how (an answer at the terminal, or an option), and the day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    statement: Annotated[str, Field(min_length=20)]
    given: Annotated[str, Field(min_length=3)]
    day: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Contribution(BaseModel):
    """`name`: that of the pair. `author`: hand or model; `model`: which one, without its place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    author: Annotated[str, Field(pattern=r"^(hand|model)$")]
    model: str
    consent: Consent
    pair: Pair


@dataclass(frozen=True)
class Line:
    """A line of the file by its number; `wrong` if it gives nothing."""

    number: int
    text: str
    found: Contribution | None
    wrong: str = ""


def read(path: Path) -> list[Line]:
    """The lines of the file, none if there is no file. Raises `OSError`."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        content = file.read(_LARGEST).decode("utf-8", "replace")
    return [_line(number, text) for number, text in enumerate(content.split("\n"), 1) if text.strip()]


def _line(number: int, text: str) -> Line:
    try:
        found = Contribution.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        return Line(number, text, None, f"{'.'.join(map(str, first['loc'])) or 'line'}: {first['msg']}"[:200])
    if found.pair.name != found.name:
        return Line(number, text, None, "it is not as it was given: its name is that of another pair")
    return Line(number, text, found)


def text_of(lines: Sequence[Line], more: Iterable[Contribution] = ()) -> str:
    """The file's text: what is there as it is, then what is new."""
    return "".join(f"{text}\n" for text in (*(line.text for line in lines), *(each.model_dump_json() for each in more)))


class Contributed:
    """The pairs that users gave; how much is drawn does not matter here."""

    name, needs_root = "contributed", False

    def steps(self, size: Size) -> int:
        return 0

    def make(self, size: Size, means: Means) -> Made:
        made = Made()
        for line in read(means.contributed) if means.contributed is not None else ():
            if line.found is None:
                made.refused[f"{FILE}:{line.number}"] = line.wrong
            else:
                made.pairs.append(line.found.pair)
        return made
