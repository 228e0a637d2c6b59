"""The study's own data set, rebuilt: questions of ours on the fit tutorials that the user's ROOT ships, answered by those.

In: the questions (`study/*.toml`: file, checksum, line ranges, words), the user's ROOT. Out: pairs. A program is read where ROOT keeps it and stripped of its comments; one whose checksum is another (another release of ROOT) is left out and said; a whole program enters
only after it ran. No line of ROOT is kept in this project.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dsl4bes.dataset.code import fenced, without_comments
from dsl4bes.dataset.record import OPENINGS, Kind, Language, Pair
from dsl4bes.dataset.source import Made, Means, Size
from dsl4bes.dataset.verified import Undecided, Verified
from dsl4bes.fitting.asked.macros.confined import run_beside
from dsl4bes.fitting.asked.macros.program import of_code
from dsl4bes.fitting.asked.macros.ran import Fault, ran
from dsl4bes.root.find import Root
from dsl4bes.unknown.toml_text import TomlError, loads

FOLDER = Path(__file__).with_name("study")
LICENCE = "LGPL-2.1-or-later (tutorial of ROOT)"

Words = Annotated[tuple[str, ...], Field(min_length=1, max_length=6)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Asked(_Strict):
    """Questions with the same answer, by language."""

    en: Words
    zh: Words

    @model_validator(mode="after")
    def _begin_as_agreed(self) -> Asked:
        for language, texts in self.by_language().items():
            for text in texts:
                if not text.startswith(OPENINGS[language]):
                    raise ValueError(f"a question does not begin with {OPENINGS[language]!r}: {text[:60]!r}")
        return self

    def by_language(self) -> Mapping[Language, tuple[str, ...]]:
        return {Language.ENGLISH: self.en, Language.CHINESE: self.zh}


class Part(Asked):
    """`lines`: first and last, counted from 1."""

    lines: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]


class Tutorial(_Strict):
    """A file of ROOT's folder of tutorials, by its SHA-256, with the questions on it."""

    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_/]+\.C$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    whole: Asked | None = None
    part: tuple[Part, ...] = ()

    @property
    def family(self) -> str:
        return "root/" + self.file.removesuffix(".C").lower()


@lru_cache(maxsize=1)
def questions() -> tuple[Tutorial, ...]:
    """All questions, by file. Raises `ValueError` with the name of a faulty file."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        try:
            found.append(Tutorial.model_validate(loads(path.read_text(encoding="utf-8"))))
        except (ValidationError, TomlError) as error:
            raise ValueError(f"{path.name}: {error}") from error
    return tuple(sorted(found, key=lambda each: each.file))


class Study:
    """All pairs that the user's ROOT gives; how much is drawn does not matter here."""

    name, needs_root = "study", True

    def steps(self, size: Size) -> int:
        return len(questions())

    def make(self, size: Size, means: Means) -> Made:
        return _made(means)


def _made(means: Means) -> Made:
    made = Made()
    root = means.find_root()
    folder = root.folder("tutorials")
    for tutorial in questions():
        means.on_step(tutorial.file)
        path = None if folder is None else folder / tutorial.file
        if path is None or not path.is_file():
            made.refused[tutorial.file] = "this ROOT does not have it"
            continue
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != tutorial.sha256:
            made.refused[tutorial.file] = "this ROOT has another version of it"
            continue
        text = content.decode("utf-8", "replace")
        made.pairs += _parts(tutorial, text)
        if tutorial.whole is not None:
            made.pairs += _whole(tutorial, tutorial.whole, text, root, means.verified, made)
    return made


def _parts(tutorial: Tutorial, text: str) -> Iterator[Pair]:
    lines = text.splitlines()
    for part in tutorial.part:
        first, last = part.lines
        if not first <= last <= len(lines):
            raise ValueError(f"{tutorial.file}: there are no lines {first} to {last}")
        code = without_comments("\n".join(lines[first - 1 : last]))
        for language, texts in part.by_language().items():
            for question in texts:
                yield Pair(
                    kind=Kind.PART, language=language, family=tutorial.family, question=question, answer=fenced(code), source=f"{tutorial.file}:{first}-{last}", licence=LICENCE, verified=("checksum of the file",)
                )  # fmt: skip


def _whole(tutorial: Tutorial, asked: Asked, text: str, root: Root, verified: Verified, made: Made) -> Iterator[Pair]:
    code = without_comments(text)
    digest = hashlib.sha256(f"{root.version}\n{code}".encode()).hexdigest()
    wrong = verified.ask(digest, lambda: _faults(code, root))
    if wrong:
        made.refused[tutorial.file] = f"the whole program: {wrong}"
        return
    for language, texts in asked.by_language().items():
        for question in texts:
            yield Pair(
                kind=Kind.WHOLE_PROGRAM, language=language, family=tutorial.family, question=question, answer=fenced(code), source=tutorial.file, licence=LICENCE,
                verified=("checksum of the file", f"ran in ROOT {'.'.join(map(str, root.version))}"),
            )  # fmt: skip


def _faults(code: str, root: Root) -> str:
    fault, words = ran(run_beside(of_code(code), {}, root))
    said = "" if fault is None else f"{fault.value}: {words}"[:300]
    if fault is Fault.TIMED_OUT:
        raise Undecided(said)
    return said
