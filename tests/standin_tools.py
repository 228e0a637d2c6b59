"""Helpers of the stand-in tests: small packages from a few lines of C++, batches from a few numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from dsl4bes.events.batch import Batch
from dsl4bes.events.columns import BY_NAME
from dsl4bes.run.job import Job
from dsl4bes.standin import precompiled
from dsl4bes.standin.build import build_library, build_package
from dsl4bes.standin.toolchain import ToolchainError, toolchain

DATA = Path(__file__).parents[1] / "../shared/data"
RHOPI = Path(__file__).parent / "standin" / "rhopi"

#: Those of every package come first, so that they are read once for all probes.
_INCLUDES = "".join(f"#include {header}\n" for header in precompiled.HEADERS) + """#include "GaudiKernel/Algorithm.h"
#include "GaudiKernel/Bootstrap.h"
#include "GaudiKernel/DeclareFactoryEntries.h"
#include "GaudiKernel/INTupleSvc.h"
#include "GaudiKernel/ITHistSvc.h"
#include "GaudiKernel/LoadFactoryEntries.h"
#include "GaudiKernel/MsgStream.h"
#include "GaudiKernel/NTuple.h"
#include "GaudiKernel/SmartDataPtr.h"
#include "DstEvent/TofHitStatus.h"
#include "EventModel/EventHeader.h"
#include "EventNavigator/EventNavigator.h"
#include "EvtRecEvent/EvtRecDTag.h"
#include "EvtRecEvent/EvtRecEvent.h"
#include "EvtRecEvent/EvtRecPi0.h"
#include "EvtRecEvent/EvtRecPrimaryVertex.h"
#include "EvtRecEvent/EvtRecTrack.h"
#include "McTruth/McParticle.h"
#include "ParticleID/ParticleID.h"
#include "TH1.h"
#include "TH2.h"
#include "TMath.h"
#include "TrigEvent/TrigData.h"
#include "VertexFit/IVertexDbSvc.h"
#include <stdexcept>
"""


def have_toolchain() -> bool:
    """True if packages can be built on this machine."""
    try:
        toolchain()
    except ToolchainError:
        return False
    return True


def algorithm(
    execute: str, *, members: str = "", constructor: str = "", initialize: str = "", name: str = "Probe"
) -> str:
    """The text of a package of one file with one algorithm; the bodies are C++98."""
    return f"""{_INCLUDES}
class {name} : public Algorithm {{
public:
  {name}(const std::string& name, ISvcLocator* locator) : Algorithm(name, locator) {{ {constructor} }}
  StatusCode initialize() {{ {initialize} return StatusCode::SUCCESS; }}
  StatusCode execute() {{
    {execute}
    return StatusCode::SUCCESS;
  }}
  StatusCode finalize() {{ return StatusCode::SUCCESS; }}
private:
  {members}
}};
DECLARE_ALGORITHM_FACTORY( {name} )
DECLARE_FACTORY_ENTRIES( {name} ) {{ DECLARE_ALGORITHM( {name} ) }}
LOAD_FACTORY_ENTRIES( {name} )
"""


def open_job(text: str, options: str = "", name: str = "Probe", **package: Any) -> Job:
    """An initialised job with the one algorithm of `algorithm(text)`; the interaction point is not set."""
    job = Job(build_library())
    job.load(build_package({f"src/{name}.cxx": algorithm(text, name=name, **package)}, "c++98"))
    job.options(f'ApplicationMgr.TopAlg += {{"{name}"}};\n{options}')
    job.initialize()
    return job


def batch(n_events: int = 1, **rows: dict[str, Any]) -> Batch:
    """A batch in which every event has the same given rows: `batch(2, mdc={"id": [0, 1]})`."""
    offsets, columns = {}, {}
    event = {"run": [-1234], "number": [0], **rows.pop("event", {})}
    for name, given in {"event": event, **rows}.items():
        count = len(next(iter(given.values())))
        offsets[name] = np.arange(n_events + 1, dtype=np.int64) * count
        for column, values in given.items():
            one = np.asarray(values)
            columns[f"{name}.{column}"] = np.concatenate([one] * n_events) if n_events else one[:0]
    columns["event.number"] = np.arange(n_events, dtype=np.int32)
    assert set(rows) <= set(BY_NAME)
    return Batch.build(n_events, offsets, columns)


def helix_rows(helices: Any) -> dict[str, Any]:
    """Rows of `kal` with the same helix for every hypothesis."""
    helices = np.asarray(helices, dtype=float).reshape(-1, 5)
    return {
        "id": np.arange(len(helices)),
        "helix": np.tile(helices, (1, 5)),
        "stat": np.zeros((len(helices), 5)),
    }
