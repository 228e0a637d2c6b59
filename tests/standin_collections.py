"""A package that writes what it finds in the composite collections, one tuple row per entry, for the tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from standin_tools import algorithm

import dsl4bes.standin
from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, toy_events
from dsl4bes.run.job import Job
from dsl4bes.standin.build import build_library, build_package

INCLUDES = """#include "DTagTool/DTagTool.h"
#include "EvtRecEvent/EvtRecEtaToGG.h"
#include "EvtRecEvent/EvtRecVeeVertex.h"
#include "SimplePIDSvc/ISimplePIDSvc.h"
#include "VertexFit/KalmanKinematicFit.h"
#include "VertexFit/SecondVertexFit.h"
#include "VertexFit/VertexFit.h"
"""

#: The enum of the decay modes.
STANDIN_HEADER = Path(dsl4bes.standin.__file__).parent / "include/EvtRecEvent/EvtRecDTag.h"
#: GeV: the energy of the D samples, the job options for it, the mass of the D0.
ECMS = 3.773
BEAM = "".join(
    f"{who}.BeamE = {ECMS / 2!r};\n" for who in ("NeutralDReconstruction", "ChargedDReconstruction")
)
D0 = 1.86484


class Probe:
    """Columns of one tuple, and the C++ that books and fills them."""

    def __init__(
        self, execute: str, *columns: str, options: str = "", vertex: bool = False, setup: str = ""
    ) -> None:
        """`columns` are the names of doubles; `execute` assigns m_<name> and calls m_tuple->write()."""
        members = "NTuple::Tuple* m_tuple;" + "".join(f" NTuple::Item<double> m_{name};" for name in columns)
        book = 'm_tuple = ntupleSvc()->book("FILE1/t", CLID_ColumnWiseTuple, "t");'
        book += "".join(f' m_tuple->addItem("{name}", m_{name});' for name in columns)
        head = 'SmartDataPtr<Event::EventHeader> head(eventSvc(), "/Event/EventHeader");'
        text = INCLUDES + algorithm(head + execute, members=members, initialize=book + setup)
        self.job = Job(build_library())
        self.job.load(build_package({"src/Probe.cxx": text}, "c++98"))
        self.job.options(f'ApplicationMgr.TopAlg += {{"Probe"}};\n{options}')
        if vertex:
            self.job.vertex(0, True, (0.0, 0.0, 0.0), (0.1, 0.1, 1.5))
        self.job.initialize()

    def __enter__(self) -> Probe:
        return self

    def __exit__(self, *_: object) -> None:
        self.job.close()

    def rows(self, events: Any) -> dict[str, Any]:
        """The rows of all events of a batch."""
        self.job.process(events)
        return self.job.tuples()["FILE1/t"]


@cache
def chain() -> Batch:
    return toy_events("psi(3770) -> (D0 -> K- pi+) (anti-D0 -> K+ pi- (pi0 -> gam gam))", 400, 1, ecms=ECMS)


@cache
def ks_chain() -> Batch:
    options = ToyOptions(extra_photons=1.0)
    return toy_events(
        "psi(3770) -> (D0 -> (K_S0 -> pi+ pi-) pi+ pi-) (anti-D0 -> K+ pi- pi- pi+)",
        150,
        2,
        ecms=ECMS,
        options=options,
    )


@cache
def plus_chain() -> Batch:
    return toy_events("psi(3770) -> (D+ -> K- pi+ pi+) (D- -> K+ K- pi-)", 150, 4, ecms=ECMS)
