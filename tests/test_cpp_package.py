"""The package as text: files of each profile, same bytes, names that agree, lines that lead back to the program."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import ir_samples
import pytest
import semantics_samples

from dsl4bes.assets import templates_root
from dsl4bes.cpp import consistency, sourcemap
from dsl4bes.cpp.consistency import Inconsistent
from dsl4bes.cpp.fragment import fragment
from dsl4bes.cpp.from_ir import LOWERINGS, lower
from dsl4bes.cpp.helpers import GETTERS, HELPERS
from dsl4bes.cpp.render import render
from dsl4bes.ir import custom, fits, primitives
from dsl4bes.ir.fits import Combination, Fit
from dsl4bes.ir.primitives import Primitive
from dsl4bes.templating import TemplateFailure

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def everything():
    return lower(ir_samples.everything())


@pytest.fixture(scope="module")
def rhopi():
    return render(lower(semantics_samples.rhopi()))


def test_files_of_the_cmt_profile(rhopi):
    assert sorted(rhopi) == [
        "RhoPi/RhoPi-00-00-01/RhoPi/RhoPi.h",
        "RhoPi/RhoPi-00-00-01/cmt/requirements",
        "RhoPi/RhoPi-00-00-01/share/ana_RhoPi.txt",
        "RhoPi/RhoPi-00-00-01/share/jobOptions_RhoPi.txt",
        "RhoPi/RhoPi-00-00-01/sourcemap.json",
        "RhoPi/RhoPi-00-00-01/src/RhoPi.cxx",
        "RhoPi/RhoPi-00-00-01/src/components/RhoPi_entries.cxx",
        "RhoPi/RhoPi-00-00-01/src/components/RhoPi_load.cxx",
    ]


def test_files_of_the_cmake_profile():
    files = render(lower(semantics_samples.rhopi(), "8"))
    folder = "RhoPi/RhoPi-00-00-01"
    assert sorted(files) == [
        f"{folder}/{name}"
        for name in (
            "CMakeLists.txt",
            "RhoPi/RhoPi.h",
            "opts/ana_RhoPi.txt",
            "opts/jobOptions_RhoPi.txt",
            "sourcemap.json",
            "src/RhoPi.cxx",
        )
    ]
    assert files[f"{folder}/src/RhoPi.cxx"].endswith("\nDECLARE_COMPONENT( RhoPi )\n")
    assert "DLLs" not in files[f"{folder}/opts/jobOptions_RhoPi.txt"]


def test_both_profiles_have_the_same_body():
    old, new = (render(lower(semantics_samples.rhopi(), profile)) for profile in ("7.0.x", "8"))
    path = "RhoPi/RhoPi-00-00-01/src/RhoPi.cxx"
    assert new[path].removesuffix("\nDECLARE_COMPONENT( RhoPi )\n") == old[path]


def test_unknown_profile_is_refused():
    with pytest.raises(ValueError, match="unknown profile"):
        lower(semantics_samples.rhopi(), "6")


def test_same_bytes_in_another_process_with_another_hash_seed(everything):
    code = (
        "import hashlib, ir_samples; from dsl4bes.cpp.from_ir import lower; from dsl4bes.cpp.render import render;"
        "files = render(lower(ir_samples.everything()));"
        "print(hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest())"
    )
    path = os.pathsep.join([str(ROOT / "tests"), str(ROOT)])
    found = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1


def test_no_mark_and_no_blank_at_line_ends(everything):
    for path, text in render(everything).items():
        assert sourcemap.MARK not in text and sourcemap.END not in text, path
        assert text.endswith("\n") and "\r" not in text, path
        assert not re.search(r"[ \t]$", text, re.MULTILINE), path


def test_output_is_ascii_whatever_the_names_are():
    for path, text in render(lower(ir_samples.everything(hostile=True))).items():
        assert text.isascii() or path.endswith(".txt"), path


def test_every_number_of_the_program_is_a_property(everything):
    names = {prop.name for prop in everything.properties}
    assert {parameter.property_name for parameter in ir_samples.everything().parameters} <= names
    assert all(prop.doc != '""' for prop in everything.properties)


def test_units_are_in_the_doc_of_a_property(everything):
    doc = next(prop.doc for prop in everything.properties if prop.name == "analysis_ecms")
    assert "[GeV]" in doc


def test_source_is_quoted_above_the_method():
    text = render(lower(ir_samples.pid_program()))["Pid/Pid-00-00-01/src/Pid.cxx"]
    quoted = text[text.index("// pid (pid.bes:2)") : text.index("bool Pid::pid(Context& ctx)")]
    for line in ir_samples.PID_TEXT.splitlines()[1:]:
        assert f"//   {line}".rstrip() in quoted


def test_assumed_block_says_so():
    text = render(lower(ir_samples.pid_program()))["Pid/Pid-00-00-01/src/Pid.cxx"]
    assert "the collaboration's standard charged_tracks, not written in the program." in text


def test_fragment_has_the_written_blocks_only():
    text = fragment(lower(ir_samples.pid_program()))
    assert "bool Pid::pid(Context& ctx)" in text
    assert "charged_tracks(Context" not in text and "#include" not in text
    assert sourcemap.MARK not in text


# --- back to the program ----------------------------------------------------------------------------------------------


def test_a_line_of_a_method_leads_to_its_block():
    files = render(lower(ir_samples.pid_program()))
    data = json.loads(files["Pid/Pid-00-00-01/sourcemap.json"])
    lines = files["Pid/Pid-00-00-01/src/Pid.cxx"].splitlines()
    number = next(i for i, line in enumerate(lines, 1) if "CUT_pid_nprp)" in line)
    place = sourcemap.locate(data, "/anywhere/src/Pid.cxx", number)
    assert place is not None
    assert (place.source, place.block, place.label, place.line) == ("pid.bes", "pid", "template", 2)
    assert sourcemap.locate(data, "src/Pid.cxx", 1) is None
    assert sourcemap.locate(data, "other.cxx", number) is None


def test_compiler_messages_are_shown_at_the_program():
    files = render(lower(ir_samples.pid_program()))
    data = json.loads(files["Pid/Pid-00-00-01/sourcemap.json"])
    lines = files["Pid/Pid-00-00-01/src/Pid.cxx"].splitlines()
    number = next(i for i, line in enumerate(lines, 1) if line.startswith("bool Pid::pid("))
    output = f"src/Pid.cxx:{number}:7: error: something\nsrc/Pid.cxx:1:1: note: frame\n"
    ((message, place),) = sourcemap.explain_messages(data, output)
    assert message.endswith("error: something") and str(place) == "pid.bes:2:1 (block pid)"


def test_every_method_of_a_block_is_mapped(everything):
    files = render(everything)
    data = json.loads(files["Every/Every-00-00-01/sourcemap.json"])
    text = files["Every/Every-00-00-01/src/Everything.cxx"].splitlines()
    for method in everything.methods:
        number = next(
            i for i, line in enumerate(text, 1) if line.startswith(f"bool Everything::{method.name}(Context")
        )
        place = sourcemap.locate(data, "src/Everything.cxx", number)
        assert place is not None and place.block == everything.origins[method.mark].block


def test_labels_cover_every_line(everything):
    files = render(everything)
    data = json.loads(files["Every/Every-00-00-01/sourcemap.json"])
    count = files["Every/Every-00-00-01/src/Everything.cxx"].count("\n")
    assert sourcemap.labels(data, "src/Everything.cxx", count) == ["template"] * count


# --- templates ------------------------------------------------------------------------------------------------------


def _stem(primitive: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", primitive.__name__).lower()


def _primitives() -> set[type]:
    kinds = (kind for module in (primitives, fits, custom) for kind in vars(module).values() if isinstance(kind, type))
    return {kind for kind in kinds if issubclass(kind, Primitive) and kind not in (Primitive, Combination, Fit)}


def test_primitives_templates_and_lowerings_match():
    assert set(LOWERINGS) == _primitives()
    stems = {path.name.removesuffix(".cxx.j2") for path in (templates_root() / "primitives").iterdir()}
    assert stems == {_stem(kind) for kind in LOWERINGS}


def test_helpers_and_their_templates_match():
    stems = {path.name.removesuffix(".cxx.j2") for path in (templates_root() / "support").iterdir()}
    assert stems == (set(HELPERS) - set(GETTERS)) | {"getter"}


def test_every_template_is_listed():
    listed = (templates_root() / "README.md").read_text()
    for path in templates_root().rglob("*.j2"):
        name = path.relative_to(templates_root()).as_posix()
        assert name in listed or f"{path.parent.name}/*" in listed, name


def test_templates_have_no_logic():
    """Loops and conditions on prepared values; no assignments, no arithmetic."""
    for path in templates_root().rglob("*.j2"):
        for tag in re.findall(r"\{%-?\s*(.*?)\s*-?%\}", path.read_text(), re.DOTALL):
            word = tag.split()[0]
            allowed = {
                "for",
                "endfor",
                "if",
                "elif",
                "else",
                "endif",
                "include",
                "import",
                "macro",
                "endmacro",
            }
            assert word in allowed, f"{path.name}: {tag}"


def test_own_template_comes_first(tmp_path):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "load.cxx.j2").write_text(
        "// mine: {{ p.name }}\nLOAD_FACTORY_ENTRIES( {{ p.name }} )\n"
    )
    files = render(lower(ir_samples.pid_program()), tmp_path)
    assert files["Pid/Pid-00-00-01/src/components/Pid_load.cxx"].startswith("// mine: Pid\n")


@pytest.mark.parametrize("text", ["{{ p.nothing }}\n", "{% if %}\n"])
def test_wrong_template_is_named(tmp_path, text):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "load.cxx.j2").write_text(text)
    with pytest.raises(TemplateFailure, match="load.cxx.j2"):
        render(lower(ir_samples.pid_program()), tmp_path)


def test_without_a_cache_folder_templates_are_compiled_anew(tmp_path, monkeypatch):
    """The user's cache folder is a file: no cache, no error."""
    from dsl4bes import templating
    from dsl4bes.cpp import render as module

    blocked = tmp_path / "cache"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert templating._bytecode_cache() is None
    module._environment.cache_clear()
    assert render(lower(ir_samples.pid_program()))
    module._environment.cache_clear()


def test_template_that_contradicts_the_rest_is_refused(tmp_path):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "load.cxx.j2").write_text("LOAD_FACTORY_ENTRIES( Other )\n")
    with pytest.raises(Inconsistent, match="the library is called Other, but Pid"):
        render(lower(ir_samples.pid_program()), tmp_path)


# --- consistency ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ["7.0.x", "8"])
def test_packages_are_consistent(profile):
    assert consistency.check(render(lower(ir_samples.everything(hostile=True), profile))) == ()


@pytest.mark.parametrize(
    ("path", "old", "new", "fault"),
    [
        ("cmt/requirements", "library RhoPi", "library Rho", "the library is called RhoPi, but Rho"),
        (
            "cmt/requirements",
            "use ParticleID ParticleID-* Analysis\n",
            "",
            "no use line for ParticleID/ParticleID.h",
        ),
        (
            "share/jobOptions_RhoPi.txt",
            '+= { "RhoPi" };\n\n',
            '+= { "Other" };\n\n',
            "the class is called Other",
        ),
        (
            "share/jobOptions_RhoPi.txt",
            "RhoPi.fit4c_chi2",
            "RhoPi.fit4c_chi",
            "RhoPi.fit4c_chi is no declared property",
        ),
        (
            "share/ana_RhoPi.txt",
            "FILE1 DATAFILE",
            "FILE2 DATAFILE",
            "no job options open the ntuple file FILE1",
        ),
        ("src/RhoPi.cxx", '"fit5c_chi2"', '"fit4c_chi2"', "the property fit4c_chi2 is declared twice"),
        ("src/components/RhoPi_entries.cxx", "FACTORY( RhoPi )", "FACTORY( Rho )", "the class is called Rho"),
    ],
)
def test_each_contradiction_is_found(rhopi, path, old, new, fault):
    full = f"RhoPi/RhoPi-00-00-01/{path}"
    assert old in rhopi[full]
    faults = consistency.check({**rhopi, full: rhopi[full].replace(old, new)})
    assert any(fault in str(found) for found in faults), faults
