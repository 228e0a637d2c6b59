"""Blocks that are asked for alone: each family draws one construct and gives it a program to stand in.

In: a `Draw`. Out: `Block`. Every construct of the registry has a family at least; a test counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dsl4bes.dataset.programs.blocks.block import Block
from dsl4bes.dataset.programs.blocks.fitting import FITTING
from dsl4bes.dataset.programs.blocks.further import FURTHER
from dsl4bes.dataset.programs.blocks.selection import SELECTION
from dsl4bes.dataset.programs.draw import Draw

FAMILIES: Mapping[str, Callable[[Draw], Block]] = {**SELECTION, **FURTHER, **FITTING}
"""By name: the construct, and behind a `-` which use of it."""
