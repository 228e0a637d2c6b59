"""What a local run is not: calibrations and data bases of the collaboration that are not here (SEMANTICS rules 25, 26).

In: the generated C++ (which services it uses) and what happened with the vertices. Out: sentences for the report. Never silent: a run that
did without something says so, once.
"""

from __future__ import annotations

from dsl4bes.run.vertex import VertexTable

#: Word of the generated C++ → what is missing here when it is used.
_MISSING: tuple[tuple[str, str], ...] = (
    ("emcShower", "shower energies are those of the file: no AbsCor correction"),
    (
        "ParticleID",
        "particle identification uses the dE/dx and TOF values stored in the file: no PID constants of the run",
    ),
    ("EvtRecDTagCol", "the D-tag list is made here with the defaults of BOSS's producers: no calibrated times of flight, every mode"),
    ("EvtRecPi0Col", "EvtRecPi0Col: events that have none in the file get the pi0 candidates of the stand-in, with the defaults of BOSS's producer"),
    ("EvtRecEtaToGGCol", "EvtRecEtaToGGCol: events that have none in the file get the eta candidates of the stand-in, with the defaults of BOSS's producer"),
    ("EvtRecVeeVertexCol", "EvtRecVeeVertexCol: events that have none in the file get the V0s of the stand-in, with the defaults of BOSS's producers"),
    ("Track", "the magnetic field is a uniform 1 T"),
)


def not_applied(sources: str, vertex: VertexTable, without_vertex: int, without_ecms: int = 0) -> tuple[str, ...]:
    """What this run did without."""
    lines = [text for word, text in _MISSING if word in sources]
    if not vertex.given:
        lines.append(
            "the interaction point is the origin with errors of 0.1, 0.1 and 1.5 cm (those BOSS begins with), as for simulated events without `--vertex FILE`"
        )
    if without_vertex:
        lines.append(
            f"{without_vertex} events are of runs that the vertex file lacks: rejected as without a vertex"
        )
    if without_ecms:
        lines.append(
            f"{without_ecms} events are of runs that the beam file lacks: rejected as without a valid centre-of-mass energy"
        )
    return tuple(lines)
