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


class Language(str, Enum):
    ENGLISH = "en"
    CHINESE = "zh"


#: How every question of a domain and language begins.
OPENINGS = {Language.ENGLISH: "With the CERN ROOT framework, ", Language.CHINESE: "使用CERNROOT框架，"}


class Pair(BaseModel):
    """`family`: what it is made of; all pairs of a family are on the same side of a split. `source`: file and lines, or the generator and its seed. `licence`: of the answer. `verified`: what was done to it, in words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    language: Language
    family: Annotated[str, Field(pattern=r"^[a-z0-9_./-]+$")]
    question: Annotated[str, Field(min_length=20, max_length=4000)]
    answer: Annotated[str, Field(min_length=10, max_length=60_000)]
    source: str
    licence: str
    verified: tuple[str, ...]

    @property
    def name(self) -> str:
        return hashlib.sha256(f"{self.question}\0{self.answer}".encode()).hexdigest()[:16]
