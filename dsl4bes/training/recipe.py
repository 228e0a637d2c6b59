"""A recipe: all that decides what an adapter becomes.

In: nothing. Out: `Recipe` and its tables, checked at the edge (`extra="forbid"`). Every number that changes the weights is here and nowhere else, so the digest of a recipe and of its data names a run;
what only changes how long it takes or what is printed (`Watch`) is a table of its own. No file is read here.
"""

from __future__ import annotations

import hashlib
from enum import Enum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dsl4bes.dataset.record import Kind, Language

Share = Annotated[float, Field(ge=0, le=1)]
#: The base of recipe `tiny`: a random model that is made on the spot.
RANDOM = "random"


class Precision(str, Enum):
    """In what weights are kept and multiplied. `auto`: bfloat16 on a GPU; on a CPU what it multiplies quickly."""

    AUTO = "auto"
    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Base(_Table):
    """`base`: what the model is called (a hub id, a folder, a GGUF file, or `random`); `place`: the folder or GGUF file in which it lies here, if not by that name. `shape`: sizes as its config.json has them, for an estimate before the model is here."""

    base: Annotated[str, Field(min_length=1, max_length=400)]
    place: Annotated[str, Field(max_length=4000)] = ""
    shape: dict[str, Annotated[int, Field(ge=0)]] = {}
    precision: Precision = Precision.AUTO

    @property
    def name(self) -> str:
        """What is loaded here."""
        return self.place or self.base


class Data(_Table):
    """`folder` of a data set. `caps`: at most so many pairs of a kind; `weights`: how often a pair of a kind is seen in an epoch (0.5: every second one); `chinese`: share of pairs in Chinese, for which pairs of the other language are left out; `most`: pairs in all (0: no limit).
    All is drawn with the seed of the recipe."""

    folder: str = "dataset"
    kinds: tuple[Kind, ...] = ()
    languages: tuple[Language, ...] = ()
    families: tuple[str, ...] = ()
    caps: dict[Kind, Annotated[int, Field(ge=0)]] = {}
    weights: dict[Kind, Annotated[float, Field(ge=0, le=20)]] = {}
    chinese: Share | None = None
    most: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _kinds_that_are_chosen(self) -> Data:
        unused = [kind.value for kind in (*self.caps, *self.weights) if self.kinds and kind not in self.kinds]
        if unused:
            raise ValueError(f"caps or weights speak of {unused[0]}, which is not among the kinds")
        return self


class Lora(_Table):
    """`layers`: names of linear layers as the model has them (`q_proj`); empty: all but the embeddings."""

    rank: Annotated[int, Field(ge=1, le=256)] = 8
    alpha: Annotated[float, Field(gt=0, le=1024)] = 16
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.05
    layers: tuple[str, ...] = ()


class Training(_Table):
    """`batch` rows a forward pass, `accumulation` of them a step; a row is a pair, or (`packing`) as many as find room in `longest` tokens. `warm_up`: share of the steps. `clip`: largest norm of the gradient (0: none). `threads` of a CPU (0: as many as torch takes).
    Pairs that are longer than `longest` are left out and counted: an answer that is cut teaches to stop in the middle."""

    epochs: Annotated[int, Field(ge=1, le=100)] = 2
    learning_rate: Annotated[float, Field(gt=0, le=0.1)] = 2e-4
    warm_up: Share = 0.05
    weight_decay: Annotated[float, Field(ge=0, le=1)] = 0.0
    clip: Annotated[float, Field(ge=0)] = 1.0
    batch: Annotated[int, Field(ge=1, le=512)] = 1
    accumulation: Annotated[int, Field(ge=1, le=4096)] = 8
    longest: Annotated[int, Field(ge=16, le=32768)] = 1024
    packing: bool = True
    checkpointing: bool = False
    threads: Annotated[int, Field(ge=0, le=1024)] = 0
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1


class Watch(_Table):
    """Steps between evaluations on at most `validation` held-out pairs, and between checkpoints, of which the last `keep` stay."""

    evaluate_every: Annotated[int, Field(ge=1)] = 50
    checkpoint_every: Annotated[int, Field(ge=1)] = 10
    validation: Annotated[int, Field(ge=0)] = 100
    keep: Annotated[int, Field(ge=1, le=100)] = 2


class Recipe(_Table):
    """The whole: a table each in TOML (`[model]`, `[data]`, `[lora]`, `[training]`, `[watch]`)."""

    about: Annotated[str, Field(max_length=600)] = ""
    model: Base
    data: Data = Data()
    lora: Lora = Lora()
    training: Training = Training()
    watch: Watch = Watch()

    @property
    def digest(self) -> str:
        """Of all that changes the weights: neither words nor the places of data and model, whose content has digests of its own, nor what is only watched."""
        telling = self.model_copy(update={"about": "", "watch": Watch(), "data": self.data.model_copy(update={"folder": ""}), "model": Base(base="-", precision=self.model.precision)})
        return hashlib.sha256(telling.model_dump_json().encode()).hexdigest()[:16]
