"""All kinds of pairs, in the order in which a data set holds them.

In: nothing. Out: the sources by name. A new kind of pairs is a module with a `Source` and a line here.
"""

from __future__ import annotations

from dsl4bes.dataset.fits.pairs import Fits
from dsl4bes.dataset.predictions.pairs import Predictions
from dsl4bes.dataset.programs.source import Programs
from dsl4bes.dataset.repairs.pairs import Repairs
from dsl4bes.dataset.source import Source
from dsl4bes.dataset.study import Study

SOURCES: dict[str, Source] = {source.name: source for source in (Study(), Fits(), Programs(), Repairs(), Predictions())}
