"""Which BOSS packages a source needs: `use` lines for CMT, link targets for CMake.

In: the headers that are included. Out: one `Dependency` per package, in a fixed order. Version patterns and offsets are those of
the `requirements` of public BOSS packages; CMake targets have the packages' names. A header of an unknown package is an error.
"""

from __future__ import annotations

from collections.abc import Iterable

from dsl4bes.cpp.model import Dependency

#: Package → (version pattern, offset, CMake target); empty offset or target = none.
_PACKAGES: dict[str, tuple[str, str, str]] = {
    "BesPolicy": ("BesPolicy-*", "", ""),
    "GaudiInterface": ("GaudiInterface-*", "External", "Gaudi::GaudiKernel"),
    "BesCLHEP": ("BesCLHEP-*", "External", "CLHEP::CLHEP"),
    "BesROOT": ("BesROOT-00-*", "External", "ROOT::Core ROOT::Hist"),
    "DstEvent": ("DstEvent-*", "Event", "DstEvent"),
    "EventModel": ("EventModel-*", "Event", "EventModel"),
    "EvtRecEvent": ("EvtRecEvent-*", "Event", "EvtRecEvent"),
    "McTruth": ("McTruth-*", "Event", "McTruth"),
    "ExtEvent": ("ExtEvent-*", "Event", "ExtEvent"),
    "MdcRecEvent": ("MdcRecEvent-*", "Mdc", "MdcRecEvent"),
    "TofRecEvent": ("TofRecEvent-*", "Tof", "TofRecEvent"),
    "EmcRecEventModel": ("EmcRecEventModel-*", "Emc", "EmcRecEventModel"),
    "MucRecEvent": ("MucRecEvent-*", "Muc", "MucRecEvent"),
    "TrigEvent": ("TrigEvent-*", "Event", "TrigEvent"),
    "MeasuredEcmsSvc": ("MeasuredEcmsSvc-*", "Utilities", "MeasuredEcmsSvc"),
    "ParticleID": ("ParticleID-*", "Analysis", "ParticleID"),
    "VertexFit": ("VertexFit-*", "Analysis", "VertexFit"),
}

#: Packages whose headers carry another name than their folder.
_EXTERNAL = {"GaudiKernel": "GaudiInterface", "CLHEP": "BesCLHEP", "TH1.h": "BesROOT", "TH2.h": "BesROOT", "TMath.h": "BesROOT"}

#: Always there: the policy, the framework, the event.
_ALWAYS = ("BesPolicy", "GaudiInterface", "DstEvent", "EventModel", "EvtRecEvent")


def package_of(include: str) -> str:
    """The package a header belongs to; empty for headers of C++ itself."""
    if include.startswith("<"):
        return ""
    folder = include.partition("/")[0]
    name = _EXTERNAL.get(folder, folder)
    if name not in _PACKAGES:
        raise KeyError(f"no BOSS package is known for the header {include}")
    return name


def dependencies(includes: Iterable[str]) -> tuple[Dependency, ...]:
    """The packages of these headers and the ones that are always used."""
    wanted = set(_ALWAYS) | {name for include in includes if (name := package_of(include))}
    return tuple(Dependency(name, *_PACKAGES[name]) for name in _PACKAGES if name in wanted)
