"""All kinds of pairs, in the order in which a data set holds them.

In: nothing. Out: the sources by name. A new kind of pairs is a module with a `Source` and a line here. A teacher reads what the sources before it made, so it is the last one.
"""

from __future__ import annotations

from dsl4bes.dataset.contributed import Contributed
from dsl4bes.dataset.fits.pairs import Fits
from dsl4bes.dataset.methods.pairs import Methods
from dsl4bes.dataset.predictions.pairs import Predictions
from dsl4bes.dataset.programs.source import Programs
from dsl4bes.dataset.repairs.pairs import Repairs
from dsl4bes.dataset.source import Source
from dsl4bes.dataset.study import Study
from dsl4bes.dataset.teacher.pairs import TAUGHT, Taught

SOURCES: dict[str, Source] = {source.name: source for source in (Study(), Fits(), Methods(), Programs(), Repairs(), Predictions(), Contributed(), Taught())}
#: Sources that are used only where somebody asks for them.
ASKED_FOR = frozenset({TAUGHT})
