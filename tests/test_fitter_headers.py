"""The fitters have the interface of BOSS 7.0.4: its calls compile in every language standard, others do not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent / "reference"))
import driver

from dsl4bes.standin.build import build_library

CALLS = Path(__file__).resolve().parent / "reference" / "api_calls.cxx"
HEADERS = ("Helix", "KalmanKinematicFit", "KinematicFit", "SecondVertexFit", "TrackPool", "VertexFit",
           "VertexParameter", "WTrackParameter")  # fmt: skip
INCLUDES = "".join(f'#include "VertexFit/{name}.h"\n' for name in HEADERS)
pytestmark = [pytest.mark.skipif(not driver.compiler(), reason="no C++ compiler"), pytest.mark.slow]


def check(source: Path, standard: str) -> subprocess.CompletedProcess[str]:
    """Syntax check of one file, as strictly as BOSS's own flags."""
    command = [driver.compiler(), f"-std={standard}", "-pedantic-errors", "-Wall", "-Wextra", "-fsyntax-only"]
    places = [f"-I{driver.STANDIN / 'include'}", f"-I{driver.STANDIN / 'src'}", str(source)]
    return subprocess.run([*command, *places], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("standard", ["c++98", "c++11", "c++17"])
def test_the_calls_of_boss_compile(standard: str) -> None:
    done = check(CALLS, standard)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", HEADERS)
def test_each_header_stands_alone(name: str, tmp_path: Path) -> None:
    source = tmp_path / "alone.cxx"
    source.write_text(f'#include "VertexFit/{name}.h"\n', encoding="utf-8")
    done = check(source, "c++98")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("source", sorted((driver.STANDIN / "src" / "vertexfit").glob("*.cxx")), ids=lambda p: p.stem)
def test_the_implementation_is_cxx98_without_warnings(source: Path) -> None:
    done = check(source, "c++98")
    assert done.returncode == 0, done.stderr
    assert "vertexfit/" not in done.stderr, done.stderr


@pytest.mark.parametrize(
    "call",
    [
        "VertexFit fit;",
        "KalmanKinematicFit fit;",
        "KalmanKinematicFit copy(*KalmanKinematicFit::instance());",
        "KalmanKinematicFit::instance()->AddTrack(0, KalmanKinematicFit::instance()->pfit(0));",
        "KalmanKinematicFit::instance()->setKalman(1);",
        "KinematicFit::instance()->getCInfit(0);",
        "KinematicFit::instance()->xfit();",
        "VertexFit::instance()->AddVertex(0, VertexParameter(), 1);",
        "VertexFit::instance()->AddFourMomentum(0, 3.097);",
        "SecondVertexFit::instance()->AddVertex(0, VertexParameter(), 0, 1);",
        "SecondVertexFit::instance()->wVirtualTrack(0);",
        "KinematicFit::instance()->AddResonance(0, 0.135);",
        "KinematicFit::instance()->AddList();",
        "WTrackParameter w(0.13957, HepVector(5, 0));",
        "KinematicFit::instance()->covariance();",
        "VFHelix helix(HepPoint3D(0., 0., 0.));",
    ],
)
def test_a_call_that_boss_lacks_does_not_compile(call: str, tmp_path: Path) -> None:
    """With nothing in its place the same source compiles: it is the call that is refused."""
    source = tmp_path / "wrong.cxx"
    for text, compiles in ((";", True), (call, False)):
        source.write_text(f"{INCLUDES}void use() {{ {text} }}\n", encoding="utf-8")
        done = check(source, "c++17")
        assert (done.returncode == 0) is compiles, done.stderr


def test_the_undefined_overload_fails_at_link_time(tmp_path: Path) -> None:
    """AddTrack with a Kalman track is declared by BOSS but has no definition there: a loaded library must fail."""
    source = tmp_path / "kal.cxx"
    source.write_text(
        f"{INCLUDES}void use(const RecMdcKalTrack* t) {{ VertexFit::instance()->AddTrack(0, 0.13957, t); }}\n",
        encoding="utf-8",
    )
    assert check(source, "c++98").returncode == 0
    defined = build_library()
    symbols = subprocess.run(["nm", "-DC", "--defined-only", str(defined)], capture_output=True, text=True, check=True)
    assert "TrackPool::AddTrack(int, double, RecMdcTrack const*)" in symbols.stdout
    assert "TrackPool::AddTrack(int, double, RecMdcKalTrack const*)" not in symbols.stdout
