"""The correction of helices from a table: which bin a track is in, what moves, what is left alone and counted, and which tables are refused.

The bin of every track is looked up here with Python's own CSV reader and conditions written out; the fits are those of `leastsquares`.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from leastsquares import Measured, fit, photon, track
from plain import PI, Event
from running import run
from test_rules_helix import BEAM, PLACES, SELECTION, events, normal

from dsl4bes.diagnostics.render import render
from dsl4bes.driver import check_source, compile_source
from dsl4bes.source import SourceFile
from dsl4bes.syntax.includes import Folders, Texts

HEAD = "particle, parameter, shift, width"
#: Bins in runs, momentum (MeV) and angle; `pim` has no line above 1.2 GeV, and nothing is said of run 1003.
TABLE = """# pulls of a control sample
particle, parameter, shift, width, run_min, run_max, p_min [MeV], p_max [MeV], cos_min, cos_max
pip, phi0,  0.3,  1.4, 1000, 1001,    , 700 ,  ,
pip, phi0, -0.5,  1.2, 1000, 1001, 700,     ,  ,
pip, phi0,  1.0,  1.0, 1002, 1002,    ,     ,  ,
pip, kappa, 0.2,  1.5,     ,     ,    ,     ,-1, 0.1
pip, kappa, -1.5, 1.1,     ,     ,    ,     ,0.1, 1
"pi-", tanl, 0.4, 1.6,     ,     ,    , 1200,  ,     # below 1.2 GeV
"""


def program(text: str = 'table "pulls.csv"') -> str:
    return f"helix_correction do\n    {text}\n    seed 5\nend\n{SELECTION}"


def faults(table: str, text: str = 'table "pulls.csv"') -> list:
    bag = check_source(SourceFile("cuts/helix.bes", program(text)), loader=Texts({"cuts/pulls.csv": table})).bag
    return [item for item in bag if item.severity.value == "error"]


def rows_of(table: str) -> list[dict[str, str]]:
    lines = [line.partition("#")[0].strip() for line in table.splitlines()]
    reader = csv.reader(io.StringIO("\n".join(line for line in lines if line)), skipinitialspace=True)
    head, *rows = [[cell.strip() for cell in row] for row in reader]
    return [dict(zip((name.partition(" ")[0] for name in head), row, strict=True)) for row in rows]


def row_of(table: list[dict[str, str]], name: str, parameter: str, run_number: int, p: float, cosine: float) -> dict[str, str] | None:
    """The line of a track, momentum in MeV."""

    def inside(row: dict[str, str], word: str, value: float, closed: bool = False) -> bool:
        low, high = row.get(f"{word}_min", ""), row.get(f"{word}_max", "")
        return (not low or value >= float(low)) and (not high or value < float(high) or (closed and value == float(high)))

    names = {"pip": ("pip", "pi+", "pi"), "pim": ("pim", "pi-", "pi")}[name]
    found = [
        row for row in table
        if row["particle"] in names and row["parameter"] == parameter and inside(row, "run", run_number, closed=True) and inside(row, "p", p) and inside(row, "cos", cosine)
    ]  # fmt: skip
    assert len(found) < 2
    return found[0] if found else None


def corrected(table: list[dict[str, str]], e: Event, position: int) -> tuple[Measured, list[bool]]:
    """The track as it enters the fit, and which parameters moved (in the order phi0, kappa, tanl)."""
    plain, run_number, number = track(e, position, PI), e.run, int(e.batch["event.number"][e.number])
    values, p4 = plain.values.copy(), e.p4(position)
    p = math.sqrt(p4[0] ** 2 + p4[1] ** 2 + p4[2] ** 2)
    moved = []
    for key, place in PLACES.items():
        at = (1, 2, 4).index(place)
        row = row_of(table, "pip" if e.charge(position) > 0 else "pim", key, -run_number, p * 1000, p4[2] / p) if run_number < 0 else None
        moved.append(row is not None)
        if row is not None:
            gauss = normal(5, run_number, number, position, place)
            values[at] += (float(row["shift"]) + math.sqrt(float(row["width"]) ** 2 - 1) * gauss) * math.sqrt(plain.covariance[at, at])
    return replace(plain, values=values), moved


@pytest.mark.cpp
def test_every_track_is_corrected_by_the_line_of_its_bin():
    batches = [events(number) for number in (-1001, -1002, -1003, 1001)]
    ran = run(program(), batches, files={"pulls.csv": TABLE}, tolerated=0)
    table, rows = ran.tables["fits"], rows_of(TABLE)
    found = [e for e, kept in zip(ran.events(), ran.accepted(), strict=True) if kept]
    seen: set[tuple[int, bool, tuple[bool, ...]]] = set()
    outside = 0
    for n, e in enumerate(found):
        two = [corrected(rows, e, int(table[name][n])) for name in ("i", "j")]
        known = [[True, True, False], [False, False, True]]  # parameters of each that the table knows
        outside += e.run < 0 and any(moved != there for (_, moved), there in zip(two, known))
        seen.update((e.run, plus, tuple(moved)) for plus, (_, moved) in zip((True, False), two))
        if table["chi2"][n] > 60:
            continue
        gam = sorted((s for s in e.showers() if e.gamma(s)[3] > 0.025), key=lambda s: -e.gamma(s)[3])
        chi2 = min(fit([*(each for each, _ in two), photon(e, a), photon(e, b)], BEAM)[0] for k, a in enumerate(gam) for b in gam[k + 1 :])
        assert abs(table["chi2"][n] - chi2) < 0.02 + 0.06 * chi2
    assert {(-1001, True, (True, True, False)), (-1003, True, (False, True, False)), (1001, True, (False, False, False))} <= seen
    assert {(-1001, False, (False, False, True)), (-1001, False, (False, False, False))} <= seen
    line = next(line for line in ran.log.splitlines() if "outside of the bins of pulls.csv" in line)
    assert int(line.rpartition(":")[2]) == outside > 60


@pytest.mark.cpp
def test_a_table_without_bins_is_the_lines():
    lines = "helix_correction do\n    seed 5\n    pip phi0: [0.3, 1.4], kappa: [-0.2, 1.5]\n    pim tanl: [0.1, 1.3]\nend\n"
    table = f"{HEAD}\npip,phi0,0.3,1.4\npip,kappa,-0.2,1.5\npim,tanl,0.1,1.3\n"
    ours, theirs = run(program(), [events(-1000)], files={"pulls.csv": table}), run(lines + SELECTION, [events(-1000)])
    assert all(np.array_equal(ours.tables["fits"][name], theirs.tables["fits"][name]) for name in ("chi2", "vertex"))
    assert "outside" not in ours.log


#: Edges of a bin as a table writes them: cut points of momentum and cosine.
_CUTS = st.lists(st.integers(1, 19), max_size=2, unique=True).map(sorted)


@st.composite
def tables(draw) -> str:
    """A table that tiles what it speaks of."""
    lines = ["particle,parameter,shift,width,run_min,run_max,p_min,p_max,cos_min,cos_max"]
    for name in draw(st.lists(st.sampled_from(["pi", "pip", "pi-", "K+"]), min_size=1, max_size=2, unique=True).filter(lambda names: "pi" not in names or len(names) == 1)):
        for parameter in draw(st.lists(st.sampled_from(["phi0", "kappa", "tanl"]), min_size=1, max_size=3, unique=True)):
            for runs in draw(st.sampled_from([[","], ["1000,1000", "1001,1005"], [",1000"]])):
                edges = ["", *(str(cut / 10) for cut in draw(_CUTS)), ""]
                for low, high in pairwise(edges):
                    around = ["-1", *(str(cut / 10 - 1) for cut in draw(_CUTS)), "1"]
                    for left, right in pairwise(around):
                        shift, width = draw(st.floats(-2, 2)), draw(st.floats(1, 2))
                        lines.append(f"{name},{parameter},{shift!r},{width!r},{runs},{low},{high},{left},{right}")
    return "\n".join(lines) + "\n"


@pytest.mark.slow
@pytest.mark.cpp
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=(Phase.explicit, Phase.generate))
@given(table=tables())
def test_package_and_judge_agree_on_any_table(table):
    run(program(), [events(-1000), events(-1001)], files={"pulls.csv": table}, tolerated=0)  # compares event by event


def test_a_table_is_looked_for_beside_the_file_that_names_it(tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "pulls.csv").write_text(f"{HEAD}\r\npip,kappa,0,1.2\r\n", encoding="utf-8-sig")
    (tmp_path / "shared" / "helix.bes").write_text('parameter file = "pulls.csv"\nhelix_correction do\n    table file\nend\n')
    main = SourceFile(str(tmp_path / "main.bes"), 'include "shared/helix.bes"\n' + SELECTION)
    made = compile_source(main, loader=Folders())
    assert made.program is not None and not list(made.bag), [str(item) for item in made.bag]
    assert [(row.width, row.p) for row in made.program.helix.bins] == [(1.2, (0.0, 1e9))]
    texts = [text for text in made.files.values() if "HELIX_BINS[]" in text]
    assert len(texts) == 1 and "{RecMdcKalTrack::pion, 1, 2, 0.0, 1.2, " in texts[0] and str(tmp_path) not in texts[0]
    again = compile_source(main, loader=Folders())
    assert again.files == made.files


@pytest.mark.parametrize(
    ("table", "code", "line"),
    [
        ("", "table-column", 1),
        ("# nothing\n", "table-column", 1),
        (f"{HEAD}\n", "table-value", 1),
        ("particle, parameter, shift\npip, phi0, 0\n", "table-column", 1),
        (f"{HEAD}, colour\npip, phi0, 0, 1, red\n", "table-column", 1),
        (f"{HEAD}, width\npip, phi0, 0, 1, 1\n", "table-column", 1),
        ("particle; parameter; shift; width\npip; phi0; 0; 1\n", "table-column", 1),
        ("particle, parameter, shift [GeV], width\npip, phi0, 0, 1\n", "table-column", 1),
        (f"{HEAD}, p_min [cm]\npip, phi0, 0, 1, 1\n", "table-column", 1),
        (f"{HEAD}, p_min [foo]\npip, phi0, 0, 1, 1\n", "table-column", 1),
        (f"{HEAD}\npip, phi0, nan, 1.2\n", "table-value", 2),
        (f"{HEAD}\npip, phi0, 0, inf\n", "table-value", 2),
        (f"{HEAD}\npip, phi0, , 1.2\n", "table-value", 2),
        (f"{HEAD}\npip, phi0, much, 1.2\n", "table-value", 2),
        (f"{HEAD}\npip, phi0, 0, 0.8\n", "table-value", 2),
        (f"{HEAD}\npip, phi0, 0, 40\n", "table-value", 2),
        (f"{HEAD}\npip, phi0, -50, 1\n", "table-value", 2),
        (f"{HEAD}\npip, phi0, 0\n", "table-value", 2),
        (f"{HEAD}\npip, dz, 0, 1\n", "table-value", 2),
        (f"{HEAD}\ngam, phi0, 0, 1\n", "unknown-particle", 2),
        (f"{HEAD}\npi0, phi0, 0, 1\n", "unknown-particle", 2),
        (f"{HEAD}\n, phi0, 0, 1\n", "unknown-particle", 2),
        (f"{HEAD}, p_min, p_max\npip, phi0, 0, 1, 0.5, 0.2\n", "table-value", 2),
        (f"{HEAD}, p_min, p_max\npip, phi0, 0, 1, 0, 500\n", "table-value", 2),
        (f"{HEAD}, cos_min\npip, phi0, 0, 1, -2\n", "table-value", 2),
        (f"{HEAD}, run_min\npip, phi0, 0, 1, -9947\n", "table-value", 2),
        (f"{HEAD}, run_min\npip, phi0, 0, 1, 9947.5\n", "table-value", 2),
        (f"{HEAD}\npip, phi0, 0, 1\nkp, phi0, 0, 1\npip, phi0, 0, 1.1\n", "table-bins", 4),
        (f"{HEAD}\npip, phi0, 0, 1\npi, phi0, 0, 1.1\n", "table-bins", 3),
        (f"{HEAD}, p_max\npip, phi0, 0, 1, 0.4\npip, phi0, 0, 1,\n", "table-bins", 3),
        (f"{HEAD}, p_min, p_max\npip, phi0, 0, 1, 0, 0.4\npip, phi0, 0, 1, 0.5, 1\n", "table-bins", 3),
        (f"{HEAD}, cos_min, cos_max\npip, phi0, 0, 1, -1, 0\npip, phi0, 0, 1, 0.1, 1\n", "table-bins", 3),
        (f"{HEAD}, run_min, run_max\npip, phi0, 0, 1, 1, 10\npip, phi0, 0, 1, 10, 20\n", "table-bins", 3),
        (f"{HEAD}, run_min, run_max\npip, phi0, 0, 1, 1, 10\npip, phi0, 0, 1, 12, 20\n", None, 0),
        (f"{HEAD}, p_min [MeV], p_max [GeV]\npip, phi0, 0, 1, 0, 0.3\npip, phi0, 0, 1, 300, 1\n", None, 0),
        ("particle, parameter, shift, width\n" + "pip, phi0, 0, 1\n" * 6000, "table-value", 5002),
    ],
)  # fmt: skip
def test_bad_tables(table, code, line):
    found = faults(table)
    if code is None:
        assert not found, [str(item) for item in found]
        return
    (item,) = found
    assert item.code.name == code and item.primary.span.file.name == "cuts/pulls.csv" and item.primary.span.place.line == line
    text = render([item], "full")
    assert f"cuts/pulls.csv:{line}:" in text and "cuts/helix.bes:2:" in text  # both places are shown


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('table "pulls.csv"\n pip phi0: [0, 1.2]', "duplicate-field"),
        ('table "pulls.csv"\n table "pulls.csv"', "duplicate-field"),
        ('table "pulls.bes"', "bad-value"),
        ('table "/dev/zero"', "bad-value"),
        ('table ""', "bad-value"),
        ("table pulls", "bad-value"),
        ('table "pull.csv"', "fragment-not-found"),
        ('table "../pulls.csv"', "fragment-not-found"),
    ],
)
def test_bad_ways_to_name_a_table(text, code):
    found = faults(f"{HEAD}\npip, kappa, 0, 1.2\n", text)
    assert [item.code.name for item in found] == [code], [str(item) for item in found]
    if code == "fragment-not-found":
        assert 'pulls.csv"' in found[0].help


def test_strange_files_are_refused(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "device.csv").symlink_to("/dev/zero")
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)))
    (tmp_path / "latin.csv").write_bytes(HEAD.encode() + b"\n# \xe9\n")
    for name, code in (("folder", "file-not-readable"), ("device", "file-not-readable"), ("binary", "binary-file"), ("latin", "not-utf8"), ("none", "fragment-not-found")):
        source = SourceFile(str(tmp_path / "a.bes"), program(f'table "{name}.csv"'))
        assert [item.code.name for item in check_source(source, loader=Folders()).bag] == [code]
