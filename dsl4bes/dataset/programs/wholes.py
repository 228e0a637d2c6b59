"""Whole selections: what is drawn of an analysis, as parts in their order.

In: a `Draw`, a family. Out: `Whole`: topic, parts; its program is formatted elsewhere. Every number in a program is one that its parts have words for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dsl4bes.dataset.programs.channels import CHANNELS
from dsl4bes.dataset.programs.draw import Draw
from dsl4bes.dataset.programs.exclusive import exclusive
from dsl4bes.dataset.programs.others import OTHERS
from dsl4bes.dataset.programs.part import Both, Part, Particles, text_of


@dataclass(frozen=True)
class Whole:
    """`topic`: what the analysis is about, in both languages or as a decay."""

    topic: Both | Particles
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        return text_of(self.parts)


def _of_channel(index: int) -> Callable[[Draw], tuple[Both | Particles, list[Part]]]:
    return lambda draw: exclusive(draw, CHANNELS[index])


#: How an analysis of a family is drawn.
FAMILIES: Mapping[str, Callable[[Draw], tuple[Both | Particles, list[Part]]]] = {**{channel.family: _of_channel(index) for index, channel in enumerate(CHANNELS)}, **OTHERS}


def drawn(family: str, draw: Draw) -> Whole:
    """An analysis of a family."""
    topic, parts = FAMILIES[family](draw)
    return Whole(topic, tuple(parts))
