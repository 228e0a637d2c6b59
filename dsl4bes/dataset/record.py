"""One pair: a question, its answer, and what is known about both.

In: nothing. Out: `Pair`, checked at the edge. A pair's name is a digest of its words, so that the same pair has the same name in every build.
"""

from __future__ import annotations

import hashlib
from enum import Enum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Kind(str, Enum):
    """What a pair teaches."""

    WHOLE_PROGRAM = "whole_program"  #: a question answered by a whole ROOT program
    PART = "part"  #: a question answered by some lines of one
    METHOD = "method"  #: the prompt of an unknown block, answered by the body of its function
    CODE = "code"  #: words, answered by a method of a BOSS algorithm
    BLOCK = "block"  #: words, answered by a block of the language
    PROGRAM = "program"  #: words, answered by a whole program of the language
    REPAIR = "repair"  #: something broken and what is said of it, answered by the whole mended
    EXPLANATION = "explanation"  #: code or a program, answered by what it does
    QUESTION = "question"  #: a question on a program, or on a part of one, answered in words
    PREDICTION = "prediction"  #: a selection and an event, answered by the cut that rejects it, and why


class Language(str, Enum):
    ENGLISH = "en"
    CHINESE = "zh"


#: How every question on ROOT begins.
OPENINGS = {Language.ENGLISH: "With the CERN ROOT framework, ", Language.CHINESE: "使用CERNROOT框架，"}
#: How every question on selections begins.
BOSS_OPENINGS = {Language.ENGLISH: "With the BOSS framework, ", Language.CHINESE: "使用BOSS框架，"}

#: Of what this project has written or drawn itself.
OWN_LICENCE = "MIT (made by this project)"


class Pair(BaseModel):
    """`family`: what it is made of; all pairs of a family are on the same side of a split. `source`: file and lines, or the generator and its seed. `licence`: of the answer. `verified`: what was done to it, in words.
    `system`: what is said before the question, where a command of the product says it. `before`: earlier turns, question and answer. `words`: what the question alone says, where most of it is the same in every question of its kind; near duplicates and test tasks are looked for there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    language: Language
    family: Annotated[str, Field(pattern=r"^[a-z0-9_./-]+$")]
    question: Annotated[str, Field(min_length=20, max_length=4000)]
    answer: Annotated[str, Field(min_length=10, max_length=60_000)]
    source: str
    licence: str
    verified: tuple[str, ...]
    system: str = ""
    before: tuple[tuple[str, str], ...] = ()
    words: str = ""

    @property
    def name(self) -> str:
        earlier = "".join(f"{asked}\0{answered}\0" for asked, answered in self.before)
        return hashlib.sha256(f"{self.system}\0{earlier}{self.question}\0{self.answer}".encode()).hexdigest()[:16]

    @property
    def telling(self) -> str:
        """The words that tell this question from others of its kind."""
        return self.words or self.question
