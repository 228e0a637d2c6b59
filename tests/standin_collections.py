"""A package that writes what it finds in the composite collections, one tuple row per entry, for the tests."""

from __future__ import annotations

from typing import Any

from standin_tools import algorithm

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


class Probe:
    """Columns of one tuple, and the C++ that books and fills them."""

    def __init__(self, execute: str, *columns: str, options: str = "", vertex: bool = False, setup: str = "") -> None:
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
